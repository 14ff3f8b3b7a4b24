"""What chance does: many draws of one strip, the same without it, and two steps that change places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.data.transforms.lesson import Inputs, run
from lessons.data.transforms.steps import Step, page_seeds, step
from lessons.data.transforms.strip import walk
from lessons.engine.pictures.values import Value, numbers

DRAWS = 12
MANY = 20

# Many draws


def draws(picture: Image.Image, steps: Sequence[Step], seed: int, count: int = DRAWS) -> dict[int, Value]:
    """What comes out on a page with this seed and with the next ones, by seed; None where a step refuses."""
    return {each: walk(picture, steps, each)[-1].value for each in page_seeds(seed, count)}


@dataclass(frozen=True)
class Spread:
    """How far tensors differ from the first: in their shape, else the largest and the mean difference of a
    number. each: the mean of every single tensor, beginning with the first, which is 0."""

    same_shape: bool
    largest: float = np.inf
    mean: float = np.inf
    each: tuple[float, ...] = ()


def spread(values: Iterable[Value]) -> Spread:
    """Of two values at least; one that is None is left out."""
    first, *others = (value for value in values if value is not None)
    start = numbers(first).astype(np.float64)
    largest, means = 0.0, [0.0]
    for other in map(numbers, others):
        if other.shape != start.shape:
            return Spread(False)
        difference = np.abs(other - start)
        largest = max(largest, float(difference.max()))
        means.append(float(difference.mean()))
    return Spread(True, largest, float(np.mean(means[1:])), tuple(means))


# The same without chance


def fixed(steps: Sequence[Step]) -> tuple[Step, ...]:
    """What stands in a test: the middle instead of a random crop, and nothing else that draws."""
    return tuple(other for each in steps if each.on for other in _counterpart(each))


def _counterpart(each: Step) -> tuple[Step, ...]:
    if not each.operation.random:
        return (each,)
    if each.name == "RandomCrop":
        return (step("CenterCrop", size=each.value("size")),)
    if each.name == "RandomResizedCrop":
        size = each.value("size")
        shorter = max(size) if isinstance(size, tuple) else size  # so that nothing of the crop is missing
        kept = {name: each.value(name) for name in ("interpolation", "antialias")}
        return step("Resize", size=shorter, **kept), step("CenterCrop", size=size)
    return ()


def ask_fixed(spread: Spread) -> Question:
    """How far the tensors differ that come of a strip without chance."""
    return Question(
        Message(
            "Now every random step is replaced by a fixed one, or left out. Again the picture goes through "
            "twenty times. How far do the tensors differ?"
        ),
        int(spread.largest > 0),
        Message(
            "The largest difference is exactly {largest}. So a prediction that changes comes from a random "
            "transform, or from a net that is in training mode.",
            largest=show(spread.largest),
        ),
        choices=(
            Message("not at all"),
            Message("in the last digits"),
            Message("as far as with chance"),
        ),
    )


# Two steps change places


@dataclass(frozen=True)
class Swap:
    """What comes out in both orders. largest: the largest difference, None where the shapes differ or one is
    refused; difference: (height, width), the largest over the channels, 0 to 1 of ``largest``."""

    steps: tuple[Step, ...]
    largest: float | None
    difference: np.ndarray | None = None


def swap(inputs: Inputs, place: int) -> Swap:
    """The strip with the step at this place and the next one changed over, each with the draw it had."""
    steps = list(inputs.steps)
    steps[place], steps[place + 1] = steps[place + 1], steps[place]
    swapped = replace(inputs, steps=tuple(steps))
    ends = [run(each).output for each in (inputs, swapped)]
    if any(end is None for end in ends):
        return Swap(swapped.steps, None)
    one, other = (numbers(end).astype(np.float64) for end in ends)
    if one.shape != other.shape:
        return Swap(swapped.steps, None)
    difference = np.abs(one - other).max(axis=0)
    largest = float(difference.max())
    return Swap(swapped.steps, largest, difference / (largest or 1.0))


def random_steps(steps: Sequence[Step]) -> list[Step]:
    return [each for each in steps if each.on and each.operation.random]
