"""One weight under torch's own optimizer: what it is set to, what it remembers, and the rule in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from lessons.core.checks import require_one_of
from lessons.core.lesson import Check
from lessons.core.limits import GRADIENT_NUMBER, GRADIENTS
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.learning.descent.formulas import Line
from lessons.learning.optimizers import OPTIMIZERS, Memory, adam

SLOPE_STEPS = 20  # of going down w²
ASKED = (0.001, 1000.0)  # gradients
DECAYED = "weight_decay"
TAKES = {  # what each can be set to, besides lr; torch's own names
    "sgd": (DECAYED,),
    "momentum": ("momentum", DECAYED),
    "nesterov": ("momentum", DECAYED),
    "rmsprop": ("alpha", "eps", DECAYED),
    "adagrad": ("eps", DECAYED),
    "adam": ("betas", "eps", DECAYED),
    "adamw": ("betas", "eps", DECAYED),
}


@dataclass(frozen=True)
class Inputs:
    """weight: where it starts; gradients: of step after step; none, for the slope of w² wherever it is.
    LessonError tells why they cannot be used."""

    optimizer: str = "adam"
    lr: float = 0.1
    momentum: float = 0.9
    alpha: float = 0.99
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    weight: float = 1.0
    gradients: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("optimizer", self.optimizer, OPTIMIZERS)
        if len(self.gradients) > GRADIENTS:
            raise LessonError(
                "{count} {count:gradient is|gradients are} too many; at most {most}.",
                count=len(self.gradients),
                most=GRADIENTS,
            )
        if self.optimizer == "nesterov" and not self.momentum:
            raise LessonError("Nesterov looks ahead along the momentum: it needs one above 0.")
        if max(map(abs, (self.weight, *self.gradients))) > GRADIENT_NUMBER:
            raise LessonError("Numbers up to {most} can be computed with here.", most=GRADIENT_NUMBER)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What its class is given by name, besides lr."""
        own = {name: getattr(self, name) for name in TAKES[self.optimizer]}
        return {**OPTIMIZERS[self.optimizer].settings, **own}


@dataclass(frozen=True)
class Step:
    """One step of torch's optimizer. before, weight: the weight before and after it; state: what it remembers
    then, by torch's names; by_hand, memory: the weight and the memory that our rule has."""

    gradient: float
    before: float
    weight: float
    state: Mapping[str, float]
    by_hand: float
    memory: Mapping[str, float]


def made(inputs: Inputs) -> tuple[torch.Tensor, torch.optim.Optimizer]:
    """The weight, and torch's own optimizer of it."""
    weight = torch.tensor(inputs.weight, dtype=torch.float64, requires_grad=True)
    kind = getattr(torch.optim, OPTIMIZERS[inputs.optimizer].name)
    return weight, kind([weight], lr=inputs.lr, **inputs.settings)


def walk(inputs: Inputs) -> tuple[Step, ...]:
    """All steps, by torch and by hand."""
    weight, optimizer = made(inputs)
    rule, ours, steps = OPTIMIZERS[inputs.optimizer].rule, inputs.weight, []
    memory: Memory = {}
    for gradient in inputs.gradients or (None,) * SLOPE_STEPS:
        before = weight.item()
        # By hand the slope is that of our own weight: nothing of torch's is in it.
        slope = 2 * ours if gradient is None else gradient
        ours, memory = rule(ours, slope, memory, inputs.lr, **inputs.settings)
        optimizer.zero_grad()
        if gradient is None:
            (weight**2).backward()
        else:
            weight.grad = torch.full_like(weight, gradient)
        optimizer.step()
        state = {name: float(value) for name, value in optimizer.state[weight].items()}
        given = 2 * before if gradient is None else gradient
        steps.append(Step(given, before, weight.item(), state, ours, memory))
    return tuple(steps)


def group(inputs: Inputs) -> Mapping[str, Any]:
    """What stands in param_groups, but for the weight itself."""
    _weight, optimizer = made(inputs)
    return {name: value for name, value in optimizer.param_groups[0].items() if name != "params"}


def check(inputs: Inputs, steps: tuple[Step, ...]) -> Check:
    """Every weight and every number remembered, by hand and torch's."""
    theirs = [number for step in steps for number in (step.weight, *map(step.state.get, step.memory))]
    ours = [number for step in steps for number in (step.by_hand, *step.memory.values())]
    pair = torch.tensor(theirs, dtype=torch.float64), torch.tensor(ours, dtype=torch.float64)
    return Check.between(f"torch.optim.{OPTIMIZERS[inputs.optimizer].name}", pair, factors=(pair[0],))


# The rule in numbers

LETTERS = {  # those of torch's documentation, but for the weight, which is w here
    "lr": r"\gamma",
    "momentum": r"\mu",
    "alpha": r"\alpha",
    "beta1": r"\beta_1",
    "beta2": r"\beta_2",
    "eps": r"\epsilon",
    "weight_decay": r"\lambda",
}
OF_A_STEP = {  # what has a number of the step; {now} and {before} are these
    "weight": "w_{before}",
    "gradient": "g_{now}",
    "step": "{now}",
    "push": r"\tilde g_{now}",
    "shrunk": r"\tilde w_{before}",
    "velocity_before": "b_{before}",
    "velocity": "b_{now}",
    "ahead": r"\tilde b_{now}",
    "squares_before": "v_{before}",
    "squares": "v_{now}",
    "mean_before": "m_{before}",
    "mean": "m_{now}",
    "mean_then": r"\hat m_{now}",
    "squares_then": r"\hat v_{now}",
    "moved": "w_{now}",
}
REMEMBERED = {  # torch's names in its state -> ours
    "momentum_buffer": "velocity",
    "square_avg": "squares",
    "sum": "squares",
    "exp_avg": "mean",
    "exp_avg_sq": "squares",
}
SCALED = "{weight} - lr * {gradient} / (squares ** 0.5 + eps)"


def lines(inputs: Inputs, first: bool) -> tuple[Line, ...]:
    """The rule, line by line. first: nothing is remembered yet."""
    decays = inputs.weight_decay != 0
    weight, push, before = "weight", "gradient", []
    if decays and inputs.optimizer == "adamw":
        weight, before = "shrunk", [Line("shrunk", "weight * (1 - lr * weight_decay)")]
    elif decays:
        push, before = "push", [Line("push", "gradient + weight_decay * weight")]
    match inputs.optimizer:
        case "sgd":
            rule = [Line("moved", f"weight - lr * {push}")]
        case "momentum":
            rule = [_velocity(push, first), Line("moved", "weight - lr * velocity")]
        case "nesterov":
            ahead = Line("ahead", f"{push} + momentum * velocity")
            rule = [_velocity(push, first), ahead, Line("moved", "weight - lr * ahead")]
        case "rmsprop":
            squares = Line("squares", f"alpha * squares_before + (1 - alpha) * {push} ** 2")
            rule = [squares, Line("moved", SCALED.format(weight=weight, gradient=push))]
        case "adagrad":
            squares = Line("squares", f"squares_before + {push} ** 2")
            rule = [squares, Line("moved", SCALED.format(weight=weight, gradient=push))]
        case _:
            rule = [
                Line("mean", f"beta1 * mean_before + (1 - beta1) * {push}"),
                Line("squares", f"beta2 * squares_before + (1 - beta2) * {push} ** 2"),
                Line("mean_then", "mean / (1 - beta1 ** step)"),
                Line("squares_then", "squares / (1 - beta2 ** step)"),
                Line("moved", f"{weight} - lr * mean_then / (squares_then ** 0.5 + eps)"),
            ]
    return (*before, *rule)


def _velocity(push: str, first: bool) -> Line:
    return Line("velocity", push if first else f"momentum * velocity_before + {push}")


def formula(inputs: Inputs, steps: tuple[Step, ...], number: int) -> tuple[str, ...]:
    """TeX of a step, counted from 1: letters, their numbers, and what they come to."""
    numbers = _before(inputs, steps, number)
    letters = LETTERS | {
        name: letter.replace("now", str(number)).replace("before", str(number - 1))
        for name, letter in OF_A_STEP.items()
    }
    written = []
    for line in lines(inputs, first=number == 1):
        written.append(line.tex(letters, numbers))
        numbers[line.made] = line.value(numbers)
    return tuple(written)


def _before(inputs: Inputs, steps: tuple[Step, ...], number: int) -> dict[str, float]:
    """All that a step is made from: settings, the weight, its gradient, what is remembered."""
    step, remembered = steps[number - 1], steps[number - 2].state if number > 1 else {}
    numbers = {name: getattr(inputs, name) for name in ("lr", "momentum", "alpha", "eps", DECAYED)}
    numbers["beta1"], numbers["beta2"] = inputs.betas
    numbers |= {"step": number, "weight": step.before, "gradient": step.gradient}
    # What is not remembered yet counts as 0.
    before = {ours: remembered[theirs] for theirs, ours in REMEMBERED.items() if theirs in remembered}
    return numbers | {f"{name}_before": before.get(name, 0.0) for name in REMEMBERED.values()}


def tell_step(inputs: Inputs, step: Step, number: int) -> Message:
    """number: which step it is, counted from 1."""
    gaps = {"number": number, "gradient": show(step.gradient), "before": show(step.before)}
    move = step.weight - step.before
    if not move:
        return Message("Step {number}: the gradient is {gradient}, and the weight stays at {before}.", **gaps)
    return Message(
        "Step {number}: the gradient is {gradient}, and the weight goes from {before} to {after}. That "
        "is the rate times {far}.",
        **gaps,
        after=show(step.weight),
        far=show(abs(move) / inputs.lr),
    )


# Questions


def first_step(inputs: Inputs, gradient: float) -> float:
    """How far Adam's first step goes, at this rate, without decay."""
    moved, _memory = adam(0.0, gradient, {}, inputs.lr, inputs.betas, inputs.eps)
    return abs(float(moved))


def ask_first_step(inputs: Inputs, gradient: float) -> Question:
    step = first_step(inputs, gradient)
    return Question(
        Message(
            "At the rate {lr}, how far is Adam's first step for a gradient of {gradient}?",
            lr=inputs.lr,
            gradient=gradient,
        ),
        step,
        Message(
            "It goes {step}. The mean of a single gradient is that gradient, {gradient}; the root of the "
            "mean of its square is its size, {gradient} again. {gradient} / ({gradient} + {eps:g}), times "
            "the rate {lr}, is {step}. SGD would go {gradient} × {lr} = {other}.",
            step=show(step),
            gradient=gradient,
            eps=inputs.eps,
            lr=inputs.lr,
            other=show(gradient * inputs.lr),
        ),
        tolerance=step / 100,
    )


def tell_both(inputs: Inputs) -> Message:
    """What the answers to both questions come to."""
    small, large = (first_step(inputs, gradient) for gradient in ASKED)
    return Message(
        "The first step is {small} for a gradient of {one}, and {large} for one of {other}: the size of the "
        "gradient falls out of it, as long as eps, here {eps:g}, is small beside it.",
        small=show(small),
        one=ASKED[0],
        large=show(large),
        other=ASKED[1],
        eps=inputs.eps,
    )


def first_steps(inputs: Inputs, gradient: float) -> dict[str, float]:
    """By optimizer, how far its first step goes at this rate, with torch's own settings and no decay."""
    return {
        slug: abs(float(each.rule(0.0, gradient, {}, inputs.lr, **each.settings)[0]))
        for slug, each in OPTIMIZERS.items()
    }


# As a program


def snippet(inputs: Inputs) -> str:
    """The same steps in torch."""
    given = "".join(f", {name}={value!r}" for name, value in inputs.settings.items())
    kind = OPTIMIZERS[inputs.optimizer].name
    if inputs.gradients:
        loop = f"""\
for gradient in {list(inputs.gradients)}:
    weight.grad = torch.tensor(gradient, dtype=torch.float64)
"""
    else:
        loop = f"""\
for step in range({SLOPE_STEPS}):
    optimizer.zero_grad()
    (weight**2).backward()
"""
    return f"""\
import torch

weight = torch.tensor({inputs.weight}, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.{kind}([weight], lr={inputs.lr}{given})
print(optimizer.param_groups)

weights, states = [], []
{loop}\
    optimizer.step()
    weights.append(weight.item())
    states.append({{name: float(value) for name, value in optimizer.state[weight].items()}})
    print(weights[-1], states[-1])
"""
