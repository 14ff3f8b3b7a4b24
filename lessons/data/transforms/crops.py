"""The boxes that RandomResizedCrop cuts out of a picture, and whether a given one is among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
from torchvision.transforms import v2

from lessons.core.boxes import Box, Size
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import drawing
from lessons.data.transforms.steps import Step, page_seeds, seed_of

NAME = "RandomResizedCrop"
ALMOST = 1e-6  # torchvision draws in float32, so it may miss a bound by a part of this size


def crop_of(steps: Sequence[Step]) -> Step | None:
    """The first RandomResizedCrop that is on."""
    return next((each for each in steps if each.on and each.name == NAME), None)


def crops(size: Size, crop: Step, seed: int, count: int) -> list[Box]:
    """What a step cuts out of a picture of this size on pages with this seed and the next ones."""
    width, height = size
    transform = v2.RandomResizedCrop(1, crop.value("scale"), crop.value("ratio"))
    drawn = []
    for each in page_seeds(seed, count):
        with drawing(seed_of(crop, each)):
            drawn.append(transform.make_params([torch.empty(1, height, width)]))
    return [Box(each["left"], each["top"], each["width"], each["height"]) for each in drawn]


def share(box: Box, size: Size) -> float:
    """Of the picture's area."""
    return box.width * box.height / (size[0] * size[1])


# Whether a box could have been drawn


@dataclass(frozen=True)
class Verdict:
    """words: one sentence, or one for each bound that the box is beyond."""

    possible: bool
    words: tuple[Message, ...]


def judge(box: Box, size: Size, crop: Step) -> Verdict:
    """Of a box inside a picture of this size."""
    beyond = _beyond(box, size, crop)
    if not beyond:
        return Verdict(True, (Message("It could have been drawn."),))
    if _rounded_to(box, size, crop):
        words = Message(
            "It could have been drawn: torchvision rounds both sides to whole pixels, and that led it a "
            "bit beyond the bounds."
        )
        return Verdict(True, (words,))
    if box == fallback(size, crop) and _may_fail(size, crop):
        words = Message(
            "It could have been drawn: when ten draws in a row do not fit into the picture, torchvision "
            "takes just this box."
        )
        return Verdict(True, (words,))
    return Verdict(False, beyond)


def _beyond(box: Box, size: Size, crop: Step) -> tuple[Message, ...]:
    """The bounds that its own share and ratio do not keep to."""
    (least, most), (narrow, wide) = crop.value("scale"), crop.value("ratio")
    area, ratio = share(box, size), box.width / box.height
    found = []
    if area < least:
        found.append(Message("It is too small: at least {bound} % of the area.", bound=show(100 * least)))
    if area > most:
        found.append(Message("It is too large: at most {bound} % of the area.", bound=show(100 * most)))
    if ratio < narrow:
        found.append(Message("It is too narrow: its ratio is at least {bound}.", bound=show(narrow)))
    if ratio > wide:
        found.append(Message("It is too flat: its ratio is at most {bound}.", bound=show(wide)))
    return tuple(found)


def _rounded_to(box: Box, size: Size, crop: Step) -> bool:
    """Whether sides within half a pixel of these have a share and a ratio that can be drawn.

    On logarithmic axes these sides are a rectangle, and those that can be drawn are one that is turned by 45
    degrees, as its edges are width * height and width / height. Such two meet where they overlap along the
    four directions of their edges. Of the ratio it must be more than a touch: two sides that are equal are
    rounded alike, and never to n and n + 1.
    """
    (narrowest, widest), (lowest, highest) = _sides(size, crop)
    (least, most), (narrow, wide) = crop.value("scale"), crop.value("ratio")
    area = size[0] * size[1]
    left, right, low, high = box.width - 0.5, box.width + 0.5, box.height - 0.5, box.height + 0.5
    return (
        _meet((left, right), (narrowest, widest))
        and _meet((low, high), (lowest, highest))
        and _meet((left * low, right * high), (area * least, area * most))
        and _meet((left / high, right / low), (narrow, wide), -ALMOST)
    )


def _sides(size: Size, crop: Step) -> tuple[tuple[float, float], tuple[float, float]]:
    """The least and the largest width, and height, before they are rounded."""
    (least, most), (narrow, wide) = crop.value("scale"), crop.value("ratio")
    area = size[0] * size[1]
    widths = sqrt(area * least * narrow), sqrt(area * most * wide)
    return widths, (sqrt(area * least / wide), sqrt(area * most / narrow))


def _meet(one: tuple[float, float], other: tuple[float, float], almost: float = ALMOST) -> bool:
    """Whether two ranges of positive numbers have one in common, or miss it by such a part at most."""
    return one[0] <= other[1] * (1 + almost) and one[1] >= other[0] * (1 - almost)


def _may_fail(size: Size, crop: Step) -> bool:
    """Whether sides can be drawn that are longer than those of the picture, or round to 0."""
    return any(
        least <= 0.5 * (1 + ALMOST) or most >= (side + 0.5) * (1 - ALMOST)
        for (least, most), side in zip(_sides(size, crop), size, strict=True)
    )


def fallback(size: Size, crop: Step) -> Box:
    """What torchvision takes after ten draws that do not fit: the middle, as large as the ratio allows."""
    width, height = size
    narrow, wide = crop.value("ratio")
    if width / height < narrow:
        height = round(width / narrow)
    elif width / height > wide:
        width = round(height * wide)
    return Box((size[0] - width) // 2, (size[1] - height) // 2, width, height)


# A question


def ask_smallest(size: Size, crop: Step) -> Question | None:
    """How much of the picture the smallest crop is, to be dragged.

    None where no crop that is as small as scale allows has a place in the picture.
    """
    least, most = crop.value("scale")
    if share(fallback(size, crop), size) < least:
        return None
    percent = 100 * least
    return Question(
        Message(
            "How small can a crop be? Drag the corners until your box is as small as the smallest crop, "
            "with scale = ({least}, {most}). (its area, to a quarter)",
            least=show(least),
            most=show(most),
        ),
        percent,
        Message(
            "scale is a share of the area: {scale} is {percent} %. Along each side that is about the root "
            "of it, {side} %.",
            scale=show(least),
            percent=show(percent),
            side=round(100 * least**0.5),
        ),
        tolerance=percent / 4,
    )
