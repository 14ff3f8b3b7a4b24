"""Surfaces over two weights: held to autograd, to their programs, and to their lowest places."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.descent.surfaces import FIXED, OWN, REGRESSION, TITLES, line_loss
from lessons.learning.points import NOTES
from tests.oracles import tensor
from tests.strategies import SEEDS, numbers

every_surface = pytest.mark.parametrize("surface", FIXED.values(), ids=FIXED)


def places_on(surface, seed: int, count: int = 50) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    shares = torch.rand((2, count), generator=draw, dtype=torch.float64)
    x, y = (
        axis.low + (axis.high - axis.low) * each
        for axis, each in zip((surface.x, surface.y), shares, strict=True)
    )
    return x.requires_grad_(), y.requires_grad_()


def assert_steep(surface, seed: int) -> None:
    """Its gradient is that of autograd."""
    x, y = places_on(surface, seed)
    surface.height(x, y).sum().backward()
    size = 1 + float(surface.height(x, y).detach().max())
    for ours, theirs in zip(surface.gradient(x.detach(), y.detach()), (x.grad, y.grad), strict=True):
        assert torch.allclose(torch.as_tensor(ours), theirs, rtol=1e-12, atol=1e-12 * size)


@every_surface
@given(seed=SEEDS)
def test_a_gradient_is_that_of_autograd(surface, seed):
    assert_steep(surface, seed)


@given(seed=SEEDS, count=st.integers(2, 9))
def test_so_is_that_of_the_loss_of_a_line_through_any_points(seed, count):
    points = tuple((x + row, y) for row, (x, y) in enumerate(numbers(2 * (seed // 2), count, 2)))
    if len({x for x, _y in points}) > 1:
        assert_steep(line_loss(points), seed)


@every_surface
@given(seed=SEEDS)
def test_the_height_of_its_program_is_its_height(surface, seed):
    x, y = (each.detach() for each in places_on(surface, seed))
    xs, ys = tensor(surface.points).T if surface.points else (None, None)
    height = eval(surface.code, {"x": x, "y": y, "xs": xs, "ys": ys})
    assert torch.allclose(height, surface.height(x, y), rtol=1e-9, atol=1e-9)


@every_surface
def test_numbers_arrays_and_tensors_have_one_height(surface):
    x, y = surface.start
    one = surface.height(x, y)
    assert isinstance(one, float)
    assert surface.height(np.array([x]), np.array([y])).tolist() == [one]
    assert surface.height(tensor([x]), tensor([y])).tolist() == [one]


@every_surface
def test_nowhere_is_it_lower_than_at_its_minima(surface):
    across, up = np.meshgrid(
        np.linspace(surface.x.low, surface.x.high, 201), np.linspace(surface.y.low, surface.y.high, 201)
    )
    assert surface.height(across, up).min() >= surface.least - 1e-12
    for minimum in surface.minima:
        assert surface.height(*minimum) == pytest.approx(surface.least, abs=1e-12)
        assert surface.gradient(*minimum) == pytest.approx((0.0, 0.0), abs=1e-12)


@every_surface
def test_there_is_what_is_close_to_a_minimum_along_both_weights(surface):
    wide, high = surface.near
    for x, y in surface.minima:
        assert surface.there(x + 0.99 * wide, y - 0.99 * high)
        assert not surface.there(x + 1.01 * wide, y)
        assert not surface.there(x, y - 1.01 * high)
    assert not surface.there(*surface.start)


@every_surface
def test_the_usual_start_is_on_the_plane_and_so_are_the_minima(surface):
    for x, y in (surface.start, *surface.minima):
        assert surface.x.low <= x <= surface.x.high
        assert surface.y.low <= y <= surface.y.high


def test_every_surface_has_a_title():
    assert [*FIXED, OWN] == list(TITLES)


def test_the_loss_of_the_notes_points_has_the_worked_numbers():
    surface = FIXED[REGRESSION]
    assert surface.points == NOTES
    assert surface.minima[0] == pytest.approx((1.9745, 4.0316), abs=5e-5)
    assert surface.least == pytest.approx(0.5409, abs=5e-5)
    w, b = surface.minima[0]
    assert surface.gradient(w + 1, b)[0] == pytest.approx(75.6)
    assert surface.gradient(w, b + 1)[1] == pytest.approx(2)


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (((1.0, 2.0), (1.0, 3.0)), "All points have the same x"),
        (((1.0, 2.0), (2.0, 1e5)), "up to 10000"),
        (((0.0, 0.0), (1e-5, 1.0)), "up to 10000"),
        (((1e308, 1.0), (2.0, 3.0), (3.0, 4.0)), "up to 10000"),
        (((1e308, 1.0), (1e308, 3.0)), "up to 10000"),
        (((1.0, math.nan), (2.0, 3.0)), "up to 10000"),
    ],
    ids=["upright", "large", "steep", "huge", "huge and upright", "no number"],
)
def test_points_that_no_race_can_be_run_on_are_refused(points, told):
    with pytest.raises(LessonError, match=told):
        line_loss(points)
