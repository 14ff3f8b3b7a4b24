"""The view "Twins" of the page "Losses": what is asked first, the switch, and inputs that make no sense."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.losses.inputs import Inputs
from lessons.learning.losses.questions import ask_floor
from lessons.learning.losses.softmax_twice import both, start
from pages.kit.predict import fingerprint
from pages.learning.losses_twins import PAGE
from tests.oracles import address_of, answer, executed, told

MISTAKE, FLOOR = f"{PAGE}-mistake", "How low can its loss get"
SURE, TWICE = 6, 2  # presets


@pytest.fixture
def open_twins(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/losses", view="twins")


@pytest.fixture
def open_answered(open_twins) -> Callable[..., AppTest]:
    """The first question answered, for three classes."""
    return lambda **link: answer(open_twins(**link), FLOOR, 0.55)


def flipped(app: AppTest) -> AppTest:
    return app.toggle(MISTAKE).set_value(True).run()


def preset(app: AppTest, index: int) -> AppTest:
    return app.button(f"losses-preset-{index}").click().run()


def lines(app: AppTest) -> list[str]:
    """The names in the chart."""
    (chart,) = app.get("plotly_chart")
    return [line["name"] for line in json.loads(chart.proto.spec)["data"]]


def test_the_floor_is_asked_before_the_mistake_can_be_seen(open_twins):
    app = open_twins(mistake="true")
    assert app.toggle(MISTAKE).disabled
    assert lines(app) == ["cross_entropy"]
    assert "0.5514" not in told(app)
    answer(app, FLOOR, 0.0)
    assert "Not quite. To 0.5514." in told(app).replace("**", "")
    assert not app.toggle(MISTAKE).disabled
    assert lines(app) == ["cross_entropy", "softmax, then cross_entropy", "floor: 0.5514"]


def test_the_switch_shows_the_mistake_with_symptom_diagnosis_and_the_line_that_mends_it(open_answered):
    app = open_answered()
    assert lines(app) == ["cross_entropy"]
    assert not app.code
    app.session_state[f"{PAGE}-program"] = True
    flipped(app)
    made = both(start(Inputs()), 1.0).twins
    assert f"softmax, then cross_entropy: the loss falls from 0.807 to {made.wrong.losses[-1]:.4g}" in told(
        app
    )
    assert {"Symptom", "Diagnosis"} <= {
        each.value.split("**")[1] for each in app.markdown if "**" in each.value
    }
    patch, program = app.code
    marked = [line for line in patch.value.split("\n") if line[0] in "-+"]
    assert [line.strip() for line in marked] == [
        "-    loss = F.cross_entropy(F.softmax(numbers, dim=1), target)",
        "+    loss = F.cross_entropy(numbers, target)",
    ]
    assert executed(program.value)["losses"] == pytest.approx(made.right.losses, rel=1e-12)
    assert address_of(app)["mistake"] == "true"


def test_the_norm_of_a_confident_mistake_is_asked_and_then_told_at_every_step(open_twins):
    app = flipped(answer(preset(open_twins(), SURE), FLOOR, 1.46))
    assert "| softmax, then cross_entropy | 2.447 | ? |" in told(app)
    answer(app, "How many times smaller", 3)
    assert "| cross_entropy | 5.059 | 1.37 |\n| softmax, then cross_entropy | 2.447 | 0.01517 |" in told(app)
    app.slider(f"{PAGE}-step").set_value(99).run()
    assert "| step 99 | Loss" in told(app)
    assert "0.01517 |" not in told(app)
    assert address_of(app)["step"] == "99"


def test_another_number_of_classes_is_another_floor_and_asked_anew(open_answered):
    app = flipped(open_answered())
    preset(app, SURE)
    assert app.toggle(MISTAKE).disabled
    assert lines(app) == ["cross_entropy"]


def test_a_learning_rate_is_for_both_and_all_their_losses_are_a_table(open_answered):
    app = open_answered(rate="5")
    app.session_state[f"{PAGE}-table"] = True
    flipped(app)
    made = both(start(Inputs()), 5.0).twins
    for twin in (made.right, made.wrong):
        first, last = twin.losses[0], twin.losses[-1]
        assert f"{twin.name}: the loss falls from {first:.4g} to {last:.4g} in 100 steps." in told(app)
    assert "| step | cross_entropy | softmax, then cross_entropy |" in told(app)
    assert f"| 99 | {made.right.losses[99]:.4g} | {made.wrong.losses[99]:.4g} |" in told(app)
    assert address_of(app)["rate"] == "5"


def test_probabilities_and_a_mistake_that_is_set_already_go_down_as_well(open_twins):
    app = preset(open_twins(), TWICE)
    assert "cross_entropy: the loss falls from 1.378" in told(app)
    assert [each.label for each in app.selectbox] == ["Given are", "reduction"]


def test_what_makes_no_sense_is_told_and_mended(open_twins):
    app = open_twins(reduction="none")
    assert "Choose mean or sum." in told(app)
    assert not app.get("plotly_chart")
    app.selectbox("losses-reduction").set_value("sum").run()
    assert lines(app) == ["cross_entropy"]
    assert "No sample counts here" in told(open_twins(target="1;1;1", ignore_index="1"))
    app = open_twins(reduction="sum", weight="1e6,1e6,1e6", rate="5")
    assert "Choose a smaller learning rate" in told(app)
    assert app.get("button_group")


def test_a_link_that_cannot_be_read_is_told(open_twins):
    app = open_twins(rate="7", step="100")
    assert "rate in the address is 7, which cannot be read." in told(app)
    assert "step in the address is 100, which cannot be read." in told(app)


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="twins", mistake="true")
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    app.session_state["answers"] = {fingerprint(ask_floor(3)): 0.55}
    app.switch_page("pages/learning/losses.py").run()
    assert not app.exception
    assert {"Twins", "The one line that mends it", "{low} to {most} times"} <= said
    assert not sorted(said - words.labels("zh").keys())
