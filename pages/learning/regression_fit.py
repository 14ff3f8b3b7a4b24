"""The fit as it goes: the line, the loss, the way over its surface, and the rate, which move together."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.regression.fit import Fit, loss, run
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.outcome import beaten, in_table, outcome
from lessons.learning.regression.questions import ask_by_hand as ask_line
from lessons.learning.regression.questions import can_be_missed, not_there
from lessons.learning.regression.scene import SHAPES, UPRIGHT, reading, scene
from lessons.learning.regression.step import ask_first
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.grid.grid import hold
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, ask_by_hand, first, given, is_open
from pages.kit.text import _, table, tell

PAGE = "regression"
POINTS, START, RATE = Slot(PAGE, "points"), Slot(PAGE, "start"), Slot(PAGE, "lr")
SHAPE, FRAME = Slot(PAGE, "gaps"), Slot(PAGE, "frame")
WORDS = {UPRIGHT: "upright", "squares": "squares", "across": "across"}  # of the gaps


def show_fit(inputs: Inputs) -> None:
    """A question first: until it is answered only the start is to be seen."""
    fit = run(inputs)
    question = first(Slot(PAGE, "sign"), ask_first, inputs)
    shown = not ask(question)
    by_hand = ask_line(inputs) if can_be_missed(inputs) else None
    best = shown and not (by_hand and is_open(by_hand))
    shape = choose_shape(SHAPE, UPRIGHT)
    plane(f"{PAGE}-fit", scene(inputs, fit, shown, best, shape), partial(put, inputs), FRAME)
    if shown:
        st.caption(" ".join(map(tell, reading(inputs, fit, best))))
    if by_hand:
        ask_by_hand(by_hand, _("This is my line"), partial(loss, inputs, inputs.start), not_there)
    if shown:
        _show_outcome(inputs, fit, best, given(by_hand) if by_hand else None)


def choose_shape(slot: Slot, usual: str) -> str:
    """Of the gaps."""
    slot.usually(usual, SHAPES)
    shape = st.segmented_control(
        _("Residuals"),
        SHAPES,
        format_func=lambda shape: _(WORDS[shape]),
        key=slot.key(),
        required=True,
        persist_state="session",
    )
    return str(shape)


def put(inputs: Inputs, moved: Mapping[str, Places]) -> None:
    """What was moved on the planes, onto the page."""
    if "points" in moved:
        hold(POINTS.key(), (inputs.unscaled(moved["points"]),))
    if "start" in moved:
        ((w, b),) = moved["start"]
        START.set(float(f"{w:.6g}"))
        START.set(float(f"{b:.6g}"), "b")
    if "rate" in moved:
        ((rate, _y),) = moved["rate"]
        RATE.set(float(f"{rate:.3g}"))


def _show_outcome(inputs: Inputs, fit: Fit, best: bool, by_hand: float | None) -> None:
    st.markdown("  \n".join(map(tell, outcome(inputs, fit, best))))
    if by_hand is not None:
        st.markdown(tell(beaten(inputs, fit, by_hand)))

    def show_all() -> None:
        rows = [[str(step), *map(show, (*fit.path[step], fit.losses[step]))] for step in in_table(fit)]
        table([_("step"), "w", "b", _("loss")], rows)

    fold(_("The steps as a table"), f"{PAGE}-steps-table", show_all)
