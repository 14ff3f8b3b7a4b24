"""A picture made smaller: what becomes of its shape, and how far pictures and tensors differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.data.transforms.questions import smaller
from lessons.data.transforms.steps import Step, step, strip
from lessons.data.transforms.strip import walk
from lessons.engine.pictures.values import Value, numbers


def sizes(picture: Image.Image) -> list[int]:
    """What it can be made smaller to, the smallest first."""
    return smaller(*picture.size)[::-1]


@dataclass(frozen=True)
class Way:
    """Steps, and what they make of the picture. value: a PIL picture or a tensor."""

    steps: tuple[Step, ...]
    value: Value

    @property
    def code(self) -> str:
        return ", ".join(each.code().removeprefix("v2.") for each in self.steps)


def _way(picture: Image.Image, *steps: Step) -> Way:
    return Way(steps, walk(picture, strip(*steps), 0)[-1].value)


# One size, or two


def shapes(picture: Image.Image, size: int) -> tuple[Way, Way, Way]:
    """One number, two numbers, and one number with a crop behind it."""
    one, two = step("Resize", size=size), step("Resize", size=(size, size))
    return (
        _way(picture, one),
        _way(picture, two),
        _way(picture, one, step("CenterCrop", size=size)),
    )


def ask_shape(width: int, height: int, size: int, made: Sequence[Way]) -> Question | None:
    """How large Resize makes a picture of this size. made: its ``shapes``; None where they are the same."""
    kept, squashed, _cropped = (way.value.size for way in made)
    if kept == squashed:
        return None
    longer, shorter = max(width, height), min(width, height)
    less = max(1, size * shorter // longer)
    within = (size, less) if width > height else (less, size)  # what would hold it all in a square
    sides = sorted({kept, squashed, within})
    return Question(
        Message(
            "The picture is {width} x {height}. How large does Resize(size={size}) make it?",
            width=width,
            height=height,
            size=size,
        ),
        sides.index(kept),
        Message(
            "One number is the length of the shorter side, and the shape stays. Two numbers are height and "
            "width: the picture is squashed. CenterCrop behind Resize makes a square, too, but cuts off "
            "what is over."
        ),
        choices=tuple(Message("{width} x {height}", width=side[0], height=side[1]) for side in sides),
        about="shape",
    )


# Pictures and tensors


@dataclass(frozen=True)
class Compared(Way):
    """largest, mean: how far its bytes are from those of the PIL picture; difference: (height, width), the
    largest over the channels, 0 to 1 of ``largest``."""

    largest: float
    mean: float
    difference: np.ndarray


def compared(picture: Image.Image, size: int) -> tuple[Way, tuple[Compared, ...]]:
    """Made smaller as a PIL picture; and as a tensor of bytes, of floats, and of bytes without antialias."""
    first = _way(picture, step("Resize", size=size))
    to_image, to_dtype = step("ToImage"), step("ToDtype")
    plain = step("Resize", size=size, antialias=False)
    tensors = ((to_image, first.steps[0]), (to_image, to_dtype, first.steps[0]), (to_image, plain))
    return first, tuple(_compared(_way(picture, *steps), first) for steps in tensors)


def _compared(way: Way, first: Way) -> Compared:
    difference = np.abs(_bytes(way.value) - _bytes(first.value))
    largest = float(difference.max())
    shares = difference.max(axis=0) / (largest or 1.0)
    return Compared(way.steps, way.value, largest, float(difference.mean()), shares)


def _bytes(value: Value) -> np.ndarray:
    """(channels, height, width), 0 to 255, not rounded."""
    array = numbers(value)
    return array.astype(np.float64) * (1 if array.dtype == np.uint8 else 255)


def ask_furthest(ways: Sequence[Compared]) -> Question | None:
    """Which of these tensors is furthest from the picture; None where none is more than a rounding away."""
    largest = [way.largest for way in ways]
    if max(largest) <= 1:
        return None
    return Question(
        Message("Which of these gives other numbers than the PIL picture, by far?"),
        largest.index(max(largest)),
        Message(
            "The largest differences are {bytes}, {floats} and {plain}, where 255 is white. antialias "
            "averages over all pixels that fall into one. Without it only the nearest few are looked at, "
            "and fine lines break. PIL always does it; for tensors it is on unless you turn it off.",
            bytes=show(largest[0]),
            floats=show(largest[1]),
            plain=show(largest[2]),
        ),
        choices=tuple(Message("{code}", code=way.code) for way in ways),
        about="furthest",
    )


def program(size: int) -> str:
    """The comparison, on picture.png."""
    return f"""\
import torch
from PIL import Image
from torchvision.transforms import v2

picture = Image.open("picture.png").convert("RGB")
tensor = v2.functional.to_image(picture)
floats = v2.functional.to_dtype(tensor, torch.float32, scale=True)

pil = v2.functional.to_image(v2.Resize({size})(picture)).float()
ways = [
    v2.Resize({size})(tensor),
    v2.Resize({size})(floats) * 255,
    v2.Resize({size}, antialias=False)(tensor),
]
for way in ways:
    difference = (way - pil).abs()
    print(difference.max(), difference.mean())
"""
