"""A net that answers every picture alike, though its loss is still a number: how it is known, and what helps.

A step that goes too far can throw the weights to where the last ReLUs give 0 for every picture. No gradient
comes through them, so nothing brings the net back. Its answer follows from its biases alone, and the loss
stands where blind guessing is, at ln(classes).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lessons.core.messages import Message
from lessons.engine.training import answers
from lessons.engine.training.config import ten_times_smaller
from lessons.engine.training.history import EpochLine
from lessons.engine.training.runs import Run

# Measured on Doodles, with six nets and three optimizers: at most 0.03 of the pictures get the same answer
# from a net that has hardly begun, and 0.87 to 1 from one that has collapsed. A far higher loss still falls,
# and may take the net out again.
MOST = 0.85
LEAST_LOSS, HIGHEST_LOSS = 0.95, 1.3  # of the mean answer; of blind guessing


@dataclass(frozen=True)
class Collapse:
    """reason: what happened, for the learner; advised_lr: a rate to begin anew with."""

    reason: Message
    advised_lr: float


def has_collapsed(epochs: Iterable[tuple[np.ndarray, float]]) -> bool:
    """Whether a net gives nearly every picture the same answer, number for number, and learned nothing since.

    epochs: the logits (pictures, classes) and the loss in the test after each, the last one first. A
    net that has only begun may call every picture one class, too; but its numbers differ.
    """
    for logits, loss in epochs:
        least = LEAST_LOSS * answers.loss_of_mean_answer(logits)
        highest = HIGHEST_LOSS * math.log(logits.shape[1])
        if not least <= loss <= highest or answers.largest_class(logits) < MOST:
            return False
        if answers.alike(logits) >= MOST:
            return True
    return False


def collapse(run: Run) -> Collapse | None:
    """What to tell of a run whose net has collapsed, else None; Damaged if an epoch cannot be read."""
    history = run.history()
    if not history.epochs:
        return None
    return _explained(run, tuple(history.epochs), max(history.lrs, default=run.config().lr))


@lru_cache(maxsize=64)  # a page asks every second
def _explained(run: Run, epochs: tuple[EpochLine, ...], lr: float) -> Collapse | None:
    """lr: the highest rate there was."""
    details = ((run.details(line).logits, line.test_loss) for line in reversed(epochs))
    if not has_collapsed(details):
        return None
    logits, loss = run.details(epochs[-1]).logits, epochs[-1].test_loss
    classes, smaller = logits.shape[1], ten_times_smaller(lr)
    reason = Message(
        "This net has collapsed: it takes {percent} % of the test pictures for the same class, and its loss"
        " is {loss}. Blind guessing among {classes} classes has ln {classes} = {guess}. With a learning rate"
        " of {lr} a step went so far that the last ReLUs give 0 for every picture. No gradient comes through"
        " them, so neither more epochs nor a smaller rate from here on help. Train anew with a rate ten times"
        " smaller: {smaller}.",
        percent=round(100 * answers.largest_class(logits), 1),
        loss=round(loss, 3),
        classes=classes,
        guess=round(math.log(classes), 3),
        lr=f"{lr:g}",
        smaller=f"{smaller:g}",
    )
    return Collapse(reason, smaller)
