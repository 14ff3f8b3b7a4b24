"""Drag the rate over the steps, or take one of torch's schedulers, and slide down a valley with it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import SCHEDULE_STEPS
from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.descent import schedule
from lessons.learning.descent.schedule import KINDS, ONE_CYCLE, OWN, STEP, WARM_UP, Inputs, Slides
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table

PAGE = "descent-schedule"
USUAL = Inputs()
NUMBERS = {  # by torch's names, but for the share of the steps that warm up
    "lr": (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    "momentum": (0.0, 0.5, 0.9, 0.95, 0.99),
    "step_size": (10, 25, 50, 100, 250),
    "gamma": (0.1, 0.3, 0.5, 0.9),
    "warm": (0.1, 0.3, 0.5),
    "steps": (50, 100, 200, 500, SCHEDULE_STEPS),
}
TAKES = {STEP: ("step_size", "gamma"), ONE_CYCLE: ("warm",), WARM_UP: ("warm",)}


LINKED = Linked(
    PAGE,
    schedule=Link(address.one_of(KINDS), usual=USUAL.kind),
    knots=Link.places(()),
    schedule_start=Link.place(USUAL.start),
    schedule_step=Link(address.whole(0, SCHEDULE_STEPS)),
    **{f"schedule_{name}": Link.among(each, usual=getattr(USUAL, name)) for name, each in NUMBERS.items()},
)


def show_schedule() -> None:
    """A question first: until it is answered the textbook's momentum is not to be seen."""
    LINKED.start()
    st.markdown(
        _(
            "The rate need not stay what it is. Drag its knots, or begin with one of torch's schedules: the "
            "momentum slides down the valley with it."
        )
    )
    inputs = _choose()
    slides = once(schedule.slide, inputs)
    both = not ask(first(_asked(inputs.kind), schedule.ask_parting, inputs, slides))
    plane(
        PAGE, schedule.scene(inputs, slides, both), partial(_move, inputs.kind), Slot(PAGE, "schedule_step")
    )
    show_badge(once(schedule.check, inputs, slides))
    fold(_("The steps as a table"), f"{PAGE}-table", partial(_list, slides, both))
    fold(_("The program of this schedule"), f"{PAGE}-program", partial(code, schedule.snippet(inputs), PAGE))
    LINKED.keep()


def _choose() -> Inputs:
    titles = {kind: _(title) for kind, title in KINDS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            _("Schedule"),
            list(titles),
            format_func=titles.__getitem__,
            key=Slot(PAGE, "schedule").key(),
            persist_state="session",
            width=220,
        )
        names = [*([] if kind == OWN else ["lr"]), *TAKES.get(kind, ()), "momentum", "steps"]
        numbers: dict[str, Any] = {name: _slide(name) for name in names}
    knots = Slot(PAGE, "knots").get()
    if kind == OWN and not knots:  # chosen before any was dragged
        knots = schedule.knots_of(schedule.rates(USUAL))
    return replace(
        USUAL,
        kind=kind,
        knots=knots if kind == OWN else (),
        start=Slot(PAGE, "schedule_start").get(),
        **numbers,
    )


def _slide(name: str) -> float:
    labels = {"lr": "lr", "warm": _("share that warms up"), "steps": _("Number of steps")}
    return LINKED.slide(f"schedule_{name}", labels.get(name, name), NUMBERS[name], 140)


def _asked(kind: str) -> Slot:
    """Where it is kept what is asked about a schedule."""
    return Slot(PAGE, f"asked-{kind}")


def _move(kind: str, places: Mapping[str, Places]) -> None:
    """A knot that is moved makes the schedule the learner's own; what was answered of it stays so."""
    if "knots" in places:
        _asked(OWN).set(_asked(kind).get())
        Slot(PAGE, "knots").set(tuple(sorted(places["knots"])))
        Slot(PAGE, "schedule").set(OWN)
    if "start" in places:
        (start,) = places["start"]
        Slot(PAGE, "schedule_start").set(start)


def _list(slides: Slides, both: bool) -> None:
    place = ["w", "b", _("height")]
    textbook = [_("textbook: w"), _("textbook: b"), _("textbook: height")] if both else []
    rows = [list(map(show, row)) for row in schedule.rows(slides, both)]
    table([_("steps made"), _("rate"), *place, *textbook], rows)
