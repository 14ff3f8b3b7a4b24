"""The view "A claim" of the page "Regression": three questions, what answers them, the learner's settings."""

from functools import partial

import pytest

from lessons.core import words
from lessons.learning.regression import claim
from lessons.learning.regression.claim import STEPS
from pages.kit.predict import fingerprint
from pages.learning.regression_claim import PAGE
from tests.oracles import address_of, answer, told

PLANE = f"{PAGE}-plane"
NEARER, WHY, CHANGE = "nearer to 3, or nearer to 4", "Why is it not there", "with one change"


@pytest.fixture
def open_claim(open_lesson):
    return partial(open_lesson, "learning/regression", view="claim")


def test_what_answers_a_question_comes_with_its_answer(open_claim, planes):
    app = open_claim(lr="0.001")
    assert PLANE not in planes
    assert "3.664" not in told(app)
    answer(app, NEARER, 0)
    assert "Not quite. Nearer to 4." in told(app).replace("**", "")
    assert planes[PLANE] == claim.scene()
    assert str(claim.describe()) in told(app)
    assert "75.6" not in told(app)
    assert str(claim.stopped()) not in told(app)
    assert not any(CHANGE in each.label for each in app.radio)
    answer(app, WHY, 1)
    assert "Right. The steps were too few." in told(app).replace("**", "")
    assert str(claim.stopped()) in told(app)
    assert "| lr 0.001 |" not in told(app)
    answer(app, CHANGE, 0)
    assert "| lr 0.001 | 3.645 | 4.313 | 0.02093 | 60 / 60 | 4.012 |" in told(app)
    assert "| as set in the view Fit | 3.645 | 4.313 | 0.02093 | 60 / 60 | 4.012 |" in told(app)


def answered(app):
    app.session_state["answers"] = {
        fingerprint(each): None for each in (claim.ask_nearer(), claim.ask_why(), claim.ask_change())
    }
    return app


def test_a_link_brings_the_frame_and_settings_that_run_away_are_told(open_claim, planes):
    app = answered(open_claim(after="20", lr="0.1"))
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    app.run()
    assert app.session_state[f"{PAGE}-after"] == 20
    assert address_of(app)["after"] == "20"
    assert "| as set in the view Fit | runs away | | | | |" in " ".join(told(app).split())
    assert "| 1000 | 2.886 | 3.889 | 0.6158 | 0 / 60 | 3.446 |" in told(app)
    assert app.code[0].value.strip() == claim.PROGRAM.strip()


def test_a_frame_that_is_none_is_told(open_claim):
    assert "after in the address is 99, which cannot be read." in told(open_claim(after="99"))
    assert len(STEPS) < 99


def test_everything_in_it_is_said_in_chinese(open_app, said, planes):
    app = answered(open_app(lang="zh", view="claim"))
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    app.switch_page("pages/learning/regression.py").run()
    assert not app.exception
    assert {"A claim", "as set in the view Fit", "b over the seeds as a table"} <= said
    assert not sorted(said - words.labels("zh").keys() - {"{number}"})  # a gap of a plane's by itself
