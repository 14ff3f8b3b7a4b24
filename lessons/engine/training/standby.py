"""A worker process, as the app sees it (what it does is in ``lessons.engine.training.worker``)."""

import os
import subprocess
import sys
from contextlib import suppress
from threading import Timer
from typing import IO, cast

import psutil

from lessons.core.folders import PROJECT, environment
from lessons.engine.training.process import ENVIRONMENT
from lessons.engine.training.runs import Run
from lessons.engine.training.worker import SECONDS_TO_SAVE

WARM_UP_SECONDS = 600.0  # no import of torch takes that long
CLOSING_SECONDS = SECONDS_TO_SAVE + 2


class Worker:
    """A process that stands by, and carries out one run after another."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lessons.engine.training.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",  # a folder's name may have any letters
            cwd=PROJECT,
            env=os.environ | ENVIRONMENT | environment(),
            start_new_session=True,
        )
        self._orders = cast(IO[str], self._process.stdin)
        self._answers = cast(IO[str], self._process.stdout)

    @property
    def process(self) -> psutil.Process | None:
        """None once it has ended."""
        with suppress(psutil.Error):
            return psutil.Process(self._process.pid) if self.lives() else None
        return None

    def lives(self) -> bool:
        return self._process.poll() is None

    def hurry(self) -> None:
        """Do not step back while warming up."""
        self._order("")

    def warm_up(self) -> None:
        """Returns when the process stands by, or is no more: one that hangs meanwhile is ended."""
        hangs = self._kill_after(WARM_UP_SECONDS)
        self._wait_until_ready()
        hangs.cancel()

    def carry_out(self, run: Run) -> None:
        """Returns when the run has ended, or the process. One that died while it stood by is replaced."""
        if not self.lives():
            self._start()
            self.warm_up()
        self._order(str(run.folder.resolve()))
        self._wait_until_ready()

    def dismiss(self) -> None:
        """Let the process save what it is doing, and end; one that was halted, or hangs, is ended."""
        with suppress(BrokenPipeError):
            self._orders.close()
        self._kill_after(CLOSING_SECONDS)

    def close(self) -> None:
        """Dismiss the process, and wait for its end."""
        self.dismiss()
        self._process.wait()
        self._answers.close()

    def _kill_after(self, seconds: float) -> Timer:
        timer = Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        return timer

    def _wait_until_ready(self) -> None:
        """Return when the process can begin a run at once, or is no more."""
        for line in self._answers:
            if line == "ready\n":
                return
        self._process.wait()  # the end of its answers is its own end

    def _order(self, line: str) -> None:
        with suppress(BrokenPipeError, ValueError):  # the process died, or was dismissed
            self._orders.write(f"{line}\n")
            self._orders.flush()
