"""Runs that mean harm, beside a good one: each is in the ledger with what is wrong, and hides no other."""

import json
import os
import shutil
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from lessons.engine.training import runs
from lessons.engine.training.config import Config
from lessons.engine.training.records import METRICS, State
from lessons.engine.training.runs import Run


def put(run: Run, file: str, **values: Any) -> None:
    """Change values of a file, under a right checksum; the text DEEP is nested 100,000 deep."""
    told = json.loads((run.folder / file).read_bytes()) | values
    del told["crc"]
    text = json.dumps(told).replace('"DEEP"', "[" * 100_000 + "]" * 100_000).encode()
    (run.folder / file).write_bytes(text[:-1] + b', "crc": "%08x"}\n' % zlib.crc32(text))


def link_folder(run: Run) -> None:
    elsewhere = run.folder.parents[1] / "elsewhere"
    run.folder.rename(elsewhere)
    run.folder.symlink_to(elsewhere)


HARM: Mapping[str, Callable[[Run], object]] = {
    "config.json": lambda run: put(run, "config.json", config={"epochs": 10**30}),
    "name.json": lambda run: put(run, "name.json", name="x" * 100_000),
    "state.json": lambda run: put(run, "state.json", status="DEEP"),
    "created": lambda run: put(run, "config.json", created=1e300),
    METRICS: lambda run: os.mkfifo(run.folder / METRICS),
    "control.json": lambda run: (run.folder / "control.json").symlink_to("/etc/hostname"),
    "events": lambda run: (run.folder / "events").symlink_to("/etc"),
    "link": link_folder,
}


def ended(folder: Path, seed: int) -> Run:
    run = runs.create(folder, Config(net="linear", seed=seed))
    run.write_state(State("done"))
    return run


@pytest.fixture
def made(home: Path) -> dict[str, Run]:
    """The good one under "", and the others by what is wrong with each."""
    made = {name: ended(home / "runs", seed) for seed, name in enumerate(["", *HARM])}
    for name, harm in HARM.items():
        harm(made[name])
    return made


def test_every_run_is_in_the_ledger_and_what_is_wrong_is_named_in_its_row(home, made, open_lesson) -> None:
    app = open_lesson("training/classifier", run=made["state.json"].id)
    rows = app.dataframe[0].value.to_dict("records")
    assert len(rows) == len(made)
    [good] = [row for row in rows if made[""].id[-6:] in row["run"]]
    assert (good["state"], good["damage"]) == ("done", "–")
    damages = " ".join(row["damage"] for row in rows if row is not good)
    for name in HARM.keys() - {"created", "link"}:
        assert name in damages
    assert damages.count("The file config.json is damaged") == 2
    assert f"The folder {made['link'].id} is a link" in damages
    app.button(key="run-delete").click().run()
    assert not app.exception
    assert set(runs.every(home / "runs")) == set(made.values()) - {made["state.json"]}


def gone(file: str) -> Callable[[Run], object]:
    return lambda run: (run.folder / file).unlink()


def broken(file: str) -> Callable[[Run], object]:
    return lambda run: (run.folder / file).write_bytes(b"{")


FILES = (
    "config.json",
    "name.json",
    "state.json",
    "pictures.json",
    METRICS,
    "checkpoint.pt",
    "epochs/0003.npz",
)
LOST = {f"{way.__name__}: {file}": way(file) for file in FILES for way in (gone, broken)} | {
    "a link": lambda run: (gone(METRICS)(run), (run.folder / METRICS).symlink_to("/etc/hostname")),
    "gone: its pictures": lambda run: shutil.rmtree(run.folder.parents[1] / "data"),
}
SAID_ELSEWHERE = {"gone: pictures.json", "broken: checkpoint.pt"}  # one of an earlier version; by a check


@pytest.mark.parametrize("lost", LOST)
def test_what_one_part_of_a_page_has_lost_the_others_do_without(run, open_lesson, lost) -> None:
    LOST[lost](run)
    app = open_lesson("training/classifier", run=run.id)
    assert [heading.value for heading in app.subheader] == [
        *("Next run", "Look inside", "Predict, then reveal", "Race two learning rates", "Runs", "The code")
    ]
    assert len(app.get("plotly_chart")) == 2
    told = [each.value for kind in (app.warning, app.info) for each in kind]
    assert len(told) == len(set(told))
    assert bool(told) == (lost not in SAID_ELSEWHERE)
    without = {"gone: config.json", "broken: config.json", "gone: its pictures"}
    assert [caption.value.startswith("There is no program") for caption in app.caption].count(True) == (
        lost in without
    )


def test_a_damaged_name_is_put_right_by_another(run, open_lesson) -> None:
    broken("name.json")(run)
    app = open_lesson("training/classifier", run=run.id)
    app.text_input(f"name-{run.id}").input("mine").run()
    assert run.name() == "mine"
    assert not app.warning


@pytest.mark.parametrize("page", ["models/finetuning", "models/inference"])
def test_pages_that_look_for_runs_pass_over_those_that_mean_harm(home, made, open_lesson, page) -> None:
    app = open_lesson(page)
    assert not app.error


@pytest.mark.parametrize("page", ["", "training/classifier"])
def test_a_home_that_cannot_be_is_a_sentence_on_the_page(home, monkeypatch, open_lesson, page) -> None:
    monkeypatch.setenv("LESSONS_HOME", str(home / ("x" * 300)))
    app = open_lesson(page)
    assert app.warning[0].value.startswith("LESSONS_HOME cannot be")
