"""What a line is fitted from: points, the settings of SGD in the words of torch, and where it starts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lessons.core.checks import require_one_of, require_whole
from lessons.core.limits import FIT_STEPS, POINT_NUMBER, POINTS, RATE
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.plane import Place
from lessons.learning.points import NOTES, SEED, require_near, singular

MEAN, SUM = "mean", "sum"
REDUCTIONS = (MEAN, SUM)
AS_IS, CENTRE, STANDARDISE = "as_is", "centre", "standardise"
SCALINGS = (AS_IS, CENTRE, STANDARDISE)
START: Place = (1.541, -0.2934)  # torch.manual_seed(0), two torch.randn(1)


@dataclass(frozen=True)
class Inputs:
    """Points, and how SGD fits y = w x + b to them. LessonError tells why it cannot be.

    points: (n, 2), x and y of each. batch: how many a step looks at; None for all. reduction: of the squared
    residuals, one of REDUCTIONS. start: (w, b). scaling: what is done to x first, one of SCALINGS; w, b and
    start are those of the scaled x. seed: of the order in which the batches take the points.
    """

    points: Matrix = NOTES
    lr: float = 1e-4
    momentum: float = 0.9
    weight_decay: float = 1e-2
    steps: int = 1000
    batch: int | None = None
    reduction: str = MEAN
    start: Place = START
    scaling: str = AS_IS
    seed: int = 0

    def __post_init__(self) -> None:
        _require_points(self.points)
        if not 0 < self.lr <= RATE:
            raise LessonError("lr is {value}; it can be above 0, and up to {most}.", value=self.lr, most=RATE)
        if not 0 <= self.momentum <= 1:
            raise LessonError("momentum is {value}; it can be from 0 to 1.", value=self.momentum)
        if not 0 <= self.weight_decay <= RATE:
            raise LessonError(
                "weight_decay is {value}; it can be from 0 to {most}.", value=self.weight_decay, most=RATE
            )
        require_whole("steps", self.steps, 1, FIT_STEPS)
        if self.batch is not None:
            require_whole("batch", self.batch, 1, POINTS)
        require_one_of("reduction", self.reduction, REDUCTIONS)
        require_one_of("scaling", self.scaling, SCALINGS)
        require_whole("seed", self.seed, 0, SEED)
        if not all(abs(number) <= POINT_NUMBER for number in self.start):
            raise LessonError(
                "The start is at w {w}, b {b}; numbers up to {most:g} are allowed.",
                w=self.start[0],
                b=self.start[1],
                most=POINT_NUMBER,
            )

    @cached_property
    def shift(self) -> float:
        """What is taken off every x: their mean, or 0."""
        xs = [x for x, _y in self.points]
        return 0.0 if self.scaling == AS_IS else math.fsum(xs) / len(xs)

    @cached_property
    def scale(self) -> float:
        """What every x is divided by then: their standard deviation, or 1."""
        squares = [(x - self.shift) ** 2 for x, _y in self.points]
        spread = math.sqrt(math.fsum(squares) / len(squares)) if self.scaling == STANDARDISE else 1.0
        return spread or 1.0

    @property
    def flat(self) -> bool:
        """Whether all x are equal, so that no line is the one that fits best."""
        return singular(self.points)

    @property
    def parted(self) -> bool:
        """Whether a step looks at some points only."""
        return self.batch is not None and self.batch < len(self.points)

    def unscaled(self, places: Sequence[Place]) -> Matrix:
        """Places on the plane of the scaled points as points; those that have not moved are as they were."""
        still = dict(zip(self.scaled, self.points, strict=True))
        return tuple(still.get((x, y), (x * self.scale + self.shift, y)) for x, y in places)

    @cached_property
    def scaled(self) -> Matrix:
        """(n, 2), the points that the line is fitted to."""
        if self.scaling == AS_IS:
            return self.points
        return tuple(((x - self.shift) / self.scale, y) for x, y in self.points)


def _require_points(points: Matrix) -> None:
    if not 1 <= len(points) <= POINTS:
        raise LessonError(
            "{count} {count:point|points}; from 1 to {most} are allowed.", count=len(points), most=POINTS
        )
    for row, point in enumerate(points, start=1):
        if len(point) != 2:
            raise LessonError(
                "Point {row} has {count} {count:number|numbers}; a point is x and y.",
                row=row,
                count=len(point),
            )
        require_near(Message("Point {row}", row=row), point)
