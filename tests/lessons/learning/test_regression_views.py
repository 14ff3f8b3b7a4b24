"""What is shown and said of a fit: scenes, one step, squares, outcomes, questions, pasted points."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.axes import axis, decades
from lessons.core.matrix import parse
from lessons.core.messages import LessonError
from lessons.core.numbers import show
from lessons.core.plane import Contours, Dots, Gaps, Line, Mark, Path, Scene
from lessons.learning.pasted import tidied
from lessons.learning.points import least_squares, loss
from lessons.learning.regression import squares
from lessons.learning.regression.fit import FRAMES, run
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.lesson import LESSON, PRESETS, from_0_to_19
from lessons.learning.regression.outcome import beaten, in_table, outcome, why
from lessons.learning.regression.questions import ask_by_hand, ask_epoch, ask_limit, can_be_missed
from lessons.learning.regression.rate import limit
from lessons.learning.regression.scene import SHAPES, reading, scene
from lessons.learning.regression.squares import HELD, THREE, ask_across, ask_dearest, closest, from_zero
from lessons.learning.regression.step import (
    arithmetic,
    ask_first,
    ask_sign,
    by_autograd,
    by_difference,
    opened,
    rows,
)
from tests.lessons.learning.test_regression import ALIKE, inputs, some
from tests.oracles import assert_true
from tests.strategies import SEEDS


def part(made: Scene, key: str):
    """Of any plane, by its key."""
    (found,) = [each for plane in made.planes for each in plane.parts if getattr(each, "key", "") == key]
    return found


def drawn(given: Inputs, shown: bool = True, best: bool = True) -> Scene:
    return scene(given, run(given), shown, best, "upright")


def sentences(made: Scene) -> list[str]:
    """Of every frame, filled."""
    told = made.told
    which = told.which or [0] * made.frames
    return [
        told.words[word].template.format(**{gap: show(each[frame]) for gap, each in told.numbers.items()})
        for frame, word in enumerate(which)
    ]


# The planes of a fit


def test_the_planes_move_together_and_each_frame_is_told():
    made, fit = drawn(Inputs()), run(Inputs())
    assert made.frames == FRAMES == len(part(made, "sgd").places) == len(part(made, "loss").places)
    assert part(made, "sgd").places == fit.path
    assert part(made, "line").by == part(made, "sgd").key
    assert part(made, "sgd").begins == part(made, "start").key
    told = sentences(made)
    assert told[0] == "At the start: w 1.541, b -0.2934. The loss is 26.1."
    assert told[1] == "Step 1: w 1.544, b -0.2925. The loss falls to 25.99."
    assert told[-1] == "Step 1000: w 1.973, b 3.446. The loss falls to 0.8834."


def test_until_the_run_is_shown_there_is_only_its_start():
    made = drawn(Inputs(), shown=False, best=False)
    assert made.frames == 1
    assert part(made, "sgd").places == (Inputs().start,)
    assert len(sentences(made)) == 1
    assert "26.1" in sentences(made)[0]
    assert "0.88" not in repr(made)


def test_the_cross_and_its_loss_are_hidden_while_a_line_is_fitted_by_hand():
    hidden, shown = drawn(Inputs(), best=False), drawn(Inputs())
    keys = [[getattr(each, "key", "") for each in made.planes[1].parts] for made in (hidden, shown)]
    assert "best" not in keys[0]
    assert part(shown, "best").places == (least_squares(Inputs().points),)
    marks = [[each for each in made.planes[2].parts if isinstance(each, Mark)] for made in (hidden, shown)]
    assert [len(each) for each in marks] == [0, 1]


@given(given=inputs())
def test_the_axes_hold_the_points_and_the_whole_path_and_the_strip_holds_rate_and_mark(given):
    made = drawn(given)
    points, surface, losses, rate = made.planes
    for x, y in given.scaled:
        assert points.x.low < x < points.x.high
        assert points.y.low < y < points.y.high
    for w, b in (*run(given).path, least_squares(given.scaled)):
        assert surface.x.low < w < surface.x.high
        assert surface.y.low < b < surface.y.high
    assert all(losses.y.low <= each <= losses.y.high for _step, each in part(made, "loss").places)
    (mark,) = [each for each in rate.parts if isinstance(each, Mark)]
    assert mark.x == limit(given)
    assert rate.y is None
    assert all(rate.x.low <= each <= rate.x.high for each in (given.lr, mark.x))
    (lines,) = [each for each in surface.parts if isinstance(each, Contours)]
    heights = [height for height, _pieces in lines.levels]
    assert all(low < high for low, high in pairwise(heights))


def test_a_diverged_path_leaves_axes_that_hold_where_it_began_and_says_so():
    made = drawn(Inputs(lr=0.0505))
    assert made.frames == 278
    surface = made.planes[1]
    assert surface.x.high - surface.x.low < 2
    assert part(made, "sgd").places[-1][0] > surface.x.high
    assert sentences(made)[-1].endswith("and the run ends here: it is far out.")
    assert made.planes[2].y.high <= 1000


def test_the_points_of_a_batch_light_up_and_none_where_all_are_looked_at():
    given = Inputs(batch=7, steps=9)
    lit, batches = part(drawn(given), "points").lit, run(given).batches
    assert lit[0] == ()
    assert tuple(lit[1:]) == batches
    assert part(drawn(Inputs(batch=30)), "points").lit == []


def test_the_points_stand_in_the_scaled_x_under_their_own_name():
    made = drawn(Inputs(scaling="standardise"))
    assert part(made, "points").places == Inputs(scaling="standardise").scaled
    assert str(made.planes[0].x.name) == "x less its mean, in standard deviations"


@pytest.mark.parametrize(
    "points", [((1.0, 2.0),), ALIKE, ((0.0, 0.0), (1.0, 0.0)), ((1e6, 1e6), (-1e6, -1e6))]
)
@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_the_points_are_there_is_a_scene(points, shape):
    given = Inputs(points, lr=1e-13)
    made = scene(given, run(given), True, True, shape)
    assert all(plane.x.low < plane.x.high for plane in made.planes)
    (gaps,) = [each for each in made.planes[0].parts if isinstance(each, Gaps)]
    assert gaps.shape == shape


def test_the_mark_tells_the_limit_and_not_how_it_is_reckoned():
    """That is asked."""
    names = [
        [
            str(each.name)
            for each in drawn(Inputs(momentum=momentum)).planes[3].parts
            if isinstance(each, Mark)
        ]
        for momentum in (0.9, 0.0)
    ]
    assert names == [["the limit: 0.05026"], ["the limit: 0.02645"]]


def test_the_contours_come_with_the_run_as_they_would_tell_which_way_w_goes():
    kinds = [
        [type(each) for each in drawn(Inputs(), shown, best=False).planes[1].parts] for shown in (False, True)
    ]
    assert [Contours in each for each in kinds] == [False, True]


def test_before_the_answer_the_start_is_in_the_middle_of_its_plane():
    """More room on one side would tell where w goes."""
    surface = drawn(Inputs(), shown=False, best=False).planes[1]
    w, b = Inputs().start
    for axis_, at in ((surface.x, w), (surface.y, b)):
        assert abs((axis_.low + axis_.high) / 2 - at) < 0.15 * (axis_.high - axis_.low)


def test_a_run_that_is_far_out_leaves_axes_that_hold_where_it_began():
    far = drawn(Inputs(lr=0.0268, momentum=0.0))
    assert far.planes[1].x.high < 10
    assert far.planes[2].y.low <= run(Inputs()).losses[0] <= far.planes[2].y.high


def test_how_the_planes_are_read_is_told_also_what_is_below_their_edge():
    told = [" ".join(map(str, reading(Inputs(), run(Inputs()), best))) for best in (False, True)]
    assert told[0] == "On each thin line over w and b the loss is the same."
    assert told[1] == f"{told[0]} The cross is where it is least."
    straight = Inputs(((1.0, 2.0), (2.0, 4.0)), lr=0.1, weight_decay=0.0)
    fit = run(straight)
    low = drawn(straight).planes[2].y.low
    assert fit.losses[-1] < low
    assert f"What is below {show(low)} is drawn at the lower edge." in map(str, reading(straight, fit, True))
    left = Inputs(lr=0.0505)
    high = drawn(left).planes[2].y.high
    assert f"What is above {show(high)} is beyond the upper edge." in map(str, reading(left, run(left), True))


def test_the_gap_is_told_as_the_line_less_what_is_true():
    (gaps,) = [each for each in drawn(Inputs()).planes[0].parts if isinstance(each, Gaps)]
    assert str(gaps.each.template).startswith("{name}: the line is {gap} below it")


@given(low=st.floats(-1e6, 1e6), high=st.floats(-1e6, 1e6))
def test_an_axis_is_round_and_no_wider_than_it_must_be(low, high):
    made = axis("x", [low, high])
    assert made.low < min(low, high)
    assert max(low, high) < made.high
    assert low == high or made.high - made.low < 2 * abs(high - low)


def test_a_log_axis_has_whole_powers_of_10():
    made = decades("x", 0.03, 20.0)
    assert (made.low, made.high, made.log) == (0.01, 100.0, True)
    assert (decades("x", 0.0, 0.0).low, decades("x", 0.0, 0.0).high) == (1.0, 10.0)


# What it has come to


ENDS, LEAST = "After 1000 steps SGD is at w ", "Least squares gives w 1.974, b 4.032, and the loss 0.5409: no"
OUTCOMES = [
    ({}, [f"{ENDS}1.973, b 3.446, and the loss is 0.8834.", LEAST, "a ratio of 37.8. The steep side"]),
    ({"reduction": "sum"}, ["the loss is 16.23", "the loss 16.23"]),
    ({"weight_decay": 1.0}, ["b 2.547", LEAST, "it comes to rest at w 1.946, b 2.687, where"]),
    ({"lr": 0.0505}, ["at step 277 a weight is beyond 1e+12", LEAST]),
    ({"momentum": 1.0, "steps": 500}, ["After 500 steps", LEAST, "Momentum 1 forgets nothing"]),
    ({"batch": 1, "lr": 0.01, "momentum": 0.0}, [ENDS, LEAST, "Every batch has a lowest place of its own"]),
    ({"batch": 1, "lr": 0.02}, ["A batch of few points has a valley of its own", LEAST]),
    ({"scaling": "centre"}, [ENDS, "Least", "narrow", "In x itself the line is y = 1.974 x + 3."]),
    ({"points": ALIKE, "lr": 0.01}, [ENDS, "All x are equal, so least squares is singular"]),
    ({"points": ALIKE, "lr": 0.01, "weight_decay": 0.0}, [ENDS, "All x are", "ends depends on its start."]),
    ({"points": ((2.0, 7.0),), "lr": 0.1}, [ENDS, "Every line through a single point", "comes to rest at"]),
    (
        {"points": ((2.0, 7.0),), "lr": 0.1, "weight_decay": 0.0},
        [ENDS, "Every line through a", "on its start."],
    ),
]
LEAVING = (
    {"momentum": 0.0, "lr": 0.0265},
    {"momentum": 0.0, "lr": 0.0268},
    {"lr": 0.0503},
    {"steps": 1, "lr": 0.5},
    {"momentum": 1.0, "lr": 0.053, "steps": 100},
    {"momentum": 0.0, "lr": 0.0268, "batch": 30},
)


@pytest.mark.parametrize("changes", LEAVING)
def test_a_run_beyond_the_limit_that_has_not_left_yet_is_told_why_it_will(changes):
    given = Inputs(**changes)
    fit = run(given)
    assert not fit.diverged
    told = " ".join(map(str, outcome(given, fit, best=True)))
    assert (
        f"It has not left yet, but with more steps it will. The learning rate {given.lr:g} is above" in told
    )
    assert "More steps help" not in told
    assert "Momentum 1 forgets" not in told
    assert "runs away" in str(beaten(given, fit, 0.0))


def test_of_batches_a_run_that_wanders_is_told_from_one_that_leaves():
    wanders = Inputs(batch=1, lr=0.005, momentum=0.0, steps=300, start=least_squares(Inputs().points))
    leaves = Inputs(batch=1, lr=0.01, steps=60)
    told = []
    for each in (wanders, leaves):
        fit = run(each)
        assert fit.losses[-1] > fit.losses[0]
        assert not fit.diverged
        told.append(" ".join(map(str, outcome(each, fit, best=True))))
    assert "wanders" in told[0]
    assert "It has not left yet" not in told[0]
    assert "It has not left yet, but with more steps it will. A batch of few points" in told[1]
    assert "wanders" not in told[1]


@pytest.mark.parametrize(("changes", "words"), OUTCOMES)
def test_what_a_run_has_come_to_is_told(changes, words):
    given = Inputs(**changes)
    told = list(map(str, outcome(given, run(given), best=True)))
    assert len(told) == len(words)
    assert not [line for line, wanted in zip(told, words, strict=True) if wanted not in line]


def test_the_rate_that_is_recommended_holds():
    for changes in ({"batch": 1, "lr": 0.03, "momentum": 0.0}, {"batch": 3, "lr": 0.02, "reduction": "sum"}):
        given = Inputs(**changes)
        (advice, *_) = outcome(given, run(given), best=False)
        less = float(re.search(r"Try ([\d.e-]+)\.$", str(advice))[1])
        assert run(given).diverged
        assert not run(replace(given, lr=less)).diverged


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
@pytest.mark.parametrize("momentum", [0.0, 0.9, 0.99])
def test_the_rate_that_is_recommended_for_batches_holds_and_comes_near(batch, momentum):
    given = Inputs(batch=batch, momentum=momentum, steps=5000)
    less = float(re.search(r"Try ([\d.e-]+)\.$", str(why(given)))[1])
    fit = run(replace(given, lr=less))
    assert not fit.diverged
    assert fit.losses[-1] < 2


def test_no_rate_is_recommended_for_batches_with_momentum_1():
    assert "Try" not in str(why(Inputs(batch=1, momentum=1.0)))


def test_nothing_is_told_of_least_squares_before_the_line_was_fitted_by_hand():
    assert "Least" not in " ".join(map(str, outcome(Inputs(), run(Inputs()), best=False)))


def test_who_is_lower_has_won():
    fit = run(Inputs())
    assert "SGD beats you: 0.8834 in 1000 steps." in str(beaten(Inputs(), fit, 2.0))
    assert "beat SGD" in str(beaten(Inputs(), fit, 0.6))


def test_the_table_has_the_first_steps_some_others_and_the_last():
    assert in_table(run(Inputs(steps=3))) == (0, 1, 2, 3)
    steps = in_table(run(Inputs()))
    assert steps[:11] == tuple(range(11))
    assert steps[-1] == 1000
    assert len(steps) < 60


# One step


@given(given=inputs(), data=st.data())
def test_the_gradient_is_the_same_in_three_ways_and_the_columns_sum_to_it(given, data):
    fit = run(given)
    step = opened(given, fit, data.draw(st.integers(1, fit.steps)))
    scale = 1 + max(map(abs, step.gradient))
    assert by_autograd(given, step) == pytest.approx(step.gradient, abs=1e-9 * scale)
    assert by_difference(given, step) == pytest.approx(step.gradient, abs=1e-6 * scale)
    table = np.array(rows(given, step))
    assert table[:, 5:].sum(axis=0) == pytest.approx(step.gradient, abs=1e-9 * scale)
    assert table[:, 4] == pytest.approx(table[:, 3] - table[:, 2])


@given(given=inputs(), data=st.data())
def test_the_arithmetic_of_a_step_is_true_and_ends_at_the_weights_of_the_path(given, data):
    fit = run(given)
    number = data.draw(st.integers(1, fit.steps))
    lines = arithmetic(given, opened(given, fit, number))
    for _name, *equations in lines:
        for equation in equations:
            if re.search("[=≈]", equation):
                assert_true(equation)
    assert [equation.split()[-1] for equation in lines[-1][1:]] == list(map(show, fit.path[number]))


@given(given=inputs(), data=st.data())
def test_the_sign_that_is_asked_for_is_that_of_the_next_change_of_w(given, data):
    fit = run(given)
    number = data.draw(st.integers(1, fit.steps))
    change = fit.path[number][0] - fit.path[number - 1][0]
    question = ask_sign(given, fit, number)
    assert str(question.choices[question.answer]) == (
        "up" if change > 0 else "down" if change < 0 else "it stays"
    )
    assert ask_first(given).answer == ask_sign(given, fit, 1).answer


def test_momentum_can_carry_w_against_its_gradient_and_that_is_said():
    fit = run(Inputs())
    reasons = [str(ask_sign(Inputs(), fit, number).reason) for number in range(1, 101)]
    assert any("momentum still carries w on" in reason for reason in reasons)
    assert "dL/dw is -32.19, negative: a larger w lowers the loss, so the step makes w larger." in reasons[0]
    other = Inputs(start=(3.0, 4.0))
    assert "positive: a smaller w lowers the loss, so the step makes w smaller." in str(
        ask_first(other).reason
    )


# Squares


def test_measured_across_the_line_through_three_points_is_steeper():
    assert from_zero(THREE) == pytest.approx((0.9286, 1.0), abs=5e-5)
    assert str(ask_across(THREE).choices[ask_across(THREE).answer]) == "larger"
    told = [f"{name}: {how}" for name, how in squares.worked(THREE)]
    assert told[:4] == [
        "X, the sum of x²: 14",
        "Y, the sum of y²: 14",
        "P, the sum of x y: 13",
        "upright: P / X: 13 / 14 ≈ 0.9286",
    ]
    assert told[4].endswith("(14 - 14 + √((14 - 14)² + (2×13)²)) / (2×13) = 1")


@given(seed=SEEDS)
def test_the_closest_line_is_that_of_the_singular_values(seed):
    points = some(Random(seed))
    places = np.array(points) - np.mean(points, axis=0)
    values = np.linalg.svd(places, compute_uv=False)
    w, b = closest(points)
    across = np.array([(w * x + b - y) / math.hypot(1, w) for x, y in points])
    least = values[1] if len(values) > 1 else 0.0
    assert (across**2).sum() == pytest.approx(least**2, rel=1e-6, abs=1e-9)


def test_points_one_above_the_other_are_closest_to_a_line_as_steep_as_it_gets():
    assert closest(ALIKE)[0] == squares.STEEPEST
    assert closest(((1.0, 1.0),)) == (0.0, 1.0)


@given(seed=SEEDS)
def test_the_dearest_point_is_that_with_the_largest_square(seed):
    random = Random(seed)
    points, held = some(random), (random.uniform(-3, 3), random.uniform(-3, 3))
    question = ask_dearest(points, held)
    dear = max(points, key=lambda point: abs(held[0] * point[0] + held[1] - point[1]))
    chosen = str(question.choices[question.answer])
    assert chosen == ("all cost the same" if len(points) == 1 else f"({show(dear[0])}, {show(dear[1])})")
    assert len(question.choices) <= 5


def test_points_that_cost_the_same_are_said_to():
    question = ask_dearest(((0.0, 1.0), (1.0, -1.0)), (0.0, 0.0))
    assert str(question.choices[question.answer]) == "all cost the same"


@given(seed=SEEDS)
def test_a_line_that_is_held_at_its_ends_is_the_line_through_them(seed):
    random = Random(seed)
    held = squares.held(random.uniform(-3, 3), random.uniform(-9, 9))
    made = squares.scene(some(random), held, "squares", False, True, True)
    ends = part(made, "ends")
    assert squares.through(ends.places) == pytest.approx(held, rel=1e-4, abs=1e-4)
    (plane,) = made.planes
    assert all(plane.x.low < x < plane.x.high and plane.y.low < y < plane.y.high for x, y in ends.places)


def test_what_is_asked_about_is_not_drawn():
    waiting, told = (
        squares.scene(THREE, HELD, "squares", waiting, False, False).planes[0].parts
        for waiting in (True, False)
    )
    assert not [each for each in waiting if isinstance(each, Gaps)]
    assert [type(each) for each in told] == [Gaps, Line, Dots, Dots]


def test_a_line_that_is_too_steep_is_refused():
    with pytest.raises(LessonError, match="The line has w 2000000, b 0; numbers up to"):
        squares.held(2e6, 0.0)
    assert squares.through(((0.0, 0.0), (1e-3, 1e6))) == (1e6, 0.0)


def test_the_closest_lines_are_told_and_a_singular_one_is_said():
    assert [str(line) for line in squares.told(THREE, True, True)] == [
        "Of all lines y = w x + b the closest, measured upright, is y = 0.5 x + 1.",
        "Of all lines y = w x + b the closest, measured across, is y = x.",
    ]
    assert "a single point" in str(squares.told(((1.0, 2.0),), True, False)[0])
    assert "singular" in str(squares.told(ALIKE, True, False)[0])
    assert squares.told(THREE, False, False) == []


# Questions


@given(given=inputs(), seed=st.integers(0, 99))
def test_a_question_takes_its_answer_and_no_other(given, seed):
    asked = [*LESSON.questions(given, run(given), seed)]
    if can_be_missed(given):
        asked.append(ask_by_hand(given))
    for question in asked:
        assert question.is_right(question.answer)
        assert not question.is_right(1.5 * question.answer + 1)
        assert not re.search(r"\{\w+\}", str(question.reason))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: str(preset.name))
def test_another_seed_draws_every_question_anew(preset):
    fit = run(preset.inputs)
    asked = [{str(each.prompt) for each in LESSON.questions(preset.inputs, fit, seed)} for seed in range(6)]
    assert all(not one & other for one, other in pairwise(asked))


def test_the_answers_are_those_of_a_run_and_of_a_count():
    given = Inputs()
    most = ask_limit(given, 0.5).answer
    ends = [run(replace(given, lr=share * most, momentum=0.5)).diverged for share in (0.99, 1.03)]
    assert ends == [False, True]
    summed = replace(given, weight_decay=0.0)
    other = LESSON.questions(summed, run(summed), 0)[1]
    rate = float(other.prompt.values["rate"])
    paths = [
        run(replace(summed, lr=lr, reduction=reduction)).path[-1]
        for lr, reduction in ((rate, "mean"), (other.answer, "sum"))
    ]
    assert paths[0] == pytest.approx(paths[1], rel=1e-9)
    assert (ask_epoch(given, 7).answer, ask_epoch(given, 5).answer) == (5, 6)
    assert "only 2 points" in str(ask_epoch(given, 7).reason)
    assert "Every batch is full." in str(ask_epoch(given, 5).reason)


def test_a_line_by_hand_is_good_within_a_tenth_of_the_least_loss():
    question = ask_by_hand(Inputs())
    best = least_squares(Inputs().points)
    assert question.is_right(loss(Inputs().points, best))
    assert question.is_right(0.59)
    assert not question.is_right(0.6)
    other, scaled = ask_by_hand(Inputs(reduction="sum")), ask_by_hand(Inputs(scaling="standardise"))
    assert (other.answer, scaled.answer) == (pytest.approx(30 * question.answer), question.answer)
    assert not can_be_missed(Inputs(((1.0, 2.0), (2.0, 4.0))))
    assert not can_be_missed(Inputs(((0.0, 0.0),)))


# Pasted


PASTED = [
    ("1 2\n3 4", ((1, 2), (3, 4))),
    ("x,y\n1,2\n3,4", ((1, 2), (3, 4))),
    ("height (cm)\tweight\r\n1.5\t2\r\n3\t-4", ((1.5, 2), (3, -4))),
    ("x;y\n1.5;2\n3;4", ((1.5, 2), (3, 4))),
    ("1,2", ((1, 2),)),
    ("身高，体重\n1 2", ((1, 2),)),
    ("\n\nx y\n\n1 2\n\n3 4\n", ((1, 2), (3, 4))),
    ("[[1, 2], [3, 4]]", ((1, 2), (3, 4))),
    ("tensor([[1., 2.],\n        [3., 4.]], dtype=torch.float64)", ((1, 2), (3, 4))),
    ("1 2; 3 4", ((1, 2), (3, 4))),
    ('"height","weight"\n"1","2"\n"3","4.5"', ((1, 2), (3, 4.5))),
]
UNREADABLE = [
    ("x,y\n1,nan", "nan is not a finite number"),
    ("nan nan\n1 2", "nan is not a finite number"),
    ("1,5;2\n3;4", "1,5 is not a number; write 1.5."),
    ("\n".join(["1,2"] * 10_000), "10000 rows are too many; at most 100."),
    ("1 2\nx y", "x is not a number"),
    ("words", "words is not a number"),
    ("", "There is no number."),
    ("a b\n1 2\nnan 3", "Line 3, column 1: nan is not a finite number."),
    ("a,b\n\n1,2\n\n3,x", "Line 5, column 2: x is not a number."),
    ("a b\n1 2\n\n3 4 5", "Line 4 has 3 numbers, line 2 has 2."),
    ("a b\n1 2\n3 1e308", "Line 3 is at (3, 1e+308); numbers up to 1e+06 are allowed."),
    ("[[1, 2], [-1e7, 4]]", "Point 2 is at (-10000000, 4); numbers up to 1e+06 are allowed."),
    ("1 2; 3 2e6", "Point 2 is at (3, 2000000); numbers"),
    ("1 2; 3 nan", "Row 2, column 2: nan is not a finite number."),
]


@pytest.mark.parametrize(("text", "points"), PASTED)
def test_points_are_read_from_spreadsheets_files_and_programs(text, points):
    assert parse(tidied(text)) == points


@pytest.mark.parametrize(("text", "told"), UNREADABLE)
def test_what_is_no_table_of_points_is_told(text, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        parse(tidied(text))


def test_the_points_from_0_to_19_are_as_the_notes_would_draw_them():
    assert {y - 2 * x - 3 for x, y in from_0_to_19()} == {0, 1, 2}
    assert isinstance(part(drawn(Inputs(from_0_to_19())), "sgd"), Path)
