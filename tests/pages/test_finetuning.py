"""The page of fine-tuning: the guess first, then the runs, found by what they are."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.engine.pictures import others
from lessons.engine.training import runs, tuning
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out
from lessons.models.finetuning import inputs
from lessons.models.finetuning.crossing import SIZES
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WAYS, WHOLE, Inputs
from pages.models import finetuning_compare
from tests.oracles import address_of, told

FEW = {"per_class": "5", "epochs": "4"}
GUESS = "finetuning-guess"


@pytest.fixture
def open_page(open_lesson, drawn_home) -> Callable[..., AppTest]:
    return partial(open_lesson, "models/finetuning")


def begun(home: Path) -> dict[str, Run]:
    """The runs that a learner has begun, by their way."""
    return {run.config().tuning: run for run in runs.every(home / "runs") if run.config().tuning}


@pytest.fixture(autouse=True)
def short_tests(monkeypatch) -> None:
    monkeypatch.setattr(tuning, "TESTED", 50)
    monkeypatch.setattr(inputs, "THREADS", 1)


@pytest.fixture(scope="session")
def compared(drawn: Path, tmp_path_factory) -> Path:
    """A folder with the runs of a comparison that was made before: that takes seconds."""
    folder = tmp_path_factory.mktemp("compared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(drawn.parent))
        patch.setattr(tuning, "TESTED", 50)
        patch.setattr(inputs, "THREADS", 1)
        for config in Inputs(per_class=5, epochs=4).runs().values():
            run = runs.create(folder, config)
            carry_out(run)
            assert run.state().status == "done", run.state().reason
    return folder


@pytest.fixture
def done(drawn_home, compared) -> dict[str, Run]:
    """The runs of that comparison, by their way."""
    shutil.copytree(compared, drawn_home / "runs")
    return begun(drawn_home)


def test_a_guess_is_drawn_first_then_one_click_begins_every_way(open_page, drawn_home, planes) -> None:
    app = open_page(**FEW)
    assert app.button("finetuning-run").disabled
    assert app.button("finetuning-guessed").disabled
    planes.move(GUESS, {FROZEN: ((2.0, 80.0),)})
    app.run()
    app.button("finetuning-guessed").click().run()
    app.button("finetuning-run").click().run()
    made = begun(drawn_home)
    assert made.keys() == set(WAYS)
    assert {run.config() for run in made.values()} == set(Inputs(per_class=5, epochs=4).runs().values())
    assert "0 of 4 epochs" in told(app)
    assert "After 4 epochs" not in told(app)


def test_runs_that_were_made_before_are_shown_after_the_guess_alone(open_page, done, planes) -> None:
    app = open_page(**FEW)
    assert "After 4 epochs" not in told(app)
    planes.move(GUESS, {WHOLE: ((3.0, 60.0),)})
    app.run()
    app.button("finetuning-guessed").click().run()
    assert "After 4 epochs, on the test pictures" in told(app)
    assert "Your bars are off by" in told(app)
    assert "the features of all pictures were computed once" in told(app)
    assert not [button for button in app.button if button.key == "finetuning-run"]


def test_the_kinds_that_the_backbone_has_learned_are_shown_one_picture_each(open_page) -> None:
    images, names = finetuning_compare._kinds()
    assert sorted(names) == sorted(others.CLASSES)
    assert {image.shape for image in images} == {(96, 96, 3)}
    app = open_page()
    assert "What the backbone has learned" in [fold.label for fold in app.expander]


def test_who_would_rather_not_guess_goes_on_without(open_page, done) -> None:
    app = open_page(**FEW)
    app.button("finetuning-skip").click().run()
    assert "After 4 epochs" in told(app)
    assert "Your bars" not in told(app)


def test_pictures_that_one_way_gets_and_another_does_not_are_shown(open_page, done) -> None:
    app = open_page(**FEW)
    app.button("finetuning-skip").click().run()
    app.selectbox("finetuning-one").set_value(WHOLE)
    app.selectbox("finetuning-other").set_value(SCRATCH).run()
    assert not app.exception
    assert "that the other takes for something else" in told(app)


def test_what_was_broken_off_can_go_on(open_page, done, drawn_home) -> None:
    run = done[WHOLE]
    run.write_state(replace(run.state(), status="interrupted"))
    app = open_page(**FEW)
    app.button("finetuning-skip").click().run()
    assert "interrupted" in told(app)
    assert app.button("finetuning-run").label == "Go on with what was broken off"
    app.button("finetuning-run").click().run()
    assert run.state().status == "queued"
    assert len(begun(drawn_home)) == len(WAYS)


def test_mirroring_is_barred_with_its_reason_until_the_frozen_ways_are_left_out(open_page) -> None:
    app = open_page(ways=f"{SCRATCH},{WHOLE}", flip="true")
    assert address_of(app)["flip"] == "true"
    app = open_page(flip="true")
    assert "flip" not in address_of(app)


def test_the_crossing_gathers_what_is_done_and_begins_what_is_not(open_page, done, drawn_home) -> None:
    app = open_page(view="crossing", **FEW)
    assert app.button("finetuning-sizes").disabled
    assert ": 5." not in told(app)
    app.radio("finetuning-between").set_value("20-100").run()
    assert ": 5." in told(app)
    assert "24 runs to make" in told(app)
    app.button("finetuning-sizes").click().run()
    assert not app.exception
    sizes = {run.config().per_class for run in runs.every(drawn_home / "runs") if run.config().tuning}
    assert sizes == set(SIZES)


def test_too_many_pictures_of_a_small_class_are_told_of_by_its_run(open_page, home) -> None:
    app = open_page(data="folder:none")
    assert "There is no set of pictures called" in told(app)


def test_a_net_whose_weights_are_not_here_is_offered_to_be_fetched(open_page) -> None:
    app = open_page(net="squeezenet1_1")
    assert "is not on this machine yet: 5 MB" in told(app)
    assert not [button for button in app.button if button.key == "finetuning-run"]


@pytest.mark.parametrize("view", ["compare", "crossing", "audit", "mistakes"])
def test_everything_is_translated(view, open_app, said, done) -> None:
    app = open_app(lang="zh")
    app.switch_page("pages/models/finetuning.py")
    app.query_params.update({"view": view, "lang": "zh", **FEW})
    app.run()
    assert not app.exception
    assert not said - words.labels("zh").keys()
