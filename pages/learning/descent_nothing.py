"""Three kinds of nothing: a gradient that is None, one that is 0, and a weight that is frozen."""

from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import NOTHING_STEPS
from lessons.core.numbers import show
from lessons.learning.descent import nothing
from lessons.learning.descent.nothing import KINDS, Course, Inputs
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask
from pages.kit.text import _, table

PAGE = "descent-nothing"
USUAL = Inputs()
NUMBERS = {  # by torch's names
    "lr": (0.01, 0.05, 0.1, 0.2),
    "momentum": (0.0, 0.5, 0.9),
    "weight_decay": (0.0, 0.01, 0.1, 0.5),
    "pulled": (0, 1, 2, 5, 10),
    "steps": (20, 50, NOTHING_STEPS),
}
LINKED = Linked(
    PAGE,
    nothing_step=Link(address.whole(0, NOTHING_STEPS)),
    **{f"nothing_{name}": Link.among(each, usual=getattr(USUAL, name)) for name, each in NUMBERS.items()},
)


def show_nothing() -> None:
    """A question first: until it is answered only the steps that have a gradient are to be seen."""
    LINKED.start()
    st.markdown(
        _(
            "Nothing pulls at a weight any more: it is not used, or it is multiplied by 0, or it is frozen. "
            "Three weights, one optimizer, the same gradients until then."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        numbers: dict[str, Any] = {name: _slide(name) for name in NUMBERS}
    inputs = Inputs(**numbers)
    courses = nothing.run(inputs)
    shown = not ask(nothing.ask_next(inputs, courses))
    plane(PAGE, nothing.scene(inputs, courses, shown), lambda places: None, Slot(PAGE, "nothing_step"))
    show_badge(nothing.check(inputs, courses))
    if shown:
        fold(_("Every gradient, velocity and weight"), f"{PAGE}-table", partial(_list, courses, inputs.steps))
    fold(_("The program of the three"), f"{PAGE}-program", partial(code, nothing.snippet(inputs), PAGE))
    LINKED.keep()


def _slide(name: str) -> float:
    labels = {"pulled": _("Steps with a gradient"), "steps": _("Number of steps")}
    return LINKED.slide(f"nothing_{name}", labels.get(name, name), NUMBERS[name], 140)


def _list(courses: dict[str, Course], steps: int) -> None:
    """A row for each step, and of each weight all three numbers."""
    names = [each for name in KINDS for each in (f"`{name}.grad`", "`momentum_buffer`", f"`{name}`")]
    rows = [
        [
            str(step + 1),
            *(
                "None" if number is None else show(number)
                for course in courses.values()
                for number in (course.grads[step], course.buffers[step], course.weights[step + 1])
            ),
        ]
        for step in range(steps)
    ]
    table([_("step"), *names], rows)
