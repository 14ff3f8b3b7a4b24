"""Pooling step by step: a step for every output cell, forward and backward."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Any

from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import equation, show, term
from lessons.core.questions import ask_number
from lessons.core.stage import Canvas, Cells, Line, Stage, blank
from lessons.layers.pooling.inputs import Inputs
from lessons.layers.pooling.result import Gradients, Result, cell_of_image
from lessons.layers.windows import shown

WRITTEN_OUT = 25  # a line of arithmetic lists the numbers of a window up to here


def steps(inputs: Inputs, result: Result) -> Stage:
    """What the window sees, and the number that is kept."""
    canvas, (height, width) = Canvas(), inputs.window_size
    image = result.paint_input(canvas)
    window = canvas.board(Message("Window"), width, [""] * (height * width), scratch=True)
    outputs = canvas.boards(Message("Output"), result.output.shape[2], blank(shown(result.output)))
    texts, made, argmax = shown(result.padded), _lists(result.output), _lists(result.argmax)
    own, counted = _cells(inputs.own, result), set(_cells(inputs.counted, result))
    for stop in map(result.stop, canvas.each(result.stops)):
        across = len(result.columns[stop.column])  # a window at the edge may be narrower than the board
        spots = [at // across * width + at % across for at in range(len(stop.seen))]
        seen = {
            spot: texts[stop.channel][cell]
            for spot, cell in zip(spots, stop.seen, strict=True)
            if cell in counted
        }
        output = made[stop.channel][stop.cell]
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            step.light(image[stop.channel], stop.seen)
            step.write(window, [seen.get(spot, "") for spot in range(height * width)])
            step.write(outputs[stop.channel], [show(output)], [stop.cell])
            if argmax:
                winner = own[argmax[stop.channel][stop.cell]]
                step.circle(image[stop.channel], winner)
                step.circle(window, spots[stop.seen.index(winner)])
            line = _arithmetic(inputs, list(seen.values()), output)
            place = result.cell(*stop[:3])
            summary = Message("Output {place}: {line}", place=place, line=line)
            step.say(summary, line)
            step.ask(outputs[stop.channel], stop.cell, ask_number(place, output, summary))
    return canvas.stage()


def backward_steps(inputs: Inputs, result: Gradients) -> Stage:
    """Where the gradient of every output cell goes."""
    canvas, forward, (_, height, width) = Canvas(), result.forward, inputs.shape
    name, columns = Message("Gradient of the output"), result.output.shape[2]
    outputs = canvas.boards(name, columns, shown(result.output), field="grad_output")
    image = forward.paint_input(canvas)
    into_image = canvas.boards(
        Message("Gradient of the input"), width, [["0"] * (height * width)] * len(image)
    )
    gradients, numbers = _lists(result.output), _lists(forward.padded)
    argmax, own = _lists(forward.argmax), _cells(inputs.own, forward)
    in_image, counted = {cell: at for at, cell in enumerate(own)}, set(_cells(inputs.counted, forward))
    gathered = [[0.0] * len(own) for _ in image]  # what has reached the image so far
    flown: dict[tuple[int, int], list[tuple[Cells, tuple[str]]]] = defaultdict(list)  # and from which outputs
    for stop in map(forward.stop, canvas.each(forward.stops)):
        gradient, reached = gradients[stop.channel][stop.cell], gathered[stop.channel]
        with canvas.step(outputs[stop.channel], stop.cell) as step:
            if inputs.averages:
                targets = [in_image[cell] for cell in stop.seen if cell in in_image]
                parts = sum(cell in counted for cell in stop.seen)
                lines = _shared_out(gradient, parts, len(targets))
            else:
                targets, parts = [argmax[stop.channel][stop.cell]], 1
                winner = own[targets[0]]
                step.circle(image[stop.channel], winner)
                place = cell_of_image(inputs, forward, stop.channel, targets[0])
                value = numbers[stop.channel][winner]
                lines = _to_the_largest(place, value, gradient, reached[targets[0]])
            flowing = (outputs[stop.channel], (stop.cell,)), (show(gradient / parts),)
            for target in targets:
                reached[target] += gradient / parts
                flown[stop.channel, target].append(flowing)
            step.light(image[stop.channel], stop.seen)
            step.light(into_image[stop.channel], targets)
            step.write(into_image[stop.channel], [show(reached[target]) for target in targets], targets)
            cell = forward.cell(*stop[:3])
            step.say(Message("Gradient of output {place}: {line}", place=cell, line=lines[0]), *lines)
            place = cell_of_image(inputs, forward, stop.channel, targets[0])
            here = Message("{name}: {value}", name=Message("Gradient of the input"), value=place)
            question = ask_number(here, reached[targets[0]], step.summary)
            step.ask(into_image[stop.channel], targets[0], question, flown[stop.channel, targets[0]])
    return canvas.stage()


def _lists(numbers: Tensor | None) -> list[list[Any]]:
    """(C, cells); empty for None."""
    return [] if numbers is None else numbers.flatten(1).tolist()


def _cells(part: tuple[range, range], result: Result) -> list[int]:
    """Flat padded cells, row by row."""
    width = result.padded.shape[2]
    return [row * width + column for row, column in product(*part)]


# The arithmetic, as text


def _arithmetic(inputs: Inputs, seen: Sequence[str], output: float) -> Line:
    """One window: max(1, 3, 2) = 3, or (1 + 3 + 2) / 3 = 2."""
    if len(seen) > WRITTEN_OUT and inputs.averages:
        return Message(
            "the mean of {count} {count:number|numbers} is {value}", count=len(seen), value=show(output)
        )
    if len(seen) > WRITTEN_OUT:
        return Message(
            "the largest of {count} {count:number|numbers} is {value}", count=len(seen), value=show(output)
        )
    if inputs.averages:
        left = f"({' + '.join(map(term, seen))}) / {len(seen)}"
        return equation(left, [float(text) / len(seen) for text in seen], output)
    return f"max({', '.join(seen)}) = {show(output)}"


def _to_the_largest(where: Message, largest: float, gradient: float, before: float) -> tuple[Line, ...]:
    """What one number gets, and what it has then if it had something before."""
    line = Message(
        "{gradient} → {place} (the largest, {value})",
        gradient=show(gradient),
        place=where,
        value=show(largest),
    )
    if not before:
        return (line,)
    summands = show(before), show(gradient)
    return line, equation(" + ".join(map(term, summands)), list(map(float, summands)), before + gradient)


def _shared_out(gradient: float, parts: int, count: int) -> tuple[Line, ...]:
    """What each of count numbers gets."""
    whole = show(gradient)
    arithmetic = equation(f"{term(whole)} / {parts}", [float(whole) / parts], gradient / parts)
    line = Message(
        "{arithmetic} → {count:its only cell|each of {count} cells}", arithmetic=arithmetic, count=count
    )
    if count == parts:
        return (line,)
    return line, Message("Shares that fall on the padding and are lost: {count}.", count=parts - count)
