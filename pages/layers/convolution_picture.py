"""Kernels on a picture: choose one by its name or type one, and see what becomes of the picture."""

import streamlit as st

from lessons.core.limits import KERNEL_SIDE
from lessons.core.matrix import Matrix
from lessons.layers.convolution import filters
from lessons.layers.convolution import lesson as convolution
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.frame import guard
from pages.kit.grid.grid import grid
from pages.kit.picture.choose import choose_picture, sample_matrix
from pages.kit.picture.probe import png, probe, response_map
from pages.kit.predict import predict, seed
from pages.kit.text import _

OWN = "A kernel of your own"
SIDES = (1, KERNEL_SIDE)


def filter_picture(page: str) -> None:
    """A kernel over a picture; the response under the pointer with its patch, kernel and sum."""
    shown, settings = st.columns([7, 3], gap="large")
    with settings:
        kernel = _choose_kernel(page)
        picture = sample_matrix()
        with guard():
            picture = choose_picture(f"{page}-picture")
        label = _("This picture, for the program")
        st.download_button(label, png(picture), "picture.png", "image/png", on_click="ignore")
    with shown, guard():
        inputs = convolution.Inputs(image=(picture,), weight=((kernel,),))
        result = convolution.run(inputs)
        probe(picture, kernel, result.output[0].numpy(), key=f"{page}-probe")
        difference = convolution.check(inputs, result)
        show_badge(convolution.operator(inputs), difference, picture, kernel)
    _ask(page)
    code(filters.snippet(kernel), "filter")


def _choose_kernel(page: str) -> Matrix:
    name = st.selectbox(
        _("Kernel"), [*filters.KERNELS, OWN], format_func=_, key=f"{page}-filter", persist_state="session"
    )
    if name != OWN:
        return filters.KERNELS[name]
    own = st.session_state[f"{page}-own"]
    return grid(f"{page}-own", own, [_(OWN)], rows=SIDES, columns=SIDES)[0]


def _ask(page: str) -> None:
    """A response to the sample picture, and four kernels of which one made it."""
    name, question = filters.question(seed(page))
    inputs = convolution.Inputs(image=(sample_matrix(),), weight=((filters.KERNELS[name],),))
    made = convolution.run(inputs)
    picture, asked = st.columns([2, 5], vertical_alignment="center")
    picture.image(response_map(made.output[0].numpy()), _("What a kernel made of the sample"))
    with asked:
        predict([question], page)
