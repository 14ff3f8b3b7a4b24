"""The view "Other losses": distances, answers that are yes or no, and distributions; a learner's stories."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.matrix import to_text
from lessons.learning.losses.inputs import normalized
from pages.learning import losses_binary, losses_divergence
from tests.oracles import address_of, answer, executed, told
from tests.strategies import numbers

PARTS = {"binary": losses_binary.PAGE, "divergence": losses_divergence.PAGE}


@pytest.fixture
def open_other(open_lesson) -> Callable[..., AppTest]:
    """open_other("binary", yes="0 0 1")"""
    return lambda loss, **link: open_lesson("learning/losses", view="distances", loss=loss, **link)


@pytest.fixture
def open_binary(open_other) -> Callable[..., AppTest]:
    return partial(open_other, "binary")


@pytest.fixture
def open_divergence(open_other) -> Callable[..., AppTest]:
    return partial(open_other, "divergence")


def unfolded(app: AppTest, part: str) -> AppTest:
    """What is behind a title."""
    app.session_state[part] = True
    return app.run()


def test_a_loss_is_chosen_kept_in_the_address_and_what_was_typed_waits(open_lesson):
    app = open_lesson("learning/losses", view="distances")
    assert "loss" not in address_of(app)
    app.text_input("losses-distances-prediction").set_value("0 0 0 0 9").run()
    chooser = app.button_group("losses-others-loss")
    chooser.set_value("binary").run()
    assert "Every logit is a question of its own" in told(app)
    app.button_group("losses-others-loss").set_value("distances").run()
    assert app.text_input("losses-distances-prediction").value == "0 0 0 0 9"


def test_the_choice_stands_in_the_address_even_where_what_was_typed_is_refused(open_lesson):
    app = open_lesson("learning/losses", view="distances", yes="x")
    app.button_group("losses-others-loss").set_value("binary").run()
    assert "x is not a number" in told(app)
    assert address_of(app)["loss"] == "binary"


# Yes or no


def test_pos_weight_is_asked_before_the_sides_are_told(open_binary):
    app = open_binary()
    assert "the yes side weighs" not in told(app)
    answer(app, "Which pos_weight lets both sides weigh the same?", 3)
    assert "Right. 3: 3 / 1. pos_weight multiplies" in told(app).replace("**", "")
    assert "With pos_weight=1, the yes side weighs 1, and the no side 3." in told(app)
    app.select_slider("losses-binary-pos_weight").set_value(3.0).run()
    assert "With pos_weight=3, the yes side weighs 3, and the no side 3." in told(app)
    assert address_of(app)["pos_weight"] == "3"


def test_worked_numbers_are_put_on_the_page_by_a_click(open_binary):
    app = open_binary()
    app.button("losses-binary-preset-2").click().run()
    assert "| 1 | 0 | 0.7311 | 0 | 1.313 | 1.313 | 0.2437 |" in told(app)
    assert "The loss is 0.9935." in told(app)
    assert address_of(app)["logits"] == "1 0 0.5"
    app.button("losses-binary-preset-1").click().run()
    assert "The loss is 0.6931." in told(app)
    answer(app, "No target is a yes", 3)
    assert "Not quite. By 1, so it stays" in told(app).replace("**", "")


def test_every_number_is_worked_out_by_itself(open_binary):
    app = open_binary(bce_row="2")
    assert "max(-1, 0) - (-1)×1 + log(1 + exp(-1)) ≈ 1.313" in told(app)
    app.button_group("losses-binary-bce_row").set_value(4).run()
    assert "(sigmoid(-3) - 0) / 4 ≈ 0.01186" in told(app)
    app.text_input("losses-binary-logits").set_value("5 6").run()
    app.text_input("losses-binary-yes").set_value("0 1").run()
    assert "(sigmoid(5) - 0) / 2 ≈ 0.4967" in told(app)


def test_the_program_of_a_link_gives_its_loss(open_binary):
    app = open_binary(logits="1 -2", yes="0.5 1", pos_weight="3", bce_reduction="sum")
    loss = executed(unfolded(app, "losses-binary-program").code[0].value)["output"].item()
    assert f"The loss is {loss:.4g}." in told(app)


def test_what_two_calls_lose_is_asked_and_shown_on_the_learners_numbers(open_binary):
    app = unfolded(open_binary(logits="1000 -200 17 2", yes="0 1 0 0"), "losses-binary-naive")
    assert "| 1000 | 1 | 100 | 1000 | 0 | 1 |" not in told(app)
    answer(app, "What does F.binary_cross_entropy(torch.sigmoid(z), y) make of it?", 200)
    assert "| 1000 | 1 | 100 | 1000 | 0 | 1 |" in told(app)
    assert "Of your 4 numbers, in float32 and without pos_weight, two calls get 3 wrong." in told(app)


def test_what_is_no_answer_is_explained_and_stays(open_binary):
    app = open_binary()
    for logits, yes, why in (
        ("", "0", "no number"),
        ("1 2 x", "0 1 0", "x is not a number"),
        ("1 2", "0 1 0", "2 logits need as many targets; there are 3"),
        ("1 2", "0 2", "Target 2 is 2; it can be from 0, a no, to 1, a yes"),
        ("1e9", "0", "Numbers up to 1000000"),
    ):
        app.text_input("losses-binary-logits").set_value(logits)
        app.text_input("losses-binary-yes").set_value(yes).run()
        assert why in told(app)
        assert app.text_input("losses-binary-logits").value == logits


# Distributions


def test_why_mean_is_not_batchmean_is_asked_before_both_are_told(open_divergence):
    app = open_divergence()
    assert "batchmean" not in told(app)
    answer(app, "What does it divide the sum of the terms by", 2)
    assert "Not quite. By 6: mean counts every term, 2 × 3." in told(app).replace("**", "")
    assert "| batchmean | 2 | 0.0578 |\n| mean | 6 | 0.01927 |" in told(app)
    assert "aligns with the KL div math definition" in told(app)


def test_a_sample_is_looked_at_and_cross_entropy_is_taken_apart(open_divergence):
    app = open_divergence(kl_row="2")
    assert "| 1 | 0.5 | 0.4 | 0.1116 |" in told(app)
    assert "| 1 | 0.8018 | 0.08512 | 0.8869 | 0.8869 | 0.09203 |" in told(app)
    app.button("losses-divergence-preset-1").click().run()
    assert "| 1 | 0.6931 | 0.5108 | 1.204 | 1.204 | 0.3681 |" in told(app)
    assert address_of(app)["q"] == "0.9 0.1"


def test_what_is_ruled_out_and_happens_is_explained(open_divergence):
    app = open_divergence(p="0.7 0.2 0.1", q="0.8 0.2 0")
    assert "Sample 1, class 2: p is above 0, and q is 0." in told(app)
    assert "| 2 | 0.1 | 0 | ∞ |" in told(app)


def test_rows_that_do_not_sum_to_1_are_told_and_mended_with_a_click(open_divergence):
    app = open_divergence(q="1 1 2\n0 3 1")
    assert "The probabilities of sample 1 sum to 4; they must sum to 1." in told(app)
    app.button("losses-divergence-q-normalize").click().run()
    assert not app.warning
    assert address_of(app)["q"] == "0.25 0.25 0.5\n0 0.75 0.25"


def test_what_is_no_distribution_is_explained_and_stays(open_divergence):
    app = open_divergence()
    for p, why in (
        ("", "no number"),
        ("a b", "a is not a number"),
        ("0.5 0.6", "The targets of sample 1 sum to 1.1"),
        ("1.5 -0.5", "go down to -0.5"),
        ("0.5 0.5", "p has the shape (1, 2), and q (2, 3); they must be the same."),
        ("1", "classes is 1; it must be a whole number from 2 to 16"),
    ):
        app.text_area("losses-divergence-p").set_value(p).run()
        assert why in told(app)
        assert app.text_area("losses-divergence-p").value == p


def test_what_cannot_be_read_is_no_sum_to_be_mended_either(open_divergence):
    app = open_divergence(p="a b")
    app.button("losses-divergence-p-normalize").click().run()
    assert "a is not a number" in told(app)
    assert app.text_area("losses-divergence-p").value == "a b"


def test_what_is_too_long_for_the_address_is_told(open_divergence):
    app = open_divergence()
    rows = normalized(numbers(1, 16, 16))
    app.text_area("losses-divergence-p").set_value(to_text(rows))
    app.text_area("losses-divergence-q").set_value(to_text(rows)).run()
    assert not app.warning
    assert "The matrices are too long for the address" in told(app)
    assert address_of(app).keys() == {"view", "loss"}


def test_the_programs_of_a_divergence_give_its_numbers_once_the_log_was_asked_about(open_divergence):
    app = unfolded(open_divergence(), "losses-divergence-naive")
    assert not app.code
    answer(app, "Who forgets the log", 2)
    wrong = executed(app.code[0].value)["wrong"].item()
    assert f"Here F.kl_div(q, p) gives {wrong:.4g}, and F.kl_div(q.log(), p) 0.0578." in told(app)


# All of them


def test_nonsense_in_the_address_is_told_and_the_usual_is_shown(open_other):
    app = open_other("hinge")
    assert "loss in the address is hinge, which cannot be read." in told(app)
    app = open_other("binary", pos_weight="-3", bce_reduction="median", bce_row="99", yes="maybe")
    assert told(app).count("in the address is") == 3
    assert "maybe is not a number" in told(app)
    app = open_other("divergence", p="[", q="nan", kl_row="0")
    assert "kl_row in the address is 0" in told(app)
    assert not app.exception


def test_everything_is_said_in_chinese(open_app, said):
    for loss, page in PARTS.items():
        app = open_app(lang="zh", view="distances", loss=loss, p="0.8 0.2", q="1 0")
        for part in ("program", "naive"):
            app.session_state[f"{page}-{part}"] = True
        app.switch_page("pages/learning/losses.py").run()
        for button in [each for each in app.button if each.key.startswith("show-")]:
            button.click()
        app.run()
        assert not app.exception
    assert {"Yes or no (BCE)", "Three zeros", "entropy of p", "Sample"} <= said
    assert not sorted(said - words.labels("zh").keys())
