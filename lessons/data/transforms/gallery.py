"""Every transform at work on one picture, by family."""

from collections.abc import Iterator

import torch
from PIL import Image
from torchvision.transforms import v2

from lessons.core.tensors import drawing
from lessons.data.transforms.operations import BATCH, OPERATIONS
from lessons.data.transforms.steps import Step, seed_of, step
from lessons.data.transforms.strip import Tile, apply
from lessons.engine.pictures.samples import SAMPLES, sample
from lessons.engine.pictures.values import PIL

CLASSES = 3


def applied(family: str, picture: Image.Image, seed: int) -> Iterator[tuple[Step, Tile]]:
    """Each transform of a family with its usual settings, and what it makes. No coin is tossed: p is 1."""
    tensor = v2.functional.to_dtype(v2.functional.to_image(picture), torch.float32, scale=True)
    for name, operation in OPERATIONS.items():
        if operation.family == family != BATCH:
            shown = step(name, 1, p=1.0) if "p" in operation.settings else step(name, 1)
            value = picture if PIL in operation.takes else tensor
            yield shown, apply(shown, seed_of(shown, seed), Tile(value))


def mixed(name: str, picture: Image.Image, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """MixUp or CutMix on a batch of this picture and the samples: (n, 3, 64, 64), and (n, CLASSES) what each
    counts as then. The classes are the samples in their order; the last picture is of the first."""
    pictures = [*(sample(slug) for slug in SAMPLES), picture]
    batch = torch.stack(
        [
            v2.functional.to_dtype(v2.functional.to_image(each.resize((64, 64))), torch.float32, scale=True)
            for each in pictures
        ]
    )
    labels = torch.tensor([*range(CLASSES), 0])
    transform = getattr(v2, name)(num_classes=CLASSES)
    with drawing(seed):
        images, targets = transform(batch, labels)
    return images, targets
