"""Keeps the worker processes of one app: who runs now, who waits, and one worker warm for the next click."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Condition, Event, Lock, Thread

import psutil

from lessons.core import folders as places
from lessons.core import limits
from lessons.core.files import read_with_digest
from lessons.core.messages import LessonError
from lessons.engine.training import origin, runs, trash
from lessons.engine.training.config import Config
from lessons.engine.training.ending import Endings, Patience
from lessons.engine.training.holding import Held, Listener, beat
from lessons.engine.training.runs import CHECKPOINT, Run
from lessons.engine.training.standby import Worker
from lessons.engine.training.turns import NOBODY, Turns, Waiting

FIRST_RUN = Config(train_size=2000, batch_size=32, epochs=6)
FIRST_NAME = "A first look"


class Supervisor:
    """Carries out runs in worker processes: one run at a time for each browser session, the others queue.

    The first run, which nobody asked for, goes on only while there is no other. slots: how many runs at once,
    default max(1, cores // 2); patience: with a worker that does not answer. Every method may be called from
    any thread. Several supervisors, each of an app of its own, may share one folder: whoever has queued a run
    has it carried out.
    """

    def __init__(
        self, folder: Path | None = None, slots: int | None = None, patience: Patience | None = None
    ) -> None:
        self.folder = folder or places.runs_folder()
        self._cores = os.cpu_count() or 1
        self.patience = patience or Patience()
        self._listener = Listener(self.patience.silence)
        self._endings = Endings(self.patience, self._has_ended, self.silent_since, self._process_of)
        self._turns = Turns()
        self._running: dict[Waiting, Worker] = {}
        self._welcomed = False
        self._quiet = False  # the first run may begin
        self._closed = False
        self._hurry = False
        self._first_worker: Worker | None = None
        self._changed = Condition()
        self._spare = Lock()
        trash.empty(self.folder)
        self._slots = [
            Thread(target=self._slot, daemon=True) for _ in range(slots or max(1, self._cores // 2))
        ]
        for slot in self._slots:
            slot.start()

    def submit(self, config: Config, session: str = "", name: str = "", lane: str = "") -> Run:
        """Queue a new run. lane: those of different lanes may be carried out at once.

        LessonError when it cannot be, when too many wait, or when the runs folder cannot be written to.
        """
        if session != NOBODY:
            from lessons.engine.training.possible import require_possible  # imports torch

            require_possible(config)
        with self._changed:
            self._refuse_if_full(session)
            run = runs.create(self.folder, config, name)
            self._add(Waiting(run, session, lane))
        return run

    def first_run(self, after: Event | None = None) -> None:
        """Where there was never a run, queue a small one, so that a first visit has something to look at.

        One that was interrupted by the end of the app goes on. It begins once after is set: until then
        somebody may be waiting for a page. A page may call this each time.
        """
        with self._changed:
            if self._is_the_first():
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

    def resume(
        self,
        run: Run,
        session: str = "",
        lr: float | None = None,
        epochs: int | None = None,
        lane: str = "",
    ) -> None:
        """Queue a run again, from its checkpoint if it has one; lr: another rate; epochs: a new total.

        lane: see ``submit``. LessonError if it is still going on, its checkpoint is damaged, or its pictures
        have changed.
        """
        if not run.state().active:  # what is read may be large: others need not wait meanwhile
            origin.require_same(run)
            if run.resumable():
                read_with_digest(run.inside(CHECKPOINT), limits.CHECKPOINT_BYTES)
        with self._changed:
            self._refuse_if_full(session)
            self._queue_again(Waiting(run, session, lane), lr, epochs)

    def pause(self, run: Run) -> None:
        """Save a run and free its worker; ``resume`` goes on exactly there."""
        self._end(run, "pause", "paused")

    def stop(self, run: Run) -> None:
        """End a run, or take it out of the queue.

        Where it is not heard within the patience, because the worker was halted or hangs, its process is
        ended: then the run was interrupted, and can go on from its last checkpoint.
        """
        self._end(run, "stop", "stopped")
        self._endings.insist(run, "stop")

    def is_insisted_on(self, run: Run) -> bool:
        """Whether it was asked to end and has not done so yet."""
        return run in self._endings

    def silent_since(self, run: Run) -> float | None:
        """When a run that should go on was heard last, in seconds since 1970, if it has fallen silent."""
        if run.state().status == "running" or self._worker_of(run):
            return self._listener.silent_since(run.beat_file)
        return None

    def place(self, run: Run) -> int | None:
        """1 for the next in the queue; None for a run that does not wait here."""
        with self._changed:
            waiting = [other.run for other in self._order()]
        return waiting.index(run) + 1 if run in waiting else None

    def close(self) -> None:
        """End all workers; a run going on is saved first."""
        with self._changed:
            self._closed = True
            for worker in self._running.values():
                worker.dismiss()
            self._changed.notify_all()
        for slot in self._slots:
            slot.join()

    def _refuse_if_full(self, session: str) -> None:
        if len(self._turns) >= limits.RUNS_WAITING:
            raise LessonError(
                "{most} runs are waiting already. Let one finish, or take one out of the queue.",
                most=limits.RUNS_WAITING,
            )
        if self._turns.count(session) >= limits.RUNS_WAITING_OF_ONE:
            raise LessonError(
                "{most} of your runs are waiting already. Let one finish, or take one out of the queue.",
                most=limits.RUNS_WAITING_OF_ONE,
            )

    def _is_the_first(self) -> bool:
        """Whether there was never a run here; to one app only, where several ask."""
        try:
            self.folder.mkdir(parents=True)
            return True
        except OSError:
            return not self.folder.exists()

    def _add(self, waiting: Waiting) -> None:
        """The first run yields to all others."""
        self._turns.leave(waiting.run)  # where another app has ended it, it still stands here
        self._turns.join(waiting)
        if waiting.session != NOBODY:
            for first in [each.run for each in self._running if each.session == NOBODY]:
                self._ask_to_yield(first)
        self._changed.notify_all()

    def _ask_to_yield(self, first: Run) -> None:
        with suppress(LessonError):  # it goes on where the wish cannot be written
            if "want" not in first.wishes():
                first.ask(want="yield")
                self._endings.insist(first, "yield")

    def _queue_again(self, waiting: Waiting, lr: float | None = None, epochs: int | None = None) -> None:
        waiting.run.queue_again(lr, epochs)
        self._add(waiting)

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
                    self._queue_again(Waiting(run, NOBODY))

    def _end(self, run: Run, wish: str, status: str) -> None:
        """One that waits, here or in another app, ends at once; one that goes on is asked to."""
        with self._changed:
            self._turns.leave(run)
        run.ask(want=wish)
        with suppress(Held):  # it has just begun, and hears the wish
            run.end_waiting(status)

    def _has_ended(self, run: Run) -> bool:
        """Not so while a worker of this app has it, be it one that never began."""
        return not run.state().active and self._worker_of(run) is None

    def _process_of(self, run: Run) -> psutil.Process | None:
        """Who carries it out, also for another app or in a terminal."""
        worker = self._worker_of(run)
        return worker.process if worker else run.process()

    def _worker_of(self, run: Run) -> Worker | None:
        with self._changed:
            return next((worker for each, worker in self._running.items() if each.run == run), None)

    def _slot(self) -> None:
        """Wait for a run, have it carried out, and again. Only one idle slot keeps its worker warm."""
        worker: Worker | None = None
        while not self._closed:
            if worker and (self._spare.locked() or not worker.lives()):
                worker.close()
                worker = None
            with self._spare:
                worker = worker or self._warm_up()
                taken = self._take(worker)
            if taken:
                self._carry_out(taken, worker)
        if worker:
            worker.close()

    def _warm_up(self) -> Worker:
        worker = Worker()
        if not self._first_worker:
            self._first_worker = worker
            if self._hurry:
                worker.hurry()
        worker.warm_up()
        return worker

    def _carry_out(self, taken: Waiting, worker: Worker) -> None:
        run = taken.run
        with suppress(OSError):  # no process could be started; the run is noted as never begun
            beat(run.beat_file)  # from now on it is silent if it says nothing
            worker.carry_out(run)
        with self._changed, suppress(LessonError, OSError):
            del self._running[taken]
            self._changed.notify_all()
            self._note_if_never_begun(run)
            yielded = run.wishes().get("want") == "yield" and run.state().status == "interrupted"
            if yielded and not self._closed:
                self._queue_again(taken)

    def _take(self, worker: Worker) -> Waiting | None:
        """Wait for a run that can begin, and give it its share of the cores; None when all ends, or another
        app has ended that run."""
        with self._changed:
            self._wait_until(lambda: self._next() is not None)
            taken = None if self._closed else self._next()
            if not taken:
                return None
            self._turns.take(taken)
            if not _waits(taken.run):
                return None
            self._running[taken] = worker
            self._share_cores(taken.run)
            return taken

    def _next(self) -> Waiting | None:
        """The first run in the queue that can begin now."""
        return next(filter(self._can_begin, self._order()), None)

    def _order(self) -> list[Waiting]:
        return self._turns.order(each.session for each in self._running)

    def _can_begin(self, waiting: Waiting) -> bool:
        if waiting.session == NOBODY:
            return self._quiet and not self._running and len(self._turns) == 1
        return all((each.session, each.lane) != (waiting.session, waiting.lane) for each in self._running)

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        """Or until all ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or condition())

    def _share_cores(self, run: Run) -> None:
        """The number of threads decides the order of sums, so it is part of the config."""
        learners = sum(each.session != NOBODY for each in self._running)
        with suppress(LessonError, OSError):  # the worker meets it as well, and says so in the state
            config = run.config()
            if config.threads is None:
                run.change_config(replace(config, threads=max(1, self._cores // max(1, learners))))

    def _note_if_never_begun(self, run: Run) -> None:
        """A worker killed at the very start leaves a run that seems to wait, and would for ever."""
        if self.place(run) is None:
            run.end_waiting("interrupted")


def _waits(run: Run) -> bool:
    with suppress(LessonError):  # the worker meets the damage as well, and says so in the state
        return run.state().status == "queued"
    return True
