"""What lies in a folder of pictures, told by names, sizes and times; no file is opened for it."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock

from lessons.core import limits
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures.reading import belongs, visible
from lessons.engine.pictures.skipped import Skipped

SHARE = 20  # a folder is gone through again after so many times as long as that took,
LEAST_SECONDS = 1.0  # but no sooner than this


@dataclass(frozen=True)
class Survey:
    """files: the paths that may be read; folders: those that were gone through; mark: changes when any file
    does, or a name."""

    files: frozenset[str]
    folders: frozenset[str]
    skipped: tuple[Skipped, ...]
    mark: str

    def stamps(self) -> list[int]:
        """When something was last put into each folder, renamed in it or taken out of it, in nanoseconds."""
        return [os.stat(folder).st_mtime_ns for folder in sorted(self.folders)]  # noqa: PTH116


def look(root: Path, parts: Sequence[str]) -> Survey:
    """Go through these parts of the folder (its real path), or "" for all of it.

    LessonError where there are more than FOLDER_FILES.
    """
    files: set[str] = set()
    folders = {str(root / part) for part in parts}
    skipped = []
    digest, beyond = hashlib.sha256(), len(str(root)) + 1
    for path in (path for part in parts for path in visible(str(root / part))):
        digest.update(os.fsencode(f"{path[beyond:]}\0"))  # a set that is moved stays the same
        if belongs(path, str(root)):
            status = os.stat(path)  # noqa: PTH116  a Path each would double the time
            digest.update(f"{status.st_size}\0{status.st_mtime_ns}\0".encode())
            files.add(path)
        elif reason := _why_not(Path(path)):
            skipped.append(Skipped(os.path.relpath(path, root), reason))
        else:
            folders.add(path)
        if len(files) > limits.FOLDER_FILES:
            raise LessonError(
                "The folder has more than {allowed} files, which is the most allowed.",
                allowed=limits.FOLDER_FILES,
            )
    return Survey(frozenset(files), frozenset(folders), tuple(skipped), digest.hexdigest())


def _why_not(path: Path) -> Message | None:
    """None for a folder."""
    if path.is_symlink():
        return Message("It is a link to something that is not a file in this folder.")
    return None if path.is_dir() else Message("It is not a plain file.")


def kept(root: Path, parts: Sequence[str], anew: bool = False) -> Survey:
    """As ``look``, for whoever asks again and again: a name that has changed, a file that has come or gone is
    seen at once; one that was changed in its place a moment later, or anew."""
    return _kept(root, tuple(parts)).survey(anew)


@dataclass
class _Kept:
    root: Path
    parts: Sequence[str]
    outcome: Survey | LessonError | None = None
    stamps: list[int] = field(default_factory=list)
    until: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def survey(self, anew: bool) -> Survey:
        with self.lock:
            if anew or not self._holds():
                self._look()
            outcome = self.outcome
        if isinstance(outcome, LessonError):
            raise outcome
        assert outcome
        return outcome

    def _holds(self) -> bool:
        if time.monotonic() > self.until:
            return False
        try:
            return not isinstance(self.outcome, Survey) or self.outcome.stamps() == self.stamps
        except OSError:  # a folder is gone
            return False

    def _look(self) -> None:
        began = time.monotonic()
        try:
            self.outcome = look(self.root, self.parts)
            self.stamps = self.outcome.stamps()
        except LessonError as error:
            self.outcome = error
        except OSError as error:  # something went away meanwhile
            told, reason = "The folder {folder} cannot be read: {reason}.", os.strerror(error.errno or 0)
            self.outcome = LessonError(told, folder=self.root.name, reason=reason)
        ended = time.monotonic()
        self.until = ended + max(LEAST_SECONDS, SHARE * (ended - began))


@lru_cache(maxsize=64)
def _kept(root: Path, parts: tuple[str, ...]) -> _Kept:
    return _Kept(root, parts)
