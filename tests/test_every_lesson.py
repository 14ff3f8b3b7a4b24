"""What holds for every lesson of the course.

A lesson with steps brings, in ``tests/lessons/<chapter>/test_<slug>.py``, what these stories draw from:
``inputs()``, inputs that can be, of any kind; ``wishes()``, arguments of Inputs that can be or not; and
``by_torch(wish)``, what torch makes of them, by the names of the result: the output, and then the gradients
of what it was made from.
"""

import importlib
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import LessonError
from lessons.core.numbers import show
from tests.course import WALKS, every_entry, every_walk, lesson_of
from tests.oracles import assert_close, assert_true, boards_after, equations, executed, magnitude, texts_on

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

MATERIAL = {
    entry: importlib.import_module(f"tests.lessons.{entry.chapter}.test_{entry.slug}") for entry in WALKS
}
FEW = 30  # steps whose arithmetic is worked out again


# The lesson


@every_entry
def test_a_lesson_says_what_it_is_made_of(entry):
    lesson = lesson_of(entry)
    assert isinstance(lesson, Lesson)
    assert is_dataclass(lesson.inputs)
    assert lesson.inputs() == lesson.inputs()
    assert all(isinstance(preset, Preset) for preset in lesson.presets)
    assert lesson.steps is None or (lesson.check and lesson.questions and lesson.presets)


@every_walk
@given(data=st.data())
def test_the_numbers_are_those_of_torch(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    output, *gradients = MATERIAL[entry].by_torch(vars(inputs)).items()
    size = sizes(inputs)
    for each, expected in ((lesson, [output]), (lesson.backward, gradients)):
        result = each.run(inputs)
        for name, theirs in expected:
            assert_close(getattr(result, name), theirs, size)
        assert each.check(inputs, result).agrees


def sizes(inputs: Any) -> float:
    """How large a product of any two of its numbers can be."""
    factors = [getattr(inputs, name, None) for name in ("image", "weight", "bias", "grad_output")]
    return magnitude(*(factor for factor in factors if factor is not None))


@every_walk
@given(data=st.data())
def test_a_wrong_number_is_noticed_by_the_check(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for each, name in ((lesson, "output"), (lesson.backward, "image")):
        result = each.run(inputs)
        wrong = getattr(result, name).clone()
        wrong[0, 0, 0] += sizes(inputs)
        assert not each.check(inputs, replace(result, **{name: wrong})).agrees


@every_walk
@given(data=st.data())
def test_what_torch_refuses_is_refused_and_nothing_else(entry, data):
    wish = data.draw(MATERIAL[entry].wishes())
    try:
        inputs = lesson_of(entry).inputs(**wish)
    except LessonError:
        with pytest.raises((RuntimeError, ValueError, ZeroDivisionError)):
            MATERIAL[entry].by_torch(wish)
    else:
        assert lesson_of(entry).run(inputs).output.shape == MATERIAL[entry].by_torch(wish)["output"].shape


@every_walk
@given(data=st.data())
def test_the_program_gives_the_numbers_of_the_page(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    made = executed(lesson.snippet(inputs))
    assert_close(lesson.run(inputs).output, made["output"], sizes(inputs))
    gradients = lesson.backward.run(inputs)
    made = executed(lesson.backward.snippet(inputs))
    assert_close(lesson.run(inputs).output, made["output"], sizes(inputs))
    for name in set(made) & {each.name for each in fields(gradients)} - {"output"}:
        assert_close(getattr(gradients, name), made[name].grad, sizes(inputs))


@every_walk
@given(data=st.data())
def test_the_steps_end_with_the_result_and_all_their_arithmetic_is_true(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    result = lesson.run(inputs)
    stage = lesson.steps(inputs, result)
    made = len(stage.frames)
    assert made + stage.left_out == result.output.numel()
    shown = list(map(show, result.output.flatten().tolist()))
    assert texts_on(stage, "Output") == shown[:made] + [""] * stage.left_out
    for count, frame in enumerate(stage.frames[:FEW], start=1):
        board, cell = frame.focus
        assert boards_after(stage, count)[board][cell] == shown[count - 1]
    backward = lesson.backward.steps(inputs, lesson.backward.run(inputs))
    for frame in (*stage.frames[:FEW], *backward.frames[:FEW], *backward.frames[-FEW:]):
        for equation in equations(frame):
            assert_true(equation)


@every_walk
@given(data=st.data())
def test_the_backward_steps_end_with_the_gradient_of_the_input(entry, data):
    backward, inputs = lesson_of(entry).backward, data.draw(MATERIAL[entry].inputs())
    gradients = backward.run(inputs)
    stage = backward.steps(inputs, gradients)
    if not stage.left_out:
        texts = [text for text in texts_on(stage, "Gradient of the input") if text]
        expected = gradients.image.flatten().tolist()
        assert list(map(float, texts)) == pytest.approx(expected, rel=6e-4, abs=1e-12 * sizes(inputs))


@every_walk
@given(data=st.data(), step=st.integers(0, 40), seed=st.integers(0, 99))
def test_a_question_takes_its_answer_and_no_other(entry, data, step, seed):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    result = lesson.run(inputs)
    questions = lesson.questions(inputs, result, step, seed)
    coming = [question for question in questions if "comes next" in question.prompt.template]
    assert len(coming) == (step + 1 < result.output.numel())
    for question in coming:
        assert question.is_right(result.output.flatten()[step + 1].item())
        assert not question.is_right(question.answer + 2 * max(1.0, abs(question.answer)))
    for question in questions:
        assert question.is_right(question.answer)
        assert not question.choices or question.answer in range(len(question.choices))


@every_walk
def test_another_seed_asks_something_else(entry):
    lesson = lesson_of(entry)
    result = lesson.run(lesson.inputs())
    asked = {
        tuple(str(question.prompt) for question in lesson.questions(lesson.inputs(), result, 0, seed))
        for seed in range(10)
    }
    assert len(asked) > 3


@every_walk
def test_a_printed_result_is_one_that_is_wrong(entry):
    lesson = lesson_of(entry)
    for preset in lesson.presets:
        assert preset.printed is None or preset.printed != lesson.output(lesson.run(preset.inputs))
