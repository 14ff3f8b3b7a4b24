"""The stage of a stepper: matrices side by side, and every frame computed before the first one is played.

A lesson makes a ``Stage``; ``pages/kit/stepper`` plays it and computes nothing. The same stage serves every
lesson that walks over matrices cell by cell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lessons.core.limits import FRAME_NUMBERS, STAGE_NUMBERS
from lessons.core.matrix import whole
from lessons.core.messages import Message
from lessons.core.questions import Question


@dataclass(frozen=True)
class Board:
    """One matrix on the stage.

    cells: (rows x columns) texts, row by row, as they stand before the first frame; "" where a frame
    will fill one in. ring: how many rows and columns at the top, bottom, left and right are padding. dropped:
    how many rows at the bottom and columns at the right no window reaches. group: boards of one group stand
    below each other, the groups side by side in their order.
    """

    name: Message
    columns: int
    cells: tuple[str, ...]
    ring: tuple[int, int, int, int] = (0, 0, 0, 0)
    dropped: tuple[int, int] = (0, 0)
    group: int = 0


Cells = tuple[int, tuple[int, ...]]  # a board, and some of its cells


@dataclass(frozen=True)
class Frame:
    """One step. Boards and cells are named by their places: board in Stage.boards, cell row by row.

    focus: the cell that this step is about; a click on it comes here. marks: what it is made from, or flows
    into; lit. tags: for a board a small text on each marked cell, in the order of its marks (the kernel laid
    on the input). circled: the cells that decide (the largest of a window). writes: (board, cell, text): what
    this step fills in; it stays until a later step writes there again. lines: the arithmetic, as plain text.
    told: the step in one sentence, for a screen reader.
    """

    focus: tuple[int, int]
    marks: tuple[Cells, ...]
    writes: tuple[tuple[int, int, str], ...]
    lines: tuple[str | Message, ...]
    told: Message
    tags: tuple[tuple[int, tuple[str, ...]], ...] = ()
    circled: tuple[Cells, ...] = ()


@dataclass(frozen=True)
class Stage:
    """frames: at least one. left_out: how many more steps there are than frames (limits.STAGE_NUMBERS)."""

    boards: tuple[Board, ...]
    frames: tuple[Frame, ...] = field(repr=False)
    left_out: int = 0


def cut(frames: Iterable[Frame], total: int) -> tuple[tuple[Frame, ...], int]:
    """The first frames, at least one, while their marks and writes stay within limits.STAGE_NUMBERS.

    A frame counts as limits.FRAME_NUMBERS at least. total: how many frames there would be in all; the second
    answer is how many of them are left out. Only the frames that are kept are made, and one more.
    """
    kept: list[Frame] = []
    numbers = 0
    for frame in frames:
        numbers += max(FRAME_NUMBERS, sum(len(cells) for _, cells in frame.marks) + len(frame.writes))
        if kept and numbers > STAGE_NUMBERS:
            break
        kept.append(frame)
    return tuple(kept), total - len(kept)


def boards(
    name: Message,
    columns: int,
    channels: Sequence[tuple[str, ...]],
    group: int,
    ring: tuple[int, int, int, int] = (0, 0, 0, 0),
    dropped: tuple[int, int] = (0, 0),
) -> tuple[Board, ...]:
    """A board for each channel, which are numbered where there are several; channels: their cells."""
    names = [name]
    if len(channels) > 1:
        numbers = range(1, len(channels) + 1)
        names = [Message("{name}, channel {channel}", name=name, channel=channel) for channel in numbers]
    return tuple(
        Board(title, columns, cells, ring, dropped, group)
        for title, cells in zip(names, channels, strict=True)
    )


def ask_next(place: Message, value: float, reason: Message, tolerance: float = 0.01) -> Question:
    """Which number the next step writes; tolerance: where it is no whole one."""
    if whole(value):
        prompt = Message("Which number comes next, at output {place}?", place=place)
        return Question(prompt, int(value), reason)
    prompt = Message("Which number comes next, at output {place}? (to 0.01)", place=place)
    return Question(prompt, value, reason, tolerance=tolerance)
