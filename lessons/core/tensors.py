"""Numbers that a learner typed, and numbers drawn at random, as torch computes with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
from torch import Tensor

_generator = Lock()  # torch has one for all threads


def tensor(numbers: Any) -> Tensor:
    """Nested numbers in float64."""
    return torch.tensor(numbers, dtype=torch.float64)


@contextmanager
def drawing(seed: int) -> Iterator[None]:
    """What is drawn here follows from the seed alone, and disturbs nobody who draws elsewhere."""
    with _generator, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """For what is so small that several threads would mostly wait for each other."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)
