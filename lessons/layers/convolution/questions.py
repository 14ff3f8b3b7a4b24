"""What to ask about a convolution: the next number, other sizes, the padding that keeps one, parameters."""

from dataclasses import replace
from functools import reduce
from itertools import product
from random import Random

from lessons.core.messages import Message
from lessons.core.questions import Question, ask_next
from lessons.layers.convolution.arithmetic import Arithmetic
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.result import Result


def questions(inputs: Inputs, result: Result, step: int, seed: int) -> tuple[Question, ...]:
    """About the layer as it is set, at a frame of its stage. seed: chooses the other layer to ask about."""
    return (
        *_next_cell(inputs, result, step + 1),
        _other_layer(inputs, Random(seed)),
        _same_size(inputs),
        _count(inputs),
    )


def _next_cell(inputs: Inputs, result: Result, number: int) -> tuple[Question, ...]:
    """None after the last cell."""
    if number not in result.stops:
        return ()
    stop = result.stop(number)
    lines = (Message("{line}", line=line) for line in Arithmetic(inputs, result).lines(stop))
    reason = reduce(lambda before, line: Message("{before}; {line}", before=before, line=line), lines)
    value = result.output[stop.channel, stop.row, stop.column].item()
    return (ask_next(result.cell(*stop[:3]), value, reason),)


def _other_layer(inputs: Inputs, random: Random) -> Question:
    """The output height with other settings for the rows of the same input."""
    rows = inputs.sides[0]
    layers = [
        replace(rows, kernel=kernel, stride=stride, dilation=dilation, before=padding, after=padding)
        for kernel, stride, dilation, padding in product(range(1, 6), range(1, 4), range(1, 3), range(3))
    ]
    layer = random.choice([layer for layer in layers if layer.stops > 0 and layer != rows])
    return Question(
        Message(
            "Another layer for {size} rows: kernel {kernel}, stride {stride}, padding {padding}, "
            "dilation {dilation}. How many rows has its output?",
            size=layer.size,
            kernel=layer.kernel,
            stride=layer.stride,
            padding=layer.before,
            dilation=layer.dilation,
        ),
        layer.stops,
        Message("{arithmetic}", arithmetic=layer.arithmetic),
    )


def _same_size(inputs: Inputs) -> Question:
    """Which padding gives back what this kernel loses? An odd number has no half."""
    height, width = (side.span - 1 for side in inputs.sides)
    half = (height // 2, width // 2)
    pairs = list(dict.fromkeys([(0, 0), half, (half[0] + 1, half[1] + 1), (height, width)]))
    if height % 2 == width % 2 == 0:
        answer = pairs.index(half)
        reason = Message(
            "Without padding dilation × (kernel - 1) are lost: {rows} rows and {columns} columns. "
            "Half of them at each end gives them back: {height} and {width}.",
            rows=height,
            columns=width,
            height=half[0],
            width=half[1],
        )
    else:
        answer = len(pairs)
        reason = Message(
            "Without padding dilation × (kernel - 1) are lost: {rows} rows and {columns} columns. An odd "
            "number has no two equal halves, and numbers pad both ends alike; same pads one more at the end.",
            rows=height,
            columns=width,
        )
    return Question(
        Message("With stride 1, which padding keeps the size of the input for this kernel?"),
        answer,
        reason,
        choices=(
            *(Message("{height} × {width}", height=high, width=wide) for high, wide in pairs),
            Message("no two numbers, only same"),
        ),
    )


def _count(inputs: Inputs) -> Question:
    outputs, seen, height, width = inputs.shape
    count, counted = inputs.parameters
    return Question(
        Message("How many parameters does this layer learn?"),
        count,
        Message(
            "{outputs} kernels, each of {seen} × {height} × {width} weights and one bias: {arithmetic}",
            outputs=outputs,
            seen=seen,
            height=height,
            width=width,
            arithmetic=counted,
        ),
    )
