"""A picture to work on, as a matrix: the sample, or the learner's own."""

import streamlit as st

from lessons.core.matrix import Matrix
from lessons.engine.pictures.decode import decode
from lessons.layers.convolution.filters import matrix_of, sample
from pages.kit.text import _

TYPES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tiff")


def choose_picture(key: str) -> Matrix:
    """The learner's own picture as soon as there is one, else the sample; LessonError: it cannot be read."""
    kept = f"{key}-file"

    def keep() -> None:  # an uploader forgets when another view is shown
        file = st.session_state[key]
        st.session_state[kept] = file.getvalue() if file else None

    st.file_uploader(_("Your own picture"), TYPES, key=key, on_change=keep)
    own = st.session_state.get(kept)
    return _own_matrix(own) if own else sample_matrix()


@st.cache_data(max_entries=1, show_spinner=False)
def sample_matrix() -> Matrix:
    return matrix_of(sample())


@st.cache_data(max_entries=8, show_spinner=False)
def _own_matrix(file: bytes) -> Matrix:
    return matrix_of(decode(file))
