"""Whose a run is, and whether that process still lives: a lock and a heartbeat for each run.

Both lie beside the runs, so that a run's own folder can be moved and taken home while they are there::

    runs/.locks/<id>         held by the process that carries the run out, and for a moment by whoever queues,
                             deletes or restores it; the operating system lets go of it when a process dies
    runs/.locks/<id>.small   held for a moment by whoever writes a wish or a name
    runs/.locks/<id>.beat    touched once a second by a thread of the process that carries the run out, so its
                             time is a sign of life, however long a step of the training takes
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from filelock import FileLock, Timeout

from lessons.core.messages import LessonError

LOCKS = ".locks"
MOMENT = 1.0  # seconds; held for longer, a lock belongs to somebody who carries the run out
BEAT_SECONDS = 1.0
SMALL, BEAT = ".small", ".beat"
KEPT = 200  # beats that a listener remembers


class Held(LessonError):
    """Another process carries the run out."""

    def __init__(self) -> None:
        super().__init__("This run is still going on.")


@contextmanager
def held(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock of that name among the runs in folder; Held if it is not to be had within a moment.

    OSError where nothing can be written.
    """
    lock = _lock(folder, name)
    try:
        lock.acquire(timeout=MOMENT)
    except Timeout:
        raise Held from None
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path, name: str) -> bool | None:
    """Whether somebody holds that lock; None where nothing can be written, so that nobody could."""
    try:
        with _lock(folder, name).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return None


def _lock(folder: Path, name: str) -> FileLock:
    (folder / LOCKS).mkdir(exist_ok=True)
    return FileLock(folder / LOCKS / name)


def forget(folder: Path, run_id: str) -> None:
    """Remove what is here of a run that is gone for good."""
    for ending in ("", SMALL, BEAT):
        with suppress(OSError):
            (folder / LOCKS / f"{run_id}{ending}").unlink()


def beat_of(folder: Path, run_id: str) -> Path:
    return folder / LOCKS / f"{run_id}{BEAT}"


def beat(file: Path) -> None:
    """One sign of life. OSError where nothing can be written."""
    file.parent.mkdir(exist_ok=True)
    file.touch()


@contextmanager
def beating(file: Path) -> Iterator[None]:
    """Give signs of life meanwhile, in a thread of its own."""
    beat(file)
    ended = Event()
    heart = Thread(target=_beat_until, args=(file, ended), daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()


def _beat_until(file: Path, ended: Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        with suppress(OSError):  # what the disk refuses, the training meets as well
            beat(file)


def last_beat(file: Path) -> float:
    """In seconds since 1970, by the clock of the disk; 0 if there was never one."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


class Listener:
    """Tells which hearts have stopped. seconds: of silence, from which on one counts as stopped.

    The time on a beat is only compared with itself: what counts is for how long it has been the same, on the
    steady clock of the listener. So neither a clock that is set anew nor a laptop that slept makes a run look
    silent; and a listener that has just begun takes so many seconds to notice.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._heard: dict[Path, tuple[float, float]] = {}  # the beat, and when it was heard first

    def silent_since(self, file: Path) -> float | None:
        """When the last beat was, in seconds since 1970, if none was heard for so long. None before any."""
        beat, now = last_beat(file), time.monotonic()
        known, since = self._heard.pop(file, (0.0, now))
        self._heard[file] = beat, (since if beat == known else now)
        if len(self._heard) > KEPT:
            del self._heard[next(iter(self._heard))]
        return beat if beat and beat == known and now - since >= self.seconds else None
