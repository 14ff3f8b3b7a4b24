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

from lessons.core.checks import require_one_of
from lessons.core.limits import MATRIX_SIDE
from lessons.core.matrix import Matrix, Stack, show
from lessons.core.messages import LessonError, Message
from lessons.layers import windows
from lessons.layers.windows import (
    Pair,
    Preset,
    Side,
    Walk,
    Windows,
    call,
    output_gradient,
    program,
    require_image,
    require_range,
    tensor,
)

KINDS = ("max", "average", "adaptive max", "adaptive average")
TIES_TOLD = 5

DISTINCT: Matrix = ((1, 3, 2, 4, 0), (5, 2, 7, 1, 3), (9, 6, 3, 8, 2), (2, 5, 1, 7, 4), (8, 3, 6, 2, 9))
REPEATED: Matrix = ((1, 2, 0, 3, 1), (0, 1, 2, 3, 1), (1, 2, 1, 0, 0), (5, 2, 3, 1, 1), (2, 1, 0, 1, 1))


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
        require_one_of("kind", self.kind, KINDS)
        require_image(self.image)
        if self.adaptive:
            require_range("output_size", self.output_size, 1, MATRIX_SIDE)
            return
        require_range("kernel_size", self.kernel_size, 1, MATRIX_SIDE)
        require_range("stride", self.stride or self.kernel_size, 1, MATRIX_SIDE)
        require_range("padding", self.padding, 0, MATRIX_SIDE)
        require_range("dilation", self.dilation, 1, MATRIX_SIDE)
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
            dilation,
            self.padding,
            self.padding,
            (self.ceil_mode,) * 2,
            strict=True,
        )
        return Side(*rows), Side(*columns)


def _require_windows(name: Message, side: Side) -> None:
    """The rules of PyTorch, and one more: it lets a window see nothing but padding and answers -inf."""
    if side.before > side.kernel // 2:
        raise LessonError(
            "Padding {padding} along the {side} is too much: a kernel of {kernel} allows {most}, half of it.",
            padding=side.before,
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
    real = range(side.before, side.before + side.size)
    if not all(any(place in real for place in window) for window in side.windows()):
        raise LessonError(
            "With dilation {dilation} a window jumps over the whole {side} of {size} and sees only padding. "
            "Take less dilation, or no padding.",
            dilation=side.dilation,
            side=name,
            size=side.size,
        )


@dataclass(frozen=True, eq=False)
class Result(Walk):
    """Every number of a pooling; the ring is -inf for max and 0 for average.

    argmax: (C, R, S), where the first largest number stands in the flattened H x W, for max. divisors:
    (R, S), what each sum is divided by, for average. partial: the output rows, and columns, whose windows
    hang over the edge.
    """

    argmax: Tensor | None
    divisors: Tensor | None
    partial: tuple[tuple[int, ...], tuple[int, ...]]


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, keep one number."""
    rows, columns = _windows(inputs)
    above, left = inputs.ring
    empty = 0.0 if inputs.averages else -math.inf
    padded = F.pad(tensor(inputs.image), (left, left, above, above), value=empty)
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
        ring=(above, above, left, left),
        rows=rows,
        columns=columns,
        output=output,
        argmax=argmax,
        divisors=divisors,
        partial=(_shorter(rows, full[0]), _shorter(columns, full[1])),
    )


def backward(inputs: Inputs, grad_output: Stack | None = None) -> Tensor:
    """(C, H, W): the gradient of sum(grad_output * output), by hand. grad_output: (C, R, S), None for ones.

    Of max, all goes to the largest number of the window, the first of several. Of average, every cell that
    was counted gets an equal share. Where windows overlap, gradients add up. LessonError: a wrong shape.
    """
    result = run(inputs)
    gradient = output_gradient(result.output, grad_output)
    if result.argmax is not None:
        flat = torch.zeros_like(tensor(inputs.image)).flatten(1)
        return flat.scatter_add(1, result.argmax.flatten(1), gradient.flatten(1)).reshape(inputs.shape)
    assert result.divisors is not None
    own_rows, own_columns = image_places(inputs)
    shares = gradient / result.divisors
    return _choice(result.rows, own_rows).T @ shares @ _choice(result.columns, own_columns)


def check(inputs: Inputs, result: Result) -> float:
    """The largest difference from torch's own pooling, computed here and now; inf if an index differs."""
    output, argmax = _by_torch(inputs, tensor(inputs.image))
    if argmax is not None and argmax.tolist() != (result.argmax is not None and result.argmax.tolist()):
        return math.inf
    return float((output - result.output).abs().max())


def check_backward(inputs: Inputs, grad_output: Stack | None, gradient: Tensor) -> float:
    """The largest difference from autograd's gradient, computed here and now."""
    image = tensor(inputs.image).requires_grad_()
    output, _ = _by_torch(inputs, image)
    (theirs,) = torch.autograd.grad(output, image, output_gradient(output, grad_output))
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
    return tensor([[place in window for place in places] for window in windows])


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
    if not inputs.adaptive:
        height, width = (side.arithmetic for side in inputs.sides)
    else:
        height, width = (
            rf"{stops}, \quad \mathrm{{start}}_i = ⌊i·{length}/{stops}⌋, "
            rf"\quad \mathrm{{end}}_i = ⌈(i + 1)·{length}/{stops}⌉"
            for length, stops in zip(inputs.shape[1:], inputs.output_size, strict=True)
        )
    return windows.size_formula(height, width)


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
            output=result.place(*cell),
            value=show(result.output[*cell].item()),
            first=place_in_image(inputs, result, cell[0], int(result.argmax[*cell])),
            last=place_in_image(inputs, result, cell[0], int(last[*cell])),
        )
        for cell in tied[:TIES_TOLD]
    ]
    if len(tied) > TIES_TOLD:
        told.append(Message("Windows with a tie, all told: {count}.", count=len(tied)))
    return tuple(told)


def place_in_image(inputs: Inputs, result: Result, channel: int, cell: int) -> Message:
    return result.place(channel, *divmod(cell, inputs.shape[2]))


# The program


def snippet(inputs: Inputs, grad_output: Stack | None = None) -> str:
    """The same in torch. With grad_output it goes backward, too."""
    name, settings = _call(inputs)
    made = ["output"] if inputs.averages else ["output", "indices"]
    forward = f"{', '.join(made)} = {call(name, ['image'], settings)}"
    return program({"image": inputs.image}, forward, made, grad_output)


# Numbers to start from

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
