"""SGD without zero_grad: equal to torch's, equal to momentum 1, and what is asked and said of it."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from lessons.core.messages import LessonError
from lessons.core.plane import Path
from lessons.core.twins import describe, patch
from lessons.learning.regression import forgotten
from lessons.learning.regression.forgotten import (
    LINE,
    STEPS,
    ask_loss,
    ask_setting,
    both,
    forget,
    keep,
    snippet,
)
from lessons.learning.regression.inputs import REDUCTIONS, SCALINGS, Inputs
from tests.oracles import executed, tensor
from tests.strategies import SEEDS, numbers

BEGUN = forgotten.start(LINE)


@st.composite
def starts(draw: st.DrawFn) -> Inputs:
    """A rate at which nothing runs away, and points from which nothing swings too far to be drawn."""
    points = numbers(draw(SEEDS), draw(st.integers(1, 6)), 2)
    assume(max(abs(each) for point in points for each in point) < 1e5)
    begun = Inputs(
        points,
        reduction=draw(st.sampled_from(REDUCTIONS)),
        scaling=draw(st.sampled_from(SCALINGS)),
        start=draw(st.sampled_from([(0.0, 0.0), (1.541, -0.2934), (-30.0, 200.0)])),
    )
    squares = sum(x * x + 1 for x, _y in begun.scaled)
    return forgotten.start(replace(begun, lr=draw(st.sampled_from([0.1, 0.4])) / squares))


@given(starts())
def test_each_goes_as_its_program_does(begun: Inputs) -> None:
    made = both(begun)
    for run, twin in ((made.right, made.twins.right), (made.wrong, made.twins.wrong)):
        assert twin.losses == run.losses
        theirs = executed(twin.program)
        size = max(1.0, *theirs["losses"], *(abs(each) for place in theirs["path"] for each in place))
        assert run.losses == pytest.approx(theirs["losses"], rel=1e-9, abs=1e-9 * size)
        assert tensor(run.path).allclose(tensor(theirs["path"]), rtol=1e-9, atol=1e-9 * size)


@given(starts())
def test_without_zero_grad_torch_goes_the_way_of_momentum_1(begun: Inputs) -> None:
    forgot = executed(snippet(begun, zero_grad=""))["path"]
    heavy = executed(snippet(begun, momentum=1))["path"]
    assert heavy == [pytest.approx(place, rel=1e-9, abs=1e-9) for place in forgot]
    made = both(begun)
    assert tensor(made.heavy.path).allclose(tensor(heavy), rtol=1e-9, atol=1e-9)
    assert made.apart <= 1e-9 * max(1.0, *(abs(each) for place in forgot for each in place))


def test_the_programs_differ_in_the_one_line_that_was_forgotten():
    made = both(BEGUN).twins
    marked = [line for line in patch(made.wrong.program, made.right.program).split("\n") if line[0] != " "]
    assert marked == ["+    optimizer.zero_grad()"]


# What it teaches


def test_on_a_line_the_loss_swings_as_it_does_for_a_linear_layer():
    """The numbers of a course: 20 points, lr 0.1, seed 1."""
    torch.manual_seed(1)
    net = nn.Linear(1, 1)
    assert (net.weight.item(), net.bias.item()) == pytest.approx(LINE.start, abs=5e-5)
    x = torch.linspace(-1, 1, 20)[:, None]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    theirs = []
    for _ in range(40):
        loss = F.mse_loss(net(x), 2 * x + 1)
        theirs.append(loss.item())
        loss.backward()
        optimizer.step()
    assert theirs[::5] == pytest.approx([2.89, 1.37, 0.76, 1.45, 2.60, 1.03, 0.46, 2.77], abs=5e-3)
    assert both(BEGUN).wrong.losses[:40] == pytest.approx(theirs, abs=1e-3)


def test_the_course_of_the_loss_is_asked_of_the_numbers():
    assert ask_loss(both(BEGUN)).answer == forgotten.SWINGS
    assert "At step 3 it is 0.2777, and at step 7 it is 2.233 again." in str(ask_loss(both(BEGUN)).reason)
    small = both(replace(BEGUN, lr=1e-5))
    assert ask_loss(small).answer == forgotten.FASTER
    assert small.wrong.losses[-1] < small.right.losses[-1]
    still = both(replace(BEGUN, points=((0.0, 1.0), (1.0, 3.0)), start=(2.0, 1.0)))
    assert ask_loss(still).answer == forgotten.SAME
    assert ask_setting(BEGUN, still) is None


@given(starts())
def test_only_momentum_1_goes_the_same_way(begun: Inputs) -> None:
    asked = ask_setting(begun, both(begun))
    if asked:
        assert str(asked.choices[int(asked.answer)]) == "momentum=1"


def test_the_notes_points_swing_as_well():
    begun = forgotten.start(Inputs())
    assert (begun.momentum, begun.weight_decay, begun.steps) == (0, 0, STEPS - 1)
    made = both(begun)
    assert ask_loss(made).answer == forgotten.SWINGS
    assert made.wrong.losses[-1] < made.right.losses[-1]
    assert "the loss swings between" in str(describe(made.twins, both=True)[1])


@given(starts())
def test_of_the_ends_that_can_be_chosen_exactly_one_is_true(begun: Inputs) -> None:
    made = both(begun)
    falls = all(after <= before for before, after in pairwise(made.wrong.losses))
    faster = made.wrong.losses[-1] < made.right.losses[-1]
    same = made.twins.first_difference is None
    assert [str(end)[:17] for end in forgotten.ENDS] == [
        "it falls at every",
        "it does the same ",
        "at some steps it ",
    ]
    assert [falls and faster and not same, same, not falls and not same].index(True) == ask_loss(made).answer


def test_a_rate_that_leads_too_far_is_told():
    with pytest.raises(
        LessonError, match=r"rate 0\.1 w or b is beyond 1000000 by step 8\. Choose .* in the view"
    ):
        both(forgotten.start(Inputs(lr=0.1)))


def test_the_planes_sentence_and_paths_are_those_of_the_runs():
    made = both(BEGUN)
    drawn = forgotten.scene(BEGUN, made)
    (plane,) = drawn.planes
    paths = {part.key: part.places for part in plane.parts if isinstance(part, Path)}
    assert paths == {"right": made.right.path, "wrong": made.wrong.path, "heavy": made.heavy.path}
    assert drawn.frames == len(made.wrong.path) == STEPS
    for w, b in (*made.right.path, *made.wrong.path):
        assert plane.x.low < w < plane.x.high
        assert plane.y.low < b < plane.y.high
    assert str(forgotten.describe(made)).endswith("they end at w 1.999, b 1.")
    told = list(map(str, describe(made.twins, both=True)))
    assert told[0].startswith("with zero_grad: the loss falls from 2.89 to")
    low, high = min(made.wrong.losses), max(made.wrong.losses)
    assert told[1] == (
        f"without zero_grad: the loss swings between {low:.4g} and {high:.4g} in 100 steps. It begins at "
        "2.89 and ends at 0.9749."
    )


def test_a_path_that_stands_still_has_a_plane_as_well():
    still = replace(BEGUN, points=((0.0, 1.0), (1.0, 3.0)), start=(2.0, 1.0))
    (plane,) = forgotten.scene(still, both(still)).planes
    assert (plane.x.low, plane.x.high) == (1.0, 3.0)


def test_scaled_points_are_what_is_fitted():
    begun = forgotten.start(Inputs(scaling="standardise", lr=0.1))
    assert begun.points == Inputs(scaling="standardise").scaled
    assert forget(begun).path[0] == keep(begun).path[0] == begun.start
