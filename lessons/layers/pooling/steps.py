"""Pooling step by step: a frame for every output cell, forward and backward, and what to ask about them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

from torch import Tensor

from lessons.core.matrix import Stack, equation, show, term
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.core.stage import Board, Cells, Frame, Stage, ask_next, boards, cut
from lessons.layers.pooling.lesson import (
    Inputs,
    Result,
    adaptive_windows,
    counted_places,
    image_places,
    place_in_image,
    run,
    ties,
    window_size,
)
from lessons.layers.windows import output_gradient, shown

WRITTEN_OUT = 25  # a line of arithmetic lists the numbers of a window up to here


def stage(inputs: Inputs, result: Result) -> Stage:
    """One frame an output cell: what the window sees, and the number that is kept."""
    height, width = window_size(inputs)
    channels, rows, columns = result.output.shape
    every = (
        *result.input_boards(0),
        Board(Message("Window"), width, ("",) * (height * width), group=1),
        *boards(Message("Output"), columns, [("",) * (rows * columns)] * channels, 2),
    )
    return Stage(every, *cut(_frames(inputs, result), result.output.numel()))


def _frames(inputs: Inputs, result: Result, start: int = 0) -> Iterator[Frame]:
    """The frames from one on."""
    window, (height, width) = inputs.shape[0], window_size(inputs)
    texts, outputs, argmax = shown(result.padded), _lists(result.output), _lists(result.argmax)
    own, counted = _cells(image_places(inputs), result), set(_cells(counted_places(inputs), result))
    for stop in result.stops(start):
        channel, across = stop.channel, len(result.columns[stop.column])
        spots = [index // across * width + index % across for index in range(len(stop.seen))]
        seen = {
            spot: texts[channel][cell] for spot, cell in zip(spots, stop.seen, strict=True) if cell in counted
        }
        output = outputs[channel][stop.cell]
        line = _arithmetic(inputs, list(seen.values()), output)
        circled: tuple[Cells, ...] = ()
        if argmax:
            winner = own[argmax[channel][stop.cell]]
            circled = (channel, (winner,)), (window, (spots[stop.seen.index(winner)],))
        yield Frame(
            focus=(window + 1 + channel, stop.cell),
            marks=((channel, stop.seen),),
            writes=(
                *((window, spot, seen.get(spot, "")) for spot in range(height * width)),
                (window + 1 + channel, stop.cell, show(output)),
            ),
            lines=(line,),
            told=Message("Output {place}: {line}", place=result.place(*stop[:3]), line=line),
            circled=circled,
        )


def backward_stage(inputs: Inputs, grad_output: Stack | None = None) -> Stage:
    """One frame an output cell: where its gradient goes. LessonError: a wrong shape."""
    result = run(inputs)
    gradient = output_gradient(result.output, grad_output)
    channels, height, width = inputs.shape
    every = (
        *boards(Message("Gradient of the output"), gradient.shape[2], shown(gradient), 0),
        *result.input_boards(1),
        *boards(Message("Gradient of the input"), width, [("0",) * (height * width)] * channels, 2),
    )
    return Stage(every, *cut(_backward_frames(inputs, result, _lists(gradient)), gradient.numel()))


def gradient_notes(inputs: Inputs) -> tuple[Message, ...]:
    """Where a tie decides which number gets the gradient."""
    return ties(inputs, run(inputs))


def _backward_frames(inputs: Inputs, result: Result, gradients: list[list[float]]) -> Iterator[Frame]:
    channels = inputs.shape[0]
    numbers, argmax = _lists(result.padded), _lists(result.argmax)
    own, counted = _cells(image_places(inputs), result), set(_cells(counted_places(inputs), result))
    in_image = {cell: index for index, cell in enumerate(own)}
    sums = [[0.0] * len(own) for _ in range(channels)]
    for stop in result.stops():
        gradient, collected = gradients[stop.channel][stop.cell], sums[stop.channel]
        circled: tuple[Cells, ...] = ()
        if argmax:
            winner = argmax[stop.channel][stop.cell]
            targets, share = [winner], gradient
            circled = ((channels + stop.channel, (own[winner],)),)
            lines = _to_the_largest(
                place_in_image(inputs, result, stop.channel, winner),
                numbers[stop.channel][own[winner]],
                gradient,
                collected[winner],
            )
        else:
            targets = [in_image[cell] for cell in stop.seen if cell in in_image]
            parts = sum(cell in counted for cell in stop.seen)
            share = gradient / parts
            lines = _shared_out(gradient, parts, len(targets))
        for target in targets:
            collected[target] += share
        to = 2 * channels + stop.channel
        yield Frame(
            focus=(stop.channel, stop.cell),
            marks=((channels + stop.channel, stop.seen), (to, tuple(targets))),
            writes=tuple((to, target, show(collected[target])) for target in targets),
            lines=lines,
            told=Message("Gradient of output {place}: {line}", place=result.place(*stop[:3]), line=lines[0]),
            circled=circled,
        )


def _lists(numbers: Tensor | None) -> list[list[Any]]:
    """(C, cells); empty for None."""
    return [] if numbers is None else numbers.flatten(1).tolist()


def _cells(part: tuple[range, range], result: Result) -> list[int]:
    """Flat padded cells, row by row."""
    width = result.padded.shape[2]
    return [row * width + column for row, column in product(*part)]


# The arithmetic, as text


def _arithmetic(inputs: Inputs, seen: Sequence[str], output: float) -> str | Message:
    """One window: max(1, 3, 2) = 3, or (1 + 3 + 2) / 3 = 2."""
    if len(seen) > WRITTEN_OUT and inputs.averages:
        return Message("the mean of {count} numbers is {value}", count=len(seen), value=show(output))
    if len(seen) > WRITTEN_OUT:
        return Message("the largest of {count} numbers is {value}", count=len(seen), value=show(output))
    if inputs.averages:
        left = f"({' + '.join(map(term, seen))}) / {len(seen)}"
        return equation(left, [float(text) / len(seen) for text in seen], output)
    return f"max({', '.join(seen)}) = {show(output)}"


def _to_the_largest(
    where: Message, largest: float, gradient: float, before: float
) -> tuple[str | Message, ...]:
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


def _shared_out(gradient: float, parts: int, count: int) -> tuple[str | Message, ...]:
    """What each of count numbers gets."""
    whole = show(gradient)
    arithmetic = equation(f"{term(whole)} / {parts}", [float(whole) / parts], gradient / parts)
    line = Message("{arithmetic} → each of {count} cells", arithmetic=arithmetic, count=count)
    if count == parts:
        return (line,)
    return line, Message("Shares that fall on the padding and are lost: {count}.", count=parts - count)


# Questions


def questions(inputs: Inputs, result: Result, step: int, seed: int) -> tuple[Question, ...]:
    """About the step that comes next, other sizes, parameters, gradients; seed: which are drawn."""
    random = Random(seed)
    coming = [_next_question(inputs, result, step + 1)] if step + 1 < result.output.numel() else []
    size_question = _adaptive_question if inputs.adaptive else _size_question
    return (
        *coming,
        size_question(inputs, random),
        Question(
            Message("How many parameters does this layer learn?"),
            0,
            Message("Pooling keeps the largest number or the mean; neither has a weight. Parameters: 0."),
        ),
        _gradient_question(inputs, result, random.randrange(result.output.numel())),
    )


def _next_question(inputs: Inputs, result: Result, step: int) -> Question:
    value = result.output.flatten()[step].item()
    reason = next(_frames(inputs, result, step)).told
    return ask_next(
        result.place(*result.stop(step)[:3]), value, reason, tolerance=max(0.01, abs(value) / 1000)
    )


def _size_question(inputs: Inputs, random: Random) -> Question:
    """The height of the output for other settings of this input."""
    height, _ = inputs.sides
    kernel = random.randint(1, min(5, height.size))
    stride, padding = random.randint(1, 4), random.randint(0, kernel // 2)
    other = replace(
        height,
        kernel=kernel,
        stride=stride,
        before=padding,
        after=padding,
        dilation=1,
        ceil_mode=random.random() < 0.5,
    )
    return Question(
        Message(
            "How high is the output of this input with kernel_size={kernel}, stride={stride}, "
            "padding={padding}, ceil_mode={ceil_mode}?",
            kernel=kernel,
            stride=stride,
            padding=padding,
            ceil_mode=str(other.ceil_mode),
        ),
        other.stops,
        Message("{arithmetic}", arithmetic=other.arithmetic)
        if other.stops == other.rounded
        else Message(
            "{arithmetic}: the last window would start in the padding, so it is left out.",
            arithmetic=other.arithmetic,
        ),
    )


def _adaptive_question(inputs: Inputs, random: Random) -> Question:
    """How many rows a window sees for another output_size."""
    height, stops = inputs.shape[1], random.randint(2, 7)
    index = random.randrange(stops)
    window = adaptive_windows(height, stops)[index]
    return Question(
        Message(
            "With output_size={stops}, how many of the {height} input rows does window {index} see? Windows "
            "are counted from 0.",
            stops=stops,
            height=height,
            index=index,
        ),
        len(window),
        Message(
            "It starts at {start} and ends before {end}: {count}.",
            start=f"⌊{index}·{height}/{stops}⌋ = {window[0]}",
            end=f"⌈({index} + 1)·{height}/{stops}⌉ = {window[-1] + 1}",
            count=len(window),
        ),
    )


def _gradient_question(inputs: Inputs, result: Result, step: int) -> Question:
    stop = result.stop(step)
    where = result.place(*stop[:3])
    if result.divisors is not None:
        parts = int(result.divisors[stop.row, stop.column])
        return Question(
            Message("Into how many equal shares is the gradient of output {place} split?", place=where),
            parts,
            Message("The output is the mean of {count} numbers: each gets 1/{count} of it.", count=parts),
        )
    assert result.argmax is not None
    winner = int(result.argmax.flatten()[step])
    return Question(
        Message("All of the gradient of output {place} goes to one number. In which row is it?", place=where),
        winner // inputs.shape[2] + 1,
        Message(
            "It goes to the largest number of the window, {value}: {winner}.",
            value=show(result.output.flatten()[step].item()),
            winner=place_in_image(inputs, result, stop.channel, winner),
        ),
    )
