"""Where the mean and the std of Normalize come from: a set's pictures, added up one by one.

All sums are of bytes, and so of whole numbers: exact in any order. Only what is made of them is a float.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.notebook import join_cells
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.data.transforms.operations import IMAGENET_MEAN, IMAGENET_STD
from lessons.engine.pictures import program as pictures
from lessons.engine.pictures.sources import Source

Floats = NDArray[np.float64]

LARGEST = 255  # of a byte, which becomes 1
CLOSE = 0.01  # to the mean of the whole set
BOUNDS = (10, 100, 1000)  # numbers of pictures, between which one guesses
AT_ONCE = 2**20  # bytes that are squared together: 16 MB as whole numbers


@dataclass(frozen=True)
class Moments:
    """Of each channel; the numbers go from 0 to 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


IMAGENET = Moments(IMAGENET_MEAN, IMAGENET_STD)
HALF = Moments((0.5,) * 3, (0.5,) * 3)


# Sums


@dataclass(frozen=True, eq=False)
class Sums:
    """A row for each of n pictures, or for as many of them together as there are rows so far; int64.

    count: how many numbers of a channel were added up, (n, 1); total, squares: the sums of these bytes and
    of their squares, (n, channels).
    """

    count: NDArray[np.int64]
    total: NDArray[np.int64]
    squares: NDArray[np.int64]

    def mean(self) -> Floats:
        """(n, channels)."""
        mean: Floats = self.total / self.count / LARGEST
        return mean

    def variance(self) -> Floats:
        """(n, channels): the mean of the squares less the square of the mean, never below 0."""
        variance: Floats = self.squares / self.count - (self.total / self.count) ** 2
        return variance.clip(0) / LARGEST**2

    def std(self) -> Floats:
        """(n, channels), of all numbers that are there: no estimate for others."""
        return np.sqrt(self.variance())

    def rows(self, chosen: NDArray[np.int64]) -> "Sums":
        return Sums(self.count[chosen], self.total[chosen], self.squares[chosen])


def add_up(images: Tensor) -> Sums:
    """Of each picture by itself. images: uint8 (n, channels, height, width)."""
    count, channels, height, width = images.shape
    numbers = images.numpy().reshape(count, channels, -1)
    total, squares = (np.empty((count, channels), np.int64) for _ in range(2))
    step = max(1, AT_ONCE // numbers[0].size)
    for start in range(0, count, step):
        some = slice(start, start + step)
        wide = numbers[some].astype(np.int64)
        total[some] = wide.sum(axis=2)
        squares[some] = np.einsum("ncp,ncp->nc", wide, wide)
    return Sums(np.full((count, 1), height * width), total, squares)


@dataclass(frozen=True, eq=False)
class Added:
    """A set's pictures one after another.

    order: (n,), which one comes when; single: of each by itself, as the set has them; so_far: of the first 1,
    2, ... n together.
    """

    order: NDArray[np.int64]
    single: Sums
    so_far: Sums

    def __len__(self) -> int:
        return len(self.order)

    @property
    def channels(self) -> int:
        return int(self.single.total.shape[1])

    def after(self, count: int) -> Moments:
        """Of so many pictures together."""
        row = self.so_far.rows(np.array([count - 1]))
        return Moments(tuple(row.mean()[0].tolist()), tuple(row.std()[0].tolist()))

    @property
    def whole(self) -> Moments:
        return self.after(len(self))


def added(single: Sums, seed: int) -> Added:
    """In an order that depends on the seed alone."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(single.total), generator=generator).numpy()
    mixed = single.rows(order)
    cumulated = Sums(*(each.cumsum(axis=0) for each in (mixed.count, mixed.total, mixed.squares)))
    return Added(order, single, cumulated)


def normalized(whole: Moments, by: Moments) -> Moments:
    """What Normalize makes of a set's mean and std; three channels of one where it is given three numbers.

    Not a number where a std is 0, by which nothing can be divided.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (np.array(whole.mean) - by.mean) / by.std
        std = np.array(whole.std) / by.std
    return Moments(tuple(mean.tolist()), tuple(std.tolist()))


# Questions


def names(channels: int) -> tuple[Message, ...]:
    if channels == 1:
        return (Message("grey"),)
    return Message("red"), Message("green"), Message("blue")


def settled(pictures: Added) -> int:
    """The number of pictures from which on the mean of the first channel is CLOSE to the whole set's."""
    means = pictures.so_far.mean()[:, 0]
    far = np.flatnonzero(np.abs(means - means[-1]) > CLOSE)
    return int(far[-1]) + 2 if len(far) else 1  # the picture behind the last that is far, counted from 1


def ask_settled(pictures: Added, title: str | Message) -> Question | None:
    """When the mean settles; None where there are too few pictures to guess."""
    bounds = [each for each in BOUNDS if 2 * each <= len(pictures)]
    if not bounds:
        return None
    count, spread = settled(pictures), float(pictures.single.mean()[:, 0].std())
    lows = [1, *(each + 1 for each in bounds)]
    highs = [*bounds, len(pictures)]
    return Question(
        Message(
            "From which picture on does the mean of {channel} stay within {close} of the mean of the whole "
            "set, {set}?",
            channel=names(pictures.channels)[0],
            close=CLOSE,
            set=title,
        ),
        int(np.searchsorted(bounds, count)),
        Message(
            "From picture {count} on. The means of single pictures have the std {spread}. The mean of n "
            "pictures is off by about {spread} / √n: with {enough} of them that comes to {close}, and by "
            "chance it may be twice as far off for a while.",
            count=count,
            spread=show(spread),
            enough=max(1, round((spread / CLOSE) ** 2)),
            close=CLOSE,
        ),
        choices=tuple(
            Message("{low} to {high}", low=low, high=high) for low, high in zip(lows, highs, strict=True)
        ),
        about="whole",
    )


def ask_spread(pictures: Added, title: str | Message) -> Question:
    """Whether the std of all numbers is the mean of the pictures' own."""
    means, variances = pictures.single.mean()[:, 0], pictures.single.variance()[:, 0]
    alike = not (np.ptp(pictures.single.total[:, 0]) or np.ptp(pictures.single.squares[:, 0]))
    std = pictures.whole.std[0]
    return Question(
        Message(
            "Compare the std of all numbers of {channel} in {set} with the mean of the stds that its "
            "pictures have by themselves. The first is …",
            channel=names(pictures.channels)[0],
            set=title,
        ),
        1 if alike else 0,
        Message(
            "It is {std}, and on average a picture by itself has {own}: the pictures also differ from each "
            "other in brightness. std² of all, {total}, is the mean of their own std², {within}, plus the "
            "variance of their means, {between}. So Normalize needs the std of all numbers, and not the mean "
            "of stds.",
            std=show(std),
            own=show(float(np.sqrt(variances).mean())),
            total=show(std**2),
            within=show(float(variances.mean())),
            between=show(float(means.var())),
        ),
        choices=(Message("larger"), Message("equal"), Message("smaller")),
    )


def ask_normalized(pictures: Added, title: str | Message) -> Question:
    """The mean of the first channel behind a Normalize with the numbers of ImageNet."""
    whole, after = pictures.whole, normalized(pictures.whole, IMAGENET)
    prompt = Message(
        "The pictures of {set} go through Normalize with ImageNet's numbers. Which mean has red "
        "afterwards? (to {tolerance})",
        set=title,
        tolerance=0.05,
    )
    if pictures.channels == 1:
        prompt = Message(
            "The grey pictures of {set} become three equal channels, and go through Normalize with "
            "ImageNet's numbers. Which mean has the first channel, red, afterwards? (to {tolerance})",
            **prompt.values,
        )
    with_own = (
        Message("With its own numbers the mean would be 0, and the std 1.")
        if whole.std[0]
        else Message("Its own std is 0, and nothing can be divided by that.")
    )
    return Question(
        prompt,
        after.mean[0],
        Message(
            "({mean} - {by_mean}) / {by_std} = {after}, and the std becomes {std} / {by_std} = {after_std}. "
            "{with_own}",
            mean=show(whole.mean[0]),
            by_mean=IMAGENET.mean[0],
            by_std=IMAGENET.std[0],
            after=show(after.mean[0]),
            std=show(whole.std[0]),
            after_std=show(after.std[0]),
            with_own=with_own,
        ),
        tolerance=0.05,
        about="normalized",
    )


# The program

MEASURE = """\
count, total, squares = 0, 0.0, 0.0
for images in train_images.split(500):
    numbers = images.double()  # whole numbers from 0 to 255: their sums are exact
    count += numbers[:, 0].numel()
    total += numbers.sum(dim=(0, 2, 3))
    squares += (numbers**2).sum(dim=(0, 2, 3))
mean = total / count / 255
std = (squares / count - (total / count) ** 2).sqrt() / 255
print("mean", mean)
print("std", std)
"""


def program(about: Source) -> str:
    """Loads the training pictures of a set and makes ``mean`` and ``std``, one a channel."""
    return join_cells({**pictures.cells(about, ("train",)), "Mean and std": MEASURE})
