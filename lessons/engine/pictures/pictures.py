"""One type for every set of pictures, wherever it came from."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """Pictures with their labels.

    images: uint8 (N, C, H, W); labels: int64 (N,), each an index into ``Pictures.classes``.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Pictures:
    """A named set of labelled pictures, split into what a net learns from and what it is tested on."""

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one picture."""
        channels, height, width = self.train.images.shape[1:]
        return channels, height, width
