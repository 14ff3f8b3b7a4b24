"""Targets that look right and are not: what torch makes of them, there and then."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.program import Program, call
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.learning.losses.inputs import Inputs

OUTCOMES = (
    Message("torch refuses: an error"),
    Message("nan"),
    Message("0"),
    Message("a number like any other"),
)
ERROR, NAN, ZERO, NUMBER = range(len(OUTCOMES))


@dataclass(frozen=True)
class Trap:
    """A call of F.cross_entropy with the learner's numbers. target: (N,), as it stands in the program; mend:
    why it ends as it does, and what to do."""

    name: Message
    target: Sequence[float]
    mend: Message
    settings: Mapping[str, Any] = field(default_factory=dict)

    def outcome(self, inputs: Inputs) -> float | Exception:
        try:
            target = torch.tensor(self.target)
            return F.cross_entropy(tensor(inputs.numbers), target, **self.settings).item()
        except (IndexError, RuntimeError) as error:
            return error


def traps(inputs: Inputs) -> Mapping[str, Trap]:
    """By slug."""
    samples, classes = inputs.shape
    zeros = [0] * samples
    ignored = Message(
        "No sample counts. mean divides 0 by 0; sum adds up nothing. A batch in which all is ignored, such "
        "as one of padding alone, makes a net of nan with mean."
    )
    return {
        "range": Trap(
            Message("A target of {classes} with {classes} classes", classes=classes),
            [classes, *zeros[1:]],
            Message("Classes are counted from 0, so the last one is {last}.", last=classes - 1),
        ),
        "floats": Trap(
            Message("Classes as floats"),
            [0.0] * samples,
            Message("A class is an index: write target.long(). Floats are for a number for every class."),
        ),
        "ignored-mean": Trap(Message("Every sample ignored, mean"), zeros, ignored, {"ignore_index": 0}),
        "ignored-sum": Trap(
            Message("Every sample ignored, sum"), zeros, ignored, {"ignore_index": 0, "reduction": "sum"}
        ),
        "hundred": Trap(
            Message("A target of -100"),
            [-100, *zeros[1:]],
            Message(
                "-100 is the usual ignore_index: such a sample is left out, and nothing says so. -1 would be "
                "refused."
            ),
        ),
    }


def ask_trap(trap: Trap, inputs: Inputs) -> Question:
    """What comes of it; the reason has torch's own words."""
    outcome = trap.outcome(inputs)
    return Question(
        Message("{name}: what does F.cross_entropy give?", name=trap.name),
        _kind(outcome),
        Message("{outcome}. {mend}", outcome=_told(outcome), mend=trap.mend),
        choices=OUTCOMES,
    )


def _kind(outcome: float | Exception) -> int:
    if isinstance(outcome, Exception):
        return ERROR
    if math.isnan(outcome):
        return NAN
    return NUMBER if outcome else ZERO


def _told(outcome: float | Exception) -> str:
    if isinstance(outcome, Exception):
        return f"{type(outcome).__name__}: {str(outcome).rstrip('.')}"
    return show(outcome)


def snippet(trap: Trap, inputs: Inputs) -> str:
    """The mistake, to run."""
    program = Program().tensor("numbers", inputs.numbers, "(samples, classes)")
    program.line(f"target = torch.tensor({list(trap.target)})", "")
    return str(
        program.line(f"output = {call('F.cross_entropy', ['numbers', 'target'], trap.settings)}").show(
            "output"
        )
    )
