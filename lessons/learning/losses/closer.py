"""A closer look at the same numbers: naive and safe arithmetic, two ways to one loss, dim, and what mean
divides by."""

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.learning.losses.entropy import given_to_the_loss, run, targets
from lessons.learning.losses.inputs import RIGHT, Inputs

# Naive and safe


@dataclass(frozen=True, eq=False)
class Naive:
    """-log of softmax as the formula says it, in one dtype: nothing is taken off first. All are (N, C). safe:
    the same by log-sum-exp."""

    powers: Tensor
    shares: Tensor
    logs: Tensor
    safe: Tensor

    @property
    def broken(self) -> Tensor:
        """(N, C): where the formula gives no finite number, and the safe way does."""
        return ~self.logs.isfinite() & self.safe.isfinite()


def naive(inputs: Inputs, dtype: torch.dtype) -> Naive:
    scores = given_to_the_loss(inputs).to(dtype)
    powers = scores.exp()
    shares = powers / powers.sum(dim=1, keepdim=True)
    return Naive(powers, shares, -shares.log(), -scores.log_softmax(dim=1))


def ask_largest(dtype: torch.dtype) -> Question:
    """Which logit is too large for exp."""
    most = math.log(torch.finfo(dtype).max)
    name = str(dtype).removeprefix("torch.")
    return Question(
        Message("Up to which logit is exp(logit) still a {dtype}, and not infinite? (to 1)", dtype=name),
        most,
        Message(
            "Up to {most}: the largest {dtype} is {largest}, and that is its log. A net that says more is no "
            "rarity, and log-sum-exp does not mind.",
            most=show(most),
            dtype=name,
            largest=f"{torch.finfo(dtype).max:.3g}",
        ),
        tolerance=1.0,
    )


# Two ways to one loss


def both_ways(inputs: Inputs) -> tuple[float, float]:
    """cross_entropy, and nll_loss of log_softmax, of these classes and weights."""
    scores, weight = given_to_the_loss(replace(inputs, call=RIGHT)), tensor(inputs.weight)[0]
    target = torch.tensor(inputs.classes)
    ignored = -100 if inputs.ignore_index is None else inputs.ignore_index
    return (
        F.cross_entropy(scores, target, weight, ignore_index=ignored).item(),
        F.nll_loss(F.log_softmax(scores, dim=1), target, weight, ignore_index=ignored).item(),
    )


# dim


@dataclass(frozen=True, eq=False)
class Along:
    """softmax along one dim, (N, C), with what its rows (N,) and its columns (C,) sum to."""

    shares: Tensor
    rows: Tensor
    columns: Tensor


def along(inputs: Inputs, dim: int) -> Along:
    shares = given_to_the_loss(inputs).softmax(dim)
    return Along(shares, shares.sum(dim=1), shares.sum(dim=0))


def ask_dim(inputs: Inputs) -> Question:
    """What sums to 1 with dim=1."""
    samples, classes = inputs.shape
    return Question(
        Message(
            "softmax(dim=1) of {samples} {samples:row|rows} and {classes} columns: what sums to 1?",
            samples=samples,
            classes=classes,
        ),
        0,
        Message(
            "Each row. dim is the side that is summed over, and that disappears: dim=1 runs through the "
            "columns of a row. With dim=0 the samples would compete with each other."
        ),
        choices=(Message("each row"), Message("each column"), Message("all together")),
    )


# What mean divides by


def as_vectors(inputs: Inputs) -> Inputs:
    """The same classes as targets for every class; LessonError where one is ignored."""
    meant = targets(replace(inputs, label_smoothing=0.0))
    rows: Matrix = tuple(map(tuple, meant.tolist()))
    return replace(inputs, target=rows)


def ask_divisor(inputs: Inputs) -> Question | None:
    """By how much the loss changes with the way the same targets are written; None where it does not."""
    one, other = (run(replace(each, reduction="mean", call=RIGHT)) for each in (inputs, as_vectors(inputs)))
    if one.divisor in (0, other.divisor):
        return None
    return Question(
        Message(
            "As classes these targets give the loss {loss}. Written as vectors of zeros and a 1, what do "
            "they give? (to 0.01)",
            loss=show(one.output.item()),
        ),
        other.output.item(),
        Message(
            "{other}. The terms are the same, {total} together. For classes mean divides by the weights of "
            "the targets, {weights}; for vectors by the number of samples, {samples}.",
            other=show(other.output.item()),
            total=show(one.terms.sum().item()),
            weights=show(one.divisor),
            samples=show(other.divisor),
        ),
        tolerance=0.01,
    )
