"""Deleted runs: out of everybody's sight, and for a week they can be brought back."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from lessons.core.files import Damaged
from lessons.core.messages import LessonError
from lessons.engine.training import holding, runs
from lessons.engine.training.records import EVENTS
from lessons.engine.training.runs import Run

TRASH = ".trash"
SECONDS_IN_TRASH = 7 * 24 * 3600.0
SHOWN, HIDDEN = "tfevents", "deleted"  # TensorBoard looks everywhere for files of that name


def delete(run: Run) -> None:
    """Move the run's folder to the trash, from where ``restore`` brings it back."""
    folder = run.folder.parent
    with runs.writing_to(folder), run.held():
        with suppress(Damaged):
            if run.state(ours=True).active:
                raise LessonError("This run is still going on. Stop it first.")
        runs.find(folder, run.id)
        deleted = Run(folder / TRASH / run.id)
        deleted.folder.parent.mkdir(exist_ok=True)
        os.utime(run.folder, follow_symlinks=False)
        _remove(deleted.folder)  # an earlier copy of it
        run.folder.rename(deleted.folder)
        _rename_events(deleted, SHOWN, HIDDEN)


def restore(folder: Path, run_id: str) -> None:
    """Bring a deleted run back; LessonError if it is not in the trash."""
    deleted = runs.find(folder / TRASH, run_id)
    with runs.writing_to(folder), holding.held(folder, run_id):
        _rename_events(deleted, HIDDEN, SHOWN)
        deleted.folder.rename(folder / run_id)


def empty(folder: Path, seconds: float = SECONDS_IN_TRASH) -> None:
    """Remove for good what was deleted longer ago than that; not what somebody brings back just now."""
    try:
        trash = runs.every(folder / TRASH)
    except LessonError:
        return
    for deleted in trash:
        with suppress(OSError, holding.Held):
            with holding.held(folder, deleted.id):
                if time.time() - deleted.folder.lstat().st_mtime <= seconds:
                    continue
                _remove(deleted.folder)
            holding.forget(folder, deleted.id)


def _rename_events(deleted: Run, old: str, new: str) -> None:
    with suppress(Damaged):  # their folder is a link: its files are nobody's here
        for file in deleted.inside(EVENTS, old).parent.glob(f"*{old}*"):
            file.rename(file.with_name(file.name.replace(old, new)))


def _remove(path: Path) -> None:
    """A folder with all that is in it; of a link the link alone. Nothing where there is nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
