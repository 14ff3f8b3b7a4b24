"""Axes with round ends around the numbers that they hold."""

import math
from collections.abc import Sequence

from lessons.core.messages import Message
from lessons.core.plane import Axis, Place

ROOM = 0.08  # of a range, beside what it holds


def axis(name: Message, numbers: Sequence[float], room: float = ROOM) -> Axis:
    """Round ends around the numbers, so that it mostly stays as it is when one of them moves.

    >>> held = axis(Message("x"), [-7.3, 9.0])
    >>> held.low, held.high
    (-10.0, 12.0)
    """
    low, high = min(numbers), max(numbers)
    if low == high:
        beside = max(1.0, abs(low)) / 2
        low, high = low - beside, high + beside
    room *= high - low
    unit = round_up((high - low) / 10)
    low, high = unit * math.floor((low - room) / unit), unit * math.ceil((high + room) / unit)
    return Axis(name, float(f"{low:.12g}"), float(f"{high:.12g}"))


def within(place: Place, reach: Place) -> Place:
    """The nearest place that is no further from 0 than reach, along x and along y.

    >>> within((1e300, -0.5), (2.0, 5.0))
    (2.0, -0.5)
    """
    (x, y), (right, up) = place, reach
    return min(max(x, -right), right), min(max(y, -up), up)


def decades(name: Message, low: float, high: float) -> Axis:
    """Whole powers of 10 around two numbers, on a log scale; 0 has none, and 1 stands for it."""
    low, high = low or high or 1.0, high or 1.0
    bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return Axis(name, 10.0**bottom, 10.0 ** max(top, bottom + 1), log=True)


def round_up(number: float) -> float:
    """To 1, 2 or 5 times a power of 10."""
    power = 10.0 ** math.floor(math.log10(number))
    return next(times * power for times in (1.0, 2.0, 5.0, 10.0, 20.0) if number <= times * power)
