"""A stage holds as many frames as its limit allows, and says how many it leaves out."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core import stage
from lessons.core.limits import FRAME_NUMBERS
from lessons.core.messages import Message
from lessons.core.stage import Frame, cut

LIMIT = 60


@pytest.fixture(autouse=True, scope="module")
def low_limit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "STAGE_NUMBERS", LIMIT)
        yield


def frame(marks: int, writes: int) -> Frame:
    """A frame with its marks on two boards."""
    return Frame(
        focus=(1, 0),
        marks=((0, tuple(range(marks // 2))), (1, tuple(range(marks - marks // 2)))),
        writes=tuple((1, cell, "1") for cell in range(writes)),
        lines=(),
        told=Message("a step"),
    )


def numbers(frames: tuple[Frame, ...]) -> int:
    """What they count; a small frame counts as a larger one."""
    sizes = [sum(len(cells) for _, cells in each.marks) + len(each.writes) for each in frames]
    return sum(max(FRAME_NUMBERS, size) for size in sizes)


sizes = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), min_size=1, max_size=20)


@given(sizes)
def test_as_many_frames_are_kept_as_fit_and_always_the_first(sizes):
    frames = tuple(frame(*size) for size in sizes)
    kept, left_out = cut(iter(frames), len(frames))
    assert kept
    assert kept == frames[: len(kept)]
    assert len(kept) + left_out == len(frames)
    assert len(kept) == 1 or numbers(kept) <= LIMIT
    assert not left_out or numbers(frames[: len(kept) + 1]) > LIMIT


def test_frames_that_are_left_out_are_not_made():
    made = []

    def frames() -> Iterator[Frame]:
        for number in range(1000):
            made.append(number)
            yield frame(20, 10)

    kept, left_out = cut(frames(), 1000)
    assert (len(kept), left_out, len(made)) == (2, 998, 3)


def test_there_are_not_many_frames_however_small_they_are():
    kept, left_out = cut((frame(1, 1) for _ in range(1000)), 1000)
    assert (len(kept), left_out) == (LIMIT // FRAME_NUMBERS, 1000 - LIMIT // FRAME_NUMBERS)
