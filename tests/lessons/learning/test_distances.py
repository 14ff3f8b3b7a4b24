"""Losses of numbers: equal to torch, and what becomes of shapes that do not match."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.losses import distances
from lessons.learning.losses.distances import BOUNDS, FUNCTIONS, Distances
from tests.oracles import executed

ERRORS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6).map(tuple)


@given(ERRORS, st.sampled_from(list(FUNCTIONS)), st.floats(0.1, 5), st.sampled_from(["mean", "sum"]))
def test_the_loss_is_torchs_and_the_programs(
    prediction: tuple[float, ...], kind: str, bound: float, reduction: str
) -> None:
    bound = round(bound, 3)
    made = Distances(prediction, tuple(each / 3 for each in prediction), kind, bound, reduction)
    more = {BOUNDS[kind]: bound} if kind in BOUNDS else {}
    one, other = (torch.tensor(each, dtype=torch.float64) for each in (made.prediction, made.target))
    theirs = getattr(F, FUNCTIONS[kind])(one, other, reduction=reduction, **more).item()
    assert made.loss == pytest.approx(theirs, rel=1e-12)
    assert executed(distances.snippet(made))["output"].item() == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "reduction", "loss"),
    [("l1", "mean", 0.5), ("l1", "sum", 2.5), ("mse", "mean", 0.25), ("mse", "sum", 1.25)],
)
def test_the_numbers_of_the_notes(kind: str, reduction: str, loss: float) -> None:
    assert Distances(kind=kind, reduction=reduction).loss == loss


def test_twice_the_error_counts_twice_in_a_line_and_four_times_in_a_square() -> None:
    assert distances.ask_double(Distances(kind="l1")).answer == 2
    assert distances.ask_double(Distances(kind="mse")).answer == 4
    assert distances.ask_double(Distances((1.0,), (0.0,), "smooth_l1")).answer == 3  # from 0.5 to 1.5


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_a_perfect_fit_of_another_shape_scores_what_torch_makes_of_it() -> None:
    target = (1.0, 2.0, 3.0, 4.0)
    question, variables = distances.ask_perfect(target), executed(distances.square_program(target))
    assert question.answer == variables["output"].item() == 2.5
    assert variables["right"].item() == distances.square(target, target).own == 0
    assert distances.square(target, target).differences.shape == (4, 4)


def test_the_curve_holds_the_learners_own_errors() -> None:
    chart = distances.curve(Distances(prediction=(3.0,), target=(1.0,), kind="mse"))
    assert list(chart.data[1].x) == [2.0]
    assert list(chart.data[1].y) == [4.0]


@pytest.mark.parametrize("text", ["", "a", "1 2 x", " ".join(["1"] * 17), "1e7", "nan"])
def test_what_is_no_vector_is_refused(text: str) -> None:
    with pytest.raises(LessonError):
        distances.vector(text)


def test_a_vector_is_read_as_people_type_it() -> None:
    assert distances.vector("[1, 2.5, 3]") == distances.vector("1\n2.5\n3") == (1, 2.5, 3)
    with pytest.raises(LessonError, match="2 predictions need as many targets; there are 1"):
        Distances((1.0, 2.0), (1.0,))
