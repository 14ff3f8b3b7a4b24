"""The page "Losses": what fits itself to the numbers, its closer look, and its other losses."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from pages.learning import losses_closer, losses_distances
from tests.oracles import address_of, answer, program_of, told


@pytest.fixture
def open_losses(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/losses")


def test_targets_and_weights_follow_the_numbers_of_samples_and_classes(open_losses):
    app = open_losses(numbers="1,2,3,4;4,3,2,1;0,0,0,0;5,0,0,0")
    assert program_of(app)["target"].tolist() == [2, 1, 0, 0]
    app = open_losses(numbers="1,2,3,4;0,0,0,0", weight="5,1,1,1", target="3;0")
    assert program_of(app)["weight"].tolist() == [5, 1, 1, 1]


def test_probabilities_that_do_not_sum_to_1_are_told_and_mended_with_a_click(open_losses):
    app = open_losses(given="probabilities", numbers="1,1,2;0,3,1;2,2,4")
    assert "The probabilities of sample 1 sum to 4;" in told(app)
    app.button("losses-numbers-normalize").click().run()
    assert not app.warning
    assert address_of(app)["numbers"] == "0.25,0.25,0.5;0,0.75,0.25;0.25,0.25,0.5"


def test_a_target_for_every_class_is_taken(open_losses):
    app = open_losses(target="0.5,0.5,0;0,1,0;0,0,1")
    assert program_of(app)["output"].item() > 0
    assert "divides by the number of samples, 3" in told(app)


# A closer look


@pytest.fixture
def open_closer(open_losses) -> Callable[..., AppTest]:
    def opened(section: str, **link: str) -> AppTest:
        app = open_losses(view="closer", **link)
        app.session_state[f"{losses_closer.PAGE}-{section}"] = True
        return app.run()

    return opened


def test_a_number_that_got_lost_is_lit_once_it_was_guessed_where_exp_ends(open_closer):
    app = open_closer("naive", numbers="1000,0", target="1", weight="1,1")
    assert "red-background" not in told(app)
    answer(app, "Up to which logit is exp(logit) still a float32", 88)
    assert told(app).count(":red-background[") == 2
    assert "| 1 | 0 | 1000 |" in told(app)


def test_both_ways_to_one_loss_are_shown_and_vectors_have_but_one(open_closer):
    assert "F.nll_loss(F.log_softmax(logits, dim=1), target)" in told(open_closer("both-ways"))
    soft = open_closer("both-ways", target="1,0,0;0,1,0;0,0,1")
    assert "nll_loss takes a class for each sample" in told(soft)


def test_what_sums_to_1_is_asked_before_it_is_shown(open_closer):
    app = open_closer("dim")
    assert not app.get("html") or "softmax(dim=0)" not in str([each.value for each in app.get("html")])
    answer(app, "what sums to 1?", 1)
    assert "Not quite. Each row." in told(app).replace("**", "")


def test_what_mean_divides_by_is_asked_where_it_matters(open_closer):
    assert "Change one" in told(open_closer("divisor"))
    app = open_closer("divisor", weight="5,1,3")
    answer(app, "Written as vectors of zeros and a 1", 0)
    assert "for vectors by the number of samples, 3." in told(app)
    assert "vectors already" in told(open_closer("divisor", target="1,0,0;0,1,0;0,0,1"))


def test_what_a_wrong_target_does_is_asked_and_answered_in_torchs_own_words(open_closer):
    app = open_closer("traps")
    assert "IndexError" not in told(app)
    answer(app, "A target of 3 with 3 classes: what does F.cross_entropy give?", 1)
    assert "Not quite. IndexError: Target 3 is out of bounds." in told(app).replace("**", "")
    app.selectbox(f"{losses_closer.PAGE}-trap").set_value("hundred").run()
    answer(app, "A target of -100", 3)
    assert "such a sample is left out" in told(app)


# Other losses


@pytest.fixture
def open_distances(open_losses) -> Callable[..., AppTest]:
    return partial(open_losses, view="distances")


def test_the_loss_of_typed_numbers_is_told_with_its_terms(open_distances):
    app = open_distances()
    assert "The loss is 0.5." in told(app)
    app = open_distances(prediction="0 3", targets="1 1", kind="mse", reduced="sum")
    assert "| 0 | 1 | -1 | 1 |\n| 3 | 1 | 2 | 4 |" in told(app)
    assert "The loss is 5." in told(app)
    assert "Your dearest is number 2, with the error 2: 4 of 5." in told(app)
    assert address_of(app)["prediction"] == "0 3"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "no number"),
        ("1 2 x", "x is not a number"),
        ("1 2", "2 predictions need as many targets; there are 5"),
        ("1e9 2 3 4 5", "Numbers up to 1000000 can"),
    ],
)
def test_what_is_no_prediction_is_explained_and_stays(typed, why, open_distances):
    app = open_distances()
    app.text_input("losses-distances-prediction").set_value(typed).run()
    assert why in told(app)
    assert app.text_input("losses-distances-prediction").value == typed


def test_a_perfect_fit_of_the_wrong_shape_is_asked_first(open_distances):
    app = open_distances(targets="1 2 3 4", prediction="1 2 3 4")
    answer(app, "The prediction is perfect", 0)
    assert "Not quite. 2.5. torch broadcasts" in told(app).replace("**", "")


def test_everything_in_the_views_is_said_in_chinese(open_app, said):
    for view, page, slugs in (
        ("closer", losses_closer.PAGE, losses_closer.SECTIONS),
        ("distances", losses_distances.PAGE, ("program", "square")),
    ):
        app = open_app(lang="zh", view=view, weight="5,1,3")
        for slug in slugs:
            app.session_state[f"{page}-{slug}"] = True
        app.switch_page("pages/learning/losses.py").run()
        assert not app.exception
    assert {"A closer look", "softmax along which dim?", "Other losses", "prediction"} <= said
    assert not sorted(said - words.labels("zh").keys())
