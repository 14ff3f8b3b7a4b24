"""Pooling step by step: a frame for every output cell, forward and backward, and what to ask about them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any, NamedTuple

import torch
from torch import Tensor

from lessons.errors import Message
from lessons.matrix import Stack, show
from lessons.pooling import (
    Inputs,
    Result,
    adaptive_windows,
    counted_places,
    image_places,
    output_gradient,
    place,
    place_in_image,
    run,
    ties,
    window_size,
)
from lessons.questions import Question
from lessons.stage import Board, Cells, Frame, Stage, cut

WRITTEN_OUT = 25  # a line of arithmetic lists the numbers of a window up to here


class Stop(NamedTuple):
    """A window and its output cell. cell: flat in R x S; seen: flat padded cells, row by row."""

    channel: int
    row: int
    column: int
    cell: int
    seen: tuple[int, ...]


def _stop(result: Result, step: int) -> Stop:
    """The output is written channel by channel, row by row."""
    _, height, width = result.output.shape
    channel, cell = divmod(step, height * width)
    row, column = divmod(cell, width)
    starts = [above * result.padded.shape[2] for above in result.rows[row]]
    seen = tuple(start + left for start in starts for left in result.columns[column])
    return Stop(channel, row, column, cell, seen)


def _stops(result: Result) -> Iterator[Stop]:
    return (_stop(result, step) for step in range(result.output.numel()))


def stage(inputs: Inputs, result: Result) -> Stage:
    """One frame an output cell: what the window sees, and the number that is kept."""
    height, width = window_size(inputs)
    boards = (
        *_input_boards(inputs, result, group=0),
        Board(Message("Window"), width, ("",) * (height * width), group=1),
        *_boards(Message("Output"), torch.full_like(result.output, math.nan), group=2),
    )
    return Stage(boards, *cut(_frames(inputs, result, boards), result.output.numel()))


def _frames(inputs: Inputs, result: Result, boards: Sequence[Board]) -> Iterator[Frame]:
    window, (height, width) = inputs.shape[0], window_size(inputs)
    numbers, outputs, argmax = (_lists(stack) for stack in (result.padded, result.output, result.argmax))
    own, counted = _cells(image_places(inputs), result), set(_cells(counted_places(inputs), result))
    for stop in _stops(result):
        channel, across = stop.channel, len(result.columns[stop.column])
        spots = [index // across * width + index % across for index in range(len(stop.seen))]
        texts = {
            spot: boards[channel].cells[cell]
            for spot, cell in zip(spots, stop.seen, strict=True)
            if cell in counted
        }
        output = outputs[channel][stop.cell]
        line = _arithmetic(inputs, [numbers[channel][cell] for cell in stop.seen if cell in counted], output)
        circled: tuple[Cells, ...] = ()
        if argmax:
            winner = own[argmax[channel][stop.cell]]
            circled = (channel, (winner,)), (window, (spots[stop.seen.index(winner)],))
        yield Frame(
            focus=(window + 1 + channel, stop.cell),
            marks=((channel, stop.seen),),
            writes=(
                *((window, spot, texts.get(spot, "")) for spot in range(height * width)),
                (window + 1 + channel, stop.cell, show(output)),
            ),
            lines=(line,),
            told=Message("Output {place}: {line}", place=place(inputs, *stop[:3]), line=line),
            circled=circled,
        )


def backward_stage(inputs: Inputs, grad_output: Stack | None = None) -> Stage:
    """One frame an output cell: where its gradient goes. LessonError: a wrong shape."""
    result = run(inputs)
    gradient = output_gradient(result, grad_output)
    boards = (
        *_boards(Message("Gradient of the output"), gradient, group=0),
        *_input_boards(inputs, result, group=1),
        *_boards(Message("Gradient of the input"), torch.zeros(inputs.shape), group=2),
    )
    return Stage(boards, *cut(_backward_frames(inputs, result, _lists(gradient)), gradient.numel()))


def gradient_notes(inputs: Inputs) -> tuple[Message, ...]:
    """Where a tie decides which number gets the gradient."""
    return ties(inputs, run(inputs))


def _backward_frames(inputs: Inputs, result: Result, gradients: list[list[float]]) -> Iterator[Frame]:
    channels = inputs.shape[0]
    numbers, argmax = _lists(result.padded), _lists(result.argmax)
    own, counted = _cells(image_places(inputs), result), set(_cells(counted_places(inputs), result))
    in_image = {cell: index for index, cell in enumerate(own)}
    sums = [[0.0] * len(own) for _ in range(channels)]
    for stop in _stops(result):
        gradient, collected = gradients[stop.channel][stop.cell], sums[stop.channel]
        circled: tuple[Cells, ...] = ()
        if argmax:
            winner = argmax[stop.channel][stop.cell]
            targets, share = [winner], gradient
            circled = ((channels + stop.channel, (own[winner],)),)
            lines = _to_the_largest(
                place_in_image(inputs, stop.channel, winner),
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
            told=Message("Gradient of output {place}: {line}", place=place(inputs, *stop[:3]), line=lines[0]),
            circled=circled,
        )


def _input_boards(inputs: Inputs, result: Result, group: int) -> tuple[Board, ...]:
    above, left = inputs.ring
    boards = _boards(Message("Input"), result.padded, group)
    return tuple(replace(board, ring=(above, above, left, left), dropped=result.dropped) for board in boards)


def _boards(name: Message, numbers: Tensor, group: int) -> tuple[Board, ...]:
    """One board a channel; nan is a cell that a frame will fill in."""
    channels, _, columns = numbers.shape
    return tuple(
        Board(
            name if channels == 1 else Message("{name}, channel {channel}", name=name, channel=channel),
            columns,
            tuple("" if math.isnan(number) else show(number) for number in flat),
            group=group,
        )
        for channel, flat in enumerate(_lists(numbers), start=1)
    )


def _lists(numbers: Tensor | None) -> list[list[Any]]:
    """(C, cells); empty for None."""
    return [] if numbers is None else numbers.flatten(1).tolist()


def _cells(part: tuple[range, range], result: Result) -> list[int]:
    """Flat padded cells, row by row."""
    width = result.padded.shape[2]
    return [row * width + column for row, column in product(*part)]


# The arithmetic, as text


def _arithmetic(inputs: Inputs, numbers: Sequence[float], output: float) -> str | Message:
    """One window: max(1, 3, 2) = 3, or (1 + 3 + 2) / 3 = 2."""
    if len(numbers) > WRITTEN_OUT and inputs.averages:
        return Message("the mean of {count} numbers is {value}", count=len(numbers), value=show(output))
    if len(numbers) > WRITTEN_OUT:
        return Message("the largest of {count} numbers is {value}", count=len(numbers), value=show(output))
    if inputs.averages:
        return _equation(f"({' + '.join(map(_term, numbers))}) / {len(numbers)}", numbers, output)
    return f"max({', '.join(map(show, numbers))}) = {show(output)}"


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
    return line, _equation(f"{_term(before)} + {_term(gradient)}", (before, gradient), before + gradient)


def _shared_out(gradient: float, parts: int, count: int) -> tuple[str | Message, ...]:
    """What each of count numbers gets."""
    arithmetic = _equation(f"{_term(gradient)} / {parts}", (gradient,), gradient / parts)
    line = Message("{arithmetic} → each of {count} cells", arithmetic=arithmetic, count=count)
    if count == parts:
        return (line,)
    return line, Message("Shares that fall on the padding and are lost: {count}.", count=parts - count)


def _equation(formula: str, numbers: Sequence[float], value: float) -> str:
    """formula = value; ≈ where a number is not shown in full."""
    exact = all(_shown_in_full(number) for number in (*numbers, value))
    return f"{formula} {'=' if exact else '≈'} {show(value)}"


def _shown_in_full(number: float) -> bool:
    whole = number == number // 1 and abs(number) < 1_000_000
    return whole or math.isclose(float(f"{number:.4g}"), number, rel_tol=1e-12)


def _term(number: float) -> str:
    return f"({show(number)})" if number < 0 else show(number)


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
    stop = _stop(result, step)
    numbers, counted = (
        result.padded[stop.channel].flatten().tolist(),
        set(_cells(counted_places(inputs), result)),
    )
    output = result.output.flatten()[step].item()
    where = place(inputs, *stop[:3])
    line = _arithmetic(inputs, [numbers[cell] for cell in stop.seen if cell in counted], output)
    reason = Message("Output {place}: {line}", place=where, line=line)
    if output == output // 1 and abs(output) < 1_000_000:
        return Question(
            Message("Which number comes next, at output {place}?", place=where), int(output), reason
        )
    return Question(
        Message("Which number comes next, at output {place}? (to 0.01)", place=where),
        output,
        reason,
        tolerance=max(0.01, abs(output) / 1000),
    )


def _size_question(inputs: Inputs, random: Random) -> Question:
    """The height of the output for other settings of this input."""
    height, _ = inputs.sides
    kernel = random.randint(1, min(5, height.size))
    other = replace(
        height,
        kernel=kernel,
        stride=random.randint(1, 4),
        padding=random.randint(0, kernel // 2),
        dilation=1,
        ceil_mode=random.random() < 0.5,
    )
    return Question(
        Message(
            "How high is the output of this input with kernel_size={kernel}, stride={stride}, "
            "padding={padding}, ceil_mode={ceil_mode}?",
            kernel=other.kernel,
            stride=other.stride,
            padding=other.padding,
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
    stop = _stop(result, step)
    where = place(inputs, *stop[:3])
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
            winner=place_in_image(inputs, stop.channel, winner),
        ),
    )
