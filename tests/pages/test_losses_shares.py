"""The view "Shares by hand" of the page "Losses": what is put back, undone, asked first, and refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.losses.questions import ask_dearer
from tests.oracles import address_of, answer, told

MOVED = {0: (0.1, 0.2, 0.7)}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the bars were last given. A button stands in for a border that is moved."""
    given: dict[str, Any] = {}

    def bars(*about: Any, hidden: bool) -> None:
        _key, rows, classes, total, way, least, changed = about
        given.update(rows=rows, classes=classes, total=total, way=way, least=least, hidden=hidden)
        st.button("move", on_click=changed, args=(MOVED,))

    monkeypatch.setattr("pages.learning.losses_shares.bars", bars)
    return given


@pytest.fixture
def open_shares(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/losses", view="shares")


def move(app: AppTest) -> None:
    next(each for each in app.button if each.label == "move").click().run()
    assert not app.exception


def test_what_was_moved_are_the_numbers_of_the_page_until_it_is_undone(shown, open_shares):
    app = open_shares()
    before = shown["rows"]
    move(app)
    assert shown["rows"][0].shares == pytest.approx(MOVED[0], abs=1e-9)
    assert shown["rows"][1:] == before[1:]
    assert open_shares(**address_of(app)).session_state["losses-numbers-draft"].stack[0][0][2] == 0
    app.button("undo").click().run()
    assert shown["rows"] == before
    app.button("redo").click().run()
    assert shown["rows"][0].shares == pytest.approx(MOVED[0], abs=1e-9)


def test_a_class_that_has_a_name_is_called_by_it(shown, open_shares):
    app = open_shares(names="cat,dog")
    assert shown["classes"] == ["cat", "dog", "2"]
    assert [row.name for row in shown["rows"]][1:] == [
        "sample 2, target: class dog",
        "sample 3, target: class cat",
    ]
    assert address_of(app)["names"] == "cat,dog"


def test_probabilities_are_put_back_as_they_are_and_may_be_0(shown, open_shares):
    app = open_shares()
    assert shown["least"] == 1
    app.button("losses-preset-0").click().run()
    assert shown["least"] == 0
    move(app)
    assert shown["rows"][0].shares == MOVED[0]
    app.segmented_control("losses-view").set_value("forward").run()
    assert "[0.1, 0.2, 0.7]" in app.code[0].value


def test_the_terms_are_blank_until_the_question_is_answered_and_stay_when_mass_is_moved(shown, open_shares):
    app = open_shares()
    assert shown["hidden"]
    question = ask_dearer(0)
    answer(app, "The share p of the true class falls", question.answer)
    assert "Right." in told(app)
    assert not shown["hidden"]
    move(app)
    assert not shown["hidden"]


def test_the_bars_are_about_the_loss_that_is_set(shown, open_shares):
    app = open_shares(call="twice", reduction="sum", weight="1,1,5")
    assert shown["way"] == "softmax"
    assert [row.cost for row in shown["rows"]] == ["5×(-log softmax(p))", *["-log softmax(p)"] * 2]
    assert shown["total"].divisor == 1
    assert shown["total"].value == pytest.approx(sum(row.term for row in shown["rows"]))
    app.selectbox("losses-reduction").set_value("none").run()
    assert shown["total"] is None


def test_soft_targets_count_as_much_as_each_class_is_meant(shown, open_shares):
    open_shares(target="0.5,0.5,0;0,1,0;0.2,0.3,0.5")
    assert [row.counted for row in shown["rows"]] == [(0.5, 0.5, 0.0), (0.0, 1.0, 0.0), (0.2, 0.3, 0.5)]
    assert shown["rows"][0].name == "sample 1, targets: 0.5, 0.5, 0"


def test_numbers_that_are_no_probabilities_are_explained_and_mended(shown, open_shares):
    app = open_shares(given="probabilities")
    assert "sum to" in app.warning[0].value
    assert not shown
    app.session_state["losses-more"] = True
    app.run()
    app.button("losses-numbers-normalize").click().run()
    assert not app.warning
    assert shown["rows"][0].shares == pytest.approx((1 / 6, 2 / 6, 3 / 6))


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="shares")
    app.switch_page("pages/learning/losses.py").run()
    assert not app.exception
    assert {"Shares by hand", "sample {row}, target: class {number}", "both the same"} <= said
    assert not sorted(said - words.labels("zh").keys())
