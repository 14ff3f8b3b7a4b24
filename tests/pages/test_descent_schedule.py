"""The view "Schedule": a learner drags the rate."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.descent import schedule
from lessons.learning.descent.schedule import Inputs
from tests.oracles import address_of, answer, badges, executed, told

PAGE = "descent-schedule"
ASKED = "how many do the two make alike?"


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/descent", view="schedule")


def keys(planes, number: int) -> list[str]:
    """Of the parts of a plane."""
    return [part.key for part in planes[PAGE].planes[number].parts if hasattr(part, "key")]


def test_whether_two_momentums_agree_is_asked_before_the_textbooks_is_seen(open_view, planes):
    app = open_view()
    assert keys(planes, 1) == ["path-0", "start"]
    answer(app, ASKED, 49)
    assert "Not quite. They go together for 50 steps; then the rate goes from" in told(app).replace("**", "")
    assert keys(planes, 1) == ["path-0", "path-1", "start"]
    assert keys(planes, 2) == ["height-0", "height-1"]
    assert "same as `torch.optim.SGD`" in badges(app)[0]
    app.selectbox("descent-schedule-schedule").set_value("constant").run()
    assert keys(planes, 1) == ["path-0", "start"]
    answer(app, ASKED, 100)
    assert "Right. They agree on every step." in told(app).replace("**", "")


def test_what_was_answered_stays_so_while_knots_and_the_start_are_dragged(open_view, planes):
    app = open_view()
    answer(app, ASKED, 50)
    planes.move(PAGE, {"knots": ((0.0, 0.002), *planes[PAGE].planes[0].parts[-1].places[1:])})
    app.run()
    planes.move(PAGE, {"start": ((-1.0, 2.0),)})
    app.run()
    assert keys(planes, 1) == ["path-0", "path-1", "start"]
    assert "They go together for 50 steps; then the rate goes from 0.001 to 0.0001." in told(app)


def test_a_knot_that_is_dragged_makes_the_schedule_the_learners_own(open_view, planes):
    app = open_view(schedule="cosine")
    knots = planes[PAGE].planes[0].parts[-1].places
    assert len(knots) > 4
    moved = ((0.0, 0.0005), *knots[1:])
    planes.move(PAGE, {"knots": moved})
    app.run()
    assert app.selectbox("descent-schedule-schedule").value == "knots"
    line, _path, dots = planes[PAGE].planes[0].parts
    assert (line.through, dots.places) == ("knots", moved)
    link = address_of(app)
    assert link["schedule"] == "knots"
    app = open_view(**link)
    assert planes[PAGE].planes[0].parts[-1].places == moved
    app.session_state[f"{PAGE}-program"] = True
    app.run()
    found = executed(app.code[0].value)["path"]
    ours = schedule.slide(Inputs("knots", knots=moved)).torch
    assert torch.allclose(torch.tensor(found), torch.tensor(ours), atol=1e-9)


def test_own_knots_begin_as_a_schedule_and_the_start_is_dragged(open_view, planes):
    app = open_view(schedule="knots")
    assert len(planes[PAGE].planes[0].parts[-1].places) == 4
    planes.move(PAGE, {"start": ((-1.0, 2.0),)})
    app.run()
    assert planes[PAGE].planes[1].parts[-1].places == ((-1.0, 2.0),)
    assert address_of(app)["schedule_start"] == "-1,2"


def test_the_steps_are_a_table_and_a_rate_too_high_is_drawn_as_far_as_it_goes(open_view, planes):
    app = open_view(schedule="constant", schedule_lr="0.05", schedule_momentum="0")
    answer(app, ASKED, 0)
    app.session_state[f"{PAGE}-table"] = True
    app.run()
    assert "| steps made | rate | w | b | height | textbook: w | textbook: b | textbook: height |" in told(
        app
    )
    assert "\n| 1 | 0.05 | -4.17 | 3.6 |" in told(app)
    assert planes[PAGE].told.which[-1] == schedule.GONE


def test_nonsense_in_the_address_is_told_and_the_usual_is_shown(open_view, planes):
    app = open_view(schedule="linear", knots="1,2,3", schedule_start="a", schedule_lr="7", schedule_step="-1")
    assert told(app).count("in the address is") == 4
    assert "a is not a number" in told(app)
    assert app.selectbox("descent-schedule-schedule").value == "step"
    assert "A schedule has 2 to 12 knots; here are 1." in told(open_view(schedule="knots", knots="0,0.1"))


def test_everything_is_said_in_chinese(open_view, said):
    for kind in schedule.KINDS:
        app = open_view(lang="zh", schedule=kind)
        app.session_state[f"{PAGE}-table"] = True
        next(each for each in app.button if each.key.startswith("show-")).click().run()
        assert not app.exception
    assert {"One cycle", "share that warms up", "the textbook's momentum"} <= said
    assert not sorted(said - words.labels("zh").keys())
