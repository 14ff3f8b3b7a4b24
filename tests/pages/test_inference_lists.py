"""The view "Class lists": one number in every list, read right and wrong."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.models.inference import lists
from lessons.models.inference.choosing import Inputs, see
from lessons.models.inference.seeing import look
from tests.oracles import Shown, address_of, answer, told

FOLDS = ("words", "folders", "untrained")


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "models/inference", view="lists")


def unfold(app: AppTest, *folds: str) -> AppTest:
    for fold in folds:
        app.session_state[f"inference-lists-fold-{fold}"] = True
    return app.run()


def test_the_number_has_no_names_before_the_question_is_answered_and_then_one_a_list(open_view):
    seen = see(Inputs())
    best = look(seen).best
    known = lists.every_list(seen.trained.classes)
    app = open_view()
    assert seen.trained.classes[best] not in told(app)
    assert [f"| {each.title} | {len(each.names)} |" in told(app) for each in known] == [False, *[True] * 4]
    answer(app, "How many of them give a word", lists.ask_unnoticed(best, known).answer)
    assert app.success
    assert f"| {seen.trained.classes[best]} | {seen.trained.classes[5]} |" in told(app)
    assert "| 1000 | " in told(app)
    assert "| 10 | IndexError | dog |" in told(app)
    app.button("inference-lists-preset-1").click().run()
    assert f"| 1000 | {lists.imagenet().names[best]} | Pembroke |" in told(app)
    assert "| 20 | heart | IndexError |" in told(app)
    assert address_of(app)["number"] == "263"


def test_a_link_restores_the_number_the_word_and_the_folders(open_view):
    app = unfold(open_view(number="151", word="dog", folders="9, 10, Zebra, ant"), "words", "folders")
    assert "248 Eskimo dog" in told(app)
    next(button for button in app.button if button.key.startswith("show-")).click().run()
    assert app.number_input("inference-lists-number").value == 151
    assert "| Chihuahua |" in told(app)
    answer(app, "Which number does it give to 9", 1)
    assert "| 0 | 10 |" in told(app)
    assert "| 2 | Zebra |" in told(app)


def test_names_that_cannot_be_are_refused_and_nothing_else_is_lost(open_view):
    app = unfold(open_view(), "folders")
    app.text_input("inference-lists-folders").set_value("ants, ants").run()
    assert "twice" in told(app)
    assert "A head that has not learned" in [each.label for each in app.expander]
    app.text_input("inference-lists-folders").set_value("a|b, $x$, **c**").run()
    answer(app, "Which number does it give", 2)
    assert "| 1 | **c** |" in told(app)
    assert "a\\|b" in told(app)


def test_a_link_with_too_much_in_it_makes_no_trouble(open_view):
    app = unfold(open_view(word="x" * 300, folders="y" * 300), "words", "folders")
    assert not app.exception
    assert "1 class" in told(app)


def test_heads_that_have_not_learned_are_beside_the_one_that_has(open_view):
    app = unfold(open_view(), "untrained")
    assert "head from seed 0" not in told(app)
    (show,) = [button for button in app.button if button.label == "Show me"][-1:]
    show.click().run()
    assert "| head from seed 4 |" in told(app)
    assert "| no weights loaded at all |" in told(app)
    assert "gives each 5.0%" in told(app)


def test_all_that_the_view_says_is_translated(open_app, said):
    app = open_app(lang="zh", view="lists", number="9999")
    app.session_state["answers"] = Shown()
    for fold in FOLDS:
        app.session_state[f"inference-lists-fold-{fold}"] = True
    app.switch_page("pages/models/inference.py").run()
    assert not app.exception
    assert not sorted(said - words.labels("zh").keys())
