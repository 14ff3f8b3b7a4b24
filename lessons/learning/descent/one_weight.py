"""Gradient descent in one weight, number by number: where every step leads, and what becomes of the run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise, takewhile
from typing import Any

from lessons.core.checks import require_one_of, require_whole
from lessons.core.limits import DESCENT_STEPS, WEIGHT
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question

FIT, TWO_MINIMA = "fit", "two_minima"
POINTS = ((1.0, 2.0), (2.0, 4.0), (3.0, 6.0))  # x and y
RATES = (0.001, 1.0)  # the smallest and the largest
LONG = 5000  # steps after which it is clear what becomes of a run
REST = 1e-9  # a step as short as this is none
CLOSE = 0.01  # of a weight to its minimum: there, as far as can be seen


# Costs: they reckon with numbers as with tensors

Number = Any


def fit(w: Number) -> Number:
    """The mean squared error of y = w x on POINTS."""
    return sum((w * x - y) ** 2 for x, y in POINTS) / len(POINTS)


def fit_slope(w: float) -> float:
    return sum(2 * (w * x - y) * x for x, y in POINTS) / len(POINTS)


def fit_curvature(w: float) -> float:
    del w  # the slope grows by as much everywhere
    return sum(2 * x * x for x, _y in POINTS) / len(POINTS)


def two_minima(w: Number) -> Number:
    return w * w * w * w - 4 * w * w + w


def two_minima_slope(w: float) -> float:
    return 4 * w * w * w - 8 * w + 1


def two_minima_curvature(w: float) -> float:
    return 12 * w * w - 8


@dataclass(frozen=True)
class Cost:
    """Of one weight. slope: its derivative; curvature: that of the slope. minima: from the left. low, high:
    the weights that are drawn; bottom, top: their costs. formula: of height and slope, TeX; code: the height
    in Python."""

    title: str
    height: Callable[[Number], Number]
    slope: Callable[[float], float]
    curvature: Callable[[float], float]
    minima: tuple[float, ...]
    low: float
    high: float
    bottom: float
    top: float
    formula: tuple[str, str]
    code: str

    def limit(self, minimum: float) -> float:
        """The rate from which on no run comes to rest in this minimum."""
        return 2 / self.curvature(minimum)

    def factor(self, rate: float, minimum: float) -> float:
        """By what a step close to this minimum multiplies the distance to it."""
        return 1 - rate * self.curvature(minimum)


COSTS = {
    FIT: Cost(
        "y = w x, three points",
        fit,
        fit_slope,
        fit_curvature,
        minima=(2.0,),
        low=-2.0,
        high=6.0,
        bottom=0.0,
        top=80.0,
        formula=(
            r"C(w) = \tfrac{1}{3} \big( (1w - 2)^2 + (2w - 4)^2 + (3w - 6)^2 \big)",
            r"C'(w) = \tfrac{2}{3} \big( (1w - 2) \cdot 1 + (2w - 4) \cdot 2 + (3w - 6) \cdot 3 \big)",
        ),
        code="((w * x - y) ** 2).mean()",
    ),
    TWO_MINIMA: Cost(
        "two minima",
        two_minima,
        two_minima_slope,
        two_minima_curvature,
        minima=(-1.4729976011140302, 1.346997408527774),
        low=-2.4,
        high=2.4,
        bottom=-7.0,
        top=13.0,
        formula=("C(w) = w^4 - 4w^2 + w", "C'(w) = 4w^3 - 8w + 1"),
        code="w**4 - 4 * w**2 + w",
    ),
}


# A run

CRAWLS, SETTLES, SWINGS, DIVERGES = "crawls", "settles", "swings", "diverges"


@dataclass(frozen=True)
class Inputs:
    """A run. LessonError tells why it cannot be.

    cost: one of COSTS; weight: where it begins; rate: the learning rate; steps: how many.
    """

    cost: str = FIT
    weight: float = 0.0
    rate: float = 0.05
    steps: int = 10

    def __post_init__(self) -> None:
        require_one_of("cost", self.cost, COSTS)
        require_whole("steps", self.steps, 1, DESCENT_STEPS)
        low, high = RATES
        if not low <= self.rate <= high:
            raise LessonError(
                "rate is {value}; it can be from {low:g} to {high:g}.", value=self.rate, low=low, high=high
            )
        if not self.of.low <= self.weight <= self.of.high:
            raise LessonError(
                "The weight is {value}; here it can begin anywhere from {low:g} to {high:g}.",
                value=self.weight,
                low=self.of.low,
                high=self.of.high,
            )

    @property
    def of(self) -> Cost:
        return COSTS[self.cost]


@dataclass(frozen=True)
class Result:
    """weights: the first, and where each step has led, as long as that is not beyond WEIGHT; heights, slopes:
    there. rest: where it comes to rest in the end, however long that takes, None if nowhere; away: whether it
    runs away in the end."""

    weights: tuple[float, ...]
    heights: tuple[float, ...]
    slopes: tuple[float, ...]
    rest: float | None
    away: bool

    @cached_property
    def kind(self) -> str:
        """What becomes of it in these steps: one of KINDS."""
        if self.away:
            return DIVERGES
        *_before, last, now = self.weights
        if self.rest is None:
            return SWINGS
        if abs(now - self.rest) <= CLOSE:
            return SETTLES
        return SWINGS if (last - self.rest) * (now - self.rest) < 0 else CRAWLS


def run(inputs: Inputs) -> Result:
    cost = inputs.of
    walked = islice(descend(cost, inputs.weight, inputs.rate), inputs.steps + 1)
    weights = tuple(takewhile(lambda w: abs(w) <= WEIGHT, walked))
    rest, away = follow(cost, inputs.weight, inputs.rate)
    return Result(weights, tuple(map(cost.height, weights)), tuple(map(cost.slope, weights)), rest, away)


def descend(cost: Cost, weight: float, rate: float) -> Iterator[float]:
    """The weight, and where every step leads, without an end."""
    while True:
        yield weight
        # Against the slope, and the further the steeper it is.
        weight = weight - rate * cost.slope(weight)


def follow(cost: Cost, weight: float, rate: float) -> tuple[float | None, bool]:
    """Where it comes to rest in the end, to the last digit where that is a minimum, None if nowhere; and
    whether it runs away."""
    if len(cost.minima) == 1:
        return _follow_factor(cost, weight, rate)
    holding = [each for each in cost.minima if abs(cost.factor(rate, each)) < 1]
    for before, after in islice(pairwise(descend(cost, weight, rate)), LONG):
        if not abs(after) <= WEIGHT:
            return None, True
        # From here every other step leads closer, however slowly.
        held = next((each for each in holding if abs(after - each) <= CLOSE), None)
        if held is not None or abs(after - before) <= REST:
            return after if held is None else held, False
    return None, False


def _follow_factor(cost: Cost, weight: float, rate: float) -> tuple[float | None, bool]:
    """The same of a parabola, where every step multiplies the distance to the minimum by the same."""
    (minimum,) = cost.minima
    size = abs(cost.factor(rate, minimum))
    if size < 1 or weight == minimum:
        return minimum, False
    return None, size > 1


# In words


def outcome(inputs: Inputs, result: Result) -> Message:
    """What the run does, and where it leads."""
    count, now, rest = len(result.weights) - 1, result.weights[-1], result.rest
    if result.away and count < inputs.steps:
        return Message(
            "It diverges: after {count} {count:step|steps} the next one would lead beyond {most:g}, and the "
            "run ends.",
            count=count,
            most=WEIGHT,
        )
    if result.away and abs(now) <= 2 * max(map(abs, result.weights[:2])):
        return Message(
            "It diverges, slowly: every step leads a little further out. It began at w = {weight}, and after "
            "{count} {count:step|steps} it is at {now}.",
            weight=show(inputs.weight),
            count=count,
            now=show(now),
        )
    if result.away:
        return Message(
            "It diverges: the steps lead further and further out. It began at w = {weight}, and after "
            "{count} {count:step|steps} it is at {now}.",
            weight=show(inputs.weight),
            count=count,
            now=show(now),
        )
    if rest is None:
        return Message("It swings from side to side, and comes to rest nowhere: the rate is too large.")
    told = {"count": count, "rest": show(rest), "distance": show(abs(now - rest))}
    if result.kind == SETTLES:
        there = next(step for step, w in enumerate(result.weights) if abs(w - rest) <= CLOSE)
        return Message(
            "It settles at w = {rest}, where the cost is {cost}: at step {there} it is less than {close} "
            "away.",
            **told,
            cost=show(inputs.of.height(rest)),
            there=there,
            close=CLOSE,
        )
    if result.kind == SWINGS:
        return Message(
            "It swings: the last step led past w = {rest}, and after {count} {count:step|steps} it is still "
            "{distance} away.",
            **told,
        )
    return Message(
        "It crawls: after {count} {count:step|steps} it is still {distance} away from w = {rest}, where it "
        "is heading.",
        **told,
    )


# Asked first


def ask_ending(inputs: Inputs) -> Question:
    """What becomes of it; where the cost has several minima, in which of them it ends."""
    result = run(inputs)
    return _ask_kind(inputs, result) if len(inputs.of.minima) == 1 else _ask_minimum(inputs, result)


KINDS = {
    CRAWLS: Message("it crawls, and is not there by then"),
    SETTLES: Message("it settles in the minimum"),
    SWINGS: Message("it swings from side to side, and is not there by then"),
    DIVERGES: Message("it diverges: further and further out"),
}


def _ask_kind(inputs: Inputs, result: Result) -> Question:
    (minimum,) = inputs.of.minima
    return Question(
        Message(
            "It begins at w = {weight}, with the rate {rate}. What becomes of it in {steps} "
            "{steps:step|steps}?",
            weight=show(inputs.weight),
            rate=show(inputs.rate),
            steps=inputs.steps,
        ),
        list(KINDS).index(result.kind),
        Message(
            "{outcome} Here every step multiplies the distance to the minimum by 1 - {rate} × {curvature} = "
            "{factor}: {curvature} is how much the slope grows with w. Beyond a rate of 2 / {curvature} = "
            "{limit} that factor is below -1.",
            outcome=outcome(inputs, result),
            rate=show(inputs.rate),
            curvature=show(inputs.of.curvature(minimum)),
            factor=show(inputs.of.factor(inputs.rate, minimum)),
            limit=show(inputs.of.limit(minimum)),
        ),
        tuple(KINDS.values()),
    )


def _ask_minimum(inputs: Inputs, result: Result) -> Question:
    minima = inputs.of.minima
    return Question(
        Message(
            "It begins at w = {weight}, with the rate {rate}, and may take all the steps it needs. Where "
            "does it end?",
            weight=show(inputs.weight),
            rate=show(inputs.rate),
        ),
        minima.index(result.rest) if result.rest in minima else len(minima),
        Message(
            "{outcome} A step knows the slope where it is, and nothing of what lies behind a hill: where it "
            "ends depends on where it began, and on the rate.",
            outcome=outcome(inputs, result),
        ),
        (
            *(
                Message(
                    "at w = {w}, where the cost is {cost}", w=show(each), cost=show(inputs.of.height(each))
                )
                for each in minima
            ),
            Message("in neither of them"),
        ),
    )
