"""How far each way has come: accuracy against epochs, seconds, and the parameters that learn; and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import accumulate, pairwise

import torch

from lessons.core.messages import Message
from lessons.engine.training import nets, tuning
from lessons.engine.training.config import Config
from lessons.engine.training.history import History
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WHOLE, name

POINT = 0.01  # of accuracy: on 1,000 pictures two runs can differ by so much by chance


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


def ranking(ways: Sequence[Way]) -> Message:
    """The best first."""
    best = sorted(ways, key=lambda way: -way.end)
    each = [Message("{way} {percent} %", way=name(way.way), percent=percent(way.end)) for way in best]
    return listed(each)


def listed(each: Sequence[Message]) -> Message:
    return reduce(lambda one, other: Message("{one}, {other}", one=one, other=other), each)


def percent(share: float) -> float:
    """As it is told.

    >>> percent(0.78549)
    78.5
    """
    return round(100 * share, 1)


def describe(ways: Sequence[Way], per_class: int) -> list[Message]:
    """What the charts show in the end, and why; nothing before there is an end."""
    ended = [way for way in ways if way.epochs]
    if not ended:
        return []
    lines = [
        Message(
            "After {epochs} {epochs:epoch|epochs}, on the test pictures: {ranking}.",
            epochs=min(way.epochs for way in ended),
            ranking=ranking(ended),
        )
    ]
    by_name = {way.way: way for way in ended}
    if {SCRATCH, FROZEN} <= by_name.keys():
        lines.append(_scratch_or_frozen(by_name[SCRATCH].end, by_name[FROZEN].end, per_class))
    if {WHOLE, FROZEN} <= by_name.keys() and by_name[WHOLE].end > by_name[FROZEN].end + POINT:
        lines.append(
            Message(
                "The whole net does better than the frozen backbone by {points} {points:point|points}: it "
                "starts from the same features, and may change them.",
                points=percent(by_name[WHOLE].end - by_name[FROZEN].end),
            )
        )
    return lines


def _scratch_or_frozen(scratch: float, frozen: float, per_class: int) -> Message:
    points = percent(abs(scratch - frozen))
    if abs(scratch - frozen) <= POINT:
        return Message(
            "From scratch and frozen backbone are {points} {points:point|points} apart: too close to call.",
            points=points,
        )
    if frozen > scratch:
        return Message(
            "The frozen backbone leads by {points} {points:point|points}: {count} {count:picture|pictures} "
            "a class are too few to find good features from nothing, and it has brought some along.",
            points=points,
            count=per_class,
        )
    return Message(
        "From scratch leads by {points} {points:point|points}: {count} {count:picture|pictures} a class are "
        "enough to find features made for just these classes. Those of the frozen backbone were made for "
        "others, and stay.",
        points=points,
        count=per_class,
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


def judged(guess: Mapping[str, float], ways: Sequence[Way]) -> Message:
    """guess: the accuracy that each of these ways was thought to reach."""
    ended = [way for way in ways if way.way in guess and way.epochs]
    off = sum(abs(guess[way.way] - way.end) for way in ended) / len(ended)
    same = all(
        (guess[one.way] - guess[other.way]) * (one.end - other.end) > 0
        for index, one in enumerate(ended)
        for other in ended[:index]
    )
    if same:
        return Message(
            "Your order is right. Your bars are off by {points} {points:point|points} on average.",
            points=percent(off),
        )
    return Message(
        "The order came out otherwise. Your bars are off by {points} {points:point|points} on average.",
        points=percent(off),
    )
