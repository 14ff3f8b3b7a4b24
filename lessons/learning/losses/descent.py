"""Gradient descent on the logits themselves: a step against the gradient of each, and what the loss does."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from lessons.core import style
from lessons.core.limits import LOSS_NUMBER
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.tensors import tensor
from lessons.learning.losses.by_hand import DIGITS, shares
from lessons.learning.losses.entropy import backward, run, targets
from lessons.learning.losses.inputs import LOGITS, RIGHT, Inputs

Words = Callable[[str], str]

RATES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
FIRST_STEPS = 10  # that a record has room for from the start


def step(inputs: Inputs, rate: float) -> Inputs:
    """The same with every number less rate times its gradient, rounded as a number that is typed.

    LessonError where there is no gradient, and where a number would be too large to go on with.
    """
    slopes = backward(inputs).numbers
    if not slopes.isfinite().all():
        raise LessonError(
            "Nothing counts, so the loss is 0 / 0: no number has a gradient, and none can step."
        )
    moved = tensor(inputs.numbers) - rate * slopes
    if moved.abs().max() > LOSS_NUMBER:
        raise LessonError(
            "A step this long leads beyond {most}, the largest number here. Choose a smaller learning rate.",
            most=LOSS_NUMBER,
        )
    rows = moved.tolist()
    return replace(inputs, numbers=tuple(tuple(round(each, DIGITS) for each in row) for row in rows))


def formula(inputs: Inputs) -> str:
    """The gradient of a logit as TeX, in the letters of the loss; for a loss that is as it should be."""
    divisor = show(run(inputs).divisor * inputs.divided)
    return (
        r"\frac{\partial L}{\partial z_{n,c}} = \frac{p_{n,c} \sum_k w_k q_{n,k} - w_c q_{n,c}}"
        f"{{{divisor}}}"
    )


def as_logits(inputs: Inputs) -> Inputs | None:
    """The same probabilities as logits, which are their logs; None where one is 0, and has none."""
    if not all(map(all, inputs.numbers)):
        return None
    logs = tuple(tuple(round(math.log(each), DIGITS) for each in row) for row in inputs.numbers)
    return replace(inputs, given=LOGITS, numbers=logs)


def tell_longest(before: Inputs, after: Inputs) -> Message:
    """Which number a step moves furthest, and why."""
    moves = tensor(after.numbers) - tensor(before.numbers)
    if not moves.any():
        return Message("No number moves: every gradient is 0, or all but 0.")
    place = int(moves.abs().argmax())
    sample, number = divmod(place, before.shape[1])
    move = moves[sample, number].item()
    told = {
        "row": sample + 1,
        "number": before.label(number),
        "length": show(abs(move)),
        "why": _why(before, sample, number),
    }
    if move > 0:
        return Message("The longest arrow: class {number} of sample {row} goes up by {length}. {why}", **told)
    return Message("The longest arrow: class {number} of sample {row} goes down by {length}. {why}", **told)


def _why(inputs: Inputs, sample: int, number: int) -> Message:
    share, meant = (show(each[sample, number].item()) for each in (shares(inputs), targets(inputs)))
    if inputs.call == RIGHT:
        return Message("Its share is {share}, and {meant} is meant.", share=share, meant=meant)
    return Message(
        "Its share is {share}, and {meant} is meant; but the loss is not as it should be, and so the "
        "gradient is not just the difference.",
        share=share,
        meant=meant,
    )


# A record of steps


@dataclass(frozen=True)
class Stop:
    """Where a step has led. loss: of reduction none the sum of the terms; rate: None at the start."""

    inputs: Inputs
    loss: float
    rate: float | None = None

    @classmethod
    def at(cls, inputs: Inputs, rate: float | None = None) -> "Stop":
        return cls(inputs, run(inputs).output.sum().item(), rate)


Trail = tuple[Stop, ...]  # the start, and where each step has led


def trail_to(inputs: Inputs, trail: Trail) -> Trail:
    """The trail as far as these inputs; where it does not lead there, a new one that starts with them."""
    for length in range(len(trail), 0, -1):
        if trail[length - 1].inputs == inputs:
            return trail[:length]
    return (Stop.at(inputs),)


def tell_loss(trail: Trail) -> Message:
    """What the last step made of the loss."""
    if len(trail) == 1:
        return Message("The loss is {loss}.", loss=show(trail[0].loss))
    before, after = trail[-2].loss, trail[-1].loss
    told = {"count": len(trail) - 1, "before": show(before), "after": show(after)}
    if told["before"] == told["after"]:
        return Message("Step {count}: the loss stays at {after}.", **told)
    if after < before:
        return Message("Step {count}: the loss fell from {before} to {after}.", **told)
    return Message("Step {count}: the loss rose from {before} to {after}: the step was too long.", **told)


def record(trail: Trail, translate: Words = str) -> go.Figure:
    """The loss over the steps."""
    losses, steps = [stop.loss for stop in trail], list(range(len(trail)))
    chart = go.Figure(
        layout=style.layout(
            180,
            margin={"l": 8, "r": 24, "t": 8, "b": 8},
            xaxis_title=translate("step"),
            yaxis_title=translate("Loss"),
            xaxis_range=(-0.3, max(FIRST_STEPS, len(steps)) + 0.3),
            xaxis_tickformat="d",
            yaxis_rangemode="tozero",
        )
    )
    return chart.add_scatter(x=steps, y=losses, mode="lines+markers", line={"color": style.HERE})
