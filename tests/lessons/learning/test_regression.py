"""A line fitted by SGD: held to torch over 1,000 steps, to the rate that holds, to the worked numbers."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.core.limits import FIT_STEPS
from lessons.core.messages import LessonError
from lessons.learning.points import NOTES, Moments, draw, height, least_squares, loss, singular, written
from lessons.learning.regression.fit import FAR, FRAMES, frames, gradient, run
from lessons.learning.regression.fit import loss as reduced
from lessons.learning.regression.inputs import MEAN, REDUCTIONS, SCALINGS, Inputs
from lessons.learning.regression.lesson import LESSON, PRESETS, from_0_to_19
from lessons.learning.regression.program import ORDER
from lessons.learning.regression.rate import Curvature, limit, rest
from tests.oracles import executed
from tests.strategies import SEEDS

INTEGERS = tuple((float(x), 2.0 * x) for x in range(-10, 10))
ALIKE = ((3.0, 1.0), (3.0, 2.0), (3.0, 6.0))


def some(random: Random, most: int = 12) -> tuple[tuple[float, float], ...]:
    """Points whose x are near 0 or far from it, wide or narrow."""
    middle, width = random.uniform(-5, 5), 10.0 ** random.uniform(-1, 1)
    count = random.randint(1, most)
    return tuple((middle + random.uniform(-width, width), random.uniform(-9, 9)) for _ in range(count))


def steepest(inputs: Inputs) -> float:
    """The rate that a plain step on any one batch may have."""
    times = 1 if inputs.reduction == MEAN else len(inputs.points)
    return 2 / (2 * times * max(1 + x * x for x, _y in inputs.scaled) + inputs.weight_decay)


@st.composite
def inputs(draw: st.DrawFn, steps: int = 40) -> Inputs:
    """Any settings, with a rate at which numbers stay numbers."""
    random = Random(draw(SEEDS))
    points = some(random)
    given = Inputs(
        points,
        momentum=random.choice((0.0, 0.5, 0.9)),
        weight_decay=random.choice((0.0, 0.01, 0.5)),
        steps=random.randint(1, steps),
        batch=random.choice((None, random.randint(1, len(points) + 2))),
        reduction=random.choice(REDUCTIONS),
        start=(random.uniform(-3, 3), random.uniform(-3, 3)),
        scaling=random.choice(SCALINGS),
        seed=random.randrange(100),
    )
    return replace(given, lr=random.uniform(0.01, 0.3) * steepest(given))


class Line(torch.nn.Module):
    def __init__(self, w: float, b: float) -> None:
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor(w, dtype=torch.float64))
        self.b = torch.nn.Parameter(torch.tensor(b, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.w * x + self.b


def by_torch(given: Inputs) -> torch.Tensor:
    """(steps + 1, 2): w and b at the start and after every step."""
    x, y = torch.tensor(given.points, dtype=torch.float64).T
    if given.scaling != "as_is":
        x = x - x.mean()
    if given.scaling == "standardise" and len(set(x.tolist())) > 1:
        x = x / x.std(correction=0)
    line, generator = Line(*given.start), torch.Generator().manual_seed(given.seed)
    optimizer = torch.optim.SGD(
        line.parameters(), lr=given.lr, momentum=given.momentum, weight_decay=given.weight_decay
    )
    waiting: list[torch.Tensor] = []
    path = [[line.w.item(), line.b.item()]]
    for _ in range(given.steps):
        if not waiting:
            order = torch.randperm(len(x), generator=generator) if given.batch else torch.arange(len(x))
            waiting = list(order.split(given.batch or len(x)))
        batch = waiting.pop(0)
        optimizer.zero_grad()
        F.mse_loss(line(x[batch]), y[batch], reduction=given.reduction).backward()
        optimizer.step()
        path.append([line.w.item(), line.b.item()])
    return torch.tensor(path, dtype=torch.float64)


# Held to torch


@settings(max_examples=8, deadline=None)
@given(given=inputs(steps=1000), seed=SEEDS)
def test_after_a_thousand_steps_the_path_is_that_of_torch(given, seed):
    given = replace(given, steps=1000)
    ours, theirs = torch.tensor(run(given).path, dtype=torch.float64), by_torch(given)
    assert torch.allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@given(given=inputs())
def test_the_program_gives_the_numbers_of_the_page(given):
    fit, program = run(given), executed(LESSON.snippet(given))
    assert program["line"].w.item() == pytest.approx(fit.path[-1][0], rel=1e-9, abs=1e-9)
    assert program["line"].b.item() == pytest.approx(fit.path[-1][1], rel=1e-9, abs=1e-9)
    assert program["loss"].item() == pytest.approx(fit.losses[-1], rel=1e-9, abs=1e-9)


@given(given=inputs())
def test_the_check_agrees_and_notices_a_wrong_number(given):
    fit = run(given)
    assert LESSON.check(given, fit).agrees
    w, b = fit.path[1]
    wrong = replace(fit, path=(fit.path[0], (w + 1e-3 * (1 + abs(w)), b), *fit.path[2:]))
    assert not LESSON.check(given, wrong).agrees


@given(given=inputs())
def test_the_loss_and_its_gradient_are_those_of_torch(given):
    w, b = (torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in given.start)
    x, y = torch.tensor(given.scaled, dtype=torch.float64).T
    theirs = F.mse_loss(w * x + b, y, reduction=given.reduction)
    theirs.backward()
    assert reduced(given, given.start) == pytest.approx(theirs.item())
    slopes = gradient(given.scaled, given.start, given.reduction)
    assert slopes == pytest.approx((w.grad.item(), b.grad.item()))


def test_the_program_names_the_settings_that_are_not_torchs_own():
    program = LESSON.snippet(Inputs(batch=4, reduction="sum", momentum=0.0, weight_decay=0.0, lr=1e-5))
    assert "SGD(line.parameters(), lr=1e-05)" in program
    assert ".split(4)" in program
    assert program.count('reduction="sum"') == 2
    assert f"# {ORDER}" in program
    assert "(x - x.mean()) / x.std(correction=0)" in LESSON.snippet(Inputs(scaling="standardise"))


# Worked numbers


def test_the_notes_points_and_their_least_squares():
    xs = np.random.RandomState(0).randint(-10, 10, 30).tolist()
    assert [x for x, _y in NOTES] == xs
    assert {y - 2 * x - 3 for x, y in NOTES} == {0, 1, 2}
    assert least_squares(NOTES) == pytest.approx((1.97448, 4.03163), abs=1e-5)
    assert loss(NOTES, least_squares(NOTES)) == pytest.approx(0.540945, abs=1e-6)


def test_the_notes_start_is_that_of_their_seed():
    torch.manual_seed(0)
    assert Inputs().start == pytest.approx((torch.randn(1).item(), torch.randn(1).item()), abs=1e-4)


WORKED = [
    ({}, (1.97316, 3.44642), 0.88338),
    ({"steps": 100}, (1.96521, 0.43640), 13.5),
    ({"steps": 3000}, (1.97417, 4.00218), 0.5418),
    ({"steps": 10_000}, (1.97419, 4.01155), 0.54135),
    ({"momentum": 0.0}, (1.96759, 0.48983), 13.1),
    ({"reduction": "sum"}, (1.97447, 4.03096), 16.228),
    ({"weight_decay": 1.0, "steps": 10_000}, (1.94636, 2.68651), 2.37515),
]


@pytest.mark.parametrize(("changes", "place", "least"), WORKED)
def test_where_the_notes_settings_lead(changes, place, least):
    fit = run(Inputs(**changes))
    assert fit.path[-1] == pytest.approx(place, abs=1e-5)
    assert fit.losses[-1] == pytest.approx(least, rel=0.02)


def test_every_preset_leads_somewhere_and_one_of_them_away():
    diverged = [str(preset.name) for preset in PRESETS if run(preset.inputs).diverged]
    assert diverged == ["Beyond the limit"]
    assert PRESETS[0].inputs == Inputs()


KAPPAS = [
    (NOTES, (37.80, 37.80, 1.0)),
    (INTEGERS, (33.77, 33.25, 1.0)),
    (from_0_to_19(), (464.2, 33.25, 1.0)),
]


@pytest.mark.parametrize(("points", "kappas"), KAPPAS, ids=["the notes", "-10 to 9", "0 to 19"])
def test_only_standardising_makes_a_round_bowl_of_the_valley(points, kappas):
    made = [Curvature.of(Inputs(points, scaling=scaling)).kappa for scaling in SCALINGS]
    assert made == pytest.approx(kappas, rel=1e-3)


def test_the_curvatures_of_the_notes_and_the_rates_that_hold():
    known = Curvature.of(Inputs())
    assert (known.most, known.least) == pytest.approx((75.6, 2.0), abs=0.01)
    assert limit(Inputs(momentum=0.0)) == pytest.approx(0.02645, abs=1e-5)
    assert limit(Inputs()) == pytest.approx(0.05026, abs=1e-5)
    for momentum, holds, breaks in ((0.0, 0.026, 0.027), (0.9, 0.05, 0.0505)):
        ends = [run(Inputs(lr=lr, momentum=momentum, steps=3000)).diverged for lr in (holds, breaks)]
        assert ends == [False, True]


def test_the_marked_rate_is_right_just_below_and_just_above_for_200_sets_of_points():
    random = Random(0)
    for _ in range(200):
        given = Inputs(
            some(random),
            momentum=random.choice((0.0, 0.5, 0.9)),
            weight_decay=random.choice((0.0, 0.1)),
            reduction=random.choice(REDUCTIONS),
            scaling=random.choice(SCALINGS),
            steps=1500,
        )
        known = Curvature.of(given, given.weight_decay)
        _values, vectors = np.linalg.eigh([[known.ww, known.wb], [known.wb, known.bb]])
        across, end = vectors[:, -1], np.array(rest(given))
        given = replace(given, start=tuple(map(float, end + across)))
        below, above = (run(replace(given, lr=share * limit(given))) for share in (0.99, 1.01))
        assert abs((np.array(below.path[-1]) - end) @ across) < 1e-6
        assert above.diverged or abs((np.array(above.path[-1]) - end) @ across) > 1e6


@given(seed=SEEDS)
def test_the_curvatures_are_the_eigenvalues_and_rest_is_where_nothing_pushes(seed):
    random = Random(seed)
    given = Inputs(some(random), weight_decay=random.choice((0.01, 1.0)), reduction=random.choice(REDUCTIONS))
    known = Curvature.of(given, given.weight_decay)
    least, most = np.linalg.eigvalsh([[known.ww, known.wb], [known.wb, known.bb]])
    assert (known.least, known.most) == pytest.approx((least, most), rel=1e-9, abs=1e-9 * most)
    slopes = gradient(given.scaled, rest(given), given.reduction)
    pushes = [slope + given.weight_decay * weight for slope, weight in zip(slopes, rest(given), strict=True)]
    assert pushes == pytest.approx((0, 0), abs=1e-9 * known.most * (1 + max(map(abs, rest(given)))))


@given(seed=SEEDS)
def test_no_line_is_better_than_least_squares_and_the_surface_is_that_of_the_loss(seed):
    random = Random(seed)
    points = some(random)
    best = least_squares(points)
    w, b = np.meshgrid(np.linspace(-2, 2, 5), np.linspace(-3, 3, 5))
    around = height(points)(best[0] + w, best[1] + b)
    direct = [
        [loss(points, (best[0] + x, best[1] + y)) for x, y in zip(*row, strict=True)]
        for row in zip(w, b, strict=True)
    ]
    assert around == pytest.approx(np.array(direct))
    assert around.min() >= loss(points, best) * (1 - 1e-12)
    if not singular(points):
        assert best == pytest.approx(tuple(np.polyfit(*zip(*points, strict=True), 1)), rel=1e-6, abs=1e-6)


def test_the_moments_are_means_of_products():
    known = Moments.of(((1.0, 2.0), (3.0, 5.0)))
    assert known == Moments(2, 2.0, 3.5, 5.0, 8.5)
    lines = ((1.0, -2.0), (-1.0, 0.0), (1.5, 0.0), (0.0, -3.0), (0.0, 0.0))
    assert list(map(written, lines)) == ["y = x - 2", "y = -x", "y = 1.5 x", "y = -3", "y = 0"]


# What can be, and what ends


def test_one_point_and_equal_x_have_a_best_line_that_is_flat():
    assert least_squares(((2.0, 7.0),)) == (0.0, 7.0)
    assert least_squares(ALIKE) == (0.0, 3.0)
    assert Inputs(ALIKE).flat
    assert math.isinf(Curvature.of(Inputs(ALIKE)).kappa)
    for points in (ALIKE, ((2.0, 7.0),)):
        for scaling in SCALINGS:
            alone = Inputs(points, lr=0.01, scaling=scaling, weight_decay=0.0)
            fit = run(alone)
            assert fit.losses[-1] < fit.losses[0]
            assert LESSON.check(alone, fit).agrees
    program = executed(LESSON.snippet(Inputs(ALIKE, lr=0.01, scaling="standardise")))
    assert program["loss"].item() == pytest.approx(
        run(Inputs(ALIKE, lr=0.01, scaling="standardise")).losses[-1]
    )


def test_a_run_that_leaves_ends_at_the_first_number_that_is_too_large():
    fit = run(Inputs(lr=0.0505))
    assert fit.diverged
    assert fit.steps == 277
    *before, last = (max(map(abs, place)) for place in fit.path)
    assert max(before) <= FAR < last
    assert executed(LESSON.snippet(Inputs(lr=0.0505)))["line"].w.item() == pytest.approx(
        fit.path[-1][0], rel=1e-6
    )


def test_the_largest_numbers_that_are_allowed_end_in_no_error():
    far = ((1e6, -1e6), (-1e6, 1e6), (1e6, 1e6))
    for lr in (1e3, 1e-13):
        fit = run(Inputs(far, lr=lr, start=(1e6, -1e6), momentum=1.0))
        assert all(map(math.isfinite, (*fit.path[-1], fit.losses[-1])))


REFUSED = [
    ({"points": ()}, "0 points; from 1 to 100 are allowed."),
    ({"points": ((1.0, 2.0),) * 101}, "101 points; from 1 to 100 are allowed."),
    ({"points": ((1.0, 2.0), (1e308, 3.0))}, "Point 2 is at (1e+308, 3); numbers up to 1e+06 are allowed."),
    ({"points": ((math.nan, 2.0),)}, "Point 1 is at (nan, 2)"),
    ({"points": ((1.0,),)}, "Point 1 has 1 number; a point is x and y."),
    ({"lr": 0.0}, "lr is 0; it can be above 0, and up to 1000."),
    ({"lr": math.inf}, "lr is inf"),
    ({"momentum": 1.1}, "momentum is 1.1; it can be from 0 to 1."),
    ({"weight_decay": -1.0}, "weight_decay is -1; it can be from 0 to 1000."),
    ({"steps": FIT_STEPS + 1}, "steps is 10001; it must be a whole number from 1 to 10000."),
    ({"batch": 0}, "batch is 0"),
    ({"reduction": "none"}, "reduction is 'none'; it can be one of: mean, sum."),
    ({"scaling": "half"}, "scaling is 'half'"),
    ({"seed": -1}, "seed is -1"),
    ({"start": (math.nan, 0.0)}, "The start is at w nan, b 0; numbers up to 1e+06 are allowed."),
]


@pytest.mark.parametrize(("wish", "told"), REFUSED)
def test_what_cannot_be_is_told(wish, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        Inputs(**wish)


def test_points_are_drawn_as_notes_draw_them_and_not_too_many():
    assert len(draw(1, 0, (0.5,), 100, 7)) == 100
    assert all(y == x + 0.5 for x, y in draw(1, 0, (0.5,), 100, 7))
    for count, seed in ((0, 0), (101, 0), (5, -1)):
        with pytest.raises(LessonError):
            draw(1, 0, (0,), count, seed)
    for noise in (1e308, -1e308, 2e6, math.inf):
        with pytest.raises(LessonError, match=r"Point 1 is at \(2, .*\); numbers up to 1e\+06 are allowed"):
            draw(0, 0, (noise,), 5, 0)


# Scaling, batches, frames


@given(given=inputs())
def test_a_place_that_has_not_moved_is_the_point_that_it_was(given):
    x, y = given.scaled[0]
    moved = (*given.scaled[1:], (x + 1, y))
    back = given.unscaled(moved)
    assert back[:-1] == given.points[1:]
    assert back[-1] == pytest.approx((given.points[0][0] + given.scale, y))


def test_standardised_x_have_the_mean_0_and_the_deviation_1():
    xs = [x for x, _y in Inputs(scaling="standardise").scaled]
    assert np.mean(xs) == pytest.approx(0, abs=1e-12)
    assert np.std(xs) == pytest.approx(1)


def test_every_epoch_sees_every_point_once_in_another_order_and_the_last_batch_is_smaller():
    fit = run(Inputs(batch=7, steps=10))
    first, second = fit.batches[:5], fit.batches[5:]
    assert [len(batch) for batch in first] == [7, 7, 7, 7, 2]
    for epoch in (first, second):
        assert sorted(each for batch in epoch for each in batch) == list(range(30))
    assert first != second
    assert run(Inputs(batch=7, steps=10, seed=1)).batches != fit.batches


@given(steps=st.integers(1, FIT_STEPS))
def test_of_a_long_run_so_many_frames_are_shown_evenly_with_the_first_and_the_last(steps):
    fit = run(Inputs(((0.0, 0.0),), steps=steps))
    shown = frames(fit)
    assert (shown[0], shown[-1]) == (0, steps)
    assert len(shown) <= FRAMES
    apart = {after - before for before, after in pairwise(shown[:-1])}
    assert len(apart) <= 1
    assert steps >= FRAMES or shown == tuple(range(steps + 1))


def test_the_notes_and_the_formula_have_the_numbers():
    notes = [str(note) for note in LESSON.notes(Inputs(), run(Inputs()))]
    assert notes == [
        "The valley of the loss has the curvature 75.6 across and 2 along it. Their ratio, kappa, says how "
        "narrow it is: 37.8. A learning rate up to 0.05026 holds."
    ]
    summed = Inputs(reduction="sum", batch=4, lr=1e-6)
    assert "with 4 points a gradient is 4 times that of the mean" in str(LESSON.notes(summed, run(summed))[1])
    assert r"w \leftarrow w - 0.0001\, v" in LESSON.formula(Inputs())[1]
    assert "v " not in LESSON.formula(Inputs(momentum=0.0))[1]
    assert "0.01" not in LESSON.formula(Inputs(weight_decay=0.0))[1]
