"""The strip on the page: a tile a step, with its picture, its numbers and the followed pixels."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import torch
from PIL import Image
from torch import Tensor

from lessons.core.numbers import show
from lessons.data.transforms.lesson import Inputs, Result
from lessons.data.transforms.steps import Step
from lessons.data.transforms.strip import KEPT, Stop, along, kept
from lessons.data.transforms.strip import Tile as Value
from lessons.engine.pictures.values import at
from pages.kit.order.order import Tile
from pages.kit.picture.tiles import Seen, lines_of, see
from pages.kit.text import _, plain

SIDE = 16  # so many pixels can be followed along each side
FIRST = 0  # the key of the picture, which is no step


def followed(picture: Image.Image) -> Tensor:
    """Places (n, 2) spread over the picture."""
    xs, ys = (torch.arange(SIDE) * (side / SIDE) + side / SIDE / 2 for side in picture.size)
    return torch.stack([torch.floor(each).flatten() for each in torch.meshgrid(xs, ys, indexing="xy")], 1)


@dataclass(frozen=True)
class Followed(Seen):
    """And the followed pixels in it."""

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
def seen(tile: Value) -> Followed:
    """Of a tile that has a value."""
    places = [] if tile.points is None else tile.points.tolist()
    points = tuple(None if math.isnan(x) else (x + 0.5, y + 0.5) for x, y in places)
    found = tuple(at(tile.value, tile.points))
    return Followed(**vars(see(tile.value)), points=points, found=found)


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
        lines=(*noted, *lines_of(its), *drawn),
        bars=tuple(channel.bars for channel in its.look.channels[:3]),
        points=its.points,
        values=tuple("?" if asked else " ".join(map(show, each)) if each else "" for each in its.found),
    )


def _stopped(key: int, title: str, stop: Stop) -> Tile:
    mend = _("Put this right") if stop.before or stop.instead is not None else ""
    words = f" ({stop.words})" if stop.words else ""
    return Tile(key, title, trouble=f"{plain(stop.reason)}{words}", mend=mend)


def _drawn(step: Step, value: Value) -> tuple[str, ...]:
    if not step.operation.random:
        return ()
    return (_("not applied"),) if value.drawn is None else value.drawn
