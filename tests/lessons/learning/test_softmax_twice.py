"""Logits that go downhill with and without a softmax too many: equal to torch, and what that teaches."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.core.twins import patch
from lessons.learning.losses.entropy import run
from lessons.learning.losses.inputs import LOGITS, PROBABILITIES, TWICE, UNLOGGED, Inputs
from lessons.learning.losses.lesson import FIRST, PRESETS
from lessons.learning.losses.questions import floor
from lessons.learning.losses.softmax_twice import RATES, STEPS, ask_smaller, both, snippet, start
from tests.lessons.learning.test_losses import inputs
from tests.oracles import executed

BY_NAME = {str(preset.name): preset.inputs for preset in PRESETS}
SURE = BY_NAME["Sure, and wrong"]


@st.composite
def starts(draw: st.DrawFn) -> Inputs:
    """Of logits and probabilities, with weights, classes that are ignored, and temperatures."""
    made = draw(inputs())
    assume(not made.soft)
    reduction = draw(st.sampled_from(["mean", "sum"]))
    return start(replace(made, label_smoothing=0.0, reduction=reduction))


@given(starts(), st.sampled_from(RATES))
def test_each_goes_down_as_its_program_does_and_the_mistake_not_below_its_floor(
    begun: Inputs, rate: float
) -> None:
    made = both(begun, rate)
    for descent, twin in ((made.right, made.twins.right), (made.wrong, made.twins.wrong)):
        assert twin.losses == descent.losses
        theirs = executed(twin.program)
        for ours, name in ((descent.losses, "losses"), (descent.norms, "norms")):
            assert ours == pytest.approx(theirs[name], rel=1e-12, abs=1e-12)
    assert min(made.wrong.losses) >= made.twins.floor * (1 - 1e-12)


@given(starts(), st.sampled_from(RATES))
def test_the_programs_differ_in_one_line_and_that_is_the_loss(begun: Inputs, rate: float) -> None:
    mistaken = replace(begun, call=TWICE)
    marked = patch(snippet(mistaken, rate), snippet(begun, rate)).split("\n")
    gone, come = (line for line in marked if line[0] != " ")
    assert gone.startswith("-    loss = F.cross_entropy(F.softmax(numbers")
    assert come.startswith("+    loss = F.cross_entropy(numbers")


# What it teaches


@pytest.mark.parametrize(("classes", "least"), [(3, 0.5514), (10, 1.4612)])
def test_the_floor_is_all_but_reached_by_logits_that_are_right_and_sure(classes: int, least: float) -> None:
    sure = Inputs(((50.0,) + (0.0,) * (classes - 1),), ((0.0,),), weight=((1.0,) * classes,))
    made = both(start(sure), 1.0)
    assert made.twins.floor == pytest.approx(least, abs=5e-5)
    assert made.wrong.losses == pytest.approx([made.twins.floor] * STEPS)
    assert max(made.right.losses) < 1e-12


def test_the_gradient_of_a_confident_mistake_all_but_vanishes_and_the_loss_stands_still_for_long():
    made = both(start(SURE), 1.0)
    assert (made.right.norms[0], made.wrong.norms[0]) == pytest.approx((1.3699, 0.0152), abs=5e-5)
    halfway = [descent.losses[STEPS // 2] / descent.losses[0] for descent in (made.right, made.wrong)]
    assert halfway == [pytest.approx(0.0035, abs=5e-4), pytest.approx(0.98, abs=0.01)]
    asked = ask_smaller(made)
    assert str(asked.choices[asked.answer]) == "more than 50 times"
    assert "It is 0.01517 instead of 1.37." in str(asked.reason)


def test_how_much_smaller_a_gradient_is_is_asked_of_the_numbers_and_only_where_there_is_one():
    asked = {name: ask_smaller(both(start(given_by), 1.0)) for name, given_by in BY_NAME.items()}
    assert {name: str(each.choices[each.answer]) for name, each in asked.items()} == {
        "One model": "2 to 5 times",
        "Another model": "2 to 5 times",
        "Mistake: softmax twice": "2 to 5 times",
        "Mistake: no log": "2 to 5 times",
        "Cat counts five times": "5 to 50 times",
        "A pure guess among ten": "5 to 50 times",
        "Sure, and wrong": "more than 50 times",
        "Classes, or one-hot": "2 to 5 times",
        "A logit of 1000": "more than 50 times",
    }
    learned = Inputs(((1000.0, 0.0),), ((0.0,),), weight=((1.0, 1.0),))
    assert ask_smaller(both(start(learned), 1.0)) is None


def test_of_a_pure_guess_the_first_loss_tells_nothing():
    assert both(start(BY_NAME["A pure guess among ten"]), 1.0).twins.first_difference == 1
    assert both(start(SURE), 1.0).twins.first_difference == 0


def test_the_floor_of_a_sum_is_that_of_all_that_counts():
    added = both(start(Inputs(reduction="sum", weight=((5.0, 1.0, 3.0),))), 1.0)
    assert added.twins.floor == pytest.approx(9 * floor(3))


# Where it starts, and where it cannot


@given(starts())
def test_probabilities_start_as_logits_that_make_them(begun: Inputs) -> None:
    shares = run(begun).softmax
    assume(shares.min() > 0)
    again = start(replace(begun, given=PROBABILITIES, numbers=shares.tolist(), temperature=1.0))
    assert again.given == LOGITS
    assert torch.allclose(run(again).softmax, shares, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"reduction": "none"}, "Choose mean or sum."),
        ({"target": FIRST}, "type a class for each sample"),
        ({"label_smoothing": 0.1}, "set label_smoothing to 0"),
        ({"target": ((1.0,),) * 3, "ignore_index": 1}, "No sample counts here"),
        ({"weight": ((0.0, 0.0, 0.0),)}, "a class with a weight above 0"),
        (
            {"given": PROBABILITIES, "numbers": (FIRST[0], (0.0, 1.0, 0.0), FIRST[2])},
            "A probability of sample 2 is 0",
        ),
    ],
)
def test_what_makes_no_sense_is_told_with_what_to_set(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(LessonError, match=why):
        start(Inputs(**settings))


def test_a_rate_that_leads_too_far_is_told():
    heavy = start(Inputs(reduction="sum", weight=((1e6, 1e6, 1e6),)))
    with pytest.raises(LessonError, match="By step 1 a logit is beyond"):
        both(heavy, 5.0)


def test_whatever_loss_is_set_the_descents_are_the_same():
    assert start(Inputs(call=TWICE)) == start(Inputs(call=UNLOGGED)) == start(Inputs())
