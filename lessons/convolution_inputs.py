"""What a convolution is made from, in the words of torch.nn.Conv2d, and what cannot be one."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lessons.errors import LessonError, Message
from lessons.limits import CONVOLUTION_NUMBER, CONVOLUTION_PRODUCTS, KERNEL_SIDE, MATRIX_SIDE
from lessons.matrix import Matrix, Stack

Pair = tuple[int, int]  # (height, width), as in torch

# Where padding takes its numbers from. Row i, counted from the first of an image of n rows, copies this
# row of the image; n itself stands for a row of zeros below it. The same holds for columns.
PADDING_MODES: dict[str, Callable[[int, int], int]] = {
    "zeros": lambda i, n: i if 0 <= i < n else n,
    "reflect": lambda i, n: n - 1 - abs(n - 1 - abs(i)),
    "replicate": lambda i, n: min(max(i, 0), n - 1),
    "circular": lambda i, n: i % n,
}


@dataclass(frozen=True)
class Side:
    """What a kernel meets along one side of the image: rows from the top, or columns from the left.

    before, after: how many of padding. The formulas are those of torch.nn.Conv2d.
    """

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def padded(self) -> int:
        return self.before + self.size + self.after

    @property
    def span(self) -> int:
        """How far the kernel reaches, with the gaps that dilation leaves between its cells."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def stops(self) -> int:
        """How often the kernel stops: the size of the output. None, or less, if it does not fit."""
        return (self.padded - self.span) // self.stride + 1

    @property
    def dropped(self) -> int:
        """How many rows at the end no window reaches."""
        return (self.padded - self.span) % self.stride

    @property
    def arithmetic(self) -> str:
        """The size of the output, with the formula filled in.

        >>> Side(size=5, kernel=3, stride=2, dilation=1, before=1, after=1).arithmetic
        '⌊(5 + 2·1 - 1·(3 - 1) - 1)/2 + 1⌋ = 3'
        """
        padding = f"2·{self.before}" if self.before == self.after else f"({self.before} + {self.after})"
        lost = f"{self.dilation}·({self.kernel} - 1)"
        return f"⌊({self.size} + {padding} - {lost} - 1)/{self.stride} + 1⌋ = {self.stops}"

    def copies(self, padding_mode: str) -> Tensor:
        """(padded,): which row of the image each padded row copies; size means zeros."""
        copied = PADDING_MODES[padding_mode]
        return torch.tensor([copied(i, self.size) for i in range(-self.before, self.size + self.after)])

    def windows(self) -> Tensor:
        """(stops, kernel): which padded rows the kernel lies on at each stop."""
        return torch.arange(self.stops)[:, None] * self.stride + torch.arange(self.kernel) * self.dilation


@dataclass(frozen=True)
class Inputs:
    """A convolution. LessonError tells why there cannot be this one.

    image: (C, H, W); weight: (O, C/groups, kh, kw), one kernel for each output channel; bias: (O,).
    """

    image: Stack = (((1, 2, 3, 0, 1), (4, 5, 6, 1, 0), (7, 8, 9, 2, 1), (0, 1, 2, 3, 4), (3, 2, 1, 0, 5)),)
    weight: tuple[Stack, ...] = ((((1, 0, -1), (1, 0, -1), (1, 0, -1)),),)
    bias: tuple[float, ...] = (0.0,)
    stride: Pair = (1, 1)
    padding: Pair | str = (0, 0)  # or "same", "valid"
    dilation: Pair = (1, 1)
    padding_mode: str = "zeros"  # or another key of PADDING_MODES
    groups: int = 1

    def __post_init__(self) -> None:
        _require_shapes(self)
        for numbers in (self.image, self.weight, self.bias):
            require_numbers(numbers)
        _require_settings(self)
        _require_channels(self)
        _require_fit(self)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(O, C/groups, kh, kw), the weight's."""
        kernel = self.weight[0]
        return len(self.weight), len(kernel), len(kernel[0]), len(kernel[0][0])

    @property
    def sides(self) -> tuple[Side, Side]:
        """Rows and columns."""
        return self._side(0), self._side(1)

    def _side(self, axis: int) -> Side:
        size = (len(self.image[0]), len(self.image[0][0]))[axis]
        kernel, dilation = self.shape[2 + axis], self.dilation[axis]
        if isinstance(self.padding, str):
            both = dilation * (kernel - 1) if self.padding == "same" else 0
        else:
            both = 2 * self.padding[axis]
        before = both // 2  # torch puts the odd one at the end
        return Side(size, kernel, self.stride[axis], dilation, before, both - before)

    def sees(self, output: int) -> range:
        """The channels of the image that one kernel sees; the kernels share out the groups in order."""
        outputs, seen = self.shape[:2]
        first = output // (outputs // self.groups) * seen
        return range(first, first + seen)


def require_numbers(numbers: Any) -> None:
    """LessonError if one of the nested numbers is not finite, or so large that a product could overflow."""
    largest = float(torch.tensor(numbers, dtype=torch.float64).abs().max())
    if not largest <= CONVOLUTION_NUMBER:
        raise LessonError(
            "Numbers up to {most} can be multiplied here; the largest is {largest}.",
            most=CONVOLUTION_NUMBER,
            largest=largest,
        )


def common_size(matrices: Iterable[Matrix]) -> Pair:
    """The one size of all matrices; (0, 0) if there is none."""
    sizes = {(len(matrix), len(row)) for matrix in matrices for row in matrix or ((),)}
    return sizes.pop() if len(sizes) == 1 else (0, 0)


def _require_shapes(inputs: Inputs) -> None:
    """Rectangles of one size, not too large."""
    image = common_size(inputs.image)
    kernel = common_size(matrix for stack in inputs.weight for matrix in stack)
    if 0 in image:
        raise LessonError("All channels of the input must have the same size, 1 × 1 or more.")
    if 0 in kernel or len({len(stack) for stack in inputs.weight}) > 1:
        raise LessonError(
            "All kernels must have the same number of channels, all of one size, 1 × 1 or more."
        )
    if max(image) > MATRIX_SIDE:
        raise LessonError(
            "The input is {height} × {width}; at most {most} × {most} are allowed.",
            height=image[0],
            width=image[1],
            most=MATRIX_SIDE,
        )
    if max(kernel) > KERNEL_SIDE:
        raise LessonError(
            "The kernel is {height} × {width}; at most {most} × {most} are allowed.",
            height=kernel[0],
            width=kernel[1],
            most=KERNEL_SIDE,
        )
    if len(inputs.bias) != len(inputs.weight):
        raise LessonError(
            "There must be one bias for each kernel: {kernels}, not {biases}.",
            kernels=len(inputs.weight),
            biases=len(inputs.bias),
        )


def _require_settings(inputs: Inputs) -> None:
    for name, low in (("stride", 1), ("padding", 0), ("dilation", 1)):
        value = getattr(inputs, name)
        for number in () if isinstance(value, str) else value:
            if not low <= number <= KERNEL_SIDE:
                raise LessonError(
                    "{name} is {value}; it must be a whole number from {low} to {high}.",
                    name=name,
                    value=number,
                    low=low,
                    high=KERNEL_SIDE,
                )
    named = {"padding": ("same", "valid"), "padding_mode": tuple(PADDING_MODES)}
    for name, allowed in named.items():
        value = getattr(inputs, name)
        if isinstance(value, str) and value not in allowed:
            raise LessonError(
                "{name} is {value!r}; it can be one of: {allowed}.",
                name=name,
                value=value,
                allowed=", ".join(allowed),
            )
    if inputs.padding == "same" and inputs.stride != (1, 1):
        raise LessonError(
            "padding = same keeps the size, and a stride of {stride} does not: it needs stride 1.",
            stride=max(inputs.stride),
        )


def _require_channels(inputs: Inputs) -> None:
    outputs, seen, _, _ = inputs.shape
    channels, groups = len(inputs.image), inputs.groups
    if groups < 1 or channels % groups or outputs % groups:
        raise LessonError(
            "groups must divide the {channels} channels of the input and the {outputs} kernels; "
            "{groups} does not.",
            channels=channels,
            outputs=outputs,
            groups=groups,
        )
    if seen != channels // groups:
        raise LessonError(
            "Each kernel needs {channels} / {groups} = {needed} channels, input channels by groups; "
            "it has {seen}.",
            channels=channels,
            groups=groups,
            needed=channels // groups,
            seen=seen,
        )


def _require_fit(inputs: Inputs) -> None:
    """Padding that the image can give, a kernel that lies inside it, and not too much to multiply."""
    for side, what in zip(inputs.sides, (Message("rows"), Message("columns")), strict=True):
        pad = max(side.before, side.after)
        if inputs.padding_mode == "reflect" and pad >= side.size:
            raise LessonError(
                "reflect mirrors the {what} beside the edge: it needs less padding than there are, "
                "{size}, not {pad}.",
                what=what,
                size=side.size,
                pad=pad,
            )
        if inputs.padding_mode == "circular" and pad > side.size:
            raise LessonError(
                "circular takes the {what} from the other edge: it needs no more padding than there are, "
                "{size}, not {pad}.",
                what=what,
                size=side.size,
                pad=pad,
            )
        if side.span > side.padded:
            raise LessonError(
                "The kernel is larger than the padded input. {what}: "
                "the kernel reaches over {dilation}·({kernel} - 1) + 1 = {span}, "
                "the padded input has {before} + {size} + {after} = {padded}.",
                what=what,
                dilation=side.dilation,
                kernel=side.kernel,
                span=side.span,
                before=side.before,
                size=side.size,
                after=side.after,
                padded=side.padded,
            )
    products = math.prod(inputs.shape) * math.prod(side.stops for side in inputs.sides)
    if products > CONVOLUTION_PRODUCTS:
        raise LessonError(
            "That is {products} products; at most {most} are computed here. "
            "Take a smaller input, fewer kernels or a larger stride.",
            products=products,
            most=CONVOLUTION_PRODUCTS,
        )
