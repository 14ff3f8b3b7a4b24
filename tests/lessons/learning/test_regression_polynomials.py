"""Curves of rising degree: equal to torch's; better and better where they are fitted, not elsewhere."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.core.plane import Dots, Path, Strokes
from lessons.learning.regression import polynomials
from lessons.learning.regression.inputs import NOTES
from lessons.learning.regression.polynomials import (
    COUNT,
    DECAYS,
    DEGREES,
    FIRST,
    HEIGHT,
    REACH,
    Given,
    drawn,
    fit_all,
    snippet,
)
from tests.oracles import executed, tensor
from tests.strategies import SEEDS, numbers

WAVE = Given(drawn(FIRST), FIRST)
LAST = DEGREES[-1]


@st.composite
def givens(draw: st.DrawFn) -> Given:
    """Of any size; with an even seed many x are equal."""
    seed = draw(SEEDS)
    points = numbers(seed, draw(st.integers(2, 30)), 2)
    other = 1.5 * max(abs(x) for x, _y in points) or 1.0
    return Given((*points, (other, 0.0)), draw(st.integers(0, 99)), draw(st.sampled_from(DECAYS)))


def spread(given: Given) -> float:
    return max(y * y for _x, y in given.points) or 1.0


# Held to torch


@given(givens())
def test_the_program_gives_the_errors_of_every_degree(given: Given) -> None:
    fits, made = fit_all(given), executed(snippet(given))
    assert fits.training == pytest.approx(made["training"], rel=1e-9, abs=1e-12 * spread(given))
    assert fits.held_out == pytest.approx(made["held_out"], rel=1e-6, abs=1e-12 * spread(given))


@given(givens(), st.sampled_from(DEGREES))
def test_a_curve_is_where_torchs_gradient_and_the_weight_decay_are_even(given: Given, degree: int) -> None:
    fits = fit_all(given)
    x, y = tensor(given.places(given.kept)).T
    powers = given.scaled(x)[:, None] ** torch.arange(degree + 1)
    coefficients = fits.coefficients[degree].clone().requires_grad_()
    loss = F.mse_loss(powers @ coefficients, y)
    loss.backward()
    assert loss.item() == pytest.approx(fits.training[degree], abs=1e-12 * spread(given))
    left = coefficients.grad + given.decay * coefficients.detach()
    assert left.abs().max() <= 1e-7 * max(1.0, y.abs().max().item(), coefficients.detach().abs().max().item())


@given(givens())
def test_the_training_error_never_rises_with_the_degree(given: Given) -> None:
    training = fit_all(replace(given, decay=0.0)).training
    least = math.inf
    for error in training:
        assert error <= least * (1 + 1e-9) + 1e-9 * spread(given)
        least = min(least, error)


@given(givens())
def test_a_third_is_held_out_and_the_rest_is_kept(given: Given) -> None:
    assert len(given.held_out) == len(given.points) // 3
    assert sorted((*given.held_out, *given.kept)) == list(range(len(given.points)))


def test_with_as_many_coefficients_as_x_the_curve_goes_through_every_training_point():
    fits = fit_all(WAVE)
    assert WAVE.different == len(WAVE.kept) == 12
    assert [fits.settled(degree) for degree in DEGREES] == [True] * 12 + [False]
    assert max(fits.training[11:]) < 1e-20
    xs = tensor([x for x, _y in WAVE.places(WAVE.kept)])
    assert fits.curve(11, xs) == pytest.approx([y for _x, y in WAVE.places(WAVE.kept)], abs=1e-9)


# What it teaches


def test_the_points_are_drawn_about_a_wave_from_left_to_right_and_fit_on_the_plane():
    for seed in range(200):
        xs, ys = zip(*drawn(seed), strict=True)
        assert len(set(xs)) == COUNT
        assert list(xs) == sorted(xs)
        assert max(map(abs, xs)) <= REACH
        assert max(map(abs, ys)) <= HEIGHT


def test_the_held_out_error_turns_at_degree_3_and_weight_decay_tames_degree_12():
    fits = fit_all(WAVE)
    assert fits.best == 3
    assert (fits.held_out[3], fits.held_out[LAST]) == pytest.approx((0.1629, 165.8), rel=1e-3)
    tamed = fit_all(replace(WAVE, decay=1e-3))
    assert tamed.held_out[LAST] == pytest.approx(0.1214, rel=1e-3)
    assert tamed.training[LAST] > fits.training[LAST]
    assert "165.8 in the end" in str(polynomials.describe(fits))


def test_points_on_a_line_need_no_more_than_degree_1():
    fits = fit_all(Given(tuple((float(x), 2.0 * x + 1) for x in range(20))))
    assert fits.best == 1


def test_of_the_notes_points_a_line_does_best():
    assert fit_all(Given(NOTES)).best == 1


def test_the_questions_are_answered_by_the_numbers():
    degree, decay = polynomials.ask_degree(WAVE), polynomials.ask_decay(WAVE)
    assert degree.answer == 3
    assert "its held-out error is 0.1629, with a training error of 0.04652" in str(degree.reason)
    assert str(decay.choices[int(decay.answer)]) == "the training error rises, the held-out error falls"
    assert "the held-out error from 165.8 to 0.1214" in str(decay.reason)


def test_where_the_held_out_error_does_not_turn_that_is_said():
    rising = Given(tuple((x / 10, math.exp(x / 3)) for x in range(40)))
    assert fit_all(rising).best == LAST
    assert str(polynomials.describe(fit_all(rising))).endswith("here there is no turn yet.")


# What cannot be


def test_too_few_points_and_equal_x_are_told():
    with pytest.raises(LessonError, match="2 points are too few: of every 3 one is held out"):
        Given(((0.0, 1.0), (1.0, 2.0)))
    with pytest.raises(LessonError, match=r"All x are 2\. No curve"):
        Given(((2.0, 1.0), (2.0, 3.0), (2.0, 4.0)))


# Drawn


def test_what_is_held_out_is_drawn_only_when_it_may_be_seen():
    fits = fit_all(WAVE)
    hidden, shown = (polynomials.scene(fits, hidden, own=True) for hidden in (True, False))
    assert [len(each.planes) for each in (hidden, shown)] == [1, 2]
    dots = [
        {part.key: part.places for part in each.planes[0].parts if isinstance(part, Dots)}
        for each in (hidden, shown)
    ]
    assert [set(each) for each in dots] == [{"training"}, {"training", "held_out"}]
    assert "held_out" not in hidden.told.words[1].template
    assert {*dots[1]["training"], *dots[1]["held_out"]} == set(WAVE.points)


def test_every_degree_is_a_frame_with_its_curve_its_errors_and_its_words():
    fits = fit_all(WAVE)
    scene = polynomials.scene(fits, hidden=False, own=True)
    curves, errors = scene.planes
    (strokes,) = (part for part in curves.parts if isinstance(part, Strokes))
    assert scene.frames == len(strokes.frames) == len(DEGREES)
    training, held_out = (part.places for part in errors.parts if isinstance(part, Path))
    assert held_out == tuple(zip(DEGREES, fits.held_out, strict=True))
    assert training[:11] == tuple(zip(range(11), fits.training[:11], strict=True))
    assert 0 < errors.y.low < training[LAST][1] <= 1e-8 * max(fits.held_out) * (1 + 1e-9)
    assert scene.told.which == [0] * 12 + [1]


def test_errors_that_are_all_0_can_be_drawn():
    flat = fit_all(Given(tuple((float(x), 0.0) for x in range(9))))
    errors = polynomials.scene(flat, hidden=False, own=False).planes[1]
    assert 0 < errors.y.low < errors.y.high


def test_errors_below_what_is_drawn_are_told():
    fits = fit_all(WAVE)
    low = min(
        place[1] for part in polynomials.scene(fits, False, True).planes[1].parts for place in part.places
    )
    assert fits.training[LAST] < low
    told = list(map(str, polynomials.reading(fits)))
    assert told == [f"What is below {low:.4g} is drawn at the lower edge."]
    assert polynomials.reading(fit_all(replace(WAVE, decay=1e-3))) == []
