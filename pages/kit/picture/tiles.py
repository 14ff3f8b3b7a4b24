"""Values on their way to a net, as tiles: a picture of each, and what its numbers are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from PIL import Image

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.engine.pictures import values
from lessons.engine.pictures.values import Look, Value
from pages.kit.picture.inline import encode
from pages.kit.text import _, plain

SEEN = 160  # pixels: a tile on the page
LEAST = 1 / 32  # of its longer side: how narrow a picture is shown


@dataclass(frozen=True)
class Seen:
    """What a tile shows of a value, in no language. See ``values``."""

    picture: bytes
    bounds: tuple[float, float] | None
    look: Look
    size: tuple[int, int]


def see(value: Value) -> Seen:
    picture, bounds = values.picture(value)
    return Seen(png(picture), bounds, values.look(value), values.size_of(value))


def lines_of(seen: Seen) -> tuple[str, ...]:
    """Type, shape, and of each channel least, most, mean and standard deviation."""
    look, bounds = seen.look, seen.bounds
    lines = [plain(Message("{count} {count:picture|pictures}", count=look.count))] if look.count > 1 else []
    lines += [_(look.kind), look.shape, look.dtype]
    lines += [f"{name} {numbers}" for name, numbers in ranges(look).items()]
    if bounds:
        low, high = map(show, bounds)
        lines.append(plain(Message("black is {low}, white {high}", low=low, high=high)))
    return tuple(lines)


def ranges(look: Look) -> dict[str, str]:
    """The numbers of each channel, by its name."""
    return {
        name: f"{each.low:.3g}…{each.high:.3g}, {each.mean:.3g}±{each.std:.2g}"
        for name, each in zip(_names(len(look.channels)), look.channels, strict=True)
    }


def _names(channels: int) -> Sequence[str]:
    return "RGB" if channels == 3 else [str(each) for each in range(channels)]


def whole(value: object) -> Image.Image:
    """A value as a picture."""
    return values.picture(value)[0]


def png(picture: Image.Image) -> bytes:
    """Large enough for a tile."""
    small = picture.convert("RGB") if picture.mode not in ("L", "RGB") else picture.copy()
    small.thumbnail((2 * SEEN, 2 * SEEN))
    return encode(small)


def side_by_side(pictures: Sequence[Image.Image], captions: Sequence[str], width: int = SEEN) -> None:
    """All of one width, and below each other where there is no room."""
    with st.container(horizontal=True):
        for picture, caption in zip(pictures, captions, strict=True):
            show_picture(picture, caption, width)


def show_picture(picture: Image.Image, caption: str, width: int) -> None:
    """No narrower and no lower than can be seen, and not far higher than it is wide."""
    across = max(picture.width, math.ceil(LEAST * picture.height))
    down = max(picture.height, math.ceil(LEAST * picture.width))
    st.image(
        png(picture.resize((across, down))), caption, width=min(width, math.ceil(2 * width * across / down))
    )


def enlarged(picture: Image.Image, to: int = SEEN) -> Image.Image:
    """By a whole number, to so many pixels at most, so that its shape stays and its pixels are seen."""
    times = max(1, to // max(picture.size))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
