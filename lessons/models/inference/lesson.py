"""Inference: a picture of one's own through a trained net."""

from dataclasses import dataclass

from torch import Tensor

from lessons.core.lesson import Lesson
from lessons.models.inference.choosing import Inputs, see


@dataclass(frozen=True)
class Result:
    """probabilities: float32 (1, classes)."""

    probabilities: Tensor


def run(inputs: Inputs) -> Result:
    seen = see(inputs)
    return Result(seen.trained.probabilities(seen.trained.preparation.prepare(seen.picture)[None]))


def snippet(inputs: Inputs) -> str:
    return ""


LESSON = Lesson(Inputs, run, snippet)
