"""A step against the gradient: the same as torch's optimizer makes, and what the record of several tells."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.losses import descent
from lessons.learning.losses.by_hand import DIGITS, shares
from lessons.learning.losses.descent import RATES, Stop, trail_to
from lessons.learning.losses.entropy import targets
from lessons.learning.losses.inputs import LOGITS, PROBABILITIES, TWICE, UNLOGGED, Inputs
from lessons.learning.losses.lesson import BACKWARD, FIRST, LESSON, PIG_DOG_CAT, PRESETS, step_snippet
from tests.lessons.learning.test_losses import by_torch, inputs
from tests.oracles import executed, tensor

ROUNDED = 0.6 * 10**-DIGITS
NOTHING_COUNTS: dict[str, Any] = {"target": ((1.0,),) * 3, "ignore_index": 1}
UNDECIDED: dict[str, Any] = {"numbers": ((1.0, 2.0, 3.0),), "target": ((0.5, 0.5, 0.0),), "reduction": "sum"}


def by_optimizer(inputs: Inputs, rate: float) -> torch.Tensor:
    """What SGD makes of the numbers in one step, with the gradient of torch's own loss."""
    numbers = tensor(inputs.numbers).requires_grad_()
    numbers.grad = by_torch(vars(inputs))["numbers"]
    torch.optim.SGD([numbers], lr=rate).step()
    return numbers.detach()


@given(inputs().filter(lambda each: each.given == LOGITS), st.sampled_from(RATES))
def test_a_step_is_that_of_torchs_optimizer_and_of_the_program(before: Inputs, rate: float) -> None:
    after = descent.step(before, rate)
    moved, program = tensor(after.numbers), executed(step_snippet(before, rate))
    assert torch.allclose(moved, by_optimizer(before, rate), rtol=1e-12, atol=ROUNDED)
    assert torch.allclose(moved, program["numbers"].detach(), rtol=1e-12, atol=ROUNDED)
    assert replace(after, numbers=before.numbers) == before
    for name, stands in (("output", before), ("after", after)):
        assert torch.allclose(program[name], LESSON.run(stands).output, rtol=1e-12, atol=1e-6)


def test_the_numbers_after_a_step_are_those_that_can_be_typed():
    after = descent.step(Inputs(), 0.1)
    assert all(number == round(number, DIGITS) for row in after.numbers for number in row)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    "call", [{}, {"call": TWICE}, {"call": UNLOGGED}, {"weight": ((5.0, 1.0, 2.0),)}], ids=str
)
def test_with_a_class_for_each_sample_no_step_is_too_long(rate: float, call: dict[str, Any]) -> None:
    trail = walked(Inputs(**call), rate, 5)
    assert [stop.loss for stop in trail] == sorted((stop.loss for stop in trail), reverse=True)


def test_a_logit_of_1000_takes_a_finite_step():
    before = next(each.inputs for each in PRESETS if str(each.name) == "A logit of 1000")
    assert descent.step(before, 5.0).numbers == ((995.0, 5.0),)


def test_nothing_steps_where_nothing_counts():
    with pytest.raises(LessonError, match="Nothing counts"):
        descent.step(Inputs(**NOTHING_COUNTS), 1.0)
    still = Inputs(**NOTHING_COUNTS, reduction="sum")
    assert descent.step(still, 1.0) == still
    assert "No number moves" in str(descent.tell_longest(still, still))


def test_a_step_that_leads_too_far_is_refused():
    heavy = Inputs(weight=((1e6,) * 3,), reduction="sum")
    with pytest.raises(LessonError, match="A step this long leads beyond 1000000"):
        descent.step(heavy, 10.0)


@pytest.mark.parametrize(
    "changes",
    [{}, {"weight": ((5.0, 1.0, 2.0),), "temperature": 2.0}, {"target": FIRST, "label_smoothing": 0.1}],
    ids=str,
)
def test_the_formula_with_the_numbers_beside_it_is_the_gradient(changes: dict[str, Any]) -> None:
    before = Inputs(**changes)
    divisor = float(descent.formula(before).rpartition("{")[2].rstrip("}"))
    counted = targets(before) * tensor(before.weight)
    slopes = (shares(before) * counted.sum(dim=1, keepdim=True) - counted) / divisor
    assert torch.allclose(slopes, BACKWARD.run(before).numbers, rtol=0, atol=1e-12)


@pytest.mark.parametrize("call", ["right", TWICE, UNLOGGED])
def test_the_logs_of_probabilities_are_logits_with_the_same_shares_and_loss(call: str) -> None:
    given_some = Inputs(FIRST, PIG_DOG_CAT, PROBABILITIES, call)
    logits = descent.as_logits(given_some)
    assert logits is not None
    assert logits.given == LOGITS
    assert torch.allclose(shares(logits), tensor(FIRST), atol=1e-8)
    assert LESSON.run(logits).output.item() == pytest.approx(LESSON.run(given_some).output.item(), abs=1e-8)
    never = replace(given_some, numbers=((0.0, 1.0, 0.0), *FIRST[1:]))
    assert descent.as_logits(never) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "class 0 of sample 3 goes up by 0.6191. Its share is 0.6285, and 1 is meant."),
        (UNDECIDED, "class 2 of sample 1 goes down by 3.326. Its share is 0.6652, and 0 is meant."),
        ({"call": UNLOGGED}, "goes up by 0.3891. Its share is 0.6285, and 1 is meant; but the loss is not"),
    ],
    ids=["up", "down", "unlogged"],
)  # fmt: skip
def test_the_longest_arrow_is_told_with_its_reason(changes: dict[str, Any], told: str) -> None:
    before = Inputs(**changes)
    assert told in str(descent.tell_longest(before, descent.step(before, 5.0)))


# The record


def walked(inputs: Inputs, rate: float, steps: int) -> descent.Trail:
    trail = trail_to(inputs, ())
    for _ in range(steps):
        trail = (*trail, Stop.at(descent.step(trail[-1].inputs, rate), rate))
    return trail


def test_the_record_goes_as_far_as_the_numbers_that_stand_there():
    trail = walked(Inputs(), 1.0, 3)
    assert trail_to(trail[3].inputs, trail) == trail
    assert trail_to(trail[1].inputs, trail) == trail[:2]


def test_other_numbers_and_other_settings_begin_another_record():
    trail = walked(Inputs(), 1.0, 3)
    for other in (replace(trail[3].inputs, reduction="sum"), Inputs(FIRST)):
        assert trail_to(other, trail) == (Stop(other, LESSON.run(other).output.item()),)


def test_what_a_step_made_of_the_loss_is_told():
    trail = walked(Inputs(**UNDECIDED), 10.0, 2)
    losses = [stop.loss for stop in trail]
    assert losses[1] < losses[2]
    assert str(descent.tell_loss(trail[:1])) == "The loss is 1.908."
    assert str(descent.tell_loss(trail[:2])).startswith("Step 1: the loss fell from 1.908 to 0.7")
    assert "the step was too long" in str(descent.tell_loss(trail))
    assert "stays" in str(descent.tell_loss((trail[0], trail[0])))


def test_the_record_of_reduction_none_is_about_the_sum_and_the_chart_shows_it():
    trail = walked(Inputs(reduction="none"), 1.0, 2)
    assert trail[0].loss == pytest.approx(LESSON.run(Inputs(reduction="sum")).output.item())
    chart = descent.record(trail)
    assert list(chart.data[0].y) == [stop.loss for stop in trail]
    assert not any(map(math.isnan, chart.data[0].y))
