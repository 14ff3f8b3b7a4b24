"""What holds for the lessons whose windows walk over an image."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.numbers import show
from lessons.layers.convolution.lesson import LESSON as CONVOLUTION
from lessons.layers.pooling.lesson import LESSON as POOLING
from tests.lessons.layers import test_convolution, test_pooling
from tests.oracles import boards_after, texts_on

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

FEW = 30  # steps that are looked at one by one

every_layer = pytest.mark.parametrize(
    ("lesson", "inputs"),
    [(CONVOLUTION, test_convolution.inputs()), (POOLING, test_pooling.inputs())],
    ids=["convolution", "pooling"],
)


@every_layer
@given(data=st.data())
def test_the_steps_write_the_output_cell_by_cell(lesson, inputs, data):
    inputs = data.draw(inputs)
    result = lesson.run(inputs)
    stage = lesson.steps(inputs, result)
    made = len(stage.frames)
    assert made + stage.left_out == result.output.numel()
    shown = list(map(show, result.output.flatten().tolist()))
    assert texts_on(stage, "Output") == shown[:made] + [""] * stage.left_out
    for count, frame in enumerate(stage.frames[:FEW], start=1):
        board, cell = frame.focus
        assert boards_after(stage, count)[board][cell] == shown[count - 1]


@every_layer
@given(data=st.data())
def test_the_backward_steps_end_with_the_gradient_of_the_input(lesson, inputs, data):
    inputs = data.draw(inputs)
    gradients = lesson.backward.run(inputs)
    stage = lesson.backward.steps(inputs, gradients)
    if not stage.left_out:
        texts = [text for text in texts_on(stage, "Gradient of the input") if text]
        expected = gradients.image.flatten()
        small = 1e-9 * max(1.0, expected.abs().max().item())
        assert list(map(float, texts)) == pytest.approx(expected.tolist(), rel=6e-4, abs=small)


@every_layer
@given(data=st.data(), step=st.integers(0, 40))
def test_the_next_number_is_asked_for_until_there_is_none(lesson, inputs, data, step):
    inputs = data.draw(inputs)
    result = lesson.run(inputs)
    questions = lesson.questions(inputs, result, step, 0)
    coming = [question for question in questions if "comes next" in question.prompt.template]
    assert len(coming) == (step + 1 < result.output.numel())
    for question in coming:
        assert question.is_right(result.output.flatten()[step + 1].item())


@every_layer
def test_another_seed_asks_something_else(lesson, inputs):
    result = lesson.run(lesson.inputs())
    asked = {
        tuple(str(question.prompt) for question in lesson.questions(lesson.inputs(), result, 0, seed))
        for seed in range(10)
    }
    assert len(asked) > 3
