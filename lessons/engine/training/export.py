"""A run to take home: its folder, and the program that repeats it, in one zip."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

from lessons.core.messages import LessonError
from lessons.core.notebook import translated
from lessons.core.words import say
from lessons.engine.backbone import backbone
from lessons.engine.training.choices import NETS
from lessons.engine.training.program import BACKBONE, program_of
from lessons.engine.training.runs import RESERVE, Run


def export(run: Run, language: str) -> bytes:
    """A zip of the run's files and ``repeat.py``, all in a folder named after the run.

    language: of the titles in the program.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in run.folder.rglob("*") if path.is_file() and _belongs(path)):
            archive.write(file, f"{run.id}/{file.relative_to(run.folder)}")
        archive.writestr(f"{run.id}/repeat.py", _program(run, language))
        if _starts_from_backbone(run):
            archive.write(backbone.FILE, f"{run.id}/{BACKBONE}")
    return buffer.getvalue()


def _belongs(file: Path) -> bool:
    """Not the room kept for last words, nor a file that is just being written."""
    return file.name != RESERVE and file.suffix != ".new"


def _starts_from_backbone(run: Run) -> bool:
    """The program then wants its weights beside it."""
    with suppress(LessonError):
        config = run.config()
        return config.pretrained and config.net in NETS
    return False


def _program(run: Run, language: str) -> str:
    """Where there is none, because the pictures are gone, the file says so."""
    try:
        return translated(program_of(run), language)
    except LessonError as error:
        return f"# {say(error.message, language)}\n"
