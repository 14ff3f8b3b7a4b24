"""What a run has told so far, read from its metrics.jsonl while the worker is still writing it."""

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from lessons.core.files import unseal
from lessons.core.messages import Message

KEPT_IN_MEMORY = 64


@dataclass(frozen=True)
class EpochLine:
    """The numbers of one epoch (see ``reports.Epoch``); details: SHA-256 of its file in epochs/."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float
    details: str


class History:
    """The curves of one run.

    losses[i], lrs[i] and times[i] belong to step i + 1: the loss, the learning rate, and the seconds of
    training behind it. A step whose line was damaged is nan. epochs: one line an epoch that was finished.
    damages: what could not be read, named. size: how many bytes of the file are whole lines.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self.losses: list[float] = []
        self.lrs: list[float] = []
        self.times: list[float] = []
        self.epochs: list[EpochLine] = []
        self.damages: list[Message] = []
        self.size = 0
        self._line_number = 0

    @staticmethod
    def of(file: Path) -> "History":
        """The history of that file, caught up; histories in use are kept, so that only new lines are read."""
        history = _recent(file)
        history.catch_up()
        return history

    def catch_up(self) -> None:
        """Read what was added since the last call; a last line still being written is left alone."""
        with self._lock:
            if not self.file.exists():
                return
            if self.file.stat().st_size < self.size:
                self._forget()
            with self.file.open("rb") as file:
                file.seek(self.size)
                lines = file.read().split(b"\n")
            for line in lines[:-1]:
                self._take(line)
                self.size += len(line) + 1

    def _take(self, line: bytes) -> None:
        self._line_number += 1
        try:
            self._add(unseal(line, dict[str, Any]))
        except (ValueError, TypeError, KeyError):
            self.damages.append(
                Message("Line {line} of {file} is damaged.", line=self._line_number, file=self.file.name)
            )

    def _add(self, values: dict[str, Any]) -> None:
        kind = values.pop("kind")
        if kind == "step":
            missing = values["step"] - 1 - len(self.losses)
            if missing < 0:
                raise ValueError("a step noted twice")
            self.losses += [math.nan] * missing + [values["loss"]]
            self.lrs += [values["lr"]] * (missing + 1)
            self.times += [values["time"]] * (missing + 1)
        elif kind == "epoch":
            line = EpochLine(**values)  # a run killed before its checkpoint tells its last epoch again
            self.epochs = [earlier for earlier in self.epochs if earlier.epoch < line.epoch] + [line]
        elif kind == "resume":
            self._rewind(values["step"])

    def _rewind(self, step: int) -> None:
        """A resumed run starts again behind step: what a killed worker did after it does not count."""
        for curve in (self.losses, self.lrs, self.times):
            del curve[step:]
        self.epochs = [line for line in self.epochs if line.step <= step]

    @property
    def lr_changes(self) -> tuple[tuple[int, float], ...]:
        """(step, rate) of every change of the learning rate: from that step on, the new rate was used."""
        pairs = zip(self.lrs, self.lrs[1:], strict=False)
        return tuple((step, new) for step, (old, new) in enumerate(pairs, start=2) if new != old)

    def steps_per_second(self, seconds: float = 5.0) -> float | None:
        """Speed over the last seconds of training; None before there are two steps."""
        if len(self.times) < 2:
            return None
        end = self.times[-1]
        first = min(bisect_left(self.times, end - seconds), len(self.times) - 2)
        return (len(self.times) - 1 - first) / max(end - self.times[first], 1e-9)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _recent(file: Path) -> History:
    return History(file)
