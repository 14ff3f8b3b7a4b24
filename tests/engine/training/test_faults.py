"""Faults on purpose: kills at any moment, a disk that fills up, folders that turn read-only, flipped bits."""

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import psutil
import pytest
import torch

from lessons.__main__ import main
from lessons.core.messages import LessonError
from lessons.engine.training import inspection, runs, trash
from lessons.engine.training.config import Config
from lessons.engine.training.recorder import load_checkpoint
from lessons.engine.training.reports import Epoch
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start many processes quickly"),
]

TINY = Config("folder:tiny", net="lenet", batch_size=4, epochs=8, flip=True, device="cpu", threads=1)
STEPS = 12  # an epoch has: 48 pictures in batches of 4
KILLS = 100
SERVER_KILLS = 20
PROJECT = Path(__file__).parents[3]

# Loads torch once. Then for every line "folder" it forks a child that carries that run out and, for a line
# "folder n", kills itself at its n-th word to the disk. Tells the child's number, and its end.
NURSERY = """
import os, signal, sys
from itertools import count
from pathlib import Path

from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out

def kill_at(last):
    numbers = count(1)
    def counted(call):
        def wrapper(*arguments, **named):
            if next(numbers) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)
        return wrapper
    os.fsync, Path.replace, Path.open = map(counted, (os.fsync, Path.replace, Path.open))

for line in sys.stdin:
    folder, _, last = line.strip().partition(" ")
    child = os.fork()
    if child == 0:
        if last:
            kill_at(int(last))
        carry_out(Run(Path(folder)))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""

# Stands for the app: holds a supervisor, asks for a run, and waits for whatever comes.
SERVER = """
import sys
from lessons.engine.training.config import Config
from lessons.engine.training.supervisor import Supervisor

supervisor = Supervisor()
run = supervisor.submit(Config("folder:tiny", net="lenet", batch_size=1, epochs=200, device="cpu"))
print(run.id, flush=True)
sys.stdin.read()
"""


class Nursery:
    """Carries runs out in fresh processes, without a torch import for each."""

    def __init__(self) -> None:
        self.process = python(NURSERY)

    def start(self, run: Run, word: int | None = None) -> int:
        """Returns the number of the process, which kills itself at its n-th word to the disk."""
        self.process.stdin.write(f"{run.folder} {word or ''}\n".encode())
        return int(self.process.stdout.readline())

    def wait(self) -> None:
        assert self.process.stdout.readline() == b"ended\n"

    def carry_out(self, run: Run, seconds: float = 120.0, word: int | None = None) -> bool:
        """Whether it ended within that time; else it was killed then."""
        child = self.start(run, word)
        in_time, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not in_time:
            os.kill(child, signal.SIGKILL)
        self.wait()
        return bool(in_time)


def python(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,  # what was told and not read yet must not hide in a buffer
    )


@pytest.fixture(scope="module", autouse=True)
def home(module_home) -> Path:
    """One home for the whole module: the nursery lives as long."""
    return module_home


@pytest.fixture(scope="module")
def nursery(home) -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.process.communicate()


@pytest.fixture(scope="module")
def undisturbed(home, nursery) -> Run:
    run = runs.create(home / "undisturbed", TINY)
    assert nursery.carry_out(run)
    return run


@pytest.fixture
def folder(home) -> Iterator[Path]:
    """The runs folder, empty before each test."""
    folder = home / "runs"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def until(condition: Callable[[], bool], seconds: float) -> None:
    """Return as soon as condition holds; the test fails when it does not within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def saved_step(run: Run) -> int:
    return load_checkpoint(run)["step"] if run.resumable() else 0


def assert_same_story(run: Run, other: Run) -> None:
    """To the last bit: every loss, every epoch's results, and the weights in the end."""
    assert run.state().status == other.state().status == "done"
    assert inspection.damages(run) == []
    told, expected = (
        (
            each.history().losses,
            [(line.epoch, line.test_loss, line.details) for line in each.history().epochs],
        )
        for each in (run, other)
    )
    assert told == expected
    weights, others = (load_checkpoint(each)["net"] for each in (run, other))
    assert all(torch.equal(weights[name], others[name]) for name in others)


def test_a_worker_killed_at_any_moment_loses_at_most_an_epoch(folder, nursery, undisturbed) -> None:
    chance = random.Random(1)
    began = time.monotonic()
    assert nursery.carry_out(runs.create(folder, TINY))
    whole = time.monotonic() - began
    kills = finished = half_written = worst = 0
    while kills < KILLS:
        run = runs.create(folder, TINY)
        while not nursery.carry_out(run, seconds=chance.uniform(0, whole)):
            kills += 1
            half_written += any(run.folder.rglob("*.new"))
            assert run.state().status in ("queued", "interrupted", "done")
            assert inspection.damages(run) == []
            lost = len(run.history().losses) - saved_step(run)
            assert 0 <= lost <= STEPS
            worst = max(worst, lost)
        assert_same_story(run, undisturbed)
        finished += 1
    assert len(runs.every(folder)) == finished + 1
    print(
        f"{kills} kills in {finished} runs of {whole:.1f} s: at most {worst} steps lost, of {STEPS} an epoch;"
    )
    print(f"{half_written} kills came in the middle of writing a file")


def test_a_worker_killed_before_any_word_to_the_disk_loses_at_most_an_epoch(folder, nursery) -> None:
    short = replace(TINY, epochs=2)
    expected = runs.create(folder, short)
    assert nursery.carry_out(expected)
    for word in count(1):
        run = runs.create(folder, short)
        nursery.carry_out(run, word=word)
        assert inspection.damages(run) == []
        if run.state().status == "done":
            break
        assert run.state().status in ("queued", "interrupted")
        assert 0 <= len(run.history().losses) - saved_step(run) <= STEPS
        assert nursery.carry_out(run)
        assert_same_story(run, expected)
    print(f"killed before each of {word - 1} words to the disk")
    assert word > 40


def test_a_killed_server_leaves_every_run_listed_and_no_worker_behind(folder, nursery) -> None:
    chance = random.Random(2)
    slowest = 0.0
    for number in range(SERVER_KILLS):
        server = python(SERVER)
        run = runs.find(folder, server.stdout.readline().decode().strip())
        if number % 2:
            until(lambda run=run: run.state().step > 0, 120)
        with suppress(subprocess.TimeoutExpired):
            server.wait(chance.uniform(0, 2))
        workers = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        server.communicate()
        killed = time.monotonic()
        until(lambda workers=workers: not any(map(psutil.Process.is_running, workers)), 10)
        slowest = max(slowest, time.monotonic() - killed)
        assert len(workers) == 1
        assert len(runs.every(folder)) == number + 1
        assert run.state().status == "interrupted"
        assert inspection.damages(run) == []
        run.change_config(replace(run.config(), epochs=run.state().epoch + 1))
        assert nursery.carry_out(run)
        assert run.state().status == "done"
    print(f"{SERVER_KILLS} kills of the server: the slowest worker ended after {slowest:.1f} s")


def mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextmanager
def mounted(at: Path, *arguments: str | Path) -> Iterator[None]:
    try:
        mount(*arguments, at)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount file systems")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def fill(disk: Path) -> Path:
    """Leave no room at all. Returns the ballast."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


def test_a_disk_that_fills_up_keeps_the_last_good_checkpoint(folder, undisturbed) -> None:
    with mounted(folder, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        run = runs.create(folder, TINY)
        carry_out(run, watch=lambda report: isinstance(report, Epoch) and report.epoch == 3 and fill(folder))
        assert run.state().status == "failed"
        assert str(run.state().reason).startswith("The disk is full.")
        assert load_checkpoint(run)["step"] == 3 * STEPS
        assert inspection.damages(run) == []

        for _ in range(2):  # still full
            carry_out(run)
            assert str(run.state().reason).startswith("The disk is full.")
            assert load_checkpoint(run)["step"] == 3 * STEPS
        with pytest.raises(LessonError, match="No space left on device"):
            runs.create(folder, TINY)
        assert runs.every(folder) == [run]

        (folder / "ballast").unlink()
        carry_out(run)
        assert_same_story(run, undisturbed)


def test_a_run_that_fills_the_disk_itself_keeps_its_last_good_checkpoint(folder) -> None:
    with mounted(folder, "-t", "tmpfs", "-o", "size=2m", "tmpfs"):
        run = runs.create(folder, replace(TINY, epochs=200))
        carry_out(run)
        assert run.state().status == "failed"
        assert str(run.state().reason).startswith("The disk is full.")
        assert inspection.damages(run) == []
        assert load_checkpoint(run)["step"] in (run.state().epoch * STEPS, (run.state().epoch - 1) * STEPS)


def test_a_runs_folder_that_can_only_be_read_is_refused_in_a_sentence(folder, capsys) -> None:
    with mounted(folder, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        run = runs.create(folder, replace(TINY, epochs=1))
        carry_out(run)
        mount("-o", "remount,ro", folder)
        for request in (
            lambda: runs.create(folder, TINY),
            lambda: run.rename("new"),
            lambda: trash.delete(run),
        ):
            with pytest.raises(LessonError, match=r"Nothing can be written to the folder .*: Read-only"):
                request()
        assert main(["train", "--data", "folder:tiny"]) == 2
        assert capsys.readouterr().err.endswith("Read-only file system.\n")
        assert inspection.damages(run) == []
        mount("-o", "remount,rw", folder)


def test_a_folder_that_turns_read_only_in_the_middle_keeps_the_last_checkpoint(
    folder, nursery, undisturbed
) -> None:
    run = runs.create(folder, TINY)
    nursery.start(run)
    until(lambda: run.state().epoch >= 2, 120)
    with mounted(run.folder, "--bind", "-o", "ro", run.folder):
        nursery.wait()
        assert run.state().status == "interrupted"
        assert (
            str(run.state().reason) == "The runs folder can only be read, so nothing more could be written."
        )
        assert 0 < saved_step(run) < 8 * STEPS
        assert inspection.damages(run) == []
    assert nursery.carry_out(run)
    assert_same_story(run, undisturbed)


def damaged_versions(content: bytes, chance: random.Random) -> Iterator[bytes | None]:
    """The content gone, cut short, and with single bits flipped."""
    yield None
    yield b""
    yield content[:-1]
    for _ in range(20):
        yield content[: chance.randrange(len(content))]
    for _ in range(40):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        yield bytes(flipped)


def test_no_damage_to_any_file_of_a_run_is_accepted_silently(folder, nursery) -> None:
    chance = random.Random(3)
    first, run, last = (runs.create(folder, replace(TINY, epochs=2), name="one") for _ in range(3))
    run.ask(lr=0.02)
    assert nursery.carry_out(run)
    tried = 0
    for file in sorted(run.folder.rglob("*")):
        if not file.is_file() or file.name == runs.RESERVE:
            continue
        content = file.read_bytes()
        for version in damaged_versions(content, chance):
            file.unlink(missing_ok=True)
            if version is not None:
                file.write_bytes(version)
            elif file.name in ("control.json", "pictures.json"):
                continue  # nothing was wished for, or it is of an earlier version
            named = " ".join(map(str, inspection.damages(run)))
            assert file.name.removesuffix(".sha256") in named
            assert set(runs.every(folder)) == {first, run, last}
            tried += 1
        file.write_bytes(content)
        assert [inspection.damages(each) for each in (first, run, last)] == [[], [], []]
    print(f"{tried} damages, all named")
