"""Convolution step by step: a step for every output cell, forward and backward."""

import math
from collections.abc import Sequence
from itertools import accumulate, product

from lessons.core.messages import Message
from lessons.core.numbers import show, sum_of_products, texts
from lessons.core.stage import Canvas, Handle, Line, Stage, blank
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.result import Gradients, Result, origins
from lessons.layers.windows import Stop, shown

# Forward


def steps(inputs: Inputs, result: Result) -> Stage:
    """The window, its products with the kernel of this output channel, their sum so far, and the output."""
    canvas, width = Canvas(), inputs.shape[3]
    kernels = [texts(kernel) for kernel in inputs.kernels]
    image = result.paint_input(canvas)
    kernel = canvas.boards(Message("Kernel"), width, kernels[0])
    products = canvas.boards(Message("Products"), width, blank(kernels[0]))
    sums = canvas.boards(Message("Sum so far"), width, blank(kernels[0]))
    outputs = canvas.boards(Message("Output"), result.output.shape[2], blank(shown(result.output)))
    texts_of_image = shown(result.padded)
    multiplied = result.products.flatten(4).flatten(1, 2).tolist()  # (O, R·S, C/groups, kh·kw)
    made = result.output.flatten(1).tolist()
    for stop in map(result.stop, canvas.each(result.stops)):
        channels, laid = inputs.sees(stop.channel), kernels[stop.channel]
        shares, total = multiplied[stop.channel][stop.cell], made[stop.channel][stop.cell]
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            for number, channel in enumerate(channels):
                step.light(image[channel], stop.seen, _tags(laid[number]))
                if stop.cell == 0:
                    step.write(kernel[number], laid[number])
                step.write(products[number], list(map(show, shares[number])))
                step.write(sums[number], list(map(show, accumulate(shares[number]))))
            step.write(outputs[stop.channel], [show(total)], [stop.cell])
            seen = [[texts_of_image[channel][cell] for cell in stop.seen] for channel in channels]
            lines = _arithmetic(inputs, stop.channel, seen, list(map(sum, shares)), total)
            step.say(
                Message("Output {place}: {line}", place=result.cell(*stop[:3]), line=show(total)), *lines
            )
    return canvas.stage()


def explain(inputs: Inputs, result: Result, stop: Stop) -> list[Line]:
    """How an output cell is made."""
    output, row, column = stop[:3]
    seen = texts(result.windows[row, column][inputs.sees(output)].flatten(1).tolist())
    sums = result.products[output, row, column].sum(dim=(-2, -1)).tolist()
    return _arithmetic(inputs, output, seen, sums, result.output[output, row, column].item())


def _arithmetic(
    inputs: Inputs, output: int, seen: Sequence[Sequence[str]], sums: list[float], total: float
) -> list[Line]:
    """A line for each channel, if there are several, and then their sum.

    seen: for each channel the numbers of the window, as shown; sums: of their products. The bias is the last
    summand, where the layer has any.
    """
    kernels = texts(inputs.kernels[output])
    factors = [list(zip(*pair, strict=True)) for pair in zip(seen, kernels, strict=True)]
    bias = [(show(inputs.bias[output]),)] if any(inputs.bias) else []
    if len(factors) == 1:
        return [sum_of_products([*factors[0], *bias], total)]
    lines: list[Line] = [
        Message("Channel {channel}: {reason}", channel=channel + 1, reason=sum_of_products(pairs, share))
        for channel, pairs, share in zip(inputs.sees(output), factors, sums, strict=True)
    ]
    return [*lines, sum_of_products([*((show(share),) for share in sums), *bias], total)]


# Backward


def backward_steps(inputs: Inputs, result: Gradients) -> Stage:
    """The gradient of every output cell flows on; then the ring hands on what has reached it."""
    canvas, forward, width = Canvas(), result.forward, inputs.shape[3]
    kernels = [texts(kernel) for kernel in inputs.kernels]
    padded = shown(forward.padded)
    outputs = canvas.boards(Message("Gradient of the output"), result.output.shape[2], shown(result.output))
    image = forward.paint_input(canvas)
    kernel = canvas.boards(Message("Kernel"), width, kernels[0])
    into_kernel = canvas.boards(Message("Gradient of the kernel"), width, blank(kernels[0], "0"))
    into_bias = canvas.board(Message("Gradient of the bias"), 1, ["0"] * len(inputs.bias), below=True)
    name, columns = Message("Gradient of the input"), forward.padded.shape[2]
    into_image = canvas.boards(name, columns, blank(padded, "0"), ring=forward.ring)

    numbers, gradients = forward.padded.flatten(1).tolist(), result.output.flatten(1).tolist()
    gathered = [[0.0] * len(cells) for cells in numbers]  # what has reached the image so far
    for stop in map(forward.stop, canvas.each(forward.stops)):
        channels, weights = inputs.sees(stop.channel), inputs.kernels[stop.channel]
        gradient = gradients[stop.channel][stop.cell]
        if stop.cell == 0:
            reached, reached_bias = [[0.0] * len(stop.seen) for _ in weights], 0.0
        middle = inputs.shape[2] // 2 * width + width // 2  # of the kernel: the cell whose arithmetic is told
        first, spot = channels[0], stop.seen[middle]
        lines = (
            Message(
                "{gradient} × window → gradient of the kernel; circled: {sum}",
                gradient=show(gradient),
                sum=_plus(reached[0][middle], gradient, numbers[first][spot]),
            ),
            Message(
                "{gradient} × kernel → gradient of the input; circled: {sum}",
                gradient=show(gradient),
                sum=_plus(gathered[first][spot], gradient, weights[0][middle]),
            ),
            Message(
                "{gradient} → gradient of the bias: {sum}",
                gradient=show(gradient),
                sum=_plus(reached_bias, gradient),
            ),
        )
        reached_bias += gradient
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            for number, channel in enumerate(channels):
                for at, cell in enumerate(stop.seen):
                    reached[number][at] += gradient * numbers[channel][cell]
                    gathered[channel][cell] += gradient * weights[number][at]
                laid = kernels[stop.channel][number]
                step.light(image[channel], stop.seen)
                step.light(into_image[channel], stop.seen, _tags(laid))
                if stop.cell == 0:
                    step.write(kernel[number], laid)
                step.write(into_kernel[number], list(map(show, reached[number])))
                step.write(
                    into_image[channel], [show(gathered[channel][cell]) for cell in stop.seen], stop.seen
                )
            step.light(into_bias, [stop.channel])
            step.write(into_bias, [show(reached_bias)], [stop.channel])
            step.circle(into_kernel[0], middle)
            step.circle(into_image[first], spot)
            cell_name = forward.cell(*stop[:3])
            step.say(
                Message("Gradient of output {place}: {line}", place=cell_name, line=show(gradient)), *lines
            )
    ring = list(product(zip(into_image, gathered, strict=True), _copies(inputs).items()))
    for (board, cells), (home, copies) in canvas.each(ring):
        _hand_on(canvas, board, cells, home, copies)
    return canvas.stage()


def _plus(before: float, *factors: float) -> str:
    """What was there, plus a product."""
    return sum_of_products([(show(before),), tuple(map(show, factors))], before + math.prod(factors))


def _hand_on(canvas: Canvas, board: Handle, cells: list[float], home: int, copies: list[int]) -> None:
    """The gradient in the ring flows to the cell that was copied; what has reached mere zeros is lost."""
    with canvas.step(board, copies[0] if home < 0 else home) as step:
        if home < 0:
            step.light(board, copies)
            line = Message("The ring held zeros, copies of nothing: its gradient is lost.")
        else:
            step.light(board, [home, *copies])
            summands = [cells[cell] for cell in (home, *copies)]
            step.write(board, [show(sum(summands))], [home])
            arithmetic = sum_of_products([(show(each),) for each in summands], sum(summands))
            line = Message("The ring copied this cell and hands its gradient on: {sum}", sum=arithmetic)
        step.write(board, [""] * len(copies), copies)
        step.say(line, line)


def _copies(inputs: Inputs) -> dict[int, list[int]]:
    """Padded cells, each with the cells of the ring that copy it; under -1 those that are zeros."""
    top, _, left, _ = inputs.ring
    _, columns = inputs.sides
    copies: dict[int, list[int]] = {}
    for cell, origin in enumerate(origins(inputs).flatten().tolist()):
        row, column = divmod(origin, columns.size)
        home = -1 if origin < 0 else (row + top) * columns.padded + column + left
        if home != cell:
            copies.setdefault(home, []).append(cell)
    return copies


def _tags(kernel: Sequence[str]) -> list[str]:
    """The kernel laid on its window."""
    return [f"×{weight}" for weight in kernel]
