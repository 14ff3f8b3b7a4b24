"""What holds for the lessons whose windows walk over an image."""

import math
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.limits import FRAME_NUMBERS, KERNEL_SIDE, MATRIX_SIDE, STAGE_NUMBERS
from lessons.core.messages import LessonError
from lessons.core.numbers import show
from lessons.layers.convolution.lesson import LESSON as CONVOLUTION
from lessons.layers.pooling.lesson import LESSON as POOLING
from lessons.layers.windows import shown
from tests.lessons.layers import test_convolution, test_pooling
from tests.oracles import boards_after, evaluate, from_tex, named, stage_of, tensor, texts_on

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

FEW = 30  # steps that are looked at one by one

every_layer = pytest.mark.parametrize(
    ("lesson", "inputs"),
    [(CONVOLUTION, test_convolution.inputs()), (POOLING, test_pooling.inputs())],
    ids=["convolution", "pooling"],
)


@every_layer
@given(data=st.data())
def test_every_step_lights_its_window_and_writes_its_output(lesson, inputs, data):
    inputs = data.draw(inputs)
    result, stage = lesson.run(inputs), stage_of(lesson, inputs)
    made, output = len(stage.frames), list(map(show, result.output.flatten().tolist()))
    assert made + stage.left_out == len(output)
    assert texts_on(stage, "Output") == output[:made] + [""] * stage.left_out
    for number, frame in enumerate(stage.frames[:FEW]):
        channel, row, column, cell, _ = result.stop(number)
        boards = boards_after(stage, number + 1)
        assert frame.focus == (named(stage, "Output")[channel], (cell,))
        assert boards[frame.focus[0]][cell] == output[number]
        window = shown(result.padded[:, list(result.rows[row])][:, :, list(result.columns[column])])
        for board, lit in ((board, lit) for board, lit in frame.marks if board in named(stage, "Input")):
            assert [boards[board][at] for at in lit] == list(window[board])


@every_layer
@given(data=st.data())
def test_the_boards_of_the_input_know_the_padding_and_what_no_window_reaches(lesson, inputs, data):
    inputs = data.draw(inputs)
    result, stage = lesson.run(inputs), stage_of(lesson, inputs)
    (top, bottom, left, right), (_, height, width) = result.ring, result.padded.shape
    assert torch.equal(result.padded[:, top : height - bottom, left : width - right], tensor(inputs.image))
    below, beside = (max(map(max, windows)) + 1 for windows in (result.rows, result.columns))
    for board, texts in zip(named(stage, "Input"), shown(result.padded), strict=True):
        assert stage.boards[board].cells == texts
        assert stage.boards[board].ring == result.ring
        assert stage.boards[board].dropped == (height - below, width - beside)


@every_layer
@given(data=st.data())
def test_the_backward_steps_end_with_the_gradients(lesson, inputs, data):
    inputs = data.draw(inputs)
    gradients, stage = lesson.backward.run(inputs), stage_of(lesson.backward, inputs)
    expected = {"input": gradients.image}
    if lesson is CONVOLUTION:  # of the kernels the last one stands there
        expected |= {"kernel": gradients.weight[-1], "bias": gradients.bias}
    edges = {(stage.boards[board].ring, stage.boards[board].dropped) for board in named(stage, "Input")}
    assert edges == {(gradients.forward.ring, gradients.forward.dropped)}
    for name, numbers in expected.items() if not stage.left_out else ():
        texts = [text for text in texts_on(stage, f"Gradient of the {name}") if text]
        small = 1e-9 * max(1.0, numbers.abs().max().item())
        assert list(map(float, texts)) == pytest.approx(numbers.flatten().tolist(), rel=6e-4, abs=small)


@every_layer
def test_a_large_stage_is_cut_and_the_rest_is_counted(lesson, inputs):
    large = lesson.inputs(image=(((1.0,) * MATRIX_SIDE,) * MATRIX_SIDE,))
    for stage in (stage_of(lesson, large), stage_of(lesson.backward, large)):
        assert len(stage.frames) + stage.left_out == 98 * 98
        numbers = (len(each.writes) + sum(len(lit) for _, lit in each.marks) for each in stage.frames)
        assert STAGE_NUMBERS * 0.99 < sum(max(FRAME_NUMBERS, each) for each in numbers) <= STAGE_NUMBERS


@every_layer
@given(data=st.data())
def test_the_formulas_come_to_the_size_of_the_output(lesson, inputs, data):
    inputs = data.draw(inputs)
    result = lesson.run(inputs)
    sides = {"H": result.rows, "W": result.columns}
    for formula, (name, windows) in zip(lesson.formula(inputs), sides.items(), strict=True):
        told = from_tex(str(formula))
        sizes = told.pop(f"{name}_{{out}}")
        assert {evaluate(size) for size in sizes} == {len(windows)}
        assert told or len(sizes) == 2
        for i, window in enumerate(windows) if told else ():  # where each starts and ends
            assert [evaluate(end, i=i) for (end,) in told.values()] == [window[0], window[-1] + 1]


@every_layer
@given(data=st.data())
def test_every_number_of_the_output_can_be_asked_for(lesson, inputs, data):
    stage = stage_of(lesson, data.draw(inputs))
    assert list(stage.asks) == list(range(len(stage.frames)))


@every_layer
@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"image": ()}, "All channels of the input must have the same size, 1 × 1 or more."),
        ({"image": ((),)}, "the same size, 1 × 1 or more"),
        ({"image": (((1, 2), (3,)),)}, "the same size"),
        ({"image": (((1,),), ((1, 2),))}, "the same size"),
        ({"image": (((0,) * 101,),)}, "The input is 1 × 101; at most 100 × 100 are allowed."),
        ({"image": (((1e101,),),)}, "Numbers up to 1e+100 can be computed with here"),
        ({"image": (((-1e101,),),)}, "without its sign, the largest is 1e+101."),
        ({"image": (((math.nan,),),)}, "the largest is nan"),
        ({"grad_output": (((1, 2),),)}, "needs the output's shape: channels 1, rows 3, columns 3."),
        ({"grad_output": (((1,) * 3,) * 3,) * 2}, "channels 1, rows 3, columns 3"),
        ({"grad_output": (((math.inf,) * 3,) * 3,)}, "the largest is inf"),
    ],
)
def test_what_cannot_be_is_told_with_its_numbers(lesson, inputs, wish, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        lesson.inputs(**wish)


@every_layer
@pytest.mark.parametrize(("name", "low"), [("stride", 1), ("padding", 0), ("dilation", 1)])
def test_a_setting_out_of_its_range_is_told_with_the_range(lesson, inputs, name, low):
    high = KERNEL_SIDE if lesson is CONVOLUTION else MATRIX_SIDE
    for value in (low - 1, high + 1):
        told = f"{name} is {value}; it must be a whole number from {low} to {high}"
        with pytest.raises(LessonError, match=told):
            lesson.inputs(**{name: (value, 1)})
