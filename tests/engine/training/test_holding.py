"""One lock a run and a heartbeat: who holds it, and whether they still live."""

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from lessons.core.messages import LessonError
from lessons.engine.training import holding, runs, trash
from lessons.engine.training.config import Config
from lessons.engine.training.holding import Held, Listener, beat, beating, held, last_beat
from lessons.engine.training.records import State
from lessons.engine.training.runs import Run


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr(holding, "MOMENT", 0.05)
    monkeypatch.setattr(holding, "BEAT_SECONDS", 0.01)


@pytest.fixture
def run(tmp_path) -> Run:
    """One that has ended."""
    run = runs.create(tmp_path, Config())
    run.write_state(State("stopped"))
    return run


def test_a_lock_is_for_one_at_a_time_and_free_afterwards(tmp_path) -> None:
    another, again = held(tmp_path, "another"), held(tmp_path, "one")
    with held(tmp_path, "one"), another, pytest.raises(Held, match="still going on"), again:
        pass
    with held(tmp_path, "one"):
        pass


@pytest.mark.parametrize("act", [Run.queue_again, trash.delete, lambda run: run.end_waiting("stopped")])
def test_what_somebody_carries_out_is_left_alone_whatever_its_state_says(run, act) -> None:
    before = (run.folder / "state.json").read_bytes()
    with run.held(), pytest.raises(LessonError, match="This run is still going on"):
        act(run)
    assert (run.folder / "state.json").read_bytes() == before
    assert runs.every(run.folder.parent) == [run]


def test_a_damaged_run_that_is_carried_out_is_not_deleted(run) -> None:
    (run.folder / "state.json").write_bytes(b"?")
    with run.held(), pytest.raises(LessonError, match="This run is still going on"):
        trash.delete(run)
    trash.delete(run)
    assert runs.every(run.folder.parent) == []


def test_a_run_that_another_tab_has_deleted_is_not_there_to_be_deleted(run) -> None:
    trash.delete(run)
    with pytest.raises(LessonError, match="There is no run"):
        trash.delete(run)
    trash.restore(run.folder.parent, run.id)
    assert runs.every(run.folder.parent) == [run]


def test_what_somebody_brings_back_is_not_swept_away_meanwhile(run) -> None:
    trash.delete(run)
    with run.held():
        trash.empty(run.folder.parent, seconds=-1)
    trash.restore(run.folder.parent, run.id)
    assert run.state().status == "stopped"


def test_of_a_run_that_is_gone_for_good_no_lock_is_left(run) -> None:
    run.rename("one")
    beat(run.beat_file)
    trash.delete(run)
    trash.empty(run.folder.parent, seconds=-1)
    assert list((run.folder.parent / holding.LOCKS).iterdir()) == []


def test_wishes_of_two_tabs_at_once_are_both_kept(run, monkeypatch) -> None:
    """Each reads what is wished, adds its own, and writes it: they meet in between."""
    monkeypatch.setattr(holding, "MOMENT", 5.0)
    both, read = Barrier(2), Run.wishes

    def wishes(self: Run) -> dict:
        known = read(self)
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        return known

    monkeypatch.setattr(Run, "wishes", wishes)
    tabs = [Thread(target=run.ask, kwargs=wish) for wish in ({"want": "pause"}, {"lr": 0.5})]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(10)
    assert read(run) == {"want": "pause", "lr": 0.5}


def test_a_heart_beats_however_long_a_step_takes(tmp_path) -> None:
    file = tmp_path / holding.LOCKS / "run.beat"
    with beating(file):
        first, deadline = last_beat(file), time.monotonic() + 5
        while last_beat(file) == first:  # a step that takes its time
            assert time.monotonic() < deadline


class Heard:
    """A listener whose clock is set by hand, and a heart that beats when it is told to."""

    def __init__(self, file: Path, monkeypatch) -> None:
        self.file, self.now, self.listener = file, 1000.0, Listener(10.0)
        monkeypatch.setattr(holding.time, "monotonic", lambda: self.now)

    def beats(self, at: float) -> None:
        self.file.touch()
        os.utime(self.file, (at, at))

    def after(self, seconds: float) -> float | None:
        self.now += seconds
        return self.listener.silent_since(self.file)


@pytest.fixture
def heard(tmp_path, monkeypatch) -> Heard:
    return Heard(tmp_path / "beat", monkeypatch)


def test_ten_seconds_without_a_beat_are_silence_and_its_time_is_that_of_the_last_one(heard) -> None:
    heard.beats(5000.0)
    assert heard.after(0) is None
    assert heard.after(9.9) is None
    assert heard.after(0.2) == 5000.0
    heard.beats(5020.0)
    assert heard.after(0) is None


def test_where_there_was_never_a_beat_nothing_is_said(heard) -> None:
    assert [heard.after(0), heard.after(20)] == [None, None]


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_makes_no_silence_and_hides_none(heard, jump) -> None:
    heard.beats(5000.0)
    heard.after(0)
    heard.beats(5001.0 + jump)
    assert heard.after(1) is None
    assert heard.after(10) == 5001.0 + jump


def test_a_listener_that_has_just_begun_listens_first(heard) -> None:
    heard.beats(1.0)  # long ago
    assert heard.after(0) is None
    assert heard.after(10) == 1.0
