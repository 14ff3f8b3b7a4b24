"""The view "Wrong ways": one at a time beside the right one, and the question first."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.engine.backbone import backbone
from lessons.models.inference.wrong import RIGHT, WAYS
from tests.oracles import Shown, address_of, answer, told


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "models/inference", view="wrong")


def shown_words(app: AppTest) -> str:
    return "\n".join(each.value for each in app.code)


def shares(app: AppTest) -> list[str]:
    return [each.proto.body for each in app.get("html") if 'class="shares"' in each.proto.body]


def test_the_answers_come_after_the_question_and_beside_the_right_ones(open_view):
    app = open_view(wrong="unscaled")
    assert "(1, 3, 32, 32), torch.float32, from -1 to 509" in told(app)
    assert "lighter than white" in told(app)
    assert not shares(app)
    answer(app, "Not scaled: what happens?", 0)
    assert "Not quite." in told(app)
    assert "ToDtype(torch.float32) alone changes the type" in told(app)
    right, other = shares(app)
    assert "heart" in right.split("</li>")[0]
    assert right != other


def test_what_torch_refuses_has_its_words(open_view):
    app = open_view(wrong="alpha")
    answer(app, "Alpha kept: what happens?", 0)
    assert "Right." in told(app)
    assert "tensor a (4) must match the size of tensor b (3)" in shown_words(app)
    assert "to have 3 channels, but got 4 channels instead" in shown_words(app)
    assert len(shares(app)) == 1  # the right ones


def test_it_opens_on_a_way_that_mostly_changes_the_answer_and_its_program_has_its_files(open_view):
    app = open_view()
    answer(app, "Not scaled: what happens?", 2)
    assert "three" not in " ".join(each.label.lower() for each in app.expander)
    app.session_state["inference-wrong-program"] = True
    app.run()
    assert [each.proto.label for each in app.get("download_button")][-2:] == [
        "This picture, for the program",
        f"`{backbone.FILE.name}`, for the program",
    ]


def test_all_at_once_and_the_three_answers_are_asked_about_first(open_view):
    app = open_view()
    for fold in ("all", "flat"):
        app.session_state[f"inference-wrong-fold-{fold}"] = True
    app.run()
    assert "| refused |" not in told(app)
    answer(app, "How many of them does torch refuse", 3)
    assert told(app).count("| refused |") == 3
    assert told(app).count("| passes |") == 5
    assert "(3, 784)" not in told(app)
    answer(app, "What comes out?", 2)
    assert "| (3, 28, 28) | (3, 784) |" in told(app)
    assert "cannot be multiplied (1x2352 and 784x512)" in told(app)


def test_a_way_is_in_the_address_and_one_that_is_none_is_mentioned(open_view):
    app = open_view(wrong="grey")
    assert "(1, 3, 32, 32)" in told(app)
    assert address_of(app)["wrong"] == "grey"
    app = open_view(wrong=RIGHT)
    assert "wrong in the address is right, which cannot be read" in told(app)


def test_all_that_the_view_says_is_translated(open_app, said):
    app = open_app(lang="zh", view="wrong", wrong="unbatched")
    app.session_state["answers"] = Shown()
    for fold in ("all", "flat"):
        app.session_state[f"inference-wrong-fold-{fold}"] = True
    app.switch_page("pages/models/inference.py").run()
    assert not app.exception
    assert {WAYS["unbatched"].label, str(WAYS["unbatched"].why)} <= said
    assert not sorted(said - words.labels("zh").keys())
