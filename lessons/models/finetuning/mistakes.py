"""Four mistakes of fine-tuning, each beside the same program without it.

The cell that a learner reads is the one that is carried out here: its losses and torch's words are its own.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from lessons.core.messages import Message
from lessons.core.notebook import join_cells
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import drawing, one_thread
from lessons.core.twins import Twin, Twins
from lessons.engine.backbone import backbone
from lessons.models.finetuning.inputs import WHOLE
from lessons.models.finetuning.start import (
    REPLACE,
    SEED,
    begin,
    cells,
    pictures,
)

STEPS, SHOWN = 15, 20  # steps, and the pictures that each of them is given
RATE = 0.05
SEVERAL = 2  # times as large
TIMED, ROUNDS = 5, 3  # steps, and how often they are timed

FREEZE = "net[:-1].requires_grad_(False).eval()\n"
FREEZE_ALL = "net.requires_grad_(False).eval()\n"
OPTIMIZE = f"optimizer = torch.optim.SGD(net.parameters(), lr={RATE}, momentum=0.9)\n"
HEAD_ALONE = f"""\
net[:-1].eval()
optimizer = torch.optim.SGD(net[-1].parameters(), lr={RATE}, momentum=0.9)
"""
NORM = """\
    gradient = torch.cat([each.grad.flatten() for each in net[:-1].parameters()])
    norms.append(gradient.norm().item())
"""


@dataclass(frozen=True)
class Mistake:
    """question: what comes of it, to be asked first."""

    twins: Twins
    question: Question


# The programs


def training(before: str, clear: str = "optimizer.zero_grad()", noted: str = "") -> str:
    """The cell that is shown, and carried out. before: the lines above the loop; clear: what empties the
    gradients; noted: what is written down of every step besides its loss."""
    return f"""\
images, labels = images[:{SHOWN}], labels[:{SHOWN}]
{before}
losses{", norms" if noted else ""} = {"[], []" if noted else "[]"}
for step in range({STEPS}):
    loss = F.cross_entropy(net(images), labels)
    {clear}
    loss.backward()
    losses.append(loss.item())
{noted}    optimizer.step()
"""


def carried_out(cell: str, replaced: bool) -> tuple[Mapping[str, Any], str]:
    """Its variables in the end, and torch's words, if it refuses. replaced: whether the head is new."""
    images, labels = pictures()
    with one_thread(), drawing(SEED):
        net = begin(WHOLE) if replaced else backbone.pretrained()
        made = {"torch": torch, "nn": nn, "F": F, "net": net, "images": images, "labels": labels}
        try:
            exec(cell, made)
        except RuntimeError as error:
            return made, f"{type(error).__name__}: {error}"
    return made, ""


def twin(name: Message, cell: str, replaced: bool, measured: str = "losses") -> Twin:
    made, refusal = carried_out(cell, replaced)
    program = join_cells({**cells(WHOLE, replaced), "Training": cell, "Result": f"print({measured})\n"})
    return Twin(name, tuple(made[measured]), program, refusal)


# What comes of a mistake

OUTCOMES = (
    Message("torch refuses, with an error"),
    Message("no error, and the loss stays where it is"),
    Message("no error, and the loss falls more slowly"),
    Message("no error, and the loss falls just as well"),
)
REFUSES, STAYS, SLOWER, SAME = range(len(OUTCOMES))


def outcome(twins: Twins) -> int:
    """The number among OUTCOMES."""
    if twins.wrong.refusal:
        return REFUSES
    if twins.first_difference is None:
        return SAME
    return STAYS if show(twins.wrong.losses[0]) == show(twins.wrong.losses[-1]) else SLOWER


@cache
def everything_frozen() -> Mistake:
    """The head as well."""
    twins = Twins(
        twin(Message("The backbone frozen"), training(FREEZE + OPTIMIZE), replaced=True),
        twin(Message("Everything frozen"), training(FREEZE_ALL + OPTIMIZE), replaced=True),
        Message(
            "backward ends with an error in the very first step. It speaks of element 0 of tensors: that is "
            "the loss."
        ),
        Message(
            "A number has a grad_fn if something that it was computed from has requires_grad. Here nothing "
            "has, neither the pictures nor any parameter: so the loss is a number like any other, and there "
            "is nothing to go back to. Print the names of all parameters that have requires_grad: there are "
            "none."
        ),
    )
    question = Question(
        Message(
            "All parameters of the net are frozen, those of the new head as well. What comes of training it?"
        ),
        outcome(twins),
        Message(
            "It says: {words}. backward looks for what the loss was made of and may be moved, and finds "
            "nothing.",
            words=twins.wrong.refusal,
        ),
        choices=OUTCOMES,
    )
    return Mistake(twins, question)


@cache
def replaced_then_frozen() -> Mistake:
    """In the wrong order."""
    twins = Twins(
        twin(Message("Freeze, then replace"), training(FREEZE_ALL + REPLACE + OPTIMIZE), replaced=False),
        twin(Message("Replace, then freeze"), training(REPLACE + FREEZE_ALL + OPTIMIZE), replaced=False),
        Message("The same error as if everything were frozen; for that is what it is."),
        Message(
            "requires_grad_(False) freezes what is there when it is called, and that is the new head, too. A "
            "layer that is made later has requires_grad, as every new layer has. So freeze first and replace "
            "then; or freeze net[:-1], the backbone alone, in whatever order."
        ),
    )
    question = Question(
        Message(
            "The net gets a new head. Then requires_grad_(False) is called on the net, to freeze what it has "
            "learned before. What comes of training it?"
        ),
        outcome(twins),
        Message(
            "It says: {words}. The freeze has come last, and has frozen the new head with all the others.",
            words=twins.wrong.refusal,
        ),
        choices=OUTCOMES,
    )
    return Mistake(twins, question)


@cache
def optimizer_first() -> Mistake:
    """It is made before the head is replaced, so it holds the old one."""
    twins = Twins(
        twin(Message("Head, then optimizer"), training(FREEZE + REPLACE + OPTIMIZE), replaced=False),
        twin(Message("Optimizer, then head"), training(FREEZE + OPTIMIZE + REPLACE), replaced=False),
        Message(
            "Nothing complains, and the loss stays as it is. With other pictures in every step it would go "
            "up and down with them, and look almost as if it learned."
        ),
        Message(
            "The optimizer holds the parameters that the net had when it was made: the old head, which is in "
            "no net any more. The new head gets gradients, and nobody makes its steps; nor does anybody "
            "empty them. Ask whether the optimizer holds the new weights: any(each is net[-1].weight for "
            "each in optimizer.param_groups[0]['params']) is False."
        ),
    )
    question = Question(
        Message(
            "The backbone is frozen, and an optimizer is made of net.parameters(). Then the net gets a new "
            "head. What comes of training it?"
        ),
        outcome(twins),
        Message(
            "It stays at {loss}. The new head has requires_grad, so backward has something to go back to; "
            "but the optimizer holds the old one.",
            loss=show(twins.wrong.losses[-1]),
        ),
        choices=OUTCOMES,
    )
    return Mistake(twins, question)


GROWTHS = (
    Message("there is none"),
    Message("as large, or smaller"),
    Message("at most {most} times as large", most=SEVERAL),
    Message("more than {most} times as large", most=SEVERAL),
)


@cache
def never_emptied() -> Mistake:
    """The optimizer empties the gradients of what it holds, and that is the head alone."""
    emptied, piled = (
        twin(name, training(HEAD_ALONE, clear, NORM), replaced=True, measured="norms")
        for name, clear in (
            (Message("All gradients emptied"), "net.zero_grad()"),
            (Message("Those of the head emptied"), "optimizer.zero_grad()"),
        )
    )
    first, last = piled.losses[0], piled.losses[-1]
    twins = Twins(
        emptied,
        piled,
        Message(
            "Nothing complains, and every loss is the same as with net.zero_grad(): the backbone does not "
            "move. But its gradient grows from {first} to {last}.",
            first=show(first),
            last=show(last),
        ),
        Message(
            "optimizer.zero_grad() empties the gradients of what the optimizer holds, net.zero_grad() those "
            "of the net. The backbone has requires_grad, so every backward adds to its gradients. They do "
            "harm where somebody looks at all of them: clip_grad_norm_(net.parameters(), 1) would make the "
            "steps of the head shorter and shorter. Better still, freeze the backbone: then it has no "
            "gradient, and none is computed."
        ),
        measured=Message("gradient norm of the backbone"),
    )
    question = Question(
        Message(
            "Nothing is frozen, but the optimizer is given the head alone, and optimizer.zero_grad() is "
            "called in every step. The gradient of the backbone has the norm {first} in the first step. What "
            "is it in step {step}, counted from 0?",
            first=show(first),
            step=STEPS - 1,
        ),
        1 + (last > first) + (last > SEVERAL * first),
        Message(
            "{last}: the gradients of all steps, added up. The optimizer empties only those of the "
            "parameters that it holds.",
            last=show(last),
        ),
        choices=GROWTHS,
    )
    return Mistake(twins, question)


MISTAKES: Mapping[str, tuple[Message, Callable[[], Mistake]]] = {  # by slug, the name and what makes it
    "everything": (Message("Everything frozen"), everything_frozen),
    "freeze": (Message("Frozen too late"), replaced_then_frozen),
    "optimizer": (Message("Optimizer too early"), optimizer_first),
    "gradients": (Message("Gradients never emptied"), never_emptied),
}


# What a freeze spares


@dataclass(frozen=True)
class Times:
    """Seconds of a step, the shortest of some rounds: of a backbone that is not in the optimizer, with
    requires_grad and without."""

    learning: float
    frozen: float


def measure() -> Times:
    """Here and now; no two times are the same."""
    return Times(*(min(_seconds(frozen) for _round in range(ROUNDS)) for frozen in (False, True)))


def _seconds(frozen: bool) -> float:
    images, labels = (each[:SHOWN] for each in pictures())
    with one_thread():
        net = begin(WHOLE)
        net[:-1].requires_grad_(not frozen).eval()
        optimizer = torch.optim.SGD(net[-1].parameters(), lr=RATE, momentum=0.9)
        started = time.perf_counter()
        for _step in range(TIMED):
            loss = F.cross_entropy(net(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return (time.perf_counter() - started) / TIMED


def tell_times(times: Times) -> Message:
    return Message(
        "Measured just now on this machine, in milliseconds a step: {learning} where the backbone has "
        "requires_grad, {frozen} where it is frozen. That is {ratio} × as long, for gradients that nobody "
        "uses.",
        learning=show(round(1000 * times.learning, 1)),
        frozen=show(round(1000 * times.frozen, 1)),
        ratio=show(round(times.learning / times.frozen, 1)),
    )
