"""Stories of the page "Train a classifier", told by its own runs: nobody trains while a page is tested."""

import io
import json
import os
import shutil
import time
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from lessons.engine.pictures import sources
from lessons.engine.training import holding, runs, trash
from lessons.engine.training.config import Config
from lessons.engine.training.export import export
from lessons.engine.training.records import State
from lessons.engine.training.reports import Report, Step
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import FIRST_NAME, FIRST_RUN
from lessons.engine.training.work import carry_out
from pages.kit.runs import follow, ledger, shared
from tests.pages.trained import TINY, draw_tiny


@pytest.fixture
def open_page(open_lesson: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """The page as its address opens it: open_page(lr="0.1")."""
    return partial(open_lesson, "training/classifier")


def standing(app: AppTest) -> str:
    """The line above the curves."""
    return app.get("progress")[0].proto.text


def chooser(app: AppTest) -> Selectbox:
    """Of the run that is shown."""
    return next(box for box in app.selectbox if box.label in ("Run", "训练记录"))


def steps(app: AppTest) -> str:
    return next(text.value for text in app.markdown if text.value.startswith("Steps"))


def curves(app: AppTest, key: str) -> list[dict[str, Any]]:
    """What is drawn in the chart with this key."""
    (chart,) = (chart for chart in app.get("plotly_chart") if chart.key == key)
    return json.loads(chart.proto.spec)["data"]


def points(curve: dict[str, Any]) -> int:
    x = curve["x"]  # a short list, or the bytes of an array
    return len(np.frombuffer(b64decode(x["bdata"]), x["dtype"])) if isinstance(x, dict) else len(x)


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.info, *app.warning, *app.error, *app.toast, *app.caption))


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def queued(home: Path) -> Run:
    """The run that waits to be carried out."""
    return next(run for run in runs.every(home / "runs") if run.state().status == "queued")


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


# The first visit


def test_on_a_first_visit_a_small_run_is_being_made(home, open_page):
    app = open_page()
    assert chooser(app).options[0].startswith("A first look")
    assert standing(app).startswith("next to start")
    assert "There is something to see here after the first epoch." in said(app)
    assert queued(home).config() == FIRST_RUN


def test_a_finished_run_shows_its_curves_and_its_numbers(run, open_page):
    app = open_page()
    accuracy = 100 * run.history().epochs[-1].test_accuracy
    assert standing(app) == f"done · step 9 of 9 · test accuracy {accuracy:.1f} %"
    assert points(curves(app, "watch-loss")[0]) == 9
    assert points(curves(app, "watch-accuracy")[0]) == 3
    assert not app.warning


def test_every_view_into_a_finished_run_has_something_to_show(run, open_page):
    app = open_page()
    wrong = round(18 * (1 - run.history().epochs[-1].test_accuracy))
    assert wrong > 0
    view = app.segmented_control(key="inside-view")
    view.set_value("Worst mistakes").run()
    assert len(app.image[0].proto.imgs) == wrong
    view.set_value("First filters").run()
    assert "6 filters of 3 x 5 x 5 (channels x height x width)" in said(app)
    assert "mid-grey is 0, full colour 0.1" in said(app)
    view.set_value("Layers").run()
    assert "parameters in all." in said(app)


def test_the_slider_goes_back_to_an_earlier_epoch(run, open_page):
    app = open_page()
    epoch = app.select_slider(key=f"inside-epoch-{run.id}-3")
    assert epoch.value == 3
    epoch.set_value(1).run()
    assert not app.exception
    assert app.select_slider(key=f"inside-epoch-{run.id}-3").value == 1


def test_an_earlier_epoch_is_kept_while_later_ones_come_and_the_last_one_is_followed(run, open_page):
    app = open_page()
    app.select_slider(key=f"inside-epoch-{run.id}-3").set_value(2).run()
    press(app, "watch-more")
    carry_out(run)
    app.run()
    slider = app.select_slider(key=f"inside-epoch-{run.id}-4")
    assert slider.value == 2
    slider.set_value(4).run()
    press(app, "watch-more")
    carry_out(run)
    app.run()
    assert app.select_slider(key=f"inside-epoch-{run.id}-5").value == 5


def test_a_page_looks_once_which_pictures_there_are(run, open_page, monkeypatch):
    app = open_page(data="folder:tiny")
    looked = []
    monkeypatch.setattr(sources, "sources", lambda look=sources.sources: looked.append(1) or look())
    app.run()
    assert not app.exception
    assert looked == [1]


# The controls


def with_more(app: AppTest) -> AppTest:
    """What is behind "More" is made when that is opened."""
    app.session_state["config-more"] = True
    return app.run()


def show_steps(app: AppTest) -> AppTest:
    """Ask to be shown what the first question asks for, the steps of an epoch."""
    return next(each for each in app.button if each.label == "Show me").click().run()


def test_the_arithmetic_of_the_steps_follows_the_controls(run, open_page):
    app = with_more(open_page())
    assert steps(app) == r"Steps: $\lceil 5000 / 64 \rceil \times 8 = {?}$"
    assert steps(show_steps(app)) == r"Steps: $\lceil 5000 / 64 \rceil \times 8 = 79 \times 8 = 632$"
    app.select_slider(key="config-batch_size").set_value(32)
    app.number_input(key="config-epochs").set_value(2).run()
    assert steps(app) == r"Steps: $\lceil 5000 / 32 \rceil \times 2 = {?}$"
    assert steps(show_steps(app)) == r"Steps: $\lceil 5000 / 32 \rceil \times 2 = 157 \times 2 = 314$"
    app.number_input(key="config-train_size").set_value(100).run()
    assert steps(show_steps(app)) == r"Steps: $\lceil 100 / 32 \rceil \times 2 = 4 \times 2 = 8$"


def test_settings_are_undone_one_by_one(run, open_page):
    app = open_page()
    seen = [steps(app)]
    for size in (32, 256):
        app.select_slider(key="config-batch_size").set_value(size).run()
        seen.append(steps(app))
    for before in reversed(seen[:-1]):
        press(app, "undo")
        assert steps(app) == before
    assert app.button("undo").disabled


def test_train_starts_what_the_controls_show(home, run, open_page):
    app = open_page()
    app.selectbox(key="config-net").set_value("mlp").run()
    press(app, "train")
    assert queued(home).config() == Config(net="mlp")
    assert chooser(app).value == queued(home).id
    assert standing(app).startswith("next to start")


def test_a_run_behind_others_says_how_many(run, open_page):
    app = open_page()
    press(press(press(app, "train"), "train"), "train")
    assert standing(app).startswith("waiting, 2 before it")


def test_settings_come_from_the_address_and_stay_there(run, open_page):
    app = with_more(open_page(lr="0.1", net="linear", flip="true", train_size="500", lang="en"))
    assert app.select_slider(key="config-lr").value == 0.1
    assert app.toggle(key="config-flip").value is True
    assert steps(app).startswith(r"Steps: $\lceil 500 / 64")
    assert app.query_params["net"] == "linear"
    assert not app.info


def test_the_settings_of_a_run_stand_with_it_and_those_of_the_next_one_can_be_taken_over_from_it(
    home, run, open_page
):
    app = open_page(optimizer="adam", flip="true")
    own = "Pictures: `tiny` · Net: LeNet · Optimizer: SGD · Learning rate: `0.01` · Batch size: `16`"
    assert f"{own} · Epochs: `3` · Device: cpu" in said(app)
    assert app.selectbox(key="config-net").value == "cnn"
    press(press(app, "take-over"), "train")
    assert queued(home).config() == replace(TINY, threads=None)


# Input that cannot be used


NONSENSE = {
    "lr": ("abc", "`lr` in the address is `abc`, which cannot be read."),
    "net": ("<b>foo</b>", "Net is '`<b>foo</b>`'; it can be one of: `linear, mlp"),
    "epochs": ("99999", "Epochs is 99999; it must be a whole number from 1 to 200."),
    "data": ("folder:../x", "There is no set of pictures called '`folder:../x`'."),
    "momentum": ("2", "`momentum` is 2; it must be a number from 0 to 0.9999."),
    "flip": ("maybe", "`flip` in the address is `maybe`, which cannot be read."),
    "run": ("../../etc", "There is no run `../../etc` here; this is the newest."),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_in_the_address_is_mentioned_and_replaced(run, open_page, name):
    asked, answer = NONSENSE[name]
    app = open_page(**{name: asked})
    assert answer in said(app)
    assert steps(show_steps(app)).endswith("= 632$")
    assert app.query_params.get(name) in ([run.id] if name == "run" else (None, []))


def test_a_folder_in_the_address_that_is_not_there_is_mentioned(run, open_page):
    app = open_page(data="folder:cats")
    assert "There is no set of pictures called '`folder:cats`'." in said(app)
    assert app.selectbox(key="config-data").value == "doodles"


def test_nesterov_can_only_be_chosen_with_a_momentum(run, open_page):
    app = with_more(open_page())
    app.toggle(key="config-nesterov").set_value(True).run()
    app.select_slider(key="config-momentum").set_value(0.0).run()
    assert "config-nesterov" not in [toggle.key for toggle in app.toggle]
    press(app, "train")
    assert not app.warning


def test_more_training_pictures_than_there_are_cannot_be_asked_for(run, open_page):
    app = open_page(train_size="6000")
    assert "6000 training pictures are asked for, and there are 5000." in said(app)
    assert not [button for button in app.button if button.key == "train"]


def test_a_folder_with_pictures_for_the_test_alone_is_named_with_what_it_lacks(home, run, open_page):
    draw_tiny(home / "data/half")
    shutil.rmtree(home / "data/half/train")
    app = open_page(data="folder:half")
    assert "There is no set of pictures called '`folder:half`'." in said(app)
    assert "1 more in data/ is no set to learn from" in [each.label for each in app.expander]
    assert "`half`  \nIt has `test`/, but no train/ beside it." in [each.value for each in app.markdown]
    assert standing(app).startswith("done")


def test_a_folder_that_cannot_be_read_says_what_it_needs_and_what_is_no_set_is_named(home, run, open_page):
    (home / "data/half/train/cats").mkdir(parents=True)
    (home / "data/cats.zip").write_bytes(b"PK")
    app = open_page(data="folder:half")
    assert "The folder has 1 class; there can be 2 to 200." in said(app)
    assert standing(app).startswith("done")
    (named,) = [each for each in app.expander if each.label == "1 more in data/ is no set to learn from"]
    assert named.markdown[0].value == "`cats.zip`  \nIt is an archive: unpack it, into a folder in data/."


def test_a_folder_without_test_pictures_has_some_drawn_and_says_so(home, run, open_page):
    draw_tiny(home / "data/more")
    shutil.rmtree(home / "data/more/test")
    app = open_page(data="folder:more", batch_size="16")
    assert "`more` has no pictures for the test. So a fifth of each class is kept for it" in said(app)
    assert sources.source("folder:more").test_size == 9


def test_a_folder_is_read_when_it_is_chosen_for_the_first_time(home, run, open_page):
    draw_tiny(home / "data" / "more")
    app = open_page(data="folder:more", batch_size="16")
    assert steps(show_steps(app)) == r"Steps: $\lceil 48 / 16 \rceil \times 8 = 3 \times 8 = 24$"


def test_a_device_that_is_not_there_ends_the_run_with_a_sentence(home, run, open_page):
    elsewhere = runs.create(home / "runs", replace(TINY, device="mps"))
    carry_out(elsewhere)
    app = open_page(run=elsewhere.id)
    assert "This machine has no `mps` device that torch can use" in said(app)
    assert app.button(key="watch-resume")


def test_a_run_that_collapsed_is_explained_and_can_be_trained_anew_with_a_lower_rate(drawn_home, open_page):
    config = Config(net="lenet", optimizer="adam", lr=0.05, train_size=1000, epochs=3, device="cpu")
    collapsed = runs.create(drawn_home / "runs", config)
    carry_out(collapsed)
    app = open_page(run=collapsed.id)
    assert "This net has collapsed: it takes" in said(app)
    assert "Blind guessing among 10 classes has ln 10 = 2.303. With a learning rate of `0.05`" in said(app)
    assert app.button(key="watch-anew").label == "Train anew at the rate 0.005"
    press(app, "watch-anew")
    assert queued(drawn_home).config() == replace(config, lr=0.005)
    assert chooser(app).value == queued(drawn_home).id
    assert "collapsed" not in said(app)


def test_a_rate_that_was_too_high_is_explained_and_a_lower_one_offered(home, run, open_page):
    app = press(open_page(data="folder:tiny", lr="100", net="lenet", device="cpu"), "train")
    failed = queued(home)
    carry_out(failed)
    app.run()
    assert "The loss is no longer a number" in said(app)
    assert app.button(key="watch-lower").label == "Go on at the rate 10"
    press(app, "watch-lower")
    assert failed.state().status == "queued"


# Names


HOSTILE = "**a** <b>b</b> $x$ :material/home: [c](http://d) {e}"


def test_a_name_is_shown_as_it_was_written(run, open_page):
    app = open_page()
    app.text_input(key=f"name-{run.id}").set_value(HOSTILE).run()
    assert not app.exception
    assert run.name() == HOSTILE
    assert chooser(app).options[0].startswith(HOSTILE)


def test_spaces_in_a_name_are_tidied_once(run, open_page):
    app = open_page()
    app.text_input(key=f"name-{run.id}").set_value("a   b").run()
    assert not app.exception
    assert run.name() == "a b"


def test_a_name_is_no_longer_than_allowed(run, open_page):
    app = open_page()
    app.text_input(key=f"name-{run.id}").set_value("x" * 61).run()
    assert run.name() == "x" * 60


def test_a_name_that_cannot_be_written_is_told(run, open_page):
    app = open_page()
    (run.folder / "name.json.new").mkdir()  # where the new name would be written
    app.text_input(key=f"name-{run.id}").set_value("mine").run()
    assert "Nothing can be written to the folder" in app.toast[0].value
    assert run.name() == ""


def test_a_name_that_is_a_word_of_the_page_is_not_translated(run, open_page):
    run.rename("Stop")
    app = open_page(lang="zh")
    assert chooser(app).options[0].startswith("Stop ·")


# Damaged runs


DAMAGES = {
    "config.json": "The file `config.json` is damaged.",
    "state.json": "The file `state.json` is damaged.",
    "name.json": "The file `name.json` is damaged.",
    "metrics.jsonl": "of `metrics.jsonl` is damaged.",
    "epochs/0003.npz": "The file `0003.npz` is damaged",
}


@pytest.mark.parametrize("file", DAMAGES)
def test_a_damaged_file_is_named_and_the_rest_goes_on(home, run, open_page, file):
    other = runs.create(home / "runs", Config(net="linear"))
    flip_a_bit(run.folder / file)
    app = open_page(run=run.id)
    assert DAMAGES[file] in said(app)
    assert len(app.dataframe[0].value) == 2
    assert any(option.startswith("Linear, SGD 0.01") for option in chooser(app).options)
    press(app, "run-delete")
    assert runs.every(home / "runs") == [other]


def test_a_damaged_checkpoint_is_named_when_the_run_is_to_go_on(run, open_page):
    flip_a_bit(run.folder / "checkpoint.pt")
    app = press(open_page(), "watch-more")
    assert "The file `checkpoint.pt` is damaged: its checksum does not match." in said(app)
    assert run.state().status == "done"


# All runs


def test_a_deleted_run_comes_back_with_undo(home, run, open_page):
    app = press(open_page(), "run-delete")
    assert "There is no run here. Train makes one." in said(app)
    assert app.button(key="run-undo").label.startswith("`LeNet, SGD 0.01 · ")
    press(app, "run-undo")
    assert runs.every(home / "runs") == [run]
    assert standing(app).startswith("done")


def test_two_runs_are_laid_over_each_other_with_what_differs(home, run, open_page):
    other = runs.create(home / "runs", replace(TINY, lr=0.1), name=HOSTILE)
    carry_out(other)
    app = open_page()
    app.multiselect(key="compare").set_value([run.id, other.id]).run()
    assert not app.exception
    named = [curve["name"] for curve in curves(app, "compare-loss")]
    assert "&lt;b&gt;b&lt;/b&gt;" in named[1]
    assert max(len(unescape(line)) for name in named for line in name.split("<br>")) <= 36
    differences = app.dataframe[1].value
    assert [list(row[1:]) for row in differences.itertuples(index=False)] == [["0.01", "0.1"]]


def test_the_same_settings_again_make_the_same_curve(home, run, open_page):
    app = press(open_page(), "run-again")
    carry_out(queued(home))
    app.multiselect(key="compare").set_value([each.id for each in runs.every(home / "runs")]).run()
    assert "Nothing differs" in said(app)
    first, second = curves(app, "compare-loss")
    assert first["y"] == second["y"]


def test_a_run_whose_pictures_are_gone_still_shows_its_curves(home, run, open_page):
    shutil.rmtree(home / "data")
    app = open_page()
    assert points(curves(app, "watch-loss")[0]) == 9
    assert said(app).count("There is no set of pictures called '`folder:tiny`'.") == 2


def test_pictures_that_were_changed_since_a_run_are_not_taken_for_its_own(home, run, open_page):
    (home / "data/tiny/test/red/0.png").unlink()
    sources.load("folder:tiny")
    assert "The pictures have changed since this run" in said(open_page())


def test_a_folder_that_has_changed_is_shown_as_it_is_now(home, run):
    assert len(shared.pictures("folder:tiny").test) == 18
    (home / "data/tiny/test/red/0.png").unlink()
    sources.load("folder:tiny")
    assert len(shared.pictures("folder:tiny").test) == 17


# Predict, then reveal


def test_predictions_are_graded_with_the_numbers_of_the_controls(run, open_page):
    app = open_page()
    for answer, told in ((79.9, "info"), (79, "success")):
        steps_question = next(each for each in app.number_input if each.label.startswith("How many steps"))
        steps_question.set_value(answer).run()
        assert "5000 pictures" in app.get(told)[0].value
    assert steps(app).endswith(r"= 79 \times 8 = 632$")
    assert "5000 pictures in batches of 64 make 79 steps: the last batch holds 8." in app.success[0].value
    loss_question = next(each for each in app.number_input if each.label.startswith("What is the loss"))
    loss_question.set_value(10.0).run()
    assert "ln 10 = 2.303" in app.info[0].value


def raced(home: Path, app: AppTest, *rates: float) -> list[float]:
    """The losses of a race between these rates, of which the first was guessed to win."""
    slugs = [f"{rate:g}" for rate in rates]
    app.radio(key=f"race-guess-{'-'.join(slugs)}").set_value(slugs[0]).run()
    press(app, "race-start")
    racers = {each.config().lr: each for each in runs.every(home / "runs") if each.state().active}
    assert set(racers) == set(rates)
    for racer in racers.values():
        carry_out(racer)
    app.run()
    return [racers[rate].history().epochs[0].train_loss for rate in rates]


def test_a_race_is_graded_when_both_have_run(home, run, open_page):
    app = open_page(data="folder:tiny", net="linear", device="cpu", batch_size="8")
    first, second = raced(home, app, 0.01, 0.001)
    (answer,) = app.success if first <= second else app.info
    assert (
        f"mean loss of the epoch is {round(first, 3)} (rate 0.01), {round(second, 3)} (rate 0.001)"
        in answer.value
    )


def test_a_race_too_close_to_call_is_called_a_tie_and_not_right_or_wrong(home, run, open_page):
    app = open_page(data="folder:tiny", net="linear", device="cpu", lr="1e-05")
    first, second = raced(home, app, 1e-5, 1e-6)
    assert first == pytest.approx(second, rel=0.01)
    assert not app.success
    (answer,) = app.info
    assert answer.value.startswith("Too close to call: the mean loss of the epoch is")


# Taking it home, and the other language


def test_the_code_is_the_program_of_the_run_on_the_screen(run, open_page):
    app = open_page(lr="0.5")
    program = "\n".join(each.value for each in app.code)
    assert "lr=0.01" in program
    assert '"data/tiny/train"' in program


def test_the_code_repeats_a_changed_learning_rate(home, run, open_page):
    changed = runs.create(home / "runs", TINY)

    def lower(report: Report) -> None:
        if isinstance(report, Step) and report.step == 4:
            changed.ask(lr=0.005)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lessons.engine.training.work.LISTEN_SECONDS", 0.0)
        carry_out(changed, watch=lower)
    app = open_page(run=changed.id)
    (step, lr), *_ = changed.history().lr_changes
    assert f"new_rates = {{{step}: {lr}}}" in app.code[-1].value


def test_the_page_speaks_chinese(run, open_page):
    app = open_page(lang="zh")
    assert app.title[0].value == "训练一个分类器"
    assert app.button(key="train").label == "开始训练"
    assert standing(app).startswith("已完成 · 第 9 步，共 9 步")
    assert app.segmented_control(key="inside-view").options[0] == "混淆矩阵"
    assert not set(app.dataframe[0].value.columns) & {"run", "state", "net", "seed"}


def test_the_first_run_has_a_name_in_every_language(run, open_page):
    run.rename(FIRST_NAME)
    app = open_page(lang="zh")
    assert chooser(app).options[0].startswith("示例训练 · ")
    assert app.text_input(key=f"name-{run.id}").value == "示例训练"
    assert run.name() == FIRST_NAME


def test_files_that_were_left_out_are_named(home, run, open_page):
    (home / "data/tiny/train/red/broken.png").write_bytes(b"not a picture")
    sources.load("folder:tiny")
    app = open_page(data="folder:tiny")
    assert "1 file was left out" in [box.label for box in app.expander]
    assert any("broken.png" in text.value for text in app.markdown)


def test_a_check_of_all_files_names_the_damaged_one(run, open_page):
    app = press(open_page(), "run-check")
    assert "Every file is as it was written." in [box.value for box in app.success]
    flip_a_bit(run.epoch_file(2))
    assert "0002.npz" in said(press(app, "run-check"))


def test_a_zip_of_a_run_whose_pictures_are_gone_says_so_instead_of_a_program(home, run, trained):
    with zipfile.ZipFile(io.BytesIO(export(run, "zh"))) as archive:
        assert "# %% 网络\nimport torch" in archive.read(f"{run.id}/repeat.py").decode()
        assert f"{run.id}/checkpoint.pt" in archive.namelist()
    shutil.rmtree(home / "data")
    with zipfile.ZipFile(io.BytesIO(export(run, "zh"))) as archive:
        assert archive.read(f"{run.id}/repeat.py").decode().startswith("# 没有名为")


# What another tab does, and a process that does not answer


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda run: run.queue_again(),
        lambda run: run.rename("another name"),
        lambda run: trash.delete(run),
        lambda run: run.write_state(State("failed")),
    ],
)
def test_what_follows_a_run_notices_what_another_tab_does_with_it_and_reads_only_that(
    run, elsewhere, monkeypatch
):
    seen = follow.standing(run)
    assert follow.standing(run) == seen
    monkeypatch.setattr(Run, "history", lambda _: pytest.fail("more was read"))
    elsewhere(run)
    assert follow.standing(run) != seen


@pytest.fixture
def carried_out(run: Run) -> Iterator[Run]:
    """By a process that lives."""
    run.write_state(State("running"))
    with run.held():
        yield run


@pytest.mark.parametrize("saved", [True, False])
def test_a_run_of_which_nothing_is_heard_says_since_when_and_what_stop_keeps(carried_out, open_page, saved):
    run = carried_out
    if not saved:
        (run.folder / "checkpoint.pt").unlink()
    run.write_state(State("running", saved=saved))
    holding.beat(run.beat_file)
    os.utime(run.beat_file, (1_800_000_000,) * 2)
    app = open_page()
    assert "Nothing has been heard" not in said(app)
    shared.supervisor()._listener.seconds = 0.0
    app.run()
    since = time.strftime("%m-%d %H:%M:%S", time.localtime(1_800_000_000))
    assert f"heard of this run since `{since}`" in said(app)
    assert ("What it had saved last is kept" in said(app)) == saved
    assert ("It had saved nothing yet" in said(app)) != saved
    holding.beat(run.beat_file)
    app.run()
    assert "Nothing has been heard" not in said(app)


def test_a_run_that_was_asked_to_end_and_goes_on_says_how_long_it_may(carried_out, open_page):
    app = open_page()
    press(app, "watch-stop").run()
    assert "Where that takes more than 30 seconds, its process is ended." in said(app)
    carried_out.write_state(State("stopped"))
    assert "It was asked to end" not in said(app.run())


def test_a_copy_of_a_run_is_told_apart_from_it(home, run, open_page):
    other = Run(run.folder.with_name(f"20200101-000000-{run.id[-6:]}"))
    shutil.copytree(run.folder, other.folder)
    app = open_page(run=run.id)
    assert chooser(app).options[0].endswith(f"· {run.id}")
    assert app.query_params["run"] == run.id
    assert len(set(chooser(app).options)) == 2


def test_a_name_stands_in_a_legend_as_it_is_written():
    assert ledger._in_a_legend('"6\' <b>" & more') == '"6\' &lt;b&gt;" &amp; more'
