"""Numbers that a learner typed, as torch computes with them."""

from typing import Any

import torch
from torch import Tensor


def tensor(numbers: Any) -> Tensor:
    """Nested numbers in float64."""
    return torch.tensor(numbers, dtype=torch.float64)
