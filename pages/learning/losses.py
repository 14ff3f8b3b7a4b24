"""Work out a cross-entropy number by number, and its gradient."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import CLASSES, SAMPLES
from lessons.core.matrix import Matrix
from lessons.learning.losses.inputs import LOGITS, PROBABILITIES, Inputs, normalized
from lessons.learning.losses.lesson import LESSON
from pages.kit.controls import Choice, Control, Controls, Count, Settings, Slot, Steps, Typed
from pages.kit.frame import guarded
from pages.kit.grid.grid import Grid, Sides, held, hold
from pages.kit.lesson_page import lesson_page
from pages.kit.text import _
from pages.learning.losses_closer import show_closer
from pages.learning.losses_others import show_others
from pages.learning.losses_shares import show_shares
from pages.learning.losses_step import show_step
from pages.learning.losses_twins import show_twins


@dataclass(frozen=True, kw_only=True)
class Numbers(Typed):
    """What a net says of every sample. Probabilities can be made to sum to 1."""

    def show(self, slot: Slot, settings: Settings) -> None:
        def make() -> None:
            hold(slot.key(), (normalized(held(slot.key())[0]),))

        if settings["given"] == PROBABILITIES:
            st.button(_("Make every row sum to 1"), key=slot.key("normalize"), on_click=guarded(make))


@dataclass(frozen=True, kw_only=True)
class Fitted(Typed):
    """A matrix that is as large as the settings before it ask for; what is new in it has the number fill."""

    size: Callable[[Settings], tuple[Sides, Sides]]
    fill: float

    def settle(self, slot: Slot, settings: Settings) -> Matrix:
        matrix: Matrix = held(slot.key())[0]
        height, width = (
            min(max(side, low), high)
            for side, (low, high) in zip((len(matrix), len(matrix[0])), self.size(settings), strict=True)
        )
        if (height, width) != (len(matrix), len(matrix[0])):
            rows = (*matrix, *[()] * height)[:height]
            matrix = tuple((*row, *[self.fill] * width)[:width] for row in rows)
            hold(slot.key(), (matrix,))
        return matrix

    def grid(self, slot: Slot, settings: Settings) -> Grid:
        return Grid(slot.key(), self.names(slot), *self.size(settings))


@dataclass(frozen=True, kw_only=True)
class Names(Control):
    """Words between commas."""

    def put(self, slot: Slot, value: Any) -> None:
        slot.set(", ".join(value))

    def settle(self, slot: Slot, settings: Settings) -> tuple[str, ...]:
        return self.read(slot.get())

    def show(self, slot: Slot, settings: Settings) -> None:
        st.text_input(_(self.label), key=slot.key(), placeholder="cat, dog, pig", persist_state="session")

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(filter(None, (" ".join(name.split()) for name in re.split("[,，、]", text))))

    def write(self, value: Any) -> str:
        return ",".join(value)


def one_for_each_sample(settings: Settings) -> tuple[Sides, Sides]:
    """A class, or a number for each class."""
    samples, classes = len(settings["numbers"]), len(settings["numbers"][0])
    return (samples, samples), (1, classes)


def one_for_each_class(settings: Settings) -> tuple[Sides, Sides]:
    classes = len(settings["numbers"][0])
    return (1, 1), (classes, classes)


controls = Controls(
    "losses",
    Inputs,
    given=Choice("Given are", options={LOGITS: "logits", PROBABILITIES: "probabilities"}),
    numbers=Numbers("Numbers", more=False, rows=(1, SAMPLES), columns=(2, CLASSES)),
    target=Fitted("Target", size=one_for_each_sample, fill=0.0),
    weight=Fitted("Weight", size=one_for_each_class, fill=1.0),
    call=Choice(
        "The loss is",
        lambda now: now["view"] != "twins",
        options={
            "right": "as it should be",
            "twice": "softmax, then cross_entropy",
            "unlogged": "nll_loss, without a log",
        },
    ),
    reduction=Choice(
        "reduction",
        options={"mean": "mean of the terms", "sum": "sum of the terms", "none": "none: every term"},
    ),
    temperature=Steps(
        "Temperature", lambda now: now["given"] == LOGITS, usual=(0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
    ),
    label_smoothing=Steps("label_smoothing", more=True, usual=(0.0, 0.05, 0.1, 0.2, 0.5, 1.0)),
    names=Names("Names of the classes", more=True),
    ignore_index=Count("ignore_index", more=True, low=0, high=CLASSES - 1, empty="none"),
)
by_hand = partial(show_shares, numbers=Slot(controls.page, "numbers"))
lesson_page(
    LESSON,
    controls,
    more_views={"distances": ("Other losses", show_others)},
    views_of_inputs={
        "shares": ("Shares by hand", by_hand),
        "step": ("One step", partial(show_step, controls=controls)),
        "twins": ("Twins", show_twins),
        "closer": ("A closer look", show_closer),
    },
)
