"""The same points, looked at all at once, a few at a time, or one by one: three ways down one surface."""

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from lessons.core import style
from lessons.core.axes import axis, decades, within
from lessons.core.checks import require_whole
from lessons.core.contours import contours_above
from lessons.core.lesson import Check
from lessons.core.limits import BATCH_EPOCHS, RATE
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.plane import Axis, Dots, Line, Path, Place, Places, Plane, Scene, Told
from lessons.core.program import Program
from lessons.core.questions import Question
from lessons.learning.points import NOTES, height, least_squares, loss

POINTS = NOTES
WHOLE, MINI, ONE = "whole", "mini", "one"
WAYS = (WHOLE, MINI, ONE)
NAMES = {WHOLE: Message("the whole batch"), MINI: Message("mini-batches"), ONE: Message("one by one")}
COLOURS = {WHOLE: style.RUNS[2], MINI: style.HERE, ONE: style.NEGATIVE}
DASHES = {WHOLE: "solid", MINI: "dash", ONE: "dot"}
FAR = 1e6  # a path ends where it has left for good
CLOSE = 0.01  # of a loss: what is closer is a tie
REACH = (100.0, 100.0)  # of w and b, where they begin


@dataclass(frozen=True)
class Inputs:
    """mini: how many points are in a mini-batch; epochs: passes over all points; seed: of the shuffle, which
    is the same for all three; start: (w, b). LessonError where they cannot be used."""

    lr: float = 0.002
    mini: int = 5
    epochs: int = 10
    seed: int = 0
    start: Place = (0.0, 0.0)

    def __post_init__(self) -> None:
        require_whole("mini", self.mini, 1, len(POINTS))
        require_whole("epochs", self.epochs, 1, BATCH_EPOCHS)
        require_whole("seed", self.seed, 0, 2**31 - 1)
        if not 0 <= self.lr <= RATE:
            raise LessonError("A rate is {rate}; it can be from 0 to {most:g}.", rate=self.lr, most=RATE)

    @property
    def begin(self) -> Place:
        """The start, brought within reach."""
        return within(self.start, REACH)

    def size(self, way: str) -> int:
        """Of a batch."""
        return {WHOLE: len(POINTS), MINI: self.mini, ONE: 1}[way]


def batches(inputs: Inputs, size: int) -> list[list[int]]:
    """The points of every step: all epochs, each shuffled anew and cut into slices, as a DataLoader does."""
    generator = torch.Generator().manual_seed(inputs.seed)
    return [
        batch.tolist()
        for _epoch in range(inputs.epochs)
        for batch in torch.randperm(len(POINTS), generator=generator).split(size)
    ]


@dataclass(frozen=True)
class Way:
    """batches: the points of every step; places: the start, and where each step leads. It has fewer steps
    than batches where it has left for good."""

    batches: Sequence[Sequence[int]]
    places: Places

    @property
    def steps(self) -> int:
        return len(self.places) - 1

    @cached_property
    def losses(self) -> list[float]:
        """Of all points, at every place."""
        return [loss(POINTS, place) for place in self.places]

    @property
    def detour(self) -> float:
        """How many times as long as the straight line from its start to its end it is."""
        length = sum(math.dist(one, other) for one, other in zip(self.places, self.places[1:], strict=False))
        straight = math.dist(self.places[0], self.places[-1])
        return length / straight if straight else math.inf

    @property
    def left(self) -> int | None:
        """How many points had been looked at when it had left for good; None if it has not."""
        gone = max(map(abs, self.places[-1])) > FAR
        return sum(map(len, self.batches[: self.steps])) if gone else None

    @property
    def climbs(self) -> bool:
        """Whether it ends higher than it began."""
        return self.losses[-1] > self.losses[0]

    def at(self, seen: int) -> int:
        """How many steps are made when so many points have been looked at."""
        return self._steps_by[seen]

    @cached_property
    def _steps_by(self) -> list[int]:
        made = [0]
        for step, batch in enumerate(self.batches, start=1):
            made += [step - 1] * (len(batch) - 1) + [step]
        return [min(step, self.steps) for step in made]


def go(inputs: Inputs) -> dict[str, Way]:
    """All three, by hand: the gradient is the mean over the points of the batch."""
    return {way: _go(inputs, inputs.size(way)) for way in WAYS}


def _go(inputs: Inputs, size: int) -> Way:
    found = batches(inputs, size)
    places = [inputs.begin]
    for batch in found:
        w, b = places[-1]
        misses = [(POINTS[each][0], w * POINTS[each][0] + b - POINTS[each][1]) for each in batch]
        along_w = 2 * math.fsum(x * miss for x, miss in misses) / len(batch)
        along_b = 2 * math.fsum(miss for _x, miss in misses) / len(batch)
        places.append((w - inputs.lr * along_w, b - inputs.lr * along_b))
        if max(map(abs, places[-1])) > FAR:
            break
    return Way(found, tuple(places))


def run(inputs: Inputs, size: int) -> Tensor:
    """(steps + 1, 2): the same by torch's own loss, autograd and optimizer."""
    x, y = torch.tensor(POINTS, dtype=torch.float64).T
    weights = torch.tensor(inputs.begin, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=inputs.lr)
    places = [weights.detach().clone()]
    for batch in batches(inputs, size):
        w, b = weights
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(w * x[batch] + b, y[batch]).backward()
        optimizer.step()
        places.append(weights.detach().clone())
    return torch.stack(places)


def check(inputs: Inputs) -> Check:
    """Every place of all three."""
    pairs = [
        (run(inputs, inputs.size(name))[: len(way.places)], torch.tensor(way.places, dtype=torch.float64))
        for name, way in go(inputs).items()
    ]
    return Check.between("torch.optim.SGD", *pairs, factors=tuple(theirs for theirs, _ours in pairs))


# What is seen of it


def scene(inputs: Inputs, ways: dict[str, Way], shown: Sequence[str], lit: str) -> Scene:
    """A frame for every point looked at. shown: the ways that are seen; lit: whose batch lights up."""
    frames = len(POINTS) * inputs.epochs + 1
    seen = {name: ways[name] for name in shown}
    planes = (_points(ways[lit], lit, frames), _surface(inputs, seen, frames), _losses(seen, frames))
    unit = Message("point {step} of {all}")
    return Scene(planes, ((0, 1), (2,)), frames, _told(ways[lit], seen, frames), unit=unit)


def _points(way: Way, name: str, frames: int) -> Plane:
    """What the step that has led here has looked at is lit."""
    xs, ys = zip(*POINTS, strict=True)
    steps = [way.at(seen) for seen in range(frames)]
    lit = [way.batches[step - 1] if step else () for step in steps]
    dots = Dots("points", Message("point {number}"), tuple((x, y) for x, y in POINTS), lit=lit)
    line = Line("line", Message("the line"), name, COLOURS[name], DASHES[name])
    return Plane(
        Message("points and line"), axis(Message("x"), xs), axis(Message("y"), ys), (line, dots), 340
    )


def _surface(inputs: Inputs, ways: dict[str, Way], frames: int) -> Plane:
    best = least_squares(POINTS)
    w, b = (
        axis(name, numbers, 0.5)
        for name, numbers in zip(
            (Message("weight w"), Message("bias b")), zip(inputs.begin, best, strict=True), strict=True
        )
    )
    lines = contours_above(Message("equal loss"), height(POINTS), w, b, loss(POINTS, best))
    paths = tuple(
        Path(
            name,
            NAMES[name],
            tuple(way.places[way.at(seen)] for seen in range(frames)),
            COLOURS[name],
            DASHES[name],
            begins="start",
        )
        for name, way in ways.items()
    )
    cross = Dots("best", Message("least squares"), (best,), sign="cross", colour=style.QUIET)
    start = Dots("start", Message("the start"), (inputs.begin,), "free", sign="ring", colour=style.QUIET)
    return Plane(Message("loss of every line"), w, b, (lines, cross, *paths, start), 340)


def _losses(ways: dict[str, Way], frames: int) -> Plane:
    first = next(iter(ways.values())).losses[0] or 1.0
    every = [each for way in ways.values() for each in way.losses]
    up = decades(Message("loss of all points"), min(every), min(max(every), 1e4 * first))
    paths = tuple(
        Path(
            f"loss-{name}",
            NAMES[name],
            tuple((float(seen), way.losses[way.at(seen)]) for seen in range(frames)),
            COLOURS[name],
            DASHES[name],
        )
        for name, way in ways.items()
    )
    along = Axis(Message("points looked at"), 0, float(frames - 1), whole=True)
    return Plane(Message("loss over the points looked at"), along, up, paths, 240)


def _told(way: Way, ways: dict[str, Way], frames: int) -> Told:
    """way: whose batch is lit. Whoever has left for good is told so from there on."""
    left = sorted({each.left for each in ways.values() if each.left is not None})
    words = [_words(ways, since) for since in (0, *left)]
    numbers: dict[str, Sequence[float]] = {
        name: [each.losses[each.at(seen)] for seen in range(frames)] for name, each in ways.items()
    }
    numbers |= {
        "seen": [float(seen) for seen in range(frames)],
        "steps": [float(way.at(seen)) for seen in range(frames)],
    }
    return Told(words, numbers, [bisect(left, seen) for seen in range(frames)])


STANDS = {
    WHOLE: Message("{whole} with the whole batch"),
    MINI: Message("{mini} with mini-batches"),
    ONE: Message("{one} one by one"),
}


def _words(ways: dict[str, Way], seen: int) -> Message:
    """Of a frame, with gaps for its numbers. seen: points, of which each tells whether a way has left."""
    told = [
        STANDS[name] if way.left is None or seen < way.left else _gone(name, way.left)
        for name, way in ways.items()
    ]
    if len(told) == 1:
        return Message(
            "After {seen} {seen:point|points}, {steps} {steps:step|steps}, the loss: {told}.", told=told[0]
        )
    return Message(
        "After {seen} {seen:point|points}, the loss: {first}, {second}, {third}. What is lit is the batch of "
        "step {steps}.",
        **dict(zip(("first", "second", "third"), told, strict=True)),
    )


def _gone(name: str, left: int) -> Message:
    return Message("out of sight since point {left} ({name})", name=NAMES[name], left=left)


def rows(inputs: Inputs, ways: dict[str, Way], shown: Sequence[str]) -> list[tuple[float, ...]]:
    """After every epoch: how many points were looked at, and of every way the steps made and the loss."""
    seen = [len(POINTS) * epoch for epoch in range(inputs.epochs + 1)]
    return [(each, *(number for name in shown for number in _standing(ways[name], each))) for each in seen]


def _standing(way: Way, seen: int) -> tuple[float, float]:
    step = way.at(seen)
    return step, way.losses[step]


# The question


def ask_lowest(inputs: Inputs, ways: dict[str, Way]) -> Question:
    """Which way is lowest after as many points looked at."""
    w, b = inputs.begin
    return Question(
        Message(
            "From w {w}, b {b} all three look at {count} {count:point|points} {epochs} {epochs:time|times}, "
            "at the rate {lr}: all at once, {mini} at a time, and one by one. Whose loss is the lowest then?",
            w=show(w),
            b=show(b),
            count=len(POINTS),
            epochs=inputs.epochs,
            lr=inputs.lr,
            mini=inputs.mini,
        ),
        _lowest(ways),
        _reason(ways),
        choices=(
            *(NAMES[name] for name in WAYS),
            Message("the two lowest differ by less than 1 %"),
            Message("none: all three diverge"),
        ),
    )


def _lowest(ways: dict[str, Way]) -> int:
    """The number of the choice."""
    losses = [ways[name].losses[-1] for name in WAYS]
    if all(way.climbs for way in ways.values()):
        return len(WAYS) + 1
    lowest, second, _third = sorted(losses)
    return len(WAYS) if second - lowest <= CLOSE * lowest else losses.index(lowest)


def _reason(ways: dict[str, Way]) -> Message:
    whole, mini, one = (ways[name] for name in WAYS)
    told = Message(
        "The loss is {whole} after {whole_steps} {whole_steps:step|steps} with the whole batch, {mini} after "
        "{mini_steps} {mini_steps:step|steps} with mini-batches, and {one} after {one_steps} "
        "{one_steps:step|steps} one by one. The fewer points a step looks at, the more steps there are, and "
        "the less they agree on the way.",
        whole=show(whole.losses[-1]),
        mini=show(mini.losses[-1]),
        one=show(one.losses[-1]),
        whole_steps=whole.steps,
        mini_steps=mini.steps,
        one_steps=one.steps,
    )
    for name in WAYS:
        if ways[name].climbs:
            told = Message("{told} {more}", told=told, more=_diverges(name, ways[name]))
    calm = [name for name in WAYS if not ways[name].climbs]
    if not calm:
        return told
    straight = min(calm, key=lambda name: ways[name].detour)
    return Message(
        "{told} The straightest path here: {name}. Its length is the distance from its start to its end, "
        "times {detour}.",
        told=told,
        name=NAMES[straight],
        detour=show(ways[straight].detour),
    )


def _diverges(name: str, way: Way) -> Message:
    """Of one that ends higher than it began."""
    if way.left is not None:
        return Message(
            "Diverged: {name}. After point {left} it is further out than {far:g}, and its path ends there.",
            name=NAMES[name],
            left=way.left,
            far=FAR,
        )
    return Message("Diverging: {name}. That path ends higher than it began.", name=NAMES[name])


# As a program


def snippet(inputs: Inputs) -> str:
    """All three in torch."""
    return str(
        Program()
        .tensor("points", POINTS, "x and y")
        .line(
            "x, y = points.T",
            "",
            "",
            "def descend(size):",
            f"    generator = torch.Generator().manual_seed({inputs.seed})",
            f"    weights = torch.tensor({list(inputs.begin)}, dtype=torch.float64, requires_grad=True)",
            f"    optimizer = torch.optim.SGD([weights], lr={inputs.lr})",
            "    path = [weights.tolist()]",
            f"    for epoch in range({inputs.epochs}):",
            "        order = torch.randperm(len(points), generator=generator)",
            "        for batch in order.split(size):",
            "            w, b = weights",
            "            loss = F.mse_loss(w * x[batch] + b, y[batch])",
            "            optimizer.zero_grad()",
            "            loss.backward()",
            "            optimizer.step()",
            "            path.append(weights.tolist())",
            "    return path",
            "",
            "",
            f"whole, mini, one = (descend(size) for size in ({len(POINTS)}, {inputs.mini}, 1))",
        )
        .show("whole[-1]", "mini[-1]", "one[-1]")
    )
