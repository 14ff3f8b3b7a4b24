"""The race of the optimizers on a real net: runs that differ in the optimizer, and perhaps in its rate."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.core.limits import RUNS_OVERLAID
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.engine.training.choices import OPTIMIZERS as OF_RUNS
from lessons.engine.training.config import Config
from lessons.engine.training.curves import smooth
from lessons.engine.training.history import History
from lessons.engine.training.race import PICTURES
from lessons.learning.optimizers import OPTIMIZERS

FEWEST, MOST = 2, RUNS_OVERLAID
RACERS: Mapping[str, Mapping[str, Any]] = {  # what a run is given to learn by this rule
    "sgd": {"optimizer": "sgd", "momentum": 0.0},
    "momentum": {"optimizer": "sgd", "momentum": 0.9},
    "nesterov": {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
    "rmsprop": {"optimizer": "rmsprop", "momentum": 0.0},
    "adagrad": {"optimizer": "adagrad", "momentum": 0.0},
    "adam": {"optimizer": "adam", "momentum": 0.0},
    "adamw": {"optimizer": "adamw", "momentum": 0.0},
}
USUAL = {  # rates that each is often begun with
    "sgd": 0.1,
    "momentum": 0.01,
    "nesterov": 0.01,
    "rmsprop": 0.001,
    "adagrad": 0.01,
    "adam": 0.001,
    "adamw": 0.001,
}


def racers(slugs: Iterable[str], rate: float | None) -> dict[str, Config]:
    """One epoch of Doodles by each: the same net, seed and pictures. rate: of all; None, each one's usual.
    LessonError where they are too few, or too many."""
    chosen = list(slugs)
    if not FEWEST <= len(chosen) <= MOST:
        raise LessonError(
            "A race has {fewest} to {most} optimizers; here {count:is|are} {count}.",
            fewest=FEWEST,
            most=MOST,
            count=len(chosen),
        )
    return {slug: _racer(slug, USUAL[slug] if rate is None else rate) for slug in chosen}


def _racer(slug: str, rate: float) -> Config:
    settings = RACERS[slug]
    # Decay is torch's own: AdamW without any would be Adam.
    decay = OF_RUNS[settings["optimizer"]].weight_decay
    return Config(lr=rate, epochs=1, train_size=PICTURES, weight_decay=decay, **settings)


def title(config: Config) -> Message:
    """What people call the optimizer of a run."""
    slug = next(
        slug
        for slug, settings in RACERS.items()
        if all(getattr(config, name) == value for name, value in settings.items())
        and config.nesterov == settings.get("nesterov", False)
    )
    return Message(OPTIMIZERS[slug].title)


@dataclass(frozen=True)
class Curve:
    """In numbers. first: loss of the first step; last: where the smoothed curve ends; mean: of the epoch, nan
    if that did not end."""

    name: Message
    first: float
    last: float
    mean: float

    @classmethod
    def of(cls, config: Config, history: History) -> "Curve":
        """nan where there was no step."""
        losses = np.array(history.losses or [math.nan])
        mean = history.epochs[0].train_loss if history.epochs else math.nan
        return cls(named(config), losses[0], smooth(losses, np.array([len(losses) - 1]))[0], mean)


def describe(curves: Sequence[Curve]) -> Message | None:
    """What the curves show in the end; None where fewer than two have one."""
    ended = sorted((curve for curve in curves if math.isfinite(curve.last)), key=lambda curve: curve.last)
    if len(ended) < 2:
        return None
    low, high = ended[0], ended[-1]
    return Message(
        "In the end the curve of {low} is the lowest, at {least}, and that of {high} the highest, at {most}.",
        low=low.name,
        least=show(low.last),
        high=high.name,
        most=show(high.last),
    )


def named(config: Config) -> Message:
    """A racer, with its rate."""
    return Message("{optimizer} at {lr}", optimizer=title(config), lr=config.lr)
