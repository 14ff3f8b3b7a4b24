"""What is known of a set once its pictures have been read: for that they are read, once for each state."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.engine.pictures import published, sources


@dataclass(frozen=True)
class Facts:
    """mark: ``Pictures.mark``; class_sizes: how many training pictures each class has."""

    mark: str
    class_sizes: tuple[int, ...]


def mark(key: str) -> str:
    """``Pictures.mark`` of the set as it is now, which is read for that unless it was before.

    LessonError where it cannot be read.
    """
    about = sources.summary(key)
    return about.content if about else _facts(*sources.identity(key)).mark


def class_sizes(key: str) -> tuple[int, ...]:
    """How many training pictures each class has. A folder is read for that, and LessonError raised where it
    cannot be; in all other sets the classes are alike."""
    if key in sources.DOODLES or key in published.SETS:
        about = sources.source(key)
        return ((about.train_size or 0) // len(about.classes),) * len(about.classes)
    return _facts(*sources.identity(key)).class_sizes


@lru_cache(maxsize=64)
def _facts(folder: Path, key: str, state: str | None) -> Facts:
    """folder, state: see ``sources.identity``."""
    pictures = sources.load(key)
    counts = pictures.train.labels.bincount(minlength=len(pictures.classes))
    return Facts(pictures.mark, tuple(counts.tolist()))
