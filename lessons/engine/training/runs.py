"""Training runs on disk: a run is a folder, and the folder is all that a page and a worker share.

    runs/<id>/
      config.json     everything needed to repeat it: the config, the versions, and when it was asked for
      pictures.json   which pictures it had, see ``origin``
      name.json       the learner's own name for it
      state.json      where it stands, and the process that answers for it
      control.json    what the learner wants of it: a pause, a stop, another learning rate
      metrics.jsonl   one line a report, appended
      epochs/         the answers in the test and the first filters of every epoch, as .npz
      checkpoint.pt   net, optimizer and random state, to resume from
      events/         the same story for TensorBoard
      reserve         a little room to give back when the disk is full, so that the last words fit

Beside the runs, in .locks, lie their locks and heartbeats, see ``holding``.

Reading needs no torch, so that a list of runs is there at once.
"""

import importlib.metadata
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import psutil

from lessons.core import limits
from lessons.core.characters import is_text
from lessons.core.files import Damaged, create_anew, digest, is_here, read, read_json, write_json
from lessons.core.messages import LessonError
from lessons.engine.training import holding
from lessons.engine.training.config import Config
from lessons.engine.training.history import History
from lessons.engine.training.records import (
    EVENTS,
    GROWING,
    METRICS,
    About,
    Details,
    EpochLine,
    Name,
    State,
    Wishes,
)

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
CHECKPOINT, EPOCHS = "checkpoint.pt", "epochs"
FOLDERS = (EPOCHS, EVENTS)
RESERVE = "reserve"
RESERVED_BYTES = 32 * 1024

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Run:
    """One run's folder, read afresh at each call: a worker may be writing to it."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    def inside(self, *names: str) -> Path:
        """A path in this folder. Damaged where a folder on the way is a link: it may lead anywhere."""
        path = self.folder
        for name in names:
            if path.is_symlink():
                raise Damaged("The folder {folder} is a link, which is not followed.", folder=path.name)
            path /= name
        return path

    def files(self) -> list[Path]:
        """What lies in this folder and in the folders in it, of whatever kind. Links are not followed."""
        found = _within(self.folder)
        return sorted(found + [path for folder in found for path in _within(folder)])

    def read(self, name: str, kind: type[Kind]) -> Kind:
        """A small file of this folder, as that type; Damaged names it if it is not that."""
        return read_json(self.inside(name), kind)

    def about(self) -> About:
        return self.read("config.json", About)

    def config(self) -> Config:
        try:
            return Config.from_json(self.about().config)
        except Damaged:
            raise
        except LessonError as error:
            raise Damaged(
                "The file {file} is damaged: {reason}", file="config.json", reason=error.message
            ) from error

    def change_config(self, config: Config) -> None:
        write_json(self.inside("config.json"), asdict(replace(self.about(), config=config.to_json())))

    def name(self) -> str:
        """The learner's own name for it, or "" if there is none."""
        return self.read("name.json", Name).name

    def rename(self, name: str) -> None:
        name = _one_line(name)
        with writing_to(self.folder), self._writing_a_little():
            write_json(self.inside("name.json"), {"name": name})

    def state(self, ours: bool = False) -> State:
        """As written; but what nobody carries out any more was interrupted, whatever it wrote last.

        ours: its lock is held here, so nobody else carries it out.
        """
        state = self.read("state.json", State)
        if not state.active or self._goes_on(state, ours):
            return state
        if not os.access(self.folder, os.W_OK):
            reason = "The runs folder can only be read, so nothing more could be written."
            return replace(state, status="interrupted", message=reason)
        return replace(state, status="interrupted")

    def _goes_on(self, state: State, ours: bool) -> bool:
        """Who carries a run out holds its lock. Where there can be none, its process is looked for."""
        held = holding.is_held(self.folder.parent, self.id) if state.status == "running" else None
        if held is None:
            return _alive(state, holding.last_beat(self.beat_file))
        return held and not ours

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
            saved=state.saved or is_here(self.inside(CHECKPOINT)),
            sizes=self._sizes(),
        )
        write_json(self.inside("state.json"), asdict(signed))

    def reserve(self) -> None:
        """Keep a little room for the last words, see ``recorder.last_words``."""
        with create_anew(self.inside(RESERVE)) as file:
            file.write(bytes(RESERVED_BYTES))

    def _sizes(self) -> dict[str, int]:
        """Of the files that only ever grow, so that a reader notices when one was cut short."""
        sizes = {}
        for file in [self.inside(METRICS), *self.events()]:
            with suppress(OSError):
                sizes[file.relative_to(self.folder).as_posix()] = file.lstat().st_size
        return sizes

    def events(self) -> list[Path]:
        """The files for TensorBoard. Damaged where their folder is a link."""
        every = sorted(self.inside(EVENTS, "events.out").parent.glob("*"))
        return [file for file in every if GROWING.search(f"{EVENTS}/{file.name}")]

    def history(self) -> History:
        """All that the run has told so far; reading it again reads only what is new."""
        return History.of(self.inside(METRICS))

    def epoch_file(self, epoch: int) -> Path:
        return self.inside(EPOCHS, f"{epoch:04d}.npz")

    def details(self, line: EpochLine) -> Details:
        """What that epoch left; Damaged unless it is what was written."""
        file = self.epoch_file(line.epoch)
        content = read(file, limits.DETAILS_BYTES)
        if digest(content) != line.details:
            raise Damaged("The file {file} is damaged: its checksum does not match.", file=file.name)
        try:
            return Details.unpacked(content)
        except ValueError as error:
            raise Damaged("The file {file} is damaged.", file=file.name) from error

    def resumable(self) -> bool:
        """Whether it goes on from a checkpoint. Also where that is gone: then reading it says so."""
        return is_here(self.inside(CHECKPOINT)) or self.state().saved

    def wishes(self) -> Wishes:
        return self.read("control.json", Wishes) if is_here(self.inside("control.json")) else {}

    def ask(self, **wishes: Any) -> None:
        with writing_to(self.folder), self._writing_a_little():
            write_json(self.inside("control.json"), {**self.wishes(), **wishes})

    def _writing_a_little(self) -> AbstractContextManager[None]:
        """Two tabs may wish for something at once, and neither wish may be lost."""
        return holding.held(self.folder.parent, f"{self.id}{holding.SMALL}")

    def queue_again(self, lr: float | None = None, epochs: int | None = None) -> None:
        """Have it wait in the name of this process, to be carried out again, see ``begin_again``.

        LessonError if it is still going on.
        """
        with writing_to(self.folder), self.held():
            state = self.state(ours=True)
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
            self.inside("control.json").unlink(missing_ok=True)
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
            (run.folder / EPOCHS).mkdir(parents=True)
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
    if not ID.fullmatch(run_id) or not is_here(folder / run_id):
        raise LessonError("There is no run {id!r} here.", id=run_id)
    return Run(folder / run_id)


def every(folder: Path) -> list[Run]:
    """All runs in folder, the newest first; LessonError where it cannot be read."""
    try:
        return [Run(path) for path in sorted(folder.iterdir(), reverse=True) if ID.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise LessonError(
            "The folder {folder} cannot be read: {reason}.",
            folder=folder,
            reason=os.strerror(error.errno or 0),
        ) from error


def _one_line(name: str) -> str:
    name = " ".join(name.split())
    if not is_text(name):
        raise LessonError("A name can only have characters that can be written down.")
    if len(name) > limits.RUN_NAME_LENGTH:
        raise LessonError("A name can have up to {most} characters.", most=limits.RUN_NAME_LENGTH)
    return name


def _within(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where that is a link, or no folder."""
    with suppress(OSError):
        return [] if folder.is_symlink() else list(folder.iterdir())
    return []


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
