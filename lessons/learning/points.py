"""Points, the line that fits them best, and the surface of its loss, which descent goes down on."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from lessons.core.checks import require_whole
from lessons.core.limits import POINT_NUMBER, POINTS
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.plane import Place

SEED = 2**32 - 1  # the largest that numpy takes


def draw(w: float, b: float, noise: Sequence[float], count: int, seed: int) -> Matrix:
    """Points as course notes draw them: (x, y), x a whole number from -10 to 9, y = w x + b and one of noise.

    They seed numpy for x, and Python's random for the noise. LessonError if there cannot be so many, or such.
    """
    require_whole("count", count, 1, POINTS)
    require_whole("seed", seed, 0, SEED)
    random = Random(seed)
    xs = np.random.RandomState(seed).randint(-10, 10, count).tolist()
    points = tuple((float(x), float(w * x + b + random.choice(noise))) for x in xs)
    for number, point in enumerate(points, start=1):
        require_near(Message("Point {row}", row=number), point)
    return points


def require_near(name: Message, point: Sequence[float]) -> None:
    """LessonError if x or y is too large. name: of the point."""
    x, y = point
    if not (abs(x) <= POINT_NUMBER and abs(y) <= POINT_NUMBER):
        raise LessonError(
            "{name} is at ({x}, {y}); numbers up to {most:g} are allowed.",
            name=name,
            x=x,
            y=y,
            most=POINT_NUMBER,
        )


NOTES = draw(2, 3, (0, 1, 2), 30, 0)


@dataclass(frozen=True)
class Moments:
    """All that the loss of a line knows of its points: how many they are, and means of products."""

    count: int
    x: float
    y: float
    xx: float
    xy: float

    @classmethod
    def of(cls, points: Matrix) -> "Moments":
        def mean(products: Sequence[float]) -> float:
            return math.fsum(products) / len(products)

        xs, ys = zip(*points, strict=True)
        return cls(
            len(points),
            mean(xs),
            mean(ys),
            mean([x * x for x in xs]),
            mean([x * y for x, y in points]),
        )


def least_squares(points: Matrix) -> Place:
    """The best w and b. Where all x are equal many lines are best: this one is flat."""
    xs, ys = zip(*points, strict=True)
    x, y = math.fsum(xs) / len(points), math.fsum(ys) / len(points)
    spread = math.fsum((each - x) ** 2 for each in xs)
    w = math.fsum((one - x) * (other - y) for one, other in points) / spread if spread else 0.0
    return w, y - w * x


def singular(points: Matrix) -> bool:
    """Whether all x are equal, or there is a single point: then no line is the one that fits best."""
    return len({x for x, _y in points}) < 2


def written(line: Place) -> str:
    """A line at (w, b), short.

    >>> written((2.0, -3.5)), written((-1.0, 0.0)), written((0.0, 3.0))
    ('y = 2 x - 3.5', 'y = -x', 'y = 3')
    """
    w, b = map(show, line)
    if w == "0":
        return f"y = {b}"
    left = {"1": "y = x", "-1": "y = -x"}.get(w, f"y = {w} x")
    if b == "0":
        return left
    return f"{left} {'-' if b[0] == '-' else '+'} {b.removeprefix('-')}"


def loss(points: Matrix, place: Place) -> float:
    """The mean of the squared residuals of the line at (w, b)."""
    w, b = place
    return math.fsum((w * x + b - y) ** 2 for x, y in points) / len(points)


def height(points: Matrix) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """The mean of the squared residuals, at arrays of w and of b of the same shape."""
    best = least_squares(points)
    least, known = loss(points, best), Moments.of(points)

    def at(w: np.ndarray, b: np.ndarray) -> np.ndarray:
        # From its lowest place upwards: near it no digits get lost.
        w, b = w - best[0], b - best[1]
        return np.asarray(least + w * w * known.xx + 2 * w * b * known.x + b * b)

    return at
