"""Ending a run whose process does not answer: asked first, then told by the operating system."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock, Thread

import psutil

from lessons.core.messages import LessonError
from lessons.engine.training.runs import Run

LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Patience:
    """How long a process is waited for, in seconds.

    silence: without a heartbeat, until it is said to be silent. answer: until one whose heart beats has
    obeyed a wish to end: it may be in the middle of a long step, and what it has learned since its last
    checkpoint would be lost. silent_answer: the same for a silent one. term: between SIGTERM and SIGKILL,
    which alone reaches a process that was halted.
    """

    silence: float = 10.0
    answer: float = 30.0
    silent_answer: float = 2.0
    term: float = 2.0


class Endings:
    """The runs that were asked to end. A process that does not obey within the patience is ended.

    has_ended: whether nobody carries the run out any more; silent_since: when one that has fallen silent was
    heard last, else None; process_of: who carries it out now, None if that is not certain or this process.
    """

    def __init__(
        self,
        patience: Patience,
        has_ended: Callable[[Run], bool],
        silent_since: Callable[[Run], float | None],
        process_of: Callable[[Run], psutil.Process | None],
    ) -> None:
        self.patience = patience
        self._has_ended = has_ended
        self._silent_since = silent_since
        self._process_of = process_of
        self._asked: set[Run] = set()
        self._lock = Lock()

    def __contains__(self, run: Run) -> bool:
        return run in self._asked

    def insist(self, run: Run, wish: str) -> None:
        """See to it that the wish is obeyed; returns at once."""
        with self._lock:
            if run not in self._asked:
                self._asked.add(run)
                Thread(target=self._see_to, args=(run, wish), daemon=True).start()

    def _see_to(self, run: Run, wish: str) -> None:
        try:
            obeyed = partial(self._is_obeyed, run, wish)
            if not _within(partial(self._patience_with, run), obeyed) and (process := self._process_of(run)):
                with suppress(psutil.Error):  # it may have ended by itself just now
                    process.terminate()
                    if not _within(lambda: self.patience.term, obeyed):
                        process.kill()
        finally:
            self._asked.discard(run)

    def _is_obeyed(self, run: Run, wish: str) -> bool:
        """Or nobody wishes so any more."""
        with suppress(LessonError):
            return self._has_ended(run) or run.wishes().get("want") != wish
        return True  # its files are damaged, and its worker meets that as well

    def _patience_with(self, run: Run) -> float:
        with suppress(LessonError):
            if self._silent_since(run) is not None:
                return self.patience.silent_answer
        return self.patience.answer


def _within(seconds: Callable[[], float], condition: Callable[[], bool]) -> bool:
    """Whether it comes true in that time, which may turn out shorter meanwhile."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds():
            return False
        time.sleep(LOOK_SECONDS)
    return True
