"""Writes what a run reports into its folder: metrics at once, a heartbeat a second, a checkpoint an epoch."""

import io
import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor

from lessons.core import limits
from lessons.core.files import (
    Damaged,
    digest,
    is_here,
    open_plainly,
    read_with_digest,
    seal,
    stored,
    write,
    write_with_digest,
)
from lessons.engine.training.board import Board
from lessons.engine.training.history import History
from lessons.engine.training.loop import Training
from lessons.engine.training.records import EVENTS, METRICS, Progress, State
from lessons.engine.training.reports import Epoch, Report, Step
from lessons.engine.training.runs import CHECKPOINT, RESERVE, Run

FLUSH_SECONDS = 0.2
HEARTBEAT_SECONDS = 1.0


class Recorder:
    """The only writer of a run's metrics, state and checkpoint while the run goes on."""

    def __init__(self, run: Run, training: Training) -> None:
        self.run = run
        self.training = training
        self.flushed = self.beaten = 0.0
        run.reserve()
        self.metrics = _open_to_append(run.inside(METRICS))
        earlier = History(run.inside(METRICS))
        earlier.catch_up()
        if earlier.losses:
            self._append({"kind": "resume", "step": training.step})
            self._flush()
            earlier.catch_up()
        self.began = time.monotonic() - (earlier.times[-1] if earlier.times else 0.0)
        last = earlier.epochs[-1] if earlier.epochs else None
        self.state = replace(
            run.state().afresh("running"),
            step=training.step,
            epoch=last.epoch if last else 0,
            test_accuracy=last.test_accuracy if last else None,
        )
        self.beat()
        self.board = Board(run.inside(EVENTS, ""), training)

    def take(self, report: Report) -> None:
        if isinstance(report, Step):
            self._take_step(report)
        elif isinstance(report, Epoch):
            self._take_epoch(report)
        if time.monotonic() - self.beaten > HEARTBEAT_SECONDS:
            self.beat()

    def _take_step(self, report: Step) -> None:
        self._append({"kind": "step", **vars(report), "time": round(time.monotonic() - self.began, 4)})
        self.state = replace(self.state, step=report.step)
        self.board.step(report)
        if report.step == 1 or time.monotonic() - self.flushed > FLUSH_SECONDS:
            self._flush()

    def _take_epoch(self, report: Epoch) -> None:
        content = _npz(report)
        write(self.run.epoch_file(report.epoch), content)
        numbers = {name: value for name, value in vars(report).items() if name not in ("logits", "filters")}
        self._append({"kind": "epoch", **numbers, "details": digest(content)})
        self.state = replace(self.state, epoch=report.epoch, test_accuracy=report.test_accuracy)
        self.save_checkpoint()
        self.beat()
        self.board.epoch(report)

    def save_checkpoint(self) -> None:
        """The curves reach the disk first: they must hold all that the checkpoint has behind it."""
        self._flush()
        os.fsync(self.metrics.fileno())
        buffer = io.BytesIO()
        torch.save(self.training.state_dict(), buffer)
        write_with_digest(self.run.inside(CHECKPOINT), buffer.getvalue())

    def beat(self) -> None:
        """Write the state, with a fresh heartbeat."""
        self._flush()
        self.beaten = time.monotonic()
        self.run.write_state(self.state)

    def close(self) -> None:
        """Leave whole lines only, also when the disk took no more."""
        with suppress(OSError):
            self.board.close()
        with suppress(OSError):
            self.metrics.close()
        _cut_to_whole_lines(self.run.inside(METRICS))

    def _append(self, values: dict[str, Any]) -> None:
        self.metrics.write(seal(values) + b"\n")

    def _flush(self) -> None:
        self.metrics.flush()
        self.flushed = time.monotonic()


def last_words(run: Run, state: State) -> None:
    """Write how it ended. On a full disk the reserve makes room."""
    try:
        run.write_state(state)
    except OSError:
        run.inside(RESERVE).unlink(missing_ok=True)
        run.write_state(state)


def load_checkpoint(run: Run) -> dict[str, Any]:
    """The run's last checkpoint. Damaged if its digest does not match, torch cannot read it, or it unpacks to
    more than its size; whether it fits the run, ``Training.load_state_dict`` tells."""
    content = read_with_digest(run.inside(CHECKPOINT), limits.CHECKPOINT_BYTES)
    try:
        for name, part in stored(content).items():
            if name.endswith(".pkl") and len(part) > limits.ARCHIVE_OUTLINE:
                raise ValueError("more than tensors")
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        if not isinstance(state, dict) or sum(map(_size, _tensors(state))) > len(content):
            raise ValueError("not a checkpoint")
        Progress.of(state)
    except Exception as error:  # torch raises whatever its unpickler meets
        raise Damaged("The file {file} is not a checkpoint.", file=CHECKPOINT) from error
    return state


def _tensors(values: object) -> list[Tensor]:
    """Those in dicts and lists, each once, also where these hold one another."""
    found, waiting, met = [], [values], set()
    while waiting:
        each = waiting.pop()
        if id(each) in met:
            continue
        met.add(id(each))
        if isinstance(each, Tensor):
            found.append(each)
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list | tuple):
            waiting += each
    return found


def _size(tensor: Tensor) -> int:
    """Bytes of its numbers when each has its own place; ValueError unless it is a plain one."""
    if type(tensor) is not Tensor or tensor.layout != torch.strided or tensor.device.type != "cpu":
        raise ValueError("an odd tensor")
    return tensor.numel() * tensor.element_size()


def _npz(report: Epoch) -> bytes:
    arrays = {"logits": report.logits.numpy()}
    if report.filters is not None:
        arrays["filters"] = report.filters.numpy()
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _open_to_append(file: Path) -> BinaryIO:
    """A kill may have left half a line: it goes, so that the next line starts at the margin."""
    if is_here(file):
        _cut_to_whole_lines(file)
    return open_plainly(file, "ab")


def _cut_to_whole_lines(path: Path) -> None:
    """Drop what follows the last line break."""
    with open_plainly(path, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        while size:
            size = file.seek(max(0, size - limits.METRICS_LINE_BYTES))
            tail = file.read(limits.METRICS_LINE_BYTES)
            if b"\n" in tail:
                size += tail.rfind(b"\n") + 1
                break
        file.truncate(size)
