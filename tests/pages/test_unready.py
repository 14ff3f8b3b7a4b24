"""What cannot be used is said beside its field, before anything begins, and takes nothing else away."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.messages import LessonError
from lessons.engine.training import runs
from lessons.engine.training.work import carry_out
from pages.kit.runs import ledger
from tests.oracles import address_of, told
from tests.pages.test_classifier import curves, points, press
from tests.pages.trained import TINY, draw_tiny


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "training/classifier")


def without_a_test(pets: Path) -> None:
    shutil.rmtree(pets / "test")


def of_other_classes(pets: Path) -> None:
    (pets / "test/red").rename(pets / "test/amber")


def of_one_class(pets: Path) -> None:
    for part in ("train", "test"):
        for name in ("red", "green"):
            shutil.rmtree(pets / part / name)


def that_cannot_be_read(pets: Path) -> None:
    for file in (pets / "train/red").iterdir():
        file.write_bytes(b"no picture")


def without_any_class(pets: Path) -> None:
    for part in ("train", "test"):
        for folder in (pets / part).iterdir():
            shutil.rmtree(folder)


UNREADY = [without_a_test, of_other_classes, of_one_class, that_cannot_be_read, without_any_class]


def unready(home: Path, make: Callable[[Path], None]) -> None:
    draw_tiny(home / "data/pets")
    make(home / "data/pets")


def assert_the_rest_is_there(app: AppTest) -> None:
    """The run that is shown, its curves, its program, and the ledger; and what is set for the next one."""
    assert not app.exception
    assert points(curves(app, "watch-loss")[0]) == 9
    assert "Look inside" in [head.value for head in app.subheader]
    assert "Runs" in [head.value for head in app.subheader]
    assert any("optimizer" in cell.value for cell in app.code)
    assert app.selectbox(key="config-net")
    assert "More" in [fold.label for fold in app.expander]


def can_train(app: AppTest) -> bool:
    return bool([button for button in app.button if button.key == "train"])


@pytest.mark.parametrize("wanted", [{}, {"train_size": "10"}, {"per_class": "3"}])
@pytest.mark.parametrize("make", UNREADY)
def test_a_set_that_cannot_be_used_takes_nothing_else_away(home, run, open_page, make, wanted) -> None:
    unready(home, make)
    app = open_page(data="folder:pets", **wanted)
    assert_the_rest_is_there(app)
    assert not can_train(app)
    assert len(app.warning) == 1


@pytest.mark.parametrize("make", UNREADY)
def test_a_set_that_comes_while_the_app_is_open_is_no_different(home, run, open_page, make) -> None:
    app = open_page(train_size="10")
    unready(home, make)
    app.run()
    app.selectbox(key="config-data").set_value("folder:pets").run()
    assert_the_rest_is_there(app)
    assert not can_train(app)


@pytest.mark.parametrize("make", UNREADY)
def test_a_set_that_can_no_longer_be_used_when_train_is_pressed_is_told(home, run, open_page, make) -> None:
    draw_tiny(home / "data/pets")
    app = open_page(data="folder:pets")
    make(home / "data/pets")
    press(app, "train")
    assert_the_rest_is_there(app)
    assert len(runs.every(home / "runs")) == 1


IMPOSSIBLE = {
    "500 of 48": ({"train_size": 500}, "500 training pictures are asked for, and there are 48."),
    "20 of a class of 16": ({"per_class": 20}, "20 training pictures of each class are asked"),
    "both": ({"per_class": 5, "train_size": 9}, "train_size and per_class both say"),
    "head first": (
        {"net": "resnet", "tuning": "head-first", "epochs": 3},
        "For the first 3 epochs the head learns alone",
    ),
    "changing pictures": (
        {"net": "resnet", "tuning": "frozen", "flip": True},
        "the features of each picture are computed once",
    ),
    "too large": ({"data": "folder:large", "net": "mlp"}, "are allowed"),
    "too small": ({"data": "folder:small", "net": "cnn"}, "needs pictures of at least 8 x 8 pixels"),
}


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_settings_that_cannot_be_are_told_before_train_and_take_nothing_else_away(
    home, run, open_page, kind
) -> None:
    for name, side in (("large", 256), ("small", 6)):
        for part, label in product(("train", "test"), "ab"):
            (home / "data" / name / part / label).mkdir(parents=True)
            Image.new("RGB", (side, side)).save(home / "data" / name / part / label / "0.png")
    chosen, sentence = IMPOSSIBLE[kind]
    app = open_page(data="folder:tiny", batch_size="8")
    assert can_train(app)
    for name, value in chosen.items():
        app.session_state[f"config-{name}"] = value
    app.run()
    assert_the_rest_is_there(app)
    assert sentence in told(app)
    assert not can_train(app)
    assert "race-start" not in [button.key for button in app.button]


def test_a_link_to_a_way_of_tuning_restores_it_and_what_does_not_go_with_it_is_told(run, open_page) -> None:
    app = open_page(net="resnet", tuning="frozen", flip="true")
    assert "the features of each picture are computed once" in told(app)
    assert address_of(app)["tuning"] == "frozen"
    assert "flip" not in address_of(app)
    assert can_train(app)


def test_a_device_that_is_not_here_is_told_at_its_field_and_auto_takes_its_place(
    home, run, open_page
) -> None:
    app = open_page(device="mps")
    assert "This machine has no mps device that torch can use; it has: cpu." in told(app)
    app.session_state["config-more"] = True
    app.run()
    assert app.selectbox(key="config-device").options == ["auto", "cpu"]
    press(app, "train")
    assert runs.every(home / "runs")[0].config().device == "auto"


def test_a_device_of_another_machine_is_not_taken_over_from_a_run(home, run, open_page) -> None:
    run.change_config(replace(TINY, device="cuda"))
    app = press(open_page(), "take-over")
    assert "This machine has no cuda device" in told(app)
    assert can_train(app)
    press(app, "run-again")
    assert len(runs.every(home / "runs")) == 1


def test_a_device_that_is_here_is_offered(home, run, open_page, monkeypatch) -> None:
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: torch.device("mps"))
    app = open_page(device="mps")
    app.session_state["config-more"] = True
    app.run()
    assert app.selectbox(key="config-device").options == ["auto", "cpu", "mps"]
    assert app.selectbox(key="config-device").value == "mps"
    assert "This machine has no" not in told(app)


@pytest.mark.parametrize("many", [{"per_class": "3"}, {"train_size": "20"}])
@pytest.mark.parametrize("tuning", ["", "frozen", "head-first"])
def test_a_race_is_of_runs_that_can_be(home, run, open_page, many, tuning) -> None:
    app = open_page(data="folder:tiny", net="resnet", tuning=tuning, device="cpu", **many)
    app.radio(key="race-guess-0.01-0.001").set_value("0.01").run()
    press(app, "race-start")
    racers = [each for each in runs.every(home / "runs") if each.state().active]
    assert len(racers) == 2
    for racer in racers:
        carry_out(racer)
        assert racer.state().status == "done"


def test_a_list_of_runs_that_fails_leaves_the_rest(home, run, open_page, monkeypatch) -> None:
    def fail(*_: object) -> str:
        raise LessonError("There is no run {id!r} here.", id="x")

    monkeypatch.setattr(ledger, "title", fail)
    app = open_page(data="folder:tiny", batch_size="8")
    assert not app.exception
    assert can_train(app)
    assert "race-start" in [button.key for button in app.button]


def test_a_run_with_a_net_of_another_page_is_shown_on_this_one(home, run, open_page) -> None:
    run.change_config(replace(TINY, net="alexnet", tuning="scratch"))
    app = open_page()
    assert not app.exception
    assert "Net: AlexNet" in told(app)
    assert points(curves(app, "watch-loss")[0]) == 9


# Fine-tuning


@pytest.mark.parametrize("view", ["compare", "crossing"])
@pytest.mark.parametrize("make", UNREADY)
def test_a_comparison_on_a_set_that_cannot_be_used_says_so_beside_its_settings(
    home, run, open_lesson, make, view
) -> None:
    unready(home, make)
    app = open_lesson("models/finetuning", data="folder:pets", view=view)
    assert not app.exception
    assert len(app.warning) >= 1
    assert app.selectbox(key="finetuning-data")
    assert not [button for button in app.button if button.key in ("finetuning-run", "finetuning-sizes")]


def test_a_comparison_with_more_pictures_than_a_class_has_is_told_before_it_begins(
    home, run, open_lesson
) -> None:
    for number in range(10):
        (home / "data/tiny/train/red" / f"{number}.png").unlink()
    app = open_lesson("models/finetuning", data="folder:tiny", per_class="10")
    assert "10 training pictures of each class are asked for, and red has 6." in told(app).replace("`", "")
    assert not [button for button in app.button if button.key == "finetuning-run"]


def test_a_crossing_asks_for_no_more_than_the_smallest_class_has(home, run, open_lesson) -> None:
    for number in range(10):
        (home / "data/tiny/train/red" / f"{number}.png").unlink()
    app = open_lesson("models/finetuning", data="folder:tiny", per_class="5", view="crossing", epochs="4")
    app.radio("finetuning-between").set_value("20-100").run()
    app.button("finetuning-sizes").click().run()
    assert not app.exception
    assert {each.config().per_class for each in runs.every(home / "runs") if each.config().tuning} == {5}


# A real net


def test_a_damaged_run_of_a_race_leaves_the_rest_of_the_view(home, open_lesson) -> None:
    app = open_lesson("learning/descent", view="net", racers="sgd,adam")
    app.radio("descent-net-guess-sgd-adam").set_value("adam").run()
    app.button("descent-net-start").click().run()
    racer = next(each for each in runs.every(home / "runs") if each.config().epochs == 1)
    for each in runs.every(home / "runs"):
        each.write_state(replace(each.state(), status="stopped"))
    (racer.folder / "config.json").write_bytes(b"?")
    app.run()
    assert not app.exception
    assert "The file config.json is damaged." in told(app)
    assert app.get("page_link")[0].proto.label.startswith("Every run, its program and its mistakes")


def test_everything_is_said_in_chinese(home, run, open_page, said) -> None:
    open_page(data="folder:tiny", net="resnet", tuning="head-first", epochs="3", device="cuda")
    assert not sorted(said - words.labels("zh").keys())
