"""The page "Regression": asked first, moved, typed, diverged, undone, linked; squares and one step."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.plane import Gaps
from lessons.learning.points import NOTES, draw, least_squares
from lessons.learning.regression.fit import FRAMES, run
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.lesson import LESSON, PRESETS
from pages.kit import predict
from pages.kit.plane.plane import script
from pages.learning import regression_fit, regression_squares
from tests.oracles import address_of, answer, badges, program_of, told

FIT, SQUARES = "regression-fit", "regression-squares"
SIGN, DEAREST = "does w go up or down?", "Which of these costs most?"


@pytest.fixture
def open_fit(open_lesson, planes) -> Callable[..., AppTest]:
    """A view with its first question answered: open_fit("squares")."""

    def opened(view: str = "fit", **link: str) -> AppTest:
        return show(open_lesson("learning/regression", view=view, **link))

    return opened


def show(app: AppTest, number: int = 0) -> AppTest:
    """An open question, counted from the top."""
    [each for each in app.button if each.key.startswith("show-")][number].click().run()
    assert not app.exception
    return app


def points_of(app: AppTest) -> tuple[tuple[float, ...], ...]:
    return app.session_state["regression-points-draft"].stack[0]


def part(scene, key: str):
    return next(each for plane in scene.planes for each in plane.parts if getattr(each, "key", "") == key)


def move(app: AppTest, planes, scene: str, **places) -> AppTest:
    planes.move(scene, places)
    app.run()
    assert not app.exception
    return app


def typed(app: AppTest, text: str) -> AppTest:
    app.session_state["regression-own"] = True
    app.run()
    app.text_area("regression-points-text").set_value(text).run()
    assert not app.exception
    return app


# The fit


def test_the_run_comes_with_the_answer_and_least_squares_with_the_line_by_hand(open_lesson, planes):
    app = open_lesson("learning/regression")
    assert planes[FIT].frames == 1
    assert "After 1000 steps" not in told(app)
    assert "same as torch.optim.SGD in its first 20 steps" in badges(app)[0].replace("`", "")
    answer(app, SIGN, 0)
    assert "Right. dL/dw is -32.19" in told(app).replace("**", "")
    assert planes[FIT].frames == FRAMES
    assert "After 1000 steps SGD is at w 1.973, b 3.446, and the loss is 0.8834." in told(app)
    assert "Least squares gives" not in told(app)
    move(app, planes, FIT, start=(least_squares(NOTES),))
    next(each for each in app.button if each.label == "This is my line").click().run()
    assert "Right. The least loss is 0.5409" in told(app).replace("**", "")
    assert "Least squares gives w 1.974, b 4.032" in told(app)
    assert "You came to 0.5409, and beat SGD" in told(app)
    assert part(planes[FIT], "best").places == (least_squares(NOTES),)


def test_a_line_by_hand_is_tried_again_until_it_is_good_and_asked_anew_for_another_loss(open_fit, planes):
    app = open_fit()
    mine = lambda: next(each for each in app.button if each.label == "This is my line")  # noqa: E731
    mine().click().run()
    assert "Not quite. The loss is 26.1: that is not within a tenth of the least" in told(app).replace(
        "**", ""
    )
    assert "Least squares gives" not in told(app)
    assert not mine().disabled
    move(app, planes, FIT, start=(least_squares(NOTES),))
    mine().click().run()
    assert "Right. The least loss is 0.5409" in told(app).replace("**", "")
    assert "You came to 0.5409" in told(app)
    app.button("regression-preset-3").click().run()
    assert "You came to" not in told(app)
    assert "Least squares gives" not in told(app)
    assert not mine().disabled


def test_sgd_goes_on_from_where_the_start_is_left_until_that_is_undone(open_fit, planes):
    app = move(open_fit(), planes, FIT, start=((1.6, 2.5),))
    path = part(planes[FIT], "sgd").places
    assert path == run(Inputs(start=(1.6, 2.5))).path
    assert address_of(app)["start"] == "1.6,2.5"
    assert program_of(app)["line"].w.item() == pytest.approx(path[-1][0])
    app.button("undo").click().run()
    assert part(planes[FIT], "sgd").places == run(Inputs()).path
    app.button("redo").click().run()
    assert part(planes[FIT], "sgd").places == path


def test_a_point_that_is_moved_added_or_taken_away_is_on_the_page_and_in_the_program(open_fit, planes):
    app = open_fit()
    moved = ((2.0, 20.0), *NOTES[1:])
    move(app, planes, FIT, points=moved)
    assert points_of(app) == moved
    move(app, planes, FIT, points=(*moved, (0.0, 3.0)))
    assert len(points_of(app)) == 31
    assert program_of(app)["points"].shape == (31, 2)
    move(app, planes, FIT, points=moved[:1])
    assert points_of(app) == moved[:1]
    assert "After 1000 steps" in told(app)


def test_points_of_a_scaled_plane_are_kept_in_their_own_x(open_fit, planes):
    app = open_fit(scaling="standardise")
    x, y = part(planes[FIT], "points").places[0]
    move(app, planes, FIT, points=((x, y + 1), *part(planes[FIT], "points").places[1:]))
    assert points_of(app)[1:] == NOTES[1:]
    assert points_of(app)[0] == pytest.approx((2.0, 9.0))


def test_a_rate_beyond_its_mark_diverges_and_says_why(open_fit, planes):
    app = move(open_fit(), planes, FIT, rate=((0.0605, 0.0),))
    assert app.select_slider("regression-lr").value == 0.0605
    assert "The run has diverged: at step" in told(app)
    assert "The learning rate 0.0605 is above 0.05026." in told(app)
    assert planes[FIT].frames < FRAMES
    assert program_of(app)["line"].w.item() == pytest.approx(part(planes[FIT], "sgd").places[-1][0], rel=1e-6)
    script(planes[FIT])


def test_the_shown_run_stays_whatever_is_set_next(open_fit, planes):
    """Also where w goes the other way then."""
    app = move(open_fit(), planes, FIT, start=((2.1, 0.0),))
    assert planes[FIT].frames == FRAMES
    app.button("regression-preset-4").click().run()
    assert planes[FIT].frames == FRAMES
    app.session_state["regression-steps-table"] = True
    app.run()
    assert "| 10000 | 1.946 | 2.687 | 2.375 |" in told(app)


@pytest.mark.parametrize("index", [0, 3, 6, 7])
def test_a_preset_stands_on_the_page_and_its_link_restores_it(index, open_fit, open_lesson):
    app = open_fit()
    app.button(f"regression-preset-{index}").click().run()
    inputs = PRESETS[index].inputs
    shown = "\n".join(cell.value for cell in app.code).strip()
    assert shown == LESSON.snippet(inputs).strip()
    again = open_lesson("learning/regression", **address_of(app))
    assert "\n".join(cell.value for cell in again.code).strip() == shown
    assert not again.info


def test_nonsense_in_the_address_is_mentioned_and_left_out(open_lesson, planes):
    fields = (
        "points",
        "lr",
        "momentum",
        "steps",
        "batch",
        "weight_decay",
        "reduction",
        "start",
        "scaling",
        "seed",
    )
    app = open_lesson(
        "learning/regression", view="nonsense", held="1", step="0", **dict.fromkeys(fields, "?")
    )
    assert len(app.info) == len(fields) + 3
    assert program_of(app)["points"].tolist() == [list(point) for point in NOTES]
    for link, said in (
        ({"lr": "2000"}, "lr is 2000"),
        ({"points": "1e308,2"}, "Point 1 is at (1e+308, 2)"),
        (
            {"scaling": "bar"},
            "Scaling of x is 'bar'; it can be one of",
        ),
    ):
        app = open_lesson("learning/regression", **link)
        assert said in told(app)
        assert program_of(app)["points"].shape == (30, 2)


# Points of one's own


def test_points_are_pasted_with_their_header_and_what_cannot_be_read_loses_nothing(open_fit, planes):
    app = typed(open_fit(), "height,weight\n1,2\n2,4.5\n4,7")
    assert points_of(app) == ((1.0, 2.0), (2.0, 4.5), (4.0, 7.0))
    for text, said in (
        ("1 2\n3 nan", "Line 2, column 2: nan is not a finite number."),
        ("x y\n1 1e308", "Line 2 is at (1, 1e+308); numbers up to 1e+06 are allowed."),
        ("\n".join(["1,2"] * 10_000), "10000 rows are too many; at most 100."),
        ("1 2 3", "3 columns; only 2 can stand here."),
    ):
        app.text_area("regression-points-text").set_value(text).run()
        assert said in told(app)
        assert points_of(app) == ((1.0, 2.0), (2.0, 4.5), (4.0, 7.0))
    app.text_area("regression-points-text").set_value("3 1\n3 5").run()
    show(app)
    assert "least squares is singular" in told(app)


def test_points_are_drawn_and_what_cannot_be_drawn_is_told(open_fit):
    app = open_fit()
    app.session_state["regression-own"] = True
    app.run()
    app.text_input("regression-draw-noise").set_value("0 x").run()
    assert "x is not a number" in told(app)
    app.text_input("regression-draw-noise").set_value("1e308").run()
    assert "1e+308); numbers up to 1e+06 are allowed." in told(app)
    assert not [each for each in app.button if each.key == "regression-draw-go"]
    app.text_input("regression-draw-noise").set_value("-1 1").run()
    app.number_input("regression-draw-count").set_value(12).run()
    app.button("regression-draw-go").click().run()
    assert points_of(app) == draw(2, 3, (-1, 1), 12, 1)
    app.button("undo").click().run()
    assert points_of(app) == NOTES


# Squares


def test_the_squares_come_with_the_answer_and_follow_the_line(open_lesson, planes):
    app = open_lesson("learning/regression", view="squares")
    gaps = lambda: [each for each in planes[SQUARES].planes[0].parts if isinstance(each, Gaps)]  # noqa: E731
    assert gaps() == []
    answer(app, DEAREST, 3)
    assert "At x 9 the line says 13.5, and y is 23" in told(app)
    assert [each.shape for each in gaps()] == ["squares"]
    (x, _y), (other, _z) = part(planes[SQUARES], "ends").places
    move(app, planes, SQUARES, ends=((x, 2 * x + 3), (other, 2 * other + 3)))
    assert app.session_state["regression-squares-held"] == pytest.approx((2.0, 3.0))
    assert address_of(app)["held"] == "2,3"
    assert len(gaps()) == 1
    app.button("undo").click().run()
    assert app.session_state["regression-squares-held"] == (1.5, 0.0)
    app.session_state["regression-squares-table"] = True
    app.run()
    assert "| 1 | 2 | 8 | 3 | -5 | 25 | 3.327 |" in told(app)


def test_upright_and_across_are_compared_on_three_points_once_asked(open_fit, planes):
    app = open_fit("squares")
    assert app.toggle("regression-squares-across").disabled
    app.button("regression-squares-three").click().run()
    assert "has w 0.9286" in "".join(each.label for each in app.radio).replace("`", "")
    answer(app, "at right angles to the line", 0)
    assert "Right. It is 1, and not 0.9286." in told(app).replace("**", "")
    assert "13 / 14 ≈ 0.9286" in told(app)
    for name in ("best", "across"):
        app.toggle(f"regression-squares-{name}").set_value(True).run()
    assert "the closest, measured upright, is y = 0.5 x + 1." in told(app)
    assert "the closest, measured across, is y = x." in told(app)
    assert address_of(app)["across"] == "true"
    assert part(planes[SQUARES], "across").places[0] == pytest.approx((0.8, 0.8))
    assert "The question was about other points" not in told(app)
    move(app, planes, SQUARES, points=((1.0, 2.0), (2.0, 3.0), (3.0, 2.0)))
    assert "The question was about other points" in told(app)
    app.button("regression-squares-again").click().run()
    assert "has w 1" in "".join(each.label for each in app.radio).replace("`", "")
    assert "The question was about other points" not in told(app)


# One step


def test_a_step_is_opened_up_once_its_sign_was_asked(open_lesson, planes):
    app = open_lesson("learning/regression", view="step")
    assert "autograd" not in told(app)
    answer(app, SIGN, 1)
    assert "Not quite. dL/dw is -32.19" in told(app).replace("**", "")
    assert "| 1 | 2 | 8 | 2.789 | -5.211 | -0.6949 | -0.3474 |" in told(app)
    assert "| dL/dw | -32.19 | -32.19 | -32.19 |" in told(app)
    assert "1.541 - 0.0001×(-32.18) ≈ 1.544" in told(app)
    app.slider("regression-step-step").set_value(40).run()
    assert address_of(app)["step"] == "40"
    assert "that, and momentum × velocity" in told(app)
    app.button("regression-step-again").click().run()
    assert "autograd" not in told(app)
    assert "Before step 40 the line is at" in "".join(each.label for each in app.radio)


def test_a_step_on_a_batch_shows_the_points_of_that_batch(open_fit):
    app = open_fit("step", batch="4", steps="1", reduction="sum", momentum="0", weight_decay="0")
    assert "This step looks at 4 of 30 points." in told(app)
    first = run(Inputs(batch=4, steps=1)).batches[0][0]
    assert f"| {first + 1} | {NOTES[first][0]:g} | {NOTES[first][1]:g} |" in told(app)
    assert not app.slider


# Every view


@pytest.mark.parametrize("view", ["fit", "squares", "step"])
def test_everything_is_translated_also_what_comes_with_the_answers(view, open_app, said, planes, monkeypatch):
    for module in (predict, regression_fit, regression_squares):
        monkeypatch.setattr(module, "is_open", lambda question: False)
    app = open_app(lang="zh", view=view, batch="4", scaling="centre", best="true", across="true")
    for opened in ("regression-more", "regression-own", "regression-steps-table", "regression-squares-table"):
        app.session_state[opened] = True
    app.switch_page("pages/learning/regression.py").run()
    assert not app.exception
    assert not app.warning
    for scene in planes.values():
        script(scene)
    assert len(said) > 50
    assert not sorted(said - words.labels("zh").keys())


def test_what_was_set_is_still_there_after_another_view_and_another_page(open_fit, planes):
    app = move(open_fit(), planes, FIT, start=((1.6, 2.5),), rate=((0.002, 0.0),))
    visit = partial(app.switch_page, "pages/home/home.py")
    for view in ("squares", "step", "fit"):
        app.segmented_control("regression-view").set_value(view).run()
    assert not app.exception
    visit().run()
    app.switch_page("pages/learning/regression.py").run()
    assert part(planes[FIT], "sgd").places == run(Inputs(start=(1.6, 2.5), lr=0.002)).path
    assert planes[FIT].frames == FRAMES
