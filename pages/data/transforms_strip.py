"""The strip on the page: a tile a step, with its picture, its numbers and the followed pixels."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.data.transforms import values
from lessons.data.transforms.lesson import Inputs, Result
from lessons.data.transforms.steps import Step
from lessons.data.transforms.strip import KEPT, Stop, along, kept, size_of
from lessons.data.transforms.strip import Tile as Value
from lessons.data.transforms.values import Look
from pages.kit.order.order import Tile
from pages.kit.picture.inline import encode
from pages.kit.text import _, plain

SIDE = 16  # so many pixels can be followed along each side
SEEN = 160  # pixels: a tile on the page
LEAST = 1 / 32  # of its longer side: how narrow a picture is shown
FIRST = 0  # the key of the picture, which is no step


def followed(picture: Image.Image) -> Tensor:
    """Places (n, 2) spread over the picture."""
    xs, ys = (torch.arange(SIDE) * (side / SIDE) + side / SIDE / 2 for side in picture.size)
    return torch.stack([torch.floor(each).flatten() for each in torch.meshgrid(xs, ys, indexing="xy")], 1)


@dataclass(frozen=True)
class Seen:
    """What a tile shows of a value, in no language. See ``values``."""

    picture: bytes
    bounds: tuple[float, float] | None
    look: Look
    size: tuple[int, int]
    points: tuple[tuple[float, float] | None, ...]
    found: tuple[tuple[float, ...] | None, ...]


def walked(inputs: Inputs) -> Result:
    """As ``lesson.run``, with followed pixels; only what is behind a change is computed."""
    return Result(tuple(along(_first(inputs.picture), inputs.steps, inputs.seed, kept)))


@lru_cache(maxsize=16)  # 512 x 512 pixels take 1 MB, and their PNG as much
def _first(picture: str | bytes) -> Value:
    opened = Inputs(picture).open()
    return Value(opened, followed(opened))


@lru_cache(maxsize=KEPT)  # it holds the tile as well, which ``kept`` mostly does anyway
def seen(tile: Value) -> Seen:
    """Of a tile that has a value."""
    picture, bounds = values.picture(tile.value)
    places = [] if tile.points is None else tile.points.tolist()
    points = tuple(None if math.isnan(x) else (x + 0.5, y + 0.5) for x, y in places)
    found = tuple(values.at(tile.value, tile.points))
    return Seen(png(picture), bounds, values.look(tile.value), size_of(tile.value), points, found)


def tiles(inputs: Inputs, result: Result, hidden: Collection[str]) -> list[Tile]:
    """hidden: what is still asked about; its answer is left out."""
    shown = [_tile(FIRST, _("Picture"), result.tiles[0], fixed=True)]
    for place, step in enumerate(inputs.steps, start=1):
        if place >= len(result.tiles):
            shown.append(Tile(step.key, step.name, step.on, lines=(_("not reached"),)))
        elif not step.on:
            shown.append(Tile(step.key, step.name, on=False))
        else:
            asked = step.name == "Normalize" and "pixel" in hidden
            drawn = _drawn(step, result.tiles[place])
            shown.append(_tile(step.key, step.name, result.tiles[place], drawn, asked=asked))
    return shown


def _tile(
    key: int,
    title: str,
    value: Value,
    drawn: tuple[str, ...] = (),
    *,
    fixed: bool = False,
    asked: bool = False,
) -> Tile:
    if value.stop:
        return _stopped(key, title, value.stop)
    its = seen(value)
    noted = (plain(value.note),) if value.note else ()
    return Tile(
        key,
        title,
        fixed=fixed,
        picture=its.picture,
        size=its.size,
        lines=(*noted, *_lines(its), *drawn),
        bars=tuple(channel.bars for channel in its.look.channels[:3]),
        points=its.points,
        values=tuple("?" if asked else " ".join(map(show, each)) if each else "" for each in its.found),
    )


def _stopped(key: int, title: str, stop: Stop) -> Tile:
    mend = _("Put this right") if stop.before or stop.instead is not None else ""
    words = f" ({stop.words})" if stop.words else ""
    return Tile(key, title, trouble=f"{plain(stop.reason)}{words}", mend=mend)


def _lines(seen: Seen) -> tuple[str, ...]:
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


def _drawn(step: Step, value: Value) -> tuple[str, ...]:
    if not step.operation.random:
        return ()
    return (_("not applied"),) if value.drawn is None else value.drawn


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


def enlarged(picture: Image.Image) -> Image.Image:
    """By a whole number, so that its shape stays and its pixels are seen."""
    times = max(1, SEEN // max(picture.size))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
