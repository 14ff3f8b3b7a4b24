"""Convolution: slide a kernel over an image; at each stop multiply, then add. Everything is float64."""

from dataclasses import dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons import convolution_inputs
from lessons.convolution_inputs import Pair, common_size, require_numbers
from lessons.errors import LessonError, Message
from lessons.matrix import Matrix, Stack, nested

Inputs = convolution_inputs.Inputs


@dataclass(frozen=True, eq=False)
class Result:
    """Every number of a convolution.

    padded: (C, H', W'); rows: (R, kh) and columns: (S, kw): the padded ones that each window lies on;
    windows, products: (O, R, S, C/groups, kh, kw); partials: (O, R, S, C/groups), each channel's share;
    output: (O, R, S); ring: rows and columns of padding at the top, bottom, left and right; dropped: rows at
    the bottom and columns at the right that no window reaches.
    """

    padded: Tensor
    rows: Tensor
    columns: Tensor
    windows: Tensor
    products: Tensor
    partials: Tensor
    output: Tensor
    ring: tuple[int, int, int, int]
    dropped: Pair


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, multiply, add."""
    image, weight, bias = _tensors(inputs)
    above, left = _copies(inputs)
    padded = F.pad(image, (0, 1, 0, 1))[:, above][:, :, left]
    windows = padded[_places(inputs)]
    products = windows * weight[:, None, None]
    partials = products.sum(dim=(-2, -1))
    output = partials.sum(dim=-1) + bias[:, None, None]

    rows, columns = inputs.sides
    return Result(
        padded,
        rows.windows(),
        columns.windows(),
        windows,
        products,
        partials,
        output,
        ring=(rows.before, rows.after, columns.before, columns.after),
        dropped=(rows.dropped, columns.dropped),
    )


@dataclass(frozen=True, eq=False)
class Gradients:
    """Each shaped like what it belongs to: (C, H, W), (O, C/groups, kh, kw), (O,)."""

    image: Tensor
    weight: Tensor
    bias: Tensor


def backward(inputs: Inputs, grad_output: Stack | None = None) -> Gradients:
    """The gradients of the sum of grad_output (O, R, S) times output; None: of ones. LessonError: its shape.

    An output is the sum of window times kernel, plus the bias. So its gradient flows into the kernel times
    the window, into the window times the kernel, and into the bias as it is. What was used many times adds up
    what flows into it; a number in the ring passes it on to the cell that it copied, a zero to nobody.
    """
    image, weight, _ = _tensors(inputs)
    result = run(inputs)
    gradient = output_gradient(inputs, grad_output)
    each = gradient[..., None, None, None]
    into_windows = each * weight[:, None, None]
    into_padded = torch.zeros_like(result.padded).index_put(_places(inputs), into_windows, accumulate=True)

    channels, height, width = image.shape
    above, left = _copies(inputs)
    into_rows = image.new_zeros(channels, height + 1, len(left)).index_add(1, above, into_padded)
    into_cells = image.new_zeros(channels, height + 1, width + 1).index_add(2, left, into_rows)
    return Gradients(
        image=into_cells[:, :height, :width],
        weight=(each * result.windows).sum(dim=(1, 2)),
        bias=gradient.sum(dim=(1, 2)),
    )


def output_gradient(inputs: Inputs, grad_output: Stack | None) -> Tensor:
    """(O, R, S); ones where None is given. LessonError: another shape."""
    channels, rows, columns = len(inputs.weight), *(side.stops for side in inputs.sides)
    if grad_output is None:
        return torch.ones(channels, rows, columns, dtype=torch.float64)
    if len(grad_output) != channels or common_size(grad_output) != (rows, columns):
        raise LessonError(
            "The gradient of the output needs the output's shape: channels {channels}, rows {rows}, "
            "columns {columns}.",
            channels=channels,
            rows=rows,
            columns=columns,
        )
    require_numbers(grad_output)
    return torch.tensor(grad_output, dtype=torch.float64)


def _tensors(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Image, weight and bias."""
    numbers = (inputs.image, inputs.weight, inputs.bias)
    image, weight, bias = (torch.tensor(each, dtype=torch.float64) for each in numbers)
    return image, weight, bias


def _copies(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """Which row of the image each padded row copies (H',), and which column (W',); H and W are of zeros."""
    rows, columns = inputs.sides
    return rows.copies(inputs.padding_mode), columns.copies(inputs.padding_mode)


def _places(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Channel, row and column of the padded image that make each product (O, R, S, C/groups, kh, kw)."""
    rows, columns = inputs.sides
    channels = torch.tensor([inputs.sees(output) for output in range(len(inputs.weight))])
    return (
        channels[:, None, None, :, None, None],
        rows.windows()[None, :, None, None, :, None],
        columns.windows()[None, None, :, None, None, :],
    )


# Held to torch


def operator(_: Inputs) -> str:
    """The name of torch's own."""
    return "torch.nn.functional.conv2d"


def check(inputs: Inputs, result: Result) -> float:
    """The largest difference from torch's own convolution, computed here and now."""
    return float((_by_torch(inputs, *_tensors(inputs)) - result.output).abs().max())


def check_backward(inputs: Inputs, grad_output: Stack | None, gradients: Gradients) -> float:
    """The largest difference from the gradients of torch's autograd, computed here and now."""
    leaves = [tensor.requires_grad_() for tensor in _tensors(inputs)]
    theirs = torch.autograd.grad(_by_torch(inputs, *leaves), leaves, output_gradient(inputs, grad_output))
    ours = (gradients.image, gradients.weight, gradients.bias)
    return max(float((one - other).abs().max()) for one, other in zip(theirs, ours, strict=True))


def _by_torch(inputs: Inputs, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    settings: dict[str, Any] = {name: getattr(inputs, name) for name in ("stride", "dilation", "groups")}
    if inputs.padding_mode == "zeros":
        return F.conv2d(image, weight, bias, padding=inputs.padding, **settings)
    return F.conv2d(F.pad(image, _pads(inputs), mode=inputs.padding_mode), weight, bias, **settings)


def _pads(inputs: Inputs) -> tuple[int, int, int, int]:
    """The ring in the order of F.pad: left, right, top, bottom."""
    rows, columns = inputs.sides
    return columns.before, columns.after, rows.before, rows.after


# What the sizes come to


def size_formula(inputs: Inputs) -> tuple[str, str]:
    """The height and the width of the output with their arithmetic, as TeX."""
    height, width = (
        side.arithmetic.replace("⌊", r"\lfloor ").replace("⌋", r" \rfloor").replace("·", r" \cdot ")
        for side in inputs.sides
    )
    return f"H_{{out}} = {height}", f"W_{{out}} = {width}"


def parameters(inputs: Inputs) -> tuple[int, str]:
    """How many numbers there are to learn, and the arithmetic."""
    outputs, seen, height, width = inputs.shape
    count = outputs * seen * height * width + outputs
    return count, f"{outputs} × ({seen} × {height} × {width}) + {outputs} = {count}"


def size_notes(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """What the floor drops, if anything, and the number of parameters."""
    count = Message("Parameters, weights and biases: {arithmetic}", arithmetic=parameters(inputs)[1])
    rows, columns = result.dropped
    if not rows and not columns:
        return (count,)
    dropped = Message(
        "The floor drops what does not fill a whole step: no window reaches the last rows at the bottom "
        "({rows}) and the last columns at the right ({columns}).",
        rows=rows,
        columns=columns,
    )
    return dropped, count


# The program


def snippet(inputs: Inputs, grad_output: Stack | None = None) -> str:
    """The same by torch. With grad_output the program goes backward, too."""
    learning = "" if grad_output is None else ", requires_grad=True"
    program = f"""\
import torch
import torch.nn.functional as F

# (channels, height, width)
{_assignment("image", inputs.image, learning)}
# (output channels, input channels of a group, height, width)
{_assignment("weight", inputs.weight, learning)}
{_assignment("bias", inputs.bias, learning)}

{_call(inputs)}
print(output)
"""
    if grad_output is None:
        return program
    return f"""\
{program}
{_assignment("grad_output", grad_output)}
output.backward(grad_output)
print(image.grad, weight.grad, bias.grad, sep="\\n")
"""


def _assignment(name: str, numbers: Any, more: str = "") -> str:
    start = f"{name} = torch.tensor("
    return f"{start}{nested(numbers, len(start))}, dtype=torch.float64{more})"


def _call(inputs: Inputs) -> str:
    """The lines that compute the output; torch's defaults are left out."""
    image, settings, padding = "image", ["stride", "padding", "dilation", "groups"], ""
    if inputs.padding_mode != "zeros":
        image, settings = "padded", ["stride", "dilation", "groups"]
        padding = f'padded = F.pad(image, {_pads(inputs)}, mode="{inputs.padding_mode}")\n'
    changed = [
        f"{field.name}={_argument(getattr(inputs, field.name))}"
        for field in fields(inputs)
        if field.name in settings and getattr(inputs, field.name) != field.default
    ]
    return f"{padding}output = F.conv2d({', '.join([image, 'weight', 'bias', *changed])})"


def _argument(value: Pair | int | str) -> str:
    """As a programmer writes it: two equal numbers as one."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(value[0] if isinstance(value, tuple) and value[0] == value[1] else value)


# Worked examples


@dataclass(frozen=True)
class Preset:
    """printed: the output that a course's notes print for it, where they are wrong."""

    name: Message
    inputs: Inputs
    printed: Matrix | None = None


_IMAGE: Stack = (((1, 2, 0, 3, 1), (0, 1, 2, 3, 1), (1, 2, 1, 0, 0), (5, 2, 3, 1, 1), (2, 1, 0, 1, 1)),)
_KERNEL: tuple[Stack, ...] = ((((1, 2, 1), (0, 1, 0), (2, 1, 0)),),)

PRESETS = (
    Preset(Message("Left minus right"), Inputs(), printed=((-6, 12, 16), (-12, 18, 20), (-21, 15, 14))),
    Preset(
        Message("Two channels"),
        Inputs(image=(((1, 2), (3, 4)), ((5, 6), (7, 8))), weight=((((1, 0), (0, 1)), ((0, 1), (1, 0))),)),
    ),
    Preset(Message("Stride 1"), Inputs(_IMAGE, _KERNEL)),
    Preset(Message("Stride 2"), Inputs(_IMAGE, _KERNEL, stride=(2, 2))),
    Preset(Message("Padding 1"), Inputs(_IMAGE, _KERNEL, padding=(1, 1))),
)
