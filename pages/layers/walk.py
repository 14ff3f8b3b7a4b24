"""A window that walks over matrices: what the pages of convolution and pooling show, forward and backward."""

from collections.abc import Callable
from functools import partial
from itertools import count, cycle, islice
from types import ModuleType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.core.matrix import Matrix, Stack, pack
from lessons.core.messages import Message
from pages.kit.address import Field, load, one_of, stack, stored
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.frame import guard
from pages.kit.grid.grid import grid
from pages.kit.predict import predict, seed
from pages.kit.printed.printed import find_wrong_cells
from pages.kit.stepper.stepper import stepper
from pages.kit.text import _, tell

FORWARD, BACKWARD = VIEWS = ("Forward", "Backward")
CHANNELS = 4

# Shows the rest of the page: in the container what belongs to the stage, the other things below the matrices.
Rest = Callable[[DeltaGenerator], None]


def view_fields(views: tuple[str, ...]) -> dict[str, Field]:
    """What every such page keeps in its address."""
    return {"view": Field(FORWARD, one_of(*views)), "gradient": Field((), stack(CHANNELS), _unless_ones)}


def _unless_ones(gradient: Stack) -> str:
    """Ones are what the gradient of the output usually is; they need no place in the address."""
    ones = all(number == 1 for matrix in gradient for row in matrix for number in row)
    return "" if ones else pack(gradient)


def repeated(items: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    """Channels for another number of them: from the first again, or without the last."""
    return tuple(islice(cycle(items), number))


def choose_view(page: str, views: tuple[str, ...]) -> str:
    return st.segmented_control(
        _("View"),
        views,
        format_func=_,
        key=f"{page}-view",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def walk(page: str, lesson: ModuleType, steps: ModuleType, controls: ModuleType, view: str) -> None:
    """The stepper beside its settings, the matrices below it, then what to predict and to take home.

    lesson, steps: the modules with ``run`` and with ``stage``; controls: the one with ``read``. Settings that
    do not fit each other are explained in place of the stepper, and can be changed.
    """
    _offer_presets(page, lesson, controls)
    show = partial(_show_backward if view == BACKWARD else _show_forward, page, lesson, steps)
    show_rest = _play(lesson, controls, show, count())
    under_stage = st.container()
    controls.show_matrices()
    if view == BACKWARD:
        _show_gradient(page)
    if show_rest:
        show_rest(under_stage)


@st.fragment
def _play(lesson: ModuleType, controls: ModuleType, show: Callable[..., Rest], runs: count) -> Rest | None:
    """The stage beside its settings; returns what shows the rest of the page, if these settings can be used.

    A setting runs this alone, so that new numbers come at once. The rest of the page follows when the stepper
    is at rest. runs: counts from 0, in the run of the whole page, those of this alone.
    """
    alone, show_rest = next(runs) > 0, None
    stage, settings = st.columns([3, 1], gap="large")
    with stage, guard():
        show_rest = show(lesson.Inputs(**controls.read()), alone)
    with settings, guard():
        controls.show_settings()
    if alone and not show_rest:
        st.rerun()
    return show_rest


def show_image(page: str) -> None:
    """The channels of the input, to type in."""
    image = stored(page, "image")
    names = [tell(Message("Input, channel {channel}", channel=each + 1)) for each in range(len(image))]
    grid(f"{page}-image", image, names)


def _offer_presets(page: str, lesson: ModuleType, controls: ModuleType) -> None:
    with st.container(key=f"{page}-presets", horizontal=True, gap="small"):
        for index, preset in enumerate(lesson.PRESETS):
            put = (page, controls.values(preset.inputs))
            st.button(tell(preset.name), key=f"{page}-preset-{index}", on_click=load, args=put)


def _show_forward(page: str, lesson: ModuleType, steps: ModuleType, inputs: Any, alone: bool) -> Rest:
    """The stepper; then torch's word for it, the size of the output, what to find and what to predict."""
    result = lesson.run(inputs)
    step = stepper(f"{page}-forward", steps.stage(inputs, result), ahead=alone)

    def show_rest(under_stage: DeltaGenerator) -> None:
        with under_stage:
            show_badge(lesson.operator(inputs), lesson.check(inputs, result), *_factors(inputs))
            st.markdown("\n\n".join(f"${line}$" for line in lesson.size_formula(inputs)))
            for note in lesson.size_notes(inputs, result):
                st.caption(tell(note))
        _find_mistakes(page, lesson, inputs, result.output[0].tolist())
        predict(steps.questions(inputs, result, step, seed(page)), page)
        code(lesson.snippet(inputs), page)

    return show_rest


def _show_backward(page: str, lesson: ModuleType, steps: ModuleType, inputs: Any, alone: bool) -> Rest:
    """The stepper; then autograd's word for it."""
    gradient = _gradient(page, tuple(lesson.run(inputs).output.shape))
    stepper(f"{page}-backward", steps.backward_stage(inputs, gradient), ahead=alone)

    def show_rest(under_stage: DeltaGenerator) -> None:
        by_hand = lesson.backward(inputs, gradient)
        difference = lesson.check_backward(inputs, gradient, by_hand)
        with under_stage:
            show_badge("autograd", difference, gradient, *_factors(inputs))
            for note in steps.gradient_notes(inputs):
                st.caption(tell(note))
        code(lesson.snippet(inputs, gradient), page)

    return show_rest


def _show_gradient(page: str) -> None:
    """The gradient of the output, to type in; it has the output's shape."""
    if gradient := stored(page, "gradient"):
        each = range(1, len(gradient) + 1)
        names = [tell(Message("Gradient of output {channel}", channel=channel)) for channel in each]
        rows, columns = len(gradient[0]), len(gradient[0][0])
        grid(f"{page}-gradient", gradient, names, rows=(rows, rows), columns=(columns, columns))


def _factors(inputs: Any) -> tuple[Any, ...]:
    """What is multiplied in this lesson, which tells how much the last digits may differ."""
    return inputs.image, getattr(inputs, "weight", 1.0)


def _gradient(page: str, shape: tuple[int, ...]) -> Stack:
    """The gradient of the output that the learner typed; ones where none is typed, or for another shape."""
    channels, rows, columns = shape
    ones = (((1.0,) * columns,) * rows,) * channels
    typed = stored(page, "gradient") or ones
    if (len(typed), len(typed[0]), len(typed[0][0])) != shape:
        typed = ones
    load(page, {"gradient": typed})
    return typed


def _find_mistakes(page: str, lesson: ModuleType, inputs: Any, true: Matrix) -> None:
    """Where course notes printed another result for just these inputs."""
    for preset in lesson.PRESETS:
        if preset.printed and preset.inputs == inputs:
            find_wrong_cells(preset.printed, true, key=f"{page}-printed")
