"""The rules by which optimizers step, as ``torch.optim`` has them, each written out.

A rule takes a weight, its gradient, and what it remembers of the weight's earlier gradients; it gives the
next weight, and what to remember. It reckons with numbers as with tensors of any shape, element by element,
so one call can move a weight or a thousand races. What it remembers has torch's own names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Number = Any  # a float or a tensor; a step gives back what it was given
Memory = Mapping[str, Any]


def sgd(
    weight: Number,
    gradient: Number,
    memory: Memory,
    lr: Number,
    momentum: float = 0.0,
    dampening: float = 0.0,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> tuple[Number, Memory]:
    """Straight down, or with momentum: a velocity that remembers the gradients before."""
    # Decay pulls towards 0, as if the gradient had said so.
    push = gradient + weight_decay * weight
    if not momentum:
        return weight - lr * push, {}
    # The first gradient is the first velocity, whole.
    velocity = momentum * memory["momentum_buffer"] + (1 - dampening) * push if memory else push
    # Nesterov adds the velocity to come to the gradient that is here.
    move = push + momentum * velocity if nesterov else velocity
    return weight - lr * move, {"momentum_buffer": velocity}


def rmsprop(
    weight: Number,
    gradient: Number,
    memory: Memory,
    lr: Number,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> tuple[Number, Memory]:
    """Every gradient divided by how large it has been of late."""
    gradient = gradient + weight_decay * weight
    squares = alpha * memory.get("square_avg", 0.0) + (1 - alpha) * gradient * gradient
    return weight - lr * gradient / (squares**0.5 + eps), {"square_avg": squares}


def adagrad(
    weight: Number,
    gradient: Number,
    memory: Memory,
    lr: Number,
    eps: float = 1e-10,
    weight_decay: float = 0.0,
) -> tuple[Number, Memory]:
    """Every gradient divided by all that came before: steps only become shorter."""
    gradient = gradient + weight_decay * weight
    squares = memory.get("sum", 0.0) + gradient * gradient
    return weight - lr * gradient / (squares**0.5 + eps), {"sum": squares}


def adam(
    weight: Number,
    gradient: Number,
    memory: Memory,
    lr: Number,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> tuple[Number, Memory]:
    """The mean of the gradients, divided by how large they are: the first step is as long as lr."""
    slow, slower = betas
    gradient = gradient + weight_decay * weight
    step = memory.get("step", 0) + 1
    mean = slow * memory.get("exp_avg", 0.0) + (1 - slow) * gradient
    squares = slower * memory.get("exp_avg_sq", 0.0) + (1 - slower) * gradient * gradient
    # Both began at 0 and are too small at first: by just so much they are made larger.
    mean_then = mean / (1 - slow**step)
    squares_then = squares / (1 - slower**step)
    moved = weight - lr * mean_then / (squares_then**0.5 + eps)
    return moved, {"step": step, "exp_avg": mean, "exp_avg_sq": squares}


def adamw(
    weight: Number,
    gradient: Number,
    memory: Memory,
    lr: Number,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> tuple[Number, Memory]:
    """Adam, but the decay takes its part of the weight itself and is not divided by anything."""
    return adam(weight * (1 - lr * weight_decay), gradient, memory, lr, betas, eps)


Rule = Callable[..., tuple[Number, Memory]]


@dataclass(frozen=True)
class Optimizer:
    """title: as people call it; name: its class in ``torch.optim``; settings: what that is given by name,
    besides lr, as the rule is."""

    title: str
    name: str
    rule: Rule
    settings: Mapping[str, Any] = field(default_factory=dict)

    def step(self, weight: Number, gradient: Number, memory: Memory, lr: Number) -> tuple[Number, Memory]:
        return self.rule(weight, gradient, memory, lr, **self.settings)


OPTIMIZERS = {
    "sgd": Optimizer("SGD", "SGD", sgd),
    "momentum": Optimizer("SGD with momentum", "SGD", sgd, {"momentum": 0.9}),
    "nesterov": Optimizer("SGD with Nesterov", "SGD", sgd, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": Optimizer("RMSprop", "RMSprop", rmsprop),
    "adagrad": Optimizer("Adagrad", "Adagrad", adagrad),
    "adam": Optimizer("Adam", "Adam", adam),
    "adamw": Optimizer("AdamW", "AdamW", adamw),
}
