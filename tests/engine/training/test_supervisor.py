"""Runs in real worker processes: who runs, who waits, and what happens when somebody is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import psutil
import pytest
import torch

from lessons.core import files, limits
from lessons.core.messages import LessonError
from lessons.engine.pictures import cache
from lessons.engine.training import inspection, runs, standby, trash
from lessons.engine.training import supervisor as supervisor_module
from lessons.engine.training.config import Config
from lessons.engine.training.ending import Endings, Patience
from lessons.engine.training.holding import beating
from lessons.engine.training.recorder import load_checkpoint
from lessons.engine.training.records import State
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import Supervisor
from lessons.engine.training.work import carry_out

SHORT = Config("folder:tiny", net="linear", batch_size=16, epochs=2, device="cpu")
LONG = replace(SHORT, net="lenet", batch_size=1, epochs=200, threads=1)  # nobody waits for its end
FIRST = replace(LONG, epochs=20)


@pytest.fixture(scope="module", autouse=True)
def home(module_home) -> Path:
    """One home for the whole module: its worker processes outlive a single test."""
    return module_home


@pytest.fixture(scope="module")
def shared(home) -> Iterator[Supervisor]:
    with closing(Supervisor(slots=1)) as supervisor:
        yield supervisor


@pytest.fixture
def supervisor(shared) -> Iterator[Supervisor]:
    """The shared one, with nothing left to do after each test."""
    yield shared
    for run in runs.every(shared.folder):
        if run.state().active:
            shared.stop(run)
    for run in runs.every(shared.folder):
        until(lambda run=run: not run.state().active)
        trash.delete(run)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Return as soon as condition holds; the test fails when it does not within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def until_it_ends(run: Run) -> str:
    until(lambda: not run.state().active)
    return run.state().status


def until_it_learns(run: Run, epochs: int = 0) -> None:
    until(lambda: run.state().step > 0 and run.state().epoch >= epochs)
    assert run.state().status == "running"


def idle_workers() -> list[psutil.Process]:
    return [
        child for child in psutil.Process().children() if "lessons.engine.training.worker" in child.cmdline()
    ]


def test_a_run_is_carried_out_by_another_process(supervisor) -> None:
    run = supervisor.submit(SHORT, session="mine", name="first")
    assert until_it_ends(run) == "done"
    assert run.state().pid != os.getpid()
    assert len(run.history().losses) == 6
    assert run.name() == "first"
    assert run.config().threads == os.cpu_count()


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are classes there")
def test_a_worker_has_stepped_back_and_drawn_the_built_in_pictures(supervisor) -> None:
    run = supervisor.submit(LONG)
    until_it_learns(run)
    assert psutil.Process(run.state().pid).nice() == 19
    assert cache.summary(Config().data)


def weight(process: psutil.Process) -> str:
    """What the kernel gives its session, beside others: "nice 0" is the full part."""
    return Path(f"/proc/{process.pid}/autogroup").read_text().split(maxsplit=1)[1].strip()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not weighed here")
def test_a_worker_that_a_learner_may_be_waiting_for_steps_back_when_it_begins_to_train(home) -> None:
    before = set(idle_workers())
    with closing(Supervisor(home / "hurry", slots=1)) as supervisor:
        until(lambda: len(set(idle_workers()) - before) == 1)
        (worker,) = set(idle_workers()) - before
        until(lambda: weight(worker) == "nice 5")
        supervisor.hurry()
        until(lambda: weight(worker) == "nice 0")
        run = supervisor.submit(LONG)
        until_it_learns(run)
        assert run.state().pid == worker.pid
        assert weight(worker) == "nice 5"


def test_one_session_has_one_run_at_a_time_and_the_others_have_places(supervisor) -> None:
    first = supervisor.submit(LONG, session="mine")
    second, third = supervisor.submit(SHORT, session="mine"), supervisor.submit(SHORT, session="mine")
    until_it_learns(first)
    assert [supervisor.place(run) for run in (first, second, third)] == [None, 1, 2]
    supervisor.stop(second)
    assert second.state().status == "stopped"
    assert [supervisor.place(run) for run in (second, third)] == [None, 1]
    supervisor.stop(first)
    assert until_it_ends(third) == "done"
    assert second.history().losses == []


def test_two_sessions_learn_side_by_side_and_share_the_cores(home, monkeypatch) -> None:
    monkeypatch.setattr(supervisor_module, "Worker", InThread)
    with closing(Supervisor(home / "two", slots=2)) as supervisor:
        mine = supervisor.submit(LONG, session="mine")
        until_it_learns(mine)
        yours = supervisor.submit(SHORT, session="yours")
        assert until_it_ends(yours) == "done"
        assert yours.config().threads == max(1, (os.cpu_count() or 1) // 2)
        assert mine.state().status == "running"


def test_a_paused_run_goes_on_with_another_rate(supervisor) -> None:
    run = supervisor.submit(replace(LONG, epochs=10))
    until_it_learns(run)
    supervisor.pause(run)
    assert until_it_ends(run) == "paused"
    step = run.state().step
    assert 0 < step < 480
    supervisor.resume(run, lr=0.0001)
    assert until_it_ends(run) == "done"
    assert run.history().lr_changes == ((step + 1, 0.0001),)
    assert len(run.history().losses) == 480


def test_a_finished_run_can_have_one_more_epoch(supervisor) -> None:
    run = supervisor.submit(SHORT)
    until_it_ends(run)
    supervisor.resume(run, epochs=3)
    assert until_it_ends(run) == "done"
    assert [line.epoch for line in run.history().epochs] == [1, 2, 3]


def test_a_killed_worker_leaves_an_interrupted_run_and_the_next_one_starts(supervisor) -> None:
    run = supervisor.submit(LONG)
    until_it_learns(run, epochs=1)
    psutil.Process(run.state().pid).kill()
    assert until_it_ends(run) == "interrupted"
    assert run.resumable()
    assert until_it_ends(supervisor.submit(SHORT)) == "done"
    before = run.state().epoch
    supervisor.resume(run)
    until_it_learns(run, epochs=before + 1)


def test_a_worker_killed_while_it_stands_by_is_replaced(supervisor) -> None:
    until_it_ends(supervisor.submit(SHORT))
    until(lambda: len(idle_workers()) > 0)
    for worker in idle_workers():
        worker.kill()
        worker.wait(30)
    assert until_it_ends(supervisor.submit(SHORT)) == "done"


def test_a_run_whose_worker_died_before_it_began_does_not_wait_for_ever(home, monkeypatch) -> None:
    class Stillborn(InThread):
        def carry_out(self, run: Run) -> None:
            pass

    monkeypatch.setattr(supervisor_module, "Worker", Stillborn)
    with closing(Supervisor(home / "stillborn", slots=1)) as supervisor:
        for run in (supervisor.submit(SHORT), supervisor.submit(SHORT)):
            assert until_it_ends(run) == "interrupted"


def test_when_too_many_wait_the_next_is_refused_and_leaves_nothing_behind(supervisor, monkeypatch) -> None:
    monkeypatch.setattr(limits, "RUNS_WAITING", 3)
    supervisor.submit(LONG)
    until(lambda: supervisor.place(runs.every(supervisor.folder)[0]) is None)
    waiting = [supervisor.submit(SHORT) for _ in range(3)]
    assert supervisor.place(waiting[-1]) == 3
    with pytest.raises(LessonError, match="3 runs are waiting already"):
        supervisor.submit(SHORT, session="another")
    assert len(runs.every(supervisor.folder)) == 4
    supervisor.stop(waiting[0])
    supervisor.submit(SHORT)
    with pytest.raises(LessonError, match="3 runs are waiting already"):
        supervisor.resume(waiting[0])
    assert waiting[0].state().status == "stopped"


def test_a_config_damaged_in_the_queue_spoils_that_run_alone(supervisor) -> None:
    first, second = supervisor.submit(LONG), supervisor.submit(SHORT)
    third = supervisor.submit(SHORT)
    until(lambda: supervisor.place(first) is None)
    (second.folder / "config.json").write_bytes(b"")
    supervisor.stop(first)
    assert until_it_ends(second) == "failed"
    assert str(second.state().reason) == "The file config.json is damaged."
    assert until_it_ends(third) == "done"


def test_what_cannot_be_resumed_is_refused_and_stays_as_it_is(supervisor) -> None:
    run = supervisor.submit(SHORT)
    until_it_ends(run)
    with run.held(), pytest.raises(LessonError, match="still going on"):
        supervisor.resume(run)
    for odd in ({"lr": -1}, {"epochs": 3, "lr": 1000}, {"epochs": 0}):
        with pytest.raises(LessonError, match="must be a"):
            supervisor.resume(run, **odd)
    checkpoint = run.folder / runs.CHECKPOINT
    checkpoint.write_bytes(b"?" + checkpoint.read_bytes()[1:])
    with pytest.raises(LessonError, match=r"checkpoint\.pt is damaged"):
        supervisor.resume(run, epochs=3)
    assert run.state().status == "done"
    assert run.config().epochs == 2


def test_where_nothing_can_be_written_every_request_is_refused_in_words(supervisor, monkeypatch) -> None:
    run = supervisor.submit(SHORT)
    until_it_ends(run)

    def read_only(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", read_only)
        for request in (
            lambda: supervisor.submit(SHORT),
            lambda: supervisor.resume(run),
            lambda: supervisor.stop(run),
        ):
            with pytest.raises(LessonError, match=r"Nothing can be written .*: Read-only file system"):
                request()
    assert runs.every(supervisor.folder) == [run]
    assert run.state().status == "done"


def test_closing_saves_the_run_that_goes_on_and_ends_every_worker(home) -> None:
    before = {worker.pid for worker in idle_workers()}
    with closing(Supervisor(home / "others", slots=1)) as supervisor:
        run, waiting = supervisor.submit(LONG), supervisor.submit(SHORT)
        until_it_learns(run)
    assert run.state().status == "interrupted"
    assert run.state().step == len(run.history().losses) > 0
    assert run.resumable()
    assert waiting.history().losses == []
    assert {worker.pid for worker in idle_workers()} <= before


class InThread:
    """Carries runs out as a worker process does, in the thread of its slot: nothing has to be imported."""

    process = None

    def __init__(self) -> None:
        self._orphaned = Event()

    def lives(self) -> bool:
        return True

    def warm_up(self) -> None:
        pass

    def carry_out(self, run: Run) -> None:
        carry_out(run, self._orphaned)

    def close(self) -> None:
        self._orphaned.set()

    dismiss = close


@pytest.fixture
def welcoming(home, tmp_path, monkeypatch) -> Iterator[Supervisor]:
    """A supervisor of an app that was never used, with a first run for these pictures."""
    monkeypatch.setattr(supervisor_module, "FIRST_RUN", FIRST)
    monkeypatch.setattr(supervisor_module, "Worker", InThread)
    with closing(Supervisor(tmp_path / "runs", slots=1)) as supervisor:
        yield supervisor


def first_of(supervisor: Supervisor) -> Run:
    supervisor.first_run()
    return runs.every(supervisor.folder)[-1]


def test_the_first_run_yields_to_a_learners_and_then_goes_on_as_if_nothing_had_been(
    supervisor, welcoming
) -> None:
    first = first_of(welcoming)
    until_it_learns(first)
    assert until_it_ends(welcoming.submit(SHORT, session="mine")) == "done"
    assert first.state().step < 48 * 20
    until(lambda: first.state().status == "done")
    undisturbed = supervisor.submit(FIRST)
    until_it_ends(undisturbed)
    assert first.history().losses == undisturbed.history().losses
    assert [line.details for line in first.history().epochs] == [
        line.details for line in undisturbed.history().epochs
    ]
    weights, others = (load_checkpoint(run)["net"] for run in (first, undisturbed))
    assert all(torch.equal(weights[name], others[name]) for name in others)


def test_the_first_run_waits_behind_every_other_one(welcoming) -> None:
    first = first_of(welcoming)
    until_it_learns(first)
    mine, yours = welcoming.submit(LONG, session="mine"), welcoming.submit(LONG, session="yours")
    until_it_learns(mine)
    until(lambda: first.state().status == "queued")
    later = welcoming.submit(SHORT, session="yours")
    assert [welcoming.place(run) for run in (yours, later, first)] == [1, 2, 3]
    for run in (later, yours, mine):
        welcoming.stop(run)
    until(lambda: first.state().status == "running")


@pytest.mark.parametrize("ending", ["paused", "stopped"])
def test_a_first_run_that_a_learner_ends_stays_as_it_is(welcoming, ending) -> None:
    end = {"paused": welcoming.pause, "stopped": welcoming.stop}[ending]
    first = first_of(welcoming)
    until_it_learns(first)
    end(first)
    for _ in range(2):  # the first is asked for before the worker has heard the learner
        assert until_it_ends(welcoming.submit(SHORT)) == "done"
    assert first.state().status == ending
    assert welcoming.place(first) is None


def test_a_first_run_that_a_learner_pauses_while_it_waits_stays_as_it_is(welcoming) -> None:
    first = first_of(welcoming)
    until_it_learns(first)
    mine = welcoming.submit(LONG)
    until(lambda: welcoming.place(first) == 1)
    welcoming.pause(first)
    welcoming.stop(mine)
    assert until_it_ends(welcoming.submit(SHORT)) == "done"
    assert first.state().status == "paused"


def test_a_first_run_that_the_end_of_the_app_interrupted_goes_on_when_it_starts_again(welcoming) -> None:
    first = first_of(welcoming)
    until_it_learns(first)
    welcoming.close()
    assert first.state().status == "interrupted"
    step = first.state().step
    with closing(Supervisor(welcoming.folder, slots=1)) as again:
        assert first_of(again) == first
        until_it_ends(first)
    assert first.state().status == "done"
    assert 0 < step < len(first.history().losses) == 48 * 20


def test_a_first_run_that_a_learner_ended_stays_so_when_the_app_starts_again(welcoming) -> None:
    first = first_of(welcoming)
    until_it_learns(first)
    welcoming.stop(first)
    until_it_ends(first)
    welcoming.close()
    with closing(Supervisor(welcoming.folder, slots=1)) as again:
        first_of(again)
        assert until_it_ends(again.submit(SHORT)) == "done"
    assert first.state().status == "stopped"


def test_the_first_run_begins_when_nobody_waits_for_a_page_any_more(welcoming) -> None:
    drawn = Event()
    welcoming.first_run(drawn)
    (first,) = runs.every(welcoming.folder)
    assert welcoming.place(first) == 1
    for _ in range(2):  # what a learner asks for does not wait
        assert until_it_ends(welcoming.submit(SHORT)) == "done"
    assert first.history().losses == []
    drawn.set()
    until_it_learns(first)


def test_a_page_may_ask_for_the_first_run_each_time(welcoming) -> None:
    first = first_of(welcoming)
    assert first_of(welcoming) == first
    assert len(runs.every(welcoming.folder)) == 1


# Who does not answer

HASTY = Patience(silence=1.5, answer=60, silent_answer=0.2, term=0.3)
DEAF = Patience(silence=60, answer=0.3, silent_answer=0.2, term=0.3)


@pytest.fixture
def halting(home) -> Iterator[Callable[[int], None]]:
    """Halts processes, as Ctrl-Z does; whatever becomes of the story, they go on in the end."""
    halted = []

    def halt(pid: int) -> None:
        halted.append(psutil.Process(pid))
        halted[-1].suspend()

    yield halt
    for process in halted:
        with suppress(psutil.Error):
            process.resume()


@pytest.fixture
def hasty(supervisor, monkeypatch) -> Supervisor:
    """The shared one, with little patience."""
    monkeypatch.setattr(supervisor._listener, "seconds", HASTY.silence)
    monkeypatch.setattr(supervisor._endings, "patience", HASTY)
    return supervisor


can_halt = pytest.mark.skipif(sys.platform == "win32", reason="processes are halted otherwise there")


@can_halt
def test_a_halted_worker_is_noticed_and_stop_ends_it_keeps_what_was_saved_and_frees_its_place(
    hasty, halting
) -> None:
    run = hasty.submit(LONG, session="mine")
    until_it_learns(run, epochs=1)
    assert hasty.silent_since(run) is None
    worker = run.state().pid
    halting(worker)
    before = time.time()
    until(lambda: hasty.silent_since(run) is not None)
    assert before - 3 < hasty.silent_since(run) <= before
    assert run.state().status == "running"  # its process is there

    waiting = hasty.submit(SHORT, session="yours")
    hasty.stop(run)
    assert hasty.is_insisted_on(run)
    assert until_it_ends(run) == "interrupted"
    assert run.resumable()
    assert inspection.damages(run) == []
    assert until_it_ends(waiting) == "done"
    assert waiting.state().pid != worker
    until(lambda: not hasty.is_insisted_on(run))
    hasty.resume(run, session="mine")
    until(lambda: run.state().status == "running")


@can_halt
def test_a_worker_halted_while_it_stands_by_is_noticed_with_the_run_that_it_gets(hasty, halting) -> None:
    earlier = hasty.submit(SHORT)
    until_it_ends(earlier)
    until(lambda: not hasty._running)
    halting(earlier.state().pid)
    run = hasty.submit(SHORT)
    until(lambda: hasty.silent_since(run) is not None)
    hasty.stop(run)
    assert until_it_ends(run) == "stopped"  # it never began
    assert until_it_ends(hasty.submit(SHORT)) == "done"


@can_halt
def test_another_app_finds_a_halted_run_and_can_end_it(supervisor, halting, monkeypatch) -> None:
    run = supervisor.submit(LONG)
    until_it_learns(run, epochs=1)
    halting(run.state().pid)
    monkeypatch.setattr(supervisor_module, "Worker", InThread)
    with closing(Supervisor(supervisor.folder, slots=1, patience=HASTY)) as another:
        until(lambda: another.silent_since(run) is not None)
        another.stop(run)
        assert until_it_ends(run) == "interrupted"
    monkeypatch.undo()
    until(lambda: not supervisor._running)


class Deaf(InThread):
    """Its process gives signs of life and trains, but hears no wish: as if it hung in one long step."""

    def __init__(self) -> None:
        super().__init__()
        program = "import sys, time\nwhile True: time.sleep(60)"
        self._popen = subprocess.Popen([sys.executable, "-c", program])

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._popen.pid)

    def lives(self) -> bool:
        return self._popen.poll() is None

    def carry_out(self, run: Run) -> None:
        with run.held(), beating(run.beat_file):
            me = psutil.Process(self._popen.pid)
            run.write_state(State("running"))
            file = run.folder / "state.json"
            signed = {"pid": me.pid, "started": me.create_time()}
            files.write_json(file, files.read_json(file, dict) | signed)
            self._popen.wait()

    def close(self) -> None:
        self._popen.kill()
        self._popen.wait()

    dismiss = close


def test_a_worker_that_hangs_though_its_heart_beats_is_ended_when_its_patience_is_over(
    home, monkeypatch
) -> None:
    monkeypatch.setattr(supervisor_module, "Worker", Deaf)
    with closing(Supervisor(home / "deaf", slots=1, patience=DEAF)) as supervisor:
        run = supervisor.submit(LONG)
        until(lambda: run.state().status == "running")
        supervisor.stop(run)
        assert run.state().status == "running"  # it may be in a long step
        assert supervisor.silent_since(run) is None
        assert until_it_ends(run) == "interrupted"


def test_a_wish_that_is_taken_back_by_going_on_ends_nobody(home, monkeypatch) -> None:
    ended = []
    endings = Endings(DEAF, lambda run: not run.state().active, lambda run: None, ended.append)
    run = runs.create(home / "taken-back", SHORT)
    run.write_state(State("running"))
    run.ask(want="stop")
    with run.held():
        endings.insist(run, "stop")
        (run.folder / "control.json").unlink()
        until(lambda: run not in endings)
    assert ended == []


@can_halt
def test_closing_waits_for_no_worker_that_was_halted(home, halting, monkeypatch) -> None:
    monkeypatch.setattr(standby, "CLOSING_SECONDS", 0.3)
    with closing(Supervisor(home / "closing", slots=1)) as supervisor:
        run = supervisor.submit(LONG)
        until_it_learns(run)
        halting(run.state().pid)
    assert run.state().status == "interrupted"


# Several apps in one home


@pytest.fixture
def two_apps(home, tmp_path, monkeypatch) -> Iterator[tuple[Supervisor, Supervisor]]:
    monkeypatch.setattr(supervisor_module, "Worker", InThread)
    monkeypatch.setattr(supervisor_module, "FIRST_RUN", FIRST)
    folder = tmp_path / "runs"
    with closing(Supervisor(folder, slots=1)) as one, closing(Supervisor(folder, slots=1)) as other:
        yield one, other


def test_two_apps_that_are_opened_at_once_make_one_first_run(two_apps) -> None:
    begun = Barrier(2)

    def welcome(app: Supervisor) -> None:
        begun.wait(10)
        app.first_run(Event())

    visits = [Thread(target=welcome, args=(app,)) for app in two_apps]
    for visit in visits:
        visit.start()
    for visit in visits:
        visit.join(30)
    assert len(runs.every(two_apps[0].folder)) == 1


def test_a_run_that_one_app_has_queued_is_ended_by_another_and_then_not_begun(two_apps) -> None:
    one, other = two_apps
    going, waiting = one.submit(LONG), one.submit(SHORT)
    until_it_learns(going)
    assert (one.place(waiting), other.place(waiting)) == (1, None)
    with pytest.raises(LessonError, match="still going on"):
        other.resume(waiting)
    other.stop(waiting)
    assert waiting.state().status == "stopped"
    last = one.submit(SHORT)
    other.stop(going)
    assert until_it_ends(last) == "done"
    assert waiting.history().losses == []
    assert waiting.state().status == "stopped"


def test_a_run_that_another_app_ended_and_took_over_is_carried_out_once(two_apps, undisturbed_short) -> None:
    one, other = two_apps
    going, run = one.submit(LONG), one.submit(SHORT)
    until_it_learns(going)
    other.stop(run)
    other.resume(run)
    assert until_it_ends(run) == "done"
    one.stop(going)
    until_it_ends(one.submit(SHORT))
    assert run.history().losses == undisturbed_short.history().losses
    assert run.history().damages == []


@pytest.fixture
def undisturbed_short(home, tmp_path) -> Run:
    run = runs.create(tmp_path / "undisturbed", replace(SHORT, threads=os.cpu_count()))
    carry_out(run)
    return run


# Turns


def test_one_session_may_wait_with_so_many_runs_and_others_are_not_refused(supervisor, monkeypatch) -> None:
    monkeypatch.setattr(limits, "RUNS_WAITING_OF_ONE", 3)
    going = supervisor.submit(LONG, session="mine")
    until(lambda: supervisor.place(going) is None)
    mine = [supervisor.submit(SHORT, session="mine", lane=lane) for lane in ("", "", "frozen")]
    with pytest.raises(LessonError, match="3 of your runs are waiting already"):
        supervisor.submit(SHORT, session="mine")
    yours = supervisor.submit(SHORT, session="yours")
    assert [supervisor.place(run) for run in (yours, *mine)] == [1, 2, 3, 4]


def test_four_ways_with_five_seeds_are_not_refused_and_leave_room_for_a_class() -> None:
    assert 4 * limits.SEEDS <= limits.RUNS_WAITING_OF_ONE <= limits.RUNS_WAITING / 10


def test_while_a_large_checkpoint_is_read_others_need_not_wait(supervisor, monkeypatch) -> None:
    run = supervisor.submit(SHORT)
    until_it_ends(run)
    reading, done = Event(), Event()
    read = supervisor_module.read_with_digest

    def slowly(path: Path, most: int) -> bytes:
        assert most == limits.CHECKPOINT_BYTES
        reading.set()
        assert done.wait(30)
        return read(path, most)

    monkeypatch.setattr(supervisor_module, "read_with_digest", slowly)
    resuming = Thread(target=supervisor.resume, args=(run,), kwargs={"epochs": 3})
    resuming.start()
    assert reading.wait(30)
    assert until_it_ends(supervisor.submit(SHORT, session="yours")) == "done"
    done.set()
    resuming.join(30)
    assert until_it_ends(run) == "done"
    assert len(run.history().epochs) == 3
