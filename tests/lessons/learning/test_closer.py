"""A closer look at losses: naive arithmetic, two ways to one loss, dim, and what mean divides by."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given

from lessons.learning.losses import closer
from lessons.learning.losses.entropy import run
from lessons.learning.losses.inputs import Inputs
from lessons.learning.losses.lesson import PRESETS
from tests.lessons.learning.test_losses import inputs
from tests.oracles import tensor

THOUSAND = next(each.inputs for each in PRESETS if str(each.name) == "A logit of 1000")


def test_of_a_logit_of_1000_the_formula_loses_both_numbers_and_log_sum_exp_none() -> None:
    looked = closer.naive(THOUSAND, torch.float64)
    assert looked.powers.tolist() == [[torch.inf, 1]]
    assert looked.logs.isnan().tolist() == [[True, False]]
    assert looked.broken.tolist() == [[True, True]]
    assert looked.safe.tolist() == [[0, 1000]]


@pytest.mark.parametrize(("dtype", "most"), [(torch.float32, 88.7), (torch.float64, 709.8)])
def test_the_largest_logit_is_where_exp_becomes_infinite(dtype: torch.dtype, most: float) -> None:
    question = closer.ask_largest(dtype)
    assert question.answer == pytest.approx(most, abs=0.05)
    assert torch.tensor(question.answer - 0.1, dtype=dtype).exp().isfinite()
    assert torch.tensor(question.answer + 0.1, dtype=dtype).exp().isinf()


@given(inputs())
def test_where_nothing_is_lost_the_formula_gives_the_safe_numbers(inputs: Inputs) -> None:
    looked = closer.naive(inputs, torch.float64)
    fine = looked.logs.isfinite()
    assert torch.allclose(looked.logs[fine], looked.safe[fine], atol=1e-6)


@given(inputs())
def test_both_ways_give_one_loss(inputs: Inputs) -> None:
    if not inputs.soft:
        one, other = closer.both_ways(inputs)
        assert one == pytest.approx(other, rel=1e-12, nan_ok=True)


def test_along_dim_1_rows_sum_to_1_and_along_dim_0_columns() -> None:
    rows, columns = closer.along(Inputs(), 1), closer.along(Inputs(), 0)
    assert rows.rows.tolist() == pytest.approx([1, 1, 1])
    assert columns.columns.tolist() == pytest.approx([1, 1, 1])
    assert rows.columns.tolist() != pytest.approx([1, 1, 1])
    question = closer.ask_dim(Inputs())
    assert str(question.choices[int(question.answer)]) == "each row"


def test_what_the_same_targets_give_as_vectors_is_what_torch_makes_of_them() -> None:
    weighted = Inputs(weight=((5.0, 1.0, 3.0),))
    question = closer.ask_divisor(weighted)
    vectors = F.one_hot(torch.tensor(weighted.classes), 3).double()
    theirs = F.cross_entropy(tensor(weighted.numbers), vectors, tensor(weighted.weight)[0])
    assert question.is_right(theirs.item())
    assert closer.ask_divisor(Inputs()) is None
    assert closer.ask_divisor(replace(weighted, reduction="sum")).answer == question.answer


def test_weights_that_average_to_3_make_the_loss_of_one_hot_targets_three_times_as_large() -> None:
    (case,) = (each.inputs for each in PRESETS if str(each.name) == "Classes, or one-hot")
    question = closer.ask_divisor(case)
    assert run(case).output.item() == pytest.approx(1.3328, abs=5e-5)
    assert question.answer == pytest.approx(3.9984, abs=5e-5)
    assert "the weights of the targets, 9; for vectors by the number of samples, 3." in str(question.reason)
