"""The stage of a stepper: matrices side by side, and every frame computed before the first one is played.

A lesson paints a ``Canvas``, which makes the ``Stage``; ``pages/kit/stepper`` plays it and computes nothing.
The same stage serves every lesson that walks over matrices cell by cell.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NewType, TypeVar

from lessons.core.limits import FRAME_NUMBERS, STAGE_NUMBERS
from lessons.core.messages import Message
from lessons.core.numbers import sum_of_products
from lessons.core.questions import Question

Item = TypeVar("Item")
Ring = tuple[int, int, int, int]  # how many rows and columns at the top, bottom, left and right are padding
Line = str | Message

Handle = NewType("Handle", int)  # a board, as Canvas.boards hands it out
Cells = tuple[int, tuple[int, ...]]  # a board, and some of its cells


@dataclass(frozen=True)
class Board:
    """One matrix on the stage.

    cells: (rows x columns) texts, row by row, as they stand before the first frame; "" where a frame will
    fill one in. dropped: how many rows at the bottom and columns at the right no window reaches. group:
    boards of one group stand below each other, the groups side by side in their order. scratch: it holds the
    working of one step, which would answer a question about it. field: whose numbers stand inside the ring,
    of the lesson's inputs, to be typed there; matrix: which of its matrices. lines: the arithmetic of each
    cell, where they are computed and no frame fills them in.
    """

    name: Message
    columns: int
    cells: tuple[str, ...]
    ring: Ring = (0, 0, 0, 0)
    dropped: tuple[int, int] = (0, 0)
    group: int = 0
    scratch: bool = False
    field: str = ""
    matrix: int = 0
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Ask:
    """A cell that can be left open, and the question about its number.

    made_of: where several steps have made it, the factors of each summand, as shown, and where it came from.
    """

    board: int
    cell: int
    question: Question
    made_of: Sequence[tuple[Cells, tuple[str, ...]]] = ()

    @property
    def lines(self) -> list[str]:
        """The whole sum; only made for the one that is asked."""
        factors = [each for _, each in self.made_of]
        return [sum_of_products(factors, self.question.answer)] if factors else []

    @property
    def marks(self) -> list[Cells]:
        sources = [source for source, _ in self.made_of]
        return [*sources, (self.board, (self.cell,))] if sources else []


@dataclass(frozen=True)
class Frame:
    """One step. Boards and cells are named by their places: board in Stage.boards, cell row by row.

    focus: the cells that this step is about, of one board; a click on them comes here. marks: what they are
    made from, or flow into; lit. tags: for a board a small text on each marked cell, in the order of its
    marks (the kernel laid on the input). circled: the cells that decide (the largest of a window). writes:
    (board, cell, text): what this step fills in; it stays until a later step writes there again. lines: the
    arithmetic, as plain text: a line for each of several cells in focus; with a single one, all of them are
    about whatever the step fills in. summary: the step in one sentence, for a screen reader. ask: a cell that
    it writes, to be predicted.
    """

    focus: Cells
    marks: tuple[Cells, ...]
    writes: tuple[tuple[int, int, str], ...]
    lines: tuple[Line, ...]
    summary: Message
    tags: tuple[tuple[int, tuple[str, ...]], ...] = ()
    circled: tuple[Cells, ...] = ()
    ask: Ask | None = None


@dataclass(frozen=True)
class Stage:
    """frames: none where there is only something to type.

    left_out: how many more steps there are than frames (limits.STAGE_NUMBERS).
    """

    boards: tuple[Board, ...]
    frames: tuple[Frame, ...] = field(repr=False)
    left_out: int = 0

    @property
    def asks(self) -> dict[int, Ask]:
        """What can be asked about the whole result, by frame: cells that no later frame writes again."""
        last = {(board, cell): k for k, frame in enumerate(self.frames) for board, cell, _ in frame.writes}
        return {
            k: frame.ask
            for k, frame in enumerate(self.frames)
            if frame.ask and last[frame.ask.board, frame.ask.cell] == k
        }


class Step:
    """The frame that is being painted."""

    def __init__(self, board: Handle, cells: tuple[int, ...]) -> None:
        self.focus: Cells = (board, cells)
        self.marks: list[Cells] = []
        self.tags: list[tuple[int, tuple[str, ...]]] = []
        self.circled: list[Cells] = []
        self.writes: list[tuple[int, int, str]] = []
        self.lines: tuple[Line, ...] = ()
        self.summary: Message
        self.asked: Ask | None = None

    def light(self, board: Handle, cells: Sequence[int], tags: Sequence[str] = ()) -> None:
        """What the focus is made from, or flows into; tags: a small text on each."""
        self.marks.append((board, tuple(cells)))
        if tags:
            self.tags.append((board, tuple(tags)))

    def circle(self, board: Handle, cell: int) -> None:
        """A cell that decides."""
        self.circled.append((board, (cell,)))

    def write(self, board: Handle, texts: Sequence[str], cells: Sequence[int] | None = None) -> None:
        """Fill these cells, or all of the board."""
        places = range(len(texts)) if cells is None else cells
        self.writes += [(board, cell, text) for cell, text in zip(places, texts, strict=True)]

    def say(self, summary: Message, *lines: Line) -> None:
        """The step in one sentence, and its arithmetic line by line: one for each cell that it is about, or
        as many as serve for a single one."""
        self.summary, self.lines = summary, lines

    def ask(
        self,
        board: Handle,
        cell: int,
        question: Question,
        made_of: Sequence[tuple[Cells, tuple[str, ...]]] = (),
    ) -> None:
        """What a learner may be asked to predict of this step: the number that it writes. See ``Ask``."""
        self.asked = Ask(board, cell, question, made_of)

    @property
    def numbers(self) -> int:
        """How much room the frame takes."""
        return max(FRAME_NUMBERS, sum(len(cells) for _, cells in self.marks) + len(self.writes))

    def frame(self) -> Frame:
        return Frame(
            self.focus,
            tuple(self.marks),
            tuple(self.writes),
            self.lines,
            self.summary,
            tuple(self.tags),
            tuple(self.circled),
            self.asked,
        )


class Canvas:
    """Paints a stage: boards first, then step after step while there is room (limits.STAGE_NUMBERS)."""

    def __init__(self) -> None:
        self._boards: list[Board] = []
        self._frames: list[Frame] = []
        self._room = STAGE_NUMBERS
        self._full = False
        self._left_out = 0

    def boards(
        self,
        name: Message,
        columns: int,
        channels: Sequence[Sequence[str]],
        *,
        ring: Ring = (0, 0, 0, 0),
        dropped: tuple[int, int] = (0, 0),
        below: bool = False,
        scratch: bool = False,
        field: str = "",
        matrix: int = 0,
    ) -> list[Handle]:
        """A board for each channel, numbered where there are several; below: in the group of those before.

        field: what is typed there; matrix: the number of the first.
        """
        first = len(self._boards)
        group = (self._boards[-1].group + (not below)) if self._boards else 0
        for number, cells in enumerate(channels, start=1):
            several = Message("{name}, channel {channel}", name=name, channel=number)
            title = several if len(channels) > 1 else name
            self._boards.append(
                Board(title, columns, tuple(cells), ring, dropped, group, scratch, field, matrix + number - 1)
            )
        return [Handle(board) for board in range(first, len(self._boards))]

    def board(
        self,
        name: Message,
        columns: int,
        cells: Sequence[str],
        *,
        below: bool = False,
        scratch: bool = False,
        field: str = "",
    ) -> Handle:
        (board,) = self.boards(name, columns, [cells], below=below, scratch=scratch, field=field)
        return board

    def tell(self, board: Handle, lines: Sequence[Line]) -> None:
        """The arithmetic of each of its cells, as they stand before the first step."""
        self._boards[board] = replace(self._boards[board], lines=tuple(lines))

    def each(self, items: Sequence[Item]) -> Iterator[Item]:
        """The items, for a step each, while there is room; the others are counted as left out."""
        for count, item in enumerate(items):
            if not self._full:
                yield item
            if self._full:
                self._left_out += len(items) - count
                return

    @contextmanager
    def step(self, board: Handle, *cells: int) -> Iterator[Step]:
        """The next step, about these cells. The first one always has room."""
        step = Step(board, cells)
        yield step
        self._room -= step.numbers
        self._full = bool(self._frames) and self._room < 0
        if not self._full:
            self._frames.append(step.frame())

    def stage(self) -> Stage:
        return Stage(tuple(self._boards), tuple(self._frames), self._left_out)


def blank(channels: Sequence[Sequence[str]], text: str = "") -> list[tuple[str, ...]]:
    """Boards of the same sizes that hold nothing yet, or the same text everywhere."""
    return [(text,) * len(cells) for cells in channels]
