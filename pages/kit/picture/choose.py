"""A picture of the learner's own to work on."""

import streamlit as st

from pages.kit.text import _

TYPES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tiff")


def choose_picture(key: str) -> bytes | None:
    """Its file; None as long as there is none."""
    kept = f"{key}-file"

    def keep() -> None:  # an uploader forgets when another view is shown
        file = st.session_state[key]
        st.session_state[kept] = file.getvalue() if file else None

    st.file_uploader(_("Your own picture"), TYPES, key=key, on_change=keep)
    own: bytes | None = st.session_state.get(kept)
    return own
