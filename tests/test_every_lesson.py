"""What holds for every lesson of the course.

A lesson with steps brings, in ``tests/lessons/<chapter>/test_<slug>.py``, what these stories draw from:
``inputs()``, inputs that can be, of any kind; ``wishes()``, arguments of Inputs that can be or not; and
``by_torch(wish)``, what torch makes of them, by the names of the result: what comes out first, then the
gradients, if the lesson goes backward, of what it was made from.

And it brings worked examples, in tables. OUTPUTS: the numbers that come out of each preset. The rows of the
others begin with arguments of Inputs; before these, in NOTES and LINES, stands the lesson, or its backward.
REFUSED: the words that tell why they cannot be. PROGRAMS: a line of the program. NOTES: words of each note.
LINES: a step, and the lines of its arithmetic.
"""

import importlib
import re
from dataclasses import is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import LessonError
from lessons.core.numbers import show
from tests.course import WALKS, every_entry, every_walk, lesson_of
from tests.oracles import assert_close, assert_true, boards_after, equations, executed, magnitude, stage_of

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

MATERIAL = {
    entry: importlib.import_module(f"tests.lessons.{entry.chapter}.test_{entry.slug}") for entry in WALKS
}
FEW = 30  # steps whose arithmetic is worked out again


def every_row(table: str, names: str) -> pytest.MarkDecorator:
    """Of this table of worked examples, in all lessons."""
    rows = [(entry, *row) for entry in WALKS for row in getattr(MATERIAL[entry], table)]
    return pytest.mark.parametrize(f"entry, {names}", rows, ids=lambda each: getattr(each, "slug", None))


def sizes(inputs: Any) -> float:
    """How large a product of the numbers in it can be."""
    return magnitude(*(value for value in vars(inputs).values() if isinstance(first_number(value), float)))


def first_number(value: Any) -> Any:
    while isinstance(value, tuple) and value:
        value = value[0]
    return value


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
def test_the_numbers_are_those_of_torch_in_the_result_and_in_the_program(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    (name, theirs), *gradients = MATERIAL[entry].by_torch(vars(inputs)).items()
    result, size = lesson.run(inputs), sizes(inputs)
    assert_close(getattr(result, name), theirs, size)
    assert_close(executed(lesson.snippet(inputs))[name], theirs, size)
    assert lesson.check(inputs, result).agrees
    if gradients:
        result, variables = lesson.backward.run(inputs), executed(lesson.backward.snippet(inputs))
        assert_close(variables[name], theirs, size)
        assert lesson.backward.check(inputs, result).agrees
    for name, theirs in gradients:
        assert_close(getattr(result, name), theirs, size)
        assert_close(variables[name].grad, theirs, size)


@every_walk
@given(data=st.data())
def test_a_wrong_number_is_noticed_by_the_check(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    name, *gradients = MATERIAL[entry].by_torch(vars(inputs))
    for each, names in ((lesson, [name]), (lesson.backward, gradients)):
        for name in names:
            result = each.run(inputs)
            wrong = replace(result, **{name: getattr(result, name) + sizes(inputs)})
            assert not each.check(inputs, wrong).agrees


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
        name, theirs = next(iter(MATERIAL[entry].by_torch(wish).items()))
        assert getattr(lesson_of(entry).run(inputs), name).shape == theirs.shape


@every_walk
@given(data=st.data())
def test_every_step_fills_in_its_cell_and_all_arithmetic_is_true(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    stages = [stage_of(each, inputs) for each in (lesson, lesson.backward) if each]
    for count, frame in enumerate(stages[0].frames[:FEW], start=1):
        board, cell = frame.focus
        assert boards_after(stages[0], count)[board][cell]
    for frame in (frame for stage in stages for frame in (*stage.frames[:FEW], *stage.frames[-FEW:])):
        assert str(frame.summary)
        for equation in equations(frame):
            assert_true(equation)


@every_walk
@given(data=st.data(), step=st.integers(0, 40), seed=st.integers(0, 99))
def test_a_question_takes_its_answer_and_no_other(entry, data, step, seed):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for question in lesson.questions(inputs, lesson.run(inputs), step, seed):
        assert question.is_right(question.answer)
        assert not question.is_right(question.answer + 2 * max(1.0, abs(question.answer)))
        assert not question.choices or question.answer in range(len(question.choices))
        assert str(question.reason)


@every_walk
def test_a_printed_result_is_one_that_is_wrong(entry):
    lesson = lesson_of(entry)
    for preset in lesson.presets:
        assert preset.printed is None or preset.printed != lesson.output(lesson.run(preset.inputs))


@every_walk
def test_another_seed_asks_something_else(entry):
    lesson, inputs = lesson_of(entry), lesson_of(entry).inputs()
    asked = [lesson.questions(inputs, lesson.run(inputs), 0, seed) for seed in range(10)]
    assert len({tuple(str(question.prompt) for question in questions) for questions in asked}) > 3


# Worked examples


@every_walk
def test_the_presets_give_the_worked_numbers(entry):
    lesson = lesson_of(entry)
    name = next(iter(MATERIAL[entry].by_torch(vars(lesson.inputs()))))
    outputs = [getattr(lesson.run(preset.inputs), name) for preset in lesson.presets]
    assert [" ".join(map(show, output.flatten().tolist())) for output in outputs] == MATERIAL[entry].OUTPUTS


@every_row("REFUSED", "wish, told")
def test_what_cannot_be_is_told_with_its_numbers(entry, wish, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        lesson_of(entry).inputs(**wish)


@every_row("PROGRAMS", "changes, line")
def test_the_program_names_only_what_was_changed(entry, changes, line):
    lesson, inputs = lesson_of(entry), lesson_of(entry).inputs(**changes)
    program = lesson.snippet(inputs)
    assert line in program.splitlines()
    assert lesson.check(inputs, lesson.run(inputs)).operator.removeprefix("torch.nn.functional") in program
    assert not lesson.backward or "grad" not in program


@every_row("NOTES", "lesson, changes, told")
def test_the_notes_tell_what_is_worth_noticing_and_nothing_else(entry, lesson, changes, told):
    inputs = lesson.inputs(**changes)
    notes = [str(note) for note in lesson.notes(inputs, lesson.run(inputs))]
    assert len(notes) == len(told)
    assert [note for note, words in zip(notes, told, strict=True) if words not in note] == []


@every_row("LINES", "lesson, changes, step, told")
def test_a_step_tells_its_arithmetic(entry, lesson, changes, step, told):
    frame = stage_of(lesson, lesson.inputs(**changes)).frames[step]
    assert list(map(str, frame.lines)) == told
