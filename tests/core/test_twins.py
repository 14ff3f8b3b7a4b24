"""Twins: where two runs part, what is said and drawn of them, and both programs as one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.messages import Message
from lessons.core.twins import Twin, Twins, changed_cells, describe, figure, patch


def twin(name: str, *losses: float) -> Twin:
    return Twin(Message(name), losses, "")


def twins(right: Twin, wrong: Twin, floor: float | None = None) -> Twins:
    return Twins(right, wrong, Message("It stays high."), Message("Look at it."), floor)


FALLING, STUCK = twin("good", 2.0, 1.0, 0.5), twin("bad", 2.0, 1.5, 1.5)
BOTH = twins(FALLING, STUCK, floor=1.25)


@pytest.mark.parametrize(
    ("losses", "step", "words"),
    [
        ((2.5, 1.0, 0.5), 0, "They differ from the start, step 0."),
        ((2.0, 1.0, 0.6), 2, "They are the same before step 2, and differ from there on."),
        ((2.0, 1.0 + 1e-15, 0.5), None, "The two never differ."),
    ],
)
def test_the_first_step_at_which_they_differ_is_told(losses, step, words):
    parted = twins(FALLING, twin("bad", *losses))
    assert parted.first_difference == step
    assert str(describe(parted, both=True)[2]) == words


def test_twins_go_equally_many_steps():
    with pytest.raises(ValueError, match="shorter"):
        assert twins(FALLING, twin("bad", 2.0, 1.0)).first_difference


def test_what_is_said_is_made_of_the_numbers_and_of_the_mistake_only_when_it_is_seen():
    assert list(map(str, describe(BOTH, both=False))) == ["good: the loss falls from 2 to 0.5 in 3 steps."]
    told = list(map(str, describe(BOTH, both=True)))
    assert "bad: the loss falls from 2 to 1.5 in 3 steps." in told
    assert told[-1] == "bad: 1.25 is its floor, and no step takes it below."
    assert len(describe(replace(BOTH, floor=None), both=True)) == len(told) - 1
    (rises,), (stays,) = (
        describe(twins(each, STUCK), both=False) for each in (twin("a", 1.0, 3.0), twin("b", 1.0, 1.00000001))
    )
    assert str(rises) == "a: the loss rises from 1 to 3 in 2 steps."
    assert str(stays) == "b: the loss stays at 1."


def test_the_chart_hides_the_mistake_and_its_floor_and_its_axes_stand_still():
    alone, together = (figure(BOTH, both, at=1) for both in (False, True))
    assert [line.name for line in alone.data] == ["good"]
    assert [line.name for line in together.data] == ["good", "bad", "floor: 1.25"]
    assert list(together.data[1].y) == list(STUCK.losses)
    assert list(together.data[2].y) == [1.25, 1.25]
    assert [line.name for line in figure(replace(BOTH, floor=None), both=True, at=1).data] == ["good", "bad"]
    assert alone.layout.xaxis.range == together.layout.xaxis.range
    assert alone.layout.yaxis.range == together.layout.yaxis.range
    assert alone.layout.shapes[0].x0 == 1


def test_where_torch_refuses_its_words_are_told_and_there_is_no_second_curve():
    refused = twins(FALLING, replace(twin("bad"), refusal="RuntimeError: no"))
    assert refused.first_difference == 0
    assert str(describe(refused, both=True)[1]) == "bad: torch refuses at step 0. It says: RuntimeError: no"
    assert [line.name for line in figure(refused, both=True, at=0).data] == ["good"]
    later = twins(FALLING, replace(twin("bad", 2.0, 1.0), refusal="RuntimeError: no"))
    assert later.first_difference == 2
    assert [line.name for line in figure(later, both=True, at=0).data] == ["good", "bad"]


def test_other_numbers_than_losses_are_called_by_their_name():
    norms = replace(BOTH, measured=Message("gradient norm"))
    assert str(describe(norms, both=False)[0]) == "good: the gradient norm falls from 2 to 0.5 in 3 steps."
    assert figure(norms, both=False, at=0).layout.yaxis.title.text == "gradient norm"


def test_of_programs_in_cells_those_that_differ_are_left():
    before, after = (f"# %% Net\nnet = 1\n\n\n# %% Loss\nloss = {loss}\n" for loss in (2, 3))
    assert changed_cells(before, after) == ("loss = 2", "loss = 3")
    assert changed_cells("x = 1\n", "x = 2\n") == ("x = 1", "x = 2")


LINES = st.lists(st.sampled_from(["a = 1", "    b = 2", "", "# c", "-d", "+e"]), min_size=1)


@given(LINES, LINES)
def test_a_patch_holds_both_programs_whole(before: list[str], after: list[str]) -> None:
    if before != after:
        lines = patch(*("".join(f"{line}\n" for line in program) for program in (before, after))).split("\n")
        assert [line[1:] for line in lines if line[0] in " -"] == before
        assert [line[1:] for line in lines if line[0] in " +"] == after


def test_a_line_that_is_missing_is_one_that_comes():
    assert patch("a\nc", "a\nb\nc") == " a\n+b\n c"
