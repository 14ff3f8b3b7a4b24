"""Regression: a line is fitted to points by gradient descent, and every number of it can be watched."""

from random import Random

import torch
import torch.nn.functional as F

from lessons.core.lesson import Check, Lesson, Preset
from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Answer
from lessons.core.tensors import tensor
from lessons.learning.regression import program
from lessons.learning.regression.fit import Fit, run
from lessons.learning.regression.inputs import MEAN, SUM, Inputs
from lessons.learning.regression.questions import questions
from lessons.learning.regression.rate import Curvature, limit

CHECKED = 20  # steps: all of a thousand would keep the page waiting


# Torch's word for it


def check(inputs: Inputs, fit: Fit) -> Check:
    """A few first steps by autograd and torch's optimizer."""
    count = min(CHECKED, fit.steps)
    x, y = tensor(inputs.scaled).T
    weights = [tensor(weight).requires_grad_() for weight in inputs.start]
    optimizer = torch.optim.SGD(
        weights, lr=inputs.lr, momentum=inputs.momentum, weight_decay=inputs.weight_decay
    )
    path = [list(inputs.start)]
    for batch in fit.batches[:count]:
        looked_at, (w, b) = list(batch), weights
        optimizer.zero_grad()
        F.mse_loss(w * x[looked_at] + b, y[looked_at], reduction=inputs.reduction).backward()
        optimizer.step()
        path.append([weight.item() for weight in weights])
    ours = tensor(fit.path[: count + 1])
    name = Message("torch.optim.SGD in its first {count} {count:step|steps}", count=count)
    return Check.between(name, (tensor(path), ours), factors=(ours,))


def snippet(inputs: Inputs) -> str:
    return program.snippet(inputs, run(inputs))


# What it comes to


def formula(inputs: Inputs) -> tuple[str | Answer, ...]:
    """The loss, its gradient, and a step, as TeX."""
    mean = r"\frac{1}{n} " if inputs.reduction == MEAN else ""
    twice = r"\frac{2}{n}" if inputs.reduction == MEAN else "2"
    push = r"\frac{\partial L}{\partial w}"
    if inputs.weight_decay:
        push += f" + {show(inputs.weight_decay)}\\, w"
    velocity = f"v \\leftarrow {show(inputs.momentum)}\\, v + {push}, \\quad " if inputs.momentum else ""
    taken = "v" if inputs.momentum else f"\\left({push}\\right)"
    return (
        rf"L = {mean}\sum_i (w x_i + b - y_i)^2, \quad "
        rf"\frac{{\partial L}}{{\partial w}} = {twice} \sum_i (w x_i + b - y_i)\, x_i, \quad "
        rf"\frac{{\partial L}}{{\partial b}} = {twice} \sum_i (w x_i + b - y_i)",
        rf"{velocity}w \leftarrow w - {show(inputs.lr)}\, {taken}",
    )


def notes(inputs: Inputs, fit: Fit) -> tuple[Message, ...]:
    """How narrow the valley is, and what a sum does."""
    known = Curvature.of(inputs)
    told = [
        Message(
            "The valley of the loss has the curvature {most} across and {least} along it. Their ratio, "
            "kappa, says how narrow it is: {kappa}. A learning rate up to {limit} holds.",
            most=show(known.most),
            least=show(known.least),
            kappa=show(known.kappa),
            limit=show(limit(inputs)),
        )
    ]
    if inputs.reduction == SUM:
        told.append(
            Message(
                "reduction is sum: with {count} {count:point|points} a gradient is {count} "
                "{count:time|times} that of the mean.",
                count=inputs.batch if inputs.parted else len(inputs.points),
            )
        )
    return tuple(told)


# Numbers to start from


def from_0_to_19() -> Matrix:
    """x whose mean is far from 0; y as in the notes."""
    random = Random(0)
    return tuple((float(x), 2.0 * x + 3 + random.randint(0, 2)) for x in range(20))


PRESETS = (
    Preset(Message("The notes' setting"), Inputs()),
    Preset(Message("Without momentum"), Inputs(momentum=0.0)),
    Preset(Message("Ten thousand steps"), Inputs(steps=10_000)),
    Preset(Message("The sum, not the mean"), Inputs(reduction=SUM)),
    Preset(Message("Weight decay 1"), Inputs(weight_decay=1.0, steps=10_000)),
    Preset(Message("Beyond the limit"), Inputs(lr=0.0505)),
    Preset(Message("x from 0 to 19"), Inputs(from_0_to_19(), 0.006, 0.0, 0.0)),
    Preset(Message("One sample at a time"), Inputs(lr=0.005, momentum=0.0, batch=1)),
)
LESSON = Lesson(Inputs, run, snippet, check, PRESETS, None, questions, formula, notes)
