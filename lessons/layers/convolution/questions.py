"""What to ask about a convolution: the next number, other sizes, the padding that keeps one, parameters."""

from itertools import product

from lessons.core.messages import Message
from lessons.core.questions import Question, draw
from lessons.layers.convolution.inputs import Inputs, count_parameters
from lessons.layers.convolution.result import Result
from lessons.layers.windows import PARAMETERS, SIZE, Pair, other_layer

# Other kernels to ask about: (height, width), dilation; and other layers: (O, C/groups, kh, kw).
KERNELS = [
    *product([(2, 2), (3, 3), (4, 4), (5, 5), (2, 3), (3, 5)], (1, 2)),
    ((7, 7), 1),
    ((1, 7), 1),
    ((7, 1), 1),
]
LAYERS = [
    (outputs, seen, side, side) for outputs, seen, side in product((8, 16, 32, 64), (1, 3, 16), (1, 3, 5))
]


def questions(inputs: Inputs, result: Result, seed: int) -> tuple[Question, ...]:
    """With seed 0 about the layer as it is set, with others about other layers."""
    return _other_layer(inputs, seed), _same_size(inputs, seed), _count(inputs, seed)


def _other_layer(inputs: Inputs, seed: int) -> Question:
    """The output height with other settings for the rows of the same input."""
    layer = other_layer(inputs.sides[0], seed, dilations=(1, 2))
    return Question(
        Message(
            "Another layer for {size} {size:row|rows}: kernel {kernel}, stride {stride}, padding {padding}, "
            "dilation {dilation}. How many rows does its output have?",
            size=layer.size,
            kernel=layer.kernel,
            stride=layer.stride,
            padding=layer.before,
            dilation=layer.dilation,
        ),
        layer.stops,
        Message("{arithmetic}", arithmetic=layer.arithmetic),
        about=SIZE,
    )


def _same_size(inputs: Inputs, seed: int) -> Question:
    """Which padding gives back what a kernel loses?"""
    if not seed:
        rows, columns = inputs.sides
        prompt = Message("With stride 1, which padding keeps the size of the input for this kernel?")
        return _ask_padding(prompt, (rows.span - 1, columns.span - 1))
    (height, width), dilation = draw(KERNELS, seed)
    prompt = Message(
        "With stride 1, which padding keeps the size of the input for a kernel of {height} × {width} "
        "with dilation {dilation}?",
        height=height,
        width=width,
        dilation=dilation,
    )
    return _ask_padding(prompt, (dilation * (height - 1), dilation * (width - 1)))


def _ask_padding(prompt: Message, lost: Pair) -> Question:
    """lost: rows and columns without padding. An odd number has no half."""
    height, width = lost
    half = (height // 2, width // 2)
    pairs = list(dict.fromkeys([(0, 0), half, (half[0] + 1, half[1] + 1), (height, width)]))
    if height % 2 == width % 2 == 0:
        answer = pairs.index(half)
        reason = Message(
            "Without padding dilation × (kernel - 1) are lost: {rows} {rows:row|rows} and {columns} "
            "{columns:column|columns}. Half of them at each end gives them back: {height} and {width}.",
            rows=height,
            columns=width,
            height=half[0],
            width=half[1],
        )
    else:
        answer = len(pairs)
        reason = Message(
            "Without padding dilation × (kernel - 1) are lost: {rows} {rows:row|rows} and {columns} "
            "{columns:column|columns}. An odd number has no two equal halves, and numbers pad both ends "
            "alike; same pads one more at the end.",
            rows=height,
            columns=width,
        )
    return Question(
        prompt,
        answer,
        reason,
        choices=(
            *(Message("{height} × {width}", height=high, width=wide) for high, wide in pairs),
            Message("no two numbers, only same"),
        ),
    )


def _count(inputs: Inputs, seed: int) -> Question:
    outputs, seen, height, width = shape = draw(LAYERS, seed) if seed else inputs.shape
    count, counted = count_parameters(shape)
    prompt = Message(
        "Another layer makes {outputs} {outputs:channel|channels} of {seen}, "
        "with kernels of {height} × {width}. How many parameters does it learn?",
        outputs=outputs,
        seen=seen,
        height=height,
        width=width,
    )
    return Question(
        prompt if seed else Message("How many parameters does this layer learn?"),
        count,
        Message(
            "{outputs} {outputs:kernel|kernels, each} of {seen} × {height} × {width} weights and one bias: "
            "{arithmetic}",
            outputs=outputs,
            seen=seen,
            height=height,
            width=width,
            arithmetic=f"{counted} = {count}",
        ),
        about=PARAMETERS,
    )
