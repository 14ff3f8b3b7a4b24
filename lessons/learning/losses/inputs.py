"""What a cross-entropy is made from, in the words of torch.nn.functional, and what cannot be one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.core.checks import require_one_of, require_whole
from lessons.core.limits import CLASS_NAME, CLASSES, LOSS_NUMBER, SAMPLES, TEMPERATURES
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show

LOGITS, PROBABILITIES = "logits", "probabilities"
GIVEN = (LOGITS, PROBABILITIES)
RIGHT, TWICE, UNLOGGED = "right", "twice", "unlogged"
CALLS = (RIGHT, TWICE, UNLOGGED)  # twice: softmax before cross_entropy; unlogged: nll_loss without a log
REDUCTIONS = ("mean", "sum", "none")
SUM_TO_1 = 1e-6  # how far a row of probabilities may be from it


@dataclass(frozen=True)
class Inputs:
    """Samples, what a net says of them, and what is true. LessonError tells why it cannot be.

    numbers: (N, C), logits or probabilities, as given says. target: (N, 1), the class of each sample, counted
    from 0; or (N, C), how much each class is meant. weight: (1, C), of the classes. ignore_index: samples of
    this class do not count; None for no such class. temperature: what logits are divided by. call: one of
    CALLS. names: of the first classes; the others have only their numbers.
    """

    numbers: Matrix = ((1.0, 2.0, 3.0), (1.0, 3.0, 2.0), (2.0, 0.5, 1.0))
    target: Matrix = ((2.0,), (1.0,), (0.0,))
    given: str = LOGITS
    call: str = RIGHT
    weight: Matrix = ((1.0, 1.0, 1.0),)
    label_smoothing: float = 0.0
    ignore_index: int | None = None
    temperature: float = 1.0
    reduction: str = "mean"
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("given", self.given, GIVEN)
        require_one_of("call", self.call, CALLS)
        require_one_of("reduction", self.reduction, REDUCTIONS)
        require_table(self.numbers)
        samples, classes = self.shape
        if self.given == PROBABILITIES:
            require_probabilities(Message("probabilities"), self.numbers)
        _require_weight(self.weight, classes)
        _require_names(self.names)
        if not 0 <= self.label_smoothing <= 1:
            raise LessonError(
                "label_smoothing is {value}; it can be from 0 to 1.", value=self.label_smoothing
            )
        coldest, hottest = TEMPERATURES
        if not coldest <= self.temperature <= hottest:
            raise LessonError(
                "The temperature is {value}; it can be from {low} to {high}.",
                value=self.temperature,
                low=coldest,
                high=hottest,
            )
        if len(self.target) != samples:
            raise LessonError(
                "{samples} {samples:sample needs|samples need} as many targets; there are {targets}.",
                samples=samples,
                targets=len(self.target),
            )
        if self.soft:
            self._require_distribution(classes)
        else:
            for row, (target,) in enumerate(self.target, start=1):
                self._require_class(row, target, classes)
        if self.call == UNLOGGED and (self.soft or self.label_smoothing):
            raise LessonError("nll_loss takes a class for each sample, and no label_smoothing.")

    @property
    def shape(self) -> tuple[int, int]:
        """(N, C)."""
        return len(self.numbers), len(self.numbers[0])

    @property
    def soft(self) -> bool:
        """Whether a target is a number for each class."""
        return len(self.target[0]) > 1

    @property
    def classes(self) -> tuple[int, ...]:
        """(N,), of hard targets."""
        return tuple(int(target) for (target,) in self.target)

    @property
    def divided(self) -> float:
        """What the numbers are divided by: only logits have a temperature."""
        return self.temperature if self.given == LOGITS else 1.0

    def label(self, number: int) -> str | int:
        """Of a class: its name, or else its number."""
        return self.names[number] if number < len(self.names) else number

    def counts(self, sample: int) -> bool:
        """Whether it is not ignored."""
        return self.soft or self.classes[sample] != self.ignore_index

    def title(self, sample: int) -> Message:
        """A sample, and what it should be."""
        if self.soft:
            meant = ", ".join(map(show, self.target[sample]))
            return Message("sample {row}, targets: {numbers}", row=sample + 1, numbers=meant)
        if not self.counts(sample):
            return Message("sample {row}, ignored", row=sample + 1)
        target = self.label(self.classes[sample])
        return Message("sample {row}, target: class {number}", row=sample + 1, number=target)

    def _require_class(self, row: int, target: float, classes: int) -> None:
        if target == self.ignore_index or (target % 1 == 0 and 0 <= target < classes):
            return
        if target % 1:
            raise LessonError(
                "The target of sample {row} is {target}. A class is a whole number.", row=row, target=target
            )
        raise LessonError(
            "The target of sample {row} is {target}; {classes} classes have the numbers 0 to {last}.",
            row=row,
            target=int(target),
            classes=classes,
            last=classes - 1,
        )

    def _require_distribution(self, classes: int) -> None:
        if any(len(row) != classes for row in self.target):
            raise LessonError(
                "A target is one class, or a number for each of the {classes} classes.", classes=classes
            )
        if self.ignore_index is not None:
            raise LessonError("ignore_index names a class; these targets are numbers for every class.")
        require_probabilities(Message("targets"), self.target)


def normalized(numbers: Matrix) -> Matrix:
    """Every row divided by its sum, without its sign; one of zeros becomes equal shares.

    >>> normalized(((1.0, 3.0), (0.0, 0.0)))
    ((0.25, 0.75), (0.5, 0.5))
    """
    rows = []
    for row in numbers:
        sizes = [abs(number) for number in row]
        total = math.fsum(sizes)
        rows.append(tuple(size / total if total else 1 / len(row) for size in sizes))
    return tuple(rows)


def require_table(numbers: Matrix) -> None:
    """LessonError if it is no (N, C) of numbers that can be computed with here."""
    samples, classes = len(numbers), len(numbers[0]) if numbers else 0
    if any(len(row) != classes for row in numbers):
        raise LessonError("Every sample needs a number for each class.")
    require_whole("samples", samples, 1, SAMPLES)
    require_whole("classes", classes, 2, CLASSES)
    largest = max(abs(number) for row in numbers for number in row)
    if not largest <= LOSS_NUMBER:
        raise LessonError(
            "Numbers up to {most} can be computed with here; without its sign, the largest is {largest}.",
            most=LOSS_NUMBER,
            largest=largest,
        )


def require_probabilities(name: Message, rows: Matrix) -> None:
    """LessonError if a row is no distribution. name: of what stands in the rows."""
    for row, numbers in enumerate(rows, start=1):
        if min(numbers) < 0:
            raise LessonError(
                "The {name} of sample {row} go down to {least}; none can be below 0.",
                name=name,
                row=row,
                least=min(numbers),
            )
        total = math.fsum(numbers)
        if abs(total - 1) > SUM_TO_1:
            raise LessonError(
                "The {name} of sample {row} sum to {total}; they must sum to 1.",
                name=name,
                row=row,
                total=total,
            )


def _require_names(names: Sequence[str]) -> None:
    require_whole("names", len(names), 0, CLASSES)
    for name in names:
        if not name or len(name) > CLASS_NAME:
            raise LessonError(
                "The name of a class has 1 to {most} characters; {name} has {count}.",
                most=CLASS_NAME,
                name=name,
                count=len(name),
            )
        if names.count(name) > 1:
            raise LessonError("Two classes have the name {name}.", name=name)


def _require_weight(weight: Sequence[Sequence[float]], classes: int) -> None:
    if len(weight) != 1 or len(weight[0]) != classes:
        raise LessonError("There must be one weight for each of the {classes} classes.", classes=classes)
    if not all(0 <= each <= LOSS_NUMBER for each in weight[0]):
        raise LessonError("A weight can be from 0 to {most}.", most=LOSS_NUMBER)
