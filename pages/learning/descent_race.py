"""A race in two weights: asked twice, at one rate and at each one's best; then the ways over the surface."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.descent.lesson import RACE, RACES
from lessons.learning.descent.questions import ask_first, first_of
from lessons.learning.descent.race import BEST, RATES, SAME, Inputs, Result, Run, run
from lessons.learning.descent.scenes import race_scene
from pages.kit.badge import show_badge
from pages.kit.controls import Slot
from pages.kit.lesson_page import once
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell
from pages.learning.descent_controls import PAGE, anew, asked

START, RATE, FRAME = Slot(PAGE, "start"), Slot(PAGE, "lr"), Slot(PAGE, "race-frame")


def show_race(inputs: Inputs) -> None:
    """Until the question about these rates is answered only the start is to be seen."""
    hidden = _ask(inputs, SAME) or (_ask(inputs, BEST) and inputs.rule == BEST)
    result = None if hidden else run(inputs)
    plane(f"{PAGE}-race", race_scene(inputs, result), put, FRAME)
    assert RACE.check
    assert RACE.formula
    if result:
        st.markdown(tell(first_of(inputs, result)))
        _list(inputs, result)
        show_badge(once(RACE.check, inputs, result))
    st.markdown("\n\n".join(f"${line}$" for line in RACE.formula(inputs)))


def _ask(inputs: Inputs, rule: str) -> bool:
    """Who is the first, by this rule. Returns whether that is open."""
    slot = anew(asked(inputs, rule), inputs, RACES)
    return ask(first(slot, ask_first, replace(inputs, rule=rule)))


def put(moved: Mapping[str, Places]) -> None:
    """What was moved on the planes, onto the page."""
    if "start" in moved:
        ((x, y),) = moved["start"]
        START.set((float(f"{x:.4g}"), float(f"{y:.4g}")))
    if "rate" in moved:
        ((rate, _y),) = moved["rate"]
        RATE.set(float(f"{rate:.3g}"))


def _list(inputs: Inputs, result: Result) -> None:
    """A row for each; arrived is who was within reach of a minimum for the first time."""
    table(
        [_("Optimizer"), _("rate"), _("arrived"), _("there to stay"), _("above the minimum in the end")],
        [
            [
                _(run.optimizer.title),
                rate_of(inputs, run.lr),
                tell(_arrival(inputs, run)),
                "–" if run.settled is None else tell(Message("from step {step}", step=run.settled)),
                show(run.heights[-1] - inputs.ground.least),
            ]
            for run in result.runs
        ],
    )
    (x, y), over = inputs.ground.near, inputs.ground
    st.caption(
        tell(
            Message(
                "Arrived is who is within {x} of a minimum along {across}, and within {y} along {up}, for "
                "the first time. Some run past it, and come back: they are there to stay only later, or "
                "not at all. Of several at one step the lowest is first.",
                x=x,
                y=y,
                across=over.x.name,
                up=over.y.name,
            )
        )
    )


def rate_of(inputs: Inputs, lr: float) -> str:
    """A best rate at the edge of those that were tried is said to be one."""
    if inputs.rule == BEST and lr in (RATES[0], RATES[-1]):
        edge = "{lr}, the largest tried" if lr == RATES[-1] else "{lr}, the smallest tried"
        return tell(Message(edge, lr=lr))
    return show(lr)


def _arrival(inputs: Inputs, run: Run) -> Message:
    if run.arrived is not None:
        return Message("at step {step}", step=run.arrived)
    if run.lost:
        return Message("ran away")
    return Message("not in {limit} {limit:step|steps}", limit=inputs.limit)
