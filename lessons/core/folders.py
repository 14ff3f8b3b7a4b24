"""Where things live: ``data/`` and ``runs/`` in ``LESSONS_HOME``, by default the project folder."""

import os
from pathlib import Path

from lessons.core.characters import is_text, spelled
from lessons.core.messages import LessonError, Message

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """The folder that holds ``data/`` and ``runs/``, in full; read from the environment at each call.

    ``~`` is a person's home, as in a shell: a service's settings have no shell that would put it in.
    LessonError where there can be no such folder.
    """
    asked = os.environ.get("LESSONS_HOME") or str(PROJECT)
    home = Path(os.path.expanduser(asked)).absolute()  # noqa: PTH111  Path's own raises for a ~nobody
    _require_possible(home)
    return home


def _require_possible(home: Path) -> None:
    reason: str | Message = Message("its name is no UTF-8")
    try:
        if is_text(str(home)):
            home.lstat()
            return
    except FileNotFoundError:  # it can be made
        return
    except OSError as error:
        reason = os.strerror(error.errno or 0)
    raise LessonError("LESSONS_HOME cannot be {folder}: {reason}.", folder=spelled(str(home)), reason=reason)


def environment() -> dict[str, str]:
    """What a process must be told to have the same home, wherever it works."""
    return {"LESSONS_HOME": str(home())}


def data_folder() -> Path:
    """Downloaded, drawn and own sets of pictures."""
    return home() / "data"


def runs_folder() -> Path:
    """One folder a training run."""
    return home() / "runs"
