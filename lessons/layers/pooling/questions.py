"""What to ask about a pooling: the next number, other sizes, its parameters, where a gradient goes."""

from dataclasses import replace
from random import Random

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question, ask_next
from lessons.layers.pooling.inputs import Inputs, adaptive_windows
from lessons.layers.pooling.result import Result, cell_of_image
from lessons.layers.pooling.steps import explain


def questions(inputs: Inputs, result: Result, step: int, seed: int) -> tuple[Question, ...]:
    """About the step that comes next, other sizes, parameters, gradients; seed: which are drawn."""
    random = Random(seed)
    coming = [_next_question(inputs, result, step + 1)] if step + 1 in result.stops else []
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


def _next_question(inputs: Inputs, result: Result, number: int) -> Question:
    stop = result.stop(number)
    cell, value = result.cell(*stop[:3]), result.output[stop[:3]].item()
    reason = Message("Output {place}: {line}", place=cell, line=explain(inputs, result, stop))
    return ask_next(cell, value, reason, tolerance=max(0.01, abs(value) / 1000))


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
    where = result.cell(*stop[:3])
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
            winner=cell_of_image(inputs, result, stop.channel, winner),
        ),
    )
