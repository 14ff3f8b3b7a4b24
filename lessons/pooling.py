"""Pooling: keep one number of every window, the largest or the mean, channel by channel. All is float64.

A window is some rows and some columns. Its rows depend on the output row alone, its columns on the output
column alone; so every kind of pooling is a list of rows, a list of columns, and one arithmetic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.errors import LessonError, Message
from lessons.limits import MATRIX_SIDE
from lessons.matrix import Matrix, Stack, nested, show

Pair = tuple[int, int]  # (height, width), as in torch
Windows = tuple[tuple[int, ...], ...]  # the padded rows, or columns, that each window looks at

KINDS = ("max", "average", "adaptive max", "adaptive average")
TIES_TOLD = 5

DISTINCT: Matrix = ((1, 3, 2, 4, 0), (5, 2, 7, 1, 3), (9, 6, 3, 8, 2), (2, 5, 1, 7, 4), (8, 3, 6, 2, 9))
REPEATED: Matrix = ((1, 2, 0, 3, 1), (0, 1, 2, 3, 1), (1, 2, 1, 0, 0), (5, 2, 3, 1, 1), (2, 1, 0, 1, 1))


@dataclass(frozen=True)
class Side:
    """What windows meet along one side of the image: rows from the top, or columns from the left.

    padding: at both ends. The formulas are those of torch.nn.MaxPool2d, which has dilation; without it
    (dilation 1) they are those of torch.nn.AvgPool2d.
    """

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def padded(self) -> int:
        return self.size + 2 * self.padding

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
        """How many windows there are: none starts in the padding at the end (ceil_mode could make one)."""
        return self.rounded - int((self.rounded - 1) * self.stride >= self.padding + self.size)

    @property
    def arithmetic(self) -> str:
        """The number of windows with its arithmetic.

        >>> Side(size=5, kernel=3, stride=3, padding=0, dilation=1, ceil_mode=True).arithmetic
        '⌈(5 + 2·0 - 1·(3 - 1) - 1)/3 + 1⌉ = 2'
        """
        opening, closing = "⌈⌉" if self.ceil_mode else "⌊⌋"
        lost = f"{self.dilation}·({self.kernel} - 1)"
        formula = f"({self.size} + 2·{self.padding} - {lost} - 1)/{self.stride} + 1"
        left_out = "" if self.stops == self.rounded else " - 1"
        return f"{opening}{formula}{closing}{left_out} = {self.stops}"

    def windows(self) -> Windows:
        """A window that hangs over the edge (ceil_mode) has fewer rows."""
        starts = range(0, self.stops * self.stride, self.stride)
        return tuple(
            tuple(range(start, min(start + self.span, self.padded), self.dilation)) for start in starts
        )


@dataclass(frozen=True)
class Inputs:
    """A pooling in the words of torch.nn.functional. LessonError tells why one cannot be.

    image: (C, H, W), finite. stride: None is as large as the kernel. Of the rest dilation is for max alone,
    count_include_pad for average alone; the adaptive kinds know no setting but output_size.
    """

    image: Stack = (DISTINCT,)
    kind: str = "max"  # one of KINDS
    kernel_size: Pair = (3, 3)
    stride: Pair | None = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False
    count_include_pad: bool = True
    output_size: Pair = (2, 2)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise LessonError(
                "{name} is {value!r}; it can be one of: {allowed}.",
                name="kind",
                value=self.kind,
                allowed=", ".join(KINDS),
            )
        sizes = _sizes(self.image)
        if len(sizes) != 1 or 0 in min(sizes):
            raise LessonError("All channels of the input must have the same size, 1 × 1 or more.")
        if self.adaptive:
            _require("output_size", self.output_size, 1)
            return
        _require("kernel_size", self.kernel_size, 1)
        _require("stride", self.stride or self.kernel_size, 1)
        _require("padding", self.padding, 0)
        _require("dilation", self.dilation, 1)
        height, width = self.sides
        _require_windows(Message("height"), height)
        _require_windows(Message("width"), width)

    @property
    def adaptive(self) -> bool:
        return self.kind.startswith("adaptive")

    @property
    def averages(self) -> bool:
        return self.kind.endswith("average")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        return len(self.image), len(self.image[0]), len(self.image[0][0])

    @property
    def ring(self) -> Pair:
        """Rows of padding above and below, columns of padding left and right."""
        return (0, 0) if self.adaptive else self.padding

    @property
    def sides(self) -> tuple[Side, Side]:
        """Rows and columns, for the kinds that have a kernel."""
        stride = self.stride or self.kernel_size
        dilation = (1, 1) if self.averages else self.dilation
        rows, columns = zip(
            self.shape[1:],
            self.kernel_size,
            stride,
            self.padding,
            dilation,
            (self.ceil_mode,) * 2,
            strict=True,
        )
        return Side(*rows), Side(*columns)


def _sizes(stack: Stack) -> set[Pair]:
    """The sizes of its matrices; a ragged one has several."""
    return {(len(matrix), len(row)) for matrix in stack for row in matrix or ((),)}


def _require(name: str, pair: Pair, low: int) -> None:
    for value in pair:
        if not low <= value <= MATRIX_SIDE:
            raise LessonError(
                "{name} is {value}; it must be a whole number from {low} to {high}.",
                name=name,
                value=value,
                low=low,
                high=MATRIX_SIDE,
            )


def _require_windows(name: Message, side: Side) -> None:
    """The rules of PyTorch, and one more: it lets a window see nothing but padding and answers -inf."""
    if side.padding > side.kernel // 2:
        raise LessonError(
            "Padding {padding} along the {side} is too much: a kernel of {kernel} allows {most}, half of it.",
            padding=side.padding,
            side=name,
            kernel=side.kernel,
            most=side.kernel // 2,
        )
    if side.stops < 1:
        raise LessonError(
            "No window fits: along the {side} it spans {span}, and the input with its padding has {padded}.",
            side=name,
            span=side.span,
            padded=side.padded,
        )
    real = range(side.padding, side.padding + side.size)
    if not all(any(place in real for place in window) for window in side.windows()):
        raise LessonError(
            "With dilation {dilation} a window jumps over the whole {side} of {size} and sees only padding. "
            "Take less dilation, or no padding.",
            dilation=side.dilation,
            side=name,
            size=side.size,
        )


@dataclass(frozen=True, eq=False)
class Result:
    """Every number of a pooling; R x S is the output's size.

    padded: (C, H', W'), the ring is -inf for max and 0 for average. rows, columns: for each output row its
    padded rows, for each output column its padded columns. output: (C, R, S). argmax: (C, R, S), where the
    first largest number stands in the flattened H x W, for max. divisors: (R, S), what each sum is divided
    by, for average. dropped: padded rows at the bottom and columns at the right that no window reaches.
    partial: the output rows, and columns, whose windows hang over the edge.
    """

    padded: Tensor
    rows: Windows
    columns: Windows
    output: Tensor
    argmax: Tensor | None
    divisors: Tensor | None
    dropped: Pair
    partial: tuple[tuple[int, ...], tuple[int, ...]]


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, keep one number."""
    rows, columns = _windows(inputs)
    above, left = inputs.ring
    empty = 0.0 if inputs.averages else -math.inf
    padded = F.pad(_tensor(inputs.image), (left, left, above, above), value=empty)
    full = (0, 0) if inputs.adaptive else inputs.kernel_size
    argmax = divisors = None
    if inputs.averages:
        counted = counted_places(inputs)
        divisors = torch.outer(_choice(rows, counted[0]).sum(1), _choice(columns, counted[1]).sum(1))
        every = [range(length) for length in padded.shape[1:]]
        output = _choice(rows, every[0]) @ padded @ _choice(columns, every[1]).T / divisors
    else:
        output, argmax = _largest(inputs, padded, rows, columns)
    return Result(
        padded=padded,
        rows=rows,
        columns=columns,
        output=output,
        argmax=argmax,
        divisors=divisors,
        dropped=(padded.shape[1] - 1 - rows[-1][-1], padded.shape[2] - 1 - columns[-1][-1]),
        partial=(_shorter(rows, full[0]), _shorter(columns, full[1])),
    )


def backward(inputs: Inputs, grad_output: Stack | None = None) -> Tensor:
    """(C, H, W): the gradient of sum(grad_output * output), by hand. grad_output: (C, R, S), None for ones.

    Of max, all goes to the largest number of the window, the first of several. Of average, every cell that
    was counted gets an equal share. Where windows overlap, gradients add up. LessonError: a wrong shape.
    """
    result = run(inputs)
    gradient = output_gradient(result, grad_output)
    if result.argmax is not None:
        flat = torch.zeros_like(_tensor(inputs.image)).flatten(1)
        return flat.scatter_add(1, result.argmax.flatten(1), gradient.flatten(1)).reshape(inputs.shape)
    assert result.divisors is not None
    own_rows, own_columns = image_places(inputs)
    shares = gradient / result.divisors
    return _choice(result.rows, own_rows).T @ shares @ _choice(result.columns, own_columns)


def check(inputs: Inputs, result: Result) -> float:
    """The largest difference from torch's own pooling, computed here and now; inf if an index differs."""
    output, argmax = _by_torch(inputs, _tensor(inputs.image))
    if argmax is not None and argmax.tolist() != (result.argmax is not None and result.argmax.tolist()):
        return math.inf
    return float((output - result.output).abs().max())


def check_backward(inputs: Inputs, grad_output: Stack | None, gradient: Tensor) -> float:
    """The largest difference from autograd's gradient, computed here and now."""
    image = _tensor(inputs.image).requires_grad_()
    output, _ = _by_torch(inputs, image)
    (theirs,) = torch.autograd.grad(output, image, output_gradient(run(inputs), grad_output))
    return float((theirs - gradient).abs().max())


def operator(inputs: Inputs) -> str:
    """The function of PyTorch that does the same."""
    return f"torch.nn.functional.{_call(inputs)[0]}"


def _windows(inputs: Inputs) -> tuple[Windows, Windows]:
    """The rows of every output row, the columns of every output column."""
    if not inputs.adaptive:
        rows, columns = inputs.sides
        return rows.windows(), columns.windows()
    (_, height, width), (above, across) = inputs.shape, inputs.output_size
    return adaptive_windows(height, above), adaptive_windows(width, across)


def adaptive_windows(size: int, stops: int) -> Windows:
    """Window i starts at floor(i size / stops) and ends before ceil((i + 1) size / stops).

    >>> adaptive_windows(5, 2)
    ((0, 1, 2), (2, 3, 4))
    """
    return tuple(tuple(range(i * size // stops, -(-(i + 1) * size // stops))) for i in range(stops))


def window_size(inputs: Inputs) -> Pair:
    """The size of the largest window."""
    if not inputs.adaptive:
        return inputs.kernel_size
    rows, columns = _windows(inputs)
    return max(map(len, rows)), max(map(len, columns))


def _shorter(windows: Windows, length: int) -> tuple[int, ...]:
    return tuple(index for index, window in enumerate(windows) if len(window) < length)


def image_places(inputs: Inputs) -> tuple[range, range]:
    """The padded rows and columns that are the image's own."""
    (_, height, width), (above, left) = inputs.shape, inputs.ring
    return range(above, above + height), range(left, left + width)


def counted_places(inputs: Inputs) -> tuple[range, range]:
    """The padded rows and columns that a window takes in: without count_include_pad only the image's own."""
    if inputs.kind == "average" and not inputs.count_include_pad:
        return image_places(inputs)
    (_, height, width), (above, left) = inputs.shape, inputs.ring
    return range(height + 2 * above), range(width + 2 * left)


def _choice(windows: Windows, places: range) -> Tensor:
    """(windows, places): 1 where a window looks, else 0. Times a matrix, it adds up each window's rows."""
    return _tensor([[place in window for place in places] for window in windows])


def _largest(
    inputs: Inputs, padded: Tensor, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]]
) -> tuple[Tensor, Tensor]:
    """(C, R, S) twice: the largest number of each window, and where its first one stands in the image.

    The largest of a row of the window first, then the largest of those: of equal numbers the one that comes
    first in rows, then in columns.
    """
    of_rows, column = _largest_along(padded, columns)  # (C, H', S)
    largest, row = (found.mT for found in _largest_along(of_rows.mT, rows))
    above, left = inputs.ring
    return largest, (row - above) * inputs.shape[2] + column.gather(1, row) - left


def _largest_along(values: Tensor, windows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """values (..., n) to (..., windows) twice: the largest number of each, and where the first one stands."""
    longest = max(map(len, windows))
    places = torch.tensor([[*window, *[window[-1]] * (longest - len(window))] for window in windows])
    largest, first = values[..., places].max(dim=-1)
    return largest, places.expand(*first.shape, longest).gather(-1, first[..., None])[..., 0]


def _tensor(values: Any) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def output_gradient(result: Result, grad_output: Stack | None) -> Tensor:
    """(C, R, S); ones where none is given. LessonError: a wrong shape."""
    if grad_output is None:
        return torch.ones_like(result.output)
    channels, rows, columns = result.output.shape
    if len(grad_output) != channels or _sizes(grad_output) != {(rows, columns)}:
        raise LessonError(
            "The gradient of the output needs the output's shape: channels {channels}, rows {rows}, "
            "columns {columns}.",
            channels=channels,
            rows=rows,
            columns=columns,
        )
    return _tensor(grad_output)


def _by_torch(inputs: Inputs, image: Tensor) -> tuple[Tensor, Tensor | None]:
    """The output, and the indices for max."""
    name, settings = _call(inputs)
    answer = getattr(F, name)(image, **settings)
    return answer if isinstance(answer, tuple) else (answer, None)


def _call(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    """The function in torch.nn.functional, and its settings; one that is torch's default is left out."""
    settings: dict[str, Any] = {"output_size": inputs.output_size}
    if not inputs.adaptive:
        settings = {"kernel_size": inputs.kernel_size}
        defaults = {"stride": inputs.kernel_size, "padding": (0, 0), "ceil_mode": False}
        defaults |= {"count_include_pad": True} if inputs.averages else {"dilation": (1, 1)}
        given = {name: getattr(inputs, name) for name in defaults}
        settings |= {name: value for name, value in given.items() if value not in (None, defaults[name])}
    if not inputs.averages:
        settings["return_indices"] = True
    return inputs.kind.replace(" ", "_").replace("average", "avg") + "_pool2d", settings


# What the sizes come to


def size_formula(inputs: Inputs) -> tuple[str, str]:
    """The output's height and width with their arithmetic, as TeX; for adaptive where window i lies."""
    names = ("H_{out}", "W_{out}")
    if not inputs.adaptive:
        height, width = (
            f"{name} = {_tex(side.arithmetic)}" for name, side in zip(names, inputs.sides, strict=True)
        )
        return height, width
    height, width = (
        _tex(
            rf"{name} = {stops}, \quad \mathrm{{start}}_i = ⌊i·{length}/{stops}⌋, "
            rf"\quad \mathrm{{end}}_i = ⌈(i + 1)·{length}/{stops}⌉"
        )
        for name, length, stops in zip(names, inputs.shape[1:], inputs.output_size, strict=True)
    )
    return height, width


def _tex(arithmetic: str) -> str:
    signs = {"⌊": r"\lfloor ", "⌋": r" \rfloor", "⌈": r"\lceil ", "⌉": r" \rceil", "·": r" \cdot "}
    return "".join(signs.get(character, character) for character in arithmetic)


def size_notes(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """What the rounding drops or cuts off, and what pooling leaves as it is."""
    notes = [
        Message("Each channel is pooled by itself: {channels} in, {channels} out.", channels=inputs.shape[0]),
        Message("Parameters to learn: 0."),
    ]
    if any(result.dropped):
        notes.append(
            Message(
                "No window reaches the rows at the bottom: {rows}; and the columns at the right: {columns}.",
                rows=result.dropped[0],
                columns=result.dropped[1],
            )
        )
    if any(result.partial):
        notes.append(
            Message(
                "ceil_mode: the last windows hang over the edge. Left of them at the bottom: {rows} of "
                "{height} rows; at the right: {columns} of {width} columns.",
                rows=len(result.rows[-1]),
                height=inputs.kernel_size[0],
                columns=len(result.columns[-1]),
                width=inputs.kernel_size[1],
            )
        )
    if not inputs.adaptive and any(side.rounded > side.stops for side in inputs.sides):
        notes.append(
            Message(
                "ceil_mode: a last window that would start in the padding at the bottom or at the right is "
                "left out; hence the - 1."
            )
        )
    return tuple(notes)


def ties(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """Windows that hold their largest number more than once; no more than TIES_TOLD are told one by one."""
    if result.argmax is None:
        return ()
    backwards = ([window[::-1] for window in windows] for windows in (result.rows, result.columns))
    _, last = _largest(inputs, result.padded, *backwards)
    tied = (last != result.argmax).nonzero().tolist()
    told = [
        Message(
            "The window of output {output} holds its largest number, {value}, more than once: first at "
            "{first}, last at {last}. The gradient goes to the first.",
            output=place(inputs, *cell),
            value=show(result.output[*cell].item()),
            first=place_in_image(inputs, cell[0], int(result.argmax[*cell])),
            last=place_in_image(inputs, cell[0], int(last[*cell])),
        )
        for cell in tied[:TIES_TOLD]
    ]
    if len(tied) > TIES_TOLD:
        told.append(Message("Windows with a tie, all told: {count}.", count=len(tied)))
    return tuple(told)


def place(inputs: Inputs, channel: int, row: int, column: int) -> Message:
    """Counted from 1; the channel only where there are several."""
    if inputs.shape[0] == 1:
        return Message("row {row}, column {column}", row=row + 1, column=column + 1)
    return Message(
        "channel {channel}, row {row}, column {column}", channel=channel + 1, row=row + 1, column=column + 1
    )


def place_in_image(inputs: Inputs, channel: int, cell: int) -> Message:
    return place(inputs, channel, *divmod(cell, inputs.shape[2]))


# The program


def snippet(inputs: Inputs, grad_output: Stack | None = None) -> str:
    """The same in torch. With grad_output it goes backward, too."""
    name, settings = _call(inputs)
    arguments = ", ".join(["image", *(f"{key}={_argument(value)}" for key, value in settings.items())])
    kept = "output" if inputs.averages else "output, indices"
    learns = ", requires_grad=True" if grad_output is not None else ""
    lines = [
        "import torch",
        "import torch.nn.functional as F",
        "",
        "# (channels, height, width)",
        _assignment("image", inputs.image, learns),
        f"{kept} = F.{name}({arguments})",
        "print(output)" if inputs.averages else 'print(output, indices, sep="\\n")',
    ]
    if grad_output is not None:
        lines += [
            "",
            _assignment("grad_output", grad_output),
            "output.backward(grad_output)",
            "print(image.grad)",
        ]
    return "\n".join(lines) + "\n"


def _assignment(name: str, numbers: Stack, more: str = "") -> str:
    start = f"{name} = torch.tensor("
    return f"{start}{nested(numbers, len(start))}, dtype=torch.float64{more})"


def _argument(value: Pair | bool) -> str:
    """As a programmer writes it: one number for two equal ones."""
    return str(value[0] if isinstance(value, tuple) and value[0] == value[1] else value)


# Numbers to start from


@dataclass(frozen=True)
class Preset:
    """A worked example; printed: the output that its source gives, where that is wrong."""

    name: Message
    inputs: Inputs
    printed: Matrix | None = None


PRESETS = (
    Preset(
        Message("Max, windows overlap"),
        Inputs(image=(DISTINCT,), kernel_size=(3, 3), stride=(1, 1)),
        printed=((9, 8, 8), (9, 8, 8), (9, 7, 9)),
    ),
    Preset(Message("Max, ceil_mode off"), Inputs(image=(REPEATED,), stride=None)),
    Preset(Message("Max, ceil_mode on"), Inputs(image=(REPEATED,), stride=None, ceil_mode=True)),
    Preset(Message("Average"), Inputs(image=(REPEATED,), kind="average", kernel_size=(2, 2), stride=None)),
    Preset(
        Message("Adaptive average"), Inputs(image=(REPEATED,), kind="adaptive average", output_size=(2, 3))
    ),
)
