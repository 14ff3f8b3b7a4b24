"""The lesson "Convolution": what the stories of every lesson draw from, and what is its alone."""

import math
import re
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lessons.core.limits import CONVOLUTION_PRODUCTS, KERNEL_SIDE, MATRIX_SIDE, STAGE_NUMBERS
from lessons.core.messages import LessonError
from lessons.core.numbers import show
from lessons.core.stage import Frame
from lessons.layers.convolution.inputs import PADDING_MODES, Inputs
from lessons.layers.convolution.lesson import BACKWARD, LESSON, PRESETS
from tests.oracles import boards_after, named, tensor, texts_on
from tests.strategies import SEEDS, numbers, pairs

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

FEW = 10  # steps that are looked at one by one
SMALL = st.integers(1, 4)
PADDINGS = st.sampled_from(["same", "valid"]) | pairs(0, 4)


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Any layer that can be, with numbers of any size."""
    groups = draw(SMALL)
    seen, outputs = draw(st.integers(1, 4 // groups)), groups * draw(st.integers(1, 4 // groups))
    kernel, dilation, padding = draw(pairs(1, 4)), draw(pairs(1, 3)), draw(PADDINGS)
    mode = draw(st.sampled_from(PADDING_MODES))
    spans = [gap * (side - 1) + 1 for gap, side in zip(dilation, kernel, strict=True)]
    if padding == "same":
        pads, least = [-(-(span - 1) // 2) for span in spans], [1, 1]
    else:
        pads = [0, 0] if padding == "valid" else list(padding)
        least = [max(1, span - 2 * pad) for span, pad in zip(spans, pads, strict=True)]
    room = {"reflect": 1, "circular": 0}.get(mode, -99)
    size = [draw(st.integers(max(low, pad + room), 12)) for low, pad in zip(least, pads, strict=True)]
    settings = {
        "image": numbers(draw(SEEDS), groups * seen, *size),
        "weight": numbers(draw(SEEDS), outputs, seen, *kernel),
        "bias": draw(st.sampled_from([(0.0,) * outputs, numbers(draw(SEEDS), outputs)])),
        "stride": (1, 1) if padding == "same" else draw(pairs(1, 3)),
        "padding": padding,
        "dilation": dilation,
        "padding_mode": mode,
        "groups": groups,
    }
    gradient = numbers(draw(SEEDS), *Inputs(**settings).output_shape)
    return Inputs(**settings, grad_output=draw(st.sampled_from([None, gradient])))


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """A layer that can be, with one thing changed."""
    others = {
        "image": st.builds(numbers, SEEDS, SMALL, st.integers(1, 9), st.integers(1, 9)),
        "weight": st.builds(numbers, SEEDS, SMALL, SMALL, SMALL, SMALL),
        "bias": st.builds(numbers, SEEDS, SMALL),
        "stride": pairs(0, 3),
        "padding": PADDINGS | pairs(1, 9),
        "dilation": pairs(0, 3),
        "padding_mode": st.sampled_from(PADDING_MODES),
        "groups": st.integers(0, 4),
    }
    changed = draw(st.sampled_from(list(others)))
    return vars(draw(inputs())) | {"grad_output": None, changed: draw(others[changed])}


def by_torch(wish: dict[str, Any]) -> dict[str, torch.Tensor]:
    """What torch.nn.Conv2d makes of it."""
    rest = {name: wish[name] for name in ("stride", "padding", "dilation", "groups", "padding_mode")}
    image, weight, bias = (tensor(wish[name]).requires_grad_() for name in ("image", "weight", "bias"))
    layer = nn.Conv2d(len(image), len(weight), tuple(weight.shape[2:]), dtype=torch.float64, **rest)
    layer.weight, layer.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
    output = layer(image)
    output.backward(torch.ones_like(output) if wish["grad_output"] is None else tensor(wish["grad_output"]))
    return {
        "output": output.detach(),
        "image": image.grad,
        "weight": layer.weight.grad,
        "bias": layer.bias.grad,
    }


# The numbers


@given(inputs())
def test_the_result_holds_together(inputs) -> None:
    result = LESSON.run(inputs)
    for number in result.stops:
        output, row, column, _, _ = result.stop(number)
        channels = inputs.sees(output)
        window = result.padded[channels][:, list(result.rows[row])][:, :, list(result.columns[column])]
        assert torch.equal(result.windows[row, column, channels], window)
        assert torch.equal(result.products[output, row, column], window * tensor(inputs.weight[output]))
    top, bottom, left, right = result.ring
    _, height, width = result.padded.shape
    assert torch.equal(result.padded[:, top : height - bottom, left : width - right], tensor(inputs.image))


def test_a_single_gradient_flows_into_the_kernel_as_its_window() -> None:
    gradients = BACKWARD.run(Inputs(grad_output=(((0, 0, 0), (0, 2, 0), (0, 0, 0)),)))
    assert gradients.weight.tolist() == [[[[10, 12, 2], [16, 18, 4], [2, 4, 6]]]]
    assert gradients.image[0, 1:4, 1:4].tolist() == [[2, 0, -2]] * 3
    assert gradients.bias.tolist() == [2]


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (0, [[-6, 12, 16], [-6, 8, 12], [-2, 6, 2]]),
        (1, [[18]]),
        (2, [[10, 12, 12], [18, 16, 16], [13, 9, 3]]),
        (3, [[10, 12], [13, 3]]),
        (4, [[1, 3, 4, 10, 8], [5, 10, 12, 12, 6], [7, 18, 16, 16, 8], [11, 13, 9, 3, 4], [14, 13, 9, 7, 4]]),
    ],
)
def test_the_examples_are_those_of_the_notes(preset, expected) -> None:
    assert LESSON.run(PRESETS[preset].inputs).output[0].tolist() == expected


@pytest.mark.parametrize(
    ("mode", "padded"),
    [
        ("zeros", [0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_a_row_is_padded_as_its_mode_says(mode, padded) -> None:
    row = Inputs((((1, 2, 3),),), ((((1,),),),), padding=(0, 2), padding_mode=mode)
    assert LESSON.run(row).output.flatten().tolist() == padded


# What cannot be


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"image": ()}, "1 × 1 or more"),
        ({"image": ((),)}, "1 × 1 or more"),
        ({"image": (((1, 2), (3,)),)}, "same size"),
        ({"image": (((1,),), ((1, 2),))}, "same size"),
        ({"weight": ()}, "1 × 1 or more"),
        ({"weight": ((((1,),),), (((1,),), ((1,),)))}, "same number of channels"),
        ({"image": (((0,) * (MATRIX_SIDE + 1),),)}, "The input is 1 × 101; at most 100 × 100"),
        ({"weight": ((((0,) * (KERNEL_SIDE + 1),),),)}, "The kernel is 1 × 12; at most 11 × 11"),
        ({"bias": (0, 0)}, "one bias for each kernel: 1, not 2"),
        ({"image": (((1e101,),),)}, "up to 1e[+]100 .* largest is 1e[+]101"),
        ({"bias": (math.nan,)}, "largest is nan"),
        ({"stride": (1, 0)}, "stride is 0; it must be a whole number from 1 to 11"),
        ({"padding": (-1, 0)}, "padding is -1; it must be a whole number from 0 to 11"),
        ({"dilation": (1, 12)}, "dilation is 12; it must be a whole number from 1 to 11"),
        ({"padding": "full"}, "padding is 'full'; it can be one of: same, valid"),
        ({"padding_mode": "mirror"}, "padding_mode is 'mirror'; .* zeros, reflect, replicate, circular"),
        ({"padding": "same", "stride": (1, 2)}, "stride of 2 does not: it needs stride 1"),
        ({"groups": 0}, "0 does not"),
        ({"groups": 2}, "divide the 1 channels of the input and the 1 kernels; 2 does not"),
        (
            {"image": Inputs().image * 2, "weight": Inputs().weight * 3, "bias": (0, 0, 0), "groups": 2},
            "2 channels of the input and the 3 kernels; 2 does not",
        ),
        ({"image": Inputs().image * 2}, "2 / 1 = 2 channels, input channels by groups; it has 1"),
        ({"padding": (5, 0), "padding_mode": "reflect"}, "less than the 5 rows there are; it is 5"),
        ({"padding": (0, 6), "padding_mode": "circular"}, "at most the 5 columns there are; it is 6"),
        ({"dilation": (1, 3)}, r"columns: .* 3·\(3 - 1\) \+ 1 = 7, the padded input has 0 \+ 5 \+ 0 = 5"),
        ({"grad_output": (((1.0, 2.0),),)}, "channels 1, rows 3, columns 3"),
        (
            {"image": (((0,) * 100,) * 100,), "weight": ((((0,) * 11,) * 11,),) * 4, "bias": (0,) * 4},
            f"3920400 products; at most {CONVOLUTION_PRODUCTS}",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_numbers(wish, told) -> None:
    with pytest.raises(LessonError, match=told):
        Inputs(**wish)


# Sizes and notes


@given(inputs())
def test_the_formulas_come_to_the_size_of_the_output(inputs) -> None:
    for name, formula, size in zip("HW", LESSON.formula(inputs), inputs.output_shape[1:], strict=True):
        start, left, right = re.split(" = ", formula)
        assert start == f"{name}_{{out}}"
        left = left.replace(r"\lfloor", "math.floor(").replace(r"\rfloor", ")").replace(r"\cdot", "*")
        assert eval(left) == int(right) == size


def test_padding_that_differs_at_both_ends_is_written_as_a_sum() -> None:
    same = Inputs(weight=((((1, 1), (1, 1)),),), padding="same")
    assert LESSON.formula(same)[0].startswith(r"H_{out} = \lfloor (5 + (0 + 1) - 1 \cdot (2 - 1) - 1)/1 + 1")
    assert LESSON.run(same).ring == (0, 1, 0, 1)


def test_what_the_floor_drops_is_told() -> None:
    dropping = Inputs(stride=(2, 3), padding=(0, 1))
    dropped, count = (str(note) for note in LESSON.notes(dropping, LESSON.run(dropping)))
    assert "at the bottom (0)" in dropped
    assert "at the right (1)" in dropped
    assert count.endswith("1 × (1 × 3 × 3) + 1 = 10")
    assert len(LESSON.notes(Inputs(), LESSON.run(Inputs()))) == 1


# The steps


def forward(inputs: Inputs) -> tuple[Frame, ...]:
    return LESSON.steps(inputs, LESSON.run(inputs)).frames


def lines(frame: Frame) -> list[str]:
    return list(map(str, frame.lines))


@given(inputs())
def test_every_step_lights_its_window_and_lays_the_kernel_on_it(inputs) -> None:
    result = LESSON.run(inputs)
    stage = LESSON.steps(inputs, result)
    for number, frame in enumerate(stage.frames[:FEW]):
        output, row, column, cell, _ = result.stop(number)
        boards = boards_after(stage, number + 1)
        lit = [[boards[board][cell] for cell in cells] for board, cells in frame.marks]
        seen = result.windows[row, column][inputs.sees(output)].flatten(1).tolist()
        assert [board for board, _ in frame.marks] == list(inputs.sees(output))
        assert lit == [list(map(show, window)) for window in seen]
        kernels = [boards[board] for board in named(stage, "Kernel")]
        assert kernels == [list(map(show, kernel)) for kernel in inputs.kernels[output]]
        assert [list(texts) for _, texts in frame.tags] == [[f"×{text}" for text in each] for each in kernels]
        products = result.products[output, row, column].flatten(1).tolist()
        assert [boards[board] for board in named(stage, "Products")] == [
            list(map(show, each)) for each in products
        ]
        assert frame.focus == (named(stage, "Output")[output], cell)


def test_the_arithmetic_of_one_channel_is_one_line() -> None:
    first = forward(Inputs())[0]
    assert first.lines == ("1×1 + 2×0 + 3×(-1) + 4×1 + 5×0 + 6×(-1) + 7×1 + 8×0 + 9×(-1) = -6",)
    assert str(first.summary) == "Output row 1, column 1: -6"
    sums = [text for board, _, text in first.writes if board == 3]
    assert sums == ["1", "1", "-2", "2", "2", "-4", "3", "3", "-6"]


def test_several_channels_have_a_line_each_and_then_their_sum_with_the_bias() -> None:
    two = PRESETS[1].inputs
    shares = ["Channel 1: 1×1 + 2×0 + 3×0 + 4×1 = 5", "Channel 2: 5×0 + 6×1 + 7×1 + 8×0 = 13"]
    assert lines(forward(two)[0]) == [*shares, "5 + 13 = 18"]
    assert lines(forward(Inputs(two.image, two.weight, bias=(-2.0,)))[0]) == [*shares, "5 + 13 + (-2) = 16"]


def test_a_line_whose_numbers_were_rounded_does_not_claim_to_be_exact() -> None:
    assert lines(forward(Inputs((((1 / 3,),),), ((((3.0,),),),)))[0]) == ["0.3333×3 ≈ 1"]


def test_padding_and_what_the_floor_drops_are_known_to_the_board() -> None:
    inputs = Inputs(stride=(2, 3), padding=(2, 1))
    board = LESSON.steps(inputs, LESSON.run(inputs)).boards[0]
    assert (board.ring, board.dropped) == ((2, 2, 1, 1), (0, 1))


def test_a_large_stage_is_cut_and_the_rest_is_counted() -> None:
    large = Inputs((((1,) * 100,) * 100,))
    for lesson in (LESSON, BACKWARD):
        stage = lesson.steps(large, lesson.run(large))
        assert len(stage.frames) + stage.left_out == 98 * 98
        made = sum(len(frame.writes) + sum(len(cells) for _, cells in frame.marks) for frame in stage.frames)
        assert STAGE_NUMBERS * 0.99 < made <= STAGE_NUMBERS


@given(inputs())
def test_backward_the_last_step_leaves_the_gradients_of_kernel_and_bias(inputs) -> None:
    gradients = BACKWARD.run(inputs)
    stage = BACKWARD.steps(inputs, gradients)
    if not stage.left_out:
        for name, expected in (("kernel", gradients.weight[-1]), ("bias", gradients.bias)):
            shown = list(map(float, texts_on(stage, f"Gradient of the {name}")))
            small = 1e-9 * max(1.0, expected.abs().max().item())
            assert shown == pytest.approx(expected.flatten().tolist(), rel=6e-4, abs=small)


def test_backward_a_step_tells_how_a_cell_of_each_gradient_grows() -> None:
    inputs = Inputs(grad_output=(((2, 3, 0), (0, 0, 0), (0, 0, 0)),))
    stage = BACKWARD.steps(inputs, BACKWARD.run(inputs))
    assert lines(stage.frames[1]) == [
        "3 × window → gradient of the kernel; circled: 10 + 3×6 = 28",
        "3 × kernel → gradient of the input; circled: -2 + 3×0 = -2",
        "3 → gradient of the bias: 2 + 3 = 5",
    ]
    circled = [(str(stage.boards[board].name), cells) for board, cells in stage.frames[1].circled]
    assert circled == [("Gradient of the kernel", (4,)), ("Gradient of the input", (7,))]


def test_backward_a_copied_cell_gets_the_gradient_of_its_copies() -> None:
    inputs = Inputs((((1, 2),),), ((((1, 10),),),), padding=(0, 1), padding_mode="replicate")
    stage = BACKWARD.steps(inputs, BACKWARD.run(inputs))
    assert [str(frame.summary) for frame in stage.frames[3:]] == [
        "The ring copied this cell and hands its gradient on: 11 + 1 = 12",
        "The ring copied this cell and hands its gradient on: 11 + 10 = 21",
    ]
    assert boards_after(stage)[-1] == ["", "12", "21", ""]


def test_backward_the_gradient_of_zeros_around_is_lost() -> None:
    inputs = Inputs(padding=(1, 1))
    last = BACKWARD.steps(inputs, BACKWARD.run(inputs)).frames[-1]
    assert "lost" in str(last.summary)
    assert len(last.writes) == 24


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"padding": (1, 0)}, ["is lost"]),
        ({"padding": (1, 0), "padding_mode": "reflect"}, ["goes on"]),
    ],
)
def test_where_the_gradient_of_the_padding_goes_is_told(changes, told) -> None:
    inputs = Inputs(**changes)
    said = [str(note) for note in BACKWARD.notes(inputs, BACKWARD.run(inputs))]
    assert [words in note for words, note in zip(told, said, strict=True)] == [True] * len(told)


# Questions


@given(inputs(), SEEDS)
def test_sizes_and_parameters_are_answered_by_torch(inputs, seed) -> None:
    *_, other, same, count = LESSON.questions(inputs, LESSON.run(inputs), 0, seed)
    asked = other.prompt.values
    settings = {name: (asked[name], 1 - (name == "padding")) for name in ("stride", "padding", "dilation")}
    layer = nn.Conv2d(1, 1, (asked["kernel"], 1), **settings)
    assert other.answer == layer(torch.zeros(1, asked["size"], 1)).shape[1]
    assert str(other.reason).endswith(f"= {other.answer}")

    image, kernel = torch.zeros(1, 30, 40), inputs.shape[2:]
    paddings = [(choice.values["height"], choice.values["width"]) for choice in same.choices[:-1]]
    layers = [nn.Conv2d(1, 1, kernel, padding=each, dilation=inputs.dilation) for each in paddings]
    keeps = [layer(image).shape == image.shape for layer in layers]
    assert [*keeps, not any(keeps)].index(True) == same.answer
    assert sum(keeps) <= 1

    layer = nn.Conv2d(len(inputs.image), len(inputs.weight), kernel, groups=inputs.groups)
    assert count.answer == sum(each.numel() for each in layer.parameters())
    assert str(count.reason).endswith(f"= {count.answer}")


def test_an_even_kernel_keeps_the_size_only_with_same() -> None:
    even = Inputs(weight=((((1, 1), (1, 1)),),))
    question = LESSON.questions(even, LESSON.run(even), 0, 0)[2]
    assert str(question.choices[int(question.answer)]) == "no two numbers, only same"
    assert "1 rows and 1 columns" in str(question.reason)


# The program


@pytest.mark.parametrize(
    ("changes", "call"),
    [
        ({}, "output = F.conv2d(image, weight, bias)\nprint(output)\n"),
        ({"stride": (2, 2), "padding": (1, 2)}, "F.conv2d(image, weight, bias, stride=2, padding=(1, 2))"),
        ({"padding": "same"}, 'F.conv2d(image, weight, bias, padding="same")'),
        (
            {"padding": (1, 2), "padding_mode": "reflect"},
            'padded = F.pad(image, (2, 2, 1, 1), mode="reflect")\noutput = F.conv2d(padded, weight, bias)',
        ),
    ],
)
def test_the_program_names_only_what_was_changed(changes, call) -> None:
    assert call in LESSON.snippet(Inputs(**changes))
