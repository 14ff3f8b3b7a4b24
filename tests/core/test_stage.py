"""A canvas hands out boards, and keeps as many steps as its limit allows; it says how many it leaves out."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core import stage
from lessons.core.limits import FRAME_NUMBERS
from lessons.core.messages import Message
from lessons.core.stage import Canvas, Stage, blank

LIMIT = 60
NAME = Message("Input")


@pytest.fixture(autouse=True, scope="module")
def low_limit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "STAGE_NUMBERS", LIMIT)
        yield


def painted(sizes: Sequence[tuple[int, int]]) -> tuple[Stage, int]:
    """A stage of steps with so many marks and writes; and how many steps were painted, not only kept."""
    canvas, painted = Canvas(), 0
    board = canvas.board(NAME, 100, [""] * 100)
    for marks, writes in canvas.each(sizes):
        painted += 1
        with canvas.step(board, 0) as step:
            step.light(board, range(marks))
            step.write(board, ["1"] * writes)
            step.say(NAME)
    return canvas.stage(), painted


def numbers(sizes: Sequence[tuple[int, int]]) -> int:
    """What they count; a small step counts as a larger one."""
    return sum(max(FRAME_NUMBERS, marks + writes) for marks, writes in sizes)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), min_size=1, max_size=20))
def test_as_many_steps_are_kept_as_fit_and_always_the_first(sizes):
    made, _ = painted(sizes)
    kept = len(made.frames)
    assert kept >= 1
    assert kept + made.left_out == len(sizes)
    assert kept == 1 or numbers(sizes[:kept]) <= LIMIT
    assert not made.left_out or numbers(sizes[: kept + 1]) > LIMIT


def test_steps_that_are_left_out_are_not_painted():
    made, count = painted([(20, 10)] * 1000)
    assert (len(made.frames), made.left_out, count) == (2, 998, 3)


def test_there_are_not_many_steps_however_small_they_are():
    made, _ = painted([(1, 1)] * 1000)
    assert len(made.frames) == LIMIT // FRAME_NUMBERS


def test_once_the_stage_is_full_nothing_more_is_painted_on_it():
    canvas = Canvas()
    board = canvas.board(NAME, 1, [""])
    for _number in canvas.each(range(9)):
        with canvas.step(board, 0) as step:
            step.write(board, ["1"])
            step.say(NAME)
    assert list(canvas.each(range(5))) == []
    assert canvas.stage().left_out == 9 - LIMIT // FRAME_NUMBERS + 5


def test_boards_are_numbered_where_there_are_several_and_stand_in_groups():
    canvas = Canvas()
    first = canvas.boards(NAME, 1, [["1"], ["2"]], ring=(1, 0, 0, 0), dropped=(0, 1))
    second = canvas.board(Message("Output"), 1, [""])
    third = canvas.board(Message("Bias"), 1, ["0"], below=True)
    boards = canvas.stage().boards
    assert [*first, second, third] == [0, 1, 2, 3]
    assert [str(board.name) for board in boards] == ["Input, channel 1", "Input, channel 2", "Output", "Bias"]
    assert [board.group for board in boards] == [0, 0, 1, 1]
    assert (boards[1].ring, boards[1].dropped) == ((1, 0, 0, 0), (0, 1))


def test_a_step_holds_what_was_painted():
    canvas = Canvas()
    board = canvas.board(NAME, 2, ["3", "4"])
    with canvas.step(board, 1) as step:
        step.light(board, [0, 1], ["×1", "×2"])
        step.circle(board, 1)
        step.write(board, ["5"], [1])
        step.say(Message("five"), "3 + 2 = 5")
    (frame,) = canvas.stage().frames
    assert (frame.focus, frame.marks, frame.tags) == ((0, (1,)), ((0, (0, 1)),), ((0, ("×1", "×2")),))
    assert (frame.circled, frame.writes) == (((0, (1,)),), ((0, 1, "5"),))
    assert (str(frame.summary), frame.lines) == ("five", ("3 + 2 = 5",))


def test_numbers_that_no_step_fills_in_have_their_arithmetic_by_themselves():
    canvas = Canvas()
    canvas.board(NAME, 2, ["1", "2"])
    canvas.tell(canvas.board(NAME, 2, ["2", "4"]), ["1×2 = 2", "2×2 = 4"])
    assert [board.lines for board in canvas.stage().boards] == [(), ("1×2 = 2", "2×2 = 4")]


def test_a_step_can_be_about_several_cells():
    canvas = Canvas()
    board = canvas.board(NAME, 2, ["", ""])
    with canvas.step(board, 0, 1) as step:
        step.say(NAME, "1 + 1 = 2", "1 + 2 = 3")
    assert canvas.stage().frames[0].focus == (board, (0, 1))


def test_a_board_that_is_blank_has_the_size_of_the_other():
    assert blank([("1", "2"), ("3", "4")], "0") == [("0", "0"), ("0", "0")]
