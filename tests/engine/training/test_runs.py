"""Runs on disk: made, found, renamed, deleted; and what their state tells."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from lessons.core import limits
from lessons.core.files import Damaged, write_json, write_with_digest
from lessons.core.messages import LessonError
from lessons.engine.training import runs, trash
from lessons.engine.training.config import Config
from lessons.engine.training.records import State
from lessons.engine.training.runs import Run


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def run(folder) -> Run:
    return runs.create(folder, Config(lr=0.02), name="first")


def sign(run: Run, status: str, pid: int, started: float, **more: float) -> None:
    """Write a state as another process would."""
    run.write_state(State(status))
    written = json.loads((run.folder / "state.json").read_bytes())
    del written["crc"]
    write_json(run.folder / "state.json", written | {"pid": pid, "started": started} | more)


def a_process_that_is_gone() -> tuple[int, float]:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = psutil.Process(process.pid).create_time()
    process.communicate()
    return process.pid, born


def test_a_new_run_is_queued_and_tells_all_that_is_needed_to_repeat_it(run) -> None:
    assert run.state().status == "queued"
    assert run.config() == Config(lr=0.02)
    assert run.name() == "first"
    about = run.about()
    assert set(about.versions) == {"python", "torch", "torchvision", "numpy"}
    assert not run.resumable()
    assert run.history().losses == []


def test_every_run_is_listed_the_newest_first_and_nothing_else_is(folder, monkeypatch) -> None:
    assert runs.every(folder) == []
    made = []
    for second in range(3):
        monkeypatch.setattr(runs.time, "strftime", lambda _, second=second: f"20250101-00000{second}")
        made.append(runs.create(folder, Config()))
    (folder / "notes").mkdir()
    (folder / "todo.txt").touch()
    assert runs.every(folder) == made[::-1]


def test_a_run_is_found_by_its_id(folder, run) -> None:
    assert runs.find(folder, run.id) == run


@pytest.mark.parametrize(
    "odd", ["", ".", "..", "../x", "/", "/etc", "x", ".trash", "20250101-000000-abcdef/..", "\x00", "*"]
)
def test_an_id_is_never_taken_as_a_path(folder, run, odd) -> None:
    with pytest.raises(LessonError, match="There is no run"):
        runs.find(folder, odd)


def test_a_way_round_to_a_run_that_is_there_is_not_its_id(folder, run) -> None:
    for odd in (str(run.folder), f"../runs/{run.id}", f"{run.id}/", f"./{run.id}", f"{run.id}\n"):
        with pytest.raises(LessonError, match="There is no run"):
            runs.find(folder, odd)


def test_a_new_name_is_kept_on_one_line(run) -> None:
    run.rename("  a\nlower \t rate ")
    assert run.name() == "a lower rate"


def test_a_name_that_is_too_long_is_refused_and_the_old_one_stays(run) -> None:
    run.rename("x" * limits.RUN_NAME_LENGTH)
    with pytest.raises(LessonError, match="up to 60 characters"):
        run.rename("y" * (limits.RUN_NAME_LENGTH + 1))
    assert run.name() == "x" * limits.RUN_NAME_LENGTH


def test_a_run_refused_for_its_name_leaves_nothing_behind(folder) -> None:
    with pytest.raises(LessonError, match="up to 60 characters"):
        runs.create(folder, Config(), name="y" * 61)
    assert runs.every(folder) == []


def test_a_deleted_run_is_gone_until_it_is_restored(folder, run) -> None:
    run.write_state(State("done"))
    trash.delete(run)
    assert runs.every(folder) == []
    with pytest.raises(LessonError, match="There is no run"):
        runs.find(folder, run.id)
    trash.restore(folder, run.id)
    assert runs.every(folder) == [run]
    assert run.state().status == "done"


@pytest.mark.parametrize("odd", ["../x", "20250101-000000-abcdef"])
def test_only_what_is_in_the_trash_can_be_restored(folder, run, odd) -> None:
    with pytest.raises(LessonError, match="There is no run"):
        trash.restore(folder, odd)


def test_a_run_still_going_on_is_not_deleted(folder, run) -> None:
    run.write_state(State("queued"))
    with pytest.raises(LessonError, match="Stop it first"):
        trash.delete(run)
    run.write_state(State("running"))
    with run.held(), pytest.raises(LessonError, match="still going on"):
        trash.delete(run)
    assert runs.every(folder) == [run]


def test_a_process_that_does_not_hold_the_run_does_not_carry_it_out(run) -> None:
    """Whatever a file says: that process is somebody else's, and is not ended either."""
    run.write_state(State("running"))
    with run.held():
        assert run.state().status == "running"
    assert run.state().status == "interrupted"
    assert run.process() is None
    trash.delete(run)


def test_a_run_with_a_damaged_state_can_be_deleted(folder, run) -> None:
    (run.folder / "state.json").write_bytes(b"{}")
    trash.delete(run)
    assert runs.every(folder) == []


@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_run_whose_process_is_gone_was_interrupted(run, status) -> None:
    sign(run, status, *a_process_that_is_gone())
    assert run.state().status == "interrupted"
    assert not run.state().active


def test_another_process_with_the_same_number_is_not_believed(run) -> None:
    me = psutil.Process()
    sign(run, "queued", me.pid, me.create_time() - 3600, heartbeat=time.time() - 60)
    assert run.state().status == "interrupted"
    sign(run, "queued", me.pid, me.create_time())
    assert run.state().status == "queued"


@pytest.mark.parametrize("status", ["paused", "done", "stopped", "failed"])
def test_a_run_that_ended_stays_as_it_ended(run, status) -> None:
    sign(run, status, *a_process_that_is_gone())
    assert run.state().status == status


def test_wishes_add_up_until_a_run_begins_again_from_nothing(run) -> None:
    assert run.wishes() == {}
    run.ask(lr=0.1)
    run.ask(want="stop")
    assert run.wishes() == {"lr": 0.1, "want": "stop"}
    run.begin_again()
    assert run.wishes() == {}


def test_the_last_rate_holds_on_when_a_run_goes_on_from_its_checkpoint(run) -> None:
    write_with_digest(run.folder / runs.CHECKPOINT, b"weights")
    run.ask(lr=0.1)
    run.ask(want="stop")
    run.begin_again()
    assert run.wishes() == {"lr": 0.1}
    run.begin_again(lr=0.02)
    assert run.wishes() == {"lr": 0.02}


def test_before_a_checkpoint_another_rate_is_another_config(run) -> None:
    run.ask(lr=0.1)
    run.begin_again(lr=0.05, epochs=3)
    assert run.config() == Config(lr=0.05, epochs=3)
    assert run.wishes() == {}


def test_from_a_checkpoint_on_the_config_keeps_the_rate_of_the_first_step(run) -> None:
    write_with_digest(run.folder / runs.CHECKPOINT, b"weights")
    run.begin_again(lr=0.05, epochs=3)
    assert run.config() == Config(lr=0.02, epochs=3)
    assert run.wishes() == {"lr": 0.05}


def test_after_a_failure_the_rate_wished_for_before_no_longer_holds(run) -> None:
    write_with_digest(run.folder / runs.CHECKPOINT, b"weights")
    run.ask(lr=50.0)
    run.write_state(State("failed"))
    run.begin_again()
    assert run.wishes() == {}


def test_a_damaged_wish_does_not_keep_a_run_from_going_on(run) -> None:
    write_with_digest(run.folder / runs.CHECKPOINT, b"weights")
    (run.folder / "control.json").write_bytes(b"?")
    run.begin_again(lr=0.02)
    assert run.wishes() == {"lr": 0.02}


def test_a_clock_set_anew_does_not_end_a_run_whose_heart_beats(run) -> None:
    run.write_state(State("queued"))
    written = json.loads((run.folder / "state.json").read_bytes())
    del written["crc"]
    write_json(run.folder / "state.json", written | {"started": written["started"] - 3600})
    assert run.state().status == "queued"
    write_json(run.folder / "state.json", written | {"started": 0.0, "heartbeat": 0.0})
    assert run.state().status == "interrupted"


def test_a_run_whose_checkpoint_is_gone_does_not_pretend_that_it_never_had_one(run) -> None:
    checkpoint = run.folder / runs.CHECKPOINT
    write_with_digest(checkpoint, b"weights")
    run.write_state(State("stopped"))
    checkpoint.unlink()
    run.write_state(replace(run.state(), status="failed"))
    assert run.resumable()


@pytest.mark.parametrize("file", ["config.json", "name.json", "state.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"\xff\xfe"])
def test_a_damaged_file_is_named_and_the_run_still_listed(folder, run, file, content) -> None:
    if content is None:
        (run.folder / file).unlink()
    else:
        (run.folder / file).write_bytes(content)
    read = {"config.json": run.config, "name.json": run.name, "state.json": run.state}[file]
    with pytest.raises(Damaged, match=file):
        read()
    assert runs.every(folder) == [run]


def test_a_state_of_other_types_is_damaged(run) -> None:
    write_json(run.folder / "state.json", {"status": "done", "step": "many"})
    with pytest.raises(Damaged, match=r"state\.json"):
        run.state()


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LessonError, match=r"Nothing can be written to the folder .*file/runs: \w+"):
        runs.create(tmp_path / "file/runs", Config())


def test_a_full_disk_leaves_no_half_run(folder, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LessonError, match=r"Nothing can be written .* No space left on device"):
        runs.create(folder, Config())
    assert list(folder.iterdir()) == []


def test_what_a_page_asks_of_a_run_on_a_full_disk_is_refused_in_words(run, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for ask in (lambda: run.ask(want="stop"), lambda: run.rename("new")):
        with pytest.raises(LessonError, match="No space left on device"):
            ask()
    assert run.name() == "first"
    assert run.wishes() == {}


def test_the_trash_keeps_what_was_deleted_lately_and_lets_the_rest_go(tmp_path) -> None:
    run = runs.create(tmp_path, Config())
    run.write_state(State("done"))
    trash.delete(run)
    trash.empty(tmp_path, seconds=60)
    trash.restore(tmp_path, run.id)
    trash.delete(run)
    trash.empty(tmp_path, seconds=0)
    with pytest.raises(LessonError, match="There is no run"):
        trash.restore(tmp_path, run.id)
