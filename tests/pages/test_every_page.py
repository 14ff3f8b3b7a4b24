"""What holds for the page of every lesson that is walked over step by step, without a browser."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.stage import Stage
from lessons.course import Entry, every_lesson
from pages.kit import lesson_page, text
from tests.course import WALKS, every_preset, every_walk, lesson_of
from tests.oracles import address_of, badges


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
        assert program(app) == lesson.snippet(lesson.inputs()).strip()
        assert not app.warning
        assert not app.info


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
def test_backward_agrees_with_autograd(entry, open_page):
    backward = lesson_of(entry).backward
    if backward:
        app = open_page(entry)(view="backward")
        (badge,) = badges(app)
        assert "same as `autograd`" in badge
        assert program(app) == backward.snippet(backward.inputs()).strip()


@every_walk
def test_nonsense_in_the_address_is_mentioned_field_by_field_and_left_out(entry, open_page):
    views = ["view"] if lesson_of(entry).backward else []
    names = [*views, *(field.name for field in fields(lesson_of(entry).inputs))]
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
def test_the_notes_and_questions_are_about_the_step_and_others_are_drawn_on_demand(entry, open_page):
    lesson, app = lesson_of(entry), open_page(entry)()
    inputs, result = lesson.inputs(), lesson.run(lesson.inputs())
    notes = {str(note) for note in lesson.notes(inputs, result)}
    assert notes <= {plain(caption.value) for caption in app.caption}
    app.session_state[f"{entry.slug}-forward-place"] = 0
    app.run()
    for seed in range(3):
        prompts = {str(question.prompt) for question in lesson.questions(inputs, result, 0, seed)}
        assert {plain(each.label) for each in asked(app)} == prompts
        app.button(f"{entry.slug}-again").click().run()


VIEWS = [
    (entry, view)
    for entry in every_lesson()
    for view in ("forward", "backward")
    if entry in WALKS or view == "forward"
]


@pytest.mark.parametrize(("entry", "view"), VIEWS, ids=lambda each: getattr(each, "slug", each))
def test_everything_that_a_page_says_is_translated(entry, view, open_app, monkeypatch):
    said: set[str] = set()

    def look_up(key: str, language: str) -> str:
        said.add(key)
        return words.labels(language).get(key, key)

    for module in (words, text):
        monkeypatch.setattr(module, "look_up", look_up)
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

    def stepper(key: str, stage: Stage, *, ahead: bool) -> int:
        asked.append(ahead)
        return 0

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
