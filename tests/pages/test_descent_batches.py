"""The view "Batches": the same points three ways."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.descent import batches
from lessons.learning.descent.batches import ONE, WAYS, Inputs
from tests.oracles import address_of, answer, badges, executed, told

PAGE = "descent-batches"
ASKED = "Whose loss is the lowest then?"


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/descent", view="batches")


def paths(planes) -> list[str]:
    return [part.key for part in planes[PAGE].planes[1].parts if getattr(part, "key", "") in WAYS]


def test_who_is_lowest_is_asked_while_one_path_is_seen(open_view, planes):
    app = open_view()
    assert paths(planes) == ["whole"]
    assert "The two other paths come with your answer." in told(app)
    answer(app, ASKED, WAYS.index(ONE))
    assert "Right. The loss is 21.08 after 10 steps" in told(app).replace("**", "")
    assert paths(planes) == list(WAYS)
    assert planes[PAGE].planes[0].parts[0].by == "mini"
    app.button_group("descent-batches-lit").set_value(ONE).run()
    assert planes[PAGE].planes[0].parts[0].by == ONE
    assert address_of(app)["lit"] == ONE
    assert "same as `torch.optim.SGD`" in badges(app)[0]


def test_another_rate_is_another_question_with_its_table_and_program(open_view, planes):
    app = open_view(batches_lr="0.02", batches_epochs="5", batches_mini="10", batches_seed="3")
    answer(app, ASKED, 0)
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    app.run()
    ways = batches.go(Inputs(0.02, 10, 5, 3))
    assert f"| 150 | 5 | {ways['whole'].losses[-1]:.4g} | 15 |" in told(app)
    assert executed("\n".join(each.value for each in app.code))["mini"][-1] == pytest.approx(
        ways["mini"].places[-1], abs=1e-9
    )


def test_the_start_is_dragged_for_all_three(open_view, planes):
    app = open_view()
    answer(app, ASKED, WAYS.index(ONE))
    planes.move(PAGE, {"start": ((1.0, 2.0),)})
    app.run()
    assert planes[PAGE].planes[1].parts[-1].places == ((1.0, 2.0),)
    assert paths(planes) == list(WAYS)  # what was answered stays so
    assert address_of(app)["batches_start"] == "1,2"


def test_nonsense_in_the_address_is_told(open_view, planes):
    app = open_view(batches_lr="x", batches_mini="31", lit="two", batches_step="9999", batches_start="1")
    assert told(app).count("in the address is") == 5
    assert paths(planes) == ["whole"]


def test_everything_is_said_in_chinese(open_view, said):
    app = open_view(lang="zh")
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    next(each for each in app.button if each.key.startswith("show-")).click().run()
    assert not app.exception
    assert {"one by one", "points looked at", "Line and batch of"} <= said
    assert not sorted(said - words.labels("zh").keys())
