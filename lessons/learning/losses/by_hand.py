"""The shares that a net gives to classes, set by hand: what they cost, and which numbers make them."""

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from lessons.core.matrix import Matrix
from lessons.core.numbers import show, term
from lessons.core.tensors import tensor
from lessons.learning.losses.entropy import Result
from lessons.learning.losses.inputs import PROBABILITIES, RIGHT, TWICE, UNLOGGED, Inputs

COSTS = {RIGHT: "-log p", TWICE: "-log softmax(p)", UNLOGGED: "-p"}  # what a class that is meant costs
DIGITS = 9  # of a logit: far more than are shown of its share


def shares(inputs: Inputs) -> Tensor:
    """(N, C): the probabilities, or what softmax makes of the logits."""
    numbers = tensor(inputs.numbers)
    return numbers if inputs.given == PROBABILITIES else (numbers / inputs.divided).softmax(dim=1)


def with_shares(inputs: Inputs, changed: Mapping[int, Sequence[float]]) -> Matrix:
    """The numbers with these shares for some samples, as logits their logs, the largest at 0.

    A share of 0 cannot be a logit: ValueError.
    """
    return tuple(
        _numbers(inputs, changed[sample]) if sample in changed else row
        for sample, row in enumerate(inputs.numbers)
    )


def _numbers(inputs: Inputs, wanted: Sequence[float]) -> tuple[float, ...]:
    if inputs.given == PROBABILITIES:
        return tuple(wanted)
    largest = max(wanted)
    return tuple(inputs.divided * round(math.log(share / largest), DIGITS) for share in wanted)


def cost(inputs: Inputs, result: Result, sample: int) -> str | None:
    """What the term of a sample is, as text; None where it is none, or a sum of several."""
    counted = [each for each in result.counted[sample].tolist() if each]
    if len(counted) != 1:
        return None
    name, times = COSTS[inputs.call], counted[0]
    return name if times == 1 else f"{show(times)}×{term(name)}"
