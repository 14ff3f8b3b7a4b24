"""Convolution step by step: a step for every output cell, forward and backward."""

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, product

from lessons.core.messages import Message
from lessons.core.numbers import show, sum_of_products, texts
from lessons.core.questions import ask_number
from lessons.core.stage import Canvas, Cells, Handle, Stage, Step, blank
from lessons.layers.convolution.arithmetic import Arithmetic
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.result import Gradients, Result, copies
from lessons.layers.windows import shown

FLOWS = (
    "{gradient} × window → gradient of the kernel; circled: {sum}",
    "{gradient} × kernel → gradient of the input; circled: {sum}",
    "{gradient} → gradient of the bias: {sum}",
)


def steps(inputs: Inputs, result: Result) -> Stage:
    """The window, its products with the kernel of this output channel, their sum so far, and the output."""
    canvas, width, arithmetic = Canvas(), inputs.shape[3], Arithmetic(inputs, result)
    image = result.paint_input(canvas)
    kernels = _paint_kernels(inputs, canvas)
    products = canvas.boards(Message("Products"), width, blank(arithmetic.kernels[0]), scratch=True)
    sums = canvas.boards(Message("Sum so far"), width, blank(arithmetic.kernels[0]), scratch=True)
    outputs = canvas.boards(Message("Output"), result.output.shape[2], blank(shown(result.output)))
    multiplied = result.products.flatten(4).flatten(1, 2).tolist()  # (O, R·S, C/groups, kh·kw)
    for stop in map(result.stop, canvas.each(result.stops)):
        laid, total = arithmetic.kernels[stop.channel], arithmetic.output[stop.channel][stop.cell]
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            for number, channel in enumerate(inputs.sees(stop.channel)):
                share = multiplied[stop.channel][stop.cell][number]
                step.light(image[channel], stop.seen, _tags(laid[number]))
                _light(step, kernels, stop.channel, number, len(laid[number]))
                step.write(products[number], list(map(show, share)))
                step.write(sums[number], list(map(show, accumulate(share))))
            step.write(outputs[stop.channel], [show(total)], [stop.cell])
            place = result.cell(*stop[:3])
            summary = Message("Output {place}: {line}", place=place, line=show(total))
            step.say(summary, *arithmetic.lines(stop))
            step.ask(outputs[stop.channel], stop.cell, ask_number(place, total, summary))
    return canvas.stage()


def backward_steps(inputs: Inputs, result: Gradients) -> Stage:
    """The gradient of every output cell flows on; then the ring hands on what has reached it."""
    canvas, forward, width = Canvas(), result.forward, inputs.shape[3]
    kernels, padded = list(map(texts, inputs.kernels)), shown(forward.padded)
    name, columns = Message("Gradient of the output"), result.output.shape[2]
    outputs = canvas.boards(name, columns, shown(result.output), field="grad_output")
    image = forward.paint_input(canvas)
    painted = _paint_kernels(inputs, canvas)
    into_kernel = canvas.boards(Message("Gradient of the kernel"), width, blank(kernels[0], "0"))
    into_bias = canvas.board(Message("Gradient of the bias"), 1, ["0"] * len(inputs.bias), below=True)
    name, columns = Message("Gradient of the input"), forward.padded.shape[2]
    into_image = canvas.boards(name, columns, blank(padded, "0"), ring=forward.ring)

    numbers, gradients = forward.padded.flatten(1).tolist(), result.output.flatten(1).tolist()
    gathered = [[0.0] * len(cells) for cells in numbers]  # what has reached the image so far
    flown: dict[tuple[int, int], list[tuple[Cells, tuple[str, str]]]] = defaultdict(list)  # as products
    middle = inputs.shape[2] // 2 * width + width // 2  # of the kernel: the cell whose arithmetic is shown
    for stop in map(forward.stop, canvas.each(forward.stops)):
        channels, weights = inputs.sees(stop.channel), inputs.kernels[stop.channel]
        gradient = gradients[stop.channel][stop.cell]
        if stop.cell == 0:
            reached, reached_bias = [[0.0] * len(stop.seen) for _ in weights], 0.0
        first, spot = channels[0], stop.seen[middle]
        growth = (
            _plus(reached[0][middle], gradient, numbers[first][spot]),
            _plus(gathered[first][spot], gradient, weights[0][middle]),
            _plus(reached_bias, gradient),
        )
        reached_bias += gradient
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            source, flowing = (outputs[stop.channel], (stop.cell,)), show(gradient)
            for number, channel in enumerate(channels):
                laid = kernels[stop.channel][number]
                for at, cell in enumerate(stop.seen):
                    reached[number][at] += gradient * numbers[channel][cell]
                    gathered[channel][cell] += gradient * weights[number][at]
                    flown[channel, cell].append((source, (flowing, laid[at])))
                now = [show(gathered[channel][cell]) for cell in stop.seen]
                step.light(image[channel], stop.seen)
                step.light(into_image[channel], stop.seen, _tags(laid))
                _light(step, painted, stop.channel, number, len(laid))
                step.write(into_kernel[number], list(map(show, reached[number])))
                step.write(into_image[channel], now, stop.seen)
            step.light(into_bias, [stop.channel])
            step.write(into_bias, [show(reached_bias)], [stop.channel])
            step.circle(into_kernel[0], middle)
            step.circle(into_image[first], spot)
            cell_name = forward.cell(*stop[:3])
            step.say(
                Message("Gradient of output {place}: {line}", place=cell_name, line=flowing),
                *(
                    Message(flow, gradient=flowing, sum=each)
                    for flow, each in zip(FLOWS, growth, strict=True)
                ),
            )
            corner = stop.seen[0]  # no later window of this kernel reaches it
            here = _place_in_image(inputs, forward, first, corner)
            question = ask_number(here, gathered[first][corner], step.summary)
            step.ask(into_image[first], corner, question, flown[first, corner])
    ring = list(product(zip(into_image, gathered, strict=True), copies(inputs).items()))
    for (board, cells), (home, copied) in canvas.each(ring):
        _hand_on(canvas, board, cells, home, copied)
    return canvas.stage()


def _paint_kernels(inputs: Inputs, canvas: Canvas) -> list[list[Handle]]:
    """A board for each channel of each output channel's kernel, and one for the biases."""
    width, several, painted = inputs.shape[3], len(inputs.kernels) > 1, list[list[Handle]]()
    for number, kernel in enumerate(map(texts, inputs.kernels)):
        name = Message("Kernel {number}", number=number + 1) if several else Message("Kernel")
        painted.append(canvas.boards(name, width, kernel, field="weight", matrix=number * len(kernel)))
    canvas.board(Message("Bias"), len(inputs.bias), list(map(show, inputs.bias)), below=True, field="bias")
    return painted


def _place_in_image(inputs: Inputs, result: Result, channel: int, cell: int) -> Message:
    """A padded cell, counted from where the image begins."""
    top, _, left, _ = result.ring
    row, column = divmod(cell, result.padded.shape[2])
    name = Message("Gradient of the input")
    if len(inputs.image) > 1:
        name = Message("{name}, channel {channel}", name=name, channel=channel + 1)
    return Message(
        "{name}, row {row}, column {column}", name=name, row=row - top + 1, column=column - left + 1
    )


def _light(step: Step, kernels: list[list[Handle]], output: int, channel: int, size: int) -> None:
    """Which of several kernels is at work."""
    if len(kernels) > 1:
        step.light(kernels[output][channel], range(size))


def _plus(before: float, *factors: float) -> str:
    """What was there, plus a product."""
    return sum_of_products([(show(before),), tuple(map(show, factors))], before + math.prod(factors))


def _hand_on(canvas: Canvas, board: Handle, cells: list[float], home: int, copied: list[int]) -> None:
    """The gradient in the ring flows to the cell that was copied; what has reached mere zeros is lost."""
    with canvas.step(board, copied[0] if home < 0 else home) as step:
        if home < 0:
            step.light(board, copied)
            line = Message("The ring held zeros, copies of nothing: its gradient is lost.")
        else:
            step.light(board, [home, *copied])
            summands = [cells[cell] for cell in (home, *copied)]
            step.write(board, [show(sum(summands))], [home])
            arithmetic = sum_of_products([(show(each),) for each in summands], sum(summands))
            line = Message("The ring copied this cell and hands its gradient on: {sum}", sum=arithmetic)
        step.write(board, [""] * len(copied), copied)
        step.say(line, line)


def _tags(kernel: Sequence[str]) -> list[str]:
    """The kernel laid on its window."""
    return [f"×{weight}" for weight in kernel]
