"""Cross-entropy and its gradient, stage by stage. All is float64."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.core.tensors import tensor
from lessons.learning.losses.inputs import PROBABILITIES, TWICE, UNLOGGED, Inputs


@dataclass(frozen=True, eq=False)
class Result:
    """Every number of a cross-entropy of N samples and C classes.

    scores: (N, C), what the loss is given. Of them, for all calls but nll_loss: shifted (N, C), less the
    largest of each sample; powers (N, C); sums (N, 1); softmax (N, C); and logs (N, C), the log of softmax,
    which for nll_loss are the scores. counted: (N, C), how much each of these counts, target times weight.
    terms: (N,); divisor: what they are divided by, 1 for other reductions than mean. output: () or (N,).
    """

    scores: Tensor
    shifted: Tensor
    powers: Tensor
    sums: Tensor
    softmax: Tensor
    logs: Tensor
    counted: Tensor
    terms: Tensor
    divisor: float
    output: Tensor


def run(inputs: Inputs) -> Result:
    """Make shares of the scores, take their logs, pick those that are meant, and reduce."""
    scores = given_to_the_loss(inputs)

    # The largest becomes 0, so that exp cannot overflow. The shares stay the same.
    shifted = scores - scores.max(dim=1, keepdim=True).values
    powers = shifted.exp()
    sums = powers.sum(dim=1, keepdim=True)
    softmax = powers / sums
    # log(power / sum), written so that a tiny share does not become log(0).
    logs = scores if inputs.call == UNLOGGED else shifted - sums.log()

    weight = tensor(inputs.weight)
    meant = targets(inputs)
    counted = meant * weight
    terms = -_times(counted, logs).sum(dim=1)

    if inputs.reduction == "none":
        return Result(scores, shifted, powers, sums, softmax, logs, counted, terms, 1.0, terms)
    divisor = _divisor(inputs, weight) if inputs.reduction == "mean" else 1.0
    output = terms.sum() / divisor if divisor else tensor(math.nan)  # 0 / 0, where nothing counts
    return Result(scores, shifted, powers, sums, softmax, logs, counted, terms, divisor, output)


def given_to_the_loss(inputs: Inputs) -> Tensor:
    """(N, C): cross_entropy wants logits; of probabilities these are the logs."""
    numbers = tensor(inputs.numbers) / inputs.divided
    if inputs.given == PROBABILITIES:
        return numbers if inputs.call in (TWICE, UNLOGGED) else numbers.log()
    return numbers.softmax(dim=1) if inputs.call in (TWICE, UNLOGGED) else numbers


def targets(inputs: Inputs) -> Tensor:
    """(N, C): how much each class is meant. Of label_smoothing a part is shared out among all classes."""
    samples, classes = inputs.shape
    if inputs.soft:
        meant = tensor(inputs.target)
    else:
        meant = torch.zeros(samples, classes, dtype=torch.float64)
        for sample, target in enumerate(inputs.classes):
            if inputs.counts(sample):
                meant[sample, target] = 1.0
    smooth = inputs.label_smoothing
    counts = tensor([[float(inputs.counts(sample))] for sample in range(samples)])
    return meant * (1 - smooth) + counts * smooth / classes


def _times(counted: Tensor, logs: Tensor) -> Tensor:
    """A class that does not count adds nothing, even if its log is -inf."""
    return torch.where(counted == 0, 0.0, counted * logs)


def _divisor(inputs: Inputs, weight: Tensor) -> float:
    """Of the mean: the weights of the targets; for targets that are numbers for every class, the samples."""
    samples, _classes = inputs.shape
    if inputs.soft:
        return float(samples)
    counted = [target for sample, target in enumerate(inputs.classes) if inputs.counts(sample)]
    return float(weight[0, counted].sum())


# Backward


@dataclass(frozen=True, eq=False)
class Gradients:
    """forward: the cross-entropy. on_scores: (N, C), on what the loss was given; numbers: (N, C), on what the
    learner typed."""

    forward: Result
    on_scores: Tensor
    numbers: Tensor


def backward(inputs: Inputs) -> Gradients:
    """The gradient of the sum of the output.

    On a score of cross_entropy it is softmax, times all that counts of the sample, less what counts of the
    class: all over the divisor.
    """
    forward = run(inputs)
    counted = forward.counted
    if inputs.call == UNLOGGED:
        on_scores = -counted / forward.divisor
    else:
        on_scores = (forward.softmax * counted.sum(dim=1, keepdim=True) - counted) / forward.divisor
    if inputs.given == PROBABILITIES:
        # The scores are the numbers, or their logs, whose slope is 1 / number.
        numbers = on_scores if inputs.call in (TWICE, UNLOGGED) else on_scores / tensor(inputs.numbers)
    elif inputs.call in (TWICE, UNLOGGED):
        # Through the softmax that comes before: every score was made of all numbers of the sample.
        shares = forward.scores
        numbers = shares * (on_scores - (shares * on_scores).sum(dim=1, keepdim=True)) / inputs.divided
    else:
        numbers = on_scores / inputs.divided
    return Gradients(forward, on_scores, numbers)
