"""Train a classifier: a net sees pictures in batches, and every batch moves its weights a little."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.core.lesson import Lesson
from lessons.core.messages import Message
from lessons.core.questions import TEX_BLANK, Answer, Question
from lessons.engine.training.config import Config

Inputs = Config

STEPS = "steps"  # what a question and an answer are about


@dataclass(frozen=True)
class Result:
    """losses: (steps,) the mean loss of every batch, before its step; accuracies: (epochs,) in the tests."""

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


def run(inputs: Inputs) -> Result:
    """Train here and now, to the end. The page leaves this to a worker process, which does the same."""
    from lessons.engine.training.loop import fit  # imports torch; everything else here does without
    from lessons.engine.training.reports import Epoch, Step

    reports = list(fit(inputs))
    return Result(
        tuple(report.loss for report in reports if isinstance(report, Step)),
        tuple(report.test_accuracy for report in reports if isinstance(report, Epoch)),
    )


def snippet(inputs: Inputs, lr_changes: Sequence[tuple[int, float]] = ()) -> str:
    """The program that repeats the run, number for number, without this package."""
    from lessons.engine.training.program import program

    return program(inputs, lr_changes)


def steps_arithmetic(config: Config, pictures: int) -> Answer:
    r"""The number of steps with its arithmetic, as TeX.

    >>> str(steps_arithmetic(Config(epochs=8, batch_size=64), 5000))
    '\\lceil 5000 / 64 \\rceil \\times 8 = 79 \\times 8 = 632'
    """
    each = config.steps_per_epoch(pictures)
    rounded = rf"\lceil {pictures} / {config.batch_size} \rceil \times {config.epochs}"
    result = rf"{each} \times {config.epochs} = {each * config.epochs}"
    return Answer.equation(STEPS, rounded, result, TEX_BLANK)


def questions(config: Config, pictures: int, classes: int) -> tuple[Question, ...]:
    """About the run that the controls would start now."""
    steps = config.steps_per_epoch(pictures)
    last = pictures - (steps - 1) * config.batch_size
    return (
        Question(
            Message("How many steps does one epoch take?"),
            steps,
            Message(
                "{pictures} {pictures:picture|pictures} in batches of {batch} {pictures:makes|make} {steps} "
                "{steps:step|steps}: the last batch holds {last}.",
                pictures=pictures,
                batch=config.batch_size,
                steps=steps,
                last=last,
            ),
            about=STEPS,
        ),
        Question(
            Message("What is the loss before any training, about? (to 0.1)"),
            math.log(classes),
            Message(
                "An untrained net finds all {classes} classes about equally likely: 1/{classes} each. "
                "The loss is -ln(1/{classes}) = ln {classes} = {loss}.",
                classes=classes,
                loss=round(math.log(classes), 3),
            ),
            tolerance=0.1,
        ),
    )


LESSON = Lesson(Inputs, run, snippet)
