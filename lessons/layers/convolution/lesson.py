"""Convolution: slide a kernel over an image; at each stop multiply, then add. Everything is float64."""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core.matrix import Numbers, Stack
from lessons.core.messages import Message
from lessons.layers import windows
from lessons.layers.convolution import inputs as convolution_inputs
from lessons.layers.convolution.inputs import copies
from lessons.layers.windows import Preset, Walk, call, output_gradient, program, tensor

Inputs = convolution_inputs.Inputs


@dataclass(frozen=True, eq=False)
class Result(Walk):
    """Every number of a convolution.

    windows, products: (O, R, S, C/groups, kh, kw).
    """

    windows: Tensor
    products: Tensor


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, multiply, add."""
    image, weight, bias = _tensors(inputs)
    above, left = _copies(inputs)
    padded = F.pad(image, (0, 1, 0, 1))[:, above][:, :, left]
    seen = padded[_places(inputs)]
    products = seen * weight[:, None, None]
    partials = products.sum(dim=(-2, -1))  # each channel's share
    rows, columns = inputs.sides
    return Result(
        padded=padded,
        ring=(rows.before, rows.after, columns.before, columns.after),
        rows=rows.windows(),
        columns=columns.windows(),
        windows=seen,
        products=products,
        output=partials.sum(dim=-1) + bias[:, None, None],
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
    gradient = output_gradient(result.output, grad_output)
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


def _tensors(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Image, weight and bias."""
    return tensor(inputs.image), tensor(inputs.weight), tensor(inputs.bias)


def _copies(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """Which row of the image each padded row copies (H',), and which column (W',); H and W are of zeros."""
    rows, columns = inputs.sides
    return copies(rows, inputs.padding_mode), copies(columns, inputs.padding_mode)


def _places(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Channel, row and column of the padded image that make each product (O, R, S, C/groups, kh, kw)."""
    rows, columns = inputs.sides
    channels = torch.tensor([inputs.sees(output) for output in range(len(inputs.weight))])
    return (
        channels[:, None, None, :, None, None],
        torch.tensor(rows.windows())[None, :, None, None, :, None],
        torch.tensor(columns.windows())[None, None, :, None, None, :],
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
    leaves = [leaf.requires_grad_() for leaf in _tensors(inputs)]
    output = _by_torch(inputs, *leaves)
    theirs = torch.autograd.grad(output, leaves, output_gradient(output, grad_output))
    ours = (gradients.image, gradients.weight, gradients.bias)
    return max(float((one - other).abs().max()) for one, other in zip(theirs, ours, strict=True))


def _by_torch(inputs: Inputs, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if inputs.padding_mode != "zeros":
        image = F.pad(image, _pads(inputs), mode=inputs.padding_mode)
    return F.conv2d(image, weight, bias, **_settings(inputs))


def _settings(inputs: Inputs) -> dict[str, Any]:
    """The settings of F.conv2d that are not its defaults. It pads with zeros, with others F.pad does."""
    padding = ["padding"] if inputs.padding_mode == "zeros" else []
    given = {name: getattr(inputs, name) for name in ("stride", *padding, "dilation", "groups")}
    return {name: value for name, value in given.items() if value != getattr(Inputs, name)}


def _pads(inputs: Inputs) -> tuple[int, int, int, int]:
    """The ring in the order of F.pad: left, right, top, bottom."""
    rows, columns = inputs.sides
    return columns.before, columns.after, rows.before, rows.after


# What the sizes come to


def size_formula(inputs: Inputs) -> tuple[str, str]:
    """The height and the width of the output with their arithmetic, as TeX."""
    rows, columns = inputs.sides
    return windows.size_formula(rows.arithmetic, columns.arithmetic)


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
    numbers: dict[str, Numbers] = {"image": inputs.image, "weight": inputs.weight, "bias": inputs.bias}
    image, padding = "image", ""
    if inputs.padding_mode != "zeros":
        image, padding = "padded", f'padded = F.pad(image, {_pads(inputs)}, mode="{inputs.padding_mode}")\n'
    made = call("conv2d", [image, "weight", "bias"], _settings(inputs))
    return program(numbers, f"{padding}output = {made}", ["output"], grad_output)


# Worked examples

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
