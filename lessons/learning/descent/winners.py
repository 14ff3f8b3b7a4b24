"""From which starts which optimizer is there first: a map of a surface, a race at every place of it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.core.plane import Axis
from lessons.learning.descent.race import Inputs, finish
from lessons.learning.optimizers import OPTIMIZERS

SIDE = 40  # starts along either axis
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Map:
    """winners: (SIDE, SIDE), upward and then along x, the number of the optimizer that is there first from a
    start in the middle of each field, counted from 0; NOBODY where none is, or all are there already.
    """

    winners: Tensor

    def share(self, number: int) -> float:
        """Of all starts."""
        return float((self.winners == number).double().mean())


def starts(axis: Axis) -> Tensor:
    """(SIDE,), the middles of the fields along an axis."""
    step = (axis.high - axis.low) / SIDE
    return axis.low + step * (torch.arange(SIDE, dtype=torch.float64) + 0.5)


def survey(inputs: Inputs) -> Map:
    """Everyone from every start; the rates are those of the race."""
    over = inputs.ground
    y, x = (each.flatten() for each in torch.meshgrid(starts(over.y), starts(over.x), indexing="ij"))
    runs = [
        finish(OPTIMIZERS[slug], over, x, y, lr, inputs.limit)
        for slug, lr in zip(inputs.optimizers, inputs.rates, strict=True)
    ]
    steps, heights = (
        torch.stack(each) for each in zip(*((run.steps, run.heights) for run in runs), strict=True)
    )
    first = steps.min(0).values
    # Of several at the same step the lowest wins.
    winners = heights.where(steps == first, torch.inf).argmin(0)
    winners[(first == 0) | (first > inputs.limit)] = NOBODY
    return Map(winners.view(SIDE, SIDE))
