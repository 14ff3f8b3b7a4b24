"""A window that walks over a padded image: what convolution and pooling share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from torch import Tensor

from lessons.core.checks import require_whole
from lessons.core.limits import MATRIX_NUMBER, MATRIX_SIDE
from lessons.core.matrix import Matrix, Stack
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import texts
from lessons.core.program import Program
from lessons.core.questions import TEX_BLANK, Answer, draw
from lessons.core.stage import Canvas, Handle, Ring
from lessons.core.tensors import tensor

Pair = tuple[int, int]  # (height, width), as in torch
Shape = tuple[int, int, int]
Windows = tuple[tuple[int, ...], ...]  # the padded rows, or columns, that each window lies on

SIZE, PARAMETERS, CHANNELS = "size", "parameters", "channels"  # what questions and answers are about


# The walk


@dataclass(frozen=True)
class Side:
    """What windows meet along one side of the image: rows from the top, or columns from the left.

    before, after: how many of padding. The formulas are those of torch.nn.Conv2d and torch.nn.MaxPool2d;
    ceil_mode is pooling's alone.
    """

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    ceil_mode: bool = False

    @property
    def padded(self) -> int:
        return self.before + self.size + self.after

    @property
    def span(self) -> int:
        """How far a window reaches, with the gaps that dilation leaves between its cells."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def rounded(self) -> int:
        """What the size formula gives."""
        room = self.padded - self.span
        return (-(-room // self.stride) if self.ceil_mode else room // self.stride) + 1

    @property
    def stops(self) -> int:
        """How many windows there are: the size of the output. None, or less, if the kernel does not fit.

        A last window that ceil_mode would make, and that starts in the padding at the end, is left out.
        """
        late = self.ceil_mode and (self.rounded - 1) * self.stride >= self.before + self.size
        return self.rounded - int(late)

    @property
    def arithmetic(self) -> str:
        """The size of the output, with the formula filled in.

        >>> Side(size=5, kernel=3, stride=2, dilation=1, before=1, after=1).arithmetic
        '⌊(5 + 2·1 - 1·(3 - 1) - 1)/2 + 1⌋ = 3'
        """
        return f"{self.unsolved} = {self.stops}"

    @property
    def unsolved(self) -> str:
        """The formula filled in, without what it comes to."""
        opening, closing = "⌈⌉" if self.ceil_mode else "⌊⌋"
        padding = f"2·{self.before}" if self.before == self.after else f"({self.before} + {self.after})"
        lost = f"{self.dilation}·({self.kernel} - 1)"
        left_out = "" if self.stops == self.rounded else " - 1"
        formula = f"({self.size} + {padding} - {lost} - 1)/{self.stride} + 1"
        return f"{opening}{formula}{closing}{left_out}"

    @property
    def sensible(self) -> bool:
        """Whether one would build it: windows fit, without gaps between them, half padding at most."""
        return self.stops > 0 and self.stride <= self.span and self.before <= self.span // 2

    def windows(self) -> Windows:
        """A window that hangs over the edge (ceil_mode) has fewer rows."""
        starts = range(0, self.stops * self.stride, self.stride)
        return tuple(
            tuple(range(start, min(start + self.span, self.padded), self.dilation)) for start in starts
        )


def to_tex(height: str, width: str) -> tuple[str, str]:
    """The size of the output as TeX; height, width: their arithmetic as text."""
    signs = {"⌊": r"\lfloor ", "⌋": r" \rfloor", "⌈": r"\lceil ", "⌉": r" \rceil", "·": r" \cdot "}
    height, width = ("".join(signs.get(sign, sign) for sign in text) for text in (height, width))
    return f"H_{{out}} = {height}", f"W_{{out}} = {width}"


def size_formula(rows: Side, columns: Side) -> tuple[Answer, ...]:
    """The size of the output as TeX, an answer about it."""
    lefts = to_tex(rows.unsolved, columns.unsolved)
    return tuple(
        Answer.equation(SIZE, left, side.stops, TEX_BLANK)
        for left, side in zip(lefts, (rows, columns), strict=True)
    )


def other_layer(
    rows: Side, seed: int, dilations: Sequence[int] = (1,), ceil_modes: Sequence[bool] = (False,)
) -> Side:
    """Another layer over as many rows, to ask about; seed: which one is drawn."""
    layers = [
        Side(rows.size, kernel, stride, dilation, padding, padding, ceil_mode)
        for kernel, stride, dilation, padding, ceil_mode in product(
            range(2, 6), range(1, 4), dilations, range(3), ceil_modes
        )
    ]
    return draw([layer for layer in layers if layer.sensible and layer != rows], seed)


class Stop(NamedTuple):
    """A window and its output cell. cell: flat in R x S; seen: flat padded cells, row by row."""

    channel: int
    row: int
    column: int
    cell: int
    seen: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Walk:
    """Where the windows were, and what they left; R x S is the output's size.

    padded: (C, H', W'). ring: how many of its rows and columns at the top, bottom, left and right are
    padding. rows: for each output row its padded rows; columns: for each output column its padded columns.
    output: (O, R, S).
    """

    padded: Tensor
    ring: Ring
    rows: Windows
    columns: Windows
    output: Tensor

    @property
    def dropped(self) -> Pair:
        """How many padded rows at the bottom and columns at the right no window reaches.

        With dilation a last window that hangs over the edge may end before the one that it follows.
        """
        _, height, width = self.padded.shape
        return height - 1 - max(map(max, self.rows)), width - 1 - max(map(max, self.columns))

    @property
    def stops(self) -> range:
        """The numbers of the windows: the output is written channel by channel, row by row."""
        return range(self.output.numel())

    def stop(self, number: int) -> Stop:
        _, height, width = self.output.shape
        channel, cell = divmod(number, height * width)
        row, column = divmod(cell, width)
        starts = [above * self.padded.shape[2] for above in self.rows[row]]
        seen = tuple(start + left for start in starts for left in self.columns[column])
        return Stop(channel, row, column, cell, seen)

    def cell(self, channel: int, row: int, column: int) -> Message:
        """A cell in words, counted from 1; the channel only where the output has several."""
        if len(self.output) == 1:
            return Message("row {row}, column {column}", row=row + 1, column=column + 1)
        return Message(
            "channel {channel}, row {row}, column {column}",
            channel=channel + 1,
            row=row + 1,
            column=column + 1,
        )

    def paint_input(self, canvas: Canvas) -> list[Handle]:
        width = self.padded.shape[2]
        texts = shown(self.padded)
        return canvas.boards(
            Message("Input"), width, texts, ring=self.ring, dropped=self.dropped, field="image"
        )


def first_channel(result: Walk) -> Matrix:
    """Of the output."""
    return tuple(map(tuple, result.output[0].tolist()))


def shown(numbers: Tensor) -> list[tuple[str, ...]]:
    """(C, rows, columns) as the texts of a board for each channel."""
    return texts(numbers.flatten(1).tolist())


# What cannot be


def common_size(matrices: Iterable[Matrix]) -> Pair:
    """The one size of all matrices; (0, 0) if there is none."""
    sizes = {(len(matrix), len(row)) for matrix in matrices for row in matrix or ((),)}
    return sizes.pop() if len(sizes) == 1 else (0, 0)


def require_image(image: Stack) -> None:
    """LessonError if it is no (C, H, W) of finite numbers, or too large."""
    height, width = common_size(image)
    if 0 in (height, width):
        raise LessonError("All channels of the input must have the same size, 1 × 1 or more.")
    if max(height, width) > MATRIX_SIDE:
        raise LessonError(
            "The input is {height} × {width}; at most {most} × {most} are allowed.",
            height=height,
            width=width,
            most=MATRIX_SIDE,
        )
    require_numbers(image)


def require_numbers(numbers: Any) -> None:
    """LessonError if one of the nested numbers is not finite, or so large that a product could overflow."""
    largest = float(tensor(numbers).abs().max())
    if not largest <= MATRIX_NUMBER:
        raise LessonError(
            "Numbers up to {most} can be computed with here; without its sign, the largest is {largest}.",
            most=MATRIX_NUMBER,
            largest=largest,
        )


def require_range(name: str, pair: Pair, low: int, high: int) -> None:
    for value in pair:
        require_whole(name, value, low, high)


# The gradient of the output


def ones(shape: Shape) -> Stack:
    """What the gradient of the output is where none is given."""
    channels, rows, columns = shape
    return (((1.0,) * columns,) * rows,) * channels


def require_gradient(grad_output: Stack | None, shape: Shape) -> None:
    """LessonError if one is given that has not the output's shape, (O, R, S), or holds what is no number."""
    if grad_output is None:
        return
    channels, rows, columns = shape
    if len(grad_output) != channels or common_size(grad_output) != (rows, columns):
        raise LessonError(
            "The gradient of the output needs the output's shape: channels {channels}, rows {rows}, "
            "columns {columns}.",
            channels=channels,
            rows=rows,
            columns=columns,
        )
    require_numbers(grad_output)


def write_backward(program: Program, grad_output: Stack, *names: str) -> str:
    """The program, going backward to the gradients of these tensors."""
    program.line("").tensor("grad_output", grad_output).line("output.backward(grad_output)")
    return str(program.show(*(f"{name}.grad" for name in names)))
