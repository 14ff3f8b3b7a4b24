"""Optimizers that run down one surface from one start, all at one rate, or each at its best."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, takewhile
from typing import Any

import torch
from torch import Tensor

from lessons.core.checks import require_one_of, require_whole
from lessons.core.limits import RACE_STEPS, WEIGHT
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError
from lessons.core.plane import Axis, Place, Places
from lessons.core.tensors import tensor
from lessons.learning.descent.surfaces import FIXED, OWN, REGRESSION, TITLES, Surface, line_loss
from lessons.learning.optimizers import OPTIMIZERS, Memory, Optimizer

Number = Any  # a float or a tensor; what comes back is the same

SAME, BEST = "same", "best"
RULES = {SAME: "one for all", BEST: "best of each"}
RATES = tuple(float(f"{10 ** (5 * part / 24 - 5):.3g}") for part in range(25))  # 1e-5 to 1
OWN_POINTS: Matrix = ((1.0, 1.0), (2.0, 3.0), (3.0, 2.0))


@dataclass(frozen=True)
class Inputs:
    """A race. LessonError tells why it cannot be.

    surface: one of TITLES; points: (n, 2), of the learner's own. start: None for the surface's usual one.
    rule: one of RULES; lr: of all, if it is the same. limit: how many steps everyone has. optimizers: who
    runs, of OPTIMIZERS.
    """

    surface: str = REGRESSION
    points: Matrix = OWN_POINTS
    start: Place | None = None
    rule: str = SAME
    lr: float = 0.01
    limit: int = 300
    optimizers: tuple[str, ...] = tuple(OPTIMIZERS)

    def __post_init__(self) -> None:
        require_one_of("surface", self.surface, TITLES)
        require_one_of("rule", self.rule, RULES)
        require_whole("limit", self.limit, 1, RACE_STEPS)
        if not RATES[0] <= self.lr <= RATES[-1]:
            raise LessonError(
                "lr is {value}; it can be from {low:g} to {high:g}.",
                value=self.lr,
                low=RATES[0],
                high=RATES[-1],
            )
        for name in self.optimizers:
            require_one_of("optimizers", name, OPTIMIZERS)
        if not self.optimizers:
            raise LessonError("Nobody runs. Choose an optimizer.")

    @cached_property
    def ground(self) -> Surface:
        return line_loss(self.points) if self.surface == OWN else FIXED[self.surface]

    @property
    def begin(self) -> Place:
        """The start, brought onto the plane."""
        x, y = self.start or self.ground.start
        return self.ground.x.within(x), self.ground.y.within(y)

    @property
    def rates(self) -> tuple[float, ...]:
        """Of every optimizer."""
        return best_rates(self) if self.rule == BEST else (self.lr,) * len(self.optimizers)


@dataclass(frozen=True)
class Run:
    """places: the start, and where each step has led, as long as that was not lost; heights: of each.
    arrived: the step that first was there; settled: the one from which on all were; None if none was. lost:
    whether it ran away."""

    slug: str
    lr: float
    places: Places
    heights: tuple[float, ...]
    arrived: int | None
    settled: int | None
    lost: bool

    @property
    def optimizer(self) -> Optimizer:
        return OPTIMIZERS[self.slug]

    @property
    def rank(self) -> tuple[float, float]:
        """The lower, the better: who is there first; of several, and of those who are not, who is lower."""
        if self.arrived is not None:
            return self.arrived, self.heights[self.arrived]
        return math.inf, math.inf if self.lost else self.heights[-1]


@dataclass(frozen=True)
class Result:
    """runs: one for each optimizer, in the order of the inputs."""

    runs: tuple[Run, ...]

    @property
    def winner(self) -> Run | None:
        """Who is there first; None if nobody arrives, or all were there from the start."""
        best = min(self.runs, key=lambda run: run.rank)
        return best if best.arrived else None


@lru_cache(maxsize=8)
def run(inputs: Inputs, rates: tuple[float, ...] | None = None) -> Result:
    """rates: instead of those by the rule of the race."""
    rates = rates or inputs.rates
    return Result(tuple(one(inputs, slug, lr) for slug, lr in zip(inputs.optimizers, rates, strict=True)))


def one(inputs: Inputs, slug: str, lr: float) -> Run:
    """The run of one optimizer, place by place."""
    over, places = inputs.ground, []
    steps = descend(OPTIMIZERS[slug], over, *inputs.begin, lr)
    for x, y in islice(steps, inputs.limit + 1):
        if not (abs(x) <= WEIGHT and abs(y) <= WEIGHT):
            break
        places.append((x, y))
    there = [bool(over.there(*place)) for place in places]
    at_the_end = sum(takewhile(bool, reversed(there)))
    lost = len(places) <= inputs.limit
    return Run(
        slug,
        lr,
        tuple(places),
        tuple(over.height(*place) for place in places),
        there.index(True) if any(there) else None,
        None if lost or not at_the_end else len(there) - at_the_end,
        lost,
    )


def descend(
    optimizer: Optimizer, over: Surface, x: Number, y: Number, lr: Number
) -> Iterator[tuple[Number, Number]]:
    """The start, and the places that every step leads to, without an end. Tensors of starts, or of rates, are
    moved all at once."""
    of_x: Memory = {}
    of_y: Memory = {}
    while True:
        yield x, y
        along_x, along_y = over.gradient(x, y)
        x, of_x = optimizer.step(x, along_x, of_x, lr)
        y, of_y = optimizer.step(y, along_y, of_y, lr)


# Many at once


@dataclass(frozen=True, eq=False)
class Finish:
    """Of many runs of one optimizer, (n,) each. arrived: the first step that was there; settled: the one from
    which on all were; either is one more than there are steps, if none was. heights: on arrival, or in the
    end; ends: in the end; ∞ where a run was lost. near: whether all of it stayed on the plane, or within one
    more width of it."""

    arrived: Tensor
    settled: Tensor
    heights: Tensor
    ends: Tensor
    near: Tensor


def finish(optimizer: Optimizer, over: Surface, x: Tensor, y: Tensor, lr: Number, limit: int) -> Finish:
    """x, y: starts, (n,); lr: one, or (n,)."""
    trail = list(islice(descend(optimizer, over, x, y, lr), limit + 1))
    xs, ys = (torch.stack(each) for each in zip(*trail, strict=True))  # (limit + 1, n)
    there = over.there(xs, ys)
    arrived = torch.where(there.any(0), there.int().argmax(0), limit + 1)
    at_the_end = there.flip(0).int().cumprod(0).sum(0)
    at = arrived.clamp(max=limit)[None]
    heights = over.height(xs.gather(0, at), ys.gather(0, at))[0]
    return Finish(
        arrived,
        limit + 1 - at_the_end,
        _finite(heights),
        _finite(over.height(xs[-1], ys[-1])),
        (_near(xs, over.x) & _near(ys, over.y)).all(0),
    )


def _finite(heights: Tensor) -> Tensor:
    return heights.nan_to_num(nan=math.inf, posinf=math.inf)


def _near(values: Tensor, axis: Axis) -> Tensor:
    width = axis.high - axis.low
    return (values >= axis.low - width) & (values <= axis.high + width)


@lru_cache(maxsize=8)
def best_rates(inputs: Inputs) -> tuple[float, ...]:
    """Of RATES, for each optimizer, the one with which it is the soonest there to stay; if with none, lowest
    in the end. One that leads far off the plane is the best only if all do: who flies past it and comes back
    is there by chance."""
    rates = tensor(RATES)
    x, y = (torch.full_like(rates, each) for each in inputs.begin)

    def best(optimizer: Optimizer) -> float:
        tried = finish(optimizer, inputs.ground, x, y, rates, inputs.limit)
        far, settled, ends = (~tried.near).tolist(), tried.settled.tolist(), tried.ends.tolist()
        *_rank, rate = min(zip(far, settled, ends, RATES, strict=True))
        return rate

    return tuple(best(OPTIMIZERS[slug]) for slug in inputs.optimizers)
