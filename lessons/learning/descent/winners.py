"""From which starts which optimizer is there first: a map of a surface, a race at every place of it."""

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d, pad

from lessons.core.plane import Axis
from lessons.learning.descent.race import Inputs, finish
from lessons.learning.descent.surfaces import Surface
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

    def widest(self, number: int) -> tuple[int, int, int]:
        """Row and column in the middle of its widest area, and how many fields wide that is to all sides: 0
        where it has none."""
        left, core, wide = self.winners == number, None, 0
        while left.any():
            core, wide = left.nonzero(), wide + 1
            # A field stays where all of those around it are there, too.
            around = pad((~left).double()[None], (1, 1, 1, 1), value=1.0)
            left = max_pool2d(around, 3, 1)[0] == 0
        if core is None:
            return 0, 0, 0
        row, column = core[(core - core.double().mean(0)).abs().sum(1).argmin()].tolist()
        return row, column, wide


def starts(axis: Axis) -> Tensor:
    """(SIDE,), the middles of the fields along an axis."""
    step = (axis.high - axis.low) / SIDE
    return axis.low + step * (torch.arange(SIDE, dtype=torch.float64) + 0.5)


def rates(inputs: Inputs) -> tuple[float, ...]:
    """Of every optimizer, all over the map; by their best rates those from the usual start are meant."""
    return replace(inputs, start=None).rates


def survey(inputs: Inputs) -> Map:
    """Everyone from every start."""
    return _survey(inputs.ground, inputs.optimizers, rates(inputs), inputs.limit)


@lru_cache(maxsize=8)
def _survey(over: Surface, optimizers: tuple[str, ...], rates: tuple[float, ...], limit: int) -> Map:
    y, x = (each.flatten() for each in torch.meshgrid(starts(over.y), starts(over.x), indexing="ij"))
    runs = [
        finish(OPTIMIZERS[slug], over, x, y, lr, limit) for slug, lr in zip(optimizers, rates, strict=True)
    ]
    steps = torch.stack([run.arrived for run in runs])
    heights = torch.stack([run.heights for run in runs])
    first = steps.min(0).values
    # Of several that are there at the same step the lowest wins.
    winners = heights.where(steps == first, torch.inf).argmin(0)
    winners[(first == 0) | (first > limit)] = NOBODY
    return Map(winners.view(SIDE, SIDE))
