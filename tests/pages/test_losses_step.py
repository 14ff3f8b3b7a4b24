"""The view "One step" of the page "Losses": asked first, stepped, undone, put back, and what cannot step."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.limits import LOSS_STEPS
from lessons.learning.losses import descent
from lessons.learning.losses.inputs import Inputs
from lessons.learning.losses.questions import ask_slope
from pages.kit.arrows import Scale
from pages.kit.predict import fingerprint
from pages.learning.losses_step import DRAWN, PAGE
from tests.oracles import address_of, answer, badges, executed, told

GO, BACK = f"{PAGE}-go", f"{PAGE}-back"
UNDECIDED = {"numbers": "1,2,3", "target": "0.5,0.5,0", "reduction": "sum", "rate": "10"}


@pytest.fixture
def open_step(open_lesson) -> Callable[..., AppTest]:
    """The view with its arrows, or as it is first seen."""

    def opened(shown: bool = True, **link: str) -> AppTest:
        app = open_lesson("learning/losses", view="step", **link)
        return show(app) if shown else app

    return opened


def show(app: AppTest) -> AppTest:
    next(each for each in app.button if each.key.startswith("show-")).click().run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key).click().run()
    assert not app.exception
    return app


def drawing(app: AppTest) -> str:
    return next(each.value for each in app.markdown if 'class="arrows"' in each.value)


def numbers(app: AppTest) -> tuple[tuple[float, ...], ...]:
    return app.session_state["losses-numbers-draft"].stack[0]


def test_the_arrows_come_with_the_answer(open_step):
    app = open_step(shown=False)
    assert 'class="bar"' in drawing(app)
    assert 'class="head"' not in drawing(app)
    assert app.button(GO).disabled
    assert "The longest arrow" not in told(app)
    answer(app, "which number of sample 2 goes down most?", 2)
    assert "Right." in told(app)
    assert drawing(app).count('class="head"') == 9
    assert "class 0 of sample 3 goes up by 0.6191" in told(app)
    assert not app.button(GO).disabled
    assert "same as autograd" in badges(app)[0].replace("`", "")


def test_a_step_moves_the_numbers_and_lowers_the_loss_until_it_is_undone(open_step):
    app = open_step()
    assert "The loss is 0.4265." in told(app)
    press(app, GO)
    assert numbers(app) == descent.step(Inputs(), 5.0).numbers
    assert "Step 1: the loss fell from 0.4265 to 0.1942." in told(app)
    assert 'class="head"' in drawing(app)
    press(app, GO)
    assert "Step 2: the loss fell from 0.1942" in told(app)
    press(app, "undo")
    assert "Step 1: the loss fell" in told(app)
    press(app, "redo")
    assert "Step 2: the loss fell" in told(app)
    press(app, BACK)
    assert numbers(app) == Inputs().numbers
    assert "The loss is 0.4265." in told(app)
    assert app.button(BACK).disabled


def test_the_record_has_every_step_and_starts_over_with_other_settings(open_step):
    app = press(open_step(), GO)
    assert "rate" not in address_of(app)
    app.select_slider(f"{PAGE}-rate").set_value(1.0).run()
    assert address_of(app)["rate"] == "1"
    press(app, GO)
    app.session_state[f"{PAGE}-losses"] = True
    app.run()
    assert "| 0 |  | 0.4265 |\n| 1 | 5 | 0.1942 |\n| 2 | 1 | 0.17" in told(app)
    app.selectbox("losses-reduction").set_value("sum").run()
    assert "The loss is" in told(app)
    assert "Step" not in told(app)


def test_a_step_that_is_too_long_is_told(open_step):
    app = press(press(open_step(**UNDECIDED), GO), GO)
    assert "the loss rose from" in told(app)
    assert "the step was too long" in told(app)


def test_the_numbers_of_the_arrows_and_the_program_are_those_of_the_page(open_step):
    app = open_step(weight="5,1,2", rate="2")
    for part in ("numbers", "program"):
        app.session_state[f"{PAGE}-{part}"] = True
    app.run()
    assert "| 1 | 2 | 3 | 0.6652 | 1 | -0.08369 | 3.167 |" in told(app)
    program = executed("\n".join(cell.value for cell in app.code))
    press(app, GO)
    assert [list(row) for row in numbers(app)] == [
        pytest.approx(row, abs=1e-9) for row in program["numbers"].tolist()
    ]
    assert f"to {program['after'].item():.4g}." in told(app)


def test_a_class_is_called_by_its_name_as_far_as_there_is_room(open_step):
    app = open_step(names="hippopotamus,<b>,猫头鹰猫头鹰")
    drawn = next(each.value for each in app.markdown if "<svg" in each.value)
    for label in (">hippo…<", ">&lt;b&gt;<", ">猫头…<"):
        assert label in drawn
    assert "<b>" not in drawn


def test_probabilities_are_made_logits_before_they_step(open_step):
    app = open_step(shown=False, given="probabilities", numbers="0.5,0.5", target="0", weight="1,1")
    assert "no longer sum to 1" in told(app)
    assert GO not in [each.key for each in app.button]
    press(app, f"{PAGE}-logs")
    assert numbers(app) == ((-0.693147181, -0.693147181),)
    assert "The loss is 0.6931." in told(app)
    press(show(app), GO)
    press(press(app, "undo"), "undo")
    assert numbers(app) == ((0.5, 0.5),)
    assert address_of(app)["given"] == "probabilities"


def test_a_probability_of_0_has_no_logit(open_step):
    app = open_step(shown=False, given="probabilities", numbers="0,1", target="0", weight="1,1")
    assert "A probability of 0 has no log" in told(app)
    assert f"{PAGE}-logs" not in [each.key for each in app.button]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ({"target": "1;1;1", "ignore_index": "1"}, "Nothing counts"),
        ({"target": "1;1;1", "ignore_index": "1", "reduction": "sum"}, "No number moves"),
        ({"target": "7;1;0"}, "The target of sample 1 is 7"),
        ({"given": "probabilities"}, "sum to 6"),
        ({"rate": "fast"}, "rate in the address is fast, which cannot be read."),
        ({"first": "0"}, "first in the address is 0, which cannot be read."),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_cannot_step_and_nonsense_in_the_address_are_explained(link, why, open_step):
    app = open_step(shown=False, **link)
    assert why in told(app)
    assert GO not in [each.key for each in app.button] or app.button(GO).disabled


def test_reduction_none_steps_against_the_gradient_of_the_sum(open_step):
    app = press(open_step(reduction="none", rate="0.5"), GO)
    assert "gradient is that of the sum" in told(app)
    assert "Step 1: the loss fell from 1.28" in told(app)


def test_of_many_samples_some_are_drawn_and_the_learner_chooses_which(open_step):
    many = {"numbers": ";".join(["0,1"] * 8), "target": ";".join("01010101"), "weight": "1,1"}
    app = open_step(**many)
    assert drawing(app).count("<figure") == DRAWN
    assert app.selectbox(f"{PAGE}-first").options == ["1 to 6 of 8", "7 to 8 of 8"]
    app.selectbox(f"{PAGE}-first").set_value(7).run()
    assert drawing(app).count("<figure") == 2
    assert "sample 8, target: class 1" in drawing(app)
    link = {name: text for name, text in address_of(app).items() if name != "view"}
    assert open_step(False, **link).selectbox(f"{PAGE}-first").value == 7


def test_a_full_record_takes_no_more_steps(open_step, monkeypatch):
    monkeypatch.setattr("pages.learning.losses_step.LOSS_STEPS", 1)
    assert LOSS_STEPS > descent.FIRST_STEPS
    app = press(open_step(), GO)
    assert app.button(GO).disabled
    assert "The record is full" in told(app)


@pytest.mark.parametrize(
    ("over", "ticks"),
    [
        ([0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([0.5, 3.2], [0, 1, 2, 3, 4]),
        ([-3.6, 5.1], [-4, -2, 0, 2, 4, 6]),
        ([1000, 0], [0, 200, 400, 600, 800, 1000]),
        ([1e6, -1e6], [-1e6, -5e5, 0, 5e5, 1e6]),
        ([999.5, 999.6], [999.4, 999.6, 999.8, 1000, 1000.2, 1000.4]),
    ],
    ids=str,
)
def test_a_scale_has_few_round_numbers_and_holds_all(over, ticks):
    scale = Scale.over(over)
    assert scale.ticks == pytest.approx(ticks)
    assert scale.ticks[0] <= min(over) <= max(over) <= scale.ticks[-1]


def test_everything_in_it_is_said_in_chinese(open_app, said):
    """AppTest cannot press a button beside a Chinese choice: what was asked counts as shown."""
    questions = ask_slope(Inputs(reduction="none"), 0)
    for link in ({}, {"given": "probabilities", "numbers": "0.5,0.5", "target": "0", "weight": "1,1"}):
        app = open_app(lang="zh", view="step", reduction="none", **link)
        app.session_state["answers"] = {fingerprint(each): None for each in questions}
        for part in ("losses", "numbers", "program"):
            app.session_state[f"{PAGE}-{part}"] = True
        app.switch_page("pages/learning/losses.py").run()
        assert not app.exception
    assert {
        "goes up",
        "after the step",
        "Its share is {share}, and {meant} is meant.",
        "Take their logs as logits",
    } <= said
    assert not sorted(said - words.labels("zh").keys())
