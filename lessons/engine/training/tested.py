"""What a run was tested on: what each picture shows, and the pictures, as long as they are the same."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import sources
from lessons.engine.pictures.pictures import Pictures
from lessons.engine.training import origin, tuning
from lessons.engine.training.records import Details
from lessons.engine.training.runs import Run


@dataclass(frozen=True, eq=False)
class Tested:
    """classes: of the run; labels: int64 (pictures,), each an index into them; images: uint8 (pictures, C, H,
    W), None where they are not there any more as they were; lost: why, for the learner."""

    classes: tuple[str, ...]
    labels: np.ndarray
    images: Tensor | None = None
    lost: Message | None = None


def find_tested(run: Run, details: Details, load: Callable[[str], Pictures] = sources.load) -> Tested:
    """What the answers of an epoch were given to. LessonError where that is not known any more."""
    found = _find(run, load)
    if details.logits.shape != (len(found.labels), len(found.classes)):
        if origin.read(run):  # so the labels are those of the run
            raise LessonError("These answers are of another test than the run had, so they cannot be shown.")
        raise LessonError("The pictures have changed since this run, so its answers cannot be shown.")
    return found


def _find(run: Run, load: Callable[[str], Pictures]) -> Tested:
    config, known = run.config(), origin.read(run)
    try:
        pictures = load(config.data)
    except LessonError as error:
        if known is None:
            raise
        return Tested(known.classes, known.labels, lost=error.message)
    test = tuning.tested(config, pictures.test)
    labels = test.labels.numpy()
    if known and (known.mark != pictures.mark or not np.array_equal(known.labels, labels)):
        lost = Message(
            "The pictures have changed since this run: what it answered is as it was, but its pictures "
            "cannot be shown."
        )
        return Tested(known.classes, known.labels, lost=lost)
    return Tested(pictures.classes, labels, test.images)
