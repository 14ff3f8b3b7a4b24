"""Contours of a surface: lines on which it is equally high everywhere."""

import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from contourpy import LineType, contour_generator

from lessons.core.messages import Message
from lessons.core.plane import Axis, Contours, Places

LEVELS = 12
SIDE = 81  # places along either axis at which a height is asked for
DIGITS = 5  # of the range of an axis, to which places are rounded: finer than can be drawn

Heights = Callable[[np.ndarray, np.ndarray], np.ndarray]


def contours_above(name: Message, height: Heights, x: Axis, y: Axis, least: float) -> Contours:
    """LEVELS of them, up to the highest place that is on the axes. least: the height of the lowest one."""
    highest = float(np.max(height(*_grid(x, y))))
    return contours(name, height, x, y, rising(least, highest, LEVELS))


def contours(name: Message, height: Heights, x: Axis, y: Axis, levels: Sequence[float]) -> Contours:
    """height: of places, given as x and y of the same shape (SIDE, SIDE); levels: rising."""
    across, up = _grid(x, y)
    found = contour_generator(across, up, height(across, up), line_type=LineType.Separate)
    decimals = [DIGITS - math.ceil(math.log10(axis.high - axis.low)) for axis in (x, y)]

    def pieces(level: float) -> list[Places]:
        lines = cast(list[np.ndarray], found.lines(level))
        return [tuple(zip(*map(_rounded, line.T, decimals), strict=True)) for line in lines]

    return Contours(name, [(level, pieces(level)) for level in levels])


def _grid(x: Axis, y: Axis) -> tuple[np.ndarray, np.ndarray]:
    across, up = np.meshgrid(np.linspace(x.low, x.high, SIDE), np.linspace(y.low, y.high, SIDE))
    return across, up


def rising(low: float, high: float, count: int) -> list[float]:
    """So many levels above the lowest place of a surface, closer together towards it.

    >>> rising(1.0, 101.0, 3)
    [1.01, 2.0, 101.0]
    """
    return [low + (high - low) * float(share) for share in np.geomspace(1e-4, 1.0, count)]


def _rounded(numbers: np.ndarray, decimals: int) -> list[float]:
    return list(numbers.round(decimals).tolist())
