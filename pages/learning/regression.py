"""Fit a line to points, and watch every number of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import FIT_STEPS, POINT_NUMBER, POINTS
from lessons.core.numbers import exact
from lessons.core.plane import Place
from lessons.learning.pasted import tidied
from lessons.learning.points import SEED
from lessons.learning.regression.inputs import AS_IS, CENTRE, MEAN, STANDARDISE, SUM, Inputs
from lessons.learning.regression.lesson import LESSON
from lessons.learning.regression.questions import questions
from pages.kit.code import code
from pages.kit.controls import Choice, Control, Controls, Count, Settings, Slot, Steps, Typed
from pages.kit.frame import guard, page
from pages.kit.history import show_undo
from pages.kit.lesson_page import choose_view, offer_presets, show_ahead, show_check, whole_page
from pages.kit.predict import predict, seed
from pages.kit.text import _
from pages.learning import (
    regression_claim,
    regression_curves,
    regression_squares,
    regression_step,
    regression_twins,
)
from pages.learning.regression_claim import show_claim
from pages.learning.regression_curves import show_curves
from pages.learning.regression_fit import show_fit
from pages.learning.regression_points import show_points
from pages.learning.regression_squares import show_squares
from pages.learning.regression_step import show_step
from pages.learning.regression_twins import show_twins

PAGE = "regression"


@dataclass(frozen=True, kw_only=True)
class Start(Control):
    """w and b."""

    def put(self, slot: Slot, value: Any) -> None:
        w, b = value
        slot.set(w)
        slot.set(b, "b")

    def settle(self, slot: Slot, settings: Settings) -> Place:
        return slot.get(), slot.get("b")

    def show(self, slot: Slot, settings: Settings) -> None:
        for label, part in ((_("w at the start"), ""), (_("b at the start"), "b")):
            st.number_input(
                label,
                -POINT_NUMBER,
                POINT_NUMBER,
                "min",
                step=0.1,
                format="%g",
                key=slot.key(part),
                persist_state="session",
            )

    def read(self, text: str) -> Place:
        w, b = map(float, text.split(","))
        return w, b

    def write(self, value: Any) -> str:
        return ",".join(map(exact, value))


controls = Controls(
    PAGE,
    Inputs,
    alone=True,
    points=Typed("Points", rows=(1, POINTS), columns=(2, 2), tidy=tidied),
    scaling=Choice(
        "Scaling of x", options={AS_IS: "as it is", CENTRE: "centred", STANDARDISE: "standardised"}
    ),
    lr=Steps("Learning rate", usual=(1e-5, 1e-4, 1e-3, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.5)),
    momentum=Steps("Momentum", usual=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)),
    steps=Steps("Number of steps", usual=(1, 10, 100, 300, 1000, 3000, FIT_STEPS)),
    batch=Count("Points in a batch", more=True, low=1, high=POINTS, empty="all"),
    weight_decay=Steps("Weight decay", more=True, usual=(0.0, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)),
    reduction=Choice("reduction", more=True, options={MEAN: "mean of the terms", SUM: "sum of the terms"}),
    start=Start("Start", more=True),
    seed=Count("Seed of the batches", lambda now: now["batch"] is not None, more=True, low=0, high=SEED),
)


@dataclass(frozen=True)
class View:
    """of_run: whether it is about a run of SGD, so that its settings, questions and program belong to it.
    ahead: whether all that is moved in it are settings, so that it can answer before the rest of the page."""

    label: str
    show: Callable[[Inputs], None]
    of_run: bool = True
    ahead: bool = False


VIEWS = {
    "fit": View("Fit", show_fit, ahead=True),
    "squares": View("Squares", show_squares, of_run=False),
    "step": View("One step", show_step),
    "claim": View("A claim", show_claim, of_run=False),
    "twins": View("Twins", show_twins, of_run=False),
    "curves": View("Curves", show_curves, of_run=False),
}
LINKED = (
    regression_squares.LINKED,
    regression_step.LINKED,
    regression_claim.LINKED,
    regression_twins.LINKED,
    regression_curves.LINKED,
)


def show_run(inputs: Inputs) -> None:
    """What else is worth knowing of it, and the program."""
    fit = LESSON.run(inputs)
    asked = questions(inputs, fit, seed(PAGE))
    show_check(LESSON, inputs, fit, asked)
    predict(asked, PAGE)
    code(LESSON.snippet(inputs), PAGE)


with page(PAGE):
    controls.start()
    for linked in LINKED:
        linked.start()
    slug = choose_view(PAGE, {slug: view.label for slug, view in VIEWS.items()})
    view = VIEWS[slug]
    if view.of_run:
        offer_presets(LESSON, controls)
    settings = controls.settle(view=slug)
    with whole_page(controls, settings):
        if view.of_run:
            with st.container(key=f"{PAGE}-settings", horizontal=True, vertical_alignment="bottom"):
                controls.show_common(settings)
            controls.show_more(settings)
        inputs = None
        with guard():
            inputs = controls.inputs(settings)
            if view.ahead:
                show_ahead(controls, settings, view.show)
            else:
                view.show(inputs)
        if not view.of_run:
            show_undo(PAGE, partial(controls.settle, view=slug))
        show_points(controls, settings)
        if view.of_run and inputs:
            with guard():
                show_run(inputs)
        controls.keep(settings)
        for linked in LINKED:
            linked.keep()
