"""A small net, and files of it in every format that is read."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

Written = Callable[[Mapping[str, Tensor], Path], object]

FORMATS: dict[str, Written] = {
    "zip": lambda weights, file: torch.save(weights, file),
    "before torch 1.6": lambda weights, file: torch.save(weights, file, _use_new_zipfile_serialization=False),
    "safetensors": lambda weights, file: save_file(dict(weights), file),
}


class Call:
    """Pickled, it is a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.fixture(scope="session")
def net() -> nn.Sequential:
    """It has everything that a file can hold: weights, running statistics, a count of batches."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))


@pytest.fixture(scope="session")
def files(net: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Its weights by format, all in files of the same ending: what counts is in them."""
    folder = tmp_path_factory.mktemp("weights")
    for name, written in FORMATS.items():
        written(net.state_dict(), folder / f"{name}.pth")
    return {name: folder / f"{name}.pth" for name in FORMATS}
