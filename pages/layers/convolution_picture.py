"""Kernels on a picture: choose one by its name or type one, and see what becomes of the picture."""

import streamlit as st

from lessons.core.limits import KERNEL_SIDE
from lessons.core.matrix import Matrix
from lessons.engine.pictures.decode import decode
from lessons.layers.convolution import filters
from lessons.layers.convolution.filters import KERNELS, OWN, matrix_of
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.lesson import LESSON
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Choice, Controls, Typed
from pages.kit.frame import guard
from pages.kit.legend import show_legend
from pages.kit.picture.choose import Own, choose_picture, offer, size_of, tell_shrunk
from pages.kit.picture.probe import png, probe, response_map
from pages.kit.predict import predict, seed
from pages.kit.stepper.stepper import type_alone
from pages.kit.text import _

PAGE = "convolution"
SIDES = (1, KERNEL_SIDE)

controls = Controls(
    PAGE,
    filters.Inputs,
    filter=Choice(
        "Kernel",
        options={slug: kernel.name.template for slug, kernel in KERNELS.items()}
        | {OWN: "A kernel of your own"},
    ),
    own=Typed("A kernel of your own", lambda now: now["filter"] == OWN, rows=SIDES, columns=SIDES),
)


def filter_picture() -> None:
    """A kernel over a picture; the response under the pointer with its patch, kernel and sum."""
    controls.start()
    settings = controls.settle()
    kernel, picture = controls.inputs(settings).kernel, _sample()
    shown, beside = st.columns([7, 3], gap="large")
    with beside:
        controls.show(settings)
        if grids := controls.grids(settings):
            type_alone(f"{PAGE}-own-kernel", grids)
            controls.show_texts(settings)
        with guard():
            own = choose_picture(f"{PAGE}-picture")
            if own:
                picture = _matrix(own)
                _tell_small(own, picture)
        offer(png(picture))
    with shown, guard():
        inputs = Inputs(image=(picture,), weight=((kernel,),))
        result = LESSON.run(inputs)
        probe(picture, kernel, result.output[0].numpy(), key=f"{PAGE}-probe")
        show_legend()
        if LESSON.check:
            show_badge(LESSON.check(inputs, result))
    _ask()
    code(filters.snippet(kernel), "filter")
    controls.keep(settings)


def _tell_small(own: Own, picture: Matrix) -> None:
    """That the page looks at less than the whole picture."""
    tell_shrunk(own, (len(picture[0]), len(picture)))
    whole = size_of(own)
    if max(whole) > filters.longest(whole):
        st.caption(_("The picture is so narrow that only its middle is looked at: a kernel has to fit."))


@st.cache_data(max_entries=1, show_spinner=False)
def _sample() -> Matrix:
    return matrix_of(filters.sample())


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Own: lambda own: own.digest})
def _matrix(own: Own) -> Matrix:
    """LessonError: it cannot be read."""
    return matrix_of(decode(own.file))


def _ask() -> None:
    """A response to the sample picture, and four kernels of which one made it."""
    kernel, question = filters.question(seed(PAGE))
    made = LESSON.run(Inputs(image=(_sample(),), weight=((kernel,),)))
    picture, asked = st.columns([2, 5], vertical_alignment="center")
    picture.image(response_map(made.output[0].numpy()), _("What a kernel made of the sample"))
    with asked:
        predict([question], PAGE)
