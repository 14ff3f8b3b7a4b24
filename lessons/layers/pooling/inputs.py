"""What pooling is made from, in the words of torch.nn.functional, and what cannot be one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from lessons.core.checks import require_one_of
from lessons.core.limits import MATRIX_SIDE
from lessons.core.matrix import Matrix, Stack
from lessons.core.messages import LessonError, Message
from lessons.layers.windows import (
    Pair,
    Shape,
    Side,
    Windows,
    ones,
    require_gradient,
    require_image,
    require_range,
)


@dataclass(frozen=True)
class Kind:
    """averages: the mean is kept, not the largest. adaptive: the windows follow from the output's size."""

    function: Callable[..., Any]
    averages: bool = False
    adaptive: bool = False


KINDS = {
    "max": Kind(torch.nn.functional.max_pool2d),
    "average": Kind(torch.nn.functional.avg_pool2d, averages=True),
    "adaptive-max": Kind(torch.nn.functional.adaptive_max_pool2d, adaptive=True),
    "adaptive-average": Kind(torch.nn.functional.adaptive_avg_pool2d, averages=True, adaptive=True),
}

DISTINCT: Matrix = ((1, 3, 2, 4, 0), (5, 2, 7, 1, 3), (9, 6, 3, 8, 2), (2, 5, 1, 7, 4), (8, 3, 6, 2, 9))


@dataclass(frozen=True)
class Inputs:
    """A pooling. LessonError tells why one cannot be.

    image: (C, H, W), finite. stride: None is as large as the kernel. Of the rest dilation is for max alone,
    count_include_pad for average alone; the adaptive kinds know no setting but output_size. grad_output:
    (C, R, S), of the output, to go backward with; None is ones.
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
    grad_output: Stack | None = None

    def __post_init__(self) -> None:
        require_one_of("kind", self.kind, KINDS)
        require_image(self.image)
        if self.adaptive:
            require_range("output_size", self.output_size, 1, MATRIX_SIDE)
        else:
            require_range("kernel_size", self.kernel_size, 1, MATRIX_SIDE)
            require_range("stride", self.stride or self.kernel_size, 1, MATRIX_SIDE)
            require_range("padding", self.padding, 0, MATRIX_SIDE)
            require_range("dilation", self.dilation, 1, MATRIX_SIDE)
            for name, side in zip((Message("height"), Message("width")), self.sides, strict=True):
                _require_windows(name, side)
        require_gradient(self.grad_output, self.output_shape)

    @property
    def adaptive(self) -> bool:
        return KINDS[self.kind].adaptive

    @property
    def averages(self) -> bool:
        return KINDS[self.kind].averages

    @property
    def shape(self) -> Shape:
        """(C, H, W)."""
        return len(self.image), len(self.image[0]), len(self.image[0][0])

    @property
    def output_shape(self) -> Shape:
        """(C, R, S)."""
        rows, columns = self.output_size if self.adaptive else (side.stops for side in self.sides)
        return self.shape[0], rows, columns

    @property
    def gradient(self) -> Stack:
        """(C, R, S), the output's."""
        return self.grad_output or ones(self.output_shape)

    @property
    def ring(self) -> Pair:
        """Rows of padding above and below, columns of padding left and right."""
        return (0, 0) if self.adaptive else self.padding

    @property
    def sides(self) -> tuple[Side, Side]:
        """Rows and columns, for the kinds that have a kernel."""
        stride = self.stride or self.kernel_size
        dilation = (1, 1) if self.averages else self.dilation
        ends = (self.ceil_mode, self.ceil_mode)
        settings = zip(
            self.shape[1:], self.kernel_size, stride, dilation, self.padding, self.padding, ends, strict=True
        )
        rows, columns = (Side(*each) for each in settings)
        return rows, columns

    @property
    def windows(self) -> tuple[Windows, Windows]:
        """The padded rows of every output row, the padded columns of every output column."""
        if not self.adaptive:
            rows, columns = self.sides
            return rows.windows(), columns.windows()
        (_, height, width), (above, across) = self.shape, self.output_size
        return adaptive_windows(height, above), adaptive_windows(width, across)

    @property
    def window_size(self) -> Pair:
        """The size of the largest window."""
        if not self.adaptive:
            return self.kernel_size
        rows, columns = self.windows
        return max(map(len, rows)), max(map(len, columns))

    @property
    def own(self) -> tuple[range, range]:
        """The padded rows and columns that are the image's own."""
        (_, height, width), (above, left) = self.shape, self.ring
        return range(above, above + height), range(left, left + width)

    @property
    def counted(self) -> tuple[range, range]:
        """The padded rows and columns that a window takes in; without count_include_pad the image's own."""
        if self.kind == "average" and not self.count_include_pad:
            return self.own
        (_, height, width), (above, left) = self.shape, self.ring
        return range(height + 2 * above), range(width + 2 * left)


def adaptive_windows(size: int, stops: int) -> Windows:
    """Window i starts at floor(i size / stops) and ends before ceil((i + 1) size / stops).

    >>> adaptive_windows(5, 2)
    ((0, 1, 2), (2, 3, 4))
    """
    return tuple(tuple(range(i * size // stops, -(-(i + 1) * size // stops))) for i in range(stops))


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
