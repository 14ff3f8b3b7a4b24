"""What a run has told so far, read from its metrics.jsonl while the worker is still writing it."""

import math
import os
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from lessons.core import limits
from lessons.core.files import marks, open_plainly, unseal
from lessons.core.messages import Message
from lessons.engine.training.records import EpochLine as EpochLine
from lessons.engine.training.records import ResumeLine, StepLine

KEPT_IN_MEMORY = 64
LEAST_STEP_BYTES = 50  # no step's line is as short: so a step beyond what a file has room for is damage
LINE: Any = StepLine | EpochLine | ResumeLine


class History:
    """The curves of one run.

    losses[i], lrs[i] and times[i] belong to step i + 1: the loss, the learning rate, and the seconds of
    training behind it. A step whose line was damaged is nan. epochs: one line an epoch that was finished.
    damages: what could not be read, named. size: how many bytes of the file are whole lines.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()
        self._seen: os.stat_result | None = None
        self._forget()

    def _forget(self) -> None:
        self.losses: list[float] = []
        self.lrs: list[float] = []
        self.times: list[float] = []
        self.epochs: list[EpochLine] = []
        self.damages: list[Message] = []
        self.size = 0
        self._line_number = 0
        self._last_line = b""
        self._given_up = False

    @staticmethod
    def of(file: Path) -> "History":
        """The history of that file, caught up; histories in use are kept, so that only new lines are read."""
        history = _recent(file)
        history.catch_up()
        return history

    def catch_up(self) -> None:
        """Read what was added since the last call; a last line still being written is left alone.

        A file that was changed otherwise is read anew: one of another place on the disk, or changed without
        having grown, or with another line where the last one was.
        """
        with self._lock:
            try:
                with open_plainly(self.file) as file:
                    self._catch_up(file)
            except FileNotFoundError:
                return
            except OSError:
                self._forget()
                self.damages.append(
                    Message("The file {file} is missing or cannot be read.", file=self.file.name)
                )

    def _catch_up(self, file: BinaryIO) -> None:
        before, self._seen = self._seen, os.fstat(file.fileno())
        if before and marks(before) == marks(self._seen):
            return
        if before and not self._was_appended_to(file, before, self._seen):
            self._forget()
        file.seek(self.size)
        while not self._given_up and (line := file.readline(limits.METRICS_LINE_BYTES)):
            if line.endswith(b"\n"):
                self._take(line)
            elif len(line) == limits.METRICS_LINE_BYTES:
                self._give_up()

    def _was_appended_to(self, file: BinaryIO, before: os.stat_result, now: os.stat_result) -> bool:
        if now.st_ino != before.st_ino or now.st_size <= before.st_size:
            return False
        file.seek(self.size - len(self._last_line))
        return file.read(len(self._last_line)) == self._last_line

    def _take(self, line: bytes) -> None:
        self._line_number += 1
        self._last_line = line
        self.size += len(line)
        try:
            self._add(unseal(line[:-1], LINE))
        except ValueError:
            self.damages.append(
                Message("Line {line} of {file} is damaged.", line=self._line_number, file=self.file.name)
            )
        if self.size > limits.METRICS_BYTES or len(self.damages) >= limits.METRICS_DAMAGES:
            self._give_up()

    def _give_up(self) -> None:
        """What follows is not read: nobody needs to wait for what no run has written."""
        self._given_up = True
        self.damages.append(
            Message(
                "What follows line {line} of {file} is not read: it is too much, or too damaged.",
                line=self._line_number,
                file=self.file.name,
            )
        )

    def _add(self, line: StepLine | EpochLine | ResumeLine) -> None:
        match line:
            case StepLine():
                missing = line.step - 1 - len(self.losses)
                if missing < 0 or line.step > self.size // LEAST_STEP_BYTES:
                    raise ValueError("a step noted twice, or one beyond what there is room for")
                self.losses += [math.nan] * missing + [line.loss]
                self.lrs += [line.lr] * (missing + 1)
                self.times += [line.time] * (missing + 1)
            case EpochLine():  # a run killed before its checkpoint tells its last epoch again
                self.epochs = [earlier for earlier in self.epochs if earlier.epoch < line.epoch] + [line]
            case ResumeLine():
                self._rewind(line.step)

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
