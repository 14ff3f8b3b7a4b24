"""What a lesson is made of. Pages and tests know a lesson by this alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.questions import Answer, Question
from lessons.core.stage import Stage

if TYPE_CHECKING:  # a lesson about training is listed, and its page drawn, before torch is imported
    from torch import Tensor

Inputs = TypeVar("Inputs")
Result = TypeVar("Result")

ENOUGH = 1e-9  # a larger difference from torch, for numbers up to 1, would be a mistake of ours


@dataclass(frozen=True)
class Preset(Generic[Inputs]):
    """Numbers to start from. printed: the output that a course's notes print for them, if it is wrong."""

    name: Message
    inputs: Inputs
    printed: Matrix | None = None


@dataclass(frozen=True)
class Check:
    """Torch's own word for a result. difference: the largest; largest: of the products that were added up."""

    operator: str | Message
    difference: float
    largest: float = 1.0

    @classmethod
    def between(
        cls, operator: str | Message, *pairs: "tuple[Tensor, Tensor]", factors: tuple[Any, ...] = ()
    ) -> "Check":
        """pairs: torch's tensors, and ours; factors: the tensors that are multiplied with each other."""
        difference = max(float((theirs - ours).abs().max()) for theirs, ours in pairs)
        return cls(operator, difference, math.prod(max(1.0, float(each.abs().max())) for each in factors))

    @property
    def agrees(self) -> bool:
        return self.difference <= ENOUGH * self.largest


@dataclass(frozen=True)
class Lesson(Generic[Inputs, Result]):
    """One idea to touch.

    inputs: a frozen dataclass of what can be set, in PyTorch's own argument names; making one raises
    LessonError where it cannot be. run: everything the page shows, in a frozen dataclass. snippet: a program
    of plain PyTorch that computes the same. check: torch's own operator, called there and then. steps: the
    result step by step. questions: about inputs and result; the last argument, a seed, chooses among others
    like them: the next one draws all anew, as far as there are others. formula: lines of TeX, with the
    numbers filled in. notes: what else is worth noticing; what is asked about stands in both as an
    ``Answer``. output: of a result, the matrix that a preset's ``printed`` is about. backward: the lesson of
    the gradients, with the same inputs.
    """

    inputs: type[Inputs]
    run: Callable[[Inputs], Result]
    snippet: Callable[[Inputs], str]
    check: Callable[[Inputs, Result], Check] | None = None
    presets: tuple[Preset[Inputs], ...] = ()
    steps: Callable[[Inputs, Result], Stage] | None = None
    questions: Callable[[Inputs, Result, int], tuple[Question, ...]] | None = None
    formula: Callable[[Inputs], tuple[str | Answer, ...]] | None = None
    notes: Callable[[Inputs, Result], tuple[Message, ...]] | None = None
    output: Callable[[Result], Matrix] | None = None
    backward: "Lesson[Inputs, Any] | None" = None
