"""The view "Chance" of the page of transforms: draws, the same without chance, crops, and swapped steps."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.boxes import Box
from lessons.data.transforms import chance
from lessons.data.transforms.crops import ask_smallest
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.steps import read, step
from pages.data import transforms_chance
from pages.data.transforms_chance import OWN
from pages.kit.predict import fingerprint
from tests.oracles import address_of, answer, told

CROP = "RandomResizedCrop"


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms", view="chance")


@pytest.fixture
def shown(monkeypatch) -> list[tuple]:
    """What the boxes were shown with: picture, its size, those given, the learner's."""
    calls: list[tuple] = []
    monkeypatch.setattr(transforms_chance, "boxes", lambda key, *about: calls.append(about[:-1]))
    return calls


# Draws


def test_behind_the_last_seed_comes_the_first_and_can_be_pinned(open_page):
    app = open_page(seed="999")
    assert app.number_input("transforms-seed").value == 999
    assert list(transforms_chance._drawn(Inputs(seed=999))[0])[:3] == [999, 0, 1]


def test_cards_speak_the_language_of_their_learner(open_page, monkeypatch):
    seen = []
    monkeypatch.setattr(
        transforms_chance, "cards", lambda key, label, cards, choose: seen.append(cards[0].title)
    )
    for language in ("en", "zh"):
        open_page(lang=language)
    assert seen == ["seed 0", "随机种子 0"]


def test_the_program_of_the_draws_waits_behind_its_title(open_page):
    app = open_page(seed="5")
    assert len(app.code) == 1
    app.session_state["transforms-sheet-program"] = True
    app.run()
    assert "for draw in [5, 6, 7," in app.code[0].value


def test_how_far_draws_are_apart_without_chance_is_asked_and_then_shown(open_page):
    app = open_page(steps="RandomCrop:size=64")
    assert "In twenty draws one number of the tensor differs by up to" in told(app)
    assert "Picture → CenterCrop" in [each.value for each in app.caption]
    assert len(app.get("plotly_chart")) == 1
    question = chance.ask_fixed(chance.Spread(True, 0.0, 0.0))
    app.radio(f"predict-{fingerprint(question)}").set_value(0).run()
    assert len(app.get("plotly_chart")) == 2
    assert "The largest difference is exactly" in app.success[0].value


def test_draws_of_other_shapes_are_not_compared_and_those_without_chance_still_are(open_page):
    app = open_page(steps="RandomRotation:expand=true")
    assert "not even the same shape" in told(app)
    assert not app.get("plotly_chart")
    assert "Now every random step is replaced" in app.radio[0].label


def test_a_strip_without_chance_says_so(open_page):
    app = open_page(steps="Resize")
    assert "Nothing on this strip is random" in app.info[0].value
    assert not app.get("plotly_chart")


# Crops


def test_without_a_crop_on_the_strip_one_is_tried_on_the_picture(open_page, shown):
    app = open_page()
    _picture, size, given, own = shown[-1]
    assert size == (600, 400)
    assert given == transforms_chance.crops(size, step(CROP), 0, 12)
    assert own == Box(150, 100, 300, 200)
    app.slider(f"transforms-crop-0-{CROP}-scale").set_value((0.5, 0.6)).run()
    assert shown[-1][2] == transforms_chance.crops(size, step(CROP, scale=(0.5, 0.6)), 0, 12)
    assert address_of(app)["view"] == "chance"
    assert "steps" not in address_of(app)


def test_the_crop_of_the_strip_is_shown_on_what_it_is_given_and_set_there(open_page, shown):
    app = open_page(steps=f"Resize:size=80|{CROP}@7:size=32", seed="3")
    _picture, size, given, _own = shown[-1]
    assert size == (120, 80)
    assert given == transforms_chance.crops(size, step(CROP, 2), 3, 12)
    assert len(set(given)) == 12  # also where the step is locked
    app.slider(f"transforms-steps-2-{CROP}-ratio").set_value((1.0, 1.0)).run()
    assert read(address_of(app)["steps"])[1].value("ratio") == (1.0, 1.0)
    assert all(box.width == box.height for box in shown[-1][2])


def test_a_crop_that_is_not_reached_is_shown_on_the_picture(open_page, shown):
    open_page(steps=f"Normalize|{CROP}")
    assert shown[-1][1] == (600, 400)


@pytest.mark.parametrize(
    ("box", "verdict", "grade"),
    [
        (Box(0, 0, 140, 140), "**Possible.** It could have been drawn.", "Right."),
        (Box(0, 0, 48, 32), "**Impossible.** It is too small: at least 8 % of the area.", "Not quite."),
    ],
)
def test_the_smallest_crop_is_dragged_first_and_judged_then(box, verdict, grade, open_page):
    app = open_page()
    app.session_state[OWN.key()] = box
    app.run()
    assert "Your box has" not in told(app)
    question = ask_smallest((600, 400), step(CROP))
    app.button(f"predict-{fingerprint(question)}").click().run()
    assert verdict in told(app)
    assert grade in (app.success or app.info)[0].value
    assert app.button(f"predict-{fingerprint(question)}").disabled


def test_a_box_that_another_picture_has_no_room_for_begins_again(open_page, shown):
    app = open_page()
    app.session_state[OWN.key()] = Box(300, 200, 100, 100)
    app.run()
    assert shown[-1][3] == Box(300, 200, 100, 100)
    app.selectbox("transforms-picture").set_value("house").run()
    assert shown[-1][3] == Box(8, 8, 16, 16)
    assert [each.value.split(": ")[1] for each in app.info] == ["`300_200_100_100`. It is left out."]


# Swapped steps


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (0, "It matters: one of the orders is refused, or the shapes differ."),
        (1, "It does not matter: both orders give the same numbers, to the last bit."),
        (3, "It matters: the largest difference is"),
    ],
)
def test_two_steps_that_change_places_are_compared(place, told, open_page):
    app = open_page(
        steps="ToImage|ToDtype|RandomHorizontalFlip|ColorJitter|Normalize",
    )
    app.selectbox("transforms-swap").set_value(place).run()
    assert any(told in each.value for each in app.markdown)


# Drawing and applying


def test_what_was_drawn_is_applied_to_two_pictures_once_it_was_asked_where_chance_is(open_page):
    app = open_page()
    assert "translate = " not in told(app)
    answer(app, "Where does v2.RandomAffine(", 0)
    assert "translate = (32, -33)" in told(app)
    assert "makes the same picture" in told(app)
    app.selectbox("transforms-halved").set_value("RandomPerspective").run()
    answer(app, "Where does v2.RandomPerspective(", 2)
    assert "makes another picture" in told(app)
    app.session_state["transforms-halves"] = True
    app.run()
    assert "transform = v2.RandomPerspective()" in app.code[0].value


def test_a_random_step_that_does_not_fit_the_picture_is_explained(open_page):
    app = open_page(picture="house", steps="RandomCrop", halved="RandomCrop")
    assert "smaller than what is to be cut out of it" in app.warning[0].value
