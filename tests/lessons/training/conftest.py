from collections.abc import Callable

import pytest
import torch

from lessons.data.pictures import Pictures, Split


@pytest.fixture
def noise() -> Callable[..., Pictures]:
    """Makes small sets of random pictures with random labels."""

    def make(train: int = 60, test: int = 20, shape: tuple[int, int, int] = (3, 12, 12)) -> Pictures:
        generator = torch.Generator().manual_seed(0)

        def split(count: int) -> Split:
            return Split(
                torch.randint(256, (count, *shape), generator=generator, dtype=torch.uint8),
                torch.randint(3, (count,), generator=generator),
            )

        return Pictures("Noise", ("red", "green", "blue"), split(train), split(test))

    return make
