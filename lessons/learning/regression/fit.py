"""SGD fits a line: every prediction, every residual, both gradients and every step, written out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import torch

from lessons.core.plane import Place, Places
from lessons.learning.optimizers import Memory, sgd
from lessons.learning.regression.inputs import MEAN, Inputs

FAR = 1e12  # a weight beyond it has left for good

Batch = tuple[int, ...]  # which points, counted from 0


@dataclass(frozen=True)
class Fit:
    """Where SGD went. A step may lead beyond FAR: it is the last one then.

    path: (w, b) at the start, and after every step. losses: of all points, there. velocities: of w and b,
    there; 0 at the start. batches: the points that each step looked at.
    """

    path: Places
    losses: tuple[float, ...]
    velocities: Places
    batches: tuple[Batch, ...]

    @property
    def steps(self) -> int:
        """How many were taken."""
        return len(self.batches)

    @property
    def diverged(self) -> bool:
        return _far(self.path[-1])


@lru_cache(maxsize=8)  # the page, its program and its check are about the same one
def run(inputs: Inputs) -> Fit:
    """As many steps as the inputs ask for, or until a weight is beyond FAR."""
    points, order = inputs.scaled, batches(inputs)
    move = partial(sgd, lr=inputs.lr, momentum=inputs.momentum, weight_decay=inputs.weight_decay)
    w, b = inputs.start
    # What momentum remembers, of each weight by itself.
    of_w: Memory = {}
    of_b: Memory = {}
    path, losses, velocities = [(w, b)], [loss(inputs, (w, b))], [(0.0, 0.0)]
    looked_at: list[Batch] = []
    while len(looked_at) < inputs.steps and not _far((w, b)):
        batch = next(order)
        slope_w, slope_b = gradient([points[each] for each in batch], (w, b), inputs.reduction)
        w, of_w = move(w, slope_w, of_w)
        b, of_b = move(b, slope_b, of_b)
        path.append((w, b))
        losses.append(loss(inputs, (w, b)))
        velocities.append((of_w.get("momentum_buffer", 0.0), of_b.get("momentum_buffer", 0.0)))
        looked_at.append(batch)
    return Fit(tuple(path), tuple(losses), tuple(velocities), tuple(looked_at))


def gradient(points: Sequence[Sequence[float]], place: Place, reduction: str) -> Place:
    """Of the loss of these points, by w and by b: how it changes with each."""
    w, b = place
    slope_w = slope_b = 0.0
    for x, y in points:
        # What the line says, less what is true.
        residual = w * x + b - y
        # A square changes by twice what is squared; and a residual by x with w, by 1 with b.
        slope_w += 2 * residual * x
        slope_b += 2 * residual
    if reduction == MEAN:
        return slope_w / len(points), slope_b / len(points)
    return slope_w, slope_b


def loss(inputs: Inputs, place: Place, batch: Batch | None = None) -> float:
    """Of all points, or of a batch: the squared residuals, reduced."""
    w, b = place
    points = inputs.scaled if batch is None else [inputs.scaled[each] for each in batch]
    total = 0.0
    for x, y in points:
        residual = w * x + b - y
        total += residual * residual
    return total / len(points) if inputs.reduction == MEAN else total


def batches(inputs: Inputs) -> Iterator[Batch]:
    """Without end: all points; or so many at a time, each epoch in another order, with what is left last."""
    count = len(inputs.points)
    everything = tuple(range(count))
    generator = torch.Generator().manual_seed(inputs.seed)
    while True:
        if inputs.batch is None:
            yield everything
            continue
        order = torch.randperm(count, generator=generator).tolist()
        for first in range(0, count, inputs.batch):
            yield tuple(order[first : first + inputs.batch])


def _far(place: Place) -> bool:
    return not all(math.isfinite(weight) and abs(weight) <= FAR for weight in place)


# As it is looked at

FRAMES = 1001  # that are played, of a long run: the first, the last, and some between


def frames(fit: Fit) -> tuple[int, ...]:
    """The steps that are shown, counted from 0, the start; evenly apart where they are too many."""
    apart = math.ceil(fit.steps / (FRAMES - 1)) or 1
    return (*range(0, fit.steps, apart), fit.steps)
