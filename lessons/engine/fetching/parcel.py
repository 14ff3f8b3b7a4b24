"""What can be fetched: published files that belong together, and how to know them again."""

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from lessons.core.messages import LessonError


@dataclass(frozen=True)
class File:
    """One file to fetch. path: where it belongs; size: bytes, as published; digest: how its checksum begins,
    in hexadecimal digits; algorithm: of hashlib."""

    url: str
    path: Path
    size: int
    digest: str
    algorithm: str

    def is_intact(self) -> bool:
        """Whether it is here, and is the published one."""
        try:
            with self.path.open("rb") as stream:
                return self.is_digest(hashlib.file_digest(stream, self.new_hash).hexdigest())
        except OSError:
            return False

    def new_hash(self) -> "hashlib._Hash":
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def is_digest(self, digest: str) -> bool:
        return digest.startswith(self.digest)


@dataclass(frozen=True)
class Parcel:
    """Files that are fetched together, and are of use when all are here.

    folder: they lie in it or below; size: bytes to fetch; room: bytes on the disk in the end; most: bytes of
    the largest file that is accepted; files: asks torchvision, which takes seconds the first time;
    unpack: what is done when all are here, by whoever holds the lock.
    """

    key: str
    title: str
    folder: Path
    size: int
    room: int
    most: int
    files: Callable[[], list[File]]
    unpack: Callable[[], None]

    def lock(self) -> FileLock:
        """Held by whoever fetches or unpacks it, on this machine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / f".{self.key}.lock")

    def disk_trouble(self, error: OSError) -> LessonError:
        """In words: why its files cannot be written."""
        if error.errno == errno.ENOSPC:
            return LessonError(
                "The disk is full: {title} needs about {size} MB in {folder}.",
                title=self.title,
                size=self.room // 1_000_000,
                folder=self.folder,
            )
        return LessonError("{folder} cannot be used: {reason}.", folder=self.folder, reason=error.strerror)
