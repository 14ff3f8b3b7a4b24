"""Contours lie where the surface is as high as they say, near 0 and far from it."""

import numpy as np
import pytest

from lessons.core.contours import contours
from lessons.core.messages import Message
from lessons.core.plane import Axis

NAME = Message("height")


@pytest.mark.parametrize("far", [0.0, 1e6])
@pytest.mark.parametrize("wide", [1e-3, 1.0, 1e4])
def test_a_contour_lies_where_the_surface_is_so_high(far, wide):
    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ((x - far) / wide) ** 2 + (y - 3) ** 2

    made = contours(NAME, height, Axis(NAME, far - wide, far + wide), Axis(NAME, 2.0, 4.0), [0.01, 0.25])
    for level, pieces in made.levels:
        (ring,) = pieces
        assert len(ring) > 20
        assert len(set(ring)) > 0.8 * len(ring)  # a few are one: where it closes, and where the grid is met
        x, y = np.array(ring).T
        assert np.abs(height(x, y) - level).max() < 2e-3
