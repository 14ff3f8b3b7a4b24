"""Shares set by hand: the numbers behind them, what they cost, and which fall costs more."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.learning.losses.by_hand import cost, shares, with_shares
from lessons.learning.losses.inputs import LOGITS, PROBABILITIES, TWICE, UNLOGGED, Inputs
from lessons.learning.losses.lesson import FIRST, LESSON, PIG_DOG_CAT
from lessons.learning.losses.questions import FALLS, ask_dearer

AGREED = json.loads((Path(__file__).parents[2] / "js/agreed.json").read_text(encoding="utf-8"))
MOVED = {1: (0.125, 0.874, 0.001)}


@pytest.mark.parametrize("case", AGREED, ids=range(len(AGREED)))
def test_the_lesson_gives_the_numbers_that_the_browser_gives(case: dict[str, Any]) -> None:
    inputs = Inputs(
        tuple(tuple(each / 1000 for each in row) for row in case["shares"]),
        tuple((float(each),) for each in case["target"]),
        PROBABILITIES,
        case["call"],
        (tuple(map(float, case["weight"])),),
    )
    result = LESSON.run(inputs)
    written = [
        f"{each + 0.0:.3f}".replace("inf", "∞") for each in (*result.terms.tolist(), result.output.item())
    ]
    assert written == [*case["terms"], case["loss"]]
    assert result.divisor == case["divisor"]


def test_only_the_samples_that_were_moved_get_other_numbers():
    inputs = Inputs(FIRST, PIG_DOG_CAT, PROBABILITIES)
    assert with_shares(inputs, MOVED) == (FIRST[0], MOVED[1], FIRST[2])
    logits = with_shares(Inputs(), MOVED)
    assert (logits[0], logits[2]) == (Inputs().numbers[0], Inputs().numbers[2])
    assert logits[1] == pytest.approx([math.log(0.125 / 0.874), 0, math.log(0.001 / 0.874)], abs=1e-9)


@given(st.lists(st.integers(1, 60), min_size=3, max_size=3), st.sampled_from([0.1, 0.25, 1.0, 4.0, 10.0]))
def test_logits_have_the_shares_that_were_wanted_at_every_temperature(
    parts: list[int], temperature: float
) -> None:
    wanted = tuple(each / sum(parts) for each in parts)
    inputs = Inputs(temperature=temperature)
    logits = with_shares(inputs, {0: wanted})
    assert max(logits[0]) == 0
    assert shares(Inputs(logits, temperature=temperature))[0].tolist() == pytest.approx(wanted, abs=1e-7)


def test_the_bars_show_probabilities_as_they_are_and_the_softmax_of_logits():
    assert shares(Inputs(FIRST, PIG_DOG_CAT, PROBABILITIES)).tolist() == [list(row) for row in FIRST]
    assert shares(Inputs(call=UNLOGGED)).equal(LESSON.run(Inputs(call=UNLOGGED)).scores)
    assert shares(Inputs()).allclose(LESSON.run(Inputs()).softmax)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "-log p"),
        ({"call": TWICE}, "-log softmax(p)"),
        ({"call": UNLOGGED}, "-p"),
        ({"weight": ((1.0, 1.0, 5.0),)}, "5×(-log p)"),
        ({"label_smoothing": 0.1}, None),
        ({"ignore_index": 2}, None),
        ({"target": ((0.5, 0.5, 0.0),) * 3}, None),
    ],
    ids=str,
)
def test_a_term_tells_what_it_is_where_one_class_counts(changes: dict[str, Any], told: str | None) -> None:
    inputs = Inputs(**changes)
    assert inputs.given == LOGITS
    assert cost(inputs, LESSON.run(inputs), 0) == told


def test_the_dearer_fall_is_the_one_with_the_larger_ratio():
    for seed in range(len(FALLS)):
        question = ask_dearer(seed)
        falls = [each.values for each in question.choices[:2]]
        ratios = [round(fall["before"] / fall["after"], 9) for fall in falls]
        assert question.answer == (2 if ratios[0] == ratios[1] else ratios.index(max(ratios)))
    assert {ask_dearer(seed).answer for seed in range(len(FALLS))} == {0, 1, 2}
