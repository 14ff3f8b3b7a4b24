"""A picture to work on: the sample, or the learner's own."""

import streamlit as st
from PIL import Image

from lessons.data.decode import decode
from lessons.filters import sample
from pages.kit.text import _

TYPES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tiff")


def choose_picture(key: str) -> Image.Image:
    """The learner's own picture as soon as there is one, else the sample; LessonError: it cannot be read."""
    own = st.file_uploader(_("Your own picture"), TYPES, key=key)
    return decode(own.getvalue()) if own else sample()
