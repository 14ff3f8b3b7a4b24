"""Binary cross-entropy with logits: every number is an answer of its own, yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core import style
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import equation, show
from lessons.core.numbers import term as bracketed
from lessons.core.program import Program, call
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.learning.losses.distances import POINTS, Words

REACH = 4.0  # a curve goes so far to either side, or as far as the logits
TIMES = 3.0  # the pos_weight that is asked about where all targets are alike
SURE = -200.0  # the logit of a net that is sure, and wrong


@dataclass(frozen=True)
class Binary:
    """logits, target: (N,); a target is 1 for yes, 0 for no, or a part of a yes. LessonError tells why they
    cannot be used."""

    logits: tuple[float, ...] = (2.0, -1.0, 0.5, -3.0)
    target: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0)
    pos_weight: float = 1.0
    reduction: str = "mean"

    def __post_init__(self) -> None:
        if len(self.logits) != len(self.target):
            raise LessonError(
                "{count} {count:logit needs|logits need} as many targets; there are {targets}.",
                count=len(self.logits),
                targets=len(self.target),
            )
        for number, target in enumerate(self.target, start=1):
            if not 0 <= target <= 1:
                raise LessonError(
                    "Target {number} is {target}; it can be from 0, a no, to 1, a yes.",
                    number=number,
                    target=target,
                )

    @property
    def divisor(self) -> int:
        return len(self.target) if self.reduction == "mean" else 1

    @property
    def sigmoid(self) -> Tensor:
        """(N,): how probable the net holds a yes."""
        return 1 / (1 + (-tensor(self.logits)).exp())

    @property
    def yes(self) -> Tensor:
        """(N,): of every term what the yes of its target costs, -pos_weight y log sigmoid(z)."""
        return self.pos_weight * tensor(self.target) * softplus(-tensor(self.logits))

    @property
    def no(self) -> Tensor:
        """(N,): what the no of its target costs, -(1 - y) log(1 - sigmoid(z))."""
        return (1 - tensor(self.target)) * softplus(tensor(self.logits))

    @property
    def terms(self) -> Tensor:
        """(N,)."""
        return self.yes + self.no

    @property
    def loss(self) -> float:
        return self.terms.sum().item() / self.divisor

    @property
    def gradient(self) -> Tensor:
        """(N,), on the logits: (sigmoid(z) - y) / N with a pos_weight of 1."""
        target, sigmoid = tensor(self.target), self.sigmoid
        return ((1 - target) * sigmoid - self.pos_weight * target * (1 - sigmoid)) / self.divisor

    @property
    def sides(self) -> tuple[float, float]:
        """How many yes and how many no the targets make together."""
        yes = tensor(self.target).sum().item()
        return yes, len(self.target) - yes


def softplus(numbers: Tensor) -> Tensor:
    """log(1 + exp(z)), which is -log(1 - sigmoid(z)), written so that no exp is of a number above 0.

    >>> softplus(tensor([0.0, 1000.0]))
    tensor([6.9315e-01, 1.0000e+03], dtype=torch.float64)
    """
    return numbers.clamp(min=0) + (-numbers.abs()).exp().log1p()


def formula(given: Binary) -> tuple[str, str]:
    """A term, as TeX: of both sides, and as torch computes it, where no exp is of a number above 0."""
    if given.pos_weight == 1:
        return (
            r"\ell = -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))",
            r"\ell = \max(z, 0) - z y + \log(1 + e^{-|z|})",
        )
    return (
        r"\ell = -w\, y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))",
        r"\ell = (1 - y)\, z + (1 + (w - 1)\, y)\,(\max(-z, 0) + \log(1 + e^{-|z|}))",
    )


def arithmetic(given: Binary, row: int) -> list[tuple[Message, str]]:
    """The term of one logit, and its gradient, with the numbers filled in: what it is, and an equation."""
    z, y = (show(numbers[row]) for numbers in (given.logits, given.target))
    sigmoid, term, slope = (each[row].item() for each in (given.sigmoid, given.terms, given.gradient))
    return [
        (Message("sigmoid"), _is(f"1 / (1 + exp({show(-given.logits[row])}))", sigmoid)),
        (Message("the formula"), _is(_formula(given, row), term)),
        (Message("in the safe form"), _is(_safe(given, row), term)),
        (Message("gradient"), _is(_slope(given, z, y), slope)),
    ]


def _is(left: str, value: float) -> str:
    return equation(left, [value], value)


def _formula(given: Binary, row: int) -> str:
    """Only the sides that count: a target of 0 or 1 has one."""
    sigmoid, target = f"sigmoid({show(given.logits[row])})", given.target[row]
    weights = (given.pos_weight * target, f"log({sigmoid})"), (1 - target, f"log(1 - {sigmoid})")
    parts = [log if weight == 1 else f"{show(weight)}×{log}" for weight, log in weights if weight]
    return f"-{' - '.join(parts)}" if parts else "0"


def _safe(given: Binary, row: int) -> str:
    """As torch does; with a pos_weight the yes side is taken apart."""
    logit, y, weight = given.logits[row], show(given.target[row]), show(given.pos_weight)
    small = f"log(1 + exp({show(-abs(logit))}))"
    if given.pos_weight == 1:
        return f"max({show(logit)}, 0) - {bracketed(show(logit))}×{y} + {small}"
    return f"(1 - {y})×{bracketed(show(logit))} + (1 + ({weight} - 1)×{y})×(max({show(-logit)}, 0) + {small})"


def _slope(given: Binary, z: str, y: str) -> str:
    sigmoid, weight = f"sigmoid({z})", show(given.pos_weight)
    slope = f"{sigmoid} - {y}"
    if given.pos_weight != 1:
        slope = f"(1 - {y})×{sigmoid} - {weight}×{y}×(1 - {sigmoid})"
    return f"({slope}) / {given.divisor}" if given.divisor > 1 else slope


def snippet(given: Binary) -> str:
    """The same in torch, with the gradient."""
    program = Program().tensor("logits", given.logits, learns=True).tensor("target", given.target)
    settings = {"reduction": "sum"} if given.reduction == "sum" else {}
    names = ["logits", "target"]
    if given.pos_weight != 1:
        program.tensor("pos_weight", given.pos_weight)
        names.append("pos_weight=pos_weight")
    output = call("F.binary_cross_entropy_with_logits", names, settings)
    return str(program.line("", f"output = {output}", "output.backward()").show("output", "logits.grad"))


# What the curve shows


def curve(given: Binary, translate: Words = str) -> go.Figure:
    """The term over the logit for a yes and for a no, and the learner's own numbers."""
    reach = max(REACH, *(1.2 * abs(logit) for logit in given.logits))
    logits = np.linspace(-reach, reach, POINTS)
    chart = go.Figure(layout=style.layout(280, xaxis_title=translate("logit"), yaxis_title=translate("term")))
    of_yes = given.pos_weight * softplus(-torch.from_numpy(logits))
    of_no = softplus(torch.from_numpy(logits))
    for name, line, colour, dash in (
        ("target 1: yes", of_yes, style.POSITIVE, style.DASHES[0]),
        ("target 0: no", of_no, style.NEGATIVE, style.DASHES[1]),
    ):
        look = {"color": colour, "dash": dash}
        chart.add_scatter(x=logits, y=line.numpy(), mode="lines", line=look, name=translate(name))
    own = {"color": style.HERE, "size": 10}
    return chart.add_scatter(
        x=given.logits, y=given.terms.numpy(), mode="markers", marker=own, name=translate("your numbers")
    )


def sentence(given: Binary) -> Message:
    """What the curve shows."""
    terms = given.terms
    row = int(terms.argmax())
    return Message(
        "At a logit of 0 a yes costs {yes} and a no {no}. Your dearest is number {number}, with the logit "
        "{logit} and the target {target}: {term} of {total}.",
        yes=show(given.pos_weight * np.log(2)),
        no=show(np.log(2)),
        number=row + 1,
        logit=show(given.logits[row]),
        target=show(given.target[row]),
        term=show(terms[row].item()),
        total=show(terms.sum().item()),
    )


# pos_weight


def ask_weight(given: Binary) -> Question:
    """Which pos_weight balances the sides; where there is but one, what pos_weight does to it."""
    yes, no = given.sides
    if not yes or not no:
        return _ask_one_side(bool(yes))
    return Question(
        Message(
            "All yes together weigh {yes}, all no {no}. Which pos_weight lets both sides weigh the "
            "same? (to 0.01)",
            yes=show(yes),
            no=show(no),
        ),
        no / yes,
        Message(
            "{weight}: {no} / {yes}. pos_weight multiplies what a yes costs, and leaves a no alone. A yes "
            "that is missed then costs so many times as much, and pulls so many times as hard.",
            weight=show(no / yes),
            yes=show(yes),
            no=show(no),
        ),
        tolerance=0.01,
    )


def _ask_one_side(yes: bool) -> Question:
    if yes:
        asked = Message("Every target is a yes. pos_weight goes from 1 to 3. By what is the loss multiplied?")
        reason = Message("By 3: pos_weight multiplies what a yes costs, and here nothing else costs.")
    else:
        asked = Message("No target is a yes. pos_weight goes from 1 to 3. By what is the loss multiplied?")
        reason = Message("By 1, so it stays: pos_weight multiplies what a yes costs, and leaves a no alone.")
    return Question(asked, TIMES if yes else 1.0, reason)


def balance(given: Binary) -> Message:
    """How much the sides weigh now."""
    yes, no = given.sides
    return Message(
        "With pos_weight={weight}, the yes side weighs {yes}, and the no side {no}.",
        weight=show(given.pos_weight),
        yes=show(given.pos_weight * yes),
        no=show(no),
    )


# Sigmoid first


@dataclass(frozen=True, eq=False)
class Both:
    """In float32, of every number, all (N,): its sigmoid; term and gradient by two calls; and by one."""

    sigmoid: Tensor
    naive: Tensor
    naive_gradient: Tensor
    safe: Tensor
    safe_gradient: Tensor

    @property
    def lost(self) -> Tensor:
        """(N,): where two calls give another term, to a thousandth."""
        return ~torch.isclose(self.naive, self.safe, rtol=1e-3, atol=1e-3)


def both(logits: Sequence[float], target: Sequence[float]) -> Both:
    """Sigmoid and binary_cross_entropy, and binary_cross_entropy_with_logits."""
    one, other = (torch.tensor(logits, dtype=torch.float32, requires_grad=True) for _ in range(2))
    meant = torch.tensor(target, dtype=torch.float32)
    sigmoid = one.sigmoid()
    naive = F.binary_cross_entropy(sigmoid, meant, reduction="none")
    safe = F.binary_cross_entropy_with_logits(other, meant, reduction="none")
    (slope,) = torch.autograd.grad(naive.sum(), one)
    (safe_slope,) = torch.autograd.grad(safe.sum(), other)
    return Both(sigmoid.detach(), naive.detach(), slope, safe.detach(), safe_slope)


def ask_sure() -> Question:
    """What two calls make of a net that is sure and wrong."""
    made = both([SURE], [1.0])
    return Question(
        Message(
            "A yes gets the logit {logit}, in float32. The loss is {safe}. What does "
            "F.binary_cross_entropy(torch.sigmoid(z), y) make of it? (to 1)",
            logit=show(SURE),
            safe=show(made.safe.item()),
        ),
        made.naive.item(),
        Message(
            "{naive}. The sigmoid is too small for a float32 and becomes 0, whose log is -∞; torch cuts it "
            "off at -100, and says nothing. Worse, the gradient is {gradient}: from its largest mistake "
            "the net learns nothing. with_logits has {right}.",
            naive=show(made.naive.item()),
            gradient=show(made.naive_gradient.item()),
            right=show(made.safe_gradient.item()),
        ),
        tolerance=1.0,
    )


NAIVE = """\
import torch
import torch.nn.functional as F

logits = torch.tensor({logits})  # float32
target = torch.tensor({target})

naive = F.binary_cross_entropy(torch.sigmoid(logits), target, reduction="none")
safe = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
print(naive, safe, sep="\\n")
"""


def naive_program(given: Binary) -> str:
    return NAIVE.format(logits=list(given.logits), target=list(given.target))
