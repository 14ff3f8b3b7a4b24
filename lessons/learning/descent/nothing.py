"""Three weights that nothing pulls at, in one optimizer with momentum and decay: what becomes of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from lessons.core import style
from lessons.core.axes import axis
from lessons.core.checks import require_whole
from lessons.core.lesson import Check
from lessons.core.limits import NOTHING_STEPS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Axis, Mark, Path, Plane, Scene, Told
from lessons.core.questions import Question
from lessons.learning.optimizers import Memory, sgd

UNUSED, ZERO, FROZEN = "unused", "zero", "frozen"
KINDS = {  # by its name in the program
    UNUSED: Message("not used: grad is None"),
    ZERO: Message("used times 0: grad is 0"),
    FROZEN: Message("frozen: requires_grad is False"),
}
COLOURS = {UNUSED: style.POSITIVE, ZERO: style.NEGATIVE, FROZEN: style.HERE}
DASHES = {UNUSED: "dash", ZERO: "solid", FROZEN: "dot"}


@dataclass(frozen=True)
class Inputs:
    """All three begin at weight. So many steps have the gradient, and from then on nothing pulls at them.
    LessonError where they cannot be used."""

    lr: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 0.1
    weight: float = 2.0
    gradient: float = 1.0
    pulled: int = 2
    steps: int = 20

    def __post_init__(self) -> None:
        require_whole("pulled", self.pulled, 0, NOTHING_STEPS - 1)
        require_whole("steps", self.steps, self.pulled + 1, NOTHING_STEPS)


@dataclass(frozen=True)
class Course:
    """Of one weight: where it starts and is after every step; grads: of every step, None where there was
    none; buffers: the velocity that torch remembers after every step, None as long as there is none."""

    weights: list[float]
    grads: list[float | None] = field(default_factory=list)
    buffers: list[float | None] = field(default_factory=list)


def run(inputs: Inputs) -> dict[str, Course]:
    """By torch's own optimizer and autograd."""
    weights = {name: torch.tensor(inputs.weight, dtype=torch.float64, requires_grad=True) for name in KINDS}
    optimizer = torch.optim.SGD(
        list(weights.values()),
        lr=inputs.lr,
        momentum=inputs.momentum,
        weight_decay=inputs.weight_decay,
    )
    courses = {name: Course([inputs.weight]) for name in KINDS}
    for step in range(inputs.steps):
        optimizer.zero_grad()
        if step < inputs.pulled:
            loss = inputs.gradient * torch.stack(list(weights.values())).sum()
        else:
            weights[FROZEN].requires_grad_(False)
            # One weight is not in the loss, one is multiplied by 0, as behind a ReLU, and one is frozen.
            loss = 0 * weights[ZERO] + inputs.gradient * weights[FROZEN]
        loss.backward()
        optimizer.step()
        for name, weight in weights.items():
            buffer = optimizer.state[weight].get("momentum_buffer")
            courses[name].grads.append(None if weight.grad is None else weight.grad.item())
            courses[name].buffers.append(None if buffer is None else buffer.item())
            courses[name].weights.append(weight.item())
    return courses


def by_hand(inputs: Inputs) -> dict[str, list[float]]:
    """The same weights by the rule: without a gradient there is no step, and so no decay either."""
    return {name: _by_hand(inputs, name) for name in KINDS}


def _by_hand(inputs: Inputs, name: str) -> list[float]:
    weights = [inputs.weight]
    memory: Memory = {}
    for step in range(inputs.steps):
        pulled = step < inputs.pulled
        if not pulled and name != ZERO:
            weights.append(weights[-1])
            continue
        gradient = inputs.gradient if pulled else 0.0
        weight, memory = sgd(
            weights[-1], gradient, memory, inputs.lr, inputs.momentum, weight_decay=inputs.weight_decay
        )
        weights.append(weight)
    return weights


def check(inputs: Inputs, courses: dict[str, Course]) -> Check:
    """All three on every step."""
    ours = torch.tensor(list(by_hand(inputs).values()), dtype=torch.float64)
    theirs = torch.tensor([course.weights for course in courses.values()], dtype=torch.float64)
    return Check.between("torch.optim.SGD", (theirs, ours), factors=(theirs,))


# What is seen of it


def scene(inputs: Inputs, courses: dict[str, Course], shown: bool) -> Scene:
    """Frame by frame a step more. shown: all of it, and not only as far as there was a gradient."""
    frames = inputs.steps + 1 if shown else inputs.pulled + 1
    every = [weight for course in courses.values() for weight in course.weights]
    paths = tuple(
        Path(
            name,
            title,
            tuple((float(step), weight) for step, weight in enumerate(courses[name].weights[:frames])),
            COLOURS[name],
            DASHES[name],
        )
        for name, title in KINDS.items()
    )
    mark = Mark(Message("from here on nothing"), x=float(inputs.pulled), colour=style.QUIET)
    along = Axis(Message("steps made"), 0, float(inputs.steps), whole=True)
    plane = Plane(Message("three weights"), along, axis(Message("weight"), every), (mark, *paths), height=320)
    return Scene((plane,), frames=frames, told=_told(inputs, courses, frames))


def _told(inputs: Inputs, courses: dict[str, Course], frames: int) -> Told:
    words = (
        Message("The start: all three are at {zero}."),
        Message("Step {step}: the same gradient for all, and all three are at {zero}."),
        Message(
            "Step {step}: the one that is not used is at {unused}, the one with the gradient 0 at {zero}, "
            "the frozen one at {frozen}."
        ),
    )
    which = [0 if frame == 0 else 1 if frame <= inputs.pulled else 2 for frame in range(frames)]
    numbers: dict[str, Sequence[float]] = {name: course.weights[:frames] for name, course in courses.items()}
    return Told(words, numbers | {"step": [float(frame) for frame in range(frames)]}, which)


# The question


def ask_next(inputs: Inputs, courses: dict[str, Course]) -> Question:
    """Where the weight with the gradient 0 is after the first step of nothing."""
    course, pulled = courses[ZERO], inputs.pulled
    velocity = course.buffers[pulled - 1] if pulled else None
    gaps = {
        "step": pulled,
        "weight": show(course.weights[pulled]),
        "lr": inputs.lr,
        "momentum": inputs.momentum,
        "decay": inputs.weight_decay,
    }
    prompt = (
        Message(
            "After step {step} a weight is at {weight}, and its velocity is {velocity}. At the next step "
            "its gradient is 0. Where is it then, with lr={lr}, momentum={momentum} and "
            "weight_decay={decay}? (to 0.001)",
            velocity=show(velocity or 0.0),
            **gaps,
        )
        if inputs.momentum
        else Message(
            "After step {step} a weight is at {weight}. At the next step its gradient is 0. Where is it "
            "then, with lr={lr}, without momentum, and with weight_decay={decay}? (to 0.001)",
            **gaps,
        )
    )
    return Question(prompt, course.weights[pulled + 1], _reason(inputs, course), tolerance=0.001)


def _reason(inputs: Inputs, course: Course) -> Message:
    """What moves the weight with the gradient 0: decay, a velocity, both or nothing."""
    before, after = course.weights[inputs.pulled : inputs.pulled + 2]
    velocity = course.buffers[inputs.pulled - 1] if inputs.pulled else None
    gaps = {
        "after": show(after),
        "weight": show(before),
        "decay": inputs.weight_decay,
        "push": show(inputs.weight_decay * before),
        "velocity": show(course.buffers[inputs.pulled] or 0.0),
        "momentum": inputs.momentum,
        "old": show(velocity or 0.0),
        "lr": inputs.lr,
    }
    if after == before:
        return Message(
            "It stays at {after}: its gradient is 0, nothing decays, and no velocity runs on. Here a "
            "gradient of 0 does no more than None.",
            **gaps,
        )
    if not inputs.momentum:
        return Message(
            "It is at {after}. A gradient of 0 is a gradient: decay makes {decay} × {weight} = {push} of "
            "it, and the weight goes against that, {lr} × as far; without momentum there is no velocity. "
            "With grad None, or frozen, it is passed over: it stays at {weight}, and does not even decay.",
            **gaps,
        )
    if not inputs.weight_decay:
        return Message(
            "It is at {after}. A gradient of 0 is a gradient: the velocity becomes {momentum} × {old} = "
            "{velocity}, and the weight goes against that, {lr} × as far. With grad None, or frozen, it is "
            "passed over: it stays at {weight}, however fast it was.",
            **gaps,
        )
    return Message(
        "It is at {after}. A gradient of 0 is a gradient: decay makes {decay} × {weight} = {push} of it, "
        "the velocity becomes {momentum} × {old} + {push} = {velocity}, and the weight goes against that, "
        "{lr} × as far. With grad None, or frozen, it is passed over: it stays at {weight}, and does not "
        "even decay.",
        **gaps,
    )


# As a program


def snippet(inputs: Inputs) -> str:
    """The same in torch."""
    return f"""\
import torch


def weight():
    return torch.tensor({inputs.weight}, dtype=torch.float64, requires_grad=True)


unused, zero, frozen = weight(), weight(), weight()
optimizer = torch.optim.SGD(
    [unused, zero, frozen], lr={inputs.lr}, momentum={inputs.momentum}, weight_decay={inputs.weight_decay}
)

weights = []
for step in range({inputs.steps}):
    optimizer.zero_grad()
    if step < {inputs.pulled}:
        loss = {inputs.gradient} * (unused + zero + frozen)
    else:
        frozen.requires_grad_(False)
        loss = 0 * zero + {inputs.gradient} * frozen  # unused is not in it
    loss.backward()
    optimizer.step()
    print(step + 1, unused.grad, zero.grad, frozen.grad)
    weights.append([unused.item(), zero.item(), frozen.item()])
print(weights[-1])
"""
