"""Questions about the strip in front of the learner, and others like it."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question, draw
from lessons.data.transforms.operations import IMAGENET_MEAN, IMAGENET_STD
from lessons.data.transforms.steps import Step, read, step, strip
from lessons.data.transforms.strip import walk
from lessons.engine.pictures.samples import sample
from lessons.engine.pictures.values import at, look, numbers

if TYPE_CHECKING:
    from lessons.data.transforms.lesson import Inputs, Result

SMALLER = (256, 224, 128, 64, 32)
BYTES = (0, 51, 102, 128, 153, 204, 255)
PAIRS = (  # steps, of which it is found out by trying whether it matters which is first, and why so
    (
        step("RandomHorizontalFlip", p=1.0),
        step("Normalize"),
        Message("A flip only moves pixels, and Normalize looks at each by itself."),
    ),
    (
        step("ColorJitter"),
        step("Normalize"),
        Message("ColorJitter expects numbers from 0 to 1, and cuts off what lies beyond."),
    ),
    (
        step("Resize", size=24),
        step("CenterCrop", size=16),
        Message("What comes last decides how large the picture is."),
    ),
    (
        step("RandomVerticalFlip", p=1.0),
        step("RandomHorizontalFlip", p=1.0),
        Message("One moves pixels up and down, the other from side to side."),
    ),
    (
        step("Grayscale", num_output_channels=3),
        step("RandomHorizontalFlip", p=1.0),
        Message("Grayscale looks at each pixel by itself, and a flip only moves them."),
    ),
    (
        step("Pad", padding=8),
        step("CenterCrop", size=40),
        Message("What comes last decides how large the picture is."),
    ),
)
TWINS = tuple(  # two strips that a tensor can tell apart
    (read(one), read(other))
    for one, other in (
        ("ToImage|ToDtype", "ToImage|ToDtype:scale=false"),
        ("ToImage|ToDtype|Normalize", "ToImage|ToDtype|Normalize:mean=0.5_0.5_0.5:std=0.5_0.5_0.5"),
        ("Resize:size=32|ToImage|ToDtype", "Resize:size=32_32|ToImage|ToDtype"),
        ("Grayscale:num_output_channels=3|ToTensor", "ToTensor"),
        ("Grayscale|ToTensor", "Grayscale:num_output_channels=3|ToTensor"),
        ("PILToTensor", "ToTensor"),
    )
)


def questions(inputs: "Inputs", result: "Result", seed: int) -> tuple[Question, ...]:
    width, height = result.tiles[0].value.size
    return (
        ask_value(seed),
        ask_size(width, height, seed),
        ask_order(*draw(PAIRS, seed)),
        ask_area(draw((8, 10, 20, 25, 36, 50), seed)),
        ask_which(*draw(tuple(product(TWINS, range(2))), seed)),
    )


def ask_pixel(inputs: "Inputs", result: "Result") -> Question | None:
    """What Normalize at the end of the strip makes of the followed pixel in the middle; None without both."""
    places = [place for place, each in enumerate(inputs.steps, start=1) if each.on]
    if not places or len(result.tiles) <= places[-1] or inputs.steps[places[-1] - 1].name != "Normalize":
        return None
    last = inputs.steps[places[-1] - 1]
    before, after = (at(each.value, each.points) for each in result.tiles[places[-1] - 1 :][:2])
    seen = [value for value, end in zip(before, after, strict=False) if value and end]
    if not seen:
        return None
    red, mean, std = seen[len(seen) // 2][0], last.value("mean")[0], last.value("std")[0]
    return Question(
        Message(
            "One of the pixels has {red} of red just before Normalize, with mean {mean} and std {std}. What "
            "does Normalize make of it? (to 0.01)",
            red=show(red),
            mean=mean,
            std=std,
        ),
        (red - mean) / std,
        Message(
            "({red} - {mean}) / {std} = {value}. Follow a pixel along the strip to see it.",
            red=show(red),
            mean=mean,
            std=std,
            value=show((red - mean) / std),
        ),
        tolerance=0.01,
        about="pixel",
    )


def ask_value(seed: int) -> Question:
    """What becomes of a byte."""
    byte, channel = draw(tuple(product(BYTES, range(3))), seed)
    mean, std = IMAGENET_MEAN[channel], IMAGENET_STD[channel]
    value = (byte / 255 - mean) / std
    return Question(
        Message(
            "What becomes of {byte} after ToDtype(torch.float32, scale=True) and then Normalize, with mean "
            "{mean} and std {std}? (to 0.01)",
            byte=byte,
            mean=mean,
            std=std,
        ),
        value,
        Message(
            "{byte} / 255 = {scaled}, and ({scaled} - {mean}) / {std} = {value}.",
            byte=byte,
            scaled=show(byte / 255),
            mean=mean,
            std=std,
            value=show(value),
        ),
        tolerance=0.01,
    )


def smaller(width: int, height: int) -> list[int]:
    """Usual lengths of the shorter side that are less than it is; half of it where none is."""
    return [size for size in SMALLER if size < min(width, height)] or [max(1, min(width, height) // 2)]


def ask_size(width: int, height: int, seed: int) -> Question:
    """The longer side after Resize to one number."""
    size = draw(smaller(width, height), seed)
    longer, shorter = max(width, height), min(width, height)
    return Question(
        Message(
            "Resize({size}) makes the shorter side of this {width} x {height} picture {size} "
            "{size:pixel|pixels} long. How many pixels has the longer side then?",
            size=size,
            width=width,
            height=height,
        ),
        floor(size * longer / shorter),
        Message(
            "The shape is kept: {size} x {longer} / {shorter} = {exact}, and torchvision leaves out what is "
            "behind the point. With two numbers, as in Resize(({size}, {size})), the picture would be "
            "squashed.",
            size=size,
            longer=longer,
            shorter=shorter,
            exact=show(size * longer / shorter),
        ),
        about="size",
    )


def ask_order(first: Step, second: Step, why: Message) -> Question:
    """Whether two steps may change places: found out, with the same draws, on a picture."""
    difference = largest_difference(first, second)
    return Question(
        Message(
            "{first}, then {second}; or the other way round. Does the order matter?",
            first=first.code().removeprefix("v2."),
            second=second.code().removeprefix("v2."),
        ),
        int(difference == 0),
        Message(
            "The largest difference between the two results is {difference}, with the same draws. {why}",
            difference=show(difference),
            why=why,
        )
        if difference < float("inf")
        else Message("The two results have not even the same shape. {why}", why=why),
        choices=(Message("it matters"), Message("it does not matter")),
    )


@lru_cache(maxsize=32)  # a page asks on every run
def largest_difference(first: Step, second: Step, seed: int = 0) -> float:
    """Between both orders of two steps, on floats; infinite where the shapes differ."""
    ready = strip(step("ToImage"), step("ToDtype"))
    ends: list[Any] = []
    for pair in ((first, second), (second, first)):
        keyed = [Step(each.name, 10 + (each is second), each.settings) for each in pair]
        ends.append(numbers(walk(sample("house"), [*ready, *keyed], seed)[-1].value))
    one, other = ends
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one - other).max())


def ask_area(percent: int) -> Question:
    """How small a random crop can be."""
    return Question(
        Message(
            "RandomResizedCrop(224, scale=({scale}, 1)) cuts a piece out of the picture. At least how many "
            "percent of its area are in it?",
            scale=percent / 100,
        ),
        percent,
        Message(
            "scale is a share of the area: {scale} is {percent} %. Along each side that is about the root "
            "of it, {side} %.",
            scale=percent / 100,
            percent=percent,
            side=round(100 * (percent / 100) ** 0.5),
        ),
    )


def ask_which(twins: tuple[Sequence[Step], Sequence[Step]], made: int) -> Question:
    """Which of two strips made a tensor, from what can be seen of it."""
    return Question(
        Message(
            "This is a tensor made from the coast, a 600 x 400 picture: {seen}. Which strip made it?",
            seen=seen_of(twins[made]),
        ),
        made,
        Message("The other one makes {seen}.", seen=seen_of(twins[1 - made])),
        choices=tuple(Message("{steps}", steps=_in_short(steps)) for steps in twins),
    )


@lru_cache(maxsize=32)
def seen_of(steps: Sequence[Step]) -> Message:
    """What tells of the tensor that a strip makes from the coast."""
    tensor = walk(sample("coast"), steps, 0)[-1].value
    _, height, width = tensor.shape
    return Message(
        "{dtype}, shape {shape}, numbers from {low} to {high}; in the middle {middle}",
        dtype=look(tensor).dtype,
        shape=str(tuple(tensor.shape)),
        low=show(round(float(tensor.min()), 3)),
        high=show(round(float(tensor.max()), 3)),
        middle=", ".join(show(round(value, 3)) for value in tensor[:, height // 2, width // 2].tolist()),
    )


def _in_short(steps: Sequence[Step]) -> str:
    return ", ".join(each.code().rpartition("v2.")[2].removeprefix("transforms.") for each in steps)
