"""Descent in one weight: worked numbers, what becomes of a run, what is asked, what is drawn, the program."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.core.plane import Dots, Mark, Path, Strokes
from lessons.learning.descent.lesson import LESSON, PRESETS
from lessons.learning.descent.one_weight import (
    COSTS,
    CRAWLS,
    DIVERGES,
    FIT,
    KINDS,
    SETTLES,
    SWINGS,
    TWO_MINIMA,
    Inputs,
    ask_ending,
    outcome,
    run,
)
from lessons.learning.descent.scenes import descent_scene
from pages.kit.plane.plane import script
from tests.oracles import executed, tensor

LEFT, RIGHT = COSTS[TWO_MINIMA].minima
LIMIT = COSTS[FIT].limit(2.0)
CHAOS = 15  # steps: beyond, a rate that is too large makes much of the last digit


@st.composite
def runs(draw: st.DrawFn) -> Inputs:
    cost = draw(st.sampled_from(list(COSTS)))
    weight = draw(st.floats(COSTS[cost].low, COSTS[cost].high))
    return Inputs(cost, weight, 10 ** draw(st.floats(-3, 0)), draw(st.integers(1, CHAOS)))


every_cost = pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)


@every_cost
@given(weight=st.floats(-10, 10))
def test_a_slope_is_the_derivative_of_its_cost_and_the_curvature_that_of_the_slope(cost, weight):
    w = tensor(weight).requires_grad_()
    (slope,) = torch.autograd.grad(cost.height(w), w, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, w)
    assert cost.slope(weight) == pytest.approx(slope.item(), rel=1e-12, abs=1e-12)
    assert cost.curvature(weight) == pytest.approx(curvature.item(), rel=1e-12, abs=1e-12)


@every_cost
def test_the_slope_is_0_in_the_minima_and_rises_there(cost):
    for minimum in cost.minima:
        assert cost.slope(minimum) == pytest.approx(0, abs=1e-12)
        assert cost.curvature(minimum) > 0


@pytest.mark.parametrize(
    ("rate", "weights", "kind"),
    [
        (0.01, [0.187, 0.356, 0.509], CRAWLS),
        (0.05, [0.933, 1.431, 1.697], SETTLES),
        (0.1, [1.867, 1.991], SETTLES),
        (0.2, [3.733, 0.498, 3.302], SWINGS),
        (0.22, [4.107, -0.219, 4.337], DIVERGES),
    ],
)
def test_the_worked_numbers_of_three_points(rate, weights, kind):
    result = run(Inputs(rate=rate))
    assert result.weights[1 : len(weights) + 1] == pytest.approx(weights, abs=5e-4)
    assert result.kind == kind
    assert pytest.approx(0.2143, abs=5e-5) == LIMIT


@pytest.mark.parametrize(
    ("weight", "ends", "cost"), [(2, RIGHT, -2.619), (-2, LEFT, -5.444), (0, LEFT, -5.444)]
)
def test_the_worked_numbers_of_two_minima(weight, ends, cost):
    inputs = Inputs(TWO_MINIMA, weight, 0.05, 20)
    result = run(inputs)
    assert (result.rest, result.kind) == (ends, SETTLES)
    assert result.heights[-1] == pytest.approx(cost, abs=5e-4)
    assert str(ask_ending(inputs).choices[ask_ending(inputs).answer]).startswith(f"at w = {ends:.4g}, ")


@given(rate=st.floats(0.001, 1), weight=st.floats(-2, 6), steps=st.integers(1, 50))
def test_on_three_points_a_run_diverges_beyond_the_limit_and_swings_beyond_half_of_it(rate, weight, steps):
    distance, factor = abs(weight - 2), 1 - rate * 2 / LIMIT
    if abs(abs(factor) - 1) < 0.01 or abs(factor) < 0.01 or distance < 0.001:
        return
    inputs = Inputs(FIT, weight, rate, steps)
    if factor < -1:
        expected = DIVERGES
    elif distance * abs(factor) ** steps < 0.01:
        expected = SETTLES
    else:
        expected = SWINGS if factor < 0 else CRAWLS
    assert run(inputs).kind == expected
    assert list(KINDS)[int(ask_ending(inputs).answer)] == expected


@given(inputs=runs())
def test_the_program_makes_the_weights_and_the_slopes_of_the_page(inputs):
    result, variables = LESSON.run(inputs), executed(LESSON.snippet(inputs))
    assert variables["weights"] == pytest.approx(result.weights, rel=1e-6, abs=1e-6)
    assert variables["slopes"] == pytest.approx(result.slopes[:-1], rel=1e-5, abs=1e-5)
    assert LESSON.check(inputs, result).agrees


def test_a_wrong_slope_is_noticed_by_the_check():
    result = run(Inputs())
    object.__setattr__(result, "slopes", (*result.slopes[:-1], result.slopes[-1] + 1e-6))
    assert not LESSON.check(Inputs(), result).agrees


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (Inputs(rate=0.01), "It crawls: after 10 steps it is still 0.7508 away from w = 2"),
        (Inputs(rate=0.01, steps=1), "after 1 step it is still 1.813 away"),
        (Inputs(), "It settles at w = 2, where the cost is 0: at step 9 it is less than 0.01 away."),
        (Inputs(weight=2.0), "It settles at w = 2, where the cost is 0: at step 0"),
        (
            Inputs(rate=0.2),
            "It swings: the last step led past w = 2, and after 10 steps it is still 0.4781 away.",
        ),
        (Inputs(rate=LIMIT), "It swings from side to side, and comes to rest nowhere"),
        (Inputs(rate=0.22), "It began at w = 0, and after 10 steps it is at -1.363."),
        (
            Inputs(rate=1.0),
            "It diverges: after 6 steps the next one would lead beyond 1e+06, and the run ends.",
        ),
        (Inputs(TWO_MINIMA, 2.0, 0.3), "after 3 steps the next one would lead beyond"),
        (Inputs(TWO_MINIMA, 2.0, 0.05, 20), "It settles at w = 1.347, where the cost is -2.619"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_run_does_is_told(inputs, told):
    assert told in str(outcome(inputs, run(inputs)))


def test_just_at_the_limit_it_swings_for_ever():
    inputs = Inputs(rate=LIMIT)
    assert (run(inputs).rest, run(inputs).away, run(inputs).kind) == (None, False, SWINGS)
    assert list(KINDS)[int(ask_ending(inputs).answer)] == SWINGS


@pytest.mark.parametrize("rate", [0.214, 0.2142, 0.214285])
def test_just_below_the_limit_it_comes_to_rest_however_long_that_takes(rate):
    inputs = Inputs(rate=rate)
    assert (run(inputs).rest, run(inputs).away, run(inputs).kind) == (2.0, False, SWINGS)
    assert "comes to rest nowhere" not in str(ask_ending(inputs).reason)


@pytest.mark.parametrize("rate", [0.2143, 0.2144])
def test_just_above_it_it_diverges_slowly(rate):
    inputs = Inputs(rate=rate)
    assert (run(inputs).rest, run(inputs).kind) == (None, DIVERGES)
    assert list(KINDS)[int(ask_ending(inputs).answer)] == DIVERGES
    assert "It diverges, slowly" in str(ask_ending(inputs).reason)


@pytest.mark.parametrize(("minimum", "start"), [(RIGHT, 1.5), (LEFT, -1.6)])
def test_with_two_minima_a_run_rests_just_below_the_limit_of_one_and_not_just_above(minimum, start):
    limit = COSTS[TWO_MINIMA].limit(minimum)
    assert run(Inputs(TWO_MINIMA, start, 0.999 * limit)).rest == minimum
    assert run(Inputs(TWO_MINIMA, start, 1.02 * limit)).rest != minimum


def test_a_run_ends_before_its_numbers_are_lost():
    for rate in (0.3, 1.0):
        for inputs in (Inputs(FIT, 6.0, rate, 50), Inputs(TWO_MINIMA, 2.0, rate, 50)):
            result = run(inputs)
            assert all(map(math.isfinite, (*result.weights, *result.heights, *result.slopes)))


def test_the_question_of_two_minima_knows_a_run_that_ends_in_neither():
    question = ask_ending(Inputs(TWO_MINIMA, -2.0, 0.2))
    assert str(question.choices[question.answer]) == "in neither of them"


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"cost": "third"}, "cost is 'third'"),
        ({"rate": 0.0}, "rate is 0; it can be from 0.001 to 1."),
        ({"rate": 2.0}, "rate is 2"),
        ({"steps": 0}, "a whole number from 1 to 50"),
        ({"weight": 7.0}, "The weight is 7; here it can begin anywhere from -2 to 6."),
        ({"weight": math.nan}, "The weight is nan"),
    ],
)
def test_what_cannot_be_is_told(wish, told):
    with pytest.raises(LessonError) as refused:
        Inputs(**wish)
    assert told in str(refused.value)


def test_the_first_step_stands_in_numbers():
    assert LESSON.formula(Inputs())[-1].endswith(r"0 - 0.05 \cdot (-18.67) ≈ 0.9333")
    assert LESSON.formula(Inputs(TWO_MINIMA, 2.0))[-1].endswith(r"2 - 0.05 \cdot 17 = 1.15")


# What is drawn


def parts(scene, kind):
    return [part for plane in scene.planes for part in plane.parts if isinstance(part, kind)]


@given(inputs=runs())
def test_every_frame_has_its_tangent_its_step_and_its_sentence(inputs):
    result = run(inputs)
    scene = descent_scene(inputs, result, shown=True)
    script(scene)
    assert scene.frames == len(result.weights)
    tangents, steps = parts(scene, Strokes)
    for (left, right), w, height, slope in zip(
        tangents.frames, result.weights, result.heights, result.slopes, strict=True
    ):
        assert right[1] - left[1] == pytest.approx(
            slope * (right[0] - left[0]), rel=1e-6, abs=1e-6 * abs(height)
        )
        assert left[1] == pytest.approx(height + slope * (left[0] - w), rel=1e-9, abs=1e-9)
    ways = list(pairwise(zip(result.weights, result.heights, strict=True)))
    assert [(each[0], each[-1]) for each in steps.frames[:-1]] == ways
    assert steps.frames[-1] == ()
    told = scene.told.numbers
    for frame in range(scene.frames - 1):
        assert told["step"][frame] == frame
        before, after, move = (told[name][frame] for name in ("before", "after", "move"))
        assert move == inputs.rate * told["slope"][frame]
        assert (before, after) == result.weights[frame : frame + 2]
        assert before - move == pytest.approx(after, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: str(each.name))
def test_nothing_that_answers_is_drawn_before(preset):
    scene = descent_scene(preset.inputs, run(preset.inputs), shown=False)
    assert (scene.frames, scene.told) == (1, None)
    assert not parts(scene, Path) + parts(scene, Mark)
    (tangent,) = parts(scene, Strokes)
    assert len(tangent.frames) == 1
    assert {dots.key for dots in parts(scene, Dots)} == {"start", "rate"}


@every_cost
def test_every_minimum_has_its_limit_on_the_strip(cost):
    inputs = Inputs(next(slug for slug, each in COSTS.items() if each is cost))
    *_planes, strip = descent_scene(inputs, run(inputs), shown=True).planes
    marks = [part for part in strip.parts if isinstance(part, Mark)]
    assert [mark.x for mark in marks] == [2 / cost.curvature(minimum) for minimum in cost.minima]
    levels = [part for part in _planes[1].parts if isinstance(part, Mark)]
    looks = [(mark.colour, mark.dash) for mark in marks]
    assert looks == [(level.colour, level.dash) for level in levels]
    assert len({colour for colour, _dash in looks}) == len({dash for _colour, dash in looks}) == len(marks)
