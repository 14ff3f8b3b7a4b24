"""A strip: transforms one after another, and every value between them.

Each step draws from a seed of its own. So a step that is changed, moved or switched off leaves what the
others draw as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision import transforms, tv_tensors
from torchvision.transforms import v2

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.tensors import drawing
from lessons.data.transforms.operations import GEOMETRY, POLICY, TENSOR
from lessons.data.transforms.steps import Step, seed_of, step
from lessons.engine.pictures.values import FLOATS, PIL, Value, channels_of, kind, size_of

MODULES = {"v2": v2, "transforms": transforms}
CALLS: dict[str, Callable[[Any], Any]] = {
    "swap": lambda x: x[[2, 1, 0]],
    "double": lambda x: x * 2,
    "batch": lambda x: x[None],
}
KEPT = 48  # tiles: floats of 512 x 512 take 3 MB each, so 144 MB; four learners have strips of MOST steps
REFUSALS = (ValueError, TypeError, RuntimeError, IndexError, NotImplementedError)  # all that it refuses with
MOST_PIXELS = 1_000_000  # of one picture: 12 MB as floats
FLIPS = ("RandomHorizontalFlip", "RandomVerticalFlip")


@dataclass(frozen=True)
class Stop:
    """Why a step cannot follow. words: torchvision's own, if it was asked; reason: plain ones. What puts it
    right: before, the steps that it needs, or instead, what may stand in its place."""

    words: str
    reason: Message
    before: tuple[Step, ...] = ()
    instead: tuple[Step, ...] | None = None


@dataclass(frozen=True, eq=False)  # a tile is itself, and no other that looks like it: see ``kept``
class Tile:
    """After a step: the value, or why there is none.

    points: where the followed ones are in it, (n, 2), as x and y in pixels, NaN for what has left it; None
    where nobody can tell.
    drawn: what a random step drew, as ``name = value``; None where it draws nothing, or its coin said no.
    note: what torchvision does here without a word, and might not be meant.
    """

    value: Value = None
    points: Tensor | None = None
    drawn: tuple[str, ...] | None = None
    stop: Stop | None = None
    note: Message | None = None


# One step


def make(step: Step) -> Callable[..., Any]:
    """The transform of a step; ValueError or TypeError where torchvision refuses its settings."""
    made: Callable[..., Any] = getattr(MODULES[step.operation.module], step.name)(
        **{name: _argument(name, step.value(name)) for name in step.written()}
    )
    return made


def _argument(name: str, value: Any) -> Any:
    """A setting as torchvision takes it."""
    if name == "dtype":
        return getattr(torch, value)
    if name == "policy":
        return v2.AutoAugmentPolicy(value)
    if name == "lambd":
        return CALLS[value]
    return value


def apply(step: Step, seed: int, before: Tile, most: int = MOST_PIXELS) -> Tile:
    """The tile after this step; none with more pixels than most."""
    drawn: list[dict[str, Any]] = []
    followed = follow(step, seed, before)
    if followed is not None and (stop := too_large(followed.canvas_size, most)):
        return Tile(stop=stop)
    try:
        transform = make(step)
        listen(transform, drawn)
        with drawing(seed):
            value = transform(before.value)
    except REFUSALS as error:
        return Tile(stop=explained(step, before.value, error))
    words = tuple(word for draw in drawn for word in in_words(draw))
    seen = words if step.operation.random and drawn else None
    points = None
    if followed is not None and before.points is not None:
        points = within(placed(step, followed, size_of(value)), *size_of(value))
    return Tile(value, points, seen, note=silent(step, before.value, value))


def follow(step: Step, seed: int, before: Tile) -> tv_tensors.KeyPoints | None:
    """Where the followed points are then, with the same draw, and last the middle of the picture; and how
    large that is, with ``expand`` to a pixel or two. None where torchvision cannot tell."""
    if step.operation.splits or step.operation.family == POLICY:
        return None
    width, height = size_of(before.value)
    middle = torch.tensor([[(width - 1) / 2, (height - 1) / 2]])
    places = middle if before.points is None else torch.cat([before.points, middle])
    points = tv_tensors.KeyPoints(places + _half(step), canvas_size=(height, width))
    if step.operation.family != GEOMETRY:
        return points
    try:
        with drawing(seed):
            moved: tv_tensors.KeyPoints = make(step)(points)
    except REFUSALS:
        return None
    return moved


def placed(step: Step, followed: tv_tensors.KeyPoints, size: tuple[int, int]) -> Tensor:
    """The followed points on a picture of this size. torchvision makes room for one that is turned all round
    its middle, but tells its points from the corner of one that is a little smaller."""
    points: Tensor = followed.as_subclass(Tensor) - _half(step)
    if dict(step.settings).get("expand"):
        points = points + (torch.tensor(size) - 1) / 2 - points[-1]
    return points[:-1]


def _half(step: Step) -> float:
    """torchvision flips points as the numbers of pixels, and moves them otherwise as places, where a pixel's
    middle is half a pixel further."""
    return 0.0 if step.name in FLIPS else 0.5


def too_large(size: tuple[int, int], most: int) -> Stop | None:
    """Why a picture of this height and width is not made: Resize of a very flat one would take all memory."""
    height, width = size
    if height * width <= most:
        return None
    reason = Message(
        "This would make a picture of {width} x {height}; on a strip it may have {most} pixels.",
        width=width,
        height=height,
        most=most,
    )
    return Stop("", reason)


def within(points: Tensor, width: int, height: int) -> Tensor:
    """What has left the picture is nowhere, NaN, and does not come back with a border that is added later."""
    pixels = torch.floor(points + 0.5)
    outside = (pixels < 0).any(1) | (pixels[:, 0] >= width) | (pixels[:, 1] >= height)
    return points.masked_fill(outside[:, None], torch.nan)


def listen(transform: Any, drawn: list[dict[str, Any]]) -> None:
    """From now on what the transform draws is noted, also where it draws in ``forward``: the policies."""
    for name, note in (
        ("make_params", lambda params, _: params),
        ("_apply_image_or_video_transform", lambda _, given: {str(given[1]): given[2]}),
    ):
        if call := getattr(transform, name, None):
            setattr(transform, name, _noting(call, note, drawn))


def _noting(
    call: Callable[..., Any], note: Callable[[Any, Any], Any], drawn: list[Any]
) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:
        result = call(*given, **named)
        drawn.append(note(result, given))
        return result

    return noted


def in_words(draw: dict[str, Any]) -> list[str]:
    """A draw as ``name = value``: the numbers of it, not whole fields of them, nor what follows from the
    picture."""
    return [
        f"{name} = {_shown(value)}"
        for name, value in draw.items()
        if name != "num_input_channels" and _shown(value)
    ]


def _shown(value: Any) -> str:
    if isinstance(value, Tensor) and value.numel() <= 4:
        value = value.tolist()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return show(value)
    if isinstance(value, list | tuple) and any(value):  # a padding of zeros is none
        parts = [_shown(part) for part in value]
        return f"({', '.join(parts)})" if all(parts) else ""
    return ""


# The whole strip


def walk(picture: Image.Image, steps: Sequence[Step], seed: int, points: Tensor | None = None) -> list[Tile]:
    """The tile of the picture, and one after each step, all computed anew."""
    return list(along(Tile(picture, points), steps, seed))


def along(
    first: Tile, steps: Sequence[Step], seed: int, after: Callable[[Step, int, Tile], Tile] = apply
) -> Iterator[Tile]:
    """The first tile, and one after each step; a step that is off passes on what it is given, and after one
    that cannot follow there are none. after: ``apply``, or ``kept``."""
    before = first
    yield first
    for each in steps:
        if not each.on:
            yield Tile(before.value, before.points)
            continue
        draws_from = seed_of(each, seed) if each.operation.random else 0  # so another seed is no change to it
        before = after(replace(each, locked=None), draws_from, before)
        yield before
        if before.stop:
            return


@lru_cache(maxsize=KEPT)
def kept(step: Step, seed: int, before: Tile) -> Tile:
    """As ``apply`` does, but only once for a tile: so of a strip that is walked again with one step changed,
    what comes before that step is not computed again. Do not change what it gives: all pages share it."""
    return apply(step, seed, before)


# What does not fit


def silent(step: Step, before: Value, after: Value) -> Message | None:
    """What a step did without a word."""
    if after is before and step.operation.family == TENSOR and not step.operation.random:
        return Message(
            "{name} does nothing with a {given}, and does not say so.",
            name=step.name,
            given=Message(kind(before)),
        )
    if step.name == "Normalize" and channels_of(before) < channels_of(after):
        return Message("One channel met three means, and became three: each less another mean.")
    return None


def explained(refused: Step, value: Value, error: Exception) -> Stop:
    """The refusal in plain words, and what puts it right."""
    words, given = str(error), kind(value)
    if refused.name == "ToTensor" and given != PIL:
        reason = Message("The old ToTensor takes a picture, and this is a tensor already.")
        return Stop(words, reason, instead=())
    if given not in refused.operation.takes:
        wanted = refused.operation.takes[-1]
        return Stop(words, _wants(refused, given, wanted), before=conversion(given, wanted))
    if refused.name == "Normalize" and channels_of(value) != len(refused.value("mean")):
        reason = Message(
            "The picture has {count} {count:channel|channels}, and there are {means} {means:mean|means}.",
            count=channels_of(value),
            means=len(refused.value("mean")),
        )
        return Stop(words, reason, before=(step("RGB"),))
    if refused.name == "ColorJitter" and refused.value("hue") > 0.5:
        reason = Message(
            "hue turns the circle of colours, by up to half a round either way, 0.5. Further round come the "
            "same colours again."
        )
        return Stop(words, reason, instead=(refused.put("hue", 0.5),))
    if "larger than" in words or "bigger than input size" in words:
        reason = Message("The picture is smaller than what is to be cut out of it.")
        padded = (refused.put("pad_if_needed", True),) if refused.name == "RandomCrop" else None
        return Stop(words, reason, instead=padded)
    return Stop(words, Message("torchvision refuses this step here."))


def _wants(refused: Step, given: str, wanted: str) -> Message:
    return Message(
        "{name} needs a {wanted}, and this is a {given}.",
        name=refused.name,
        wanted=Message(wanted),
        given=Message(given),
    )


def conversion(given: str, wanted: str) -> tuple[Step, ...]:
    """The steps that make a tensor of the one dtype of what is given."""
    to_tensor = (step("ToImage"),) if given == PIL else ()
    return (*to_tensor, step("ToDtype", dtype="float32" if wanted == FLOATS else "uint8"))
