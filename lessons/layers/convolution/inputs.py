"""What a convolution is made from, in the words of torch.nn.Conv2d, and what cannot be one."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.core.checks import require_one_of
from lessons.core.limits import CONVOLUTION_PRODUCTS, KERNEL_SIDE
from lessons.core.matrix import Stack
from lessons.core.messages import LessonError, Message
from lessons.layers.windows import (
    Pair,
    Side,
    common_size,
    require_image,
    require_numbers,
    require_range,
)

# Where padding takes its numbers from. Row i, counted from the first of an image of n rows, copies this
# row of the image; n itself stands for a row of zeros below it. The same holds for columns.
PADDING_MODES: dict[str, Callable[[int, int], int]] = {
    "zeros": lambda i, n: i if 0 <= i < n else n,
    "reflect": lambda i, n: n - 1 - abs(n - 1 - abs(i)),
    "replicate": lambda i, n: min(max(i, 0), n - 1),
    "circular": lambda i, n: i % n,
}


def copies(side: Side, padding_mode: str) -> Tensor:
    """(padded,): which row of the image each padded row copies; size means zeros."""
    copied = PADDING_MODES[padding_mode]
    return torch.tensor([copied(i, side.size) for i in range(-side.before, side.size + side.after)])


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
        require_image(self.image)
        _require_kernels(self)
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


def _require_kernels(inputs: Inputs) -> None:
    """Rectangles of one size, not too large, and a bias for each; of finite numbers."""
    kernel = common_size(matrix for stack in inputs.weight for matrix in stack)
    if 0 in kernel or len({len(stack) for stack in inputs.weight}) > 1:
        raise LessonError(
            "All kernels must have the same number of channels, all of one size, 1 × 1 or more."
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
    require_numbers(inputs.weight)
    require_numbers(inputs.bias)


def _require_settings(inputs: Inputs) -> None:
    require_range("stride", inputs.stride, 1, KERNEL_SIDE)
    require_range("dilation", inputs.dilation, 1, KERNEL_SIDE)
    if isinstance(inputs.padding, str):
        require_one_of("padding", inputs.padding, ("same", "valid"))
    else:
        require_range("padding", inputs.padding, 0, KERNEL_SIDE)
    require_one_of("padding_mode", inputs.padding_mode, PADDING_MODES)
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
                "reflect mirrors the {what} beside the edge: the padding must be less than the {size} {what} "
                "there are; it is {pad}.",
                what=what,
                size=side.size,
                pad=pad,
            )
        if inputs.padding_mode == "circular" and pad > side.size:
            raise LessonError(
                "circular takes the {what} from the other edge: the padding must be at most the {size} "
                "{what} there are; it is {pad}.",
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
