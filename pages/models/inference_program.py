"""A program of this lesson, with the files that it reads beside itself."""

from functools import partial
from pathlib import Path

import streamlit as st

from lessons.core.messages import Message
from lessons.models.inference.choosing import Inputs
from lessons.models.inference.program import weights_files
from pages.kit.code import code
from pages.kit.picture.choose import offer
from pages.kit.picture.inline import encode
from pages.kit.text import tell


def show_program(program: str, name: str, net: str, inputs: Inputs | None = None) -> None:
    """inputs: whose picture it opens, where it opens picture.png. Torchvision fetches its own weights."""
    code(program, name)
    with st.container(horizontal=True):
        if inputs:
            offer(encode(inputs.open()))
        for file in weights_files(net):
            label = tell(Message("{file}, for the program", file=file.name))
            st.download_button(label, partial(Path.read_bytes, file), file.name, on_click="ignore")
