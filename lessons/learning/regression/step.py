"""One step opened up: every point's part of both gradients, checked twice, and what becomes of w and b."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

from lessons.core.messages import Message
from lessons.core.numbers import equation, show, term
from lessons.core.plane import Place
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.learning.regression.fit import Batch, Fit, gradient, loss, run
from lessons.learning.regression.inputs import MEAN, Inputs

APART = 1e-3  # of a weight: how far to its sides a loss is looked at


@dataclass(frozen=True)
class Step:
    """All of a step, the first is 1. batch: the points it looks at; before, after: (w, b); push: gradient
    and decay; velocity: what momentum had gathered before it; next_velocity: what is taken lr times.
    """

    number: int
    batch: Batch
    before: Place
    gradient: Place
    push: Place
    velocity: Place
    next_velocity: Place
    after: Place


def opened(inputs: Inputs, fit: Fit, number: int) -> Step:
    before, batch = fit.path[number - 1], fit.batches[number - 1]
    slopes = gradient([inputs.scaled[each] for each in batch], before, inputs.reduction)
    push_w, push_b = (
        slope + inputs.weight_decay * weight for slope, weight in zip(slopes, before, strict=True)
    )
    return Step(
        number,
        batch,
        before,
        slopes,
        (push_w, push_b),
        fit.velocities[number - 1],
        fit.velocities[number] if inputs.momentum else (push_w, push_b),
        fit.path[number],
    )


def rows(inputs: Inputs, step: Step) -> list[list[float]]:
    """Of each point in the batch: its number, x, y, prediction, residual, its parts of dL/dw and dL/db."""
    w, b = step.before
    divisor = len(step.batch) if inputs.reduction == MEAN else 1
    table = []
    for each in step.batch:
        x, y = inputs.scaled[each]
        prediction = w * x + b
        residual = prediction - y
        parts = 2 * residual * x / divisor, 2 * residual / divisor
        table.append([float(each + 1), x, y, prediction, residual, *parts])
    return table


def by_autograd(inputs: Inputs, step: Step) -> Place:
    w, b = (torch.tensor(weight, dtype=torch.float64, requires_grad=True) for weight in step.before)
    x, y = tensor([inputs.scaled[each] for each in step.batch]).T
    F.mse_loss(w * x + b, y, reduction=inputs.reduction).backward()
    assert w.grad is not None
    assert b.grad is not None
    return w.grad.item(), b.grad.item()


def by_difference(inputs: Inputs, step: Step) -> Place:
    """The loss a little above each weight, less that a little below, divided by how far that is apart."""
    w, b = step.before

    def slope(weight: float, at: Callable[[float], Place]) -> float:
        aside = APART * max(1.0, abs(weight))
        above, below = (loss(inputs, at(weight + each), step.batch) for each in (aside, -aside))
        return (above - below) / (2 * aside)

    return slope(w, lambda each: (each, b)), slope(b, lambda each: (w, each))


def arithmetic(inputs: Inputs, step: Step) -> list[tuple[Message, str, str]]:
    """What happens to w, and to b: with the numbers filled in."""

    def both(how: Callable[[int], str]) -> tuple[str, str]:
        return how(0), how(1)

    def added(each: int) -> str:
        return _sum(step.gradient[each], inputs.weight_decay, step.before[each], step.push[each])

    def gathered(each: int) -> str:
        return _sum(step.push[each], inputs.momentum, step.velocity[each], step.next_velocity[each])

    def moved(each: int) -> str:
        return _sum(step.before[each], -inputs.lr, step.next_velocity[each], step.after[each])

    told = []
    if inputs.weight_decay:
        told.append((Message("gradient, and decay"), *both(added)))
    if inputs.momentum and step.number == 1:
        told.append((Message("first velocity"), *both(lambda each: show(step.next_velocity[each]))))
    elif inputs.momentum:
        told.append((Message("that, and momentum × velocity"), *both(gathered)))
    told.append((Message("weight, less learning rate × that"), *both(moved)))
    return told


def _sum(one: float, times: float, other: float, total: float) -> str:
    """one + times x other = total, with the numbers as they are shown."""
    sign = "-" if times < 0 else "+"
    left = f"{show(one)} {sign} {show(abs(times))}×{term(show(other))}"
    return equation(left, [float(show(one)), float(show(times)) * float(show(other))], total)


def ask_first(inputs: Inputs) -> Question:
    """Which way w goes at once."""
    return ask_sign(inputs, run(replace(inputs, steps=1)), 1)


def ask_sign(inputs: Inputs, fit: Fit, number: int) -> Question:
    """Which way w goes in a step, before it is taken."""
    step = opened(inputs, fit, number)
    change = step.after[0] - step.before[0]
    slope, velocity = step.gradient[0], step.next_velocity[0]
    if number == 1:
        prompt = Message(
            "The start is w {w}, b {b}. In the first step, does w go up or down?",
            w=show(step.before[0]),
            b=show(step.before[1]),
        )
    else:
        prompt = Message(
            "Before step {step} the line is at w {w}, b {b}. Does w go up or down now?",
            step=number,
            w=show(step.before[0]),
            b=show(step.before[1]),
        )
    known = {"slope": show(slope), "velocity": show(velocity), "change": show(change)}
    if not change:
        reason = Message("It stays: dL/dw is {slope}, and nothing else pushes.", **known)
    elif slope < 0 < change:
        reason = Message(
            "dL/dw is {slope}, negative: a larger w lowers the loss, so the step makes w larger. w changes "
            "by {change}.",
            **known,
        )
    elif change < 0 < slope:
        reason = Message(
            "dL/dw is {slope}, positive: a smaller w lowers the loss, so the step makes w smaller. w changes "
            "by {change}.",
            **known,
        )
    else:
        reason = Message(
            "dL/dw is {slope}, but momentum still carries w on, and decay pulls it to 0: the velocity is "
            "{velocity}. w changes by {change}.",
            **known,
        )
    choices = (Message("up"), Message("down"), Message("it stays"))
    return Question(prompt, 0 if change > 0 else 1 if change < 0 else 2, reason, choices)
