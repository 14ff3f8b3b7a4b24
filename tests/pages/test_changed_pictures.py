"""A run whose pictures have changed since: what can still be shown stays right, and the rest is said."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.engine.training import answers, origin, runs, tuning
from lessons.engine.training.work import carry_out
from lessons.models.inference.choosing import Inputs, beyond, set_of, truth
from pages.kit.runs import confusion, inside
from tests.oracles import told
from tests.pages.test_classifier import press
from tests.pages.trained import TINY


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "training/classifier")


@pytest.fixture
def grids(monkeypatch) -> list[tuple]:
    """Every confusion matrix on the page, with its classes."""
    seen: list[tuple] = []
    shown = confusion.confusion_grid

    def take(counts, classes, labels, key):
        seen.append((counts.tolist(), classes))
        return shown(counts, classes, labels, key)

    monkeypatch.setattr(inside, "confusion_grid", take)
    return seen


def rename_a_class(home: Path) -> None:
    """The order of the classes changes with it."""
    for part in ("train", "test"):
        (home / "data/tiny" / part / "red").rename(home / "data/tiny" / part / "amber")


def take_one_away(home: Path) -> None:
    (home / "data/tiny/test/red/0.png").unlink()


def take_one_from_a_class_of_its_own(home: Path) -> None:
    """Then train and test do not have the same classes."""
    (home / "data/tiny/test/amber").mkdir()
    (home / "data/tiny/test/red/0.png").rename(home / "data/tiny/test/amber/0.png")


def take_all_away(home: Path) -> None:
    shutil.rmtree(home / "data")


@pytest.mark.parametrize("change", [rename_a_class, take_one_away, take_all_away])
def test_the_confusion_matrix_is_that_of_the_run_whatever_has_become_of_its_pictures(
    home, run, open_page, grids, change
) -> None:
    open_page()
    as_it_was = grids[-1]
    assert as_it_was[1] == ("blue", "green", "red")
    right = sum(as_it_was[0][each][each] for each in range(3))
    assert right / 18 == pytest.approx(run.history().epochs[-1].test_accuracy)
    change(home)
    app = open_page()
    assert grids[-1] == as_it_was
    assert "its pictures cannot be shown" in told(app) or change is take_all_away
    assert not app.image
    app.segmented_control(key="inside-view").set_value("Worst mistakes").run()
    details = run.details(run.history().epochs[-1])
    known = origin.read(run)
    worst = answers.worst_mistakes(details.logits, known.labels, 1)[0]
    assert f"| {known.classes[known.labels[worst]]} |" in told(app)
    assert not app.image
    app.segmented_control(key="inside-view").set_value("Layers").run()
    assert "61411 parameters in all." in told(app)
    assert not app.exception


@pytest.mark.parametrize("change", [rename_a_class, take_one_away, take_one_from_a_class_of_its_own])
def test_what_happens_to_the_folder_while_the_page_is_open_is_seen_on_its_next_run(
    home, run, open_page, grids, change
) -> None:
    app = open_page(data="folder:tiny")
    app.segmented_control(key="inside-view").set_value("Worst mistakes").run()
    assert app.image
    change(home)
    app.run()
    assert not app.image
    assert not app.exception
    if change is take_one_from_a_class_of_its_own:
        assert "must have the same classes" in told(app)
        assert "train" not in {button.key for button in app.button}
    else:
        assert "its pictures cannot be shown" in told(app)
        assert app_code(app).startswith("# The pictures have changed since this run")


def test_pictures_that_are_the_same_again_are_shown_again(home, run, open_page) -> None:
    rename_a_class(home)
    for part in ("train", "test"):
        (home / "data/tiny" / part / "amber").rename(home / "data/tiny" / part / "red")
    app = open_page()
    app.segmented_control(key="inside-view").set_value("Worst mistakes").run()
    assert app.image
    assert "cannot be shown" not in told(app)


def test_one_more_epoch_on_other_pictures_is_refused_in_words(home, run, open_page) -> None:
    app = open_page()
    rename_a_class(home)
    press(app, "watch-more")
    assert "The pictures have changed since this run began" in told(app)
    assert run.state().status == "done"
    assert run.config().epochs == 3


def test_the_line_above_the_curves_counts_the_steps_that_the_run_had(home, run, open_page) -> None:
    for number in range(15):
        (home / "data/tiny/train/red" / f"{number}.png").unlink()
        (home / "data/tiny/train/blue" / f"{number}.png").unlink()
    app = open_page()
    assert "step 9 of 9" in app.get("progress")[0].proto.text


def test_the_program_on_the_page_says_that_the_pictures_have_changed(home, run, open_page) -> None:
    assert "have changed" not in app_code(open_page())
    rename_a_class(home)
    assert app_code(open_page()).startswith("# The pictures have changed since this run")
    assert app_code(open_page(lang="zh")).startswith("# 这次训练之后图片有了变动")


def app_code(app: AppTest) -> str:
    return app.code[0].value


def test_two_runs_of_the_same_settings_on_other_pictures_do_not_count_as_the_same(
    home, run, open_page
) -> None:
    rename_a_class(home)
    other = runs.create(home / "runs", TINY)
    carry_out(other)
    app = open_page()
    app.multiselect(key="compare").set_value([run.id, other.id]).run()
    assert "so the same curve" not in told(app)
    assert "These runs had other pictures under the same name" in told(app)


def test_a_race_whose_pictures_changed_in_between_has_no_winner(home, run, open_page) -> None:
    app = open_page(data="folder:tiny", net="linear", device="cpu", batch_size="8")
    app.radio(key="race-guess-0.01-0.001").set_value("0.01").run()
    press(app, "race-start")
    first, second = [each for each in runs.every(home / "runs") if each.state().active]
    carry_out(first)
    take_one_away(home)
    carry_out(second)
    app.run()
    assert "These runs had other pictures under the same name" in told(app)
    assert "The mean loss of the epoch is" not in told(app)


# Inference


@pytest.mark.parametrize("view", ["seen", "several", "lists"])
@pytest.mark.parametrize("change", [rename_a_class, take_one_away, take_all_away])
def test_a_net_is_used_with_its_own_classes_and_given_doodles_where_its_pictures_have_changed(
    home, run, open_lesson, change, view
) -> None:
    change(home)
    app = open_lesson("models/inference", net=run.id, view=view)
    assert not app.exception
    assert not app.warning
    assert set_of(run.id) == "doodles"
    assert "The pictures that this net was tested on have changed since, or are gone" in told(app)
    if view == "seen":
        assert "`amber`" not in told(app)
        assert "which this net has no name for" in told(app)


def test_what_a_test_picture_shows_is_not_told_from_another_set(home, run) -> None:
    inputs = Inputs(run.id, "test-0")
    assert truth(inputs) in ("red", "green", "blue")
    rename_a_class(home)
    assert truth(inputs) not in ("red", "green", "blue", "amber")
    assert beyond(inputs) is None


def test_test_pictures_of_a_folder_are_those_that_are_there_now(home, run) -> None:
    """As long as it is the set of the run; and of a run that knows nothing, whatever is there."""
    (run.folder / "pictures.json").unlink()
    assert truth(Inputs(run.id, "test-17")) == "red"
    rename_a_class(home)
    assert truth(Inputs(run.id, "test-0")) == "amber"


# Fine-tuning


def test_a_comparison_counts_no_run_that_had_other_pictures(home, run, open_lesson, monkeypatch) -> None:
    from lessons.models.finetuning.inputs import SCRATCH, WHOLE, Inputs

    monkeypatch.setattr(tuning, "TESTED", 18)
    inputs = Inputs(data="folder:tiny", per_class=5, epochs=4, ways=(SCRATCH, WHOLE))
    made = [runs.create(home / "runs", config) for config in inputs.runs().values()]
    for each in made:
        carry_out(each)
        assert each.state().status == "done", each.state().reason
    address = {"data": "folder:tiny", "per_class": "5", "epochs": "4", "ways": "scratch,whole"}
    app = open_lesson("models/finetuning", **address)
    assert not [button for button in app.button if button.key == "finetuning-run"]
    rename_a_class(home)
    app = open_lesson("models/finetuning", **address)
    app.button("finetuning-skip").click().run()
    assert "After 4 epochs" not in told(app)
    app.button("finetuning-run").click().run()
    assert len([each for each in runs.every(home / "runs") if each.state().active]) == 2


def test_everything_is_said_in_chinese(home, run, open_page, said) -> None:
    rename_a_class(home)
    app = open_page()
    app.segmented_control(key="inside-view").set_value("Worst mistakes").run()
    assert "its probability" in said
    assert not sorted(said - words.labels("zh").keys())
