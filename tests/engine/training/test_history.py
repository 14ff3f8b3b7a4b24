"""Reading a run's curves while they grow."""

import math

from lessons.core.files import seal
from lessons.engine.training.history import History


def step(number: int, loss: float = 1.0, lr: float = 0.1, epoch: int = 1) -> bytes:
    values = {"kind": "step", "step": number, "epoch": epoch, "loss": loss, "lr": lr, "time": number / 10}
    return seal(values) + b"\n"


def epoch(number: int, last_step: int) -> bytes:
    accuracies = {"train_loss": 1.0, "train_accuracy": 0.5, "test_loss": 1.1, "test_accuracy": 0.4}
    values = {
        "kind": "epoch",
        "epoch": number,
        "step": last_step,
        **accuracies,
        "seconds": 1.0,
        "details": "ab" * 32,
    }
    return seal(values) + b"\n"


def resume(last_step: int) -> bytes:
    return seal({"kind": "resume", "step": last_step}) + b"\n"


def read(file, *lines: bytes) -> History:
    file.write_bytes(b"".join(lines))
    history = History(file)
    history.catch_up()
    return history


def test_the_curve_holds_the_loss_of_every_step(tmp_path) -> None:
    history = read(tmp_path / "m", step(1, 2.3), step(2, 2.2), epoch(1, 2))
    assert history.losses == [2.3, 2.2]
    assert [line.test_accuracy for line in history.epochs] == [0.4]


def test_a_run_that_has_not_begun_has_an_empty_history(tmp_path) -> None:
    history = History(tmp_path / "nothing")
    history.catch_up()
    assert (history.losses, history.epochs, history.damages) == ([], [], [])


def test_a_line_still_being_written_is_taken_when_it_is_whole(tmp_path) -> None:
    file = tmp_path / "m"
    second = step(2)
    history = read(file, step(1), second[:20])
    assert len(history.losses) == 1
    with file.open("ab") as lines:
        lines.write(second[20:])
    history.catch_up()
    assert len(history.losses) == 2
    assert history.damages == []


def test_a_damaged_line_is_named_and_leaves_a_gap(tmp_path) -> None:
    history = read(tmp_path / "m", step(1), step(2).replace(b"1.0", b"9.0"), step(3))
    assert history.losses[0] == history.losses[2] == 1.0
    assert math.isnan(history.losses[1])
    assert [str(damage) for damage in history.damages] == ["Line 2 of m is damaged."]


def test_a_step_told_twice_is_named(tmp_path) -> None:
    history = read(tmp_path / "m", step(1), step(1))
    assert len(history.losses) == 1
    assert len(history.damages) == 1


def test_after_a_resume_what_came_behind_the_checkpoint_no_longer_counts(tmp_path) -> None:
    lines = [step(1), epoch(1, 1), step(2), epoch(2, 2), step(3, 9.9), resume(1), step(2, 5.0)]
    history = read(tmp_path / "m", *lines)
    assert history.losses == [1.0, 5.0]
    assert [line.epoch for line in history.epochs] == [1]
    assert history.damages == []


def test_a_changed_learning_rate_is_found_with_its_first_step(tmp_path) -> None:
    history = read(tmp_path / "m", step(1), step(2), step(3, lr=0.01), step(4, lr=0.01))
    assert history.lr_changes == ((3, 0.01),)


def test_the_speed_is_that_of_the_last_seconds(tmp_path) -> None:
    history = read(tmp_path / "m", *[step(number) for number in range(1, 101)])
    assert history.steps_per_second() is not None
    assert math.isclose(history.steps_per_second(), 10)


def test_reading_again_reads_only_what_is_new(tmp_path) -> None:
    file = tmp_path / "m"
    file.write_bytes(step(1))
    assert len(History.of(file).losses) == 1
    with file.open("ab") as lines:
        lines.write(step(2))
    assert len(History.of(file).losses) == 2
    assert History.of(file) is History.of(file)
