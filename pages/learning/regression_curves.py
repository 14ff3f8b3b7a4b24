"""Curves of rising degree through points, a third of which is held out: where a fit begins to learn noise."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

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
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, is_open
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
MOVED = Slot(PAGE, "curve_points")


def show_curves(inputs: Inputs) -> None:
    """A question first: until it is answered the points that are held out are not to be seen."""
    LINKED.start()
    st.markdown(
        _(
            "A line is a curve of degree 1. Here curves of degree 0 to 12 are fitted by least squares, to "
            "two thirds of the points; the others are held out, to see what the curve makes of points it has "
            "never seen. Play the degrees one by one."
        )
    )
    own, seed = _choose()
    begun = Given(polynomials.drawn(seed), seed) if own else Given(inputs.points)
    now = replace(begun, points=MOVED.get()) if own and MOVED.get() else begun
    fits = polynomials.fit_all(now)
    hidden = _ask_first(polynomials.fit_all(begun), fits)
    if not hidden:
        fits = _decayed(fits)
    plane(
        f"{PAGE}-plane",
        polynomials.scene(fits, hidden, own),
        partial(_move, now),
        at=Slot(PAGE, "degree"),
    )
    if not hidden:
        st.markdown(tell(polynomials.describe(fits)))
        fold(_("The errors as a table"), f"{PAGE}-table", partial(_show_errors, fits))
    program = polynomials.snippet(fits.given)
    fold(_("The program of these curves"), f"{PAGE}-program", partial(code, program, PAGE))
    LINKED.keep()


def _choose() -> tuple[bool, int]:
    """Whether the points are those that can be moved here, and their seed."""
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
        st.button(_("Draw others"), key=f"{PAGE}-draw", on_click=_draw, disabled=not own)
    return own, Slot(PAGE, "curve_seed").get()


def _draw() -> None:
    seed = Slot(PAGE, "curve_seed")
    seed.set((seed.get() + 1) % SEEDS)
    MOVED.set(None)


def _move(given: Given, places: Mapping[str, Places]) -> None:
    """Where the points are now, of both kinds."""
    points = list(given.points)
    for key, numbers in (("training", given.kept), ("held_out", given.held_out)):
        for number, (x, y) in zip(numbers, places.get(key, given.places(numbers)), strict=True):
            points[number] = (round(x, DIGITS), round(y, DIGITS))
    MOVED.set(tuple(points))


def _ask_first(begun: Fits, now: Fits) -> bool:
    """Whether the question is open. It is about the points as they were drawn; an answer to it holds when
    they are moved, and one that is given then holds as well."""
    first, then = polynomials.ask_degree(begun), polynomials.ask_degree(now)
    hidden = is_open(first) and is_open(then)
    if hidden or not is_open(then):
        ask(then)
    return hidden


def _decayed(plain: Fits) -> Fits:
    """With the weight decay that is chosen, which can be when its question is answered."""
    question = polynomials.ask_decay(
        plain, polynomials.fit_all(replace(plain.given, decay=polynomials.ASKED_DECAY))
    )
    ask(question)
    slot, waiting = Slot(PAGE, "decay"), is_open(question)
    st.select_slider(
        _("Weight decay"),
        DECAYS,
        format_func="{:g}".format,
        key=slot.key(),
        disabled=waiting,
        persist_state="session",
    )
    if waiting or not slot.get():
        return plain
    return polynomials.fit_all(replace(plain.given, decay=slot.get()))


def _show_errors(fits: Fits) -> None:
    rows = zip(DEGREES, fits.training, fits.held_out, strict=True)
    head = [_("degree"), _("training error"), _("held-out error")]
    table(head, [[str(degree), show(training), show(held_out)] for degree, training, held_out in rows])
