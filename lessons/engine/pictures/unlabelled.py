"""Pictures without labels: ``data/<name>/``, whatever folders there are in it."""

import os
from itertools import islice
from pathlib import Path

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.engine.pictures.folder import Skipped, addressable, look, walk

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
LOOKED_AT = 1_000  # entries of a folder, to find out whether there are pictures in it


def names() -> list[str]:
    """The folders in ``data/`` with a file that is called as pictures are, sorted. None is opened."""
    try:
        entries = [entry.name for entry in os.scandir(data_folder()) if entry.is_dir()]
    except OSError:
        return []
    return sorted(name for name in entries if addressable(name) and _has_pictures(data_folder() / name))


def _has_pictures(root: Path) -> bool:
    return any(path.lower().endswith(SUFFIXES) for path in islice(walk(root, [""]), LOOKED_AT))


def files(name: str) -> tuple[list[Path], tuple[Skipped, ...]]:
    """The first SEVERAL_PICTURES files of the folder that are not hidden; and links that lead elsewhere.

    LessonError: there is no such folder.
    """
    if name not in names():
        raise LessonError("data/ has no folder with pictures in it that is called {name!r}.", name=name)
    survey = look((data_folder() / name).resolve(), [""])
    return sorted(map(Path, survey.files))[: limits.SEVERAL_PICTURES], survey.skipped
