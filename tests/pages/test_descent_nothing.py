"""The view "Nothing": what becomes of a weight that nothing pulls at."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.descent import nothing
from lessons.learning.descent.nothing import Inputs
from tests.oracles import address_of, answer, badges, executed, told

PAGE = "descent-nothing"


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/descent", view="nothing")


def test_where_the_weight_goes_is_asked_while_its_steps_with_a_gradient_are_seen(open_view, planes):
    app = open_view()
    assert planes[PAGE].frames == 3
    answer(app, "At the next step its gradient is 0.", 1.653)
    assert "Not quite. It is at 1.433." in told(app).replace("**", "")
    assert planes[PAGE].frames == 21
    assert "same as `torch.optim.SGD`" in badges(app)[0]
    app.session_state[f"{PAGE}-table"] = True
    app.run()
    assert "| 3 | None | 2.268 | 1.653 | 0 | 2.207 | 1.433 | None | 2.268 | 1.653 |" in told(app)


def test_other_settings_ask_again_and_the_program_ends_where_the_page_does(open_view, planes):
    app = open_view(nothing_momentum="0", nothing_pulled="5", nothing_steps="50")
    answer(app, "without momentum", 0)
    app.session_state[f"{PAGE}-program"] = True
    app.run()
    courses = nothing.run(Inputs(momentum=0.0, pulled=5, steps=50))
    assert executed(app.code[0].value)["weights"][-1] == [each.weights[-1] for each in courses.values()]
    app.select_slider("descent-nothing-nothing_pulled").set_value(1).run()
    assert planes[PAGE].frames == 2
    assert address_of(app)["nothing_pulled"] == "1"


def test_nonsense_in_the_address_is_told(open_view, planes):
    app = open_view(nothing_lr="x", nothing_pulled="3", nothing_step="101")
    assert told(app).count("in the address is") == 3
    assert planes[PAGE].frames == 3


def test_everything_is_said_in_chinese(open_view, said):
    app = open_view(lang="zh")
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    next(each for each in app.button if each.key.startswith("show-")).click().run()
    assert not app.exception
    assert {"three weights", "Steps with a gradient"} <= said
    assert not sorted(said - words.labels("zh").keys())
