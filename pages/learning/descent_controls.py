"""What can be set of a descent in one weight, and of a race in two, on planes and beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.core.checks import require_one_of
from lessons.core.lesson import Preset
from lessons.core.limits import DESCENT_STEPS, POINTS, RACE_STEPS
from lessons.core.messages import Message
from lessons.core.numbers import exact, parse_number
from lessons.core.plane import Place
from lessons.learning.descent import one_weight, race
from lessons.learning.descent.one_weight import COSTS
from lessons.learning.descent.surfaces import OWN, TITLES
from lessons.learning.optimizers import OPTIMIZERS
from lessons.learning.pasted import tidied
from pages.kit.controls import Choice, Control, Controls, Settings, Slot, Steps, Typed
from pages.kit.text import _

PAGE = "descent"


@dataclass(frozen=True)
class Moved(Control):
    """A number that is set on a plane."""

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def read(self, text: str) -> Any:
        return parse_number(text)

    def write(self, value: Any) -> str:
        return exact(value)


@dataclass(frozen=True)
class Weight(Moved):
    """Where a descent begins, on the curve that is drawn."""

    def settle(self, slot: Slot, settings: Settings) -> float:
        cost = COSTS[settings["cost"]]
        slot.set(min(max(slot.get(), cost.low), cost.high))
        return float(slot.get())


@dataclass(frozen=True)
class Start(Moved):
    """Where a race begins; None: where it usually does on this surface."""

    def read(self, text: str) -> Place:
        x, y = map(parse_number, text.split(","))
        return x, y

    def write(self, value: Any) -> str:
        return ",".join(map(exact, value))


@dataclass(frozen=True)
class Runners(Control):
    """Who runs, in the order of all."""

    def settle(self, slot: Slot, settings: Settings) -> tuple[str, ...]:
        return tuple(slug for slug in OPTIMIZERS if slug in (slot.get() or ()))

    def put(self, slot: Slot, value: Any) -> None:
        slot.set(list(value))

    def show(self, slot: Slot, settings: Settings) -> None:
        st.pills(
            _(self.label),
            list(OPTIMIZERS),
            selection_mode="multi",
            format_func=lambda slug: _(OPTIMIZERS[slug].title),
            key=slot.key(),
            persist_state="session",
        )

    def read(self, text: str) -> tuple[str, ...]:
        slugs = text.split(",")
        for slug in slugs:
            require_one_of(Message(self.label), slug, OPTIMIZERS)
        return tuple(slug for slug in OPTIMIZERS if slug in slugs)

    def write(self, value: Any) -> str:
        return ",".join(value)


one_controls = Controls(
    PAGE,
    one_weight.Inputs,
    alone=True,
    cost=Choice("Cost", options={slug: cost.title for slug, cost in COSTS.items()}),
    weight=Weight("Start"),
    rate=Moved("Learning rate"),
    steps=Steps("How many steps", usual=(1, 5, 10, 20, DESCENT_STEPS)),
)
race_controls = Controls(
    PAGE,
    race.Inputs,
    alone=True,
    surface=Choice("Surface", options=TITLES),
    points=Typed(
        "Your points", lambda now: now["surface"] == OWN, rows=(2, POINTS), columns=(2, 2), tidy=tidied
    ),
    rule=Choice("Rates", options=race.RULES),
    start=Start("Start"),
    lr=Moved("Learning rate"),
    limit=Steps("Steps at most", usual=(50, 100, 200, 300, RACE_STEPS)),
    optimizers=Runners("Optimizers", more=True),
)


def asked(inputs: race.Inputs, *more: str) -> Slot:
    """Where it is kept what is asked about a race: by what the question does not say, and its answers do."""
    return Slot(PAGE, f"asked-{(*more, inputs.surface, inputs.points, inputs.optimizers)}")


def anew(slot: Slot, now: Any, presets: Sequence[Preset[Any]]) -> Slot:
    """Where it is kept what is asked about; of a preset it is asked again, whatever was answered before."""
    if any(preset.inputs == now for preset in presets):
        slot.set(None)
    return slot
