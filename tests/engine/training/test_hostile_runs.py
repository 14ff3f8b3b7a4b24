"""Run folders that mean harm: what is in them is refused by name, and hides, slows and leaks nothing.

Checksums are right throughout: they say who wrote a file, not what.
"""

import io
import json
import os
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lessons.core.files import Damaged, digest, seal, write, write_with_digest
from lessons.core.messages import LessonError
from lessons.engine.training import inspection, origin, runs, trash
from lessons.engine.training.collapse import collapse
from lessons.engine.training.config import Config
from lessons.engine.training.export import export
from lessons.engine.training.history import History
from lessons.engine.training.loop import Training
from lessons.engine.training.recorder import load_checkpoint
from lessons.engine.training.records import METRICS, STATUSES
from lessons.engine.training.runs import Run
from lessons.engine.training.tested import find_tested
from lessons.engine.training.trained import of_run
from lessons.engine.training.work import carry_out

MEGABYTE = 1024 * 1024
MOST_MEMORY = 300 * MEGABYTE
NO_PROCESS = 2**31 - 1  # no system counts as far
CONFIG = Config("folder:tiny", "lenet", batch_size=8, epochs=2, momentum=0.9, device="cpu", threads=1)
SMALL = ("config.json", "pictures.json", "name.json", "state.json", "control.json")
MAY_BE_GONE = ("control.json", "pictures.json", runs.RESERVE)  # nothing was wished for, or an earlier version
DEEP = object()  # stands for what is nested 100,000 deep
ODD = (None, True, -1, 1.5, 10**12, 10**30, 1e308, "", "\0", "../../x", "x" * 100_000, [], {}, ["x"], DEEP)


@pytest.fixture(scope="module")
def home(module_home) -> Path:
    return module_home


@pytest.fixture(scope="module")
def finished(home) -> Run:
    """A run with every kind of file in it; nobody carries it out any more."""
    run = runs.create(home / "finished", CONFIG, name="finished")
    run.ask(lr=0.02)
    carry_out(run)
    state = json.loads((run.folder / "state.json").read_bytes())
    (events,) = run.events()
    head = events.read_bytes()[:50_000]  # enough to look through
    events.write_bytes(head)
    state["sizes"][f"events/{events.name}"] = len(head)
    state |= {"pid": NO_PROCESS, "started": 0.0, "heartbeat": 0.0}
    (run.folder / "state.json").write_bytes(sealed(state) + b"\n")
    assert inspection.damages(run) == []
    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def good(folder, finished) -> Run:
    """Another run in the same folder; it must not be hidden."""
    return copied(finished, folder / "20250101-000000-aaaaaa")


@pytest.fixture
def run(folder, finished, good) -> Run:
    return copied(finished, folder / "20250101-000001-bbbbbb")


def copied(run: Run, folder: Path) -> Run:
    return Run(Path(shutil.copytree(run.folder, folder, symlinks=True)))


def sealed(values: Mapping[str, Any]) -> bytes:
    """A line with a right checksum, whatever it says."""
    text = json.dumps(
        {name: value for name, value in values.items() if name != "crc"}, default=lambda _: "DEEP"
    )
    text = text.replace('"DEEP"', "[" * 100_000 + "]" * 100_000)
    return text.encode()[:-1] + b', "crc": "%08x"}' % zlib.crc32(text.encode())


def put(run: Run, file: str, **values: Any) -> None:
    """Change these values of a small file, and make its checksum right again."""
    path = run.folder / file
    path.write_bytes(sealed(json.loads(path.read_bytes()) | values) + b"\n")


def put_setting(run: Run, **settings: Any) -> None:
    put(run, "config.json", config=CONFIG.to_json() | settings)


def tell(run: Run, *lines: Mapping[str, Any] | bytes) -> None:
    with (run.folder / METRICS).open("ab") as file:
        for line in lines:
            file.write((line if isinstance(line, bytes) else sealed(line)) + b"\n")


def put_details(run: Run, content: bytes) -> None:
    """Another file of the last epoch, with its digest in the curves."""
    line = run.history().epochs[-1]
    run.epoch_file(line.epoch).write_bytes(content)
    metrics = run.folder / METRICS
    lines = metrics.read_bytes().splitlines()
    told = [
        json.loads(each) | {"details": digest(content)} if b'"epoch", ' in each else each for each in lines
    ]
    at = max(index for index, each in enumerate(told) if isinstance(each, dict))
    lines[at] = sealed(told[at])
    metrics.write_bytes(b"\n".join(lines) + b"\n")
    run.epoch_file(line.epoch).write_bytes(content)


def npz(compressed: bool = False, **arrays: Any) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def put_checkpoint(run: Run, content: bytes) -> None:
    write_with_digest(run.folder / runs.CHECKPOINT, content)


def checkpoint_with(run: Run, **values: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(load_checkpoint(run) | values, buffer)
    return buffer.getvalue()


def repacked(content: bytes, compression: int, **more: bytes) -> bytes:
    """The same archive, packed otherwise and with more in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, more.pop(name.rpartition("/")[2], None) or old.read(name))
        for name, part in more.items():
            new.writestr(name, part)
    return buffer.getvalue()


def step(number: Any, **values: Any) -> dict[str, Any]:
    return {"kind": "step", "step": number, "epoch": 2, "loss": 1.0, "lr": 0.01, "time": 1.0} | values


def epoch(number: Any, **values: Any) -> dict[str, Any]:
    numbers = dict.fromkeys(("train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds"), 0.5)
    return {"kind": "epoch", "epoch": number, "step": 12, **numbers, "details": "0" * 64} | values


@contextmanager
def little_memory() -> Iterator[None]:
    """Fails where more than MOST_MEMORY was taken meanwhile."""
    status = Path("/proc/self/status")

    def most() -> int:
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    if not status.exists():
        yield
        return
    Path("/proc/self/clear_refs").write_text("5")  # forget the most that there was so far
    before = most()
    yield
    assert most() - before < MOST_MEMORY


def refusal(read: Callable[[], object]) -> str:
    """What is said; "" where it is read. Anything but a sentence for the learner fails the test."""
    try:
        read()
    except LessonError as error:
        return str(error)
    return ""


def read_all(run: Run) -> str:
    """Read what pages read, and what a worker reads that takes the run up. Returns all that was refused."""
    readers: list[Callable[[], object]] = [run.about, run.config, run.name, run.wishes, run.resumable]
    readers += [lambda: str(run.state().reason), lambda: run.history().lr_changes, lambda: collapse(run)]
    readers += [lambda: [run.details(line) for line in run.history().epochs]]
    readers += [lambda: load_checkpoint(run), lambda: of_run(run)]
    readers += [lambda: Training(run.config()).load_state_dict(load_checkpoint(run))]
    return " ".join(map(refusal, readers))


def assert_harmless(run: Run, good: Run) -> None:
    """Whatever was done to a run: the other is there, nothing raises but sentences, and it can be deleted."""
    folder = run.folder.parent
    assert set(runs.every(folder)) == {run, good}
    read_all(run)
    inspection.damages(run)
    assert_nothing_leaked(export(run, "en"))
    trash.delete(run)
    assert runs.every(folder) == [good]
    trash.restore(folder, run.id)
    assert set(runs.every(folder)) == {run, good}
    assert inspection.at_a_glance(good) == []
    trash.delete(run)
    trash.empty(folder, seconds=-1)
    assert list((folder / trash.TRASH).iterdir()) == []


def assert_nothing_leaked(archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert not any(b"secret" in opened.read(name) for name in opened.namelist())


def assert_sane(run: Run) -> None:
    """What is read without a word makes sense."""
    state, history = run.state(), run.history()
    assert state.status in STATUSES
    assert all(0 <= number < 10**16 for number in (state.step, state.pid, state.heartbeat, state.started))
    assert 0 <= state.epoch <= 200
    assert all((run.folder / name).resolve().is_relative_to(run.folder.resolve()) for name in state.sizes)
    assert len(run.name()) <= 60
    assert run.wishes().get("want") in (None, "pause", "stop", "yield")
    assert len(history.losses) < 1000
    assert np.isfinite(history.losses).all()
    for line in history.epochs:
        details = run.details(line)
        assert details.logits.shape == (18, 3)
        assert details.filters is None or details.filters.shape == (6, 3, 5, 5)


# Small files

VALUES = [
    *[("config.json", {"config": each}) for each in (None, [], "x", DEEP)],
    *[("config.json", {"created": each}) for each in (None, "x", -1, 1e300, 10**30)],
    *[("config.json", {"versions": each}) for each in (None, [], {"torch": 2})],
    *[("name.json", {"name": each}) for each in (None, 5, "x" * 61, "a\nb", "x" * 100_000, [], DEEP)],
    *[("state.json", {"status": each}) for each in (None, 5, "dancing", "", [], DEEP)],
    *[("state.json", {"step": each}) for each in (-1, 1.5, 10**30, "1", True, None)],
    *[("state.json", {"epoch": each}) for each in (-1, 10**9)],
    *[("state.json", {"test_accuracy": each}) for each in (7, -0.1, "x")],
    *[("state.json", {"message": each}) for each in (5, "{x:>999999999}", "nobody says so")],
    *[("state.json", {"pid": each}) for each in (-1, 10**30, 1.5)],
    *[("state.json", {"heartbeat": each}) for each in (-1, 1e300, "x")],
    *[("state.json", {"sizes": {each: 5}}) for each in ("../x", "/etc/hostname", "events/../../x", "x")],
    ("state.json", {"sizes": {METRICS: -1}}),
    *[("pictures.json", {"mark": each}) for each in (None, 5, "x", "0" * 65, DEEP)],
    *[("pictures.json", {"classes": each}) for each in (None, [], ["a"], [1, 2, 3], ["x"] * 257)],
    *[("pictures.json", {"shape": each}) for each in (None, [3, 32], [3, 32, 0], [3, 10_000, 10_000])],
    *[("pictures.json", {"tested": each}) for each in (None, "", "?", "////")],
    *[("pictures.json", {"train_size": each}) for each in (0, 2**62)],
    *[("control.json", {"want": each}) for each in ("dance", 5, None, DEEP)],
    *[("control.json", {"lr": each}) for each in ("x", -1, 1e9, None)],
]
SETTINGS = [
    {"unknown": 1},
    *[{"lr": each} for each in ("x", -1, 1e9, None, True)],
    *[{"flip": each} for each in (3, "yes", None)],
    *[{"epochs": each} for each in (0, 10**12, 1.5)],
    {"net": "skynet"},
    {"data": "folder:../x"},
    {"threads": -1},
]


def test_a_value_that_no_run_writes_is_named_and_the_other_run_is_still_there(run, good, finished) -> None:
    for file, values in VALUES:
        put(run, file, **values)
        said = f"The file {file} is damaged."
        assert said in read_small(run), values
        assert said in map(str, inspection.at_a_glance(run))
        assert set(runs.every(good.folder.parent)) == {run, good}
        shutil.copy(finished.folder / file, run.folder)
        assert inspection.at_a_glance(run) == []


@pytest.mark.parametrize("values", [{"status": DEEP}, {"status": "dancing"}, {"pid": -1}])
def test_a_run_whose_state_is_none_is_deleted(run, good, values) -> None:
    put(run, "state.json", **values)
    assert_harmless(run, good)


def test_a_setting_that_cannot_be_is_named_with_its_file(run) -> None:
    for settings in SETTINGS:
        put_setting(run, **settings)
        what = rf"config\.json is damaged: .*({next(iter(settings))}|no set of pictures)"
        with pytest.raises(Damaged, match=what):
            run.config()
        assert "config.json" in str(inspection.at_a_glance(run)[0])


@pytest.mark.parametrize("file", ["config.json", "name.json", "state.json", "pictures.json"])
def test_a_value_that_is_missing_is_named(run, file) -> None:
    (run.folder / file).write_bytes(sealed({}) + b"\n")
    assert f"The file {file} is damaged." in read_small(run)


def read_small(run: Run) -> list[str]:
    return [refusal(read) for read in (run.config, run.name, run.state, run.wishes, lambda: origin.read(run))]


# Links and pipes

FILES = (*SMALL, METRICS, "checkpoint.pt", "checkpoint.pt.sha256", "epochs/0001.npz", "epochs", "events")


def link(path: Path) -> None:
    elsewhere = path.parents[2 + (path.parent.name in ("epochs", "events"))] / "elsewhere"
    path.rename(elsewhere)
    if elsewhere.is_dir():
        (elsewhere / "secret").write_text("secret")
    path.symlink_to(elsewhere)


def loop_link(path: Path) -> None:
    remove(path)
    path.symlink_to(path)


def pipe(path: Path) -> None:
    remove(path)
    os.mkfifo(path)


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("replaced", [link, loop_link, pipe])
def test_a_link_and_a_pipe_are_named_and_never_opened(run, good, file, replaced) -> None:
    replaced(run.folder / file)
    assert any(file in str(message) for message in inspection.at_a_glance(run))
    assert any(file in str(message) for message in inspection.damages(run))
    assert_harmless(run, good)


def test_a_run_that_is_a_link_is_listed_and_only_the_link_is_deleted(run, good, tmp_path) -> None:
    run.folder.rename(tmp_path / "elsewhere")
    run.folder.symlink_to(tmp_path / "elsewhere")
    said = [f"The folder {run.id} is a link, which is not followed."]
    assert list(map(str, inspection.damages(run))) == said
    assert_harmless(run, good)
    assert Run(tmp_path / "elsewhere").config() == CONFIG


def test_what_is_written_replaces_a_link_and_does_not_follow_it(run, tmp_path) -> None:
    (tmp_path / "mine").write_text("mine")
    for name in ("name.json.new", "name.json", runs.RESERVE):
        (run.folder / name).unlink(missing_ok=True)
        (run.folder / name).symlink_to(tmp_path / "mine")
    run.rename("new")
    run.reserve()
    assert run.name() == "new"
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", [METRICS, "epochs", "events"])
def test_a_run_does_not_go_on_through_a_link(run, tmp_path, name) -> None:
    put_setting(run, epochs=3)
    link(run.folder / name)
    elsewhere = tmp_path / "elsewhere"
    before = [(path, path.stat().st_size) for path in [elsewhere, *elsewhere.glob("*")]]
    if not refusal(run.queue_again):
        carry_out(run)
        assert run.state().status == "failed"
    assert [(path, path.stat().st_size) for path in [elsewhere, *elsewhere.glob("*")]] == before


# Curves

LINES = [
    step(10**12),
    step(0),
    step(-1),
    step("13"),
    step(13, loss=None),
    step(13, loss="x"),
    step(13, lr=-1),
    step(13, time=-1),
    step(13, epoch=10**9),
    epoch(3, details="../../../etc/hostname"),
    epoch(3, test_accuracy=7),
    epoch(10**9),
    epoch(-1),
    {"kind": "resume", "step": -1},
    {"kind": "resume"},
    {"kind": "dance"},
    {"kind": DEEP},
    {},
    b"[" * 4000,
    b"",
    b"x" * 100_000,
]


def test_a_line_that_no_run_tells_is_named_and_changes_no_curve(run, finished) -> None:
    for line in LINES:
        shutil.copy(finished.folder / METRICS, run.folder)
        tell(run, line)
        with little_memory():
            history = run.history()
        assert METRICS in str(history.damages[0]), line
        assert history.losses == finished.history().losses
        assert history.epochs == finished.history().epochs
    assert any(METRICS in str(message) for message in inspection.damages(run))


def test_nobody_waits_for_curves_that_no_run_has_written(run) -> None:
    for lines in (b"\n" * 30_000_000, b"x" * 30_000_000):
        (run.folder / METRICS).write_bytes(lines)
        with little_memory():
            history = run.history()
        assert 0 < len(history.damages) <= 101
        assert "What follows line" in str(history.damages[-1])
    with (run.folder / METRICS).open("wb") as file:
        file.truncate(10**12)
    assert "What follows line 0" in str(run.history().damages[-1])


def test_curves_replaced_by_others_of_the_same_size_are_read_anew(tmp_path) -> None:
    file = tmp_path / METRICS
    first, second = (b"".join(seal(step(n, loss=loss)) + b"\n" for n in (1, 2)) for loss in (1.5, 2.5))
    history = read_after(file, first)
    assert history.losses == [1.5, 1.5]
    write(file, second)  # another file of that name
    assert History.of(file).losses == [2.5, 2.5]
    file.write_bytes(first)  # the same file, written over
    os.utime(file, (1, 1))
    assert History.of(file).losses == [1.5, 1.5]
    file.write_bytes(second + seal(step(3)) + b"\n")  # and larger
    assert History.of(file).losses == [2.5, 2.5, 1.0]


def read_after(file: Path, content: bytes) -> History:
    file.write_bytes(content)
    return History.of(file)


# What each epoch left

SMALL_ANSWERS = np.zeros((18, 3), np.float32)


class Call:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.touch, (Path("/tmp/called"),))


def header(shape: str, kind: str = "<f4") -> bytes:
    """An archive whose array says that it is of that shape, and has no numbers."""
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    array = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("logits.npy", array)
    return buffer.getvalue()


DETAILS = {
    "deflated zeros": lambda: npz(True, logits=np.zeros((20_000, 1000), np.float32)),
    "another type": lambda: npz(logits=SMALL_ANSWERS.astype(np.int64)),
    "a pickle": lambda: npz(logits=np.array([Call()], dtype=object)),
    "one dimension": lambda: npz(logits=SMALL_ANSWERS[0]),
    "no picture": lambda: npz(logits=SMALL_ANSWERS[:0]),
    "not finite": lambda: npz(logits=SMALL_ANSWERS + np.inf),
    "other filters": lambda: npz(logits=SMALL_ANSWERS, filters=SMALL_ANSWERS),
    "filters as large as a picture": lambda: npz(
        logits=SMALL_ANSWERS, filters=np.zeros((1, 1, 500, 500), np.float32)
    ),
    "nothing": lambda: npz(filters=np.zeros((6, 3, 5, 5), np.float32)),
    "more": lambda: npz(logits=SMALL_ANSWERS, more=SMALL_ANSWERS),
    "a shape without numbers": lambda: header("(1000000000000, 10)"),
    "a shape that is nested": lambda: header("(" * 3000 + ")" * 3000),
    "a shape that is no shape": lambda: header("__import__('os')"),
    "no archive": lambda: b"PK\x05\x06" + bytes(18),
}


@pytest.mark.parametrize("kind", DETAILS)
def test_answers_that_are_none_are_named_and_take_no_memory(run, kind) -> None:
    content = DETAILS[kind]()
    put_details(run, content)
    with little_memory(), pytest.raises(Damaged, match=r"0002\.npz is damaged"):
        run.details(run.history().epochs[-1])
    assert ["0002.npz" in str(message) for message in inspection.damages(run)] == [True]


def test_answers_to_other_pictures_than_the_run_was_tested_on_are_named(run) -> None:
    put_details(run, npz(logits=np.zeros((5, 3), np.float32)))
    assert "The file 0002.npz is damaged." in map(str, inspection.damages(run))
    answers = run.details(run.history().epochs[-1])
    assert refusal(lambda: find_tested(run, answers)).startswith("These answers are of another test")


def test_a_checkpoint_that_was_saved_and_is_gone_is_named_at_a_glance(run) -> None:
    (run.folder / runs.CHECKPOINT).unlink()
    assert "The file checkpoint.pt is missing or cannot be read." in map(str, inspection.at_a_glance(run))


def test_answers_of_an_earlier_version_are_still_read(run) -> None:
    probabilities = torch.tensor([[3.0, 1.0, -40.0]]).softmax(1).half()
    put_details(run, npz(probabilities=probabilities.numpy()))
    logits = torch.from_numpy(run.details(run.history().epochs[-1]).logits)
    assert torch.allclose(logits.softmax(1), probabilities.float(), atol=1e-3)


# Checkpoints


def circle() -> list[Any]:
    """Lists that hold one another: 2^60 ways lead through them."""
    each: list[Any] = []
    for _ in range(60):
        each = [each, each]
    return each


def optimizer_with(run: Run, change: Callable[[dict[str, Any]], object]) -> bytes:
    state = load_checkpoint(run)["optimizer"]
    change(state)
    return checkpoint_with(run, optimizer=state)


UNREADABLE = {
    "deflated": lambda run: repacked(checkpoint_with(run), zipfile.ZIP_DEFLATED, zeros=bytes(10**7)),
    "a long pickle": lambda run: repacked(
        checkpoint_with(run), zipfile.ZIP_STORED, **{"data.pkl": b"\x80\x02" + b"}" * 9 * MEGABYTE + b"."}
    ),
    "a list": lambda run: saved([1, 2]),
    "epoch 10^9": lambda run: checkpoint_with(run, epoch=10**9, step=6 * 10**9),
    "a step that is text": lambda run: checkpoint_with(run, step="12"),
    "sums that are not finite": lambda run: checkpoint_with(run, losses=float("nan")),
    "more right than seen": lambda run: checkpoint_with(run, correct=5, seen=4),
    "a tensor without numbers": lambda run: checkpoint_with(run, more=torch.zeros(1).expand(10**6, 10**6)),
    "a sparse tensor": lambda run: checkpoint_with(
        run, more=torch.sparse_coo_tensor(torch.zeros(2, 1, dtype=torch.long), [1.0], (10**6, 10**6))
    ),
    "many members": lambda run: repacked(
        checkpoint_with(run), zipfile.ZIP_STORED, **{f"{number:050}": b"" for number in range(12_000)}
    ),
}
UNFIT = {
    "a later epoch than there is": lambda run: checkpoint_with(run, epoch=3, step=18),
    "a step beyond the last": lambda run: checkpoint_with(run, epoch=2, step=14, seen=16),
    "weights that are not finite": lambda run: checkpoint_with(
        run, net={name: each * float("nan") for name, each in load_checkpoint(run)["net"].items()}
    ),
    "averages of another shape": lambda run: optimizer_with(
        run, lambda state: state["state"][0].update(momentum_buffer=torch.zeros(7))
    ),
    "averages that are not finite": lambda run: optimizer_with(
        run, lambda state: state["state"][0]["momentum_buffer"].fill_(torch.inf)
    ),
    "another momentum": lambda run: optimizer_with(
        run, lambda state: state["param_groups"][0].update(momentum=1e9)
    ),
    "a rate of 10^9": lambda run: optimizer_with(run, lambda state: state["param_groups"][0].update(lr=1e9)),
    "no groups": lambda run: optimizer_with(run, lambda state: state.update(param_groups=[])),
    "circles": lambda run: optimizer_with(run, lambda state: state["state"].update({0: {"step": circle()}})),
    "no net": lambda run: checkpoint_with(run, net=None),
    "the net of another run": lambda run: checkpoint_with(
        run, net={f"1.{name}": each for name, each in load_checkpoint(run)["net"].items()}
    ),
    "no random state": lambda run: checkpoint_with(run, generator=None),
    "averages of a parameter that is none": lambda run: optimizer_with(
        run, lambda state: state["state"].update({10**6: state["state"][0]})
    ),
    "weights in half precision": lambda run: checkpoint_with(
        run, net={name: each.half() for name, each in load_checkpoint(run)["net"].items()}
    ),
    "averages that are whole numbers": lambda run: optimizer_with(
        run,
        lambda state: state["state"][0].update(momentum_buffer=torch.zeros(6, 3, 5, 5, dtype=torch.int32)),
    ),
}


def saved(values: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(values, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_checkpoint_is_named_and_takes_no_memory(run, kind) -> None:
    content = UNREADABLE[kind](run)
    put_checkpoint(run, content)
    with little_memory(), pytest.raises(Damaged, match=r"checkpoint\.pt is not a checkpoint"):
        load_checkpoint(run)
    assert ["checkpoint.pt" in str(message) for message in inspection.damages(run)] == [True]


@pytest.mark.parametrize("kind", UNFIT)
def test_a_checkpoint_that_does_not_fit_its_run_is_refused_in_a_sentence(run, kind) -> None:
    put_checkpoint(run, UNFIT[kind](run))
    put_setting(run, epochs=2)
    named = list(map(str, inspection.damages(run)))
    carry_out(run)
    assert run.state().status == "failed"
    assert str(run.state().reason).startswith("This checkpoint does not fit the run")
    assert named == [f"The file checkpoint.pt is damaged: {run.state().reason}"]


@pytest.mark.parametrize("kind", UNFIT)
def test_a_checkpoint_is_held_to_a_run_that_does_not_know_its_pictures(run, kind) -> None:
    put_checkpoint(run, UNFIT[kind](run))
    put_setting(run, epochs=2)
    (run.folder / origin.FILE).unlink()
    assert any("This checkpoint does not fit the run" in str(each) for each in inspection.damages(run))
    put_setting(run, data="folder:gone")
    assert "There is no set of pictures called 'folder:gone'." in map(str, inspection.damages(run))


def test_more_pictures_than_the_run_had_are_named(run) -> None:
    put_setting(run, train_size=500)
    assert "500 training pictures are asked for, and there are 48." in map(str, inspection.damages(run))


def test_a_folder_in_the_place_of_a_file_is_named(run) -> None:
    (run.folder / runs.RESERVE).unlink(missing_ok=True)
    (run.folder / runs.RESERVE).mkdir()
    assert "reserve is a link or no plain file, and is not read." in map(str, inspection.at_a_glance(run))


@pytest.mark.parametrize("kind", ["weights that are not finite", "no net", "the net of another run"])
def test_nothing_is_answered_by_a_net_that_does_not_fit(run, kind) -> None:
    put_checkpoint(run, UNFIT[kind](run))
    assert refusal(lambda: of_run(run)).startswith("This checkpoint does not fit the run")


def test_a_net_for_pictures_beyond_all_reason_is_not_built(run) -> None:
    put_setting(run, net="mlp")
    put(run, "pictures.json", shape=[3, 256, 256])
    with little_memory():
        assert "up to 100 MB are allowed" in refusal(lambda: of_run(run))


def test_a_checkpoint_beyond_its_limit_is_not_read(run) -> None:
    with (run.folder / runs.CHECKPOINT).open("wb") as file:
        file.truncate(10**10)
    with little_memory():
        assert "checkpoint.pt is too large" in refusal(lambda: load_checkpoint(run))


# Taking it home


def test_a_file_of_any_time_and_any_name_is_taken_home(run) -> None:
    times = {"old": 0, "older": -(10**9), "late": 10**11}
    for name, moment in times.items():
        (run.folder / name).write_text(name)
        os.utime(run.folder / name, (moment, moment))
    (run.folder / os.fsdecode(b"no-utf-8-\xff")).write_text("here")
    with zipfile.ZipFile(io.BytesIO(export(run, "en"))) as archive:
        assert all(archive.read(f"{run.id}/{name}").decode() == name for name in times)
        assert archive.getinfo(f"{run.id}/old").date_time[0] == 1980
        assert archive.getinfo(f"{run.id}/late").date_time[0] == 2107
        assert archive.read(f"{run.id}/no-utf-8-\ufffd") == b"here"
        assert f"{run.id}/left-out.txt" not in archive.namelist()


def test_what_stays_here_is_named_in_the_zip(run) -> None:
    link(run.folder / "control.json")
    with (run.folder / "huge").open("wb") as file:
        file.truncate(10**12)
    with zipfile.ZipFile(io.BytesIO(export(run, "en"))) as archive:
        left_out = archive.read(f"{run.id}/left-out.txt").decode().splitlines()
        assert f"{run.id}/control.json" not in archive.namelist()
    assert left_out[1:] == ["control.json", "huge"]


def test_a_file_that_shrinks_or_goes_while_it_is_packed_breaks_nothing(run, monkeypatch) -> None:
    every = run.files()
    (run.folder / "events").rename(run.folder / "gone")
    monkeypatch.setattr(Run, "files", lambda _: every)
    assert_nothing_leaked(export(run, "en"))


# Anything at all


def changed_anyhow(run: Run, other: Run, chance: random.Random) -> str:
    """Do one thing to one file. Returns what was done."""
    file = chance.choice([path for path in run.files() if path.is_file()])
    content = file.read_bytes()
    elsewhere = chance.choice([path for path in other.files() if path.is_file()])
    ways: dict[str, Callable[[], object]] = {
        "gone": file.unlink,
        "cut": lambda: file.write_bytes(content[: chance.randrange(len(content))]),
        "twice": lambda: file.write_bytes(content * 2),
        "swapped": lambda: file.write_bytes(elsewhere.read_bytes()),
        "linked": lambda: link(file),
        "a pipe": lambda: pipe(file),
        "a folder": lambda: (file.unlink(), file.mkdir()),
        "sparse": lambda: os.truncate(file, 10**9),
        "a bit": lambda: file.write_bytes(flipped(content, chance)),
        "noise": lambda: file.write_bytes(chance.randbytes(chance.choice((1, 100, 100_000)))),
    }
    if file.name in SMALL:
        ways |= {
            f"values {number}": lambda: file.write_bytes(odd(content[:-1], chance) + b"\n")
            for number in range(15)
        }
    if file.name == METRICS:
        ways |= {
            f"lines {number}": lambda: file.write_bytes(odd_lines(content, chance)) for number in range(15)
        }
    if file.name == runs.CHECKPOINT:
        whole = {"right digest": lambda: put_checkpoint(run, flipped(content, chance))}
        ways |= whole | {
            kind: lambda kind=kind: put_checkpoint(run, (UNREADABLE | UNFIT)[kind](run)) for kind in UNFIT
        }
    if file.suffix == ".npz":
        ways |= {kind: lambda kind=kind: put_details(run, DETAILS[kind]()) for kind in DETAILS}
    way = chance.choice(list(ways))
    ways[way]()
    changed = run.epoch_file(2) if way in DETAILS else file
    return f"{changed.relative_to(run.folder)}: {way}"


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content or b"\0")
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def odd(line: bytes, chance: random.Random) -> bytes:
    """A sealed line with one value that is another one, or gone; at any depth."""
    values = json.loads(line)
    within = values
    while True:
        key = chance.choice([each for each in within if each != "crc"])
        if not isinstance(within[key], dict) or not within[key] or chance.random() < 0.3:
            break
        within = within[key]
    if chance.random() < 0.2:
        del within[key]
    else:
        within[key] = chance.choice(ODD)
    return sealed(values)


def odd_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines()
    for at in chance.sample(range(len(lines)), chance.choice((1, 1, 5))):
        lines[at] = chance.choice((odd, odd, lambda line, _: line * 2, lambda *_: b""))(lines[at], chance)
    return b"\n".join(lines) + b"\n"


def assert_any_change_is_harmless(finished: Run, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    good = copied(finished, folder / "20250101-000000-aaaaaa")
    run = copied(finished, folder / f"20250101-000001-{seed:06x}")
    done = changed_anyhow(run, good, chance)
    print(f"{seed}: {done}")  # shown where it fails
    named = " ".join(map(str, inspection.damages(run)))
    file = done.partition(":")[0]
    if not named and (run.folder / file).exists():
        assert_sane(run)
    elif file not in MAY_BE_GONE:
        assert Path(file).name.removesuffix(".sha256") in named
    assert_harmless(run, good)
    if seed % 5 == 0:
        again = copied(finished, folder / f"20250101-000002-{seed:06x}")
        changed_anyhow(again, good, random.Random(seed))
        if not refusal(again.queue_again):
            carry_out(again)
            assert again.state().status in ("done", "failed", "stopped", "paused", "interrupted")
    shutil.rmtree(folder)


@pytest.mark.parametrize("part", range(2))
def test_whatever_is_done_to_a_run_the_others_are_still_there(finished, folder, part) -> None:
    for seed in range(part * 8, part * 8 + 8):
        assert_any_change_is_harmless(finished, folder, seed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_five_hundred_changes_hide_nothing_and_take_little_memory(finished, folder) -> None:
    with little_memory():
        for seed in range(500):
            assert_any_change_is_harmless(finished, folder, seed)
