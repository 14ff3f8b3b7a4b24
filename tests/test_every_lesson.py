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
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import LessonError
from lessons.core.notebook import COMMENT
from lessons.core.numbers import show
from lessons.core.questions import Answer, without_answers
from lessons.core.words import LANGUAGES, labels
from tests.course import WALKS, every_entry, every_preset, every_walk, lesson_of
from tests.oracles import (
    assert_close,
    assert_true,
    boards_after,
    equations,
    executed,
    magnitude,
    stage_of,
    stages_of,
    told_in,
)

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

MATERIAL = {
    entry: importlib.import_module(f"tests.lessons.{entry.chapter}.test_{entry.slug}") for entry in WALKS
}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
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
    stages = stages_of(lesson, inputs)
    for count, frame in enumerate(stages[0].frames[:FEW], start=1):
        board, cells = frame.focus
        after = boards_after(stages[0], count)[board]
        assert all(after[cell] for cell in cells)
    for frame in (frame for stage in stages for frame in (*stage.frames[:FEW], *stage.frames[-FEW:])):
        assert str(frame.summary)
        assert len(frame.focus[1]) in (1, len(frame.lines))
        for equation in equations(frame.lines):
            assert_true(equation)


@every_walk
@given(data=st.data())
def test_of_several_numbers_each_has_its_own_line(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for stage in stages_of(lesson, inputs):
        computed = [board for board in stage.boards if board.lines]
        lines = [each for board in computed for each in zip(board.cells, board.lines, strict=True)]
        for frame in (frame for frame in stage.frames[:FEW] if len(frame.focus[1]) > 1):
            written = {(board, cell): text for board, cell, text in frame.writes}
            board, cells = frame.focus
            lines += [(written[board, cell], line) for cell, line in zip(cells, frame.lines, strict=True)]
        for text, line in lines:
            for equation in equations([line]):
                assert_true(equation)
                assert equation.endswith(f" {text}")


@every_walk
@given(data=st.data(), seed=st.integers(0, 99))
def test_a_question_takes_its_answer_and_no_other(entry, data, seed):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for question in lesson.questions(inputs, lesson.run(inputs), seed):
        assert question.is_right(question.answer)
        assert not question.is_right(question.answer + 2 * max(1.0, abs(question.answer)))
        assert not question.choices or question.answer in range(len(question.choices))
        assert str(question.reason)


@every_walk
def test_the_prose_of_a_first_visit_answers_no_question(entry):
    lesson, inputs = lesson_of(entry), lesson_of(entry).inputs()
    questions = lesson.questions(inputs, lesson.run(inputs), 0)
    for language in LANGUAGES:
        told = told_in((entry.folder / f"{language}.md").read_text(encoding="utf-8"))
        assert [each.prompt for each in questions if not each.choices and any(map(each.is_right, told))] == []


@every_walk
@given(data=st.data())
def test_a_stage_can_ask_for_a_number_of_its_result_and_takes_what_stands_there(entry, data):
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for stage in stages_of(lesson, inputs):
        result = boards_after(stage, len(stage.frames))
        for ask in stage.asks.values():
            assert ask.question.is_right(float(result[ask.board][ask.cell]))
            assert not ask.question.is_right(ask.question.answer + 2 * max(1.0, abs(ask.question.answer)))
            for line in ask.lines:
                assert_true(line)
                assert line.endswith(f" {show(ask.question.answer)}")


@every_walk
@given(data=st.data(), seed=st.integers(0, 99))
def test_who_types_what_the_page_shows_is_right(entry, data, seed):
    """And who types any other number that it would show so."""
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    asked = [ask.question for stage in stages_of(lesson, inputs) for ask in stage.asks.values()]
    for question in (*lesson.questions(inputs, lesson.run(inputs), seed), *asked):
        shown = float(show(question.answer))
        assert question.is_right(shown)
        last = Decimal(f"{question.answer:.3e}").as_tuple().exponent
        half = 0 if shown == question.answer else 0.49 * 10.0**last
        assert question.is_right(question.answer + half)
        assert question.is_right(question.answer - half)


@every_walk
def test_a_printed_result_is_one_that_is_wrong(entry):
    lesson = lesson_of(entry)
    for preset in lesson.presets:
        assert preset.printed is None or preset.printed != lesson.output(lesson.run(preset.inputs))


@every_preset
def test_another_seed_draws_every_question_anew(entry, index):
    lesson, inputs = lesson_of(entry), lesson_of(entry).presets[index].inputs
    result = lesson.run(inputs)
    asked = [{str(each.prompt) for each in lesson.questions(inputs, result, seed)} for seed in range(9)]
    assert all(not one & other for one, other in pairwise(asked))


@every_walk
def test_no_line_beside_an_open_question_gives_its_answer_away(entry):
    """One that does, does it in every example where it stands; in a single one it may be chance."""
    lesson, told = lesson_of(entry), defaultdict(lambda: defaultdict(list))
    for preset, seed in product(lesson.presets, range(6)):
        inputs, result = preset.inputs, lesson.run(preset.inputs)
        questions = lesson.questions(inputs, result, seed)
        hidden = {question.about for question in questions}
        for (name, line), question in product(lines_beside(lesson, inputs, result, hidden), questions):
            where = told[name, question.prompt.template]
            where[str(preset.name)].append(states(line, question.answer))
    assert not [where for where, stated in told.items() if len(stated) > 1 and all(map(all, stated.values()))]


def lines_beside(
    lesson: Lesson[Any, Any], inputs: Any, result: Any, hidden: set[str]
) -> Iterator[tuple[str, str]]:
    """What the page tells beside its stage, and what each line is called; without answers that are hidden."""
    for number, line in enumerate(lesson.formula(inputs)):
        yield f"formula {number}", str(line.unless(hidden) if isinstance(line, Answer) else line)
    for note in lesson.notes(inputs, result):
        yield note.template, str(without_answers(note, hidden))
    yield "code", lesson.snippet(inputs)


def states(line: str, answer: float) -> bool:
    """Whether the line says that something is just this number."""
    return re.search(rf"[=:≈] *{re.escape(show(answer))}(?![\w·.]*\d)", line) is not None


@every_walk
@given(data=st.data(), seed=st.integers(0, 99))
def test_no_question_is_absurd(entry, data, seed):
    """No window of one number that is dilated or padded, none that leaves numbers out, nothing of size 0."""
    lesson, inputs = lesson_of(entry), data.draw(MATERIAL[entry].inputs())
    for question in lesson.questions(inputs, lesson.run(inputs), seed):
        asked = question.prompt.values
        kernel = asked.get("kernel") or max(asked.get("height", 9), asked.get("width", 9))
        assert kernel > 1 or not {"dilation", "padding"} & asked.keys()
        assert asked.get("stride", 1) <= asked.get("dilation", 1) * (kernel - 1) + 1
        assert 2 * asked.get("padding", 0) <= asked.get("dilation", 1) * (kernel - 1) + 1
        assert question.about != "size" or question.answer > 0


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


@every_entry
@pytest.mark.parametrize("language", TRANSLATED)
def test_the_titles_and_the_comments_of_a_program_are_translated(entry, language):
    lesson = lesson_of(entry)
    programs = [each.snippet(each.inputs()) for each in (lesson, lesson.backward) if each]
    said = {line[2] for program in programs for line in COMMENT.finditer(program)}
    assert not said - labels(language).keys()


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
