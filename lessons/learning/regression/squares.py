"""Residuals as squares: which point costs a line most, and what is closest when it is measured across."""

import math
from collections.abc import Sequence

from lessons.core import style
from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Curve, Dots, Line, Part, Place, Plane, Scene
from lessons.core.questions import Question
from lessons.learning.points import least_squares, singular, written
from lessons.learning.regression.scene import axis, dots, gaps

HELD: Place = (1.5, 0.0)  # the line, as it is held at first
CHOICES = 4
THREE: Matrix = ((1.0, 1.0), (2.0, 3.0), (3.0, 2.0))
ASIDE = 0.05  # of the width: how far from its edges a line is held
DIGITS = 6


def scene(points: Matrix, held: Place, shape: str, waiting: bool, upright: bool, across: bool) -> Scene:
    """waiting: what the gaps would tell is asked; upright, across: whether the closest lines are there."""
    xs, ys = zip(*points, strict=True)
    x = axis(Message("x"), xs)
    ends = _ends(held, x.low, x.high)
    y = axis(Message("y"), [*ys, *(height for _x, height in ends)])

    def whole(name: Message, key: str, line: Place, colour: str, dash: str) -> Curve:
        w, b = line
        return Curve(key, name, ((x.low, w * x.low + b), (x.high, w * x.high + b)), colour=colour, dash=dash)

    parts: list[Part] = [] if waiting else [gaps(shape, "line")]
    if upright:
        best = least_squares(points)
        parts.append(whole(Message("least squares, upright"), "upright", best, style.POSITIVE, "dash"))
    if across:
        best = closest(points)
        parts.append(whole(Message("least squares, across"), "across", best, style.NEGATIVE, "dot"))
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


def through(ends: Sequence[Place]) -> Place:
    """(w, b) of the line through two places, rounded as a number that is typed."""
    (x, y), (other_x, other_y) = ends
    w = (other_y - y) / (other_x - x)
    return float(f"{w:.{DIGITS}g}"), float(f"{y - w * x:.{DIGITS}g}")


def costs(points: Matrix, held: Place) -> list[float]:
    """The square of every residual."""
    w, b = held
    return [(w * x + b - y) ** 2 for x, y in points]


def ask_dearest(points: Matrix, held: Place) -> Question | None:
    """Which point costs most; None for a single one, and where two cost the same most."""
    squares = costs(points, held)
    first, second, *_others = [*sorted(range(len(points)), key=squares.__getitem__, reverse=True), -1]
    if second < 0 or math.isclose(squares[first], squares[second]):
        return None
    others = [each for each in range(len(points)) if each != first]
    chosen = sorted([first, *others[:: max(1, len(others) // (CHOICES - 1))][: CHOICES - 1]])
    (x, y), (w, b) = points[first], held
    return Question(
        Message(
            "The line is {line}, and a point costs the square of its residual. Which of these costs most?",
            line=written(held),
        ),
        chosen.index(first),
        Message(
            "({x}, {y}): the line says {prediction} there. The residual is {residual}, its square {square}, "
            "and that is {share} % of all squares. What is twice as far off costs four times as much.",
            x=show(x),
            y=show(y),
            prediction=show(w * x + b),
            residual=show(w * x + b - y),
            square=show(squares[first]),
            share=show(100 * squares[first] / math.fsum(squares)),
        ),
        choices=tuple(
            Message("({x}, {y})", x=show(points[each][0]), y=show(points[each][1])) for each in chosen
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


def told(points: Matrix, upright: bool, across: bool) -> list[Message]:
    """What the closest lines are."""
    lines = []
    if upright and singular(points):
        lines.append(Message("All x are equal: least squares is singular, and the flat line is one of many."))
    if upright:
        line = written(least_squares(points))
        lines.append(Message("Measured upright, the closest line is {line}.", line=line))
    if across:
        lines.append(Message("Measured across, the closest line is {line}.", line=written(closest(points))))
    return lines
