"""A learning rate that changes from step to step, and two kinds of momentum under it, in a narrow valley."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.optim import lr_scheduler

from lessons.core import style
from lessons.core.axes import decades, round_up, within
from lessons.core.checks import require_one_of, require_whole
from lessons.core.contours import contours_above
from lessons.core.lesson import Check
from lessons.core.limits import KNOTS, RATE, SCHEDULE_STEPS
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.plane import Axis, Curve, Dots, Path, Place, Places, Plane, Scene, Told
from lessons.core.questions import Question
from lessons.learning.optimizers import Memory, sgd

CONSTANT, STEP, COSINE, ONE_CYCLE, WARM_UP, OWN = "constant", "step", "cosine", "onecycle", "warmup", "knots"
KINDS = {
    CONSTANT: "Constant",
    STEP: "Steps down (StepLR)",
    COSINE: "Half a cosine",
    ONE_CYCLE: "One cycle",
    WARM_UP: "Warm-up, then cosine",
    OWN: "Your own knots",
}
STEEP = (75.6, 2.0)  # the curvatures of the notes' loss, along w and along b
FEWEST = 10  # steps
REACH = (2.0, 5.0)  # of the axes
FAR = 1e6  # a path ends where it has left for good
SAME = 1e-9  # of a weight: two ways to one number may be so far apart
CLOSE = 0.03  # of the highest rate: how far knots may be off a schedule


@dataclass(frozen=True)
class Inputs:
    """kind: of the schedule; lr: its highest rate; step_size, gamma: of StepLR; warm: the share of the steps
    that go up, with a warm-up or one cycle; knots: (step, rate) of the learner's own. momentum: of both
    rules; start: (w, b). LessonError tells why they cannot be used."""

    kind: str = STEP
    lr: float = 0.001
    steps: int = 100
    momentum: float = 0.9
    step_size: int = 50
    gamma: float = 0.1
    warm: float = 0.3
    knots: Places = ()
    start: Place = (1.5, 4.0)

    def __post_init__(self) -> None:
        require_one_of("kind", self.kind, KINDS)
        require_whole("steps", self.steps, FEWEST, SCHEDULE_STEPS)
        if self.kind == OWN and not 2 <= len(self.knots) <= KNOTS:
            raise LessonError(
                "A schedule has 2 to {most} knots; here are {count}.", most=KNOTS, count=len(self.knots)
            )
        for step, rate in self.knots:
            if not 0 <= step <= SCHEDULE_STEPS:
                raise LessonError(
                    "A knot is at step {step}; it can be from 0 to {most}.", step=step, most=SCHEDULE_STEPS
                )
            if not 0 <= rate <= RATE:
                raise LessonError("A rate is {rate}; it can be from 0 to {most:g}.", rate=rate, most=RATE)

    @property
    def begin(self) -> Place:
        """The start, brought onto the plane."""
        return within(self.start, REACH)

    @property
    def warming(self) -> int:
        """How many steps go up."""
        return min(max(2, round(self.warm * self.steps)), self.steps - 1)  # one cycle needs two


# The rates


def parts(inputs: Inputs) -> list[tuple[str, Mapping[str, Any]]]:
    """torch's schedulers, one after the other, and what each is given by name."""
    match inputs.kind:
        case "constant":
            return [("ConstantLR", {"factor": 1.0})]
        case "step":
            return [("StepLR", {"step_size": inputs.step_size, "gamma": inputs.gamma})]
        case "cosine":
            return [("CosineAnnealingLR", {"T_max": inputs.steps})]
        case "onecycle":
            # By default it moves the momentum as well; here the rate alone changes.
            share = inputs.warming / inputs.steps
            given = {"max_lr": inputs.lr, "total_steps": inputs.steps, "pct_start": share}
            return [("OneCycleLR", {**given, "cycle_momentum": False})]
        case "warmup":
            up = {"start_factor": 0.01, "total_iters": inputs.warming}
            return [("LinearLR", up), ("CosineAnnealingLR", {"T_max": inputs.steps - inputs.warming})]
    return []


def scheduler(inputs: Inputs, optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
    """torch's own, for an optimizer whose lr is ``begins``."""
    if inputs.kind == OWN:
        return lr_scheduler.LambdaLR(optimizer, lambda step: between(inputs.knots, step))
    made = [getattr(lr_scheduler, name)(optimizer, **given) for name, given in parts(inputs)]
    return made[0] if len(made) == 1 else lr_scheduler.SequentialLR(optimizer, made, [inputs.warming])


def begins(inputs: Inputs) -> float:
    """The lr of the optimizer: knots are factors of 1."""
    return 1.0 if inputs.kind == OWN else inputs.lr


def between(knots: Places, step: float) -> float:
    """The rate on the straight lines from knot to knot, and level beyond them.

    >>> between(((10.0, 0.5), (0.0, 0.25)), 5.0), between(((0.0, 0.25), (10.0, 0.5)), 20.0)
    (0.375, 0.5)
    """
    steps, rates = zip(*sorted(knots), strict=True)
    return float(np.interp(step, steps, rates))


def rates(inputs: Inputs) -> tuple[float, ...]:
    """The rate of every step, counted from 0: torch's scheduler, run with a weight that goes nowhere."""
    optimizer = torch.optim.SGD([torch.zeros((), requires_grad=True)], lr=begins(inputs))
    schedule, found = scheduler(inputs, optimizer), []
    for _step in range(inputs.steps):
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        schedule.step()
    return tuple(found)


def knots_of(rates: tuple[float, ...]) -> Places:
    """Knots whose lines are close to a schedule; where they would be too many, as close as so many can."""
    steps, chosen = np.arange(len(rates)), [0, len(rates) - 1]
    while len(chosen) < KNOTS:
        off = np.abs(np.interp(steps, chosen, [rates[step] for step in chosen]) - rates)
        if off.max() <= CLOSE * max(rates):
            break
        chosen = sorted({*chosen, int(off.argmax())})
    return tuple((float(step), rates[step]) for step in chosen)


# Two kinds of momentum


def height(w: Any, b: Any) -> Any:
    """Of the valley, at numbers or arrays of the same shape."""
    return (STEEP[0] * w * w + STEEP[1] * b * b) / 2


def by_torch(rates: tuple[float, ...], inputs: Inputs) -> Places:
    """torch's momentum: v = m v + g, and then w - lr v. The rate of now is for all of the velocity."""
    memories: list[Memory] = [{}, {}]

    def step(axis: int, weight: float, lr: float) -> float:
        moved, memories[axis] = sgd(weight, STEEP[axis] * weight, memories[axis], lr, inputs.momentum)
        return float(moved)

    return _slide(step, rates, inputs.begin)


def by_textbook(rates: tuple[float, ...], inputs: Inputs) -> Places:
    """The textbook's: v = m v + lr g, and then w - v. The velocity holds the rates of before."""
    velocities = [0.0, 0.0]

    def step(axis: int, weight: float, lr: float) -> float:
        velocities[axis] = inputs.momentum * velocities[axis] + lr * STEEP[axis] * weight
        return weight - velocities[axis]

    return _slide(step, rates, inputs.begin)


def _slide(step: Callable[[int, float, float], float], rates: tuple[float, ...], start: Place) -> Places:
    """The start, and the place after every step; it ends where it is too far away to come back."""
    places = [start]
    for lr in rates:
        w, b = places[-1]
        places.append((step(0, w, lr), step(1, b, lr)))
        if max(map(abs, places[-1])) > FAR:
            break
    return tuple(places)


@dataclass(frozen=True)
class Slides:
    """rates: of every step; torch, textbook: the start and the place after every step."""

    rates: tuple[float, ...]
    torch: Places
    textbook: Places

    @property
    def first_change(self) -> int | None:
        """The first step, counted from 0, whose rate is not that of the one before; None if none is."""
        both = enumerate(pairwise(self.rates), start=1)
        return next((step for step, (before, now) in both if before != now), None)

    @property
    def gone(self) -> bool:
        """Whether torch's momentum has run away."""
        return max(map(abs, self.torch[-1])) > FAR

    @property
    def first_difference(self) -> int | None:
        """The first step, counted from 0, that leads the two to different places; None if none does."""
        both = enumerate(zip(self.torch[1:], self.textbook[1:], strict=False))
        return next((step for step, (one, other) in both if not _same(one, other)), None)


def _same(one: Place, other: Place) -> bool:
    largest = max(map(abs, (*one, *other)))
    return all(abs(x - y) <= SAME * largest for x, y in zip(one, other, strict=True))


def slide(inputs: Inputs) -> Slides:
    found = rates(inputs)
    return Slides(found, by_torch(found, inputs), by_textbook(found, inputs))


def run(inputs: Inputs) -> Places:
    """The start and the place after every step, by torch's own optimizer, scheduler and autograd."""
    steep = torch.tensor(STEEP, dtype=torch.float64)
    weights = torch.tensor(inputs.begin, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=begins(inputs), momentum=inputs.momentum)
    schedule, places = scheduler(inputs, optimizer), [inputs.begin]
    for _step in range(inputs.steps):
        optimizer.zero_grad()
        ((steep * weights**2).sum() / 2).backward()
        optimizer.step()
        schedule.step()
        w, b = weights.tolist()
        places.append((w, b))
    return tuple(places)


def check(inputs: Inputs, slides: Slides) -> Check:
    """All places of torch's momentum, by torch and by hand."""
    theirs, ours = (
        torch.tensor(places, dtype=torch.float64)
        for places in (run(inputs)[: len(slides.torch)], slides.torch)
    )
    return Check.between("torch.optim.SGD", (theirs, ours), factors=(theirs,))


# What is seen of it


def scene(inputs: Inputs, slides: Slides, both: bool) -> Scene:
    """both: whether the textbook's momentum is seen, too. Frame by frame a step more."""
    shown = (slides.torch, slides.textbook) if both else (slides.torch,)
    planes = (_rates(inputs, slides), _valley(inputs, shown), _heights(inputs, shown))
    return Scene(planes, ((0,), (1, 2)), inputs.steps + 1, _told(slides, both))


def _rates(inputs: Inputs, slides: Slides) -> Plane:
    """The knots are those of the learner, or close to the schedule: moved, they become the learner's."""
    last, own = float(inputs.steps - 1), inputs.kind == OWN
    knots = tuple((min(step, last), rate) for step, rate in inputs.knots) if own else knots_of(slides.rates)
    places = tuple((float(step), rate) for step, rate in enumerate(slides.rates))
    line = Curve("lines", Message("the rate"), () if own else places, "knots" if own else "")
    return Plane(
        Message("rate of every step"),
        Axis(Message("steps made before"), 0, last, whole=True),
        Axis(Message("rate"), 0, round_up(1.2 * max(max(slides.rates), 1e-6))),
        (
            line,
            Path("rate", Message("the rate so far"), (places[0], *places)),
            Dots("knots", Message("knot {number}"), knots, "free", fewest=2, most=KNOTS),
        ),
        height=200,
    )


NAMES = (Message("torch's momentum"), Message("the textbook's momentum"))
COLOURS = (style.HERE, style.NEGATIVE)
DASHES = ("solid", "dash")


def _valley(inputs: Inputs, shown: tuple[Places, ...]) -> Plane:
    w, b = (
        Axis(name, -reach, reach)
        for name, reach in zip((Message("weight w"), Message("bias b")), REACH, strict=True)
    )
    paths = tuple(
        Path(f"path-{place}", NAMES[place], places, COLOURS[place], DASHES[place], begins="start")
        for place, places in enumerate(shown)
    )
    start = Dots("start", Message("the start"), (inputs.begin,), "free", sign="ring", colour=style.QUIET)
    return Plane(
        Message("a narrow valley"),
        w,
        b,
        (contours_above(Message("equal height"), height, w, b, 0.0), *paths, start),
        height=340,
    )


LOWEST = 1e-12  # of the height at the start: what is drawn of it


def _heights(inputs: Inputs, shown: tuple[Places, ...]) -> Plane:
    heights = [[float(height(*place)) for place in places] for places in shown]
    first = heights[0][0] or 1.0
    low = max(min(map(min, heights)), LOWEST * first)
    up = decades(Message("height"), low, min(max(map(max, heights)), 1e6 * first))
    paths = tuple(
        Path(
            f"height-{place}",
            NAMES[place],
            tuple((float(step), max(each, up.low)) for step, each in enumerate(found)),
            COLOURS[place],
            DASHES[place],
        )
        for place, found in enumerate(heights)
    )
    along = Axis(Message("steps made"), 0, float(inputs.steps), whole=True)
    return Plane(Message("height after every step"), along, up, paths, height=340)


START, ONE, TOGETHER, APART, GONE = range(5)
WORDS = (
    Message("The start: w {w}, b {b}, height {height}."),
    Message("After {step} {step:step|steps}, the last at the rate {rate}: w {w}, b {b}, height {height}."),
    Message(
        "After {step} {step:step|steps}, the last at the rate {rate}: both momentums are at w {w}, b {b}, "
        "height {height}."
    ),
    Message(
        "After {step} {step:step|steps}, the last at the rate {rate}: torch's momentum is at the height "
        "{height}, the textbook's at {other}."
    ),
    Message("After {end} {end:step|steps} it has run away: it was so far out that the path ended there."),
)


def _told(slides: Slides, both: bool) -> Told:
    """Of every frame: as many steps are made then."""
    frames = range(len(slides.rates) + 1)
    apart = slides.first_difference if both else None

    def words(frame: int) -> int:
        if frame == 0:
            return START
        if slides.gone and frame >= len(slides.torch) - 1:
            return GONE
        if not both:
            return ONE
        return TOGETHER if apart is None or frame <= apart else APART

    ours, others = (
        [places[min(frame, len(places) - 1)] for frame in frames]
        for places in (slides.torch, slides.textbook)
    )
    numbers = {
        "step": [float(frame) for frame in frames],
        "end": [float(len(slides.torch) - 1)],
        "rate": [slides.rates[max(frame - 1, 0)] for frame in frames],
        "w": [w for w, _b in ours],
        "b": [b for _w, b in ours],
        "height": [float(height(*place)) for place in ours],
        "other": [float(height(*place)) for place in others],
    }
    return Told(WORDS, numbers, [words(frame) for frame in frames])


def rows(slides: Slides, both: bool) -> list[tuple[float, ...]]:
    """Steps made, the rate of the last, place and height, and those of the textbook: of some steps, and where
    the rate is new."""
    last = min(len(slides.torch), len(slides.textbook)) - 2
    change = slides.first_change or 0
    shown = sorted({*range(0, last, max(1, len(slides.rates) // 20)), change, last} & set(range(last + 1)))
    ways = (slides.torch, slides.textbook) if both else (slides.torch,)
    return [
        (
            step + 1,
            slides.rates[step],
            *(each for way in ways for each in (*way[step + 1], height(*way[step + 1]))),
        )
        for step in shown
    ]


# The question


def ask_parting(inputs: Inputs, slides: Slides) -> Question:
    """For how many steps the two kinds of momentum go the same way."""
    return Question(
        Message(
            "{schedule}, with the momentum m = {momentum}. torch's is v = m v + g, and then w - lr v; the "
            "textbook's is v = m v + lr g, and then w - v. Of {steps} {steps:step|steps}, how many do the "
            "two make alike?",
            schedule=Message(KINDS[inputs.kind]),
            momentum=inputs.momentum,
            steps=inputs.steps,
        ),
        together(inputs, slides),
        _reason(inputs, slides),
    )


def together(inputs: Inputs, slides: Slides) -> int:
    """How many steps both make alike; as many as are followed, if they run away before the rate changes."""
    if slides.first_difference is not None:
        return slides.first_difference
    agree = slides.first_change is None or not inputs.momentum or not slides.gone
    return inputs.steps if agree else len(slides.torch) - 1


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as it takes to see it; 4 at least.

    >>> told_apart(0.001, 0.0001), told_apart(0.001, 0.00100012)
    (('0.001', '0.0001'), ('0.001', '0.0010001'))
    """
    written = ((f"{one:.{digits}g}", f"{other:.{digits}g}") for digits in range(4, 18))
    return next(both for both in written if both[0] != both[1])


def _reason(inputs: Inputs, slides: Slides) -> Message:
    change, parting = slides.first_change, slides.first_difference
    if change is None:
        return Message(
            "They agree on every step. While the rate is the same, here {rate}, the textbook's velocity is "
            "that of torch times the rate, and the steps are as long.",
            rate=show(slides.rates[0]),
        )
    before, after = told_apart(slides.rates[change - 1], slides.rates[change])
    gaps = {"count": together(inputs, slides), "before": before, "after": after}
    if not inputs.momentum:
        return Message(
            "They agree on every step, though the rate changes after {change} {change:step|steps}, from "
            "{before} to {after}. Without momentum both go lr × g, at the rate of now: nothing of an older "
            "one is left.",
            change=change,
            **gaps,
        )
    if parting is None and slides.gone:
        return Message(
            "They go together for {count} {count:step|steps}, and have run away by then: their paths end "
            "before the rate changes from {before} to {after}.",
            **gaps,
        )
    if parting is None:
        return Message("They agree on every step: at the start nothing is steep, and neither of them moves.")
    one, other = (show(float(height(*places[-1]))) for places in (slides.torch, slides.textbook))
    return Message(
        "They go together for {count} {count:step|steps}; then the rate goes from {before} to {after}. "
        "torch multiplies all of the velocity by the rate of now, so its step changes at once. The "
        "textbook's velocity still holds steps of the old rate, and runs on. In the end torch's is at the "
        "height {one}, and the textbook's at {other}.",
        one=one,
        other=other,
        **gaps,
    )


# As a program


def snippet(inputs: Inputs) -> str:
    """The same in torch, and the textbook's momentum under the same rates."""
    return f"""\
import torch

steep = torch.tensor({list(STEEP)}, dtype=torch.float64)
weights = torch.tensor({list(inputs.begin)}, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([weights], lr={begins(inputs)}, momentum={inputs.momentum})
{_scheduler_lines(inputs)}

rates, path = [], [weights.tolist()]
for step in range({inputs.steps}):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.zero_grad()
    height = (steep * weights**2).sum() / 2
    height.backward()
    optimizer.step()
    scheduler.step()
    path.append(weights.tolist())
print(path[-1])

# The textbook's momentum: the rate goes into the velocity.
place = torch.tensor({list(inputs.begin)}, dtype=torch.float64)
velocity, textbook = torch.zeros_like(place), [place.tolist()]
for lr in rates:
    velocity = {inputs.momentum} * velocity + lr * steep * place
    place = place - velocity
    textbook.append(place.tolist())
print(textbook[-1])
"""


def _scheduler_lines(inputs: Inputs) -> str:
    if inputs.kind == OWN:
        steps, rates = map(list, zip(*sorted(inputs.knots), strict=True))
        return (
            f"import numpy as np\n\nsteps, knots = {steps}, {rates}\n"
            "scheduler = torch.optim.lr_scheduler.LambdaLR(\n"
            "    optimizer, lambda step: float(np.interp(step, steps, knots))\n)"
        )
    calls = [
        f"torch.optim.lr_scheduler.{name}(optimizer, "
        + ", ".join(f"{key}={value!r}" for key, value in given.items())
        + ")"
        for name, given in parts(inputs)
    ]
    if len(calls) == 1:
        return f"scheduler = {calls[0]}"
    one, other = calls
    return (
        f"warm_up = {one}\ncosine = {other}\n"
        "scheduler = torch.optim.lr_scheduler.SequentialLR(\n"
        f"    optimizer, [warm_up, cosine], milestones=[{inputs.warming}]\n)"
    )
