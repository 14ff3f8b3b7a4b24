"""SGD without zero_grad: every gradient is added to all before it, and that is momentum 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lessons.core import style
from lessons.core.contours import contours_above
from lessons.core.limits import POINT_NUMBER
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import exact, show
from lessons.core.plane import Axis, Dots, Path, Places, Plane, Scene, Told
from lessons.core.program import Program
from lessons.core.questions import Question
from lessons.core.twins import Twin, Twins
from lessons.learning.points import height, least_squares
from lessons.learning.points import loss as mean_loss
from lessons.learning.regression.fit import gradient, loss, run
from lessons.learning.regression.inputs import AS_IS, SUM, Inputs

STEPS = 100  # that are looked at
ROOM = 0.1  # around the paths, of what they take
LINE = Inputs(
    tuple((x, round(2 * x + 1, 4)) for x in (round(2 * place / 19 - 1, 4) for place in range(20))),
    lr=0.1,
    start=(0.5153, -0.4414),  # torch.manual_seed(1), nn.Linear(1, 1)
)


@dataclass(frozen=True)
class Run:
    """path: (w, b) before every step; losses: there."""

    path: Places
    losses: tuple[float, ...]


@dataclass(frozen=True)
class Both:
    """From the same start: right with zero_grad, wrong without, heavy with it and momentum 1; and what is to
    be said of the first two."""

    right: Run
    wrong: Run
    heavy: Run
    twins: Twins

    @property
    def apart(self) -> float:
        """How far the path without zero_grad is from that with momentum 1, at most."""
        return _apart(self.wrong, self.heavy)


def start(inputs: Inputs) -> Inputs:
    """The same points and learning rate for plain SGD: x as it is scaled, all points in every step."""
    return replace(
        inputs,
        points=inputs.scaled,
        scaling=AS_IS,
        momentum=0.0,
        weight_decay=0.0,
        batch=None,
        steps=STEPS - 1,
    )


def rate(begun: Inputs) -> Message:
    """The setting that both have."""
    return Message("The learning rate is {lr}.", lr=begun.lr)


def forget(begun: Inputs) -> Run:
    """Nobody empties .grad: backward adds, and the optimizer takes the sum for the gradient."""
    w, b = begun.start
    grad_w = grad_b = 0.0
    path, losses = [(w, b)], [loss(begun, (w, b))]
    for _ in range(begun.steps):
        slope_w, slope_b = gradient(begun.points, (w, b), begun.reduction)
        # Backward: the new gradient on top of all before it.
        grad_w += slope_w
        grad_b += slope_b
        # The step: plain SGD, which does not know that this is a sum.
        w -= begun.lr * grad_w
        b -= begun.lr * grad_b
        path.append((w, b))
        losses.append(loss(begun, (w, b)))
    return Run(tuple(path), tuple(losses))


def keep(begun: Inputs) -> Run:
    """As it should be, with the momentum that is set."""
    made = run(begun)
    return Run(made.path, made.losses)


def both(begun: Inputs) -> Both:
    """begun: as ``start`` gives it. LessonError where a path leads too far to be drawn."""
    right, wrong, heavy = keep(begun), forget(begun), keep(replace(begun, momentum=1.0))
    for made in (right, wrong):
        _require_near(begun, made)
    twins = Twins(
        Twin(Message("with zero_grad"), right.losses, snippet(begun)),
        Twin(Message("without zero_grad"), wrong.losses, snippet(begun, zero_grad="")),
        Message(
            "Nothing complains. The loss falls at first, and even faster than it should; sooner or later it "
            "rises again, and goes on to rise and fall without coming to rest."
        ),
        Message(
            "backward adds to what .grad holds, so that several losses can share one step. If nobody empties "
            "it, each step follows the sum of all gradients so far: it still pushes on when the lowest place "
            "is passed. Print w.grad just before backward: it is None after zero_grad, and here a number."
        ),
    )
    return Both(right, wrong, heavy, twins)


def _require_near(begun: Inputs, made: Run) -> None:
    for step, place in enumerate(made.path):
        if not max(map(abs, place)) <= POINT_NUMBER:
            raise LessonError(
                "With the learning rate {lr} w or b is beyond {most} by step {step}. Choose a smaller one in "
                "the view Fit.",
                lr=begun.lr,
                step=step,
                most=POINT_NUMBER,
            )


def _apart(one: Run, other: Run) -> float:
    """Infinitely far, if one of them ends before the other because it has left for good."""
    if len(one.path) != len(other.path):
        return math.inf
    return max(math.dist(here, there) for here, there in zip(one.path, other.path, strict=True))


# What is asked

FASTER, SAME, SWINGS = range(3)
ENDS = (
    Message("it falls at every step, and faster than with it"),
    Message("it does the same as with it"),
    Message("at some steps it rises"),
)


def ask_loss(made: Both) -> Question:
    """What becomes of the loss without zero_grad."""
    kind = _kind(made)
    return Question(
        Message(
            "zero_grad() is forgotten. What does the loss do in {count} {count:step|steps}?",
            count=STEPS,
        ),
        kind,
        (_why_faster, _why_same, _why_it_swings)[kind](made),
        choices=ENDS,
    )


def _kind(made: Both) -> int:
    if made.twins.first_difference is None:
        return SAME
    return FASTER if _turn(made.wrong.losses) is None else SWINGS


def _turn(losses: Sequence[float], sign: int = 1) -> int | None:
    """The first step after which they no longer fall; with -1, no longer rise."""
    for step in range(len(losses) - 1):
        if sign * losses[step + 1] > sign * losses[step]:
            return step
    return None


def _why_it_swings(made: Both) -> Message:
    losses = made.wrong.losses
    low = _turn(losses) or 0
    high = low + (_turn(losses[low:], sign=-1) or len(losses) - 1 - low)
    return Message(
        "At step {low} it is {least}, and at step {high} it is {most} again. Every backward adds its "
        "gradient to those before, and the step follows their sum: that still points onward when the lowest "
        "place is passed, until as much has come from the other side.",
        low=low,
        high=high,
        least=show(losses[low]),
        most=show(losses[high]),
    )


def _why_faster(made: Both) -> Message:
    return Message(
        "To {wrong} instead of {right}. Every step follows the sum of all gradients so far, and here they "
        "all point the same way. With a larger learning rate it goes too far in these steps, and comes back.",
        wrong=show(made.wrong.losses[-1]),
        right=show(made.right.losses[-1]),
    )


def _why_same(made: Both) -> Message:
    return Message(
        "Here it stays at {loss}, either way: the gradients, or the learning rate, are too small to move "
        "anything. Choose a larger learning rate, or another start, in the view Fit.",
        loss=show(made.right.losses[0]),
    )


def ask_setting(begun: Inputs, made: Both) -> Question | None:
    """Which setting of SGD gives the path without zero_grad; None where nothing moves."""
    if _kind(made) == SAME:
        return None
    double = 2 * begun.lr
    settings = {
        Message("lr={lr}", lr=double): replace(begun, lr=double),
        Message("momentum=0.9"): replace(begun, momentum=0.9),
        Message("momentum=1"): replace(begun, momentum=1.0),
        Message("weight_decay=1"): replace(begun, weight_decay=1.0),
    }
    apart = [_apart(made.wrong, keep(each)) for each in settings.values()]
    return Question(
        Message("With zero_grad in its place, which setting of SGD goes the very same way as without it?"),
        apart.index(min(apart)),
        Message(
            "momentum=1. Momentum keeps a velocity: momentum × the velocity before, plus the gradient. With "
            "1 nothing of it is ever lost, and it is the sum of all gradients. The largest difference of "
            "the two paths is {apart}; with momentum=0.9, which loses a tenth at every step, it is {other}.",
            apart=show(apart[2]),
            other=show(apart[1]),
        ),
        choices=tuple(settings),
    )


# As a plane


def scene(begun: Inputs, made: Both) -> Scene:
    """The three paths over w and b, on the contours of the loss."""
    ways = (*made.right.path, *made.wrong.path)
    x, y = (_axis(name, numbers) for name, numbers in zip("wb", zip(*ways, strict=True), strict=True))
    best = least_squares(begun.points)
    surface, least = height(begun.points), mean_loss(begun.points, best)
    plane = Plane(
        Message("Where w and b go"),
        x,
        y,
        (
            contours_above(Message("the loss is the same"), surface, x, y, least),
            Dots("best", Message("fits best"), (best,), sign="cross", colour=style.QUIET),
            Path("right", made.twins.right.name, made.right.path, style.POSITIVE),
            Path("wrong", made.twins.wrong.name, made.wrong.path, style.NEGATIVE),
            Path("heavy", Message("with zero_grad, momentum 1"), made.heavy.path, style.HERE, "dot"),
        ),
        height=360,
    )
    return Scene((plane,), frames=STEPS, told=_told(made))


def _axis(name: str, numbers: Sequence[float]) -> Axis:
    room = ROOM * (max(numbers) - min(numbers)) or 1.0
    return Axis(Message("{name}", name=name), min(numbers) - room, max(numbers) + room)


def _told(made: Both) -> Told:
    numbers: dict[str, Sequence[float]] = {
        f"{name}_{which}": [place[which == "b"] for place in each.path]
        for name, each in (("wrong", made.wrong), ("heavy", made.heavy))
        for which in "wb"
    }
    return Told(
        (
            Message(
                "Step {step}: without zero_grad w is {wrong_w} and b {wrong_b}; with momentum 1 w is "
                "{heavy_w} and b {heavy_b}."
            ),
        ),
        numbers | {"step": range(STEPS)},
    )


def describe(made: Both) -> Message:
    """What the plane shows."""
    return Message(
        "Without zero_grad, and with momentum 1, w and b go the same way: in {count} {count:step|steps} the "
        "largest difference is {apart}. With zero_grad and no momentum they end at w {w}, b {b}.",
        count=STEPS,
        apart=show(made.apart),
        w=show(made.right.path[-1][0]),
        b=show(made.right.path[-1][1]),
    )


# As a program


def snippet(begun: Inputs, zero_grad: str = "    optimizer.zero_grad()", momentum: int = 0) -> str:
    """The run in torch. zero_grad: its line, or ""."""
    more = f", momentum={momentum}" if momentum else ""
    reduction = f', reduction="{SUM}"' if begun.reduction == SUM else ""
    program = Program().tensor("points", begun.points, "(points, x and y)").line("x, y = points.T")
    for name, number in zip(("w", "b"), begun.start, strict=True):
        program.tensor(name, number, learns=True)
    return str(
        program.line(
            f"optimizer = torch.optim.SGD([w, b], lr={exact(begun.lr)}{more})",
            "",
            "losses, path = [], []",
            f"for step in range({STEPS}):",
            f"    loss = F.mse_loss(w * x + b, y{reduction})",
            "    losses.append(loss.item())",
            "    path.append((w.item(), b.item()))",
            *filter(None, [zero_grad]),
            "    loss.backward()",
            "    optimizer.step()",
            "",
            "print(losses[0], losses[-1])",
        )
    )
