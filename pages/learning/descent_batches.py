"""The whole batch, mini-batches, or one point by one: three ways down the same surface."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import BATCH_EPOCHS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.learning.descent import batches
from lessons.learning.descent.batches import MINI, NAMES, POINTS, WAYS, WHOLE, Inputs, Way
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell

PAGE = "descent-batches"
USUAL = Inputs()
NUMBERS = {
    "lr": (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03),
    "mini": (2, 3, 5, 10, 15),
    "epochs": (2, 5, 10, 20, BATCH_EPOCHS),
    "seed": tuple(range(10)),
}
LINKED = Linked(
    PAGE,
    lit=Link(address.one_of(WAYS), usual=MINI),
    batches_start=Link.place(USUAL.start),
    batches_step=Link(address.whole(0, BATCH_EPOCHS * len(POINTS))),
    **{f"batches_{name}": Link.among(each, usual=getattr(USUAL, name)) for name, each in NUMBERS.items()},
)


def show_batches() -> None:
    """A question first: until it is answered the whole batch alone is to be seen."""
    LINKED.start()
    st.markdown(
        _(
            "Every step goes against the gradient of the points it looks at. All 30 of them, a few, or one: "
            "the same points, in the same order, as many times."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        numbers: dict[str, Any] = {name: _slide(name) for name in NUMBERS}
    inputs = Inputs(**numbers, start=Slot(PAGE, "batches_start").get())
    ways = once(batches.go, inputs)
    asked = Slot(PAGE, "-".join(("asked", *(f"{each:g}" for each in numbers.values()))))
    waiting = ask(first(asked, batches.ask_lowest, inputs, ways))
    shown, lit = ((WHOLE,), WHOLE) if waiting else (WAYS, _choose_lit())
    plane(PAGE, batches.scene(inputs, ways, shown, lit), _move, Slot(PAGE, "batches_step"))
    if waiting:
        st.caption(_("The two other paths come with your answer."))
    show_badge(once(batches.check, inputs))
    fold(_("Every epoch as a table"), f"{PAGE}-table", partial(_list, inputs, ways, shown))
    fold(
        _("The program of the three paths"),
        f"{PAGE}-program",
        partial(code, batches.snippet(inputs), PAGE),
    )
    LINKED.keep()


def _slide(name: str) -> float:
    labels = {
        "lr": _("Learning rate"),
        "mini": _("Points in a mini-batch"),
        "epochs": _("Epochs"),
        "seed": _("Seed of the shuffle"),
    }
    return LINKED.slide(f"batches_{name}", labels[name], NUMBERS[name], 180)


def _choose_lit() -> str:
    lit = st.segmented_control(
        _("Line and batch of"),
        WAYS,
        format_func=lambda name: tell(NAMES[name]),
        key=Slot(PAGE, "lit").key(),
        required=True,
        persist_state="session",
    )
    return str(lit)


def _move(places: Mapping[str, Places]) -> None:
    (start,) = places["start"]
    Slot(PAGE, "batches_start").set(start)


def _list(inputs: Inputs, ways: dict[str, Way], shown: tuple[str, ...]) -> None:
    """Of every way the steps made and the loss."""
    what = (Message("steps"), Message("loss"))
    heads = [
        tell(Message("{name}: {value}", name=NAMES[name], value=each)) for name in shown for each in what
    ]
    rows = [list(map(show, row)) for row in batches.rows(inputs, ways, shown)]
    table([_("points looked at"), *heads], rows)
