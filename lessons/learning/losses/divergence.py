"""Kullback-Leibler divergence: what it costs to expect q where p is true."""

from collections.abc import Iterator
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from lessons.core import style
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.program import Program
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.learning.losses.distances import Words
from lessons.learning.losses.inputs import require_probabilities, require_table

WARNING = (
    "reduction: 'mean' divides the total loss by both the batch size and the support size."
    "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
)  # torch's own words, and how they begin


@dataclass(frozen=True)
class Divergence:
    """p, q: (N, C), rows that sum to 1: what is true of N samples, and what a net says of them. LessonError
    tells why they cannot be used."""

    p: Matrix = ((0.7, 0.2, 0.1), (0.2, 0.5, 0.3))
    q: Matrix = ((0.5, 0.3, 0.2), (0.3, 0.4, 0.3))

    def __post_init__(self) -> None:
        for rows in (self.p, self.q):
            require_table(rows)
        require_probabilities(Message("targets"), self.p)
        require_probabilities(Message("probabilities"), self.q)
        if self.shape != (len(self.q), len(self.q[0])):
            raise LessonError(
                "p has the shape {p}, and q {q}; they must be the same.",
                p=str(self.shape),
                q=str((len(self.q), len(self.q[0]))),
            )
        for sample, classes in enumerate(zip(self.p, self.q, strict=True), start=1):
            for number, pair in enumerate(zip(*classes, strict=True)):
                if pair == (0, 0):
                    raise LessonError(
                        "Sample {sample}, class {number}: p and q are both 0. On paper that adds 0, but "
                        "torch makes nan of 0 × log 0. Give q a little there.",
                        sample=sample,
                        number=number,
                    )

    @property
    def shape(self) -> tuple[int, int]:
        """(N, C)."""
        return len(self.p), len(self.p[0])

    @property
    def terms(self) -> Tensor:
        """(N, C): p (log p - log q)."""
        return terms(tensor(self.p), tensor(self.q))

    @property
    def divisors(self) -> dict[str, int]:
        """What each reduction divides the sum of the terms by."""
        samples, classes = self.shape
        return {"sum": 1, "batchmean": samples, "mean": samples * classes}

    @property
    def losses(self) -> dict[str, float]:
        """By reduction."""
        total = self.terms.sum().item()
        return {reduction: total / divisor for reduction, divisor in self.divisors.items()}

    @property
    def infinite(self) -> list[tuple[int, int]]:
        """The samples and classes, from 0, that q rules out and p does not."""
        return [(sample, number) for sample, number in self.terms.isinf().nonzero().tolist()]


def terms(p: Tensor, q: Tensor) -> Tensor:
    """p (log p - log q) of every cell. What never happens costs nothing: 0 log 0 is 0, as its limit.

    >>> terms(tensor([0.5, 0.5, 0.0]), tensor([0.5, 0.25, 0.25]))
    tensor([0.0000, 0.3466, 0.0000], dtype=torch.float64)
    """
    return torch.where(p == 0, 0.0, p * (p.log() - q.log()))


@dataclass(frozen=True, eq=False)
class Parts:
    """Of every sample, all (N,): the entropy of p, the divergence of q from p, the cross-entropy, and the
    divergence the other way round."""

    entropy: Tensor
    divergence: Tensor
    cross_entropy: Tensor
    reverse: Tensor


def parts(given: Divergence) -> Parts:
    p, q = tensor(given.p), tensor(given.q)
    one = torch.ones_like(p)
    return Parts(
        -terms(p, one).sum(dim=1),
        terms(p, q).sum(dim=1),
        -torch.where(p == 0, 0.0, p * q.log()).sum(dim=1),
        terms(q, p).sum(dim=1),
    )


def snippet(given: Divergence) -> str:
    """The same in torch: the three reductions, and cross-entropy less entropy."""
    program = Program().tensor("p", given.p, "samples x classes").tensor("q", given.q)
    return str(
        program.line(
            "",
            'total = F.kl_div(q.log(), p, reduction="sum")',
            'batchmean = F.kl_div(q.log(), p, reduction="batchmean")',
            'mean = F.kl_div(q.log(), p, reduction="mean")  # warns',
            "",
            "cross_entropy = -(p * q.log()).sum() / len(p)  # F.cross_entropy(q.log(), p)",
            "entropy = -torch.xlogy(p, p).sum() / len(p)",
        ).show("total", "batchmean", "mean", "cross_entropy - entropy")
    )


# What the bars show


def bars(given: Divergence, sample: int, translate: Words = str) -> go.Figure:
    """p, q and the terms of one sample. An infinite term has no bar."""
    own = given.terms[sample]
    heights = [value if finite else None for value, finite in zip(own.tolist(), own.isfinite(), strict=True)]
    chart = go.Figure(layout=style.layout(280, xaxis_title=translate("class"), barmode="group"))
    for name, values, colour in (
        ("p", given.p[sample], style.POSITIVE),
        ("q", given.q[sample], style.NEGATIVE),
        (translate("term"), heights, style.HERE),
    ):
        chart.add_bar(x=list(range(len(values))), y=values, name=name, marker={"color": colour})
    return chart.update_xaxes(dtick=1)


def sentences(given: Divergence, sample: int) -> Iterator[Message]:
    """What the bars show."""
    own, p, q = given.terms[sample], given.p[sample], given.q[sample]
    if p == q:
        yield Message("Of sample {sample} q is p: every term is 0.", sample=sample + 1)
        return
    most = int(own.argmax())
    yield Message(
        "Of sample {sample} the dearest class is {number}, with {term}: p is {p} there, and q {q}. Where q "
        "is above p a term is below 0; together they are {total}, and together never below 0.",
        sample=sample + 1,
        number=most,
        term=show(own[most].item()),
        p=show(p[most]),
        q=show(q[most]),
        total=show(own.sum().item()),
    )
    if 0 in p:
        yield Message("Where p is 0 the term is 0, too: 0 log 0 counts as 0.")


def explain_infinite(sample: int, number: int) -> Message:
    return Message(
        "Sample {sample}, class {number}: p is above 0, and q is 0. The log of 0 is -∞, so the loss is ∞: a "
        "net must never rule out what happens. The log_softmax of logits is never -∞.",
        sample=sample + 1,
        number=number,
    )


# Questions


def ask_divisor(given: Divergence) -> Question:
    """Why mean is not batchmean."""
    samples, classes = given.shape
    return Question(
        Message(
            "F.kl_div is given {samples} {samples:sample|samples} of {classes} classes. What does it divide "
            'the sum of the terms by, with its default reduction="mean"?',
            samples=samples,
            classes=classes,
        ),
        samples * classes,
        Message(
            "By {all}: mean counts every term, {samples} × {classes}. But the divergence of a sample is its "
            "whole row, and the mean of the samples is the sum divided by {samples}. That is batchmean.",
            all=samples * classes,
            samples=samples,
            classes=classes,
        ),
    )


# A log that is missing


def without_log(p: Matrix, q: Matrix) -> float:
    """What F.kl_div makes of q itself, batchmean: the sum of p log p - p q, over N."""
    one, other = tensor(p), tensor(q)
    return (torch.xlogy(one, one) - one * other).sum().item() / len(p)


def ask_without_log(given: Divergence) -> Question:
    """What a perfect net gets."""
    value = without_log(given.p, given.p)
    return Question(
        Message("A net is perfect: q is p. Who forgets the log and calls F.kl_div(q, p) gets a loss that is"),
        2,
        Message(
            "Below 0: {value}, and not 0. F.kl_div takes the logs of q. Of q itself it makes "
            "p log p - p q, and neither part is ever above 0. Nothing complains.",
            value=show(value),
        ),
        choices=(Message("above 0"), Message("exactly 0"), Message("below 0")),
    )


NAIVE = """\
import torch
import torch.nn.functional as F

p = torch.tensor({p}, dtype=torch.float64)
q = torch.tensor({q}, dtype=torch.float64)

wrong = F.kl_div(q, p, reduction="batchmean")
right = F.kl_div(q.log(), p, reduction="batchmean")
print(wrong, right)
"""


def naive_program(given: Divergence) -> str:
    return NAIVE.format(p=list(map(list, given.p)), q=list(map(list, given.q)))
