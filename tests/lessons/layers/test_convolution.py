"""The lesson "Convolution": its arithmetic held to torch, and steps, questions and program to it."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from lessons.core.limits import CONVOLUTION_PRODUCTS, KERNEL_SIDE, MATRIX_SIDE, STAGE_NUMBERS
from lessons.core.matrix import Stack
from lessons.core.numbers import show
from lessons.core.messages import LessonError, Message
from lessons.layers.convolution import lesson as convolution
from lessons.layers.convolution import steps as convolution_stage
from lessons.layers.convolution.inputs import PADDING_MODES, copies
from lessons.layers.convolution.lesson import PRESETS, Inputs
from lessons.layers.windows import Side

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

FEW = 40  # frames of a stage whose lines are worked out
ENOUGH = settings(max_examples=500, deadline=None)
SOME = settings(max_examples=60, deadline=None)
SIDES = st.integers(1, 9)
SMALL = st.integers(1, 4)
SEEDS = st.integers(0, 2**32)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Small tensors are slower on several threads, which wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def numbers(seed: int, *shape: int) -> tuple:
    """Nested tuples: whole numbers for an even seed, others of any size for an odd one."""
    chance = torch.Generator().manual_seed(seed)
    if seed % 2 == 0:
        drawn = torch.randint(-9, 10, shape, generator=chance, dtype=torch.float64)
    else:
        drawn = torch.randn(shape, generator=chance, dtype=torch.float64) * 10.0 ** (seed % 13 - 6)
    return frozen(drawn.tolist())


def frozen(nested):
    return tuple(map(frozen, nested)) if isinstance(nested, list) else nested


@st.composite
def layers(draw: st.DrawFn) -> Inputs:
    """Any layer that can be, with numbers of any size."""
    groups = draw(SMALL)
    seen = draw(st.integers(1, 4 // groups))
    outputs = groups * draw(st.integers(1, 4 // groups))
    kernel = draw(st.tuples(SMALL, SMALL))
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    spans = [gap * (side - 1) + 1 for gap, side in zip(dilation, kernel, strict=True)]
    mode = draw(st.sampled_from(list(PADDING_MODES)))
    padding = draw(st.sampled_from(["same", "valid", None, None])) or draw(
        st.tuples(st.integers(0, 4), st.integers(0, 4))
    )
    if padding == "same":
        pads = [-(-(span - 1) // 2) for span in spans]
        least = [1, 1]
    else:
        pads = [0, 0] if padding == "valid" else list(padding)
        least = [max(1, span - 2 * pad) for span, pad in zip(spans, pads, strict=True)]
    room = {"reflect": 1, "circular": 0}.get(mode, -99)
    size = [draw(st.integers(max(low, pad + room), 12)) for low, pad in zip(least, pads, strict=True)]
    return Inputs(
        image=numbers(draw(SEEDS), groups * seen, *size),
        weight=numbers(draw(SEEDS), outputs, seen, *kernel),
        bias=draw(st.sampled_from([(0.0,) * outputs, numbers(draw(SEEDS), outputs)])),
        stride=(1, 1) if padding == "same" else draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        padding=padding,
        dilation=dilation,
        padding_mode=mode,
        groups=groups,
    )


@st.composite
def wishes(draw: st.DrawFn) -> dict:
    """Arguments for Inputs, possible or not: a layer that can be, with one thing changed."""
    layer = parts(draw(layers()))
    pairs = st.tuples(st.integers(0, 3), st.integers(0, 3))
    others = {
        "image": st.builds(numbers, SEEDS, SMALL, SIDES, SIDES),
        "weight": st.builds(numbers, SEEDS, SMALL, SMALL, SMALL, SMALL),
        "bias": st.builds(numbers, SEEDS, SMALL),
        "stride": pairs,
        "padding": st.one_of(st.tuples(SIDES, SIDES), pairs, st.sampled_from(["same", "valid"])),
        "dilation": pairs,
        "padding_mode": st.sampled_from(list(PADDING_MODES)),
        "groups": st.integers(0, 4),
    }
    changed = draw(st.sampled_from(list(others)))
    return layer | {changed: draw(others[changed])}


def by_torch(image, weight, bias, **rest) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """What torch.nn.Conv2d makes of it: the output, and image, weight and bias as leaves of its graph."""
    image, weight, bias = (
        torch.tensor(each, dtype=torch.float64).requires_grad_() for each in (image, weight, bias)
    )
    layer = nn.Conv2d(len(image), len(weight), tuple(weight.shape[2:]), dtype=torch.float64, **rest)
    layer.weight, layer.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
    return layer(image), [image, layer.weight, layer.bias]


def parts(inputs: Inputs) -> dict:
    return {name: getattr(inputs, name) for name in Inputs.__dataclass_fields__}


def assert_close(ours: torch.Tensor, theirs: torch.Tensor, magnitude: float) -> None:
    assert ours.shape == theirs.shape
    assert float((ours - theirs).abs().max()) <= 1e-12 * magnitude


def magnitude(*factors) -> float:
    """How large a product of these numbers becomes, at most."""
    return math.prod(float(torch.tensor(each, dtype=torch.float64).abs().max()) for each in factors)


def output_gradients(seed: int, inputs: Inputs) -> Stack:
    return numbers(seed, *convolution.run(inputs).output.shape)


# The arithmetic


@ENOUGH
@given(layers(), SEEDS)
def test_output_and_gradients_are_those_of_torch(inputs, seed) -> None:
    result = convolution.run(inputs)
    output, leaves = by_torch(**parts(inputs))
    size = magnitude(inputs.image, inputs.weight) + magnitude(inputs.bias)
    assert_close(result.output, output.detach(), size)
    assert convolution.check(inputs, result) <= 1e-12 * size
    grad_output = output_gradients(seed, inputs)
    gradients = convolution.backward(inputs, grad_output)
    theirs = torch.autograd.grad(output, leaves, torch.tensor(grad_output, dtype=torch.float64))
    sizes = [magnitude(grad_output, other) for other in (inputs.weight, inputs.image, (1.0,))]
    ours = (gradients.image, gradients.weight, gradients.bias)
    for one, other, size in zip(ours, theirs, sizes, strict=True):
        assert_close(one, other, size)
    assert convolution.check_backward(inputs, grad_output, gradients) <= 1e-12 * max(sizes)


@ENOUGH
@given(wishes())
def test_torch_refuses_what_is_refused_and_nothing_else(wish) -> None:
    try:
        inputs = Inputs(**wish)
    except LessonError:
        with pytest.raises((RuntimeError, ValueError, ZeroDivisionError)):
            by_torch(**wish)
    else:
        assert convolution.run(inputs).output.shape == by_torch(**wish)[0].shape


@SOME
@given(layers())
def test_the_result_holds_together(inputs) -> None:
    result = convolution.run(inputs)
    weight = torch.tensor(inputs.weight, dtype=torch.float64)
    assert torch.equal(result.products, result.windows * weight[:, None, None])
    for place in torch.cartesian_prod(*map(torch.arange, result.output.shape)).reshape(-1, 3).tolist():
        output, row, column = place
        for seen, channel in enumerate(inputs.sees(output)):
            window = result.padded[channel][list(result.rows[row])][:, list(result.columns[column])]
            assert torch.equal(result.windows[output, row, column, seen], window)
    top, bottom, left, right = result.ring
    inside = result.padded[:, top : result.padded.shape[1] - bottom, left : result.padded.shape[2] - right]
    assert torch.equal(inside, torch.tensor(inputs.image, dtype=torch.float64))
    assert result.padded.shape[1] - 1 - result.rows[-1][-1] == result.dropped[0]
    assert result.padded.shape[2] - 1 - result.columns[-1][-1] == result.dropped[1]


def test_without_a_gradient_every_output_counts_once() -> None:
    given_none, ones = convolution.backward(Inputs()), convolution.backward(Inputs(), (((1.0,) * 3,) * 3,))
    assert torch.equal(given_none.image, ones.image)
    assert given_none.bias.tolist() == [9.0]


def test_a_single_gradient_flows_into_the_kernel_as_its_window() -> None:
    gradients = convolution.backward(Inputs(), (((0, 0, 0), (0, 2, 0), (0, 0, 0)),))
    assert gradients.weight.tolist() == [[[[10, 12, 2], [16, 18, 4], [2, 4, 6]]]]
    assert gradients.image[0, 1:4, 1:4].tolist() == [[2, 0, -2]] * 3


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(LessonError, match="channels 1, rows 3, columns 3"):
        convolution.backward(Inputs(), (((1.0, 2.0),),))
    with pytest.raises(LessonError, match="rows 3"):
        convolution_stage.backward_stage(Inputs(), ())


# Worked examples


def test_the_first_example_is_the_default_and_the_notes_printed_it_wrong() -> None:
    assert PRESETS[0].inputs == Inputs()
    assert outputs(Inputs()) == [[[-6, 12, 16], [-6, 8, 12], [-2, 6, 2]]]
    assert PRESETS[0].printed == ((-6, 12, 16), (-12, 18, 20), (-21, 15, 14))


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (1, [[[18]]]),
        (2, [[[10, 12, 12], [18, 16, 16], [13, 9, 3]]]),
        (3, [[[10, 12], [13, 3]]]),
        (
            4,
            [
                [
                    [1, 3, 4, 10, 8],
                    [5, 10, 12, 12, 6],
                    [7, 18, 16, 16, 8],
                    [11, 13, 9, 3, 4],
                    [14, 13, 9, 7, 4],
                ]
            ],
        ),
    ],
)
def test_the_other_examples_are_those_of_the_notes(preset, expected) -> None:
    assert outputs(PRESETS[preset].inputs) == expected
    assert PRESETS[preset].printed is None


def outputs(inputs: Inputs) -> list:
    return convolution.run(inputs).output.tolist()


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
        (
            {"padding": (0, 6), "padding_mode": "circular"},
            "at most the 5 columns there are; it is 6",
        ),
        ({"dilation": (1, 3)}, r"columns: .* 3·\(3 - 1\) \+ 1 = 7, the padded input has 0 \+ 5 \+ 0 = 5"),
    ],
)
def test_what_cannot_be_is_told_with_its_numbers(wish, told) -> None:
    with pytest.raises(LessonError, match=told):
        Inputs(**wish)


def test_a_layer_with_too_many_products_is_refused_before_it_is_computed() -> None:
    image, kernel = ((0,) * MATRIX_SIDE,) * MATRIX_SIDE, ((0,) * KERNEL_SIDE,) * KERNEL_SIDE
    Inputs((image,), ((kernel,),), padding=(5, 5))
    with pytest.raises(LessonError, match=f"3920400 products; at most {CONVOLUTION_PRODUCTS}"):
        Inputs((image,), ((kernel,),) * 4, bias=(0,) * 4)


# Sizes


@SOME
@given(layers())
def test_the_formulas_come_to_the_size_of_the_output(inputs) -> None:
    sizes = convolution.run(inputs).output.shape[1:]
    for name, formula, size in zip("HW", convolution.size_formula(inputs), sizes, strict=True):
        start, left, right = re.split(" = ", formula)
        assert start == f"{name}_{{out}}"
        left = left.replace(r"\lfloor", "math.floor(").replace(r"\rfloor", ")").replace(r"\cdot", "*")
        assert eval(left) == int(right) == size


def test_padding_that_differs_at_both_ends_is_written_as_a_sum() -> None:
    same = Inputs(weight=((((1, 1), (1, 1)),),), padding="same")
    assert convolution.size_formula(same)[0] == (
        r"H_{out} = \lfloor (5 + (0 + 1) - 1 \cdot (2 - 1) - 1)/1 + 1 \rfloor = 5"
    )
    assert convolution.run(same).ring == (0, 1, 0, 1)


def test_what_the_floor_drops_is_told() -> None:
    inputs = Inputs(stride=(2, 3), padding=(0, 1))
    notes = [str(note) for note in convolution.size_notes(inputs, convolution.run(inputs))]
    assert "at the bottom (0)" in notes[0]
    assert "at the right (1)" in notes[0]
    assert notes[1].endswith("1 × (1 × 3 × 3) + 1 = 10")
    assert len(convolution.size_notes(Inputs(), convolution.run(Inputs()))) == 1


# The steps


def played(stage) -> list[list[str]]:
    """The texts on every board after the last frame."""
    boards = [list(board.cells) for board in stage.boards]
    for frame in stage.frames:
        for board, cell, text in frame.writes:
            boards[board][cell] = text
    return boards


def named(stage, name: str) -> list[int]:
    return [place for place, board in enumerate(stage.boards) if str(board.name).split(",")[0] == name]


def equations(frame) -> list[str]:
    """The sums that a frame tells."""
    found = []
    for line in frame.lines:
        if isinstance(line, Message):
            found += [value for value in line.values.values() if "=" in str(value) or "≈" in str(value)]
        else:
            found.append(line)
    return found


def assert_true(equation: str) -> None:
    """Work the printed line out, exactly."""
    left, sign, right = re.fullmatch(r"(.+) ([=≈]) (.+)", equation).groups()
    products = [
        math.prod(Fraction(factor.strip("()")) for factor in product.split("×"))
        for product in left.split(" + ")
    ]
    error, size = abs(sum(products) - Fraction(right)), sum(map(abs, products)) + abs(Fraction(right))
    assert error <= size * Fraction(1, 10**12 if sign == "=" else 400)
    assert sign == "=" or error


@SOME
@given(layers())
def test_after_the_last_step_all_its_outputs_stand_there_and_every_line_is_true(inputs) -> None:
    result = convolution.run(inputs)
    stage = convolution_stage.stage(inputs, result)
    made = len(stage.frames)
    assert made + stage.left_out == result.output.numel()
    boards = played(stage)
    shown = [text for board in named(stage, "Output") for text in boards[board]]
    assert shown == [show(value) for value in result.output.flatten().tolist()[:made]] + [""] * stage.left_out
    last = inputs.weight[(made - 1) // result.output[0].numel()]
    kernel = [text for board in named(stage, "Kernel") for text in boards[board]]
    assert kernel == [show(weight) for matrix in last for row in matrix for weight in row]
    for frame in stage.frames[:FEW]:
        for equation in equations(frame):
            assert_true(equation)


@SOME
@given(layers())
def test_every_step_lights_its_window_lays_the_kernel_on_it_and_fills_in_its_cell(inputs) -> None:
    result = convolution.run(inputs)
    stage = convolution_stage.stage(inputs, result)
    places = torch.cartesian_prod(*map(torch.arange, result.output.shape)).reshape(-1, 3).tolist()
    boards = [list(board.cells) for board in stage.boards]
    for (output, row, column), frame in zip(places, stage.frames[:FEW], strict=False):
        for board, cell, text in frame.writes:
            boards[board][cell] = text
        seen = result.windows[output, row, column].flatten(1).tolist()
        lit = [[boards[board][cell] for cell in cells] for board, cells in frame.marks]
        assert [board for board, _ in frame.marks] == list(inputs.sees(output))
        assert lit == [list(map(show, window)) for window in seen]
        kernels = [boards[board] for board in named(stage, "Kernel")]
        assert [list(texts) for _, texts in frame.tags] == [[f"×{text}" for text in each] for each in kernels]
        products = result.products[output, row, column].flatten(1).tolist()
        assert [boards[board] for board in named(stage, "Products")] == [
            list(map(show, each)) for each in products
        ]
        assert frame.focus == (named(stage, "Output")[output], row * result.output.shape[2] + column)
        assert boards[frame.focus[0]][frame.focus[1]] == show(float(result.output[output, row, column]))


def test_the_arithmetic_of_one_channel_is_one_line() -> None:
    first = convolution_stage.stage(Inputs(), convolution.run(Inputs())).frames[0]
    assert first.lines == ("1×1 + 2×0 + 3×(-1) + 4×1 + 5×0 + 6×(-1) + 7×1 + 8×0 + 9×(-1) = -6",)
    assert str(first.told) == "Output row 1, column 1: -6"
    sums = [text for board, _, text in first.writes if board == 3]
    assert sums == ["1", "1", "-2", "2", "2", "-4", "3", "3", "-6"]


def test_several_channels_have_a_line_each_and_then_their_sum_with_the_bias() -> None:
    two = PRESETS[1].inputs
    (frame,) = convolution_stage.stage(two, convolution.run(two)).frames
    lines = ["Channel 1: 1×1 + 2×0 + 3×0 + 4×1 = 5", "Channel 2: 5×0 + 6×1 + 7×1 + 8×0 = 13"]
    assert list(map(str, frame.lines)) == [*lines, "5 + 13 = 18"]
    biased = Inputs(two.image, two.weight, bias=(-2.0,))
    (frame,) = convolution_stage.stage(biased, convolution.run(biased)).frames
    assert list(map(str, frame.lines)) == [*lines, "5 + 13 + (-2) = 16"]


def test_a_line_whose_numbers_were_rounded_does_not_claim_to_be_exact() -> None:
    third = Inputs((((1 / 3,),),), ((((3.0,),),),))
    assert convolution_stage.stage(third, convolution.run(third)).frames[0].lines == ("0.3333×3 ≈ 1",)


def test_padding_and_what_the_floor_drops_are_known_to_the_board() -> None:
    inputs = Inputs(stride=(2, 3), padding=(2, 1))
    board = convolution_stage.stage(inputs, convolution.run(inputs)).boards[0]
    assert (board.ring, board.dropped) == ((2, 2, 1, 1), (0, 1))


def test_a_large_stage_is_cut_and_the_rest_is_counted() -> None:
    inputs = Inputs((((1,) * 100,) * 100,))
    for stage in (
        convolution_stage.stage(inputs, convolution.run(inputs)),
        convolution_stage.backward_stage(inputs),
    ):
        assert len(stage.frames) + stage.left_out == 98 * 98
        made = sum(len(frame.writes) + sum(len(cells) for _, cells in frame.marks) for frame in stage.frames)
        assert STAGE_NUMBERS * 0.99 < made <= STAGE_NUMBERS


@SOME
@given(layers(), SEEDS)
def test_backward_the_last_step_leaves_the_gradients_and_an_empty_ring(inputs, seed) -> None:
    grad_output = output_gradients(seed, inputs)
    gradients = convolution.backward(inputs, grad_output)
    stage = convolution_stage.backward_stage(inputs, grad_output)
    assume(stage.left_out == 0)
    boards = played(stage)

    def texts(name: str) -> list[str]:
        return [text for board in named(stage, name) for text in boards[board] if text]

    assert_shown(texts("Gradient of the input"), gradients.image, magnitude(grad_output, inputs.weight))
    assert_shown(texts("Gradient of the kernel"), gradients.weight[-1], magnitude(grad_output, inputs.image))
    assert_shown(texts("Gradient of the bias"), gradients.bias, magnitude(grad_output))
    for frame in (*stage.frames[:FEW], *stage.frames[-FEW:]):
        for equation in equations(frame):
            assert_true(equation)


def assert_shown(texts: list[str], numbers: torch.Tensor, size: float) -> None:
    """As printed; sums of another order may differ in the last digit."""
    read = torch.tensor(list(map(float, texts)), dtype=torch.float64)
    assert read.shape == numbers.flatten().shape
    assert bool(((read - numbers.flatten()).abs() <= 6e-4 * numbers.flatten().abs() + 1e-12 * size).all())


def test_backward_a_step_tells_how_a_cell_of_each_gradient_grows() -> None:
    stage = convolution_stage.backward_stage(Inputs(), (((2, 3, 0), (0, 0, 0), (0, 0, 0)),))
    assert [str(line) for line in stage.frames[1].lines] == [
        "3 × window → gradient of the kernel; circled: 10 + 3×6 = 28",
        "3 × kernel → gradient of the input; circled: -2 + 3×0 = -2",
        "3 → gradient of the bias: 2 + 3 = 5",
    ]
    circled = [(str(stage.boards[board].name), cells) for board, cells in stage.frames[1].circled]
    assert circled == [("Gradient of the kernel", (4,)), ("Gradient of the input", (7,))]


def test_backward_a_copied_cell_gets_the_gradient_of_its_copies() -> None:
    inputs = Inputs((((1, 2),),), ((((1, 10),),),), padding=(0, 1), padding_mode="replicate")
    stage = convolution_stage.backward_stage(inputs)
    assert len(stage.frames) == 3 + 2
    told = [str(frame.told) for frame in stage.frames[3:]]
    assert told == [
        "The ring copied this cell and hands its gradient on: 11 + 1 = 12",
        "The ring copied this cell and hands its gradient on: 11 + 10 = 21",
    ]
    assert played(stage)[-1] == ["", "12", "21", ""]


def test_backward_the_gradient_of_zeros_around_is_lost() -> None:
    stage = convolution_stage.backward_stage(Inputs(padding=(1, 1)))
    assert "lost" in str(stage.frames[-1].told)
    assert len(stage.frames[-1].writes) == 24


# Questions


@SOME
@given(layers(), st.integers(0, 40), SEEDS)
def test_every_question_is_answered_by_torch(inputs, step, seed) -> None:
    result = convolution.run(inputs)
    *following, other, same, count = convolution_stage.questions(inputs, result, step, seed)
    assert len(following) == (step + 1 < result.output.numel())
    for question in following:
        value = float(result.output.flatten()[step + 1])
        assert question.is_right(value)
        assert not question.is_right(value + 0.1)
        assert convolution_stage.stage(inputs, result).frames[step + 1].lines[-1] in str(question.reason)

    asked = other.prompt.values
    settings = {name: asked[name] for name in ("stride", "padding", "dilation")}
    layer = nn.Conv2d(
        1,
        1,
        (asked["kernel"], 1),
        **{name: (value, 1 - (name == "padding")) for name, value in settings.items()},
    )
    assert other.answer == layer(torch.zeros(1, asked["size"], 1)).shape[1]
    assert str(other.reason).endswith(f"= {other.answer}")

    image, kernel = torch.zeros(1, 30, 40), inputs.shape[2:]
    keeps = [
        nn.Conv2d(
            1, 1, kernel, padding=(choice.values["height"], choice.values["width"]), dilation=inputs.dilation
        )(image).shape
        == image.shape
        for choice in same.choices[:-1]
    ]
    assert [*keeps, not any(keeps)].index(True) == same.answer
    assert sum(keeps) <= 1

    layer = nn.Conv2d(len(inputs.image), len(inputs.weight), kernel, groups=inputs.groups)
    assert count.answer == sum(each.numel() for each in layer.parameters())
    assert str(count.reason).endswith(f"= {count.answer}")


def test_another_seed_asks_about_another_layer() -> None:
    result = convolution.run(Inputs())
    asked = {str(convolution_stage.questions(Inputs(), result, 0, seed)[1].prompt) for seed in range(10)}
    assert len(asked) > 5


def test_an_even_kernel_keeps_the_size_only_with_same() -> None:
    even = Inputs(weight=((((1, 1), (1, 1)),),))
    question = convolution_stage.questions(even, convolution.run(even), 0, 0)[2]
    assert str(question.choices[int(question.answer)]) == "no two numbers, only same"
    assert "1 rows and 1 columns" in str(question.reason)


# The program


@SOME
@given(layers(), SEEDS)
def test_the_program_gives_the_numbers_of_the_page(inputs, seed) -> None:
    size = magnitude(inputs.image, inputs.weight) + magnitude(inputs.bias)
    output = convolution.run(inputs).output
    assert_close(executed(convolution.snippet(inputs))["output"], output, size)

    grad_output = output_gradients(seed, inputs)
    gradients = convolution.backward(inputs, grad_output)
    variables = executed(convolution.snippet(inputs, grad_output))
    assert_close(variables["output"].detach(), output, size)
    sizes = {"image": inputs.weight, "weight": inputs.image, "bias": (1.0,)}
    for name, other in sizes.items():
        assert_close(getattr(gradients, name), variables[name].grad, magnitude(grad_output, other))


def executed(program: str) -> dict:
    variables: dict = {"print": lambda *_, **__: None}
    exec(program, variables)
    return variables


def test_the_program_names_only_what_was_changed() -> None:
    assert convolution.snippet(Inputs()).endswith("output = F.conv2d(image, weight, bias)\nprint(output)\n")
    changed = convolution.snippet(Inputs(stride=(2, 2), padding=(1, 2)))
    assert "F.conv2d(image, weight, bias, stride=2, padding=(1, 2))" in changed
    assert 'F.conv2d(image, weight, bias, padding="same")' in convolution.snippet(Inputs(padding="same"))
    mirrored = convolution.snippet(Inputs(padding=(1, 2), padding_mode="reflect"))
    assert (
        'padded = F.pad(image, (2, 2, 1, 1), mode="reflect")\noutput = F.conv2d(padded, weight, bias)'
        in mirrored
    )


def test_a_side_says_how_it_is_padded() -> None:
    side = Side(size=3, kernel=1, stride=1, dilation=1, before=2, after=2)
    assert {mode: copies(side, mode).tolist() for mode in PADDING_MODES} == {
        "zeros": [3, 3, 0, 1, 2, 3, 3],
        "reflect": [2, 1, 0, 1, 2, 1, 0],
        "replicate": [0, 0, 0, 1, 2, 2, 2],
        "circular": [1, 2, 0, 1, 2, 0, 1],
    }
