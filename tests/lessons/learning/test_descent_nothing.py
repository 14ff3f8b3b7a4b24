"""Three kinds of nothing: what torch makes of no gradient, of one that is 0, and of a frozen weight."""

import re
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.descent import nothing
from lessons.learning.descent.nothing import FROZEN, KINDS, UNUSED, ZERO, Inputs
from tests.oracles import executed
from tests.strategies import SEEDS


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    random = Random(draw(SEEDS))
    pulled = random.randint(0, 6)
    return Inputs(
        lr=random.choice((0.01, 0.1, 0.2)),
        momentum=random.choice((0.0, 0.5, 0.9)),
        weight_decay=random.choice((0.0, 0.1, 0.5)),
        weight=random.uniform(-3, 3),
        gradient=random.uniform(-2, 2),
        pulled=pulled,
        steps=pulled + random.randint(1, 20),
    )


@given(inputs())
def test_all_three_are_where_the_rule_says_and_where_the_program_ends(going: Inputs) -> None:
    courses = nothing.run(going)
    assert nothing.check(going, courses).agrees
    found = executed(nothing.snippet(going))["weights"]
    assert found == [list(row) for row in zip(*(courses[name].weights[1:] for name in KINDS), strict=True)]


@given(inputs())
def test_what_has_no_gradient_stays_and_what_has_0_decays_and_runs_on(going: Inputs) -> None:
    courses = nothing.run(going)
    for name in (UNUSED, FROZEN):
        assert set(courses[name].weights[going.pulled :]) == {courses[name].weights[going.pulled]}
        assert set(courses[name].grads[going.pulled :]) == {None}
    zero = courses[ZERO]
    assert set(zero.grads[going.pulled :]) == {0.0}
    moving = (going.weight_decay and zero.weights[going.pulled]) or (going.momentum and going.pulled)
    assert (len(set(zero.weights[going.pulled :])) > 1) == bool(moving)


def test_where_the_weight_with_the_gradient_0_goes_is_asked_with_all_that_it_takes() -> None:
    question = nothing.ask_next(Inputs(), nothing.run(Inputs()))
    weight, velocity = 1.6532, 2.268
    assert question.answer == pytest.approx(weight - 0.1 * (0.9 * velocity + 0.1 * weight))
    assert "a weight is at 1.653, and its velocity is 2.268" in str(question.prompt)
    assert question.is_right(1.433)
    assert not question.is_right(1.653)
    going = Inputs(pulled=0)
    asked = nothing.ask_next(going, nothing.run(going))
    assert "its velocity is 0" in str(asked.prompt)
    assert asked.answer == nothing.run(going)[ZERO].weights[1]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "0.1 × 1.653 = 0.1653 of it, the velocity becomes 0.9 × 2.268 + 0.1653 = 2.207"),
        (
            {"weight_decay": 0.0},
            "It is at 1.539. A gradient of 0 is a gradient: the velocity becomes 0.9 × 1.9",
        ),
        (
            {"momentum": 0.0},
            "It is at 1.744. A gradient of 0 is a gradient: decay makes 0.1 × 1.761 = 0.1761",
        ),
        ({"momentum": 0.0, "weight_decay": 0.0}, "It stays at 1.8: its gradient is 0, nothing decays"),
        ({"pulled": 0, "weight_decay": 0.0}, "It stays at 2: its gradient is 0, nothing decays"),
    ],
    ids=str,
)
def test_the_reason_names_what_moves_the_weight_and_nothing_else(changes: dict[str, Any], why: str) -> None:
    going = Inputs(**changes)
    question = nothing.ask_next(going, nothing.run(going))
    assert why in str(question.reason)
    if not going.momentum:
        assert "velocity is" not in str(question.prompt)
        assert "velocity becomes" not in str(question.reason)


@given(inputs())
def test_the_numbers_of_the_reason_lead_to_the_answer(going: Inputs) -> None:
    question = nothing.ask_next(going, nothing.run(going))
    gaps = question.reason.values
    moved = float(gaps["velocity"]) if going.momentum else float(gaps["push"])
    assert float(gaps["weight"]) - going.lr * moved == pytest.approx(question.answer, abs=2e-3)


def test_until_it_is_answered_only_the_steps_with_a_gradient_are_seen() -> None:
    going, courses = Inputs(), nothing.run(Inputs())
    hidden, shown = (nothing.scene(going, courses, shown) for shown in (False, True))
    assert (hidden.frames, shown.frames) == (3, 21)
    assert {len(part.places) for part in hidden.planes[0].parts[1:]} == {3}
    assert hidden.planes[0].y.low == shown.planes[0].y.low
    assert hidden.told
    assert hidden.told.which == [0, 1, 1]
    assert shown.told
    assert list(shown.told.which[:4]) == [0, 1, 1, 2]
    assert shown.told.numbers[ZERO][3] == pytest.approx(1.432548)


def test_one_that_is_frozen_with_its_gradient_still_there_goes_on() -> None:
    """Why zero_grad comes before the freeze: torch looks at grad, and not at requires_grad."""
    weight = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    weight.backward()
    weight.requires_grad_(False)
    optimizer.step()
    assert weight.item() == pytest.approx(0.9)
    optimizer.zero_grad()
    optimizer.step()
    assert weight.item() == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pulled": -1}, "pulled is -1; it must be a whole number from 0 to 99"),
        ({"pulled": 20, "steps": 20}, "steps is 20; it must be a whole number from 21 to 100"),
    ],
    ids=str,
)
def test_there_is_a_step_of_nothing_at_least(changes: dict[str, int], why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Inputs(**changes)
