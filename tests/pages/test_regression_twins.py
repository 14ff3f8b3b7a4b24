"""The view "Twins" of the page "Regression": what is asked first, the switch, the paths, other points."""

import json
from functools import partial

import pytest

from lessons.core import words
from lessons.core.plane import Path
from lessons.learning.regression import forgotten
from lessons.learning.regression.forgotten import LINE
from lessons.learning.regression.inputs import Inputs
from pages.kit.predict import fingerprint
from pages.learning.regression_twins import PAGE
from tests.oracles import address_of, answer, executed, tensor, told

MISTAKE, PLANE = f"{PAGE}-mistake", f"{PAGE}-plane"
FORGOTTEN, SAME = "zero_grad() is forgotten", "which setting of SGD"


@pytest.fixture
def open_twins(open_lesson):
    return partial(open_lesson, "learning/regression", view="twins")


def lines(app) -> list[str]:
    """The names in the chart."""
    (chart,) = app.get("plotly_chart")
    return [line["name"] for line in json.loads(chart.proto.spec)["data"]]


def test_the_mistake_is_asked_about_seen_mended_and_found_to_be_momentum_1(open_twins, planes):
    app = open_twins(mistake="true")
    assert app.toggle(MISTAKE).disabled
    assert lines(app) == ["with zero_grad"]
    answer(app, FORGOTTEN, 0)
    assert "Not quite. At step 3 it is 0.2777, and at step 7 it is 2.233 again." in told(app).replace(
        "**", ""
    )
    assert lines(app) == ["with zero_grad", "without zero_grad"]
    assert PLANE not in planes
    (patch,) = app.code
    assert [line for line in patch.value.split("\n") if line[0] in "+-"] == ["+    optimizer.zero_grad()"]
    app.session_state[f"{PAGE}-heavy"] = True
    answer(app, SAME, 2)
    made = forgotten.both(forgotten.start(LINE))
    paths = {part.key: part.places for part in planes[PLANE].planes[0].parts if isinstance(part, Path)}
    assert tensor(paths["wrong"]).allclose(tensor(paths["heavy"]), rtol=0, atol=1e-9)
    assert str(forgotten.describe(made)) in told(app)
    heavy = executed(app.code[0].value)["path"]
    assert tensor(heavy).allclose(tensor(paths["wrong"]), rtol=0, atol=1e-9)
    assert address_of(app)["mistake"] == "true"


def test_the_learners_points_and_learning_rate_are_taken(open_twins, planes):
    app = answer(open_twins(data="yours", lr="0.001"), FORGOTTEN, 2)
    made = forgotten.both(forgotten.start(Inputs(lr=1e-3)))
    first, last = made.right.losses[0], made.right.losses[-1]
    assert f"with zero_grad: the loss falls from {first:.4g} to {last:.4g} in 100 steps." in told(app)
    assert address_of(app)["data"] == "yours"


def test_a_rate_that_leads_too_far_is_told_and_the_other_points_are_still_there(open_twins, planes):
    app = open_twins(data="yours", lr="0.1")
    assert (
        "With the learning rate 0.1 w or b is beyond 1000000 by step 8. Choose a smaller one in the view Fit."
        in told(app)
    )
    assert not app.get("plotly_chart")
    app.button_group(f"{PAGE}-data").set_value("line").run()
    assert lines(app) == ["with zero_grad"]


def test_a_link_that_cannot_be_read_is_told(open_twins):
    app = open_twins(data="theirs", twin_step="100")
    assert "data in the address is theirs, which cannot be read." in told(app)
    assert "twin_step in the address is 100, which cannot be read." in told(app)


def test_everything_in_it_is_said_in_chinese(open_app, said, planes):
    app = open_app(lang="zh", view="twins", mistake="true")
    for part in ("table", "paths", "heavy", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    begun = forgotten.start(LINE)
    made = forgotten.both(begun)
    questions = (forgotten.ask_loss(made), forgotten.ask_setting(begun, made))
    app.session_state["answers"] = {fingerprint(each): None for each in questions}
    app.switch_page("pages/learning/regression.py").run()
    assert not app.exception
    assert {"20 points of y = 2 x + 1", "The paths as a table"} <= said
    assert not sorted(said - words.labels("zh").keys())
