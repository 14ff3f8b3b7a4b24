"""A claim of course notes, looked into: is what 1,000 steps came to the line that fits best?"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Axis, Curve, Dots, Mark, Path, Plane, Scene, Strokes, Told
from lessons.core.questions import Question
from lessons.learning.points import Moments, draw, least_squares
from lessons.learning.regression.inputs import CENTRE, STANDARDISE, SUM, Inputs
from lessons.learning.regression.scene import FRAME

NOTES_RUN = Inputs()
SEEDS = range(60)
MEANT, NOISE = 3.0, (0, 1, 2)
PRINTED = 3.169  # the b that the notes got
TOLD = (100, 300, NOTES_RUN.steps, 3000, 10_000)  # steps
STEPS = tuple(sorted({round(10 ** (tenth / 10)) for tenth in range(10, 41)} | {*TOLD}))  # a frame each
DRAWN = 5  # seeds that have a path of their own
CLOSE = 0.1  # to the best b
FAR = 1e6  # of b: a run that has come so far away does not come back


# The runs, all at once


@cache
def draws() -> tuple[Inputs, ...]:
    """The run of the notes with each of SEEDS: x, noise and start as the notes draw them."""
    return tuple(
        replace(NOTES_RUN, points=draw(2, MEANT, NOISE, 30, seed), start=_start(seed)) for seed in SEEDS
    )


def _start(seed: int) -> tuple[float, float]:
    generator = torch.Generator().manual_seed(seed)
    w, b = (torch.randn(1, generator=generator).item() for _ in range(2))
    return w, b


def step_matrix(run: Inputs) -> np.ndarray:
    """One step on all points as a matrix (5, 5): from w, b, their velocities and 1 to what these are next.

    The gradient of a squared error is linear in w and b. So every step does the same, and k steps are the
    k-th power.
    """
    known, decay, momentum = Moments.of(run.scaled), run.weight_decay, run.momentum
    size = 2.0 * (known.count if run.reduction == SUM else 1)
    # The next velocity: momentum × velocity + gradient + decay × weight.
    velocities = np.array(
        [
            [size * known.xx + decay, size * known.x, momentum, 0.0, -size * known.xy],
            [size * known.x, size + decay, 0.0, momentum, -size * known.y],
        ]
    )
    # The next weight: weight - lr × the next velocity.
    weights = np.eye(2, 5) - run.lr * velocities
    return np.vstack([weights, velocities, np.eye(5)[4:]])


def after(runs: Iterable[Inputs], steps: Sequence[int]) -> np.ndarray:
    """(steps, runs): the b of each run after so many steps, which rise; for x as they are, however they are
    scaled. nan where it has run away. Neither batch nor the steps of the runs are asked for.
    """
    runs = tuple(runs)
    one_step = torch.tensor(np.array([step_matrix(run) for run in runs]))
    state = torch.tensor([[[*run.start, 0.0, 0.0, 1.0]] for run in runs], dtype=torch.float64).mT
    back = torch.tensor([run.shift / run.scale for run in runs], dtype=torch.float64)
    found, done = [], 0
    for count in steps:
        state, done = torch.linalg.matrix_power(one_step, count - done) @ state, count
        w, b = state[:, 0, 0], state[:, 1, 0]
        found.append(b - w * back)
    made: np.ndarray = torch.stack(found).numpy()
    return np.where(np.abs(made) < FAR, made, np.nan)


def at_rest(run: Inputs) -> float:
    """The b at which no step moves any more; x as they are."""
    velocities = step_matrix(run)[2:4]
    return float(np.linalg.solve(velocities[:, :2], -velocities[:, 4])[1])


@cache
def best() -> np.ndarray:
    """(seeds,): by least squares."""
    return np.array([least_squares(run.points)[1] for run in draws()])


@dataclass(frozen=True)
class Spread:
    """Of b over the seeds. off: how far from its best, on average; close: how many are within CLOSE of it;
    first: that of seed 0. All nan where one has run away."""

    low: float
    high: float
    off: float
    close: int
    first: float

    @classmethod
    def of(cls, found: np.ndarray) -> "Spread":
        off = np.abs(found - best())
        return cls(
            float(found.min()),
            float(found.max()),
            float(off.mean()),
            int((off < CLOSE).sum()),
            float(found[0]),
        )

    @property
    def gone(self) -> bool:
        """Whether a run has gone away from all b that could be."""
        return math.isnan(self.off)


@cache
def spreads() -> dict[int, Spread]:
    """By the number of steps, with the settings of the notes."""
    return dict(zip(STEPS, map(Spread.of, after(draws(), STEPS)), strict=True))


# As a plane


@cache
def scene() -> Scene:
    """b over the steps: a few seeds, the span of all of them, and what would fit best."""
    by_step = after(draws(), STEPS)
    low, high = float(np.floor(by_step.min())), float(np.ceil(best().max()))
    plane = Plane(
        Message("b over the steps"),
        Axis(Message("steps"), STEPS[0], STEPS[-1], log=True),
        Axis(Message("b"), low, high),
        (
            Mark(Message("the best b, of all 60"), y=float(best().min()), to=float(best().max())),
            Mark(Message("3, as it was meant"), y=MEANT, colour=style.QUIET),
            _edge("lowest", Message("the lowest of 60"), by_step.min(axis=1)),
            _edge("highest", Message("the highest of 60"), by_step.max(axis=1)),
            Strokes(Message("all 60 at this step"), [_span(count) for count in STEPS], colour=style.QUIET),
            *(_path(seed, by_step[:, seed]) for seed in SEEDS[:DRAWN]),
            Dots(
                "printed",
                Message("what the notes got"),
                ((NOTES_RUN.steps, PRINTED),),
                sign="cross",
                colour=style.NEGATIVE,
            ),
        ),
        height=360,
    )
    return Scene((plane,), frames=len(STEPS), told=_told(), unit=FRAME)


def _edge(key: str, name: Message, numbers: np.ndarray) -> Curve:
    return Curve(key, name, tuple(zip(STEPS, numbers.tolist(), strict=True)), dash="dot")


def _span(count: int) -> tuple[tuple[float, float], tuple[float, float]]:
    made = spreads()[count]
    return (count, made.low), (count, made.high)


def _path(seed: int, numbers: np.ndarray) -> Path:
    places = tuple(zip(STEPS, numbers.tolist(), strict=True))
    name = Message("seed {number}", number=seed)
    return Path(f"seed-{seed}", name, places, style.RUNS[seed], style.DASHES[seed])


def _told() -> Told:
    made = [spreads()[count] for count in STEPS]
    return Told(
        (
            Message(
                "After {steps} {steps:step|steps} b is {low} to {high} over 60 seeds; {close} of 60 are "
                "within 0.1 of the best b."
            ),
            Message(
                "After {steps} {steps:step|steps} b is {low} to {high} over 60 seeds; none of them is within "
                "0.1 of its best b."
            ),
        ),
        {
            "steps": STEPS,
            "low": [each.low for each in made],
            "high": [each.high for each in made],
            "close": [each.close for each in made],
        },
        [int(not each.close) for each in made],
    )


def describe() -> Message:
    """What the plane shows."""
    trained, last = spreads()[NOTES_RUN.steps], spreads()[STEPS[-1]]
    return Message(
        "After {steps} {steps:step|steps} b is {low} to {high}, after {last} it is {least} to {most}; by "
        "least squares it is {best_low} to {best_high}.",
        steps=NOTES_RUN.steps,
        low=show(trained.low),
        high=show(trained.high),
        last=STEPS[-1],
        least=show(last.low),
        most=show(last.high),
        best_low=show(float(best().min())),
        best_high=show(float(best().max())),
    )


def stopped() -> Message:
    """What the number of the notes is."""
    return Message(
        "What the notes got, {printed}, is where their run was stopped, on its way past 3 to 4.",
        printed=show(PRINTED),
    )


# What is asked


def ask_nearer() -> Question:
    """Which whole b fits best."""
    choices = (MEANT, MEANT + 1)
    mean = float(best().mean())
    return Question(
        Message("Which b fits such points best: is it nearer to 3, or nearer to 4?"),
        min(range(len(choices)), key=lambda index: abs(choices[index] - mean)),
        Message(
            "Nearer to 4. With 60 seeds least squares gives {low} to {high}, on average {mean}. The noise "
            "is 0, 1 or 2, and never below 0: its mean is 1, and a line that fits takes that into b.",
            low=show(float(best().min())),
            high=show(float(best().max())),
            mean=show(mean),
        ),
        choices=tuple(Message("nearer to {number}", number=number) for number in choices),
    )


def ask_why() -> Question:
    """What keeps b of seed 0 from its best."""
    run, made = draws()[0], spreads()[NOTES_RUN.steps]
    whole, rest = float(best()[0]), at_rest(run)
    missing = {"decay": whole - rest, "steps": rest - made.first, "noise": 0.0}
    curvature, share = 2 * Moments.of(run.points).xx, 100 * run.lr / (1 - run.momentum)
    return Question(
        Message(
            "With seed 0, b is {b} after {steps} {steps:step|steps}, and the best b is {best}. Why is it "
            "not there?",
            b=show(made.first),
            steps=run.steps,
            best=show(whole),
        ),
        list(missing).index(max(missing, key=missing.__getitem__)),
        Message(
            "The steps were too few. Left alone b comes to rest at {rest}: it lacks {by_steps} for want of "
            "steps, and only {by_decay} because of weight decay. The valley is narrow: the curvature is "
            "{along_w} along w, and {along_b} along b. A step makes up for about {share_w} % of what w "
            "lacks, but for {share_b} % of what b lacks. And it is not these points: none of the 60 seeds "
            "comes within 0.1 of its best b.",
            rest=show(rest),
            by_steps=show(missing["steps"]),
            by_decay=show(missing["decay"]),
            along_w=show(curvature),
            along_b=2,
            share_w=show(share * curvature),
            share_b=show(share * 2),
        ),
        choices=(
            Message("weight decay pulls it to 0"),
            Message("the steps were too few: the valley is flat along b"),
            Message("the noise of these points"),
        ),
    )


# What to change

ASKED = 4


@dataclass(frozen=True)
class Change:
    """Of the notes' settings."""

    name: Message
    spread: Spread


@cache
def changes() -> tuple[Change, ...]:
    """The first ASKED are asked about: each is a single one, and takes no more steps."""
    return (
        _change(Message("lr 0.001"), replace(NOTES_RUN, lr=1e-3)),
        _change(Message("weight_decay 0"), replace(NOTES_RUN, weight_decay=0.0)),
        _change(Message("momentum 0"), replace(NOTES_RUN, momentum=0.0)),
        _change(Message("x less its mean"), replace(NOTES_RUN, scaling=CENTRE)),
        _change(Message("x standardised"), replace(NOTES_RUN, scaling=STANDARDISE)),
        _change(Message("x standardised, and lr 0.1"), replace(NOTES_RUN, scaling=STANDARDISE, lr=0.1)),
        _change(Message("reduction sum: gradients 30 times as large"), replace(NOTES_RUN, reduction=SUM)),
        _change(Message("10,000 steps"), replace(NOTES_RUN, steps=10_000)),
    )


def own_change(inputs: Inputs) -> Change:
    """What the learner has set."""
    return _change(Message("as set in the view Fit"), inputs)


def _change(name: Message, settings: Inputs) -> Change:
    """points and start are those of the seeds; every step looks at all points."""
    runs = (replace(settings, points=run.points, start=run.start) for run in draws())
    return Change(name, Spread.of(after(runs, [settings.steps])[0]))


def ask_change() -> Question:
    """Which of the first changes brings b nearest to its best."""
    asked = changes()[:ASKED]
    rate, decay, momentum, centred = (show(each.spread.off) for each in asked)
    return Question(
        Message(
            "The run of the notes again, of {steps} {steps:step|steps}, with one change. Which brings b "
            "nearest to its best, on average over the seeds?",
            steps=NOTES_RUN.steps,
        ),
        min(range(ASKED), key=lambda index: asked[index].spread.off),
        Message(
            "The learning rate. With 0.001 b ends {rate} from its best; without weight decay {decay}, "
            "without momentum {momentum}, with x less its mean {centred}. In the notes it was {before}. The "
            "mean of x is near 0 as it is: the valley hardly lies aslant, and less the mean it is as narrow "
            "as before.",
            rate=rate,
            decay=decay,
            momentum=momentum,
            centred=centred,
            before=show(spreads()[NOTES_RUN.steps].off),
        ),
        choices=tuple(each.name for each in asked),
    )


# As a program

PROGRAM = """\
import random

import numpy as np
import torch

seed = 0
np.random.seed(seed)
random.seed(seed)
torch.manual_seed(seed)

x = torch.tensor(np.random.randint(-10, 10, 30), dtype=torch.float64)
y = torch.tensor([2 * each + 3 + random.choice([0, 1, 2]) for each in x.tolist()], dtype=torch.float64)

w = torch.randn(1).double().requires_grad_()
b = torch.randn(1).double().requires_grad_()
optimizer = torch.optim.SGD([w, b], lr=1e-4, momentum=0.9, weight_decay=1e-2)

after = {}
for step in range(1, 10_001):
    loss = ((w * x + b - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step in (100, 300, 1000, 3000, 10_000):
        after[step] = b.item()
        print(step, w.item(), b.item())

columns = torch.stack([x, torch.ones_like(x)], dim=1)
best_w, best_b = torch.linalg.lstsq(columns, y[:, None]).solution.flatten().tolist()
print(best_w, best_b, ((best_w * x + best_b - y) ** 2).mean().item())
"""
