"""How far each way has come: accuracy against epochs, seconds, and the parameters that learn; and why."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import accumulate, combinations, pairwise

import torch

from lessons.core.messages import Message
from lessons.engine.training import nets, tuning
from lessons.engine.training.config import Config
from lessons.engine.training.history import History
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WHOLE, name


@dataclass(frozen=True)
class Course:
    """One run. accuracies: in the test, after each epoch; seconds: of learning up to then, and of computing
    features, without the tests."""

    accuracies: tuple[float, ...]
    seconds: tuple[float, ...]

    @classmethod
    def of(cls, history: History) -> "Course":
        lines = history.epochs
        seconds = accumulate(line.seconds for line in lines)
        return cls(tuple(line.test_accuracy for line in lines), tuple(seconds))


@dataclass(frozen=True)
class Way:
    """A way with its courses, one a seed. parameters: how many learn; of: how many the net has."""

    way: str
    courses: tuple[Course, ...]
    parameters: int
    of: int

    @property
    def epochs(self) -> int:
        """That all courses have behind them."""
        return min((len(course.accuracies) for course in self.courses), default=0)

    @property
    def mean(self) -> tuple[float, ...]:
        """Of the accuracies, after each of those epochs."""
        return tuple(sum(each) / len(each) for each in self._by_epoch())

    @property
    def band(self) -> tuple[tuple[float, float], ...]:
        """The lowest and the highest accuracy."""
        return tuple((min(each), max(each)) for each in self._by_epoch())

    @property
    def seconds(self) -> tuple[float, ...]:
        """Behind each of those epochs, on average."""
        each_epoch = list(zip(*(course.seconds[: self.epochs] for course in self.courses), strict=True))
        return tuple(sum(each) / len(each) for each in each_epoch)

    @property
    def end(self) -> float:
        """The accuracy after the last epoch, on average."""
        return self.mean[-1]

    def _by_epoch(self) -> list[tuple[float, ...]]:
        return list(zip(*(course.accuracies[: self.epochs] for course in self.courses), strict=True))


@lru_cache(maxsize=64)
def parameters(net: str, way: str, classes: int) -> tuple[int, int]:
    """(how many learn, how many there are), counted without taking the memory."""
    config = Config(net=net, tuning=way)
    with torch.device("meta"):
        whole = nets.build(net, tuning.wanted(net).shape, classes)
        return nets.parameters(tuning.learner(config, whole)), nets.parameters(whole)


def ways_of(net: str, classes: int, histories: Mapping[str, Sequence[History]]) -> list[Way]:
    """histories: of every way, one a seed that was begun."""
    return [
        Way(way, tuple(map(Course.of, each)), *parameters(net, way, classes))
        for way, each in histories.items()
    ]


# In words


def after(ways: Sequence[Way], epochs: int) -> dict[str, float]:
    """The accuracy of each way after so many epochs."""
    return {way.way: way.mean[epochs - 1] for way in ways}


def ranking(accuracies: Mapping[str, float]) -> Message:
    """The best first."""
    best = sorted(accuracies, key=lambda way: -accuracies[way])
    return listed(
        [Message("{way} {percent} %", way=name(way), percent=percent(accuracies[way])) for way in best],
    )


def listed(each: Sequence[Message]) -> Message:
    return reduce(lambda one, other: Message("{one}, {other}", one=one, other=other), each)


def percent(share: float) -> float:
    """As it is told.

    >>> percent(0.78549)
    78.5
    """
    return round(100 * share, 1)


def too_close(one: float, other: float, tested: int) -> bool:
    """Whether two accuracies on so many pictures may differ by chance: by less than two standard errors."""
    share = (one + other) / 2
    return abs(one - other) <= 2 * math.sqrt(2 * share * (1 - share) / tested)


def describe(ways: Sequence[Way], per_class: int, tested: int) -> list[Message]:
    """What the charts show after the last epoch that all have behind them, and why; nothing before the first.

    tested: how many pictures are in the test.
    """
    epochs = min((way.epochs for way in ways), default=0)
    if not epochs:
        return []
    ended = after(ways, epochs)
    lines = [
        Message(
            "After {epochs} {epochs:epoch|epochs}, on the test pictures: {ranking}.",
            epochs=epochs,
            ranking=ranking(ended),
        )
    ]
    if {SCRATCH, FROZEN} <= ended.keys():
        lines.append(_scratch_or_frozen(ended[SCRATCH], ended[FROZEN], per_class, tested))
    if {WHOLE, FROZEN} <= ended.keys():
        lines.append(_whole_or_frozen(ended[WHOLE], ended[FROZEN], tested))
    return lines


def _scratch_or_frozen(scratch: float, frozen: float, per_class: int, tested: int) -> Message:
    gaps = {"points": percent(abs(scratch - frozen)), "count": per_class, "tested": tested}
    if too_close(scratch, frozen, tested):
        return Message(
            "From scratch and frozen backbone are {points} {points:point|points} apart: too close to call on "
            "{tested} test {tested:picture|pictures}.",
            **gaps,
        )
    if frozen > scratch:
        return Message(
            "The frozen backbone leads from scratch by {points} {points:point|points}: {count} "
            "{count:picture|pictures} a class are too few to find good features from nothing, and it has "
            "brought some along.",
            **gaps,
        )
    return Message(
        "From scratch leads the frozen backbone by {points} {points:point|points}: {count} "
        "{count:picture|pictures} a class are enough to find features made for just these classes. Those of "
        "the frozen backbone were made for others, and stay.",
        **gaps,
    )


def _whole_or_frozen(whole: float, frozen: float, tested: int) -> Message:
    gaps = {"points": percent(abs(whole - frozen)), "tested": tested}
    if too_close(whole, frozen, tested):
        return Message(
            "Whole net and frozen backbone are {points} {points:point|points} apart: too close to call on "
            "{tested} test {tested:picture|pictures}.",
            **gaps,
        )
    if whole > frozen:
        return Message(
            "The whole net does better than the frozen backbone by {points} {points:point|points}: it starts "
            "from the same features, and may change them.",
            **gaps,
        )
    return Message(
        "The whole net does worse than the frozen backbone by {points} {points:point|points}: it changes "
        "good features on the word of too few pictures.",
        **gaps,
    )


def saved(ways: Sequence[Way]) -> Message | None:
    """What computing the features once has saved; None where there is nothing to compare."""
    by_name = {way.way: way for way in ways if way.epochs > 1}
    if not {FROZEN, WHOLE} <= by_name.keys():
        return None
    first, later = by_name[FROZEN].seconds[0], _later(by_name[FROZEN])
    return Message(
        "Frozen backbone: the features of all pictures were computed once, so its first epoch took {first} "
        "s; each later one {later} s, against {whole} s of the whole net.",
        first=float(f"{first:.2g}"),
        later=float(f"{later:.2g}"),
        whole=float(f"{_later(by_name[WHOLE]):.2g}"),
    )


def _later(way: Way) -> float:
    """Seconds of an epoch after the first, on average."""
    differences = [later - earlier for earlier, later in pairwise(way.seconds)]
    return sum(differences) / len(differences)


# Against what was guessed


def judged(guess: Mapping[str, float], ways: Sequence[Way]) -> Message | None:
    """guess: the accuracy that each way was thought to reach. None where fewer than two have ended."""
    ended = {way.way: way.end for way in ways if way.way in guess and way.epochs}
    if len(ended) < 2:
        return None
    off = percent(sum(abs(guess[way] - end) for way, end in ended.items()) / len(ended))
    same = all(
        (guess[one] - guess[other]) * (ended[one] - ended[other]) > 0 for one, other in combinations(ended, 2)
    )
    if same:
        return Message(
            "Your order is right. Your bars are off by {points} {points:point|points} on average.", points=off
        )
    return Message(
        "The order came out otherwise. Your bars are off by {points} {points:point|points} on average.",
        points=off,
    )
