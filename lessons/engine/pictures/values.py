"""What a value on its way looks like: its type, its numbers a channel, and a picture of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

PIL, BYTES, FLOATS = "PIL picture", "uint8 tensor", "float tensor"  # what a value can be on its way
BARS = 32

Value = Any  # a picture, a tensor, or a tuple of them


def kind(value: Value) -> str:
    """PIL, BYTES, FLOATS; another dtype by its name, and several pictures as such."""
    if isinstance(value, Image.Image):
        return PIL
    if isinstance(value, tuple):
        return "tuple"
    if value.is_floating_point():
        return FLOATS
    return BYTES if value.dtype == torch.uint8 else f"{str(value.dtype).removeprefix('torch.')} tensor"


def size_of(value: Value) -> tuple[int, int]:
    """Width and height."""
    if isinstance(value, Image.Image):
        return value.size
    if isinstance(value, tuple):
        return size_of(value[0])
    return value.shape[-1], value.shape[-2]


def channels_of(value: Value) -> int:
    if isinstance(value, Image.Image):
        return len(value.getbands())
    if isinstance(value, tuple):
        return channels_of(value[0])
    return 1 if value.ndim == 2 else int(value.shape[-3])


@dataclass(frozen=True)
class Channel:
    """Of one channel, in the unit of its numbers. std: of all of them, no estimate. bars: how many fall into
    each of BARS equal parts, as shares of the most."""

    low: float
    high: float
    mean: float
    std: float
    bars: tuple[float, ...]


@dataclass(frozen=True)
class Look:
    """kind: see ``kind``; shape: (channels, height, width) of a tensor, "height x width" of a picture as its
    mode says; count: pictures."""

    kind: str
    dtype: str
    shape: str
    channels: tuple[Channel, ...]
    count: int = 1


def look(value: Value) -> Look:
    if isinstance(value, tuple):
        first = look(value[0])
        return Look(first.kind, first.dtype, first.shape, _channels(numbers(value[0])), len(value))
    if isinstance(value, Image.Image):
        shape = f"{value.mode}, {value.width} x {value.height}"
        return Look(kind(value), "uint8", shape, _channels(numbers(value)))
    return Look(
        kind(value),
        str(value.dtype).removeprefix("torch."),
        str(tuple(value.shape)),
        _channels(numbers(value)),
    )


def numbers(value: Any) -> np.ndarray:
    """(channels, height, width); of several pictures the first one's."""
    if isinstance(value, tuple):
        return numbers(value[0])
    if isinstance(value, Image.Image):
        pixels = np.asarray(value)
        return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    array: np.ndarray = value.numpy()
    while array.ndim > 3:
        array = array[0]
    return array[None] if array.ndim == 2 else array


def _channels(array: np.ndarray) -> tuple[Channel, ...]:
    low, high = _range(array)
    return tuple(_channel(each, low, high) for each in array)


def _range(array: np.ndarray) -> tuple[float, float]:
    """Of the bars: 0 to 255, or 0 to 1, or as far as the numbers go."""
    if array.dtype == np.uint8:
        return 0.0, 255.0
    low, high = float(array.min()), float(array.max())
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _channel(numbers: np.ndarray, low: float, high: float) -> Channel:
    counts, _ = np.histogram(numbers, BARS, (low, high))
    wide = numbers.astype(np.float64)
    return Channel(
        float(wide.min()),
        float(wide.max()),
        float(wide.mean()),
        float(wide.std()),
        tuple((counts / counts.max()).tolist()),
    )


def picture(value: Value) -> tuple[Image.Image, tuple[float, float] | None]:
    """The value as a picture; and, where its numbers go beyond 0 to 1, which of them are black and white."""
    if isinstance(value, tuple):
        return picture(_side_by_side(value))
    if isinstance(value, Image.Image):
        return value, None
    array = numbers(value)[:3]
    array = array[:1] if len(array) == 2 else array
    if array.dtype == np.uint8:
        return _image(array), None
    low, high = _range(array)
    shown = (array - low) / ((high - low) or 1.0)
    return _image(np.rint(255 * shown).astype(np.uint8)), None if (low, high) == (0.0, 1.0) else (low, high)


def _side_by_side(values: Sequence[Value]) -> Value:
    """Equally large pictures, or tensors, as one."""
    if not isinstance(values[0], Image.Image):
        return torch.cat(tuple(values), dim=-1)
    width, height = values[0].size
    made = Image.new(values[0].mode, (width * len(values), height))
    for place, each in enumerate(values):
        made.paste(each, (place * width, 0))
    return made


def _image(array: np.ndarray) -> Image.Image:
    return Image.fromarray(array[0] if len(array) == 1 else np.ascontiguousarray(array.transpose(1, 2, 0)))


def at(value: Value, points: Tensor | None) -> list[tuple[float, ...] | None]:
    """The numbers of every followed point, one a channel; None outside. Empty where nobody can tell."""
    if points is None:
        return []
    array = numbers(value)
    places = [
        None if math.isnan(x) else (math.floor(x + 0.5), math.floor(y + 0.5)) for x, y in points.tolist()
    ]
    return [place and tuple(array[:, place[1], place[0]].tolist()) for place in places]
