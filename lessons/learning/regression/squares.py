"""Residuals as squares: which point costs a line most, and what is closest when it is measured across."""

import math
from collections.abc import Sequence

from lessons.core import style
from lessons.core.axes import axis
from lessons.core.limits import POINT_NUMBER
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import equation, show, term
from lessons.core.plane import Curve, Dots, Line, Part, Place, Plane, Scene
from lessons.core.questions import Question
from lessons.learning.points import least_squares, singular, written
from lessons.learning.regression.scene import dots, gaps

HELD: Place = (1.5, 0.0)  # the line, as it is held at first
CHOICES = 4
THREE: Matrix = ((1.0, 1.0), (2.0, 3.0), (3.0, 2.0))
ASIDE = 0.05  # of the width: how far from its edges a line is held
DIGITS = 6


def scene(points: Matrix, held: Place, shape: str, waiting: bool, best: bool, across: bool) -> Scene:
    """waiting: what the gaps would tell is asked; best, across: whether the closest lines are there."""
    xs, ys = zip(*points, strict=True)
    x = axis(Message("x"), xs)
    ends = _ends(held, x.low, x.high)
    y = axis(Message("y"), [*ys, *(height for _x, height in ends)])

    def whole(name: Message, key: str, line: Place, colour: str, dash: str) -> Curve:
        w, b = line
        return Curve(key, name, ((x.low, w * x.low + b), (x.high, w * x.high + b)), colour=colour, dash=dash)

    parts: list[Part] = [] if waiting else [gaps(shape, "line")]
    if best:
        line = least_squares(points)
        parts.append(whole(Message("line of the least squares"), "best", line, style.POSITIVE, "dash"))
    if across:
        line = closest(points)
        parts.append(whole(Message("closest line, measured across"), "across", line, style.NEGATIVE, "dot"))
    parts += [
        Line("line", Message("your line"), "ends"),
        dots(points),
        Dots("ends", Message("end {number} of the line"), ends, "y", sign="ring", colour=style.HERE),
    ]
    return Scene((Plane(Message("points and your line"), x, y, tuple(parts), height=460),))


def _ends(held: Place, low: float, high: float) -> tuple[Place, Place]:
    """Where a line is held: near both sides."""
    w, b = held
    left, right = (edge + ASIDE * (other - edge) for edge, other in ((low, high), (high, low)))
    return (left, w * left + b), (right, w * right + b)


def held(w: float, b: float) -> Place:
    """A line, rounded as numbers that are typed. LessonError where it is too steep or too high."""
    if not (abs(w) <= POINT_NUMBER and abs(b) <= POINT_NUMBER):
        raise LessonError(
            "The line has w {w}, b {b}; numbers up to {most:g} are allowed.", w=w, b=b, most=POINT_NUMBER
        )
    return float(f"{w:.{DIGITS}g}"), float(f"{b:.{DIGITS}g}")


def through(ends: Sequence[Place]) -> Place:
    """(w, b) of the line through two places, as steep and as high as a line can be."""
    (x, y), (other_x, other_y) = ends
    w = (other_y - y) / (other_x - x)
    return held(*(min(max(each, -POINT_NUMBER), POINT_NUMBER) for each in (w, y - w * x)))


def costs(points: Matrix, held: Place) -> list[float]:
    """The square of every residual."""
    w, b = held
    return [(w * x + b - y) ** 2 for x, y in points]


def ask_dearest(points: Matrix, held: Place) -> Question:
    """Which point costs most."""
    squares = costs(points, held)
    most = max(range(len(points)), key=squares.__getitem__)
    less = [each for each in range(len(points)) if not math.isclose(squares[each], squares[most])]
    chosen = sorted([most, *less[:: max(1, len(less) // (CHOICES - 1))][: CHOICES - 1]]) if less else []
    (x, y), (w, b) = points[most], held
    same = Message("all cost the same")
    return Question(
        Message(
            "The line is {line}, and a point costs the square of its residual. Which of these costs most?",
            line=written(held),
        ),
        chosen.index(most) if less else 0,
        Message(
            "At x {x} the line says {prediction}, and y is {y}: the square of {residual} is {square}. What "
            "is twice as far off costs four times as much.",
            x=show(x),
            y=show(y),
            prediction=show(w * x + b),
            residual=show(w * x + b - y),
            square=show(squares[most]),
        ),
        choices=(
            *(Message("({x}, {y})", x=show(points[each][0]), y=show(points[each][1])) for each in chosen),
            same,
        ),
    )


# Measured across


def closest(points: Matrix) -> Place:
    """The line with the least squares of perpendicular distances: through the mean of all.

    Of points that are equally wide in all directions any is; then it is the flat one. One that is upright
    has no slope: it is given as steep as numbers go.
    """
    xs, ys = zip(*points, strict=True)
    x, y = math.fsum(xs) / len(points), math.fsum(ys) / len(points)
    w = _steepness([(one - x, other - y) for one, other in points])
    return w, y - w * x


def worked(points: Matrix) -> list[tuple[Message, str]]:
    """The slopes of the closest lines through (0, 0), with the numbers filled in."""
    xx, yy, xy = (math.fsum(each) for each in zip(*((x * x, y * y, x * y) for x, y in points), strict=True))
    upright, across = from_zero(points)
    told = [
        (Message("X, the sum of x²"), show(xx)),
        (Message("Y, the sum of y²"), show(yy)),
        (Message("P, the sum of x y"), show(xy)),
    ]
    if not xy:
        return told
    apart, twice = f"{show(yy)} - {show(xx)}", f"2×{term(show(xy))}"
    left = f"({apart} + √(({apart})² + ({twice})²)) / ({twice})"
    return [
        *told,
        (Message("upright: P / X"), equation(f"{show(xy)} / {show(xx)}", [xy / xx], upright)),
        (
            Message("across: (Y - X + √((Y - X)² + (2 P)²)) / (2 P)"),
            equation(left, [across], across),
        ),
    ]


def from_zero(points: Matrix) -> tuple[float, float]:
    """The slope of the closest line through (0, 0): measured upright, and measured across."""
    products, squares = math.fsum(x * y for x, y in points), math.fsum(x * x for x, _y in points)
    return (products / squares if squares else 0.0), _steepness(points)


STEEPEST = 1e9


def _steepness(places: Sequence[Sequence[float]]) -> float:
    """The slope of the line through (0, 0) that is closest to places, measured across."""
    xx, yy = math.fsum(x * x for x, _y in places), math.fsum(y * y for _x, y in places)
    xy = math.fsum(x * y for x, y in places)
    if not xy:
        return 0.0 if xx >= yy else STEEPEST
    return (yy - xx + math.hypot(yy - xx, 2 * xy)) / (2 * xy)


def ask_across(points: Matrix) -> Question:
    """Whether the closest line through (0, 0) gets steeper when it is measured across."""
    upright, across = from_zero(points)
    return Question(
        Message(
            "Of all lines y = w x, the one with the least squares of upright residuals has w {w}. Measured "
            "across, at right angles to the line: is the w of the closest line larger, or smaller?",
            w=show(upright),
        ),
        2 if math.isclose(upright, across, rel_tol=1e-9) else int(across < upright),
        Message(
            "It is {across}, and not {upright}. Upright residuals are about predicting y from x; across, x "
            "and y count alike. Regression measures upright.",
            across=show(across),
            upright=show(upright),
        ),
        choices=(Message("larger"), Message("smaller"), Message("both are the same")),
    )


def told(points: Matrix, best: bool, across: bool) -> list[Message]:
    """What the closest lines are."""
    lines = []
    if best and len(points) == 1:
        lines.append(Message("Least squares of a single point is singular: the flat line is one of many."))
    elif best and singular(points):
        lines.append(Message("All x are equal: least squares is singular, and the flat line is one of many."))
    if best:
        line = written(least_squares(points))
        lines.append(Message("Of all lines y = w x + b the closest, measured upright, is {line}.", line=line))
    if across:
        lines.append(
            Message(
                "Of all lines y = w x + b the closest, measured across, is {line}.",
                line=written(closest(points)),
            )
        )
    return lines
