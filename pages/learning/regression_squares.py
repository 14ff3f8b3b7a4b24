"""Residuals as squares under a line that is held at two ends, and what is closest when measured across."""

from collections.abc import Mapping

import streamlit as st

from lessons.core.numbers import exact, show
from lessons.core.plane import Place, Places
from lessons.learning.regression import squares
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.scene import SHAPES, SQUARES
from lessons.learning.regression.squares import HELD, THREE
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import fold, guarded
from pages.kit.grid.grid import hold
from pages.kit.history import history
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, fingerprint, first, is_open
from pages.kit.text import _, table, tell
from pages.learning.regression_fit import choose_shape

PAGE = "regression-squares"
POINTS, LINE, SHAPE = Slot("regression", "points"), Slot(PAGE, "held"), Slot(PAGE, "shape")
CLOSEST = Slot(PAGE, "closest")
LOOKS = {
    "best": "Least squares: the closest y = w x + b, upright",
    "across": "The closest y = w x + b, across",
}


def _read_line(text: str) -> Place:
    w, b = map(float, text.split(","))
    return squares.held(w, b)


def _write_line(line: Place) -> str:
    return ",".join(map(exact, line))


LINKED = Linked(
    PAGE,
    held=Link(_read_line, _write_line, HELD),
    shape=Link(address.one_of(SHAPES), usual=SQUARES),
    **{name: Link(address.switch, address.switched, usual=False) for name in LOOKS},
)


def show_squares(inputs: Inputs) -> None:
    """A question first: what the points are off the line comes with its answer."""
    points = inputs.points
    LINE.usually(HELD)
    question = first(Slot(PAGE, "dearest"), squares.ask_dearest, points, LINE.get())
    waiting = ask(question)
    across = first(CLOSEST, squares.ask_across, points)
    looks = _choose(waiting, unknown=is_open(across))

    def put(moved: Mapping[str, Places]) -> None:
        if "points" in moved:
            hold(POINTS.key(), (moved["points"],))
        if "ends" in moved:
            LINE.set(squares.through(moved["ends"]))

    history("regression").note("held", {"held": LINE.get()}, lambda values: LINE.set(values["held"]))
    plane(PAGE, squares.scene(points, LINE.get(), SHAPE.get(), waiting, **looks), put)
    for line in squares.told(points, **looks):
        st.markdown(tell(line))
    if not waiting:
        fold(_("The squares as a table"), f"{PAGE}-table", lambda: _show_table(inputs))
    st.subheader(_("Lines y = w x through (0, 0): upright, or across?"), anchor=False)
    three = _("(1, 1), (2, 3) and (3, 2)")
    st.button(three, key=f"{PAGE}-three", on_click=guarded(hold), args=(POINTS.key(), (THREE,)))
    if not ask(across):
        if fingerprint(across) != fingerprint(squares.ask_across(points)):
            st.caption(_("The question was about other points; the table is about those that are there now."))
            again = _("Ask me about these points")
            st.button(again, key=f"{PAGE}-again", on_click=guarded(CLOSEST.set), args=(None,))
        table([_("what"), _("how")], [[tell(name), f"`{how}`"] for name, how in squares.worked(points)])


def _choose(waiting: bool, unknown: bool) -> dict[str, bool]:
    """The shape of the gaps, and which of the closest lines are to be seen. unknown: they are asked about."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choose_shape(SHAPE, SQUARES)
        for name, label in LOOKS.items():
            off = waiting or (unknown and name == "across")
            st.toggle(_(label), key=Slot(PAGE, name).key(), disabled=off, persist_state="session")
    return {
        "best": Slot(PAGE, "best").get() and not waiting,
        "across": Slot(PAGE, "across").get() and not waiting and not unknown,
    }


def _show_table(inputs: Inputs) -> None:
    w, b = LINE.get()
    costs = squares.costs(inputs.points, (w, b))
    total = sum(costs)
    rows = [
        [
            str(number),
            *map(show, (x, y, w * x + b, w * x + b - y, cost, 100 * cost / total if total else 0.0)),
        ]
        for number, ((x, y), cost) in enumerate(zip(inputs.points, costs, strict=True), start=1)
    ]
    table([_("point"), "x", "y", _("prediction"), _("residual"), _("square"), "%"], rows)
