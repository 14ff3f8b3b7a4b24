"""The stage of a stepper: matrices side by side, and every frame computed before the first one is played.

A lesson makes a ``Stage``; ``pages/kit/stepper`` plays it and computes nothing. The same stage serves every
lesson that walks over matrices cell by cell.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lessons.errors import Message
from lessons.limits import STAGE_NUMBERS


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

    total: how many frames there would be in all; the second answer is how many of them are left out. Only
    the frames that are kept are made, and one more.
    """
    kept: list[Frame] = []
    numbers = 0
    for frame in frames:
        numbers += sum(len(cells) for _, cells in frame.marks) + len(frame.writes)
        if kept and numbers > STAGE_NUMBERS:
            break
        kept.append(frame)
    return tuple(kept), total - len(kept)
