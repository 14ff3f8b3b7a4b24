"""What a convolution is made from, in the words of torch.nn.Conv2d, and what cannot be one."""

import math
from dataclasses import dataclass

from lessons.core.checks import require_one_of
from lessons.core.limits import CONVOLUTION_PRODUCTS, KERNEL_SIDE
from lessons.core.matrix import Stack
from lessons.core.messages import LessonError, Message
from lessons.core.stage import Ring
from lessons.layers.windows import (
    Pair,
    Shape,
    Side,
    common_size,
    ones,
    require_gradient,
    require_image,
    require_numbers,
    require_range,
)

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


@dataclass(frozen=True)
class Inputs:
    """A convolution. LessonError tells why there cannot be this one.

    image: (C, H, W); weight: (O, C/groups, kh, kw), one kernel for each output channel; bias: (O,). padding:
    or "same", "valid". grad_output: (O, R, S), of the output, to go backward with; None is ones.
    """

    image: Stack = (((1, 2, 3, 0, 1), (4, 5, 6, 1, 0), (7, 8, 9, 2, 1), (0, 1, 2, 3, 4), (3, 2, 1, 0, 5)),)
    weight: tuple[Stack, ...] = ((((1, 0, -1), (1, 0, -1), (1, 0, -1)),),)
    bias: tuple[float, ...] = (0.0,)
    stride: Pair = (1, 1)
    padding: Pair | str = (0, 0)
    dilation: Pair = (1, 1)
    padding_mode: str = "zeros"  # or another of PADDING_MODES
    groups: int = 1
    grad_output: Stack | None = None

    def __post_init__(self) -> None:
        require_image(self.image)
        _require_kernels(self)
        _require_settings(self)
        _require_channels(self)
        _require_fit(self)
        require_gradient(self.grad_output, self.output_shape)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(O, C/groups, kh, kw), the weight's."""
        kernel = self.weight[0]
        return len(self.weight), len(kernel), len(kernel[0]), len(kernel[0][0])

    @property
    def output_shape(self) -> Shape:
        """(O, R, S)."""
        rows, columns = self.sides
        return len(self.weight), rows.stops, columns.stops

    @property
    def gradient(self) -> Stack:
        """(O, R, S), the output's."""
        return self.grad_output or ones(self.output_shape)

    @property
    def image_size(self) -> Pair:
        """(H, W)."""
        return len(self.image[0]), len(self.image[0][0])

    @property
    def kernels(self) -> list[list[list[float]]]:
        """(O, C/groups, kh·kw): the weights of every kernel, for each channel that it sees, row by row."""
        return [[[weight for row in matrix for weight in row] for matrix in kernel] for kernel in self.weight]

    @property
    def ring(self) -> Ring:
        rows, columns = self.sides
        return rows.before, rows.after, columns.before, columns.after

    @property
    def sides(self) -> tuple[Side, Side]:
        """Rows and columns."""
        return self._side(0), self._side(1)

    def _side(self, axis: int) -> Side:
        size, kernel, dilation = self.image_size[axis], self.shape[2 + axis], self.dilation[axis]
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


def count_parameters(shape: tuple[int, int, int, int]) -> tuple[int, str]:
    """How many numbers a layer learns, and the arithmetic that leads to it. shape: the weight's.

    >>> count_parameters((4, 1, 3, 3))
    (40, '4 × (1 × 3 × 3) + 4')
    """
    outputs, seen, height, width = shape
    return outputs * math.prod(shape[1:]) + outputs, f"{outputs} × ({seen} × {height} × {width}) + {outputs}"


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
            "groups must divide the {channels} {channels:channel|channels} of the input and the "
            "{outputs} {outputs:kernel|kernels}; "
            "{groups} does not.",
            channels=channels,
            outputs=outputs,
            groups=groups,
        )
    if seen != channels // groups:
        raise LessonError(
            "Each kernel needs {channels} / {groups} = {needed} {needed:channel|channels}, input channels "
            "by groups; it has {seen}.",
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
                "reflect mirrors the {what} beside the edge: the padding must be less than their number, "
                "{size}; it is {pad}.",
                what=what,
                size=side.size,
                pad=pad,
            )
        if inputs.padding_mode == "circular" and pad > side.size:
            raise LessonError(
                "circular takes the {what} from the other edge: the padding must be at most their number, "
                "{size}; it is {pad}.",
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
