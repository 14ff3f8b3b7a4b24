"""Curves of degree 0 to 12 through points, by least squares; what they make of points that were held out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

import torch
from torch import Tensor

from lessons.core import style
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import exact, show
from lessons.core.plane import Axis, Dots, Part, Path, Places, Plane, Scene, Strokes, Told
from lessons.core.program import Program
from lessons.core.questions import Question
from lessons.core.tensors import tensor

DEGREES = range(13)
HELD_OUT = 3  # one point of so many
DECAYS = (0.0, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 1.0)  # weight decay
ASKED_DECAY = 1e-3
FIRST = 4  # a seed with which the held-out error turns early, and far
COUNT, REACH, HEIGHT, NOISE = 18, 3.0, 3.0, 0.3  # of the points that are drawn
ROOM = 0.1  # around points of the learner's, of what they take
PLACES = 161  # of a curve
DEEPEST = 1e-8  # of the largest error: what is less is drawn as this


def drawn(seed: int) -> Matrix:
    """Points about a gentle wave, (x, y): from left to right, none too near another."""
    random = Random(seed)
    width = 2 * REACH / COUNT
    xs = [-REACH + width * (place + random.uniform(0.1, 0.9)) for place in range(COUNT)]
    return tuple((round(x, 2), round(math.sin(x) + x / 4 + random.gauss(0, NOISE), 2)) for x in xs)


@dataclass(frozen=True)
class Given:
    """points: (n, 2). seed: of which are held out. decay: weight decay. LessonError if there are too few, or
    all x are equal."""

    points: Matrix
    seed: int = 0
    decay: float = 0.0

    def __post_init__(self) -> None:
        if len(self.points) < HELD_OUT:
            raise LessonError(
                "{count} {count:point is|points are} too few: of every {least} one is held out.",
                count=len(self.points),
                least=HELD_OUT,
            )
        if len({x for x, _y in self.points}) == 1:
            raise LessonError(
                "All x are {x}. No curve over x can tell such points apart: move one of them.",
                x=self.points[0][0],
            )

    @cached_property
    def held_out(self) -> tuple[int, ...]:
        """Their numbers, counted from 0."""
        count = len(self.points)
        return tuple(sorted(Random(self.seed).sample(range(count), count // HELD_OUT)))

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """Those that curves are fitted to."""
        return tuple(each for each in range(len(self.points)) if each not in self.held_out)

    @cached_property
    def different(self) -> int:
        """How many x there are among those that curves are fitted to: so many coefficients they settle."""
        return len({self.points[each][0] for each in self.kept})

    def scaled(self, xs: Tensor) -> Tensor:
        """From -1 to 1 where the points are: there no power of x is large."""
        low, high = min(x for x, _y in self.points), max(x for x, _y in self.points)
        return 2 * (xs - low) / (high - low) - 1

    def places(self, numbers: Sequence[int]) -> Places:
        return tuple((self.points[each][0], self.points[each][1]) for each in numbers)


@dataclass(frozen=True, eq=False)
class Fits:
    """By degree: coefficients (degree + 1,) of the powers of the scaled x, from the power 0; training,
    held_out: the means of the squared errors."""

    given: Given
    coefficients: tuple[Tensor, ...]
    training: tuple[float, ...]
    held_out: tuple[float, ...]

    @property
    def best(self) -> int:
        """The degree with the least held-out error; of equal ones the lowest."""
        enough = min(self.held_out) * (1 + 1e-6) + 1e-18 * max(self.held_out)
        return next(degree for degree in DEGREES if self.held_out[degree] <= enough)

    def settled(self, degree: int) -> bool:
        """Whether a single curve is the best; else the one with the least coefficients was taken."""
        return self.given.decay > 0 or degree < self.given.different

    def curve(self, degree: int, xs: Tensor) -> list[float]:
        heights: list[float] = (_powers(self.given.scaled(xs), degree) @ self.coefficients[degree]).tolist()
        return heights


def fit_all(given: Given) -> Fits:
    """A curve of every degree, fitted to the points that are not held out."""
    x, y = tensor(given.points).T
    x, kept, held_out = given.scaled(x), list(given.kept), list(given.held_out)
    found, training, unseen = [], [], []
    for degree in DEGREES:
        powers = _powers(x, degree)
        coefficients = _least_squares(powers[kept], y[kept], given.decay)
        errors = (powers @ coefficients - y) ** 2
        found.append(coefficients)
        training.append(errors[kept].mean().item())
        unseen.append(errors[held_out].mean().item())
    return Fits(given, tuple(found), tuple(training), tuple(unseen))


def _powers(x: Tensor, degree: int) -> Tensor:
    """(n, degree + 1): 1, x, x² and so on, of every x."""
    return x[:, None] ** torch.arange(degree + 1)


def _least_squares(powers: Tensor, y: Tensor, decay: float) -> Tensor:
    """Where SGD on the mean of the squared errors would come to rest with this weight decay.

    Decay is as if every coefficient had a row of its own, which wants it to be 0.
    """
    count, size = powers.shape
    rows = math.sqrt(decay * count / 2) * torch.eye(size, dtype=y.dtype)
    wanted = torch.cat([y, torch.zeros(size, dtype=y.dtype)])
    solution: Tensor = torch.linalg.lstsq(torch.cat([powers, rows]), wanted[:, None]).solution
    return solution.flatten()


# As planes


def scene(fits: Fits, hidden: bool, own: bool) -> Scene:
    """The curve of every degree, a frame each, and the errors up to it. hidden: whether what was held out is
    not to be seen; own: whether these are the points that can be moved, on axes that stand still.
    """
    planes = (_curves(fits, hidden, own), *(() if hidden else (_errors(fits),)))
    unit = Message("degree {step} of {all}")
    return Scene(planes, frames=len(DEGREES), told=_told(fits, hidden), unit=unit)


def _curves(fits: Fits, hidden: bool, own: bool) -> Plane:
    given = fits.given
    xs, ys = ([place[which] for place in given.points] for which in (0, 1))
    x = _axis(Message("x"), xs, REACH if own else None)
    y = _axis(Message("y"), ys, HEIGHT if own else None)
    across = torch.linspace(x.low, x.high, PLACES, dtype=torch.float64)
    frames = [tuple(zip(across.tolist(), fits.curve(degree, across), strict=True)) for degree in DEGREES]
    moves = "free" if own else ""
    parts: list[Part] = [
        Strokes(Message("the curve"), frames, colour=style.HERE),
        Dots("training", Message("training point {number}"), given.places(given.kept), moves),
    ]
    if not hidden:
        name, places = Message("held-out point {number}"), given.places(given.held_out)
        parts.append(Dots("held_out", name, places, moves, sign="ring", colour=style.NEGATIVE))
    return Plane(Message("The curve through the points"), x, y, tuple(parts), height=360)


def _axis(name: Message, numbers: Sequence[float], reach: float | None) -> Axis:
    if reach:
        return Axis(name, -reach, reach)
    room = ROOM * (max(numbers) - min(numbers)) or 1.0
    return Axis(name, min(numbers) - room, max(numbers) + room)


def _errors(fits: Fits) -> Plane:
    """Over the degree. What is all but 0 stands on the lower edge."""
    low, highest = _ends(fits)

    def path(errors: Sequence[float]) -> Places:
        return tuple((degree, max(error, low)) for degree, error in zip(DEGREES, errors, strict=True))

    return Plane(
        Message("Mean squared error"),
        Axis(Message("degree"), DEGREES[0], DEGREES[-1], whole=True),
        Axis(Message("error"), low / 2, 2 * highest, log=True),
        (
            Path("training_errors", Message("of the training points"), path(fits.training), style.POSITIVE),
            Path(
                "held_out_errors",
                Message("of the held-out points"),
                path(fits.held_out),
                style.NEGATIVE,
                "dash",
            ),
        ),
        height=360,
    )


def _ends(fits: Fits) -> tuple[float, float]:
    """The least error that is drawn as it is, and the largest."""
    highest = max(*fits.training, *fits.held_out) or 1.0
    return max(DEEPEST * highest, min(*fits.training, *fits.held_out)), highest


def reading(fits: Fits) -> list[Message]:
    """What the second plane cannot show."""
    low, _highest = _ends(fits)
    if min(*fits.training, *fits.held_out) >= low:
        return []
    return [Message("What is below {low} is drawn at the lower edge.", low=show(low))]


def _told(fits: Fits, hidden: bool) -> Told:
    settled = Message("Degree {degree}: the training error is {training}, the held-out error {held_out}.")
    open_ = Message(
        "Degree {degree}: the training error is {training}, the held-out error {held_out}. There are fewer "
        "different x than coefficients, and many curves fit as well; this one has the smallest coefficients."
    )
    if hidden:
        settled = open_ = Message("Degree {degree}: the training error is {training}.")
    return Told(
        (settled, open_),
        {"degree": DEGREES, "training": fits.training, "held_out": fits.held_out},
        [int(not fits.settled(degree)) for degree in DEGREES],
    )


def describe(fits: Fits) -> Message:
    """What the second plane shows."""
    last = DEGREES[-1]
    gaps = {
        "first": show(fits.training[0]),
        "end": show(fits.training[-1]),
        "last": last,
        "best": fits.best,
        "least": show(fits.held_out[fits.best]),
        "held_out": show(fits.held_out[-1]),
    }
    if fits.best == last:
        return Message(
            "From degree 0 to {last} the training error goes from {first} to {end}. The held-out error is "
            "least at degree {best}, with {least}: here there is no turn yet.",
            **{name: value for name, value in gaps.items() if name != "held_out"},
        )
    return Message(
        "From degree 0 to {last} the training error goes from {first} to {end}. The held-out error is least "
        "at degree {best}, with {least}, and {held_out} in the end: what the curve then still learns is the "
        "noise of the training points.",
        **gaps,
    )


# What is asked


def ask_degree(given: Given) -> Question:
    """Which degree does best on what was held out."""
    fits, last = fit_all(given), DEGREES[-1]
    best = fits.best
    return Question(
        Message(
            "Held out by seed {seed}: {held_out} of {count} {count:point|points}. No curve is fitted to "
            "them. Which degree, from 0 to {last}, has the least error there?",
            seed=given.seed,
            held_out=len(given.held_out),
            count=len(given.points),
            last=last,
        ),
        best,
        Message(
            "Degree {best}: its held-out error is {least}, with a training error of {training}. Degree "
            "{last} has the training error {fitted}, and the held-out error {unseen}. The training error "
            "alone would choose the wildest curve.",
            best=best,
            least=show(fits.held_out[best]),
            training=show(fits.training[best]),
            last=last,
            fitted=show(fits.training[-1]),
            unseen=show(fits.held_out[-1]),
        ),
    )


RISES = (
    Message("both fall"),
    Message("the held-out error rises, the training error falls"),
    Message("the training error rises, the held-out error falls"),
    Message("both rise"),
)


def ask_decay(given: Given) -> Question:
    """What weight decay does to the errors of the highest degree; given: without any."""
    plain, decayed = fit_all(given), fit_all(replace(given, decay=ASKED_DECAY))
    trained, unseen = (
        tuple(getattr(fits, name)[-1] for fits in (plain, decayed)) for name in ("training", "held_out")
    )
    largest = [float(fits.coefficients[-1].abs().max()) for fits in (plain, decayed)]
    return Question(
        Message(
            "A weight decay of {decay} is put on degree {last}. What do its errors do?",
            last=DEGREES[-1],
            decay=ASKED_DECAY,
        ),
        2 * (trained[1] > trained[0]) + (unseen[1] > unseen[0]),
        Message(
            "The training error goes from {trained} to {trained_then}, the held-out error from {unseen} to "
            "{unseen_then}. Decay makes large coefficients cost more: the largest goes from {largest} to "
            "{largest_then}, and the curve can no longer turn to every point.",
            trained=show(trained[0]),
            trained_then=show(trained[1]),
            unseen=show(unseen[0]),
            unseen_then=show(unseen[1]),
            largest=show(largest[0]),
            largest_then=show(largest[1]),
        ),
        choices=RISES,
    )


# As a program


def snippet(given: Given) -> str:
    """The fits of every degree in torch."""
    program = Program().tensor("points", given.points, "(points, x and y)")
    return str(
        program.line(
            "x, y = points.T",
            "x = 2 * (x - x.min()) / (x.max() - x.min()) - 1",
            "held = torch.zeros(len(points), dtype=torch.bool)",
            f"held[{list(given.held_out)}] = True",
            f"weight_decay = {exact(given.decay)}",
            "",
            "training, held_out = [], []",
            f"for degree in range({len(DEGREES)}):",
            "    powers = x[:, None] ** torch.arange(degree + 1)",
            "    decay = (weight_decay * int((~held).sum()) / 2) ** 0.5 * torch.eye(degree + 1, "
            "dtype=y.dtype)",
            "    rows = torch.cat([powers[~held], decay])",
            "    wanted = torch.cat([y[~held], torch.zeros(degree + 1, dtype=y.dtype)])",
            "    coefficients = torch.linalg.lstsq(rows, wanted[:, None]).solution.flatten()",
            "    training.append(F.mse_loss(powers[~held] @ coefficients, y[~held]).item())",
            "    held_out.append(F.mse_loss(powers[held] @ coefficients, y[held]).item())",
            "    print(degree, training[-1], held_out[-1])",
        )
    )
