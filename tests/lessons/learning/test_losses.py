"""The lesson "Losses": what the stories of every lesson draw from, and what is its alone."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.learning.losses.inputs import PROBABILITIES, RIGHT, TWICE, UNLOGGED, Inputs, normalized
from lessons.learning.losses.lesson import BACKWARD, FIRST, LESSON, PIG_DOG_CAT, PRESETS, SECOND
from lessons.learning.losses.questions import MODELS, ask_better, floor
from tests.oracles import tensor
from tests.strategies import SEEDS, numbers


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """The settings of a cross-entropy of logits, possible or not."""
    samples, classes = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    soft = draw(st.booleans())
    seed = draw(SEEDS)
    return {
        "numbers": numbers(seed, samples, classes),
        "target": shares(seed + 1, samples, classes)
        if soft
        else tuple((float(draw(st.integers(0, classes))),) for _ in range(samples)),
        "given": "logits",
        "call": draw(st.sampled_from([RIGHT, TWICE] if soft else [RIGHT, TWICE, UNLOGGED])),
        "weight": (tuple(draw(st.sampled_from([0.5, 1.0, 3.0])) for _ in range(classes)),),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 1.0, 1.5])),
        "ignore_index": None if soft else draw(st.none() | st.integers(0, classes - 1)),
        "temperature": draw(st.sampled_from([0.5, 1.0, 4.0])),
        "reduction": draw(st.sampled_from(["mean", "sum", "none"])),
    }


def shares(seed: int, samples: int, classes: int) -> Any:
    return normalized(numbers(seed, samples, classes))


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Possible ones, of logits or probabilities, of which something counts."""
    wish = draw(wishes())
    samples, classes = len(wish["numbers"]), len(wish["numbers"][0])
    if len(wish["target"][0]) == 1:
        wish["target"] = tuple((min(target, classes - 1.0),) for (target,) in wish["target"])
        if all(target == wish["ignore_index"] for (target,) in wish["target"]):
            wish["ignore_index"] = None
    wish["label_smoothing"] = 0.0 if wish["call"] == UNLOGGED else min(wish["label_smoothing"], 1.0)
    if draw(st.booleans()):
        above_0 = tuple(
            tuple(0.1 + abs(number) for number in row) for row in shares(draw(SEEDS), samples, classes)
        )
        wish |= {"given": PROBABILITIES, "numbers": normalized(above_0), "temperature": 1.0}
    return Inputs(**wish)


def by_torch(wish: dict[str, Any]) -> dict[str, torch.Tensor]:
    """RuntimeError also where nll_loss has no such argument."""
    typed = tensor(wish["numbers"]).requires_grad_()
    scores = typed / wish["temperature"]
    if wish["given"] == PROBABILITIES:
        scores = typed.log() if wish["call"] == RIGHT else typed
    elif wish["call"] != RIGHT:
        scores = scores.softmax(1)
    soft = len(wish["target"][0]) > 1
    target = tensor(wish["target"]) if soft else tensor(wish["target"])[:, 0].long()
    settings = {"weight": tensor(wish["weight"])[0], "reduction": wish["reduction"]}
    if wish["ignore_index"] is not None:
        settings["ignore_index"] = wish["ignore_index"]
    try:
        if wish["call"] == UNLOGGED:
            if wish["label_smoothing"]:
                raise RuntimeError("nll_loss has no label_smoothing")
            output = F.nll_loss(scores, target, **settings)
        else:
            output = F.cross_entropy(scores, target, label_smoothing=wish["label_smoothing"], **settings)
    except IndexError as error:  # a target out of range
        raise RuntimeError from error
    output.sum().backward()
    return {"output": output.detach(), "numbers": typed.grad}


OUTPUTS = ["1.378", "0.6391", "1.145", "-0.3", "1.907", "2.303", "5.059", "1.333", "1000"]

REFUSED = [
    ({"given": "scores"}, "given is 'scores'; it can be one of: logits, probabilities"),
    ({"reduction": "median"}, "reduction is 'median'; it can be one of: mean, sum, none"),
    ({"numbers": ((1.0,),) * 3}, "classes is 1; it must be a whole number from 2 to 16"),
    ({"numbers": ((0.0, 0.0, 0.0),) * 17}, "samples is 17; it must be a whole number from 1 to 16"),
    ({"numbers": ((1e7, 0.0, 0.0),) * 3}, "Numbers up to 1000000 can be computed with here"),
    ({"numbers": ((math.nan, 0.0, 0.0),) * 3}, "can be computed with here"),
    ({"given": PROBABILITIES}, "The probabilities of sample 1 sum to 6; they must sum to 1."),
    (
        {"given": PROBABILITIES, "numbers": ((1.5, -0.5, 0.0), *FIRST[1:])},
        "The probabilities of sample 1 go down to -0.5; none can be below 0.",
    ),
    ({"target": ((2.0,), (3.0,), (0.0,))}, "The target of sample 2 is 3; 3 classes have the numbers 0 to 2."),
    ({"target": ((2.0,), (0.5,), (0.0,))}, "The target of sample 2 is 0.5. A class is a whole number."),
    ({"target": ((2.0,), (1.0,))}, "3 samples need as many targets; there are 2."),
    ({"target": ((1.0, 0.0),) * 3}, "A target is one class, or a number for each of the 3 classes."),
    ({"target": ((1.0, 0.0, 1.0),) * 3}, "The targets of sample 1 sum to 2; they must sum to 1."),
    ({"target": FIRST, "ignore_index": 1}, "ignore_index names a class"),
    ({"target": FIRST, "call": UNLOGGED}, "nll_loss takes a class for each sample"),
    ({"weight": ((1.0, 1.0),)}, "There must be one weight for each of the 3 classes."),
    ({"weight": ((1.0, -1.0, 1.0),)}, "A weight can be from 0 to 1000000."),
    ({"label_smoothing": 1.5}, "label_smoothing is 1.5; it can be from 0 to 1."),
    (
        {"names": ("cat", "a" * 21)},
        "The name of a class has 1 to 20 characters; aaaaaaaaaaaaaaaaaaaaa has 21.",
    ),
    ({"names": ("cat", "dog", "cat")}, "Two classes have the name cat."),
    ({"names": tuple(map(str, range(17)))}, "names is 17; it must be a whole number from 0 to 16."),
    ({"temperature": 0.0}, "The temperature is 0; it can be from 0.01 to 1000."),
]

RIGHT_ONES, DIVIDED = (
    "3 of 3 samples are right: argmax(dim=1), where the largest number of each row stands, is [2, 1, 0].",
    "divides by the weights of the targets, together",
)
NOTES = [
    (LESSON, {}, [RIGHT_ONES, f"{DIVIDED} 3."]),
    (LESSON, {"reduction": "sum"}, [RIGHT_ONES]),
    (LESSON, {"weight": ((5.0, 1.0, 2.0),)}, [RIGHT_ONES, f"{DIVIDED} 8."]),
    (LESSON, {"ignore_index": 2}, ["2 of 2 samples are right", f"{DIVIDED} 2."]),
    (LESSON, {"target": ((1.0,),) * 3, "ignore_index": 1}, ["0 of 0 samples", "Nothing counts"]),
    (LESSON, {"target": FIRST}, ["divides by the number of samples, 3"]),
    (LESSON, {"call": TWICE}, [RIGHT_ONES, f"{DIVIDED} 3.", "cannot go below 0.5514"]),
    (LESSON, {"call": UNLOGGED}, [RIGHT_ONES, f"{DIVIDED} 3.", "the loss is not above 0"]),
]

HARD = {"numbers": FIRST, "target": PIG_DOG_CAT, "given": PROBABILITIES}
LINES = [
    (LESSON, {}, 0, ["1 - 3 = -2", "2 - 3 = -1", "3 - 3 = 0"]),
    (LESSON, {}, 1, ["exp(-2) ≈ 0.1353", "exp(-1) ≈ 0.3679", "exp(0) = 1"]),
    (LESSON, {}, 2, ["0.1353 + 0.3679 + 1 ≈ 1.503"]),
    (LESSON, {}, 3, ["0.1353 / 1.503 ≈ 0.09003", "0.3679 / 1.503 ≈ 0.2447", "1 / 1.503 ≈ 0.6652"]),
    (LESSON, {}, 5, ["-1×(-0.4076) = 0.4076"]),
    (LESSON, HARD, 18, ["(0.9163 + 0.9163 + 2.303) / 3 ≈ 1.378"]),
    (LESSON, {"ignore_index": 2}, 5, ["This sample does not count."]),
    (LESSON, {"numbers": ((0.0, 0.0),), "target": ((1.0,),), "weight": ((1.0, 1.0),)}, 6,
     ["There is one term, and nothing to divide by."]),
    (BACKWARD, HARD, 0, ["(0.3×1 - 0) / 3 = 0.1", "(0.3×1 - 0) / 3 = 0.1", "(0.4×1 - 1) / 3 = -0.2"]),
    (BACKWARD, HARD, 1, ["0.1 / 0.3 ≈ 0.3333", "0.1 / 0.3 ≈ 0.3333", "(-0.2) / 0.4 = -0.5"]),
]  # fmt: skip

PROGRAMS = [
    ({}, "output = F.cross_entropy(numbers, target)"),
    ({"call": TWICE}, "output = F.cross_entropy(F.softmax(numbers, dim=1), target)"),
    ({"call": UNLOGGED}, "output = F.nll_loss(F.softmax(numbers, dim=1), target)"),
    (HARD, "output = F.cross_entropy(numbers.log(), target)"),
    (HARD | {"call": TWICE}, "output = F.cross_entropy(numbers, target)"),
    ({"temperature": 2.0}, "output = F.cross_entropy(numbers / 2, target)"),
    (
        {"weight": ((5.0, 1.0, 1.0),), "reduction": "sum"},
        'output = F.cross_entropy(numbers, target, weight=weight, reduction="sum")',
    ),
    (
        {"ignore_index": 1, "label_smoothing": 0.1},
        "output = F.cross_entropy(numbers, target, ignore_index=1, label_smoothing=0.1)",
    ),
]


def loss(**settings: Any) -> float:
    return LESSON.run(Inputs(**settings)).output.item()


def test_the_two_models_of_the_notes_are_right_equally_often_and_the_loss_tells_them_apart():
    for given_by, terms in ((FIRST, [0.9163, 0.9163, 2.3026]), (SECOND, [0.3567, 0.3567, 1.2040])):
        made = LESSON.run(Inputs(given_by, PIG_DOG_CAT, PROBABILITIES))
        assert made.terms.tolist() == pytest.approx(terms, abs=5e-5)
    assert loss(**HARD, reduction="sum") == pytest.approx(4.1352, abs=5e-5)
    assert loss(**HARD | {"numbers": SECOND}, reduction="sum") == pytest.approx(1.9173, abs=5e-5)
    assert loss(**HARD | {"numbers": SECOND}, call=TWICE) == pytest.approx(0.8897, abs=5e-5)
    assert loss(**HARD | {"numbers": SECOND}, weight=((5.0, 1.0, 1.0),)) == pytest.approx(0.9619, abs=5e-5)


def test_the_gradient_of_a_confident_mistake_all_but_vanishes_behind_a_second_softmax():
    sure = next(each.inputs for each in PRESETS if str(each.name) == "Sure, and wrong")
    assert BACKWARD.run(sure).numbers.norm().item() == pytest.approx(1.3699, abs=5e-5)
    twice = BACKWARD.run(replace(sure, call=TWICE))
    assert twice.numbers.norm().item() == pytest.approx(0.0152, abs=5e-5)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_softmax_twice_cannot_go_below_its_floor(classes: int) -> None:
    sure = Inputs(((1e6, *[0.0] * (classes - 1)),), ((0.0,),), call=TWICE, weight=((1.0,) * classes,))
    assert LESSON.run(sure).output.item() == pytest.approx(floor(classes))


def test_class_ids_and_the_same_targets_as_one_hot_are_divided_by_different_numbers():
    weight = ((5.0, 1.0, 3.0),)
    hard, soft = (
        Inputs(target=target, weight=weight)
        for target in (PIG_DOG_CAT, ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)))
    )
    assert (LESSON.run(hard).divisor, LESSON.run(soft).divisor) == (9.0, 3.0)
    assert LESSON.run(soft).output == pytest.approx(3 * LESSON.run(hard).output)


def test_if_all_is_ignored_mean_is_nan_and_sum_is_0():
    ignored = {"target": ((1.0,),) * 3, "ignore_index": 1}
    assert math.isnan(loss(**ignored))
    assert loss(**ignored, reduction="sum") == 0
    assert LESSON.steps(Inputs(**ignored), LESSON.run(Inputs(**ignored))).frames


def test_a_probability_of_0_at_the_target_costs_infinitely_much_and_can_be_walked_over():
    never = Inputs(((0.0, 1.0), (0.5, 0.5)), ((0.0,), (1.0,)), PROBABILITIES, weight=((1.0, 1.0),))
    result = LESSON.run(never)
    assert result.output == math.inf
    assert LESSON.steps(never, result).frames
    gradients = BACKWARD.run(never)
    assert BACKWARD.steps(never, gradients).frames


@given(SEEDS, st.integers(1, 4), st.integers(2, 5))
def test_rows_that_are_normalized_are_taken(seed: int, samples: int, classes: int) -> None:
    rows = normalized(numbers(seed, samples, classes))
    target = ((0.0,),) * samples
    Inputs(rows, target, PROBABILITIES, weight=((1.0,) * classes,))


def test_a_step_against_the_gradient_lowers_the_loss():
    before = Inputs()
    slopes = BACKWARD.run(before).numbers
    stepped = tuple(map(tuple, (tensor(before.numbers) - 0.1 * slopes).tolist()))
    assert loss(numbers=stepped) < loss()


def test_the_check_notices_another_target():
    with pytest.raises(LessonError):
        Inputs(target=((4.0,),) * 3)
    inputs = Inputs()
    assert not LESSON.check(inputs, LESSON.run(replace(inputs, target=((0.0,),) * 3))).agrees


def test_of_two_nets_that_are_right_twice_the_first_pair_are_the_notes_own_models() -> None:
    question = ask_better(MODELS[0])
    assert question.is_right(1)
    assert "1.378 against 0.6391" in str(question.reason)


def test_a_net_that_is_surer_of_what_is_right_can_have_the_higher_loss() -> None:
    assert [ask_better(models).answer for models in MODELS] == [1, 1, 0, 1]


def test_numbers_that_are_close_to_each_other_or_far_below_0_are_written_with_all_digits() -> None:
    inputs = Inputs(((1357.4875, 1397.5145, 1325.0),), ((0.0,),))
    frames = LESSON.steps(inputs, LESSON.run(inputs)).frames
    assert frames[0].lines[0] == "1357.4875 - 1397.5145 ≈ -40.03"
    assert frames[1].lines[2] == "exp(-72.5145) ≈ 3.216e-32"
