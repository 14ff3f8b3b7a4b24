"""Convolution: slide a kernel over an image; at each stop multiply, then add. Everything is float64."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core.lesson import Check, Lesson, Preset
from lessons.core.matrix import Stack
from lessons.core.messages import Message
from lessons.core.program import Program, call
from lessons.core.questions import Answer
from lessons.core.tensors import tensor
from lessons.layers import windows
from lessons.layers.convolution import questions, steps
from lessons.layers.convolution.inputs import Inputs, count_parameters
from lessons.layers.convolution.result import Gradients, Result, origins, pad
from lessons.layers.windows import PARAMETERS, write_backward


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, multiply, add."""
    rows, columns = (side.windows() for side in inputs.sides)

    # A ring of padding lies around every channel of the image.
    padded = pad(tensor(inputs.image), inputs)  # (C, H', W')

    # What each window sees: some of the rows, and of these some of the columns.
    seen = padded[:, torch.tensor(rows)][..., torch.tensor(columns)]  # (C, R, kh, S, kw)
    seen = seen.permute(1, 3, 0, 2, 4)  # (R, S, C, kh, kw)

    # Every kernel is laid on the channels it sees and multiplied, number by number.
    products = torch.stack(
        [seen[:, :, inputs.sees(output)] * kernel for output, kernel in enumerate(tensor(inputs.weight))]
    )

    # One sum for each window, and the bias of the kernel.
    output = products.sum(dim=(-3, -2, -1)) + tensor(inputs.bias)[:, None, None]
    return Result(padded, inputs.ring, rows, columns, output, seen, products)


def backward(inputs: Inputs) -> Gradients:
    """The gradients of the sum of grad_output times output.

    An output is the sum of window times kernel, plus the bias. So its gradient flows into the kernel times
    the window, into the window times the kernel, and into the bias as it is. What was used many times adds up
    what flows into it.
    """
    forward, weight, gradient = run(inputs), tensor(inputs.weight), tensor(inputs.gradient)
    into_weight, into_windows = torch.zeros_like(weight), torch.zeros_like(forward.windows)
    for output, kernel in enumerate(weight):
        channels = inputs.sees(output)
        each = gradient[output][..., None, None, None]  # (R, S, 1, 1, 1)
        into_weight[output] = (each * forward.windows[:, :, channels]).sum(dim=(0, 1))
        into_windows[:, :, channels] += each * kernel

    # Cell (i, j) of the kernel has seen the image in steps of the stride: there its share is added.
    into_padded = torch.zeros_like(forward.padded)
    _, _, height, width = inputs.shape
    for i in range(height):
        for j in range(width):
            above, left = (
                torch.tensor(lines)[:, at] for lines, at in ((forward.rows, i), (forward.columns, j))
            )
            into_padded[:, above[:, None], left] += into_windows[..., i, j].permute(2, 0, 1)

    # The ring hands on what reached it: to the number that was copied there; a zero to nobody.
    came_from = origins(inputs).flatten()
    into_image = torch.zeros_like(tensor(inputs.image)).flatten(1)
    into_image.index_add_(1, came_from[came_from >= 0], into_padded.flatten(1)[:, came_from >= 0])
    return Gradients(
        forward=forward,
        output=gradient,
        image=into_image.reshape(forward.padded.shape[0], *inputs.image_size),
        weight=into_weight,
        bias=gradient.sum(dim=(1, 2)),
    )


# Held to torch


def check(inputs: Inputs, result: Result) -> Check:
    """Torch's own convolution."""
    image, weight, bias = _tensors(inputs)
    theirs = _by_torch(inputs, image, weight, bias)
    return Check.between("torch.nn.functional.conv2d", (theirs, result.output), factors=(image, weight))


def check_backward(inputs: Inputs, result: Gradients) -> Check:
    """The gradients of torch's autograd."""
    leaves = [leaf.requires_grad_() for leaf in _tensors(inputs)]
    theirs = torch.autograd.grad(_by_torch(inputs, *leaves), leaves, result.output)
    ours = (result.image, result.weight, result.bias)
    image, weight, _ = (leaf.detach() for leaf in leaves)
    return Check.between("autograd", *zip(theirs, ours, strict=True), factors=(result.output, image, weight))


def _tensors(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Image, weight and bias."""
    return tensor(inputs.image), tensor(inputs.weight), tensor(inputs.bias)


def _by_torch(inputs: Inputs, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    image = image if inputs.padding_mode == "zeros" else pad(image, inputs)
    return F.conv2d(image, weight, bias, **_settings(inputs))


def _settings(inputs: Inputs) -> dict[str, Any]:
    """The settings of F.conv2d that are not its defaults. It pads with zeros, with others F.pad does."""
    padding = ["padding"] if inputs.padding_mode == "zeros" else []
    given = {name: getattr(inputs, name) for name in ("stride", *padding, "dilation", "groups")}
    return {name: value for name, value in given.items() if value != getattr(Inputs, name)}


# What the sizes come to


def formula(inputs: Inputs) -> tuple[Answer, ...]:
    """The height and the width of the output with their arithmetic, as TeX."""
    return windows.size_formula(*inputs.sides)


def notes(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """What the floor drops, if anything, and the number of parameters."""
    parameters, arithmetic = count_parameters(inputs.shape)
    count = Message(
        "Parameters, weights and biases: {arithmetic}",
        arithmetic=Answer.equation(PARAMETERS, arithmetic, parameters),
    )
    rows, columns = result.dropped
    if not rows and not columns:
        return (count,)
    dropped = Message(
        "The floor drops what does not fill a whole step: no window reaches {rows} {rows:row|rows} at "
        "the bottom and {columns} {columns:column|columns} at the right.",
        rows=rows,
        columns=columns,
    )
    return dropped, count


def gradient_notes(inputs: Inputs, result: Gradients) -> tuple[Message, ...]:
    """Where the gradient goes that reaches the padding."""
    if not any(inputs.ring):
        return ()
    if inputs.padding_mode == "zeros":
        return (Message("What flows into a zero of the padding is lost: no number stands there."),)
    return (Message("What flows into the padding goes on to the number that was copied there."),)


# The program


def snippet(inputs: Inputs) -> str:
    """The same by torch."""
    return str(_program(inputs, learns=False))


def backward_snippet(inputs: Inputs) -> str:
    """The same by torch, and its gradients."""
    return write_backward(_program(inputs, learns=True), inputs.gradient, "image", "weight", "bias")


def _program(inputs: Inputs, learns: bool) -> Program:
    program = Program()
    program.tensor("image", inputs.image, "(channels, height, width)", learns)
    kernels = "(output channels, input channels of a group, height, width)"
    program.tensor("weight", inputs.weight, kernels, learns).tensor("bias", inputs.bias, learns=learns).line(
        ""
    )
    image = "image"
    if inputs.padding_mode != "zeros":
        image, (top, bottom, left, right) = "padded", inputs.ring
        program.line(f'padded = F.pad(image, {(left, right, top, bottom)}, mode="{inputs.padding_mode}")')
    return program.line(f"output = {call('F.conv2d', [image, 'weight', 'bias'], _settings(inputs))}").show(
        "output"
    )


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

BACKWARD = Lesson(
    Inputs, backward, backward_snippet, check_backward, PRESETS, steps.backward_steps, notes=gradient_notes
)
LESSON = Lesson(
    Inputs,
    run,
    snippet,
    check,
    PRESETS,
    steps.steps,
    questions.questions,
    formula,
    notes,
    output=windows.first_channel,
    backward=BACKWARD,
)
