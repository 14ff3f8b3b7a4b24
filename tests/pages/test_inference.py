"""The page "Inference": a net and a picture are chosen, a box cuts out, and what the net sees is shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.boxes import Box
from lessons.core.notebook import split_cells
from lessons.engine.training.config import Config
from lessons.engine.training.runs import create
from lessons.engine.training.work import carry_out
from lessons.models.inference.changing import CROP, EVAL, change, explain
from lessons.models.inference.changing import describe as describe_answers
from lessons.models.inference.choosing import BACKBONE, Inputs, see, trained_net
from lessons.models.inference.covering import cover, tell_left, tell_place
from lessons.models.inference.covering import describe as describe_map
from lessons.models.inference.lesson import LESSON, PRESETS
from lessons.models.inference.nothing import ask_net, ask_noise
from lessons.models.inference.nothing import describe as describe_nothing
from lessons.models.inference.seeing import describe, run
from pages.kit.order.order import Tile
from pages.models import inference_picture, inference_seen
from pages.models.inference_changing import PAGE as CHANGING
from tests.oracles import address_of, answer, badges, told

SHAPE = "What shape does the tensor"


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "models/inference")


class Way(list[Tile]):
    """The tiles that are on the page."""

    def take(self, key: str, tiles: Sequence[Tile], selected: int | None, act: Any) -> None:
        self[:] = tiles


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Way:
    made = Way()
    monkeypatch.setattr(inference_seen, "order", made.take)
    return made


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Of the crop box what was shown last: the size of its picture, the box, and what is told of another."""
    seen: list[Any] = []

    def take(key: str, png: bytes, size: Any, given: Any, own: Box, put: Callable[[Box], None]) -> None:
        seen[:] = size, own, put

    monkeypatch.setattr(inference_picture, "boxes", take)
    return seen


def program(app: AppTest) -> list[str]:
    """The cells in the code panel."""
    return [cell.value.strip() for cell in app.code]


def cells(inputs: Inputs) -> list[str]:
    return [cell.source.strip() for cell in split_cells(LESSON.snippet(inputs))]


def test_a_first_visit_shows_all_but_the_shape_before_the_net(open_page, way):
    app = open_page()
    assert not app.warning
    assert not app.info
    assert str(describe(run(Inputs()), "heart")) in told(app)
    assert "same as `torch.softmax`" in badges(app)[0]
    assert program(app) == cells(Inputs())
    assert [tile.title for tile in way][:3] == ["Picture", "Resize", "CenterCrop"]
    assert "?" in way[-1].lines
    assert "(1, 3, 32, 32)" not in [line for tile in way for line in tile.lines]
    answer(app, SHAPE, 1)
    assert "(1, 3, 32, 32)" in way[-1].lines
    assert "Right. (1, 3, 32, 32): one picture" in told(app).replace("**", "")
    assert {each.label for each in app.get("download_button")} >= {"`backbone.safetensors`, for the program"}


def test_a_tile_says_what_it_does_and_the_table_has_every_class(open_page, way):
    app = open_page()
    assert "Choose a tile to read what it does." in told(app)
    app.session_state["inference-tile"] = 1
    app.session_state["inference-classes"] = True
    app.run()
    assert "v2.Resize(32)  \nThe shorter side gets so many pixels" in told(app)
    result = run(Inputs())
    for place in (result.order[0], result.order[-1]):
        assert f"| {place} | {result.classes[place]} | {float(result.logits[place]):.4g} |" in told(app)


def test_a_box_that_is_dragged_cuts_out_and_stands_in_the_address_until_there_is_another_picture(
    open_page, dragged
):
    app = open_page(picture="coast")
    assert dragged[:2] == [(600, 400), Box(0, 0, 600, 400)]
    assert "It is a picture of nothing that this net has a name for." in told(app)
    sun = PRESETS[2].inputs
    app.session_state["inference-box"] = sun.box
    app.run()
    assert address_of(app)["box"] == "440_20_120_120"
    assert program(app) == cells(sun)
    app.session_state["inference-box"] = Box(10, 10, 50, 50)  # would fit the next picture, too
    app.selectbox("inference-picture-kind").set_value("letter").run()
    assert dragged[1] == Box(0, 0, 240, 320)
    assert "box" not in address_of(app)


@pytest.mark.parametrize("index", range(len(PRESETS)))
def test_a_preset_stands_on_the_page_and_its_link_restores_it(index, open_page):
    app = open_page(picture="letter")
    app.button(f"inference-preset-{index}").click().run()
    expected = cells(PRESETS[index].inputs)
    assert program(app) == expected
    again = open_page(**address_of(app))
    assert program(again) == expected
    assert not again.info


def test_nonsense_in_the_address_is_mentioned_and_left_out(open_page, planes):
    nonsense = dict.fromkeys(
        ("view", "net", "picture", "box", "way", "draw", "row", "column", "noise"), "nonsense"
    )
    app = open_page(**nonsense)
    assert len(app.info) == len(nonsense)
    assert program(app) == cells(Inputs())
    assert not nonsense.keys() & address_of(app).keys()


@pytest.mark.parametrize("box", ["1_2_3", "1_2_3_4_5"])
def test_a_box_of_too_few_or_too_many_numbers_is_mentioned_and_the_page_is_there(box, open_page):
    app = open_page(box=box)
    assert [each.value for each in app.info] == [f"`box` in the address is `{box}`, which cannot be read."]
    assert program(app) == cells(Inputs())


def test_a_box_of_a_link_that_is_outside_the_picture_is_left_out(open_page):
    app = open_page(box="30_30_30_30")
    (said,) = app.info
    assert (
        said.value == "The picture is 32 x 32, and the box reaches out of it: `30_30_30_30`. It is left out."
    )
    assert program(app) == cells(Inputs())
    assert "box" not in address_of(app)


@pytest.fixture
def learned(drawn_home: Path) -> str:
    """The id of a run that has a net."""
    run = create(drawn_home / "runs", Config(net="lenet", train_size=100, epochs=1))
    carry_out(run)
    return run.id


def test_a_run_answers_with_its_own_classes_and_one_that_is_gone_is_mentioned(open_page, learned, drawn_home):
    waiting = create(drawn_home / "runs", Config()).id
    app = open_page(net=learned, picture="test-1")
    assert not app.info
    options = app.selectbox("inference-net").options
    assert any(learned[-6:] in each for each in options)
    assert not any(waiting[-6:] in each for each in options)
    assert program(app) == cells(Inputs(learned, "test-1"))
    assert 'torch.load("checkpoint.pt"' in program(app)[1]
    assert "It is a picture of sailboat" in told(app)
    assert address_of(app)["net"] == learned
    app = open_page(net=waiting)
    assert f"There is no net to use in the run {waiting}." in told(app)
    app = open_page(net=learned)
    app.button("inference-preset-2").click().run()
    assert program(app) == cells(replace(PRESETS[2].inputs, net=learned))
    app = open_page(net="20200101-000000-abcdef")
    assert "There is no run '20200101-000000-abcdef' here." in told(app)
    assert program(app) == cells(Inputs())


def test_a_net_whose_weights_are_not_here_says_so_and_the_others_are_still_there(open_page):
    app = open_page(net="alexnet")
    assert "is not on this machine yet: 233 MB." in told(app)
    assert not app.code
    app.selectbox("inference-net").set_value("backbone").run()
    assert program(app) == cells(Inputs())


# The other views


def test_the_right_answer_comes_with_which_of_twenty_to_believe(open_page, planes):
    app = open_page(view="changes")
    plane = f"{CHANGING}-answers"
    count = len(planes[plane].planes[0].parts)
    changing = change(see(Inputs()), EVAL, 0)
    assert str(describe_answers(changing)) in told(app)
    assert "BatchNorm" not in told(app).split("### ")[0]
    answer(app, "which one should I believe?", 3)
    assert "Right. None. In train() a net is not the one that was tested." in told(app).replace("**", "")
    assert len(planes[plane].planes[0].parts) == count + 1
    assert str(explain(changing)[1]) in told(app)
    app.button_group(f"{CHANGING}-way").set_value("crop").run()
    assert "RandomResizedCrop at prediction" in app.radio[0].label
    app.session_state[f"{CHANGING}-table"] = True
    app.run()
    (first, times), *_others = change(see(Inputs()), CROP, 0).named
    assert told(app).count(f"| {changing.classes[first]} |") == times
    assert address_of(app)["way"] == "crop"


def test_the_map_comes_with_the_guess_where_it_matters(open_page):
    app = open_page(view="square", row="6", column="5")
    covered = cover(see(Inputs()))
    assert str(tell_place(covered, 5, 4)) in told(app)
    assert "It matters most" not in told(app).split("### ")[0]
    answer(app, "Where does it matter most for heart?", 0)
    assert told(app).count(str(describe_map(covered)).split(".")[0]) == 1
    assert any("more probable" in each.proto.body for each in app.get("html"))
    app.session_state["inference-covering-table"] = True
    app.run()
    assert f"| 1 | {float(covered.shares[0, 0]):.1%} |" in told(app)
    answer(app, "Is it still heart?", 0)
    assert str(tell_left(covered)) in told(app)


def test_what_it_says_to_nothing_comes_with_the_guess_and_stays_for_another_noise(open_page):
    app = open_page(view="empty")
    assert "inference-picture-kind" not in [each.key for each in app.selectbox]
    said = ask_net(trained_net(BACKBONE), 0)
    assert str(describe_nothing(said)) not in told(app)
    answer(app, "The net is given noise", ask_noise(said).answer)
    assert "Right." in told(app)
    assert str(describe_nothing(said)) in told(app)
    app.select_slider("inference-nothing-noise").set_value(4).run()
    assert str(describe_nothing(ask_net(trained_net(BACKBONE), 4))) in told(app)
    assert address_of(app)["noise"] == "4"


@pytest.mark.parametrize("view", ["seen", "changes", "square", "empty"])
def test_everything_is_said_in_chinese(view, open_page, said):
    app = open_page(lang="zh", view=view)
    for fold in ("classes", "changing-table", "covering-table", "nothing-table"):
        app.session_state[f"inference-{fold}"] = True
    while shows := [each for each in app.button if str(each.key).startswith("show-")]:
        shows[0].click().run()
    assert not app.exception
    assert not sorted(said - words.labels("zh").keys())
