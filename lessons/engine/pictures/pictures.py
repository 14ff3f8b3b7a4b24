"""One type for every set of pictures, wherever it came from."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def mark(self) -> str:
        """64 hexadecimal digits that another class, pixel, label or order changes; the name does not matter.

        The 60,000 pictures of CIFAR-10 take a tenth of a second, once.
        """
        tensors = [each for split in (self.train, self.test) for each in (split.images, split.labels)]
        digest = hashlib.sha256(json.dumps([self.classes, [each.shape for each in tensors]]).encode())
        for each in tensors:
            digest.update(each.contiguous().numpy().data)
        return digest.hexdigest()
