"""Pictures without labels: ``data/<name>/``, whatever folders there are in it."""

from pathlib import Path

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.engine.pictures import layout
from lessons.engine.pictures.skipped import Skipped
from lessons.engine.pictures.survey import look


def names() -> list[str]:
    """The folders in ``data/`` with a file that is called as pictures are, sorted. None is opened."""
    return [name for name in layout.folders() if layout.has_pictures(data_folder() / name)]


def files(name: str) -> tuple[list[Path], tuple[Skipped, ...]]:
    """The first SEVERAL_PICTURES files of the folder that are not hidden; and links that lead elsewhere.

    LessonError: there is no such folder.
    """
    if name not in names():
        raise LessonError("data/ has no folder with pictures in it that is called {name!r}.", name=name)
    survey = look((data_folder() / name).resolve(), [""])
    return sorted(map(Path, survey.files))[: limits.SEVERAL_PICTURES], survey.skipped
