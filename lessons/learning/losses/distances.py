"""Losses of numbers: how far predictions are from targets, and what happens if their shapes do not match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from torch import Tensor

from lessons.core import style
from lessons.core.limits import LOSS_NUMBER, SAMPLES
from lessons.core.matrix import parse
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import tensor

Words = Callable[[str], str]

POINTS = 241  # of a curve
FUNCTIONS = {"l1": "l1_loss", "mse": "mse_loss", "smooth_l1": "smooth_l1_loss", "huber": "huber_loss"}
BOUNDS = {"smooth_l1": "beta", "huber": "delta"}  # where the square becomes a line, in torch's words
REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True)
class Distances:
    """prediction, target: (N,). bound: of the kinds in BOUNDS, above 0."""

    prediction: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0)
    target: tuple[float, ...] = (1.5, 2.5, 3.5, 4.5, 5.5)
    kind: str = "l1"
    bound: float = 1.0
    reduction: str = "mean"

    def __post_init__(self) -> None:
        if len(self.prediction) != len(self.target):
            raise LessonError(
                "{count} {count:prediction needs|predictions need} as many targets; there are {targets}.",
                count=len(self.prediction),
                targets=len(self.target),
            )

    @property
    def errors(self) -> list[float]:
        return [one - other for one, other in zip(self.prediction, self.target, strict=True)]

    @property
    def terms(self) -> list[float]:
        return [term(self.kind, error, self.bound) for error in self.errors]

    @property
    def loss(self) -> float:
        total = sum(self.terms)
        return total / len(self.terms) if self.reduction == "mean" else total


def vector(text: str) -> tuple[float, ...]:
    """A row of numbers as people type it; LessonError tells what is wrong."""
    numbers = tuple(number for row in parse(text) for number in row)
    if len(numbers) > SAMPLES:
        raise LessonError(
            "{count} {count:number is|numbers are} too many; at most {most}.",
            count=len(numbers),
            most=SAMPLES,
        )
    if max(map(abs, numbers)) > LOSS_NUMBER:
        raise LessonError("Numbers up to {most} can be computed with here.", most=LOSS_NUMBER)
    return numbers


def term(kind: str, error: float, bound: float = 1.0) -> float:
    """Of one error. Below the bound two of the kinds are a square, above it a line.

    >>> term("l1", -0.5), term("mse", -0.5), term("smooth_l1", -0.5), term("huber", 3.0, 2.0)
    (0.5, 0.25, 0.125, 4.0)
    """
    size = abs(error)
    if kind == "l1":
        return size
    if kind == "mse":
        return error**2
    smooth = error**2 / (2 * bound) if size < bound else size - bound / 2
    return smooth if kind == "smooth_l1" else bound * smooth


def snippet(given: Distances) -> str:
    """The same in torch."""
    more = f", {BOUNDS[given.kind]}={given.bound:g}" if given.kind in BOUNDS else ""
    more += ', reduction="sum"' if given.reduction == "sum" else ""
    return f"""\
import torch
import torch.nn.functional as F

prediction = torch.tensor({list(given.prediction)}, dtype=torch.float64)
target = torch.tensor({list(given.target)}, dtype=torch.float64)

output = F.{FUNCTIONS[given.kind]}(prediction, target{more})
print(output)
"""


def curve(given: Distances, translate: Words = str) -> go.Figure:
    """The loss over the error, and the learner's own errors on it."""
    reach = max(1.0, *(1.2 * abs(error) for error in given.errors))
    errors = np.linspace(-reach, reach, POINTS)
    chart = go.Figure(
        layout=style.layout(280, xaxis_title=translate("prediction - target"), yaxis_title=translate("term"))
    )
    line = [term(given.kind, error, given.bound) for error in errors.tolist()]
    chart.add_scatter(x=errors, y=line, mode="lines", line={"color": style.POSITIVE}, name=given.kind)
    own = {"color": style.HERE, "size": 10}
    return chart.add_scatter(
        x=given.errors, y=given.terms, mode="markers", marker=own, name=translate("your numbers")
    )


def sentence(given: Distances) -> Message:
    """What the curve shows."""
    term, error, number = max(
        zip(given.terms, given.errors, range(1, len(given.terms) + 1), strict=True),
        key=lambda each: each[0],
    )
    return Message(
        "Only the size of an error counts, not its side. Your dearest is number {number}, with the error "
        "{error}: {term} of {total}.",
        number=number,
        error=show(error),
        term=show(term),
        total=show(sum(given.terms)),
    )


def ask_double(given: Distances) -> Question:
    """How many times the term grows with twice the error."""
    error = max(given.errors, key=abs) or 1.0
    once, twice = (term(given.kind, each * error, given.bound) for each in (1, 2))
    return Question(
        Message(
            "An error of {error} is doubled. By what is its term multiplied? (to 0.05)",
            error=show(error),
        ),
        twice / once,
        Message(
            "By {times}: from {once} to {twice}. A square makes large errors count more and more. On a line "
            "all count alike, and one value that is far off does not rule the rest.",
            times=show(twice / once),
            once=show(once),
            twice=show(twice),
        ),
        tolerance=0.05,
    )


# Shapes that do not match


@dataclass(frozen=True, eq=False)
class Square:
    """A prediction (N, 1) less a target (N,). differences: (N, N), of every one with every other; own: the
    loss of the pairs that are meant; all: what torch makes of it."""

    differences: Tensor
    own: float
    all: float


def square(prediction: Sequence[float], target: Sequence[float]) -> Square:
    """MSE, mean."""
    differences = tensor(prediction)[:, None] - tensor(target)
    return Square(differences, float((differences.diagonal() ** 2).mean()), float((differences**2).mean()))


def ask_perfect(target: Sequence[float]) -> Question:
    """What a perfect fit scores."""
    made = square(target, target)
    return Question(
        Message(
            "The prediction is perfect, but its shape is ({count}, 1), and that of the target ({count},). "
            "What is F.mse_loss? (to 0.01)",
            count=len(target),
        ),
        made.all,
        Message(
            "{all}. torch broadcasts: it takes every target from every prediction, {pairs} "
            "{pairs:difference|differences} in all, and only those on the diagonal were meant. It warns, and "
            "goes on. Write prediction.squeeze(1).",
            all=show(made.all),
            pairs=len(target) ** 2,
        ),
        tolerance=0.01,
    )


SQUARE = """\
import torch
import torch.nn.functional as F

target = torch.tensor({target}, dtype=torch.float64)
prediction = target[:, None]  # perfect, but (N, 1)

output = F.mse_loss(prediction, target)  # warns
right = F.mse_loss(prediction.squeeze(1), target)
print(output, right)
"""


def square_program(target: Sequence[float]) -> str:
    return SQUARE.format(target=list(target))
