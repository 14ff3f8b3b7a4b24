"""Binary cross-entropy: equal to torch with its gradient, arithmetic that is true, and pos_weight."""

import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.losses import binary
from lessons.learning.losses.binary import Binary
from tests.oracles import CLOSE, evaluate, executed, tensor

WEIGHTS = st.sampled_from([0.25, 1.0, 3.0, 20.0])


@st.composite
def vectors(draw: st.DrawFn) -> Binary:
    logits = draw(st.lists(st.floats(-50, 50), min_size=1, max_size=6))
    target = [draw(st.sampled_from([0.0, 1.0]) | st.floats(0, 1)) for _ in logits]
    reduction = draw(st.sampled_from(["mean", "sum"]))
    return Binary(tuple(logits), tuple(target), draw(WEIGHTS), reduction)


def by_torch(made: Binary) -> tuple[torch.Tensor, torch.Tensor]:
    """The terms, and the gradient of the loss."""
    logits, weight = tensor(made.logits).requires_grad_(), tensor(made.pos_weight)
    settings: dict[str, Any] = {"target": tensor(made.target), "pos_weight": weight}
    terms = F.binary_cross_entropy_with_logits(logits, **settings, reduction="none")
    F.binary_cross_entropy_with_logits(logits, **settings, reduction=made.reduction).backward()
    assert logits.grad is not None
    return terms.detach(), logits.grad


@given(vectors())
def test_the_terms_and_the_gradient_are_torchs_and_the_programs(made: Binary) -> None:
    terms, gradient = by_torch(made)
    size = made.pos_weight * max(1.0, *map(abs, made.logits))
    assert torch.allclose(made.terms, terms, rtol=0, atol=CLOSE * size)
    assert torch.allclose(made.gradient, gradient, rtol=0, atol=CLOSE * made.pos_weight)
    variables = executed(binary.snippet(made))
    assert made.loss == pytest.approx(variables["output"].item(), abs=CLOSE * size * len(terms))
    assert torch.allclose(variables["logits"].grad, gradient, rtol=0, atol=CLOSE * made.pos_weight)


@pytest.mark.parametrize(
    ("logits", "loss", "gradient"),
    [((0.0, 0.0, 0.0), 0.6931, [0.1667] * 3), ((1.0, 0.0, 0.5), 0.9935, [0.2437, 0.1667, 0.2075])],
)
def test_the_numbers_of_the_notes(logits: tuple[float, ...], loss: float, gradient: list[float]) -> None:
    made = Binary(logits, (0.0,) * 3)
    assert made.loss == pytest.approx(loss, abs=5e-5)
    assert made.gradient.tolist() == pytest.approx(gradient, abs=5e-5)


@given(vectors())
def test_the_arithmetic_of_every_number_is_true(made: Binary) -> None:
    """As far as four digits go; exactly, where it says so."""
    rounded = Binary(
        tuple(round(each, 1) for each in made.logits),
        tuple(round(each, 1) for each in made.target),
        made.pos_weight,
        made.reduction,
    )
    for row in range(len(rounded.logits)):
        for _name, equation in binary.arithmetic(rounded, row):
            left, sign, right = re.split(" ([=≈]) ", equation)
            value = float(evaluate(left, sigmoid=lambda z: 1 / (1 + evaluate(f"exp(0 - ({float(z)!r}))"))))
            assert value == pytest.approx(float(right), rel=1e-12 if sign == "=" else 1e-3, abs=1e-12)


def test_a_target_of_0_or_1_has_one_side_and_a_part_of_a_yes_has_both() -> None:
    formulas = [
        {str(name): line for name, line in binary.arithmetic(Binary((2.0,), (target,), 3.0), 0)}
        for target in (0.0, 1.0, 0.5)
    ]
    assert [each["the formula"].split(" ≈")[0] for each in formulas] == [
        "-log(1 - sigmoid(2))",
        "-3×log(sigmoid(2))",
        "-1.5×log(sigmoid(2)) - 0.5×log(1 - sigmoid(2))",
    ]


@pytest.mark.parametrize(
    ("logits", "target", "why"),
    [
        ((1.0, 2.0), (1.0,), "2 logits need as many targets; there are 1"),
        ((1.0, 2.0), (1.0, 1.5), "Target 2 is 1.5; it can be from 0, a no, to 1, a yes"),
        ((1.0,), (-0.1,), "Target 1 is -0.1"),
    ],
)
def test_what_is_no_target_is_refused(logits: Any, target: Any, why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Binary(logits, target)


def test_torch_refuses_other_lengths_too() -> None:
    with pytest.raises(ValueError, match="must be the same as input size"):
        F.binary_cross_entropy_with_logits(torch.zeros(2), torch.zeros(1))


@given(vectors(), st.floats(0.1, 5))
def test_the_pos_weight_of_the_answer_balances_what_both_sides_pull_at_a_logit_of_0(
    made: Binary, of_yes: float
) -> None:
    yes, no = made.sides
    if yes > 0.01 and no:
        weight = binary.ask_weight(made).answer
        undecided = Binary((0.0,) * len(made.target), made.target, weight)
        assert undecided.gradient.sum().item() == pytest.approx(0, abs=1e-9 * weight)


@pytest.mark.parametrize(("target", "times"), [((0.0, 0.0), 1), ((1.0, 1.0), 3)])
def test_where_all_targets_are_alike_pos_weight_multiplies_the_yes_alone(target: Any, times: float) -> None:
    question = binary.ask_weight(Binary((1.0, -2.0), target))
    losses = [Binary((1.0, -2.0), target, weight).loss for weight in (1.0, 3.0)]
    assert question.answer == times == pytest.approx(losses[1] / losses[0])


def test_the_curve_holds_the_learners_own_numbers() -> None:
    made = Binary((0.0, 6.0), (1.0, 0.0), 3.0)
    yes, no, own = binary.curve(made).data
    assert list(own.x) == [0, 6]
    assert list(own.y) == pytest.approx([2.0794, 6.0025], abs=5e-5)
    assert (min(yes.x), max(no.x)) == pytest.approx((-7.2, 7.2))
    assert "a yes costs 2.079 and a no 0.6931" in str(binary.sentence(made))
    assert "number 2, with the logit 6 and the target 0: 6.002 of 8.082" in str(binary.sentence(made))


# Sigmoid first


def test_two_calls_cut_a_large_mistake_off_and_learn_nothing_from_it() -> None:
    made = binary.both([-200.0, 1000.0, 17.0, 2.0], [1.0, 0.0, 0.0, 0.0])
    assert made.naive.tolist()[:3] == [100, 100, 100]
    assert made.naive_gradient.tolist()[:3] == [0, 0, 0]
    assert made.safe.tolist()[:3] == [200, 1000, 17]
    assert made.safe_gradient.tolist()[:3] == [-1, 1, 1]
    assert made.lost.tolist() == [True, True, True, False]
    assert binary.ask_sure().is_right(100)
    assert not binary.ask_sure().is_right(200)


def test_the_program_of_two_calls_gives_the_numbers_of_the_page() -> None:
    made = Binary((1000.0, -200.0, 0.1), (0.0, 1.0, 1.0))
    variables, both = executed(binary.naive_program(made)), binary.both(made.logits, made.target)
    assert torch.equal(variables["naive"], both.naive)
    assert torch.equal(variables["safe"], both.safe)
