"""How pictures become the numbers that a net takes: the same way when it learns and when it is used."""

import math
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as F

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.pictures.pictures import Split

HALF = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Preparation:
    """resize: pixels of the shorter side; crop: (height, width) of what is taken from the middle then;
    channels: 3, or 1 for grey; mean, std: of each channel, subtracted and divided by; interpolation:
    torchvision's name for how pixels in between are found."""

    resize: int
    crop: tuple[int, int]
    channels: int = 3
    mean: tuple[float, ...] = HALF
    std: tuple[float, ...] = HALF
    interpolation: str = "bilinear"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of what the net takes."""
        return (self.channels, *self.crop)

    def steps(self) -> list[v2.Transform]:
        """From a picture to a float32 tensor of ``shape``, as torchvision's transforms, one after another."""
        return [
            v2.Grayscale() if self.channels == 1 else v2.RGB(),
            v2.Resize(self.resize, InterpolationMode(self.interpolation), antialias=True),
            v2.CenterCrop(self.crop),
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(self.mean[: self.channels], self.std[: self.channels]),
        ]

    def prepare(self, picture: Image.Image) -> Tensor:
        """float32 of ``shape``."""
        made: Tensor = v2.Compose(self.steps())(picture)
        return made.as_subclass(Tensor)

    def fit(self, split: Split) -> Split:
        """With pictures resized and cropped: uint8 (N, *shape). LessonError where these are too many."""
        images = split.images
        if images.shape[1:] == self.shape:
            return split
        self.require_room(len(split))
        if images.shape[1] < self.channels:
            images = F.grayscale_to_rgb(images)
        images = F.resize(images, [self.resize], InterpolationMode(self.interpolation), antialias=True)
        return Split(F.center_crop(images, list(self.crop)), split.labels)

    def require_room(self, count: int) -> None:
        """LessonError where so many prepared pictures would take too much memory."""
        size = count * math.prod(self.shape)
        if size > limits.FOLDER_TENSOR_BYTES:
            raise LessonError(
                "{count} {count:picture|pictures} of {height} x {width} would take {size} MB of "
                "memory; up to {most} MB are allowed: use fewer pictures.",
                count=count,
                height=self.crop[0],
                width=self.crop[1],
                size=size // limits.MEGABYTE,
                most=limits.FOLDER_TENSOR_BYTES // limits.MEGABYTE,
            )

    def scale(self, images: Tensor) -> Tensor:
        """What ``fit`` gives, as the net takes it: float32."""
        return scale(images) if self.halves else normalise(images, self.mean, self.std)

    @property
    def halves(self) -> bool:
        """Whether numbers come to lie between -1 and 1."""
        return (self.mean, self.std) == (HALF, HALF)


def scale(images: Tensor) -> Tensor:
    """uint8 0..255 to float32 -1..1, with a pixel's channels side by side: the layout convolutions like."""
    images = images.to(torch.float32, memory_format=torch.channels_last)
    return images.div_(255).sub_(0.5).div_(0.5)


def normalise(images: Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """uint8 0..255 to float32 0..1, less the mean of each channel, by its standard deviation."""
    images = images.to(torch.float32, memory_format=torch.channels_last).div_(255)
    means, stds = torch.tensor([mean, std], device=images.device)[:, :, None, None]
    return images.sub_(means).div_(stds)
