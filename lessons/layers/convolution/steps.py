"""Convolution step by step: a frame for every output cell, forward and backward, and what to ask there."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import accumulate, product
from random import Random

from torch import Tensor

from lessons.core.matrix import Stack, equation, show, term, texts
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.core.stage import Frame, Stage, ask_next, boards, cut
from lessons.layers.convolution.inputs import copies
from lessons.layers.convolution.lesson import Inputs, Result, parameters, run
from lessons.layers.windows import output_gradient, shown

# Forward


def stage(inputs: Inputs, result: Result) -> Stage:
    """A frame for every output cell: channel after channel, row by row.

    Boards: the padded input; the kernel of this output channel; its products with the window; their sum so
    far, channel by channel; the output.
    """
    outputs, rows, columns = result.output.shape
    width = inputs.shape[3]
    kernel = texts(_kernel(inputs, 0))
    empty = [("",) * len(kernel[0])] * len(kernel)
    every = (
        *result.input_boards(0),
        *boards(Message("Kernel"), width, kernel, 1),
        *boards(Message("Products"), width, empty, 2),
        *boards(Message("Sum so far"), width, empty, 3),
        *boards(Message("Output"), columns, [("",) * (rows * columns)] * outputs, 4),
    )
    return Stage(every, *cut(_forward(inputs, result), result.output.numel()))


def _forward(inputs: Inputs, result: Result, start: int = 0) -> Iterator[Frame]:
    """The frames from one on."""
    seen = inputs.shape[1]
    kernels = len(inputs.image)
    products, sums, outputs = (kernels + seen * number for number in (1, 2, 3))
    image = result.padded.flatten(1).tolist()
    image_texts = texts(image)
    made = result.output.flatten(1).tolist()
    weight = [_kernel(inputs, output) for output in range(len(inputs.weight))]
    weight_texts = [texts(kernel) for kernel in weight]
    tags = [_tags(kernel) for kernel in weight_texts]
    for output, row, column, cell, window in result.stops(start):
        channels = inputs.sees(output)
        multiplied = [
            [image[channel][spot] * weight for spot, weight in zip(window, weights, strict=True)]
            for channel, weights in zip(channels, weight[output], strict=True)
        ]
        factors = [
            [(image_texts[channel][spot], text) for spot, text in zip(window, kernel, strict=True)]
            for channel, kernel in zip(channels, weight_texts[output], strict=True)
        ]
        added = [list(accumulate(each)) for each in multiplied]
        total = made[output][cell]
        yield Frame(
            focus=(outputs + output, cell),
            marks=tuple((channel, window) for channel in channels),
            tags=tuple(zip(channels, tags[output], strict=True)),
            writes=(
                *(_writes(kernels, weight_texts[output]) if cell == 0 else ()),
                *_writes(products, texts(multiplied)),
                *_writes(sums, texts(added)),
                (outputs + output, cell, show(total)),
            ),
            lines=_lines(inputs, output, factors, [each[-1] for each in added], total),
            told=Message("Output {place}: {line}", place=result.place(output, row, column), line=show(total)),
        )


def _lines(
    inputs: Inputs,
    output: int,
    factors: list[list[tuple[str, str]]],
    sums: list[float],
    total: float,
) -> tuple[str | Message, ...]:
    """How an output cell is made: a line for each channel, if there are several, and then their sum.

    factors: for each channel the numbers of window and kernel, as shown; sums: of their products. The bias is
    the last summand, where the layer has any.
    """
    bias = [(show(inputs.bias[output]),)] if any(inputs.bias) else []
    if len(factors) == 1:
        return (sum_of_products([*factors[0], *bias], total),)
    shares = [
        Message("Channel {channel}: {reason}", channel=channel + 1, reason=sum_of_products(pairs, share))
        for channel, pairs, share in zip(inputs.sees(output), factors, sums, strict=True)
    ]
    return *shares, sum_of_products([*((show(share),) for share in sums), *bias], total)


def sum_of_products(summands: Sequence[Sequence[str]], total: float) -> str:
    """The arithmetic of shown numbers; the first of all needs no brackets.

    >>> sum_of_products([("-1", "2"), ("3", "-0.5")], -3.5), sum_of_products([("0.3333", "3")], 1.0)
    ('-1×2 + 3×(-0.5) = -3.5', '0.3333×3 ≈ 1')
    """
    left = " + ".join("×".join(map(term, factors)) for factors in summands)
    if left[0] == "(":
        left = left.replace("(", "", 1).replace(")", "", 1)
    return equation(left, [math.prod(map(float, factors)) for factors in summands], total)


# Backward


def backward_stage(inputs: Inputs, grad_output: Stack | None = None) -> Stage:
    """A frame for every output cell, whose gradient flows on; then the ring hands on what has reached it.

    Boards: the gradient of the output; the padded input; the kernel of this output channel; the gradient of
    this kernel and of the biases; the gradient of the padded input. LessonError: grad_output's shape.
    """
    result = run(inputs)
    gradient = output_gradient(result.output, grad_output)
    columns, width, padded_width = gradient.shape[2], inputs.shape[3], result.padded.shape[2]
    kernel = texts(_kernel(inputs, 0))
    every = (
        *boards(Message("Gradient of the output"), columns, shown(gradient), 0),
        *result.input_boards(1),
        *boards(Message("Kernel"), width, kernel, 2),
        *boards(Message("Gradient of the kernel"), width, _zeros(kernel), 3),
        *boards(Message("Gradient of the bias"), 1, [("0",) * len(inputs.bias)], 3),
        *boards(Message("Gradient of the input"), padded_width, _zeros(shown(result.padded)), 4, result.ring),
    )
    total = gradient.numel() + len(inputs.image) * len(_ring(inputs))
    return Stage(every, *cut(_backward(inputs, result, gradient), total))


def gradient_notes(inputs: Inputs) -> tuple[Message, ...]:
    """Where the gradient goes that reaches the padding."""
    if not any(side.before or side.after for side in inputs.sides):
        return ()
    if inputs.padding_mode == "zeros":
        return (Message("What flows into a zero of the padding is lost: no number stands there."),)
    return (Message("What flows into the padding goes on to the number that was copied there."),)


def _backward(inputs: Inputs, result: Result, gradient: Tensor) -> Iterator[Frame]:
    outputs, seen, height, width = inputs.shape
    kernels = outputs + len(inputs.image)
    kernel_gradients, bias_gradient = kernels + seen, kernels + 2 * seen
    image_gradients = bias_gradient + 1
    middle = height // 2 * width + width // 2  # of the kernel: the cell whose arithmetic is told
    gradients = gradient.flatten(1).tolist()
    image = result.padded.flatten(1).tolist()
    into_image = [[0.0] * len(cells) for cells in image]
    for output, row, column, cell, window in result.stops():
        if cell == 0:
            channels, kernel = inputs.sees(output), _kernel(inputs, output)
            kernel_texts = texts(kernel)
            into_kernel, into_bias = [[0.0] * len(window) for _ in kernel], 0.0
        given, spot = gradients[output][cell], window[middle]
        first = channels[0]
        lines = (
            Message(
                "{gradient} × window → gradient of the kernel; circled: {sum}",
                gradient=show(given),
                sum=_plus(into_kernel[0][middle], given, image[first][spot]),
            ),
            Message(
                "{gradient} × kernel → gradient of the input; circled: {sum}",
                gradient=show(given),
                sum=_plus(into_image[first][spot], given, kernel[0][middle]),
            ),
            Message(
                "{gradient} → gradient of the bias: {sum}",
                gradient=show(given),
                sum=_plus(into_bias, given),
            ),
        )
        for channel, weights, into_weights in zip(channels, kernel, into_kernel, strict=True):
            for place, spot in enumerate(window):
                into_weights[place] += given * image[channel][spot]
                into_image[channel][spot] += given * weights[place]
        into_bias += given
        lit = texts([into_image[channel][spot] for spot in window] for channel in channels)
        receiving = [image_gradients + channel for channel in channels]
        yield Frame(
            focus=(output, cell),
            marks=(
                *((outputs + channel, window) for channel in channels),
                (bias_gradient, (output,)),
                *((board, window) for board in receiving),
            ),
            tags=tuple(zip(receiving, _tags(kernel_texts), strict=True)),
            circled=((kernel_gradients, (middle,)), (receiving[0], (window[middle],))),
            writes=(
                *(_writes(kernels, kernel_texts) if cell == 0 else ()),
                *_writes(kernel_gradients, texts(into_kernel)),
                (bias_gradient, output, show(into_bias)),
                *_writes(receiving[0], lit, window),
            ),
            lines=lines,
            told=Message(
                "Gradient of output {place}: {line}",
                place=result.place(output, row, column),
                line=show(given),
            ),
        )
    ring = _ring(inputs)
    for board, reached in enumerate(into_image, start=image_gradients):
        for home, copied in ring.items():
            yield _hand_on(board, reached, home, copied)


def _plus(before: float, *factors: float) -> str:
    """What was there, plus a product."""
    return sum_of_products([(show(before),), tuple(map(show, factors))], before + math.prod(factors))


def _hand_on(board: int, cells: list[float], home: int | None, copies: list[int]) -> Frame:
    """The gradient in the ring flows to the cell that was copied; what has reached mere zeros is lost."""
    emptied = tuple((board, cell, "") for cell in copies)
    if home is None:
        told = Message("The ring held zeros, copies of nothing: its gradient is lost.")
        return Frame((board, copies[0]), ((board, tuple(copies)),), emptied, (told,), told)
    gathered = [cells[cell] for cell in (home, *copies)]
    total = sum(gathered)
    told = Message(
        "The ring copied this cell and hands its gradient on: {sum}",
        sum=sum_of_products([(show(each),) for each in gathered], total),
    )
    marks = ((board, (home, *copies)),)
    return Frame((board, home), marks, ((board, home, show(total)), *emptied), (told,), told)


def _ring(inputs: Inputs) -> dict[int | None, list[int]]:
    """Cells of the padded input, each with the cells that copy it; under None those that copy nothing."""
    rows, columns = inputs.sides
    above, left = (copies(side, inputs.padding_mode).tolist() for side in inputs.sides)
    ring: dict[int | None, list[int]] = {}
    for cell, (row, column) in enumerate(product(above, left)):
        zero = row == rows.size or column == columns.size
        home = None if zero else (row + rows.before) * columns.padded + column + columns.before
        if home != cell:
            ring.setdefault(home, []).append(cell)
    return ring


# What is written on the boards


def _kernel(inputs: Inputs, output: int) -> list[list[float]]:
    """The weights of one output channel: for each channel that it sees, row by row."""
    return [[weight for row in matrix for weight in row] for matrix in inputs.weight[output]]


def _zeros(channels: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [("0",) * len(each) for each in channels]


def _writes(
    board: int, channels: list[tuple[str, ...]], window: Sequence[int] = ()
) -> Iterator[tuple[int, int, str]]:
    """Fill these cells, or all, on one board for each channel, from this board on."""
    for number, written in enumerate(channels, start=board):
        for cell, text in zip(window or range(len(written)), written, strict=True):
            yield number, cell, text


def _tags(kernel: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The kernel laid on its windows."""
    return [tuple(f"×{weight}" for weight in weights) for weights in kernel]


# What to ask


def questions(inputs: Inputs, result: Result, step: int, seed: int) -> tuple[Question, ...]:
    """About the layer as it is set, at a frame of its stage. seed: chooses the other layer to ask about."""
    return (
        *_next_cell(inputs, result, step + 1),
        _other_layer(inputs, Random(seed)),
        _same_size(inputs),
        _count(inputs),
    )


def _next_cell(inputs: Inputs, result: Result, step: int) -> tuple[Question, ...]:
    """None after the last cell."""
    if step >= result.output.numel():
        return ()
    output, row, column, _, _ = result.stop(step)
    lines = (Message("{line}", line=line) for line in next(_forward(inputs, result, step)).lines)
    reason = reduce(lambda told, line: Message("{told}; {line}", told=told, line=line), lines)
    value = float(result.output[output, row, column])
    return (ask_next(result.place(output, row, column), value, reason),)


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
    count, counted = parameters(inputs)
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
