"""Carrying out a run: everything is written down, and nothing is lost whatever ends it."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

from lessons.core import files
from lessons.core.messages import LessonError
from lessons.engine.training import answers, holding, inspection, recorder, runs, trash, work
from lessons.engine.training.board import Board
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training
from lessons.engine.training.recorder import load_checkpoint
from lessons.engine.training.records import METRICS
from lessons.engine.training.reports import Epoch, Step
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out

TINY = Config("folder:tiny", net="lenet", batch_size=8, epochs=3, flip=True, shift=2, device="cpu", threads=1)
STEPS = 6  # an epoch has: 48 pictures in batches of 8


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, tiny_data) -> Run:
    """What every run in TINY's setting should come to, whatever happened to it."""
    home = tmp_path_factory.mktemp("undisturbed")
    (home / "data").symlink_to(tiny_data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        return carried_out(home / "runs")


@pytest.fixture(autouse=True)
def listening_at_every_step(monkeypatch) -> None:
    monkeypatch.setattr(work, "LISTEN_SECONDS", -1.0)


def new(folder, **changes) -> Run:
    return runs.create(folder, replace(TINY, **changes))


def carried_out(folder, **changes) -> Run:
    run = new(folder, **changes)
    carry_out(run)
    return run


def at_step(number: int, act):
    """A watcher that acts once, when the step has been taken down."""

    def watch(report) -> None:
        if isinstance(report, Step) and report.step == number:
            act()

    return watch


def break_off(*_: object) -> None:
    raise RuntimeError("on purpose")


def resume(run: Run, **changes) -> None:
    run.begin_again()
    run.change_config(replace(run.config(), **changes))
    carry_out(run)


def assert_same_story(run: Run, other: Run) -> None:
    """To the last bit: every loss, every epoch's results, and the weights in the end."""
    told, expected = run.history(), other.history()
    assert told.damages == expected.damages == []
    assert told.losses == expected.losses
    numbers = [
        [(e.epoch, e.step, e.train_loss, e.test_loss, e.details) for e in h.epochs] for h in (told, expected)
    ]
    assert numbers[0] == numbers[1]
    weights, others = (load_checkpoint(each)["net"] for each in (run, other))
    assert all(torch.equal(weights[name], others[name]) for name in others)


def assert_failed(run: Run, sentence: str) -> None:
    assert run.state().status == "failed"
    assert sentence in str(run.state().reason)


def test_a_run_carried_out_to_the_end_tells_everything(tiny) -> None:
    run = carried_out(tiny)
    state, history = run.state(), run.history()
    assert (state.status, state.step, state.epoch, state.reason) == ("done", 3 * STEPS, 3, None)
    assert state.test_accuracy == history.epochs[-1].test_accuracy
    assert len(history.losses) == len(history.times) == 3 * STEPS
    assert history.lrs == [0.01] * 3 * STEPS
    assert history.times == sorted(history.times)
    assert [line.epoch for line in history.epochs] == [1, 2, 3]
    for line in history.epochs:
        details = run.details(line)
        counts = answers.confusion(details.logits, Training(run.config()).test.labels.numpy())
        assert np.trace(counts) / 18 == line.test_accuracy
        assert details.filters.shape[1:] == (3, 5, 5)
    assert run.resumable()
    assert inspection.damages(run) == []


def test_a_run_is_carried_out_by_one_alone_and_another_hears_that_it_goes_on(tiny, undisturbed) -> None:
    """Two that resume a paused run at the same moment: terminal and page, or two apps."""
    run, begun, refused, told = new(tiny), Barrier(2), Event(), []
    carry_out(run, watch=at_step(STEPS + 3, lambda: run.ask(want="pause")))
    run.begin_again()

    def take_up() -> None:
        begun.wait(10)
        try:
            carry_out(run, watch=at_step(STEPS + 4, lambda: refused.wait(10)))
        except LessonError as error:
            told.append(str(error))
            refused.set()

    both = [Thread(target=take_up) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert told == ["This run is still going on."]
    assert inspection.damages(run) == []
    assert_same_story(run, undisturbed)


def test_whoever_finds_a_run_held_touches_nothing(tiny) -> None:
    run = new(tiny)
    files_before = {file: file.read_bytes() for file in run.folder.rglob("*") if file.is_file()}
    with run.held(), pytest.raises(LessonError, match="still going on"):
        carry_out(run)
    assert {file: file.read_bytes() for file in run.folder.rglob("*") if file.is_file()} == files_before


def test_a_heart_beats_during_one_long_step(tiny, monkeypatch) -> None:
    monkeypatch.setattr(holding, "BEAT_SECONDS", 0.01)
    run = new(tiny)

    def take_long() -> None:
        first, deadline = holding.last_beat(run.beat_file), time.monotonic() + 5
        while holding.last_beat(run.beat_file) == first:
            assert time.monotonic() < deadline

    carry_out(run, watch=at_step(2, take_long))
    assert run.state().status == "done"


def test_the_watcher_sees_every_report(tiny) -> None:
    seen = []
    carry_out(new(tiny), watch=seen.append)
    assert sum(isinstance(report, Step) for report in seen) == 3 * STEPS
    assert sum(isinstance(report, Epoch) for report in seen) == 3


@pytest.mark.parametrize("step", [1, STEPS, STEPS + 3])
@pytest.mark.parametrize(("wish", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_a_run_ended_anywhere_goes_on_as_if_it_had_not_been(tiny, wish, status, step, undisturbed) -> None:
    run = new(tiny)
    carry_out(run, watch=at_step(step, lambda: run.ask(want=wish)))
    assert (run.state().status, run.state().step) == (status, step)
    resume(run)
    assert run.state().status == "done"
    assert_same_story(run, undisturbed)


def test_a_run_that_nobody_watches_any_more_is_saved_and_interrupted(tiny, undisturbed) -> None:
    run, orphaned = new(tiny), Event()
    carry_out(run, orphaned, at_step(STEPS + 2, orphaned.set))
    assert (run.state().status, run.state().step) == ("interrupted", STEPS + 2)
    resume(run)
    assert_same_story(run, undisturbed)


def test_a_new_learning_rate_is_used_from_the_next_step_on_and_noted(tiny, undisturbed) -> None:
    run = new(tiny)
    carry_out(run, watch=at_step(5, lambda: run.ask(lr=0.001)))
    history = run.history()
    assert history.lr_changes == ((6, 0.001),)
    expected = undisturbed.history().losses
    assert history.losses[:6] == expected[:6]
    assert all(loss != other for loss, other in zip(history.losses[6:], expected[6:], strict=True))
    assert load_checkpoint(run)["optimizer"]["param_groups"][0]["lr"] == 0.001


def test_one_more_epoch_is_what_a_longer_run_would_have_done(tiny, undisturbed) -> None:
    run = carried_out(tiny, epochs=2)
    resume(run, epochs=3)
    assert_same_story(run, undisturbed)


def test_a_rate_far_too_high_fails_in_words_and_a_smaller_one_saves_the_run(tiny) -> None:
    run = carried_out(tiny, lr=50.0)
    assert_failed(run, "The loss is no longer a number")
    assert "Try a rate ten times smaller: 5." in str(run.state().reason)
    assert run.state().advised_lr == 5
    resume(run, lr=0.01)
    assert run.state().status == "done"
    assert run.state().reason is run.state().advised_lr is None
    assert run.history().lrs == [0.01] * 3 * STEPS


def test_a_rate_raised_too_far_keeps_the_last_good_checkpoint(tiny, undisturbed) -> None:
    run = new(tiny)
    carry_out(run, watch=at_step(STEPS + 1, lambda: run.ask(lr=50.0)))
    assert_failed(run, "with a learning rate of 50")
    checkpoint = load_checkpoint(run)
    assert checkpoint["step"] == STEPS
    assert all(weights.isfinite().all() for weights in checkpoint["net"].values())
    resume(run)
    assert_same_story(run, undisturbed)


def test_a_set_of_pictures_that_is_gone_fails_in_words(tiny) -> None:
    assert_failed(carried_out(tiny, data="folder:gone"), "There is no set of pictures called 'folder:gone'.")


def test_a_set_that_has_to_be_fetched_first_fails_in_words(tiny) -> None:
    assert_failed(carried_out(tiny, data="fashion-mnist"), "FashionMNIST")


def test_more_pictures_than_there_are_fail_in_words(tiny) -> None:
    assert_failed(carried_out(tiny, train_size=49), "49 training pictures are asked for, and there are 48.")


def test_a_damaged_config_fails_in_words(tiny) -> None:
    run = new(tiny)
    (run.folder / "config.json").write_bytes(b"{}")
    carry_out(run)
    assert_failed(run, "The file config.json is damaged.")


def test_a_damaged_state_fails_in_words(tiny) -> None:
    run = new(tiny)
    (run.folder / "state.json").write_bytes(b"{}")
    carry_out(run)
    assert_failed(run, "The file state.json is damaged.")


def test_a_damaged_wish_fails_in_words_and_is_not_taken_for_none(tiny) -> None:
    run = new(tiny)
    (run.folder / "control.json").write_bytes(b"{}")
    carry_out(run)
    assert_failed(run, "The file control.json is damaged.")


@pytest.mark.parametrize("content", [None, b"", b"something else"])
def test_a_damaged_checkpoint_fails_in_words_and_the_curves_stay(tiny, content) -> None:
    run = carried_out(tiny, epochs=1)
    checkpoint = run.folder / runs.CHECKPOINT
    checkpoint.unlink()
    if content is not None:
        checkpoint.write_bytes(content)
    for _ in range(2):
        resume(run, epochs=2)
        assert_failed(run, "The file checkpoint.pt is")
    assert len(run.history().losses) == STEPS


def test_a_checkpoint_that_is_none_is_refused_though_its_digest_fits(tiny) -> None:
    run = carried_out(tiny, epochs=1)
    files.write_with_digest(run.folder / runs.CHECKPOINT, b"not a zip file")
    resume(run, epochs=2)
    assert_failed(run, "The file checkpoint.pt is not a checkpoint.")


def test_a_checkpoint_that_is_too_large_is_not_read(tiny, monkeypatch) -> None:
    run = carried_out(tiny, epochs=1)
    monkeypatch.setattr(recorder, "limits", SimpleNamespace(CHECKPOINT_BYTES=1000, MEGABYTE=1024 * 1024))
    resume(run, epochs=2)
    assert_failed(run, "The file checkpoint.pt is too large")


def test_the_checkpoint_of_another_net_is_refused_in_words(tiny) -> None:
    run = carried_out(tiny, epochs=1)
    resume(run, net="linear")
    assert_failed(run, "This checkpoint does not fit the run")


class Disk:
    """Takes nothing any more once ``full``, or no files whose name begins with ``only``."""

    def __init__(self, monkeypatch, code: int, only: str = "") -> None:
        self.code, self.only, self.full = code, only, False
        self.real_write = files.write
        monkeypatch.setattr(files, "write", self.write)

    def write(self, path, content: bytes) -> None:
        if self.full and path.name.startswith(self.only):
            raise OSError(self.code, os.strerror(self.code))
        self.real_write(path, content)

    def fill(self) -> None:
        self.full = True


def test_a_full_disk_fails_in_words_and_the_last_good_checkpoint_stays(
    tiny, monkeypatch, undisturbed
) -> None:
    disk = Disk(monkeypatch, errno.ENOSPC, only="checkpoint.pt")
    run = new(tiny)
    carry_out(run, watch=at_step(STEPS + 1, disk.fill))
    assert_failed(run, "The disk is full.")
    assert load_checkpoint(run)["step"] == STEPS
    assert inspection.damages(run) == []
    disk.full = False
    resume(run)
    assert_same_story(run, undisturbed)


def test_on_a_full_disk_the_last_words_take_the_room_of_the_reserve(tiny, monkeypatch) -> None:
    run = new(tiny)

    def fsync(_: int) -> None:
        if (run.folder / runs.RESERVE).exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    carry_out(run)
    assert_failed(run, "The disk is full.")


def test_where_not_even_the_state_can_be_written_the_error_comes_out(tiny, monkeypatch) -> None:
    disk = Disk(monkeypatch, errno.EROFS)
    run = new(tiny)
    with pytest.raises(OSError, match="Read-only"):
        carry_out(run, watch=at_step(STEPS + 1, disk.fill))
    disk.full = False
    assert load_checkpoint(run)["step"] == STEPS
    assert inspection.damages(run) == []


def test_half_a_line_left_by_a_kill_goes_when_the_run_goes_on(tiny, undisturbed) -> None:
    run = carried_out(tiny, epochs=1)
    with (run.folder / METRICS).open("ab") as metrics:
        metrics.write(b'{"kind": "step", "st')
    resume(run, epochs=3)
    assert_same_story(run, undisturbed)


def test_tensorboard_finds_scalars_pictures_histograms_and_the_graph(tiny) -> None:
    run = carried_out(tiny, epochs=2)
    events = EventAccumulator(str(run.folder / "events"))
    events.Reload()
    found = events.Tags()
    assert {"step/loss", "step/lr", "epoch/test_accuracy", "epoch/train_loss"} <= set(found["scalars"])
    assert found["images"] == ["pictures"]
    assert "0.weight" in found["histograms"]
    assert found["graph"]
    accuracies = [event.value for event in events.Scalars("epoch/test_accuracy")]
    assert accuracies == pytest.approx([line.test_accuracy for line in run.history().epochs])
    assert [event.value for event in events.Scalars("step/loss")] == pytest.approx(run.history().losses)
    assert [event.step for event in events.Scalars("step/lr")] == list(range(1, 2 * STEPS + 1))


def test_graphs_that_several_threads_draw_at_once_are_not_mixed_up(tiny, tmp_path) -> None:
    boards = [Board(tmp_path / str(number), Training(TINY)) for number in range(4)]
    troubles = []

    def introduce(board: Board) -> None:
        try:
            for step in range(10):
                board._introduce(step)
        except Exception as error:
            troubles.append(error)

    threads = [Thread(target=introduce, args=(board,)) for board in boards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles


def test_tensorboard_finds_every_run_but_the_deleted_ones(tiny) -> None:
    def found() -> set[str]:
        board = EventMultiplexer()
        board.AddRunsFromDirectory(str(tiny))
        return {Path(name).parts[0] for name in board.Runs()}

    kept, run = (carried_out(tiny, epochs=1) for _ in range(2))
    trash.delete(run)
    assert found() == {kept.id}
    trash.restore(tiny, run.id)
    assert found() == {kept.id, run.id}
    assert inspection.damages(run) == []


def test_what_tensorboard_was_told_behind_the_last_checkpoint_is_hidden_after_a_resume(tiny) -> None:
    run = new(tiny)
    carry_out(run, watch=at_step(STEPS + 3, break_off))
    resume(run)
    events = EventAccumulator(str(run.folder / "events"))
    events.Reload()
    steps = [event.step for event in events.Scalars("step/loss")]
    assert steps == list(range(1, 3 * STEPS + 1))


def test_an_epoch_told_before_its_checkpoint_was_lost_is_told_again_and_counts_once(
    tiny, monkeypatch, undisturbed
) -> None:
    run = new(tiny)
    carry_out(run, watch=at_step(STEPS, lambda: run.ask(want="pause")))
    with monkeypatch.context() as patch:
        patch.setattr(recorder.Recorder, "save_checkpoint", break_off)
        resume(run)
    assert_failed(run, "The run broke off: on purpose")
    assert [line.epoch for line in run.history().epochs] == [1]
    resume(run)
    assert_same_story(run, undisturbed)
