"""A picture of the learner's own to work on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import decode
from lessons.engine.pictures.decode import has_several
from lessons.engine.pictures.reading import FORMATS
from pages.kit.frame import guarded
from pages.kit.picture.inline import encode
from pages.kit.text import _, tell

HERE = ("localhost", "127.0.0.1", "::1")

Size = tuple[int, int]  # width, height
Preview = tuple[bytes, Size, Size]


@dataclass(frozen=True)
class Own:
    """A file as it came, up to 20 MB, and what it is known by: a cache is asked for that alone."""

    file: bytes = field(repr=False, compare=False)
    digest: str
    several: bool


def ask_for_files(label: str, key: str, take: Callable[[], None], several: bool = False) -> None:
    """Whatever it is: what cannot be used is refused by what is in it, with the reason, not by its name.

    take: called when something else was chosen, before the script runs again.
    """
    st.file_uploader(label, accept_multiple_files=several, key=key, on_change=guarded(take))
    told = Message(
        "{formats}: up to {size} MB and {allowed} million pixels.",
        formats=", ".join(FORMATS),
        size=limits.PICTURE_BYTES // limits.MEGABYTE,
        allowed=limits.PICTURE_PIXELS // 1_000_000,
    )
    st.caption(tell(told))


def choose_picture(key: str) -> Own | None:
    """From a file or the camera; None as long as there is none.

    One that cannot be read is told, and the one before stays.
    """

    def take(widget: str) -> None:  # a widget forgets when another view is shown
        file = st.session_state[widget]
        st.session_state.pop(_refused(key), None)
        if not file:
            st.session_state.pop(_kept(key), None)
            return
        own = own_of(file.getvalue())
        try:
            preview(own)
        except LessonError as error:
            st.session_state[_refused(key)] = Message(
                "{name}: {reason}", name=spelled(file.name), reason=error.message
            )
        else:
            st.session_state[_kept(key)] = own

    ask_for_files(_("Your own picture"), key, partial(take, key))
    # The browser asks for permission as soon as a camera is shown.
    if _has_camera() and st.toggle(_("Take it with the camera"), key=f"{key}-by-camera"):
        camera = f"{key}-camera"
        st.camera_input(_("Your own picture"), key=camera, on_change=guarded(take), args=(camera,))
    own = chosen(key)
    if refused := st.session_state.get(_refused(key)):
        st.warning(f"{tell(refused)} {_('The picture before it stays.') if own else ''}")
    if own and own.several:
        st.caption(_("There are several pictures in this file, as in an animation. This is the first."))
    return own


def size_of(own: Own) -> Size:
    """Of the whole picture."""
    return preview(own)[2]


def tell_shrunk(own: Own, size: Size) -> None:
    """That the page works on less than the whole picture. size: on what."""
    full = size_of(own)
    if size != full:
        told = Message(
            "The page works on a preview of {width} x {height}; the picture has {all_width} x {all_height}.",
            width=size[0],
            height=size[1],
            all_width=full[0],
            all_height=full[1],
        )
        st.caption(tell(told))


def choose_preview(key: str) -> bytes | None:
    """A PNG of the learner's own picture to work on; None as long as there is none."""
    own = choose_picture(key)
    if not own:
        return None
    made, size, _full = preview(own)
    tell_shrunk(own, size)
    return made


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Own: lambda own: own.digest})
def preview(own: Own) -> Preview:
    """A picture from outside as a PNG, not too large to work on, its size, and that of the whole picture.

    LessonError: it cannot be read.
    """
    seen, full = decode.preview(own.file)
    return encode(seen), seen.size, full


def chosen(key: str) -> Own | None:
    """What was chosen last under this key."""
    own: Own | None = st.session_state.get(_kept(key))
    return own


def _kept(key: str) -> str:
    return f"{key}-file"


def _refused(key: str) -> str:
    return f"{key}-refused"


def own_of(file: bytes) -> Own:
    """It need not be a picture that can be read."""
    return Own(file, hashlib.sha256(file).hexdigest(), has_several(file))


def _has_camera() -> bool:
    """Browsers give one only to pages that come over https, or from this machine."""
    address = urlsplit(st.context.url or "")
    return address.scheme == "https" or address.hostname in HERE


def offer(png: bytes) -> None:
    """The picture that the page's program opens."""
    label = _("This picture, for the program")
    st.download_button(label, png, "picture.png", "image/png", on_click="ignore")
