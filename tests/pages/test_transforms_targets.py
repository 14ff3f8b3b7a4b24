"""The view "Targets" of the page "Transforms": classes, a data set, and a box and a mask that move along."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.boxes import Box
from lessons.core.words import say
from lessons.data.transforms import targets, together
from lessons.data.transforms.lesson import Inputs
from pages.data.transforms_targets import OWN, PAGE
from tests.oracles import answer, told


@pytest.fixture
def open_targets(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms", view="targets")


def test_the_vector_of_a_class_is_shown_once_its_place_was_found(open_targets, monkeypatch):
    shown = {}
    monkeypatch.setattr("pages.data.transforms_targets.show_boards", shown.update)
    app = open_targets()
    assert not shown
    answer(app, "Class 3 of 10 becomes a one-hot vector", 4)
    assert shown["torch.zeros(10)"].tolist() == [[0] * 10]
    assert shown["scatter_"].tolist() == [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]
    assert say(targets.tell_losses(3, 10), "en") in told(app)


@pytest.mark.parametrize("target", [-1, 10])
def test_a_class_that_is_none_is_explained_and_the_rest_of_the_page_stays(target, open_targets):
    app = open_targets()
    app.number_input(f"{PAGE}-target").set_value(target).run()
    assert f"index {target} is out of bounds for dimension 0 with size 10" in told(app)
    assert "data_set[2]" in app.code[0].value


def test_the_data_set_hands_out_its_target_once_it_was_asked(open_targets):
    app = open_targets()
    assert "target: ?" in app.code[0].value
    answer(app, "what is target?", 2)
    assert "Right." in told(app)
    assert "picture: PIL.Image, RGB, 300 x 200\ntarget: tensor([0., 0., 1., 0.])" in app.code[0].value
    app.toggle(f"{PAGE}-as_one_hot").set_value(False).run()
    app.toggle(f"{PAGE}-as_tensor").set_value(True).run()
    assert "picture: Image, uint8, (3, 200, 300)\ntarget: ?" in app.code[0].value
    answer(app, "what is target?", 0)
    assert app.code[0].value.endswith("target: 2")


def test_which_picture_comes_of_three_calls_is_told_when_it_was_guessed(open_targets):
    app = open_targets()
    ways = together.order(0)
    answer(app, "Which comes of three calls?", ways.index(together.APART))
    before = together.sample(Inputs().open(), together.beside((600, 400)))
    once, apart = (way(before, together.moves((600, 400))[0], 0) for way in together.WAYS.values())
    assert f"{round(100 * together.in_common(once, apart))} % are in both" in told(app)
    answer(app, "The box is a plain tensor", 1)
    assert "At [50, 100, 250, 300], where it was, and nothing is said." in told(app)


def test_a_box_of_ones_own_is_in_the_program_and_gives_way_on_a_smaller_picture(open_targets):
    app = open_targets()
    app.session_state[OWN.key()] = Box(300, 200, 40, 30)
    app.session_state[f"{PAGE}-together"] = True
    app.run()
    assert any("[[300, 200, 340, 230]]" in each.value for each in app.code)
    app.session_state["transforms-picture"] = "house"
    app.run()
    assert any("reaches out of it: `300_200_40_30`" in each.value for each in app.info)
    assert any("[[2, 8, 12, 24]]" in each.value for each in app.code)
    assert not app.exception


def test_the_view_is_not_about_the_strip_and_says_nothing_of_its_steps(open_targets):
    app = open_targets(steps="Resize|Normalize")
    assert not [each for each in app.button if str(each.key).startswith("transforms-preset")]
    assert not [each for each in app.code if "v2.Normalize" in each.value]


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="targets")
    for slug in ("one-hot", "set", "together"):
        app.session_state[f"{PAGE}-{slug}"] = True
    app.switch_page("pages/data/transforms.py").run()
    assert {"Targets", "Index", "before", "the first", "The program of both ways"} <= said
    assert not sorted(said - words.labels("zh").keys())
