"""Pooling: keep one number of every window, the largest or the mean, channel by channel. All is float64.

A window is some rows and some columns. Its rows depend on the output row alone, its columns on the output
column alone. So every kind of pooling looks twice: across the columns of every row, then down the rows.
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core.lesson import Check, Lesson, Preset
from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.program import Program, call
from lessons.core.questions import Answer
from lessons.core.tensors import tensor
from lessons.layers import windows
from lessons.layers.pooling import questions, steps
from lessons.layers.pooling.inputs import DISTINCT, KINDS, Inputs
from lessons.layers.pooling.result import Gradients, Result, largest, ties
from lessons.layers.windows import CHANNELS, PARAMETERS, Windows, write_backward


def run(inputs: Inputs) -> Result:
    """Pad, look through every window, keep one number."""
    rows, columns = inputs.windows
    above, left = inputs.ring

    # What is padded with must not count: nothing is smaller than -inf, and 0 adds nothing.
    empty = 0.0 if inputs.averages else -math.inf
    padded = F.pad(tensor(inputs.image), (left, left, above, above), value=empty)  # (C, H', W')

    argmax = divisors = None
    if inputs.averages:
        # Add up the columns of every window in every row, (C, H', S), then their rows, (C, R, S).
        sums = torch.stack([padded[:, :, window].sum(dim=2) for window in columns], dim=2)
        sums = torch.stack([sums[:, window].sum(dim=1) for window in rows], dim=1)
        # The mean divides by as many cells as are counted.
        counted_rows, counted_columns = inputs.counted
        divisors = torch.outer(_count(rows, counted_rows), _count(columns, counted_columns))
        output = sums / divisors
    else:
        output, argmax = largest(inputs, padded, rows, columns)
    return Result(padded, (above, above, left, left), rows, columns, output, argmax, divisors)


def _count(windows: Windows, counted: range) -> Tensor:
    """(windows,): how many of its rows, or columns, each takes in."""
    return tensor([sum(line in counted for line in window) for window in windows])


def backward(inputs: Inputs) -> Gradients:
    """The gradient of the sum of grad_output times output.

    Of max, all goes to the largest number of the window, the first of several. Of average, every cell that
    was counted gets an equal share. Where windows overlap, gradients add up.
    """
    forward, gradient = run(inputs), tensor(inputs.gradient)
    if forward.argmax is not None:
        into_image = torch.zeros(inputs.shape, dtype=torch.float64).flatten(1)
        into_image.scatter_add_(1, forward.argmax.flatten(1), gradient.flatten(1))
        return Gradients(forward, gradient, into_image.reshape(inputs.shape))

    assert forward.divisors is not None
    share = gradient / forward.divisors  # (C, R, S): of every cell in the window
    channels, height, _ = forward.padded.shape
    into_rows = share.new_zeros(channels, height, share.shape[2])  # (C, H', S)
    for row, window in enumerate(forward.rows):
        into_rows[:, window] += share[:, row, None]
    into_padded = torch.zeros_like(forward.padded)
    for column, window in enumerate(forward.columns):
        into_padded[:, :, window] += into_rows[:, :, column, None]
    own_rows, own_columns = inputs.own  # what falls on the padding is lost
    return Gradients(forward, gradient, into_padded[:, own_rows][:, :, own_columns])


# Held to torch


def check(inputs: Inputs, result: Result) -> Check:
    """Torch's own pooling; an index that differs is an infinite difference."""
    image = tensor(inputs.image)
    output, argmax = _by_torch(inputs, image)
    found = Check.between(_name(inputs), (output, result.output), factors=(image,))
    same = argmax is None or (result.argmax is not None and torch.equal(argmax, result.argmax))
    return found if same else Check(found.operator, math.inf)


def check_backward(inputs: Inputs, result: Gradients) -> Check:
    """The gradient of torch's autograd."""
    image = tensor(inputs.image).requires_grad_()
    output, _ = _by_torch(inputs, image)
    (theirs,) = torch.autograd.grad(output, image, result.output)
    return Check.between("autograd", (theirs, result.image), factors=(result.output, image.detach()))


def _by_torch(inputs: Inputs, image: Tensor) -> tuple[Tensor, Tensor | None]:
    """The output, and the indices for max."""
    answer = KINDS[inputs.kind].function(image, **_settings(inputs))
    return answer if isinstance(answer, tuple) else (answer, None)


def _name(inputs: Inputs) -> str:
    return f"torch.nn.functional.{_function(inputs)}"


def _function(inputs: Inputs) -> str:
    """In torch.nn.functional."""
    kept = "avg" if inputs.averages else "max"
    return f"{'adaptive_' if inputs.adaptive else ''}{kept}_pool2d"


def _settings(inputs: Inputs) -> dict[str, Any]:
    """What torch's function is called with; a setting that is torch's default is left out."""
    settings: dict[str, Any] = {"output_size": inputs.output_size}
    if not inputs.adaptive:
        settings = {"kernel_size": inputs.kernel_size}
        defaults = {"stride": inputs.kernel_size, "padding": (0, 0), "ceil_mode": False}
        defaults |= {"count_include_pad": True} if inputs.averages else {"dilation": (1, 1)}
        given = {name: getattr(inputs, name) for name in defaults}
        settings |= {name: value for name, value in given.items() if value not in (None, defaults[name])}
    return settings if inputs.averages else settings | {"return_indices": True}


# What the sizes come to


def formula(inputs: Inputs) -> tuple[str | Answer, ...]:
    """The output's height and width with their arithmetic, as TeX; for adaptive where window i lies."""
    if not inputs.adaptive:
        return windows.size_formula(*inputs.sides)
    height, width = (
        rf"{stops}, \quad \mathrm{{start}}_i = ⌊i·{length}/{stops}⌋, "
        rf"\quad \mathrm{{end}}_i = ⌈(i + 1)·{length}/{stops}⌉"
        for length, stops in zip(inputs.shape[1:], inputs.output_size, strict=True)
    )
    return windows.to_tex(height, width)


def notes(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """What the rounding drops or cuts off, and what pooling leaves as it is."""
    channels = inputs.shape[0]
    notes = [
        Message(
            "Each channel is pooled by itself: {channels} in, {out} out.",
            channels=channels,
            out=Answer(CHANNELS, channels),
        ),
        Message("Parameters to learn: {count}.", count=Answer(PARAMETERS, 0)),
    ]
    if any(result.dropped):
        notes.append(
            Message(
                "No window reaches {rows} {rows:row|rows} at the bottom and {columns} "
                "{columns:column|columns} at the right.",
                rows=result.dropped[0],
                columns=result.dropped[1],
            )
        )
    last = len(result.rows[-1]), len(result.columns[-1])
    if not inputs.adaptive and last != inputs.kernel_size:
        notes.append(
            Message(
                "ceil_mode: the last windows hang over the edge. Left of them at the bottom: {rows} of "
                "{height} {height:row|rows}; at the right: {columns} of {width} {width:column|columns}.",
                rows=last[0],
                height=inputs.kernel_size[0],
                columns=last[1],
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


def gradient_notes(inputs: Inputs, result: Gradients) -> tuple[Message, ...]:
    """Where a tie decides which number gets the gradient."""
    return ties(inputs, result.forward)


# The program


def snippet(inputs: Inputs) -> str:
    """The same in torch."""
    return str(_program(inputs, learns=False))


def backward_snippet(inputs: Inputs) -> str:
    """The same in torch, and its gradient."""
    return write_backward(_program(inputs, learns=True), inputs.gradient, "image")


def _program(inputs: Inputs, learns: bool) -> Program:
    made = ["output"] if inputs.averages else ["output", "indices"]
    program = Program().tensor("image", inputs.image, "(channels, height, width)", learns).line("")
    program.line(f"{', '.join(made)} = {call(f'F.{_function(inputs)}', ['image'], _settings(inputs))}")
    return program.show(*made)


# Numbers to start from

REPEATED: Matrix = ((1, 2, 0, 3, 1), (0, 1, 2, 3, 1), (1, 2, 1, 0, 0), (5, 2, 3, 1, 1), (2, 1, 0, 1, 1))

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
        Message("Adaptive average"), Inputs(image=(REPEATED,), kind="adaptive-average", output_size=(2, 3))
    ),
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
