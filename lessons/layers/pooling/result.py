"""What a pooling comes to: every number in between, and which number of a window is the largest."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.layers.pooling.inputs import Inputs
from lessons.layers.windows import Walk

TIES_TOLD = 5


@dataclass(frozen=True, eq=False)
class Result(Walk):
    """Every number of a pooling; the ring is -inf for max and 0 for average.

    argmax: (C, R, S), where the first largest number stands in the flattened H x W, for max. divisors:
    (R, S), what each sum is divided by, for average.
    """

    argmax: Tensor | None
    divisors: Tensor | None


@dataclass(frozen=True, eq=False)
class Gradients:
    """forward: the pooling. output: (C, R, S); image: (C, H, W)."""

    forward: Result
    output: Tensor
    image: Tensor


def largest(
    inputs: Inputs, padded: Tensor, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]]
) -> tuple[Tensor, Tensor]:
    """(C, R, S) twice: the largest number of each window, and where its first one stands in the image.

    Of equal numbers that is the one that comes first in the rows, then in the columns.
    """
    across, column = _largest_along(padded, columns)  # (C, H', S): in every row, across each window
    down, row = _largest_along(across.mT, rows)  # (C, S, R): of those, down each window
    row = row.mT  # (C, R, S)
    above, left = inputs.ring
    return down.mT, (row - above) * inputs.shape[2] + column.gather(1, row) - left


def _largest_along(numbers: Tensor, windows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """numbers (..., n) to (..., windows) twice: the largest of each, and the place where it stands first."""
    found = [numbers[..., window].max(dim=-1) for window in windows]
    places = [torch.tensor(window)[each.indices] for window, each in zip(windows, found, strict=True)]
    return torch.stack([each.values for each in found], dim=-1), torch.stack(places, dim=-1)


def ties(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """Windows that hold their largest number more than once; no more than TIES_TOLD are told one by one."""
    if result.argmax is None:
        return ()
    backwards = ([window[::-1] for window in windows] for windows in (result.rows, result.columns))
    _, last = largest(inputs, result.padded, *backwards)
    tied = (last != result.argmax).nonzero().tolist()
    notes = [
        Message(
            "The window of output {output} holds its largest number, {value}, more than once: first at "
            "{first}, last at {last}. The gradient goes to the first.",
            output=result.cell(*cell),
            value=show(result.output[*cell].item()),
            first=cell_of_image(inputs, result, cell[0], int(result.argmax[*cell])),
            last=cell_of_image(inputs, result, cell[0], int(last[*cell])),
        )
        for cell in tied[:TIES_TOLD]
    ]
    if len(tied) > TIES_TOLD:
        notes.append(Message("Windows with a tie, all told: {count}.", count=len(tied)))
    return tuple(notes)


def cell_of_image(inputs: Inputs, result: Result, channel: int, cell: int) -> Message:
    return result.cell(channel, *divmod(cell, inputs.shape[2]))
