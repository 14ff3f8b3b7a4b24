"""The view "Curves" of the page "Regression": what is held out, points that are moved, weight decay."""

from dataclasses import replace
from functools import partial

import pytest

from lessons.core import words
from lessons.core.plane import Dots
from lessons.learning.regression import polynomials
from lessons.learning.regression.inputs import NOTES
from lessons.learning.regression.polynomials import FIRST, Given, drawn, fit_all
from pages.kit.predict import fingerprint
from pages.learning.regression_curves import PAGE
from tests.oracles import address_of, answer, executed, told

PLANE = f"{PAGE}-plane"
WAVE = Given(drawn(FIRST), FIRST)
DEGREE, DECAY = "Which degree, from 0 to 12", "A weight decay of 0.001"


@pytest.fixture
def open_curves(open_lesson):
    return partial(open_lesson, "learning/regression", view="curves")


def points(planes) -> set[tuple[float, float]]:
    """On the plane of the curve."""
    dots = [part for part in planes[PLANE].planes[0].parts if isinstance(part, Dots)]
    return {place for each in dots for place in each.places}


def test_held_out_points_and_errors_come_with_the_answer_and_weight_decay_with_the_next(open_curves, planes):
    app = open_curves(decay="0.001")
    assert points(planes) == set(WAVE.places(WAVE.kept))
    assert len(planes[PLANE].planes) == 1
    assert "0.1629" not in told(app)
    answer(app, DEGREE, 3)
    assert "Right. Degree 3: its held-out error is 0.1629" in told(app).replace("**", "")
    assert points(planes) == set(WAVE.points)
    assert str(polynomials.describe(fit_all(WAVE))) in told(app)
    assert app.select_slider(f"{PAGE}-decay").disabled
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    answer(app, DECAY, 2)
    decayed = fit_all(replace(WAVE, decay=1e-3))
    assert planes[PLANE].told.numbers["held_out"] == decayed.held_out
    assert f"| 12 | {decayed.training[-1]:.4g} | {decayed.held_out[-1]:.4g} |" in told(app)
    assert executed(app.code[0].value)["held_out"] == pytest.approx(decayed.held_out, rel=1e-9)


def test_a_point_is_moved_and_what_was_shown_stays_and_a_link_restores_it(open_curves, planes):
    app = answer(open_curves(degree="3"), DEGREE, 3)
    moved = list(WAVE.places(WAVE.kept))
    moved[0] = (-2.9, 2.34567)
    planes.move(PLANE, {"training": tuple(moved)})
    app.run()
    assert len(planes[PLANE].planes) == 2
    assert points(planes) == {*WAVE.points[1:], (-2.9, 2.346)}
    link = address_of(app)
    assert link["degree"] == "3"
    held = list(WAVE.places(WAVE.held_out))
    held[-1] = (2.0, 0.0)
    planes.move(PLANE, {"held_out": tuple(held)})
    app.run()
    assert (2.0, 0.0) in points(planes)
    app.button("undo").click().run()
    assert (2.0, 0.0) not in points(planes)
    assert (-2.9, 2.346) in points(planes)
    app.button("redo").click().run()
    assert (2.0, 0.0) in points(planes)
    app.button(f"{PAGE}-back").click().run()
    assert points(planes) == set(WAVE.points)
    assert "curve_points" not in address_of(app)
    open_curves(**{name: text for name, text in link.items() if name != "view"})
    assert (-2.9, 2.346) in points(planes)


def test_others_are_drawn_and_asked_about_anew(open_curves, planes):
    app = answer(open_curves(), DEGREE, 3)
    app.button(f"{PAGE}-draw").click().run()
    other = Given(drawn(FIRST + 1), FIRST + 1)
    assert fit_all(other).best == 3
    assert points(planes) == set(other.places(other.kept))
    assert address_of(app)["curve_seed"] == str(FIRST + 1)


def test_the_learners_points_are_fitted_where_they_are_enough(open_curves, planes):
    open_curves(curve_of="yours")
    assert points(planes) == set(Given(NOTES).places(Given(NOTES).kept))
    few = open_curves(curve_of="yours", points="1,2;3,4")
    assert "2 points are too few: of every 3 one is held out." in told(few)
    equal = open_curves(curve_of="yours", points="1,2;1,4;1,5")
    assert "All x are 1. No curve over x can tell such points apart" in told(equal)


def test_a_link_that_cannot_be_read_is_told(open_curves, planes):
    app = open_curves(curve_points="1,2;3,4", decay="7", degree="13")
    for name in ("curve_points", "decay", "degree"):
        assert f"{name} in the address is" in told(app)


def test_everything_in_it_is_said_in_chinese(open_app, said, planes):
    app = open_app(lang="zh", view="curves")
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    questions = (polynomials.ask_degree(WAVE), polynomials.ask_decay(WAVE))
    app.session_state["answers"] = {fingerprint(each): None for each in questions}
    app.switch_page("pages/learning/regression.py").run()
    assert not app.exception
    assert {"18 points about a wave", "As they were drawn", "held-out point {number}"} <= said
    assert not sorted(said - words.labels("zh").keys())
