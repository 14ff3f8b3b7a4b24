"""Which pictures a run had: it goes on with the same alone, and what it answered stays right without them.

They stand in the run's ``pictures.json`` from its beginning. A run of an earlier version has none, so nothing
is known of its pictures, and they count as the same. Reading needs no torch.
"""

import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta

from lessons.core import limits
from lessons.core.files import write_json
from lessons.core.messages import LessonError
from lessons.engine.pictures import facts, sources
from lessons.engine.training.runs import Run

if TYPE_CHECKING:
    from lessons.engine.pictures.pictures import Pictures, Split

FILE = "pictures.json"
Side = Annotated[int, Meta(ge=1, le=limits.FOLDER_SIDE)]


@dataclass(frozen=True)
class Origin:
    """mark, classes, shape: of the set, see ``Pictures``; train_size: how many pictures to learn from it had;
    tested: the true classes of the pictures of the test, in the order of the answers that each epoch
    left, one byte each."""

    mark: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    classes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=256)]
    shape: tuple[Side, Side, Side]
    train_size: Annotated[int, Meta(ge=1, le=1_000_000)]
    tested: Annotated[bytes, Meta(min_length=1)]

    def __post_init__(self) -> None:
        """ValueError where a picture of the test has none of the classes."""
        if max(self.tested) >= len(self.classes):
            raise ValueError("a picture of no class")

    @property
    def labels(self) -> np.ndarray:
        """int64 (pictures of the test,), each an index into classes."""
        return np.frombuffer(self.tested, np.uint8).astype(np.int64)


def read(run: Run) -> Origin | None:
    """What the run knows of its pictures; None where it knows nothing, Damaged where that cannot be read."""
    return run.read(FILE, Origin) if os.path.lexists(run.folder / FILE) else None


def note(run: Run, pictures: "Pictures", tested: "Split") -> None:
    """Write down which pictures a run has that begins; LessonError where it would go on with others.

    tested: what of them it is tested on.
    """
    known = read(run) if run.resumable() else None
    if known:
        _require(known, pictures)
        return
    labels = tested.labels.numpy().astype(np.uint8).tobytes()
    made = Origin(pictures.mark, pictures.classes, pictures.shape, len(pictures.train), labels)
    write_json(run.inside(FILE), asdict(made) | {"tested": b64encode(labels).decode()})


def require_same(run: Run) -> None:
    """LessonError where a run would go on with other pictures than it began with, as they are now."""
    known = read(run) if run.resumable() else None
    if known:
        _require(known, sources.load(run.config().data))


def _require(known: Origin, pictures: "Pictures") -> None:
    if known.mark != pictures.mark:
        raise LessonError(
            "The pictures have changed since this run began, and a run goes on with the same ones only. Put "
            "them back as they were, or train anew with those that are there now."
        )


def has_changed(run: Run) -> bool:
    """Whether the set, as it was read last, is known to be another one than the run had; LessonError where it
    cannot be read."""
    known = read(run)
    return known is not None and known.mark != facts.mark(run.config().data)


def differ(runs: Sequence[Run]) -> bool:
    """Whether some of these runs are known to have had other pictures than others, under one name."""
    known = {(run.config().data, found.mark) for run in runs if (found := read(run))}
    return len(known) > len({data for data, _mark in known})
