"""The state microscope: torch's own optimizer, the rule by hand beside it, and its formula in numbers."""

import re
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.descent import microscope
from lessons.learning.descent.formulas import Line
from lessons.learning.descent.microscope import SLOPE_STEPS, Inputs
from lessons.learning.optimizers import OPTIMIZERS
from tests.oracles import assert_true, executed
from tests.strategies import SEEDS


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Gradients of any size and sign, some 0; every fourth goes down the slope of w²."""
    random = Random(draw(SEEDS))
    gradients = tuple(
        random.choice((0.0, random.uniform(-1, 1) * 10 ** random.randint(-3, 3))) for _ in range(6)
    )
    return Inputs(
        draw(st.sampled_from(list(OPTIMIZERS))),
        lr=random.choice((0.001, 0.1, 0.3)),
        momentum=random.choice((0.5, 0.9)),
        alpha=random.choice((0.5, 0.99)),
        betas=random.choice(((0.9, 0.999), (0.0, 0.9), (0.5, 0.5))),
        eps=random.choice((1e-8, 0.1)),
        weight_decay=random.choice((0.0, 0.01, 0.5)),
        weight=random.uniform(-3, 3),
        gradients=random.choice((gradients, gradients, gradients, ())),
    )  # fmt: skip


@given(inputs())
def test_torch_remembers_what_the_rule_does_and_the_program_prints_it(looked_at: Inputs) -> None:
    steps = microscope.walk(looked_at)
    assert microscope.check(looked_at, steps).agrees
    assert all(step.memory.keys() <= step.state.keys() for step in steps)
    variables = executed(microscope.snippet(looked_at))
    assert variables["weights"] == [step.weight for step in steps]
    assert variables["states"] == [step.state for step in steps]


def sides(tex: str) -> list[str]:
    """Of a formula, as arithmetic."""
    return [_plain(side) for side in re.split(r" (?:=|\\approx) ", tex)]


def _plain(side: str) -> str:
    side = re.sub(r"(?:([\d.]+) \\cdot )?10\^\{(-?\d+)\}", lambda found: f"{found[1] or 1}e{found[2]}", side)
    side = re.sub(r"\\frac\{(.*)\}\{(.*)\}", r"((\1) / (\2))", side)
    side = re.sub(r"\\sqrt\{(.*?)\}", r"sqrt(\1)", side)
    return re.sub(r"\^\{(\d+)\}", r"**\1", side).replace(r"\cdot", "·")


@given(inputs())
def test_every_formula_is_true_of_the_digits_shown_and_ends_at_torchs_weight(looked_at: Inputs) -> None:
    steps = microscope.walk(looked_at)
    for number, step in enumerate(steps[:6], start=1):
        for line in microscope.formula(looked_at, steps, number):
            *_letters, left, right = sides(line)
            assert_true(f"{left} {'≈' if 'approx' in line else '='} {right}")
        assert float(right) == pytest.approx(step.weight, rel=1e-3, abs=1e-9)


def test_brackets_stand_where_something_would_be_torn_apart() -> None:
    letters = {"a": "a", "b": "b", "c": "c"}
    numbers = {"a": -2.0, "b": 3e7, "c": -4.0}
    assert Line("c", "a ** 2 * b ** 2").tex(letters, numbers) == (
        r"c = a^{2} \cdot b^{2} = (-2)^{2} \cdot (3 \cdot 10^{7})^{2} = 3.6 \cdot 10^{15}"
    )
    assert Line("b", "a * (c - 1) / (2 - a)").tex(letters, numbers) == (
        r"b = \frac{a \cdot (c - 1)}{2 - a} = \frac{-2 \cdot (-4 - 1)}{2 - (-2)} = 2.5"
    )


def test_what_is_only_rounding_is_0() -> None:
    assert Line("c", "a - b * 3").value({"a": 0.3, "b": 0.1}) == 0
    assert Line("c", "a - b * 3").tex({"c": "c", "a": "a", "b": "b"}, {"a": 0.3, "b": 0.1}).endswith("= 0")


@pytest.mark.parametrize("gradient", [0.001, 1000.0])
def test_adams_first_step_is_as_long_as_the_rate_whatever_the_gradient(gradient: float) -> None:
    weight = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    weight.grad = torch.tensor(gradient, dtype=torch.float64)
    optimizer.step()
    question = microscope.ask_first_step(Inputs(), gradient)
    assert question.answer == pytest.approx(5 - weight.item())
    assert question.is_right(0.1)
    assert not question.is_right(0.1 * gradient)


def test_the_reason_of_one_question_does_not_answer_the_other() -> None:
    small, large = (str(microscope.ask_first_step(Inputs(), each).reason) for each in microscope.ASKED)
    assert "0.001 / (0.001 + 1e-08), times the rate 0.1, is 0.1." in small
    for reason, other in ((small, "1000"), (large, "0.001")):
        assert "whatever" not in reason
        assert other not in reason
    both = str(microscope.tell_both(Inputs(eps=1.0)))
    assert "The first step is 9.99e-05 for a gradient of 0.001, and 0.0999 for one of 1000" in both


def test_a_large_eps_holds_small_gradients_back() -> None:
    assert microscope.first_step(Inputs(eps=1.0), 0.001) == pytest.approx(0.1 * 0.001 / 1.001)


def test_the_first_steps_of_all_are_told_apart_by_two_gradients() -> None:
    small, large = (microscope.first_steps(Inputs(), gradient) for gradient in microscope.ASKED)
    moving = {slug for slug in OPTIMIZERS if large[slug] > 10 * small[slug]}
    assert moving == {"sgd", "momentum", "nesterov"}
    assert large["rmsprop"] == pytest.approx(1.0, rel=1e-3)


def test_the_settings_in_param_groups_are_the_ones_that_were_chosen() -> None:
    group = microscope.group(Inputs("nesterov", lr=0.3, momentum=0.5, weight_decay=0.01))
    assert "params" not in group
    assert (group["lr"], group["momentum"], group["nesterov"], group["weight_decay"]) == (
        0.3,
        0.5,
        True,
        0.01,
    )


def test_without_gradients_the_weight_goes_down_the_slope_of_its_square() -> None:
    steps = microscope.walk(Inputs("sgd", lr=0.1, weight=3.0))
    assert len(steps) == SLOPE_STEPS
    assert [step.gradient for step in steps] == [2 * step.before for step in steps]
    assert steps[0].weight == pytest.approx(2.4)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"optimizer": "lion"}, "optimizer is 'lion'; it can be one of"),
        ({"gradients": (1.0,) * 51}, "51 gradients are too many; at most 50"),
        ({"gradients": (2e6,)}, "Numbers up to 1000000 can be computed with here."),
        ({"weight": -2e6}, "Numbers up to 1000000"),
        ({"optimizer": "nesterov", "momentum": 0.0}, "it needs one above 0"),
    ],
    ids=str,
)
def test_what_cannot_be_stepped_with_is_refused(changes: dict[str, object], why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Inputs(**changes)
