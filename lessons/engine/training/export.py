"""A run to take home: its folder, and the program that repeats it, in one zip."""

import errno
import io
import os
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from lessons.core import limits
from lessons.core.files import open_plainly
from lessons.core.messages import LessonError, Message
from lessons.core.notebook import translated
from lessons.core.program import commented
from lessons.core.words import say
from lessons.engine.backbone import backbone
from lessons.engine.training.choices import NETS
from lessons.engine.training.program import BACKBONE, program_of
from lessons.engine.training.runs import RESERVE, Run

PROGRAM = "repeat.py"
LEFT_OUT = Message("What is not here is gone, a link, no plain file, or too large:")
EARLIEST, LATEST = 315_619_200, 4_354_732_800  # 1980 and 2107, between which a zip can tell a time


def export(run: Run, language: str) -> bytes:
    """A zip of the run's files and ``repeat.py``, all in a folder named after the run.

    language: of the titles in the program. What is no plain file, a link for one, stays here, and so does
    what is gone by the time it is reached, and what is too large; ``left-out.txt`` then names it.
    """
    buffer = io.BytesIO()
    left, left_out = limits.EXPORT_BYTES, [say(LEFT_OUT, language)]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in run.files():
            name = _text(path.relative_to(run.folder))
            if _belongs(path):
                try:
                    left -= _add(archive, f"{run.id}/{name}", path, left)
                except OSError:
                    left_out.append(name)
        if left_out[1:]:
            archive.writestr(f"{run.id}/left-out.txt", "\n".join(left_out))
        archive.writestr(f"{run.id}/{PROGRAM}", _program(run, language))
        if _starts_from_backbone(run):
            _add(archive, f"{run.id}/{BACKBONE}", backbone.FILE.resolve(), left)
    return buffer.getvalue()


def _belongs(path: Path) -> bool:
    """Not a folder, nor the room kept for last words, nor what is just being written or is added afresh."""
    is_folder = path.is_dir() and not path.is_symlink()
    return not is_folder and path.suffix != ".new" and path.name not in (RESERVE, PROGRAM, BACKBONE)


def _text(path: Path) -> str:
    """A name that is no UTF-8 on the disk has a mark for what cannot be read."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _add(archive: zipfile.ZipFile, name: str, path: Path, most: int) -> int:
    """One file, as it is when it is read. Returns how many bytes it has; OSError unless it is a plain
    one with up to so many."""
    with open_plainly(path) as file:
        about = os.fstat(file.fileno())
        if about.st_size > most:
            raise OSError(errno.EFBIG, "too large")
        moment = time.gmtime(min(max(about.st_mtime, EARLIEST), LATEST))
        entry = zipfile.ZipInfo(name, moment[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        left = about.st_size
        with archive.open(entry, "w") as packed:
            while left and (part := file.read(min(left, limits.MEGABYTE))):
                left -= packed.write(part)
    return about.st_size


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
        return commented(say(error.message, language))
