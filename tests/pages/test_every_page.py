"""What holds for the page of every lesson that is walked over step by step, without a browser."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from itertools import product
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.lesson import Lesson
from lessons.core.notebook import translated
from lessons.core.numbers import show
from lessons.core.questions import Answer, without_answers, wrong_cells
from lessons.core.stage import Stage
from lessons.core.words import LANGUAGES
from lessons.course import Entry, every_lesson
from pages.kit import lesson_page
from pages.kit.grid.grid import Grid
from tests.course import WALKS, every_preset, every_printed, every_walk, lesson_of
from tests.oracles import address_of, badges, boards_after


@pytest.fixture
def open_page(open_lesson) -> Callable[[Entry], Callable[..., AppTest]]:
    """open_page(entry)(stride="2"): its page, as this address opens it."""
    return lambda entry: partial(open_lesson, f"{entry.chapter}/{entry.slug}")


def program(app: AppTest) -> str:
    """In the code panel."""
    return "\n".join(cell.value for cell in app.code).strip()


def asked(app: AppTest) -> list[Any]:
    """What waits for an answer."""
    return [each for each in (*app.radio, *app.number_input) if str(each.key).startswith("predict-")]


def plain(markdown: str) -> str:
    return markdown.replace("`", "")


@every_walk
def test_the_first_visit_shows_a_whole_example_in_both_languages(entry, open_page):
    lesson = lesson_of(entry)
    for language, same in (("en", "same as"), ("zh", "一致")):
        app = open_page(entry)(lang=language)
        (badge,) = badges(app)
        assert same in badge
        assert program(app) == translated(lesson.snippet(lesson.inputs()), language).strip()
        assert not app.warning
        assert not app.info


@every_walk
def test_what_the_stage_has_computed_serves_the_page_that_follows(entry, open_page):
    lesson_page.once.cache_clear()
    app = open_page(entry)(view="backward")
    app.run()
    assert lesson_page.once.cache_info().misses == len(["the result", "its stage"])


@every_preset
def test_a_preset_stands_on_the_page_and_its_link_restores_it(entry, index, open_page):
    inputs = lesson_of(entry).presets[index].inputs
    app = open_page(entry)()
    app.button(f"{entry.slug}-preset-{len(lesson_of(entry).presets) - 1}").click().run()
    app.button(f"{entry.slug}-preset-{index}").click().run()
    assert program(app) == lesson_of(entry).snippet(inputs).strip()
    again = open_page(entry)(**address_of(app))
    assert program(again) == program(app)
    assert not again.info


@every_walk
def test_every_preset_and_the_other_view_are_undone_one_by_one(entry, open_page):
    app = open_page(entry)()
    programs = [program(app)]
    for index in range(1, len(lesson_of(entry).presets)):
        app.button(f"{entry.slug}-preset-{index}").click().run()
        programs.append(program(app))
    if lesson_of(entry).backward:
        app.segmented_control(f"{entry.slug}-view").set_value("backward").run()
        app.button("undo").click().run()
        assert program(app) == programs[-1]
    for before in reversed(programs[:-1]):
        app.button("undo").click().run()
        assert program(app) == before
    assert app.button("undo").disabled


@every_walk
def test_backward_agrees_with_autograd(entry, open_page):
    backward = lesson_of(entry).backward
    if backward:
        app = open_page(entry)(view="backward")
        (badge,) = badges(app)
        assert "same as `autograd`" in badge
        assert program(app) == backward.snippet(backward.inputs()).strip()


ANY_WORDS = {"names"}  # fields that whatever is written can stand in


@every_walk
def test_nonsense_in_the_address_is_mentioned_field_by_field_and_left_out(entry, open_page):
    views = ["view"] if lesson_of(entry).backward else []
    names = [*views, *({field.name for field in fields(lesson_of(entry).inputs)} - ANY_WORDS)]
    app = open_page(entry)(**dict.fromkeys(names, "nonsense"))
    assert len(app.info) == len(names)
    assert program(app) == lesson_of(entry).snippet(lesson_of(entry).inputs()).strip()


@every_walk
def test_what_was_set_and_answered_is_still_there_after_another_view_and_page(entry, open_page):
    app = open_page(entry)()
    last = len(lesson_of(entry).presets) - 1
    app.button(f"{entry.slug}-preset-{last}").click().run()
    question = asked(app)[0]
    question.set_value(1).run()
    before = program(app)
    if lesson_of(entry).backward:
        for view in ("backward", "forward"):
            app.segmented_control(f"{entry.slug}-view").set_value(view).run()
    app.switch_page("pages/home/home.py").run()
    app.switch_page(entry.page).run()
    assert program(app) == before
    assert [each.value for each in asked(app) if each.key == question.key] == [1]


@every_walk
def test_the_notes_and_questions_are_about_the_result_and_others_are_drawn_on_demand(entry, open_page):
    lesson, app = lesson_of(entry), open_page(entry)()
    inputs, result = lesson.inputs(), lesson.run(lesson.inputs())
    subjects = {question.about for question in lesson.questions(inputs, result, 0)}
    notes = {str(without_answers(note, subjects)) for note in lesson.notes(inputs, result)}
    assert notes <= {plain(caption.value) for caption in app.caption}
    for seed in range(3):
        prompts = {str(question.prompt) for question in lesson.questions(inputs, result, seed)}
        assert {plain(each.label) for each in asked(app)} == prompts
        app.button(f"{entry.slug}-again").click().run()


@every_preset
def test_an_answer_stands_on_the_page_once_it_was_given_or_shown(entry, index, open_page):
    """Asked to be shown, and at the next question answered, in turn."""
    lesson, app = lesson_of(entry), open_page(entry)()
    app.button(f"{entry.slug}-preset-{index}").click().run()
    inputs = lesson.presets[index].inputs
    result = lesson.run(inputs)
    questions = lesson.questions(inputs, result, 0)
    closed: set[str] = set()
    for number, question in enumerate(questions):
        assert lines_on(app) == lines_of(lesson, inputs, {each.about for each in questions} - closed)
        assert not (app.success or app.info) or number
        if number % 2:
            (waiting,) = [each for each in asked(app) if plain(each.label) == str(question.prompt)]
            waiting.set_value(question.answer).run()
            assert len(app.success) == (number + 1) // 2
        else:
            next(each for each in app.button if each.label == "Show me").click().run()
            assert len(app.success) == number // 2
            assert "Shown." in app.info[number // 2].value
        closed.add(question.about)
    assert lines_on(app) == lines_of(lesson, inputs, set())
    assert len(app.info) + len(app.success) == len(questions)
    assert [each.disabled for each in asked(app)].count(True) == len(app.info)


def lines_of(lesson: Lesson[Any, Any], inputs: Any, hidden: set[str]) -> set[str]:
    """The formula and the notes."""
    formula = {line.unless(hidden) if isinstance(line, Answer) else line for line in lesson.formula(inputs)}
    notes = {str(without_answers(note, hidden)) for note in lesson.notes(inputs, lesson.run(inputs))}
    return {str(line) for line in formula} | notes


def lines_on(app: AppTest) -> set[str]:
    formulas = {
        line.strip("$")
        for text in app.markdown
        if text.value.startswith("$")
        for line in text.value.split("\n\n")
    }
    return formulas | {plain(caption.value) for caption in app.caption}


@every_walk
def test_other_questions_are_all_open(entry, open_page):
    app = open_page(entry)()
    for number in range(len(asked(app))):
        asked(app)[number].set_value(1).run()
    assert len(app.success) + len(app.info) == len(asked(app))
    first = [each.key for each in asked(app)]
    app.button(f"{entry.slug}-again").click().run()
    assert not {each.key for each in asked(app)} & set(first)
    app.session_state[f"{entry.slug}-seed"] = 0
    app.run()
    assert [each.key for each in asked(app)] == first
    assert {each.value for each in asked(app)} == {None}
    assert not app.success
    assert not app.info


@every_printed
def test_what_the_course_notes_print_wrong_is_told_cell_by_cell_after_two_tries(entry, open_page):
    lesson, slug = lesson_of(entry), entry.slug
    (preset,) = [preset for preset in lesson.presets if preset.printed]
    true = lesson.output(lesson.run(preset.inputs))
    wrong = sorted(wrong_cells(preset.printed, true))
    app = open_page(entry)()
    app.button(f"{slug}-printed-begin").click().run()
    for _ in range(3):
        app.button(f"{slug}-printed-check").click().run()
        assert "Nothing is marked yet" in app.info[0].value
        assert told_true(app) == []
    search = app.session_state[f"{slug}-searches"][preset.printed]
    right = [cell for cell in product(range(len(true)), range(len(true[0]))) if cell not in wrong]
    search.marked = {right[0]}
    for _ in range(3):
        app.button(f"{slug}-printed-check").click().run()
        cells = "cell" if len(wrong) == 1 else "cells"
        assert f"0 of {len(wrong)} wrong {cells}, and marked 1 that is right." in app.info[0].value
        assert "one more try" in app.info[0].value
        assert told_true(app) == []
    search.marked = {right[1]}
    app.button(f"{slug}-printed-check").click().run()
    for told in range(1, len(wrong) + 1):
        assert told_true(app) == [f"row {row + 1}, column {column + 1}" for row, column in wrong[:told]]
        (line,) = [text.value for text in app.markdown if text.value.startswith("True at")][-1:]
        row, column = wrong[told - 1]
        assert line.rstrip("`").endswith(f"= {show(true[row][column])}")
        if told < len(wrong):
            app.button(f"{slug}-printed-next").click().run()
    assert f"{slug}-printed-next" not in {button.key for button in app.button}


def told_true(app: AppTest) -> list[str]:
    """The cells whose arithmetic is told."""
    told = [plain(text.value) for text in app.markdown if text.value.startswith("True at")]
    return [text.removeprefix("True at ").split(":")[0] for text in told]


@every_printed
def test_while_a_mistake_is_looked_for_the_stage_tells_no_result(entry, open_page, monkeypatch):
    """From the first click until all are found, or it is given up."""
    lesson, slug, stages = lesson_of(entry), entry.slug, []

    def stepper(key: str, stage: Stage, grids: Mapping[str, Grid], *, ahead: bool) -> None:
        stages.append(stage)

    monkeypatch.setattr(lesson_page, "stepper", stepper)
    (preset,) = [preset for preset in lesson.presets if preset.printed]
    whole = lesson.steps(preset.inputs, lesson.run(preset.inputs))
    app = open_page(entry)()
    assert boards_after(stages[-1]) == boards_after(whole)
    app.button(f"{slug}-printed-begin").click().run()
    assert boards_after(stages[-1]) == [list(board.cells) for board in whole.boards]
    assert {str(line) for frame in stages[-1].frames for line in (*frame.lines, frame.summary)} == {
        "What comes out is hidden while you look for the mistake."
    }
    search = app.session_state[f"{slug}-searches"][preset.printed]
    search.marked = wrong_cells(preset.printed, lesson.output(lesson.run(preset.inputs)))
    app.button(f"{slug}-printed-check").click().run()
    assert "Right." in app.success[0].value
    assert boards_after(stages[-1]) == boards_after(whole)

    app.session_state[f"{slug}-searches"] = {}
    app.run()
    app.button(f"{slug}-printed-begin").click().run()
    app.button(f"{slug}-printed-show").click().run()
    assert boards_after(stages[-1]) == boards_after(whole)
    assert not app.success


@every_walk
def test_the_idea_begins_above_the_stage_and_goes_on_below(entry, open_page):
    for language in LANGUAGES:
        app, prose = open_page(entry)(lang=language), words.read_prose(entry.folder, language)
        texts = [text.value for text in app.markdown]
        assert texts[:2] == [prose.idea, prose.opening]
        assert prose.opening not in "".join(texts[2:])


VIEWS = [
    (entry, view)
    for entry in every_lesson()
    for view in ("forward", "backward")
    if entry in WALKS or view == "forward"
]


@pytest.mark.parametrize(("entry", "view"), VIEWS, ids=lambda each: getattr(each, "slug", each))
def test_everything_that_a_page_says_is_translated(entry, view, open_app, said):
    app = open_app(lang="zh", view=view)
    app.session_state[f"{entry.slug}-more"] = app.session_state["config-more"] = True
    app.switch_page(entry.page).run()
    assert not app.exception
    assert said
    assert not sorted(said - words.labels("zh").keys())


@every_walk
def test_a_page_that_was_broken_off_below_its_stage_follows_when_the_stage_runs_next(
    entry, open_page, monkeypatch
):
    """A slider that is moved while the page follows breaks that run off; then the stage runs alone."""
    asked: list[bool] = []

    def stepper(key: str, stage: Stage, grids: Mapping[str, Grid], *, ahead: bool) -> None:
        asked.append(ahead)

    monkeypatch.setattr(lesson_page, "stepper", stepper)
    app = open_page(entry)()
    run_stage_alone(app, monkeypatch)
    assert asked == [False, False]
    with monkeypatch.context() as patch:
        patch.setattr(lesson_page, "code", lambda *_: st.stop())
        app.run()
    run_stage_alone(app, monkeypatch)
    assert asked == [False, False, False, True]


def run_stage_alone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lesson_page, "_walk", lesson_page._show_stage)
        app.run()
