"""Descent in one weight: asked first, then the cost, every step down it, and the rates that are too large."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.descent.lesson import LESSON, PRESETS
from lessons.learning.descent.one_weight import Inputs, Result, ask_ending, outcome, run
from lessons.learning.descent.scenes import descent_scene
from pages.kit.badge import show_badge
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell
from pages.learning.descent_controls import PAGE, anew

WEIGHT, RATE, FRAME = Slot(PAGE, "weight"), Slot(PAGE, "rate"), Slot(PAGE, "frame")


def show_one(inputs: Inputs) -> None:
    """Until the question is answered only the start is to be seen."""
    asked = anew(Slot(PAGE, f"asked-{inputs.cost}"), inputs, PRESETS)
    shown = not ask(first(asked, ask_ending, inputs))
    result = run(inputs)
    plane(f"{PAGE}-one", descent_scene(inputs, result, shown), put, FRAME)
    if shown:
        st.markdown(tell(outcome(inputs, result)))
        fold(_("The steps as a table"), f"{PAGE}-steps-table", partial(_list, inputs, result))
    assert LESSON.check
    assert LESSON.formula
    show_badge(LESSON.check(inputs, result))
    st.markdown("\n\n".join(f"${line}$" for line in LESSON.formula(inputs)))


def put(moved: Mapping[str, Places]) -> None:
    """What was moved on the planes, onto the page."""
    if "start" in moved:
        ((weight, _height),) = moved["start"]
        WEIGHT.set(round(weight, 4))
    if "rate" in moved:
        ((rate, _y),) = moved["rate"]
        RATE.set(float(f"{rate:.3g}"))


def _list(inputs: Inputs, result: Result) -> None:
    rows = zip(result.weights, result.heights, result.slopes, strict=True)
    table(
        [_("step"), _("weight w"), _("cost"), _("slope"), _("rate × slope")],
        [[str(step), *map(show, (*row, inputs.rate * row[-1]))] for step, row in enumerate(rows)],
    )
