"""The strip on the whole picture, where the page works on a preview of it."""

from collections.abc import Sequence

import streamlit as st

from lessons.core.messages import Message
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.steps import Step
from lessons.data.transforms.whole import Sizes, Whole, other_shares, whole
from lessons.engine.pictures.values import Look, look, size_of
from pages.data.transforms_strip import walked
from pages.kit.picture.choose import chosen, preview
from pages.kit.picture.tiles import ranges
from pages.kit.text import _, literal, table, tell

PAGE = "transforms"
FILE, WHOLE = f"{PAGE}-file", f"{PAGE}-whole"


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
