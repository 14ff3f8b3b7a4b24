"""A picture of the learner's own to work on."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import streamlit as st

from lessons.core.messages import Message
from lessons.engine.pictures.decode import PREVIEW, decode, has_several
from pages.kit.frame import guarded
from pages.kit.picture.inline import encode
from pages.kit.text import _, tell

TYPES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tiff")
HERE = ("localhost", "127.0.0.1", "::1")


Preview = tuple[bytes, tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Own:
    """A file as it came, up to 20 MB, and what it is known by: a cache is asked for that alone."""

    file: bytes = field(repr=False, compare=False)
    digest: str
    several: bool


def choose_picture(key: str) -> Own | None:
    """From a file or the camera; None as long as there is none."""

    def keep(widget: str) -> None:  # a widget forgets when another view is shown
        file = st.session_state[widget]
        st.session_state[_kept(key)] = own_of(file.getvalue()) if file else None

    st.file_uploader(_("Your own picture"), TYPES, key=key, on_change=guarded(keep), args=(key,))
    # The browser asks for permission as soon as a camera is shown.
    if _has_camera() and st.toggle(_("Take it with the camera"), key=f"{key}-by-camera"):
        camera = f"{key}-camera"
        st.camera_input(_("Your own picture"), key=camera, on_change=guarded(keep), args=(camera,))
    own = chosen(key)
    if own and own.several:
        st.caption(_("There are several pictures in this file, as in an animation. This is the first."))
    return own


def choose_preview(key: str) -> bytes | None:
    """A PNG of the learner's own picture to work on; None as long as there is none."""
    own = choose_picture(key)
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
    seen.thumbnail(PREVIEW)
    return encode(seen), seen.size, full


def chosen(key: str) -> Own | None:
    """What was chosen last under this key."""
    own: Own | None = st.session_state.get(_kept(key))
    return own


def _kept(key: str) -> str:
    return f"{key}-file"


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
