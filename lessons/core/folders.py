"""Where things live: ``data/`` and ``runs/`` in ``LESSONS_HOME``, by default the project folder."""

import os
from pathlib import Path


def home() -> Path:
    """The folder that holds ``data/`` and ``runs/``; read from the environment at each call."""
    return Path(os.environ.get("LESSONS_HOME") or Path(__file__).resolve().parents[2])


def data_folder() -> Path:
    """Downloaded, drawn and own sets of pictures."""
    return home() / "data"


def runs_folder() -> Path:
    """One folder a training run."""
    return home() / "runs"
