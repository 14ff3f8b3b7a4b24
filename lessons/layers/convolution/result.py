"""What a convolution comes to: every number in between, and how the padding is made."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.layers.convolution.inputs import Inputs
from lessons.layers.windows import Walk


@dataclass(frozen=True, eq=False)
class Result(Walk):
    """windows: (R, S, C, kh, kw), what each sees of every channel. products: (O, R, S, C/groups, kh, kw)."""

    windows: Tensor
    products: Tensor


@dataclass(frozen=True, eq=False)
class Gradients:
    """forward: the convolution. Each gradient is shaped like what it belongs to."""

    forward: Result
    output: Tensor
    image: Tensor
    weight: Tensor
    bias: Tensor


def pad(image: Tensor, inputs: Inputs, zero: float = 0.0) -> Tensor:
    """(C, H, W) to (C, H', W'): around the image zeros, or copies of its own numbers."""
    top, bottom, left, right = inputs.ring
    if inputs.padding_mode == "zeros":
        return F.pad(image, (left, right, top, bottom), value=zero)
    return F.pad(image, (left, right, top, bottom), mode=inputs.padding_mode)


def origins(inputs: Inputs) -> Tensor:
    """(H', W'): for every padded cell the flat cell of the image whose number stands there; -1 for a zero."""
    height, width = inputs.image_size
    cells = torch.arange(height * width, dtype=torch.float64).reshape(1, height, width)
    return pad(cells, inputs, zero=-1.0)[0].long()


def copies(inputs: Inputs) -> dict[int, list[int]]:
    """Padded cells, each with the cells of the ring that copy it; under -1 those that are zeros."""
    top, _, left, _ = inputs.ring
    _, columns = inputs.sides
    found: dict[int, list[int]] = {}
    for cell, origin in enumerate(origins(inputs).flatten().tolist()):
        row, column = divmod(origin, columns.size)
        home = -1 if origin < 0 else (row + top) * columns.padded + column + left
        if home != cell:
            found.setdefault(home, []).append(cell)
    return found
