"""KL divergence: equal to torch in every reduction, never below 0, and a part of cross-entropy."""

import math
import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.losses import divergence
from lessons.learning.losses.divergence import WARNING, Divergence
from lessons.learning.losses.inputs import normalized
from tests.oracles import CLOSE, executed, tensor
from tests.strategies import SEEDS, numbers

pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
EVEN, SURE = ((0.5, 0.5),), ((0.9, 0.1),)


@st.composite
def distributions(draw: st.DrawFn) -> Divergence:
    """p may hold zeros, and q only where p does not."""
    shape = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    p, drawn = (normalized(numbers(draw(SEEDS), *shape)) for _ in range(2))
    above_0 = tuple(tuple(0.01 + each for each in row) for row in drawn)
    return Divergence(p, normalized(above_0))


@given(distributions())
def test_every_reduction_is_torchs_and_the_programs(made: Divergence) -> None:
    p, q = tensor(made.p), tensor(made.q)
    assert torch.allclose(made.terms, F.kl_div(q.log(), p, reduction="none"), rtol=0, atol=CLOSE)
    variables = executed(divergence.snippet(made))
    for reduction, name in (("sum", "total"), ("batchmean", "batchmean"), ("mean", "mean")):
        theirs = F.kl_div(q.log(), p, reduction=reduction).item()
        assert made.losses[reduction] == pytest.approx(theirs, abs=CLOSE)
        assert variables[name].item() == theirs


@given(distributions())
def test_the_divergence_is_never_below_0_and_0_of_equals(made: Divergence) -> None:
    assert (made.terms.sum(dim=1) >= -CLOSE).all()
    assert made.p == made.q or made.terms.abs().max() > 0
    if min(map(min, made.p)):
        assert not Divergence(made.p, made.p).terms.any()


@given(distributions())
def test_cross_entropy_is_entropy_and_divergence_in_torch_and_in_the_program(made: Divergence) -> None:
    parts, variables = divergence.parts(made), executed(divergence.snippet(made))
    p, q = tensor(made.p), tensor(made.q)
    theirs = F.cross_entropy(q.log(), p, reduction="none")
    assert torch.allclose(parts.entropy + parts.divergence, theirs, rtol=0, atol=CLOSE)
    assert torch.allclose(parts.cross_entropy, theirs, rtol=0, atol=CLOSE)
    assert variables["cross_entropy"].item() == pytest.approx(theirs.mean().item(), abs=CLOSE)
    assert variables["entropy"].item() == pytest.approx(parts.entropy.mean().item(), abs=CLOSE)


def test_the_way_back_costs_something_else() -> None:
    parts = divergence.parts(Divergence(EVEN, SURE))
    assert (parts.divergence.item(), parts.reverse.item()) == pytest.approx((0.5108, 0.3681), abs=5e-5)
    assert divergence.parts(Divergence(SURE, EVEN)).divergence.equal(parts.reverse)
    label = divergence.parts(Divergence(((1.0, 0.0),), EVEN))
    assert (label.entropy.item(), label.reverse.item()) == (0, math.inf)
    assert label.divergence.item() == label.cross_entropy.item() == pytest.approx(0.6931, abs=5e-5)


def test_mean_divides_by_all_terms_and_batchmean_by_the_samples_and_torch_warns() -> None:
    made = Divergence()
    assert made.divisors == {"sum": 1, "batchmean": 2, "mean": 6}
    assert divergence.ask_divisor(made).answer == 6
    with pytest.warns(UserWarning, match=re.escape(WARNING)):
        F.kl_div(tensor(made.q).log(), tensor(made.p))


def test_what_q_rules_out_and_p_does_not_costs_infinitely_much() -> None:
    made = Divergence(((0.7, 0.2, 0.1),), ((0.8, 0.2, 0.0),))
    assert made.infinite == [(0, 2)]
    assert made.losses["batchmean"] == math.inf
    assert F.kl_div(tensor(made.q).log(), tensor(made.p), reduction="sum").item() == math.inf
    assert "class 2: p is above 0, and q is 0" in str(divergence.explain_infinite(0, 2))
    assert divergence.bars(made, 0).data[2].y[2] is None
    assert "the dearest class is 2, with ∞" in said(made, 0)


@pytest.mark.parametrize(
    ("p", "q", "why"),
    [
        (((0.5, 0.4),), EVEN, "The targets of sample 1 sum to 0.9; they must sum to 1."),
        (EVEN, ((0.5, 0.6),), "The probabilities of sample 1 sum to 1.1; they must sum to 1."),
        (EVEN, ((1.5, -0.5),), "The probabilities of sample 1 go down to -0.5; none can be below 0."),
        (EVEN, EVEN * 2, "p has the shape (1, 2), and q (2, 2); they must be the same."),
        (((1.0,),), ((1.0,),), "classes is 1; it must be a whole number from 2 to 16"),
        (EVEN * 17, EVEN * 17, "samples is 17; it must be a whole number from 1 to 16"),
        (((1.0, 0.0),), ((1.0, 0.0),), "Sample 1, class 1: p and q are both 0."),
    ],
)
def test_what_are_no_distributions_is_refused(p: Any, q: Any, why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Divergence(p, q)


def test_torch_makes_nan_where_both_are_0() -> None:
    p = q = torch.tensor([1.0, 0.0])
    assert F.kl_div(q.log(), p, reduction="none").isnan().tolist() == [False, True]


@given(distributions())
def test_of_q_without_its_log_torch_and_the_program_give_the_number_of_the_page(made: Divergence) -> None:
    variables = executed(divergence.naive_program(made))
    assert variables["wrong"].item() == pytest.approx(divergence.without_log(made.p, made.q), abs=CLOSE)
    assert variables["right"].item() == pytest.approx(made.losses["batchmean"], abs=CLOSE)
    assert divergence.without_log(made.p, made.p) < 0
    question = divergence.ask_without_log(made)
    assert str(question.choices[int(question.answer)]) == "below 0"


def said(made: Divergence, sample: int) -> str:
    return " ".join(map(str, divergence.sentences(made, sample)))


def test_the_bars_and_their_sentence_are_of_one_sample() -> None:
    made = Divergence(((0.7, 0.3), (0.5, 0.5)), ((0.4, 0.6), (0.5, 0.5)))
    p, q, own = divergence.bars(made, 0).data
    assert (list(p.y), list(q.y)) == ([0.7, 0.3], [0.4, 0.6])
    assert list(own.y) == pytest.approx([0.3917, -0.2079], abs=5e-5)
    assert "the dearest class is 0, with 0.3917: p is 0.7 there, and q 0.4" in said(made, 0)
    assert said(made, 1) == "Of sample 2 q is p: every term is 0."
    label = Divergence(((1.0, 0.0),), EVEN)
    assert "0 log 0 counts as 0" in said(label, 0)
    assert label.terms[0, 1] == 0
