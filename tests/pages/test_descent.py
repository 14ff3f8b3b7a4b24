"""The page "Gradient descent": asked first, moved on planes, raced, mapped, undone, linked, refused."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.plane import Path, Shading
from lessons.learning.descent import race, winners
from lessons.learning.descent.lesson import PRESETS, RACES
from lessons.learning.descent.one_weight import ask_ending
from lessons.learning.descent.questions import ask_first, ask_most
from lessons.learning.descent.race import BEST
from pages.kit.predict import fingerprint
from pages.learning.descent_controls import PAGE
from tests.oracles import address_of, answer, badges, program_of, told

ONE, RACE, MAP = (f"{PAGE}-{part}" for part in ("one", "race", "map"))
BECOMES, FIRST, BEST_OF_EACH, MOST = "What becomes", "All begin at", "Now each runs", "Races begin"
NESTEROV, RMSPROP = 2, 3
VIEWS = ("one", "race", "map", "state", "schedule", "batches", "nothing", "net")


@pytest.fixture
def open_page(open_lesson, planes) -> Callable[..., AppTest]:
    """open_page("race", lr="0.1")"""
    return lambda view, **link: open_lesson("learning/descent", view=view, **link)


def moved(app: AppTest, planes, scene: str, **places) -> AppTest:
    planes.move(scene, places)
    app.run()
    assert not app.exception
    return app


def preset(app: AppTest, index: int) -> AppTest:
    app.button(f"{PAGE}-preset-{index}").click().run()
    assert not app.exception
    return app


def has(scene, kind) -> bool:
    return any(isinstance(part, kind) for plane in scene.planes for part in plane.parts)


def keys(scene, kind) -> set[str]:
    return {part.key for plane in scene.planes for part in plane.parts if isinstance(part, kind)}


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_leads_to_every_view(view, open_page):
    app = open_page(view)
    assert not app.warning
    assert not app.info
    assert address_of(app) == ({} if view == "one" else {"view": view})


# One weight


def test_the_run_comes_with_the_answer_and_stays_while_the_start_is_moved(open_page, planes):
    app = open_page("one")
    assert not has(planes[ONE], Path)
    assert "It settles" not in told(app)
    answer(app, BECOMES, 1)
    assert "Right." in told(app)
    assert "It settles at w = 2, where the cost is 0: at step 9" in told(app)
    assert planes[ONE].frames == 11
    moved(app, planes, ONE, start=((5.0, 0.0),))
    assert "at step 10 it is less than 0.01 away." in told(app)
    assert has(planes[ONE], Path)
    assert address_of(app)["weight"] == "5"
    moved(app, planes, ONE, rate=((0.2202, 0.0),))
    assert "It diverges" in told(app)
    assert address_of(app)["rate"] == "0.22"
    assert program_of(app)["weights"] == pytest.approx(planes[ONE].told.numbers["before"], abs=1e-9)
    app.button("undo").click().run()
    assert "rate" not in address_of(app)
    assert "same as autograd" in badges(app)[0].replace("`", "")


def test_a_preset_is_asked_about_anew(open_page, planes):
    app = answer(open_page("one"), BECOMES, 1)
    preset(app, 4)
    assert not has(planes[ONE], Path)
    answer(app, "with the rate 0.22", 3)
    assert "Here every step multiplies the distance to the minimum by 1 - 0.22 × 9.333 = -1.053" in told(app)
    preset(app, 7)
    answer(app, "Where does it end?", 0)
    assert "It settles at w = -1.473, where the cost is -5.444" in told(app)
    assert address_of(app) | {"cost": "two_minima", "weight": "0", "steps": "20"} == address_of(app) | {
        "weight": "0"
    }


def test_the_steps_stand_in_a_table(open_page):
    app = answer(open_page("one"), BECOMES, 1)
    app.session_state[f"{PAGE}-steps-table"] = True
    app.run()
    assert "| 0 | 0 | 18.67 | -18.67 | -0.9333 |\n| 1 | 0.9333 |" in told(app)


def test_a_start_that_another_cost_does_not_reach_is_brought_to_its_edge(open_page):
    app = open_page("one", weight="5")
    app.selectbox(f"{PAGE}-cost").set_value("two_minima").run()
    assert address_of(app)["weight"] == "2.4"


# Two weights


def test_both_questions_come_before_the_ways_that_answer_them(open_page, planes):
    app = open_page("race")
    assert not has(planes[RACE], Path)
    assert BEST_OF_EACH not in "".join(each.label for each in app.radio)
    answer(app, FIRST, NESTEROV)
    assert len(keys(planes[RACE], Path)) == 14
    assert "| SGD with Nesterov | 0.01 | at step 14 |" in told(app)
    assert "| RMSprop | 0.01 | not in 300 steps |" in told(app)
    app.selectbox(f"{PAGE}-rule").set_value(BEST).run()
    assert not has(planes[RACE], Path)
    assert "at step 14 |" not in told(app)
    answer(app, BEST_OF_EACH, RMSPROP)
    assert "| RMSprop | 0.237 | at step 6 | from step 6 |" in told(app)
    assert "| Adagrad | 1, the largest tried | at step 25 |" in told(app)
    assert "At the rate 0.01 for all it was: SGD with Nesterov" in told(app).replace("`", "")
    assert "same as torch.optim" in badges(app)[0].replace("`", "")


def test_start_and_rate_are_moved_and_the_program_follows(open_page, planes):
    app = answer(open_page("race", limit="100"), FIRST, 0)
    moved(app, planes, RACE, start=((4.0, 8.0),), rate=((0.0999, 0.0),))
    assert address_of(app)["start"] == "4,8"
    assert address_of(app)["lr"] == "0.0999"
    assert "| SGD | 0.0999 | ran away |" in told(app)
    made = race.run(race.Inputs(start=(4.0, 8.0), lr=0.0999, limit=100))
    expected = {each.optimizer.title: each.arrived for each in made.runs if each.arrived}
    assert program_of(app)["arrived"] == expected
    app.button("undo").click().run()
    assert address_of(app).keys() == {"view", "limit"}


def test_who_does_not_run_is_not_seen_and_nobody_at_all_is_refused(open_page, planes):
    app = answer(open_page("race", optimizers="adam,sgd"), FIRST, 0)
    assert keys(planes[RACE], Path) == {"sgd", "sgd-height", "adam", "adam-height"}
    app.session_state[f"{PAGE}-more"] = True
    app.run()
    app.button_group(f"{PAGE}-optimizers").set_value([]).run()
    assert "Nobody runs. Choose an optimizer." in told(app)
    assert not app.exception


def test_points_are_typed_and_what_cannot_be_used_is_explained_and_kept(open_page, planes):
    app = answer(open_page("race", surface="own", lr="0.1"), FIRST, 0)
    assert planes[RACE].planes[0].parts[1].places[0] == pytest.approx((0.5, 1.0))
    points = app.text_area(f"{PAGE}-points-text")
    points.set_value("0 1\n1 3\n2 5").run()
    assert planes[RACE].planes[0].parts[1].places[0] == pytest.approx((2.0, 1.0))
    assert address_of(app)["points"] == "0,1;1,3;2,5"
    app.text_area(f"{PAGE}-points-text").set_value("0 1\n0 x").run()
    assert "x is not a number" in told(app)
    assert app.text_area(f"{PAGE}-points-text").value == "0 1\n0 x"
    app.text_area(f"{PAGE}-points-text").set_value("3 1\n3 2").run()
    assert "All points have the same x" in told(app)


def test_other_points_or_other_runners_are_another_question_and_another_start_is_not(open_page, planes):
    app = answer(open_page("race", surface="own", lr="0.1", limit="50"), FIRST, NESTEROV)
    moved(app, planes, RACE, start=((1.0, 1.0),))
    assert has(planes[RACE], Path)
    app.text_area(f"{PAGE}-points-text").set_value("x,y\n0,1\n1,3\n2,5").run()
    assert address_of(app)["points"] == "0,1;1,3;2,5"  # a first row of words is passed over
    assert not has(planes[RACE], Path)
    answer(app, "All begin at (1, 1)", NESTEROV)
    assert has(planes[RACE], Path)
    app.session_state[f"{PAGE}-more"] = True
    app.run()
    app.button_group(f"{PAGE}-optimizers").set_value(["sgd", "adam"]).run()
    assert not has(planes[RACE], Path)
    assert "again" not in "".join(each.label for each in app.radio)


def test_too_few_points_and_too_large_ones_are_refused_in_words(open_page, planes):
    app = open_page("race", surface="own", points="1e308,1;2,3;3,4")
    assert "can be up to 10000 here" in told(app)
    app.text_area(f"{PAGE}-points-text").set_value("1 2").run()
    assert "1 row; rows allowed: 2 to 100." in told(app)
    assert not app.exception


def test_a_link_restores_a_race_and_says_what_it_leaves_out(open_page, planes):
    link = {"surface": "beale", "start": "-1,0.5", "rule": "best", "limit": "100"}
    app = open_page("race", **link)
    assert not app.info
    assert address_of(app) == {"view": "race", **link}
    (start,) = [part for part in planes[RACE].planes[0].parts if getattr(part, "key", "") == "start"]
    assert start.places == ((-1.0, 0.5),)
    names = [
        "cost",
        "weight",
        "rate",
        "steps",
        "surface",
        "points",
        "rule",
        "start",
        "lr",
        "limit",
        "optimizers",
    ]
    assert len(open_page("race", **dict.fromkeys(names, "nonsense")).info) == len(names)


# The map


def test_the_map_has_its_colours_with_the_answer_and_tells_who_wins_from_the_start(open_page, planes):
    link = {"surface": "saddle", "lr": "0.1", "limit": "50"}
    app = open_page("map", **link)
    assert not has(planes[MAP], Shading)
    assert "From (" not in told(app)
    answer(app, MOST, RMSPROP)
    assert has(planes[MAP], Shading)
    surveyed = winners.survey(race.Inputs("saddle", lr=0.1, limit=50))
    assert f"| RMSprop | 0.1 | {100 * surveyed.share(RMSPROP):.1f} % |" in told(app)
    moved(app, planes, MAP, start=((-2.0, 2.0),))
    assert "From (-2, 2): " in told(app).replace("`", "")
    assert has(planes[MAP], Shading)


def test_everything_on_its_views_is_said_in_chinese(open_app, said, planes):
    """AppTest cannot press a button beside a Chinese choice: what was asked counts as shown."""
    asked = [
        *(ask_ending(each) for each in (PRESETS[1].inputs, PRESETS[5].inputs)),
        ask_first(RACES[0].inputs),
        ask_first(RACES[4].inputs),
        ask_most(RACES[0].inputs),
        ask_first(race.Inputs(race.OWN, limit=50)),
    ]
    for link in (
        {"view": "one"},
        {"view": "one", "cost": "two_minima", "weight": "2", "steps": "20"},
        {"view": "race"},
        {"view": "map"},
        {"view": "race", "surface": "own", "limit": "50"},
    ):
        app = open_app(lang="zh", **link)
        app.session_state["answers"] = {fingerprint(each): None for each in asked}
        app.session_state[f"{PAGE}-steps-table"] = app.session_state[f"{PAGE}-more"] = True
        app.switch_page("pages/learning/descent.py").run()
        assert not app.exception
    assert {"Your points", "ran away", "who is there first", "rate × slope"} & said
    assert not sorted(said - words.labels("zh").keys())
