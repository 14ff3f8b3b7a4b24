"""The lesson "Convolution": what the stories of every lesson draw from, and what is its alone."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lessons.core.matrix import unpack
from lessons.core.numbers import show
from lessons.layers.convolution.inputs import PADDING_MODES, Inputs
from lessons.layers.convolution.lesson import BACKWARD, LESSON, PRESETS
from tests.oracles import flow_back, named, stage_of, tensor, texts_on
from tests.strategies import SEEDS, numbers, pairs, stacks

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

FEW = 10  # steps that are looked at one by one
SMALL = st.integers(1, 4)
PADDINGS = st.sampled_from(["same", "valid"]) | pairs(0, 4)


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Any layer that can be, with numbers of any size."""
    groups, kernel, dilation = draw(SMALL), draw(pairs(1, 4)), draw(pairs(1, 3))
    padding, mode = draw(PADDINGS), draw(st.sampled_from(PADDING_MODES))
    seen, outputs = draw(st.integers(1, 4 // groups)), groups * draw(st.integers(1, 4 // groups))
    lost = [gap * (side - 1) for gap, side in zip(dilation, kernel, strict=True)]
    pads = {"same": [-(-each // 2) for each in lost], "valid": (0, 0)}.get(padding, padding)
    room = {"reflect": 1, "circular": 0}.get(mode, -99)
    least = [max(1, each + 1 - 2 * pad, pad + room) for each, pad in zip(lost, pads, strict=True)]
    image = numbers(draw(SEEDS), groups * seen, *(draw(st.integers(side, 12)) for side in least))
    weight = numbers(draw(SEEDS), outputs, seen, *kernel)
    bias = draw(st.sampled_from([(0.0,) * outputs, numbers(draw(SEEDS), outputs)]))
    stride = (1, 1) if padding == "same" else draw(pairs(1, 3))
    made = Inputs(image, weight, bias, stride, padding, dilation, mode, groups)
    return replace(made, grad_output=draw(st.none() | stacks(*made.output_shape)))


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
    image, weight, bias = (tensor(wish[name]) for name in ("image", "weight", "bias"))
    layer = nn.Conv2d(len(image), len(weight), tuple(weight.shape[2:]), dtype=torch.float64, **rest)
    layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
    output = layer(image.requires_grad_())
    flow_back(output, wish["grad_output"])
    learned = {name: parameter.grad for name, parameter in layer.named_parameters()}
    return {"output": output.detach(), "image": image.grad} | learned


OUTPUTS = [
    "-6 12 16 -6 8 12 -2 6 2",
    "18",
    "10 12 12 18 16 16 13 9 3",
    "10 12 13 3",
    "1 3 4 10 8 5 10 12 12 6 7 18 16 16 8 11 13 9 3 4 14 13 9 7 4",
]

FAR = "columns: the kernel reaches over 3·(3 - 1) + 1 = 7, the padded input has 0 + 5 + 0 = 5"
LARGE = {"image": (((0,) * 100,) * 100,), "weight": ((((0,) * 11,) * 11,),) * 4, "bias": (0,) * 4}
REFUSED = [
    ({"weight": ()}, "All kernels must have the same number of channels, all of one size, 1 × 1 or more."),
    ({"weight": (unpack("1"), unpack("1|1"))}, "same number of channels"),
    ({"weight": ((((0,) * 12,),),)}, "The kernel is 1 × 12; at most 11 × 11"),
    ({"bias": (0, 0)}, "one bias for each kernel: 1, not 2"),
    ({"bias": (math.nan,)}, "largest is nan"),
    ({"padding": "full"}, "padding is 'full'; it can be one of: same, valid"),
    ({"padding_mode": "mirror"}, "is 'mirror'; it can be one of: zeros, reflect, replicate, circular"),
    ({"padding": "same", "stride": (1, 2)}, "stride of 2 does not: it needs stride 1"),
    ({"groups": 0}, "0 does not"),
    ({"groups": 2}, "divide the 1 channel of the input and the 1 kernel; 2 does not"),
    ({"image": Inputs().image * 2, "groups": 2}, "2 channels of the input and the 1 kernel; 2 does not"),
    ({"image": Inputs().image * 2}, "2 / 1 = 2 channels, input channels by groups; it has 1"),
    ({"padding": (5, 0), "padding_mode": "reflect"}, "less than their number, 5; it is 5"),
    ({"padding": (0, 6), "padding_mode": "circular"}, "at most their number, 5; it is 6"),
    ({"dilation": (1, 3)}, FAR),
    (LARGE, "3920400 products; at most 2000000"),
]

NOTES = [
    (LESSON, {}, ["1 × (1 × 3 × 3) + 1 = 10"]),
    (
        LESSON,
        {"stride": (2, 3), "padding": (0, 1)},
        ["0 rows at the bottom and 1 column at the right", "= 10"],
    ),
    (BACKWARD, {}, []),
    (BACKWARD, {"padding": (1, 0)}, ["is lost"]),
    (BACKWARD, {"padding": (1, 0), "padding_mode": "reflect"}, ["goes on"]),
]

SHARES = ["Channel 1: 1×1 + 2×0 + 3×0 + 4×1 = 5", "Channel 2: 5×0 + 6×1 + 7×1 + 8×0 = 13"]
FLOWS = [
    "3 × window → gradient of the kernel; circled: 10 + 3×6 = 28",
    "3 × kernel → gradient of the input; circled: -2 + 3×0 = -2",
    "3 → gradient of the bias: 2 + 3 = 5",
]
TWO, ROUNDED = vars(PRESETS[1].inputs), {"image": (((1 / 3,),),), "weight": (unpack("3"),)}
ROW = {"image": unpack("1,2"), "weight": (unpack("1,10"),), "padding": (0, 1)}
COPIED = ROW | {"padding_mode": "replicate"}
LINES = [
    (LESSON, {}, 0, ["1×1 + 2×0 + 3×(-1) + 4×1 + 5×0 + 6×(-1) + 7×1 + 8×0 + 9×(-1) = -6"]),
    (LESSON, ROUNDED, 0, ["0.3333×3 ≈ 1"]),
    (LESSON, TWO, 0, [*SHARES, "5 + 13 = 18"]),
    (LESSON, TWO | {"bias": (-2.0,)}, 0, [*SHARES, "5 + 13 + (-2) = 16"]),
    (BACKWARD, {"grad_output": unpack("2,3,0;0,0,0;0,0,0")}, 1, FLOWS),
    (BACKWARD, ROW, 3, ["The ring held zeros, copies of nothing: its gradient is lost."]),
    (BACKWARD, COPIED, 3, ["The ring copied this cell and hands its gradient on: 11 + 1 = 12"]),
    (BACKWARD, COPIED, 4, ["The ring copied this cell and hands its gradient on: 11 + 10 = 21"]),
]

PROGRAMS = [
    ({}, "output = F.conv2d(image, weight, bias)"),
    (
        {"stride": (2, 2), "padding": (1, 2)},
        "output = F.conv2d(image, weight, bias, stride=2, padding=(1, 2))",
    ),
    ({"padding": "same"}, 'output = F.conv2d(image, weight, bias, padding="same")'),
    ({"padding": (1, 2), "padding_mode": "reflect"}, 'padded = F.pad(image, (2, 2, 1, 1), mode="reflect")'),
    ({"padding": (1, 2), "padding_mode": "reflect"}, "output = F.conv2d(padded, weight, bias)"),
    ({"padding": (5, 0), "padding_mode": "circular"}, 'padded = F.pad(image, (0, 0, 5, 5), mode="circular")'),
]


def test_a_single_gradient_flows_into_the_kernel_as_its_window():
    gradients = BACKWARD.run(Inputs(grad_output=unpack("0,0,0;0,2,0;0,0,0")))
    assert gradients.weight.tolist() == [[[[10, 12, 2], [16, 18, 4], [2, 4, 6]]]]
    assert gradients.image[0, 1:4, 1:4].tolist() == [[2, 0, -2]] * 3
    assert gradients.bias.tolist() == [2]


@pytest.mark.parametrize(
    ("mode", "padded"),
    [
        ("zeros", [0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_a_row_is_padded_as_its_mode_says(mode, padded):
    row = Inputs(unpack("1,2,3"), (unpack("1"),), padding=(0, 2), padding_mode=mode)
    assert LESSON.run(row).output.flatten().tolist() == padded


def test_padding_that_differs_at_both_ends_is_written_as_a_sum():
    same = Inputs(weight=(unpack("1,1;1,1"),), padding="same")
    assert str(LESSON.formula(same)[0]).startswith(
        r"H_{out} = \lfloor (5 + (0 + 1) - 1 \cdot (2 - 1) - 1)/1 + 1"
    )
    assert LESSON.run(same).ring == (0, 1, 0, 1)


@given(inputs())
def test_every_step_lays_its_kernel_on_the_channels_that_it_sees(inputs):
    result, stage = LESSON.run(inputs), stage_of(LESSON, inputs)
    for number, frame in enumerate(stage.frames[:FEW]):
        output, row, column, *_ = result.stop(number)
        channels, weight = inputs.sees(output), tensor(inputs.weight[output])
        window = result.padded[channels][:, list(result.rows[row])][:, :, list(result.columns[column])]
        assert torch.equal(result.windows[row, column, channels], window)
        name = f"Kernel {output + 1}" if len(inputs.weight) > 1 else "Kernel"
        laid = [board for board, _ in frame.marks if str(stage.boards[board].name).startswith("Kernel")]
        assert laid == (named(stage, name) if len(inputs.weight) > 1 else [])
        assert [board for board, _ in frame.marks if board not in laid] == list(channels)
        kernel, products = (list(map(show, each.flatten().tolist())) for each in (weight, window * weight))
        assert texts_on(stage, name) == kernel
        assert [text for _, tags in frame.tags for text in tags] == [f"×{text}" for text in kernel]
        assert texts_on(stage, "Products", number + 1) == products


def test_a_step_adds_the_products_up_one_by_one():
    stage = stage_of(LESSON, Inputs())
    assert texts_on(stage, "Sum so far", 1) == ["1", "1", "-2", "2", "2", "-4", "3", "3", "-6"]
    assert str(stage.frames[0].summary) == "Output row 1, column 1: -6"


def test_backward_a_step_circles_the_cells_whose_arithmetic_it_tells():
    stage = stage_of(BACKWARD, Inputs())
    circled = [(str(stage.boards[board].name), cells) for board, cells in stage.frames[1].circled]
    assert circled == [("Gradient of the kernel", (4,)), ("Gradient of the input", (7,))]


@given(inputs(), SEEDS)
def test_sizes_and_parameters_are_answered_by_torch(inputs, seed):
    *_, other, same, count = LESSON.questions(inputs, LESSON.run(inputs), seed)
    asked, (*_, high, wide) = other.prompt.values, inputs.shape
    layer = nn.Conv2d(1, 1, *(asked[name] for name in ("kernel", "stride", "padding", "dilation")))
    assert other.answer == layer(torch.zeros(1, asked["size"], 99)).shape[1]

    image, paddings = torch.zeros(1, 30, 40), [tuple(choice.values.values()) for choice in same.choices[:-1]]
    kernel = {"height": high, "width": wide, "dilation": inputs.dilation} | same.prompt.values
    size, dilation = (kernel["height"], kernel["width"]), kernel["dilation"]
    layers = [nn.Conv2d(1, 1, size, padding=each, dilation=dilation) for each in paddings]
    keeps = [layer(image).shape == image.shape for layer in layers]
    assert [*keeps, not any(keeps)].index(True) == same.answer
    assert sum(keeps) <= 1

    layer = nn.Conv2d(len(inputs.image), len(inputs.weight), (high, wide), groups=inputs.groups)
    if asked := count.prompt.values:
        layer = nn.Conv2d(asked["seen"], asked["outputs"], (asked["height"], asked["width"]))
    assert count.answer == sum(each.numel() for each in layer.parameters())
    assert all(str(each.reason).endswith(f"= {each.answer}") for each in (other, count))


def test_an_even_kernel_keeps_the_size_only_with_same():
    even = Inputs(weight=(unpack("1,1;1,1"),))
    question = LESSON.questions(even, LESSON.run(even), 0)[1]
    assert str(question.choices[int(question.answer)]) == "no two numbers, only same"
    assert "1 row and 1 column." in str(question.reason)
