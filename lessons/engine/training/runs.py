"""Training runs on disk: a run is a folder, and the folder is all that a page and a worker share.

    runs/<id>/
      config.json     everything needed to repeat it: the config, the versions, and when it was asked for
      name.json       the learner's own name for it
      state.json      where it stands, and the process that answers for it
      control.json    what the learner wants of it: a pause, a stop, another learning rate
      metrics.jsonl   one line a report, appended
      epochs/         the test probabilities and first filters of every epoch, as .npz
      checkpoint.pt   net, optimizer and random state, to resume from
      events/         the same story for TensorBoard
      reserve         a little room to give back when the disk is full, so that the last words fit

Beside the runs, in .locks, lie their locks and heartbeats, see ``holding``.

Reading needs no torch, so that a list of runs is there at once.
"""

import importlib.metadata
import io
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from lessons.core import limits
from lessons.core.files import Damaged, digest, read_json, write_json
from lessons.core.messages import LessonError, Message
from lessons.core.words import Scalar, recall
from lessons.engine.training import holding
from lessons.engine.training.config import Config
from lessons.engine.training.history import EpochLine, History

ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
TRASH = ".trash"
SECONDS_IN_TRASH = 7 * 24 * 3600.0
METRICS = "metrics.jsonl"
CHECKPOINT = "checkpoint.pt"
RESERVE = "reserve"
RESERVED_BYTES = 32 * 1024


@dataclass(frozen=True)
class State:
    """Where a run stands.

    status: queued, running, paused, done, stopped, failed or interrupted; step and epoch: how many are
    behind it; message and values: why it failed, see ``Message``; advised_lr: a learning rate to go on with,
    where the one before was too high; pid and started: the process that answers for it; heartbeat: its last
    sign of life, in seconds since 1970; saved: whether there is a checkpoint; sizes: how many bytes its
    growing files had by then.
    """

    status: str
    step: int = 0
    epoch: int = 0
    test_accuracy: float | None = None
    message: str = ""
    values: dict[str, Scalar] = field(default_factory=dict)
    advised_lr: float | None = None
    pid: int = 0
    started: float = 0.0
    heartbeat: float = 0.0
    saved: bool = False
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def reason(self) -> Message | None:
        return recall(self.message, self.values) if self.message else None

    def __post_init__(self) -> None:
        """ValueError unless its message is one of the program's own."""
        if self.message:
            recall(self.message, self.values)

    def afresh(self, status: str) -> "State":
        """With that status, and without what was said of an earlier failure."""
        return replace(self, status=status, message="", values={}, advised_lr=None)


@dataclass(frozen=True)
class Details:
    """What one epoch left: probabilities float16 (test pictures, classes); filters float32 or None."""

    probabilities: np.ndarray
    filters: np.ndarray | None


@dataclass(frozen=True)
class Run:
    """One run's folder, read afresh at each call: a worker may be writing to it."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    def about(self) -> dict[str, Any]:
        """config, versions and created (seconds since 1970), as in config.json."""
        return read_json(self.folder / "config.json", dict[str, Any])

    def config(self) -> Config:
        return Config.from_json(self.about()["config"])

    def change_config(self, config: Config) -> None:
        write_json(self.folder / "config.json", {**self.about(), "config": config.to_json()})

    def name(self) -> str:
        """The learner's own name for it, or "" if there is none."""
        return read_json(self.folder / "name.json", dict[str, str])["name"]

    def rename(self, name: str) -> None:
        name = _one_line(name)
        with writing_to(self.folder), self._writing_a_little():
            write_json(self.folder / "name.json", {"name": name})

    def state(self) -> State:
        """As written; but a run whose process is gone was interrupted, whatever it wrote last."""
        state = read_json(self.folder / "state.json", State)
        if not state.active or _alive(state, holding.last_beat(self.beat_file)):
            return state
        if not os.access(self.folder, os.W_OK):
            reason = "The runs folder can only be read, so nothing more could be written."
            return replace(state, status="interrupted", message=reason)
        return replace(state, status="interrupted")

    def held(self) -> AbstractContextManager[None]:
        """Its lock: for the process that carries it out, and whoever asks first and acts then. Held (a
        LessonError) while another process has it, OSError where nothing can be written."""
        return holding.held(self.folder.parent, self.id)

    @property
    def beat_file(self) -> Path:
        """Touched every second by the process that carries it out, see ``holding``."""
        return holding.beat_of(self.folder.parent, self.id)

    def process(self) -> psutil.Process | None:
        """The other process that carries it out; None if there is none, or it is not certain which one."""
        state = self.state()
        with suppress(psutil.Error):
            if state.status == "running" and state.pid != os.getpid():
                process = psutil.Process(state.pid)
                return process if _same(process, state) else None
        return None

    def write_state(self, state: State) -> None:
        """Write state, signed: this process answers for the run now."""
        me = psutil.Process()
        signed = replace(
            state,
            pid=me.pid,
            started=me.create_time(),
            heartbeat=time.time(),
            saved=state.saved or (self.folder / CHECKPOINT).exists(),
            sizes=self._sizes(),
        )
        write_json(self.folder / "state.json", asdict(signed))

    def reserve(self) -> None:
        """Keep a little room for the last words, see ``recorder.last_words``."""
        (self.folder / RESERVE).write_bytes(bytes(RESERVED_BYTES))

    def _sizes(self) -> dict[str, int]:
        """Of the files that only ever grow, so that a reader notices when one was cut short."""
        growing = [self.folder / METRICS, *(self.folder / "events").glob("*")]
        return {str(file.relative_to(self.folder)): file.stat().st_size for file in growing if file.exists()}

    def history(self) -> History:
        """All that the run has told so far; reading it again reads only what is new."""
        return History.of(self.folder / METRICS)

    def epoch_file(self, epoch: int) -> Path:
        return self.folder / "epochs" / f"{epoch:04d}.npz"

    def details(self, line: EpochLine) -> Details:
        """What that epoch left; Damaged unless it is what was written."""
        file = self.epoch_file(line.epoch)
        content = file.read_bytes() if file.exists() else b""
        if digest(content) != line.details:
            raise Damaged("The file {file} is damaged: its checksum does not match.", file=file.name)
        arrays = np.load(io.BytesIO(content), allow_pickle=False)
        return Details(arrays["probabilities"], arrays.get("filters"))

    def resumable(self) -> bool:
        """Whether it goes on from a checkpoint. Also where that is gone: then reading it says so."""
        return (self.folder / CHECKPOINT).exists() or self.state().saved

    def wishes(self) -> dict[str, Any]:
        """What is wanted of the worker, each only if asked: want ("pause", "stop" or "yield") and lr."""
        file = self.folder / "control.json"
        return read_json(file, dict[str, Any]) if file.exists() else {}

    def ask(self, **wishes: Any) -> None:
        with writing_to(self.folder), self._writing_a_little():
            write_json(self.folder / "control.json", {**self.wishes(), **wishes})

    def _writing_a_little(self) -> AbstractContextManager[None]:
        """Two tabs may wish for something at once, and neither wish may be lost."""
        return holding.held(self.folder.parent, f"{self.id}{holding.SMALL}")

    def queue_again(self, lr: float | None = None, epochs: int | None = None) -> None:
        """Have it wait in the name of this process, to be carried out again, see ``begin_again``.

        LessonError if it is still going on.
        """
        with writing_to(self.folder), self.held():
            state = self.state()
            if state.active:
                raise LessonError("This run is still going on.")
            self.begin_again(lr, epochs)
            self.write_state(state.afresh("queued"))

    def end_waiting(self, status: str) -> None:
        """Where it waits and nobody has begun to carry it out, it ends so. Held (a LessonError) if somebody
        just begins."""
        with writing_to(self.folder), self.held():
            state = self.state()
            if state.status == "queued":
                self.write_state(replace(state, status=status))

    def begin_again(self, lr: float | None = None, epochs: int | None = None) -> None:
        """Forget the wish to end, and decide at which rate the run goes on; epochs: a new total.

        The config's rate is that of the first step. So before a checkpoint lr becomes the config's; from a
        checkpoint on it is a wish, as is the rate last wished for where there is no lr. After a failure
        that one does not count: it may have been the reason. LessonError if lr or epochs cannot be.
        """
        config = self.config()
        asked = replace(
            config, lr=config.lr if lr is None else lr, epochs=config.epochs if epochs is None else epochs
        )
        resumable = self.resumable()
        if lr is None and resumable:
            lr = self._rate_wished_for()
        with writing_to(self.folder):
            (self.folder / "control.json").unlink(missing_ok=True)
            if not resumable:
                self.change_config(asked)
                return
            self.change_config(replace(asked, lr=config.lr))
            if lr is not None:
                self.ask(lr=lr)

    def _rate_wished_for(self) -> float | None:
        with suppress(Damaged):
            if self.state().status != "failed":
                return self.wishes().get("lr")
        return None

    def delete(self) -> None:
        """Move the folder to the trash, from where ``restore`` brings it back."""
        trash = self.folder.parent / TRASH
        with writing_to(self.folder.parent), self.held():
            with suppress(Damaged):
                if self.state().active:
                    raise LessonError("This run is still going on. Stop it first.")
            find(self.folder.parent, self.id)
            trash.mkdir(exist_ok=True)
            os.utime(self.folder)
            self.folder.rename(trash / self.id)


def create(folder: Path, config: Config, name: str = "") -> Run:
    """A new run in folder, queued; LessonError if nothing can be written there."""
    name = _one_line(name)
    run = Run(folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}")
    about = {
        "config": config.to_json(),
        "versions": {"python": platform.python_version()}
        | {package: importlib.metadata.version(package) for package in ("torch", "torchvision", "numpy")},
        "created": time.time(),
    }
    try:
        with writing_to(folder):
            (run.folder / "epochs").mkdir(parents=True)
            write_json(run.folder / "config.json", about)
            run.rename(name)
            run.write_state(State("queued"))
            run.reserve()
    except LessonError:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """What the disk refuses is told as a LessonError."""
    try:
        yield
    except OSError as error:
        raise LessonError(
            "Nothing can be written to the folder {folder}: {reason}.",
            folder=folder,
            reason=os.strerror(error.errno or 0),
        ) from error


def find(folder: Path, run_id: str) -> Run:
    """The run with that id; LessonError if there is none. The id is checked, never taken as a path."""
    if not ID.fullmatch(run_id) or not (folder / run_id).is_dir():
        raise LessonError("There is no run {id!r} here.", id=run_id)
    return Run(folder / run_id)


def every(folder: Path) -> list[Run]:
    """All runs in folder, the newest first."""
    if not folder.is_dir():
        return []
    return [Run(path) for path in sorted(folder.iterdir(), reverse=True) if ID.fullmatch(path.name)]


def restore(folder: Path, run_id: str) -> None:
    """Bring a deleted run back; LessonError if it is not in the trash."""
    deleted = find(folder / TRASH, run_id)
    with writing_to(folder), holding.held(folder, run_id):
        deleted.folder.rename(folder / run_id)


def _one_line(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > limits.RUN_NAME_LENGTH:
        raise LessonError("A name can have up to {most} characters.", most=limits.RUN_NAME_LENGTH)
    return name


def empty_trash(folder: Path, seconds: float = SECONDS_IN_TRASH) -> None:
    """Remove for good what was deleted longer ago than that; not what somebody brings back just now."""
    for deleted in every(folder / TRASH):
        with suppress(OSError, holding.Held):
            with holding.held(folder, deleted.id):
                if time.time() - deleted.folder.stat().st_mtime <= seconds:
                    continue
                shutil.rmtree(deleted.folder, ignore_errors=True)
            holding.forget(folder, deleted.id)


def _alive(state: State, beat: float) -> bool:
    """Whether that very process still runs, be it halted: ``supervisor.silent_since`` tells that.

    Process numbers are used again, start times are not. A clock that was set anew moves the start times of
    all processes; then a fresh heartbeat counts. beat: the time of the last one, besides that in the state.
    """
    try:
        process = psutil.Process(state.pid)
        same = _same(process, state) or abs(time.time() - max(state.heartbeat, beat)) < 5
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _same(process: psutil.Process, state: State) -> bool:
    """Whether it is the process that signed the state."""
    return bool(abs(process.create_time() - state.started) < 1)
