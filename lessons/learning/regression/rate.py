"""How steep the valley of the loss is, along it and across: which rates hold, and where SGD comes to rest."""

import math
from dataclasses import dataclass

from lessons.core.plane import Place
from lessons.learning.points import Moments, least_squares
from lessons.learning.regression.inputs import MEAN, Inputs


@dataclass(frozen=True)
class Curvature:
    """Of the loss over (w, b): the matrix [[ww, wb], [wb, bb]] of its second derivatives."""

    ww: float
    wb: float
    bb: float

    @classmethod
    def of(cls, inputs: Inputs, weight_decay: float = 0.0) -> "Curvature":
        """weight_decay adds as much in every direction."""
        means = Moments.of(inputs.scaled)
        times = 2.0 if inputs.reduction == MEAN else 2.0 * means.count
        return cls(times * means.xx + weight_decay, times * means.x, times + weight_decay)

    @property
    def most(self) -> float:
        """Across the valley: the larger eigenvalue."""
        return (self.ww + self.bb + math.hypot(self.ww - self.bb, 2 * self.wb)) / 2

    @property
    def least(self) -> float:
        """Along the valley: the smaller eigenvalue. The two multiply to the determinant."""
        return max(0.0, self.ww * self.bb - self.wb**2) / self.most

    @property
    def kappa(self) -> float:
        """How many times steeper it is across than along; 1 for a round bowl."""
        return self.most / self.least if self.least > 1e-12 * self.most else math.inf


def limit(inputs: Inputs) -> float:
    """The learning rate beyond which SGD with all points diverges: 2 (1 + momentum) / the most curvature."""
    return 2 * (1 + inputs.momentum) / Curvature.of(inputs, inputs.weight_decay).most


def rest(inputs: Inputs) -> Place:
    """Where SGD with all points comes to rest: least squares, drawn towards 0 by weight decay."""
    known, means = Curvature.of(inputs, inputs.weight_decay), Moments.of(inputs.scaled)
    if not inputs.weight_decay:
        return least_squares(inputs.scaled)
    times = 2.0 if inputs.reduction == MEAN else 2.0 * means.count
    w, b = times * means.xy, times * means.y
    below = known.ww * known.bb - known.wb**2
    return (known.bb * w - known.wb * b) / below, (known.ww * b - known.wb * w) / below
