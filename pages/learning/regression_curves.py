"""Curves of rising degree through points, a third of which is held out: where a fit begins to learn noise."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.matrix import Matrix, pack, unpack
from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.regression import polynomials
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.polynomials import COUNT, DECAYS, DEGREES, FIRST, HEIGHT, REACH, Fits, Given
from pages.kit import address
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, guarded
from pages.kit.history import history
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell

PAGE = "regression-curves"
WAVE, YOURS = "wave", "yours"
SOURCES = {WAVE: "18 points about a wave", YOURS: "your points"}
SEEDS = 1000
DIGITS = 3  # behind the point, of a point that is moved


def read_moved(text: str) -> Matrix:
    """The points, where some were moved; ValueError for others than could be."""
    (points,) = unpack(text)
    if len(points) != COUNT or any(
        len(point) != 2 or abs(point[0]) > REACH or abs(point[1]) > HEIGHT for point in points
    ):
        raise ValueError(text)
    return points


LINKED = Linked(
    PAGE,
    curve_of=Link(address.one_of(SOURCES), usual=WAVE),
    curve_seed=Link(address.whole(0, SEEDS - 1), usual=FIRST),
    curve_points=Link(read_moved, lambda points: pack((points,))),
    degree=Link(address.whole(0, DEGREES[-1] - 1)),
    decay=Link.among(DECAYS, usual=0.0),
)
SEED, MOVED = Slot(PAGE, "curve_seed"), Slot(PAGE, "curve_points")


def show_curves(inputs: Inputs) -> None:
    """A question first: until it is answered the points that are held out are not to be seen."""
    st.markdown(
        _(
            "A line is a curve of degree 1. Here curves of degree 0 to 12 are fitted by least squares, to "
            "two thirds of the points; the others are held out, to see what the curve makes of points it has "
            "never seen. Play the degrees one by one."
        )
    )
    source = _choose()
    own, seed = source == WAVE, SEED.get() if source == WAVE else 0
    given = Given(MOVED.get() or polynomials.drawn(seed) if own else inputs.points, seed)
    asked = f"{source}-{seed}"
    question = first(Slot(PAGE, f"asked-{asked}"), polynomials.ask_degree, given)
    hidden = ask(question)
    if not hidden:
        given = replace(given, decay=_choose_decay(given, Slot(PAGE, f"decay-{asked}")))
    history("regression").note("curves", {slot.name: slot.get() for slot in (SEED, MOVED)}, _put)
    fits = once(polynomials.fit_all, given)
    plane(
        f"{PAGE}-plane",
        polynomials.scene(fits, hidden, own),
        partial(_move, given),
        at=Slot(PAGE, "degree"),
    )
    if not hidden:
        st.markdown(tell(polynomials.describe(fits)))
        for line in polynomials.reading(fits):
            st.caption(tell(line))
        fold(_("The errors as a table"), f"{PAGE}-table", partial(_show_errors, fits))
    program = polynomials.snippet(fits.given)
    fold(_("The program of these curves"), f"{PAGE}-program", partial(code, program, PAGE))


def _choose() -> str:
    """Which points."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            _("Points"),
            list(SOURCES),
            format_func=lambda slug: _(SOURCES[slug]),
            key=Slot(PAGE, "curve_of").key(),
            required=True,
            persist_state="session",
        )
        own = source == WAVE
        st.button(_("Draw others"), key=f"{PAGE}-draw", on_click=guarded(_draw), disabled=not own)
        moved = own and MOVED.get() is not None
        st.button(
            _("As they were drawn"),
            key=f"{PAGE}-back",
            on_click=guarded(MOVED.set),
            args=(None,),
            disabled=not moved,
        )
    return str(source)


def _draw() -> None:
    SEED.set((SEED.get() + 1) % SEEDS)
    MOVED.set(None)


def _put(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        Slot(PAGE, name).set(value)


def _move(given: Given, places: Mapping[str, Places]) -> None:
    """Where the points are now, of both kinds."""
    points = list(given.points)
    for key, numbers in (("training", given.kept), ("held_out", given.held_out)):
        for number, (x, y) in zip(numbers, places.get(key, given.places(numbers)), strict=True):
            points[number] = (round(x, DIGITS), round(y, DIGITS))
    MOVED.set(tuple(points))


def _choose_decay(given: Given, asked: Slot) -> float:
    """Weight decay, which can be had when its question is answered."""
    question = first(asked, polynomials.ask_decay, given)
    slot, waiting = Slot(PAGE, "decay"), ask(question)
    st.select_slider(
        _("Weight decay"),
        DECAYS,
        format_func="{:g}".format,
        key=slot.key(),
        disabled=waiting,
        persist_state="session",
    )
    return 0.0 if waiting else float(slot.get())


def _show_errors(fits: Fits) -> None:
    rows = zip(DEGREES, fits.training, fits.held_out, strict=True)
    head = [_("degree"), _("training error"), _("held-out error")]
    table(head, [[str(degree), show(training), show(held_out)] for degree, training, held_out in rows])
