"""Keeps the worker processes of one app: who runs now, who waits, and one worker warm for the next click."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Condition, Event, Lock, Thread
from typing import IO, cast

from lessons.core import folders as places
from lessons.core import limits
from lessons.core.files import read_with_digest
from lessons.core.messages import LessonError
from lessons.engine.training import origin, runs
from lessons.engine.training.config import Config
from lessons.engine.training.process import ENVIRONMENT
from lessons.engine.training.runs import CHECKPOINT, Run

FIRST_RUN = Config(train_size=2000, batch_size=32, epochs=6)
FIRST_NAME = "A first look"
NOBODY = "nobody"  # the session of the first run, for which no learner asked
PROJECT = Path(__file__).resolve().parents[3]


class Supervisor:
    """Carries out runs in worker processes: one run at a time for each browser session, the others queue.

    The first run, which nobody asked for, goes on only while there is no other. slots: how many runs at once,
    default max(1, cores // 2). Every method may be called from any thread.
    """

    def __init__(self, folder: Path | None = None, slots: int | None = None) -> None:
        self.folder = folder or places.runs_folder()
        self._cores = os.cpu_count() or 1
        self._queue: list[tuple[Run, str]] = []
        self._running: dict[str, tuple[Run, Worker]] = {}  # by session
        self._welcomed = False
        self._quiet = False  # the first run may begin
        self._closed = False
        self._hurry = False
        self._first_worker: Worker | None = None
        self._changed = Condition()
        self._spare = Lock()
        runs.empty_trash(self.folder)
        self._slots = [
            Thread(target=self._slot, daemon=True) for _ in range(slots or max(1, self._cores // 2))
        ]
        for slot in self._slots:
            slot.start()

    def submit(self, config: Config, session: str = "", name: str = "") -> Run:
        """Queue a new run. LessonError when it cannot be, when too many wait, or when the runs folder cannot
        be written to."""
        if session != NOBODY:
            from lessons.engine.training.possible import require_possible  # imports torch

            require_possible(config)
        with self._changed:
            self._refuse_if_full()
            run = runs.create(self.folder, config, name)
            self._add(run, session)
        return run

    def first_run(self, after: Event | None = None) -> None:
        """Where there was never a run, queue a small one, so that a first visit has something to look at.

        One that was interrupted by the end of the app goes on. It begins once after is set: until then
        somebody may be waiting for a page. A page may call this each time.
        """
        with self._changed:
            if not self.folder.exists():
                self.submit(FIRST_RUN, NOBODY, FIRST_NAME)
            if not self._welcomed:
                self._welcomed = True
                self._take_up_first_run()
                Thread(target=self._quieten, args=(after,), daemon=True).start()

    def hurry(self) -> None:
        """A learner may begin a run any moment: a first worker that still warms up does not step back."""
        if not self._hurry:
            self._hurry = True
            if self._first_worker:
                self._first_worker.hurry()

    def resume(self, run: Run, session: str = "", lr: float | None = None, epochs: int | None = None) -> None:
        """Queue a run again, from its checkpoint if it has one; lr: another rate; epochs: a new total.

        LessonError if it is still going on, its checkpoint is damaged, or its pictures have changed.
        """
        origin.require_same(run)
        if not run.state().active and run.resumable():
            read_with_digest(
                run.folder / CHECKPOINT, limits.CHECKPOINT_BYTES
            )  # it may be large: others need not wait meanwhile
        with self._changed:
            self._refuse_if_full()
            self._queue_again(run, session, lr, epochs)

    def pause(self, run: Run) -> None:
        """Save a run and free its worker; ``resume`` goes on exactly there."""
        self._end(run, "pause", "paused")

    def stop(self, run: Run) -> None:
        """End a run, or take it out of the queue."""
        self._end(run, "stop", "stopped")

    def place(self, run: Run) -> int | None:
        """1 for the next in the queue; None for a run that does not wait."""
        with self._changed:
            waiting = [other for other, _ in self._queue]
        return waiting.index(run) + 1 if run in waiting else None

    def close(self) -> None:
        """End all workers; a run going on is saved first."""
        with self._changed:
            self._closed = True
            for _, worker in self._running.values():
                worker.dismiss()
            self._changed.notify_all()
        for slot in self._slots:
            slot.join()

    def _refuse_if_full(self) -> None:
        if len(self._queue) >= limits.RUNS_WAITING:
            raise LessonError(
                "{most} runs are waiting already. Let one finish, or take one out of the queue.",
                most=limits.RUNS_WAITING,
            )

    def _add(self, run: Run, session: str) -> None:
        """The first run stands behind all others, and yields to them."""
        self._queue.append((run, session))
        self._queue.sort(key=lambda waiting: waiting[1] == NOBODY)
        if session != NOBODY and NOBODY in self._running:
            first, _ = self._running[NOBODY]
            with suppress(LessonError):  # it goes on where the wish cannot be written
                if "want" not in first.wishes():
                    first.ask(want="yield")
        self._changed.notify_all()

    def _queue_again(
        self, run: Run, session: str, lr: float | None = None, epochs: int | None = None
    ) -> None:
        state = run.state()
        if state.active:
            raise LessonError("This run is still going on.")
        run.begin_again(lr, epochs)
        with runs.writing_to(self.folder):
            run.write_state(state.afresh("queued"))
        self._add(run, session)

    def _quieten(self, after: Event | None) -> None:
        if after:
            after.wait()
        with self._changed:
            self._quiet = True
            self._changed.notify_all()

    def _take_up_first_run(self) -> None:
        """The oldest run, where it is the first run and neither done nor ended by a learner."""
        with suppress(LessonError):
            for run in runs.every(self.folder)[-1:]:
                if run.name() == FIRST_NAME and run.state().status == "interrupted":
                    self._queue_again(run, NOBODY)

    def _end(self, run: Run, wish: str, status: str) -> None:
        with self._changed:
            kept = [waiting for waiting in self._queue if waiting[0] != run]
            if len(kept) == len(self._queue):
                run.ask(want=wish)
                return
            self._queue = kept
            with runs.writing_to(self.folder):
                run.write_state(replace(run.state(), status=status))

    def _slot(self) -> None:
        """Wait for a run, have it carried out, and again. Only one idle slot keeps its worker warm."""
        worker: Worker | None = None
        while not self._closed:
            if worker and self._spare.locked():
                worker.close()
                worker = None
            with self._spare:
                worker = worker or self._warm_up()
                taken = self._take(worker)
            if taken:
                self._carry_out(*taken, worker)
        if worker:
            worker.close()

    def _warm_up(self) -> "Worker":
        worker = Worker()
        if not self._first_worker:
            self._first_worker = worker
            if self._hurry:
                worker.hurry()
        worker.wait_until_ready()
        return worker

    def _carry_out(self, run: Run, session: str, worker: "Worker") -> None:
        with suppress(OSError):  # no process could be started; the run is noted as never begun
            worker.carry_out(run)
        with self._changed, suppress(LessonError, OSError):
            del self._running[session]
            self._changed.notify_all()
            self._note_if_never_begun(run)
            yielded = run.wishes().get("want") == "yield" and run.state().status == "interrupted"
            if yielded and not self._closed:
                self._queue_again(run, NOBODY)

    def _take(self, worker: "Worker") -> tuple[Run, str] | None:
        """Wait for a run that can begin, and give it its share of the cores; None when all ends."""
        with self._changed:
            self._wait_until(lambda: self._next() is not None)
            taken = None if self._closed else self._next()
            if taken:
                run, session = taken
                self._queue.remove(taken)
                self._running[session] = (run, worker)
                self._share_cores(run)
            return taken

    def _next(self) -> tuple[Run, str] | None:
        """The first run in the queue that can begin now."""
        return next((waiting for waiting in self._queue if self._can_begin(waiting[1])), None)

    def _can_begin(self, session: str) -> bool:
        if session == NOBODY:
            return self._quiet and not self._running and len(self._queue) == 1
        return session not in self._running

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        """Or until all ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or condition())

    def _share_cores(self, run: Run) -> None:
        """The number of threads decides the order of sums, so it is part of the config."""
        learners = len(self._running.keys() - {NOBODY})
        with suppress(LessonError, OSError):  # the worker meets it as well, and says so in the state
            config = run.config()
            if config.threads is None:
                run.change_config(replace(config, threads=max(1, self._cores // max(1, learners))))

    def _note_if_never_begun(self, run: Run) -> None:
        """A worker killed at the very start leaves a run that seems to wait, and would for ever."""
        state = run.state()
        if state.status == "queued" and self.place(run) is None:
            run.write_state(replace(state, status="interrupted"))


class Worker:
    """One worker process (see ``lessons.engine.training.worker``)."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lessons.engine.training.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",  # a folder's name may have any letters
            cwd=PROJECT,
            env=os.environ | ENVIRONMENT,
            start_new_session=True,
        )
        self._orders = cast(IO[str], self._process.stdin)
        self._answers = cast(IO[str], self._process.stdout)

    def hurry(self) -> None:
        """Do not step back while warming up."""
        self._order("")

    def carry_out(self, run: Run) -> None:
        """Returns when the run has ended, or the process. One that died while it stood by is replaced."""
        if self._process.poll() is not None:
            self._start()
            self.wait_until_ready()
        self._order(str(run.folder.resolve()))
        self.wait_until_ready()

    def dismiss(self) -> None:
        """Let the process save what it is doing, and end."""
        with suppress(BrokenPipeError):
            self._orders.close()

    def close(self) -> None:
        """Dismiss the process, and wait for its end."""
        self.dismiss()
        self._process.wait()
        self._answers.close()

    def wait_until_ready(self) -> None:
        """Return when the process can begin a run at once, or is no more."""
        for line in self._answers:
            if line == "ready\n":
                return
        self._process.wait()  # the end of its answers is its own end

    def _order(self, line: str) -> None:
        with suppress(BrokenPipeError, ValueError):  # the process died, or was dismissed
            self._orders.write(f"{line}\n")
            self._orders.flush()
