"""A run to take home: its folder, and the program that repeats it, in one zip."""

import io
import zipfile

from lessons.training.program import program
from lessons.training.runs import RESERVE, Run


def export(run: Run) -> bytes:
    """A zip of the run's files and ``repeat.py``, all in a folder named after the run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in run.folder.rglob("*") if path.is_file() and path.name != RESERVE):
            archive.write(file, f"{run.id}/{file.relative_to(run.folder)}")
        archive.writestr(f"{run.id}/repeat.py", program(run.config(), run.history().lr_changes))
    return buffer.getvalue()
