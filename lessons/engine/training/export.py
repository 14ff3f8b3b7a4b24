"""A run to take home: its folder, and the program that repeats it, in one zip."""

import io
import zipfile
from pathlib import Path

from lessons.core.messages import LessonError
from lessons.engine.training.program import program
from lessons.engine.training.runs import RESERVE, Run


def export(run: Run) -> bytes:
    """A zip of the run's files and ``repeat.py``, all in a folder named after the run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in run.folder.rglob("*") if path.is_file() and _belongs(path)):
            archive.write(file, f"{run.id}/{file.relative_to(run.folder)}")
        archive.writestr(f"{run.id}/repeat.py", _program(run))
    return buffer.getvalue()


def _belongs(file: Path) -> bool:
    """Not the room kept for last words, nor a file that is just being written."""
    return file.name != RESERVE and file.suffix != ".new"


def _program(run: Run) -> str:
    """Where there is none, because the pictures are gone, the file says so."""
    try:
        return program(run.config(), run.history().lr_changes)
    except LessonError as error:
        return f"# {error}\n"
