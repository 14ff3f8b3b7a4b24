"""What tests draw: numbers of any size, matrices, pairs."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from lessons.core.matrix import Stack

SEEDS = st.integers(0, 2**32)
EXTREMES = (1e308, -1e308, 1e200, -1e200)  # what an address can hold
Pairs = st.SearchStrategy[tuple[int, int]]


def numbers(seed: int, *shape: int) -> Any:
    """Nested tuples of this shape. A seed is drawn, not every number: that is ten times as fast.

    An even seed gives a few whole numbers, so that many are equal; an odd one fractions of any size.
    """
    random = Random(seed)
    size = 10.0 ** (seed % 13 - 6)

    def nested(sides: tuple[int, ...]) -> Any:
        if not sides:
            return float(random.randint(-3, 4)) if seed % 2 == 0 else random.uniform(-size, size)
        return tuple(nested(sides[1:]) for _ in range(sides[0]))

    return nested(shape)


def stacks(channels: int, height: int, width: int) -> st.SearchStrategy[Stack]:
    return st.builds(numbers, SEEDS, st.just(channels), st.just(height), st.just(width))


def pairs(low: int, high: int) -> Pairs:
    """For height and width."""
    return st.tuples(st.integers(low, high), st.integers(low, high))
