"""Sets of pictures kept on disk as one file each, so that a set is drawn or read only once.

A file is one sealed line that says what follows (``Summary``), then the numbers of the images and labels as
they are in memory. It is believed only if it is as long as that line says, and if what is read has the mark
of what was written. The cache is a convenience: where it cannot be read the set is made again, and where it
cannot be written the set is simply not kept.
"""

import hashlib
import logging
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import numpy as np
from msgspec import Meta

from lessons.core import files, limits
from lessons.core.folders import data_folder
from lessons.engine.pictures.skipped import Note, Skipped

if TYPE_CHECKING:  # imports torch: a page lists the sets, with what is cached of them, before it needs torch
    from lessons.engine.pictures.pictures import Pictures, Split

log = logging.getLogger(__name__)

Count = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]


@dataclass(frozen=True)
class Summary:
    """What is known of a cached set without its pictures.

    key: of the set; mark: changes when the set would come out differently; shape: (channels, height, width);
    content: ``Pictures.mark``; notes: the files that were left out.
    """

    key: str
    mark: str
    name: str
    classes: Annotated[tuple[str, ...], Meta(min_length=1)]
    shape: tuple[Size, Size, Size]
    train_size: Count
    test_size: Count
    content: str
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        self.skipped()

    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(note.skipped() for note in self.notes)

    @property
    def bytes(self) -> int:
        """Of all images and labels."""
        return (self.train_size + self.test_size) * (math.prod(self.shape) + 8)


def read(key: str, mark: str) -> "Pictures | None":
    """The set as it was written, if it was written with this mark and is undamaged."""
    from lessons.engine.pictures.pictures import Pictures

    try:
        with files.open_plainly(_file(key)) as file:
            about = _summary(file, key)
            if about.mark != mark:
                return None
            train, test = (_split(file, size, about) for size in (about.train_size, about.test_size))
    except (OSError, ValueError) as error:
        log.info("The set %r is not in the cache: %s", key, error)
        return None
    pictures = Pictures(about.name, about.classes, train, test)
    return pictures if pictures.mark == about.content else None


def summary(key: str) -> Summary | None:
    """What is known of a cached set; None where nothing (or something damaged) is cached."""
    try:
        with files.open_plainly(_file(key)) as file:
            return _summary(file, key)
    except (OSError, ValueError) as error:
        log.info("The set %r is not in the cache: %s", key, error)
        return None


def _summary(file: BinaryIO, key: str) -> Summary:
    line = file.readline(limits.SUMMARY_BYTES)
    about = files.unseal(line.removesuffix(b"\n"), Summary)
    if about.key != key:
        raise ValueError(f"it holds {about.key!r}")
    if about.bytes > limits.SET_BYTES or len(line) + about.bytes != os.fstat(file.fileno()).st_size:
        raise ValueError("it has another length than it says")
    return about


def _split(file: BinaryIO, size: int, about: Summary) -> "Split":
    from torch import from_numpy

    from lessons.engine.pictures.pictures import Split

    images, labels = np.empty((size, *about.shape), np.uint8), np.empty(size, np.int64)
    for array in (images, labels):
        if file.readinto(array.data) != array.nbytes:  # type: ignore[attr-defined]
            raise ValueError("it was cut off meanwhile")
    if size and not 0 <= labels.min() <= labels.max() < len(about.classes):
        raise ValueError("a label is of no class")
    return Split(from_numpy(images), from_numpy(labels))


def write(key: str, mark: str, pictures: "Pictures", notes: Sequence[Note] = ()) -> None:
    """Keep a set. mark: changes when the set would come out differently; notes: what was left out of it."""
    about = Summary(
        key,
        mark,
        pictures.name,
        pictures.classes,
        pictures.shape,
        len(pictures.train),
        len(pictures.test),
        pictures.mark,
        tuple(notes),
    )
    line = files.seal(asdict(about)) + b"\n"
    if len(line) > limits.SUMMARY_BYTES:
        log.warning("The set %r cannot be cached: too many of its files were left out", key)
        return
    splits = (pictures.train, pictures.test)
    arrays = [each.contiguous().numpy() for split in splits for each in (split.images, split.labels)]
    try:
        _replace(_file(key), [line, *(array.data for array in arrays)])
    except OSError as error:
        log.warning("The set %r cannot be cached: %s", key, error)


def _replace(file: Path, parts: Sequence[bytes | memoryview]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(parts)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink()
        raise


def _file(key: str) -> Path:
    """Its name is as long for every key, and whole on every file system."""
    return data_folder() / ".cache" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.pictures"
