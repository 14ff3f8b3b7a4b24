"""A picture of the learner's own: a preview that the page works on, and the strip on the whole picture."""

from collections.abc import Sequence

import streamlit as st

from lessons.core.messages import Message
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.steps import Step
from lessons.data.transforms.strip import size_of
from lessons.data.transforms.values import Look, look
from lessons.data.transforms.whole import Sizes, Whole, other_shares, whole
from lessons.engine.pictures.decode import decode
from pages.data.transforms_strip import ranges, walked
from pages.kit.picture.choose import Own, choose_picture, chosen
from pages.kit.picture.inline import encode
from pages.kit.text import _, literal, table, tell

PAGE = "transforms"
FILE, WHOLE = f"{PAGE}-file", f"{PAGE}-whole"
SIDE = 512  # pixels of the longer side of a preview

Preview = tuple[bytes, tuple[int, int], tuple[int, int]]


def choose_preview() -> bytes | None:
    """A PNG of the learner's own picture to work on; None as long as there is none."""
    own = choose_picture(FILE)
    if not own:
        return None
    made, size, full = preview(own)
    if size != full:
        told = Message(
            "The page works on a preview of {width} x {height}; the picture has {all_width} x {all_height}.",
            width=size[0],
            height=size[1],
            all_width=full[0],
            all_height=full[1],
        )
        st.caption(tell(told))
    return made


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Own: lambda own: own.digest})
def preview(own: Own) -> Preview:
    """A picture from outside as a PNG, not too large to work on, its size, and that of the whole picture.

    LessonError: it cannot be read.
    """
    seen = decode(own.file)
    full = seen.size
    seen.thumbnail((SIDE, SIDE))
    return encode(seen), seen.size, full


def show_whole(inputs: Inputs) -> None:
    """On demand, where the page works on a preview: the strip on the whole picture, once."""
    own = chosen(FILE)
    if not own or not isinstance(inputs.picture, bytes):
        return
    _made, size, full = preview(own)
    if size == full:
        return
    about = own.digest, inputs.steps, inputs.seed
    st.subheader(_("The whole picture"), anchor=False)
    st.caption(_("Guess first: is the shape the same as that of the preview, and which numbers differ?"))
    if st.button(_("Run the strip on the whole picture"), key=WHOLE):
        with st.spinner(_("The strip runs on the whole picture")):
            st.session_state[f"{WHOLE}-made"] = about, whole(own.file, inputs.steps, inputs.seed)
    was_about, made = st.session_state.get(f"{WHOLE}-made", (None, None))
    if was_about == about:
        _compare(inputs, made)


def _compare(inputs: Inputs, made: Whole) -> None:
    """What is at the end of the preview's strip, beside that of the whole picture."""
    tiles = walked(inputs).tiles
    sizes = [size_of(tile.value) for tile in tiles if not tile.stop]
    if made.stop:
        refused = inputs.steps[len(made.sizes) - 1]
        told = Message("{name}: {reason}", name=refused.name, reason=made.stop.reason)
        st.warning(f"{tell(told)}\n\n{literal(made.stop.words)}")
    if made.end:
        small = None if tiles[-1].stop else look(tiles[-1].value)
        table(("", _("preview"), _("whole picture")), _rows(small, made.end))
        st.caption(_("Of each channel: least … most, mean ± standard deviation."))
    _tell_shares(inputs.steps, sizes, made.sizes)


def _rows(small: Look | None, large: Look) -> Sequence[Sequence[str]]:
    """small: None where the preview's strip stops."""
    of_small = ranges(small) if small else {}
    shape = (_("shape"), small.shape if small else "–", large.shape)
    return [shape, *((name, of_small.get(name, "–"), text) for name, text in ranges(large).items())]


def _tell_shares(steps: Sequence[Step], preview: Sizes, whole: Sizes) -> None:
    for told in other_shares(steps, preview, whole):
        st.markdown(f"- {tell(told)}")
