"""Targets that look right: what torch makes of them is what the page says."""

import math

import pytest
from hypothesis import given

from lessons.learning.losses.inputs import Inputs
from lessons.learning.losses.traps import ERROR, NAN, NUMBER, OUTCOMES, ZERO, ask_trap, snippet, traps
from tests.lessons.learning.test_losses import inputs
from tests.oracles import executed

KINDS = {"range": ERROR, "floats": ERROR, "ignored-mean": NAN, "ignored-sum": ZERO, "hundred": NUMBER}


@pytest.mark.parametrize(("slug", "kind"), KINDS.items())
def test_each_trap_ends_as_it_does_in_torch(slug: str, kind: int) -> None:
    question = ask_trap(traps(Inputs())[slug], Inputs())
    assert question.choices[int(question.answer)] == OUTCOMES[kind]


def test_torchs_own_words_and_the_mend_are_the_reason() -> None:
    reason = str(ask_trap(traps(Inputs())["range"], Inputs()).reason)
    assert (
        reason == "IndexError: Target 3 is out of bounds. Classes are counted from 0, so the last one is 2."
    )


@given(inputs())
def test_the_program_of_every_trap_does_what_the_page_says(inputs: Inputs) -> None:
    for trap in traps(inputs).values():
        outcome = trap.outcome(inputs)
        if isinstance(outcome, Exception):
            with pytest.raises(type(outcome), match=str(outcome)):
                executed(snippet(trap, inputs))
        else:
            output = executed(snippet(trap, inputs))["output"].item()
            assert output == outcome or (math.isnan(output) and math.isnan(outcome))
