"""Where things live: ``data/`` and ``runs/`` in ``LESSONS_HOME``, by default the project folder."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """The folder that holds ``data/`` and ``runs/``, in full; read from the environment at each call.

    ``~`` is a person's home, as in a shell: a service's settings have no shell that would put it in.
    """
    asked = os.environ.get("LESSONS_HOME") or str(PROJECT)
    return Path(os.path.expanduser(asked)).absolute()  # noqa: PTH111  Path's own raises for a ~nobody


def environment() -> dict[str, str]:
    """What a process must be told to have the same home, wherever it works."""
    return {"LESSONS_HOME": str(home())}


def data_folder() -> Path:
    """Downloaded, drawn and own sets of pictures."""
    return home() / "data"


def runs_folder() -> Path:
    """One folder a training run."""
    return home() / "runs"
