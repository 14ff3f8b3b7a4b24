"""What to ask about a pooling: the next number, other sizes, its parameters, where a gradient goes."""

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question, draw
from lessons.layers.pooling.inputs import Inputs, adaptive_windows
from lessons.layers.pooling.result import Result, cell_of_image
from lessons.layers.windows import CHANNELS, PARAMETERS, SIZE, other_layer

DEPTHS = (3, 6, 16, 32, 64, 128, 256, 512)  # channels


def questions(inputs: Inputs, result: Result, seed: int) -> tuple[Question, ...]:
    """About other sizes, parameters, gradients; seed: which are drawn."""
    size_question = _adaptive_question if inputs.adaptive else _size_question
    return (
        size_question(inputs, seed),
        _unchanged_question(inputs, seed),
        _gradient_question(inputs, result, seed),
    )


def _size_question(inputs: Inputs, seed: int) -> Question:
    """The height of the output for other settings of this input."""
    other = other_layer(inputs.sides[0], seed, ceil_modes=(False, True))
    return Question(
        Message(
            "Another pooling for {size} {size:row|rows}: kernel_size={kernel}, stride={stride}, "
            "padding={padding}, "
            "ceil_mode={ceil_mode}. How many rows does its output have?",
            size=other.size,
            kernel=other.kernel,
            stride=other.stride,
            padding=other.before,
            ceil_mode=str(other.ceil_mode),
        ),
        other.stops,
        Message("{arithmetic}", arithmetic=other.arithmetic)
        if other.stops == other.rounded
        else Message(
            "{arithmetic}: the last window would start in the padding, so it is left out.",
            arithmetic=other.arithmetic,
        ),
        about=SIZE,
    )


def _adaptive_question(inputs: Inputs, seed: int) -> Question:
    """How many rows a window sees for another output_size."""
    height, now = inputs.shape[1], inputs.output_size[0]
    others = [(stops, index) for stops in range(2, 8) if stops != now for index in range(stops)]
    stops, index = draw(others, seed)
    window = adaptive_windows(height, stops)[index]
    return Question(
        Message(
            "With output_size={stops}, how many of the {height} input {height:row|rows} does window {index} "
            "see? Windows are counted from 0.",
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


def _unchanged_question(inputs: Inputs, seed: int) -> Question:
    """What pooling leaves as it is: it learns nothing, and the channels stay."""
    if seed % 2:
        channels = draw(DEPTHS, seed)
        return Question(
            Message(
                "A pooling layer is given {channels} {channels:channel|channels}. How many does it make?",
                channels=channels,
            ),
            channels,
            Message(
                "Each channel is pooled by itself: {channels} in, {out} out.", channels=channels, out=channels
            ),
            about=CHANNELS,
        )
    other = Message(
        "A pooling layer for {channels} {channels:channel|channels}: how many parameters does it learn?",
        channels=draw(DEPTHS, seed),
    )
    return Question(
        other if seed else Message("How many parameters does this layer learn?"),
        0,
        Message("Pooling keeps the largest number or the mean; neither has a weight. Parameters: 0."),
        about=PARAMETERS,
    )


def _gradient_question(inputs: Inputs, result: Result, seed: int) -> Question:
    """Where a gradient goes. Of max, every other seed asks for the column, in case there is one output."""
    number = draw(result.stops, seed)
    stop = result.stop(number)
    where = result.cell(*stop[:3])
    if result.divisors is not None:
        parts = int(result.divisors[stop.row, stop.column])
        return Question(
            Message("Into how many equal shares is the gradient of output {place} split?", place=where),
            parts,
            Message(
                "The output is the mean of {count} {count:number|numbers}: each gets 1/{count} of it.",
                count=parts,
            ),
        )
    assert result.argmax is not None
    winner = int(result.argmax.flatten()[number])
    row, column = divmod(winner, inputs.shape[2])
    in_row = Message(
        "All of the gradient of output {place} goes to one number. In which row of the input is it?",
        place=where,
    )
    in_column = Message(
        "All of the gradient of output {place} goes to one number. In which column of the input is it?",
        place=where,
    )
    return Question(
        in_column if seed % 2 else in_row,
        (column if seed % 2 else row) + 1,
        Message(
            "It goes to the largest number of the window, {value}: {winner}.",
            value=show(result.output.flatten()[number].item()),
            winner=cell_of_image(inputs, result, stop.channel, winner),
        ),
    )
