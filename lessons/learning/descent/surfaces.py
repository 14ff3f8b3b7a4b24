"""Surfaces over two weights: their height, and how steep they are, each written out.

x and y stand for the two weights. Heights and gradients reckon with numbers as with arrays and tensors of any
shape, element by element.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lessons.core.limits import LINE_NUMBER
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.plane import Axis, Place, Places
from lessons.learning.points import NOTES, Moments, least_squares, loss, singular

Number = Any  # a float, an array or a tensor; what comes back is the same

REGRESSION, OWN = "regression", "own"
NEAR = (0.05, 0.05)
NEAR_LINE = (0.02, 0.05)  # a slope that is off turns the whole line


@dataclass(frozen=True)
class Surface:
    """height, gradient: of x and y. minima: all of its lowest places; near: how far from one of them, along x
    and along y, is there. start: where a descent usually begins. formula: TeX; code: the same in Python.
    points: those that code is about, (n, 2), if it is a loss."""

    height: Callable[[Number, Number], Number]
    gradient: Callable[[Number, Number], tuple[Number, Number]]
    x: Axis
    y: Axis
    minima: Places
    start: Place
    formula: str
    code: str
    near: Place = NEAR
    points: Matrix = ()

    @property
    def least(self) -> float:
        """How high its lowest places are."""
        return float(self.height(*self.minima[0]))

    def there(self, x: Number, y: Number) -> Number:
        """Whether places are close enough to a minimum."""
        found: Number = False
        for low_x, low_y in self.minima:
            found = found | ((abs(x - low_x) <= self.near[0]) & (abs(y - low_y) <= self.near[1]))
        return found


def plane_of(x: float, y: float) -> tuple[Axis, Axis]:
    """Axes from -x to x, and from -y to y."""
    return Axis(Message("first weight"), -x, x), Axis(Message("second weight"), -y, y)


# A bowl: as steep in every direction


def bowl(x: Number, y: Number) -> Number:
    return x * x + y * y


def bowl_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 2 * x, 2 * y


BOWL = Surface(
    bowl,
    bowl_gradient,
    *plane_of(3, 3),
    minima=((0.0, 0.0),),
    start=(-2.5, 2.0),
    formula="x^2 + y^2",
    code="x * x + y * y",
)


# A narrow valley: 25 times as steep across it as along it


def valley(x: Number, y: Number) -> Number:
    return 0.2 * x * x + 5 * y * y


def valley_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 0.4 * x, 10 * y


VALLEY = Surface(
    valley,
    valley_gradient,
    *plane_of(5, 2.5),
    minima=((0.0, 0.0),),
    start=(-4.0, 1.5),
    formula=r"0.2\, x^2 + 5\, y^2",
    code="0.2 * x * x + 5 * y * y",
)


# A saddle between two minima: level in its middle, and no minimum there


def saddle(x: Number, y: Number) -> Number:
    return x * x - y * y + y * y * y * y / 4


def saddle_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 2 * x, y * y * y - 2 * y


SADDLE = Surface(
    saddle,
    saddle_gradient,
    *plane_of(2.5, 2.5),
    minima=((0.0, 2**0.5), (0.0, -(2**0.5))),
    start=(-2.0, 0.01),
    formula=r"x^2 - y^2 + \tfrac{1}{4} y^4",
    code="x * x - y * y + y**4 / 4",
)


# Rosenbrock's: a bent valley, whose floor is almost level


def rosenbrock(x: Number, y: Number) -> Number:
    off = y - x * x
    return (1 - x) * (1 - x) + 100 * off * off


def rosenbrock_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    off = y - x * x
    return -2 * (1 - x) - 400 * x * off, 200 * off


ROSENBROCK = Surface(
    rosenbrock,
    rosenbrock_gradient,
    *plane_of(2, 2),
    minima=((1.0, 1.0),),
    start=(-0.5, 1.5),
    formula="(1 - x)^2 + 100\\, (y - x^2)^2",
    code="(1 - x) ** 2 + 100 * (y - x * x) ** 2",
)


# Beale's: almost level in the middle, with walls towards the corners


def beale(x: Number, y: Number) -> Number:
    one, two, three = beale_terms(x, y)
    return one * one + two * two + three * three


def beale_terms(x: Number, y: Number) -> tuple[Number, Number, Number]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def beale_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    one, two, three = beale_terms(x, y)
    along_x = 2 * (one * (y - 1) + two * (y * y - 1) + three * (y * y * y - 1))
    along_y = 2 * x * (one + two * 2 * y + three * 3 * y * y)
    return along_x, along_y


BEALE = Surface(
    beale,
    beale_gradient,
    *plane_of(4, 2),
    minima=((3.0, 0.5),),
    start=(1.0, 1.5),
    formula="(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    code="(1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2",
)


# The loss of a line


@lru_cache(maxsize=8)
def line_loss(points: Matrix) -> Surface:
    """The mean of the squared residuals of y = wx + b, over w and b.

    points: (n, 2), x and y of each; LessonError where many lines are the best, or a number is too large.
    """
    _require_small(*points)  # first: of larger numbers there may be no squares
    if singular(points):
        raise LessonError("All points have the same x, so many lines fit best. Type a point with another x.")
    w, b = best = least_squares(points)
    _require_small(best)
    least, mean = loss(points, best), Moments.of(points)

    # From the best line upwards: near it no digits get lost.
    def height(x: Number, y: Number) -> Number:
        x, y = x - w, y - b
        return least + mean.xx * x * x + 2 * mean.x * x * y + y * y

    def gradient(x: Number, y: Number) -> tuple[Number, Number]:
        x, y = x - w, y - b
        return 2 * (mean.xx * x + mean.x * y), 2 * (mean.x * x + y)

    return Surface(
        height,
        gradient,
        around(Message("weight w"), w),
        around(Message("bias b"), b),
        minima=(best,),
        start=(0.0, 0.0),
        formula=r"\frac{1}{n} \sum_i (w x_i + b - y_i)^2",
        code="((x[..., None] * xs + y[..., None] - ys) ** 2).mean(-1)",
        near=NEAR_LINE,
        points=points,
    )


def _require_small(*places: tuple[float, ...]) -> None:
    if not all(abs(number) <= LINE_NUMBER for place in places for number in place):
        raise LessonError(
            "Coordinates, and w and b of the best line, can be up to {most:g} here.", most=LINE_NUMBER
        )


def around(name: Message, best: float) -> Axis:
    """An axis with 0 on it, and the best a third from one of its ends."""
    reach = max(1.0, 1.5 * abs(best))
    low, high = best - reach, best + reach
    return Axis(name, float(f"{low:.3g}"), float(f"{high:.3g}"))


FIXED = {
    REGRESSION: line_loss(NOTES),
    "bowl": BOWL,
    "valley": VALLEY,
    "saddle": SADDLE,
    "rosenbrock": ROSENBROCK,
    "beale": BEALE,
}
TITLES = {
    REGRESSION: "A line, 30 points",
    "bowl": "Bowl",
    "valley": "Narrow valley",
    "saddle": "Saddle",
    "rosenbrock": "Rosenbrock",
    "beale": "Beale",
    OWN: "A line, your points",
}
