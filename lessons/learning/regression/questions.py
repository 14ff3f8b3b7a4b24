"""What to ask about a fit: which rate still holds, what a sum does to it, how many steps an epoch has."""

import math
from dataclasses import replace

from lessons.core.messages import Message
from lessons.core.numbers import equation, show
from lessons.core.questions import Question, draw
from lessons.learning.regression.fit import Fit, loss
from lessons.learning.regression.inputs import MEAN, SUM, Inputs
from lessons.learning.regression.outcome import least
from lessons.learning.regression.rate import Curvature, limit

MOMENTA = (0.5, 0.0, 0.99, 0.8, 0.95, 0.6, 0.25)
RATES = (0.01, 0.002, 0.05, 0.0005, 0.02, 0.001, 0.1)
BATCHES = (4, 7, 8, 16, 3, 12, 5)
CLOSE = 0.02  # of an answer: how far it may be off
BY_HAND = 0.1  # above the least loss: good for a line that is moved by hand


def questions(inputs: Inputs, fit: Fit, seed: int) -> tuple[Question, ...]:
    """About the limit of the rate, a sum, and batches; seed: which are drawn."""
    return (
        ask_limit(inputs, draw([each for each in MOMENTA if each != inputs.momentum], seed)),
        ask_reduction(inputs, draw([each for each in RATES if each != inputs.lr], seed)),
        ask_epoch(inputs, draw(BATCHES, seed)),
    )


def ask_limit(inputs: Inputs, momentum: float) -> Question:
    """Up to which rate SGD comes to rest, with another momentum."""
    other = replace(inputs, momentum=momentum)
    known = Curvature.of(inputs, inputs.weight_decay).most
    most = limit(other)
    return Question(
        Message(
            "Across its valley the loss, decay included, has the curvature {curvature}. With momentum "
            "{momentum} and all points at once: up to which learning rate does SGD come to rest? (to 2 %)",
            curvature=show(known),
            momentum=show(momentum),
        ),
        most,
        Message(
            "{equation}. Without momentum, at 2 / curvature, a step lands just as high on the other side of "
            "the valley. With momentum up to twice as much holds.",
            equation=equation(
                f"2 (1 + {show(momentum)}) / {show(known)}", [2 * (1 + momentum) / float(show(known))], most
            ),
        ),
        tolerance=CLOSE * most,
    )


def ask_reduction(inputs: Inputs, rate: float) -> Question:
    """Which rate takes the same steps with the other reduction."""
    count, mean = len(inputs.points), inputs.reduction == MEAN
    answer = rate / count if mean else rate * count
    return Question(
        Message(
            "Without decay, on all {count} {count:point|points}: with reduction {one} the learning rate is "
            "{rate}. Which one takes the same steps with {other}? (to 2 %)",
            count=count,
            one=inputs.reduction,
            rate=show(rate),
            other=SUM if mean else MEAN,
        ),
        answer,
        Message(
            "{answer}. A sum is {count} {count:time|times} the mean, and so is its gradient. Who goes from "
            "one to the other, or to another batch size with a sum, changes the learning rate as well.",
            answer=show(answer),
            count=count,
        ),
        tolerance=CLOSE * answer,
    )


def ask_epoch(inputs: Inputs, batch: int) -> Question:
    """How many steps see every point once."""
    count = len(inputs.points)
    steps = math.ceil(count / batch)
    rest = count % batch
    last = Message("The last batch has only {rest} {rest:point|points}.", rest=rest)
    return Question(
        Message(
            "{count} {count:point|points}, {batch} in a batch: how many steps has an epoch, in which every "
            "point is seen once?",
            count=count,
            batch=batch,
        ),
        steps,
        Message(
            "{count} / {batch}, rounded up, is {steps}. {last}",
            count=count,
            batch=batch,
            steps=steps,
            last=last if rest else Message("Every batch is full."),
        ),
    )


def can_be_missed(inputs: Inputs) -> bool:
    """Whether no line goes through all points: then there is a least loss to come near to."""
    return least(inputs) > 1e-9 * loss(inputs, (0.0, 0.0))


def not_there(found: float) -> Message:
    """Of a line by hand that is not good enough."""
    return Message(
        "The loss is {loss}: that is not within a tenth of the least. Drag the start on, and try again.",
        loss=show(found),
    )


def ask_by_hand(inputs: Inputs) -> Question:
    """A line that is moved by hand; its loss is the answer.

    Other points or another reduction make it another question; scaled x only change the last digits.
    """
    lowest = float(f"{least(inputs):.9g}")
    return Question(
        Message(
            "Fit by hand first: drag the start until the loss is as low as you can get it, within a tenth of "
            "the least. Then let SGD beat you."
        ),
        lowest,
        Message(
            "The least loss is {least}, that of the cross. From where you have left the start SGD goes on.",
            least=show(lowest),
        ),
        tolerance=BY_HAND * lowest,
    )
