"""InceptionV3 gives two answers while it learns, and one when it is used: the type of its output changes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torchvision import models

from lessons.core.messages import Message
from lessons.core.questions import Question

SIDE = 299
COUNT = 2  # pictures: in train() BatchNorm refuses a single one
SNIPPET = f"""\
import torch
import torch.nn.functional as F
from torchvision.models import inception_v3

with torch.device("meta"):  # shapes and types alone: no memory, no arithmetic
    net = inception_v3(weights=None, init_weights=False, aux_logits=True)
    pictures = torch.empty({COUNT}, 3, {SIDE}, {SIDE})
    labels = torch.empty({COUNT}, dtype=torch.long)

answer = net.eval()(pictures)
print(type(answer).__name__, answer.shape)

answer = net.train()(pictures)
print(type(answer).__name__, answer.logits.shape, answer.aux_logits.shape)
loss = F.cross_entropy(answer.logits, labels) + 0.4 * F.cross_entropy(answer.aux_logits, labels)

try:
    F.cross_entropy(answer, labels)
except TypeError as error:
    print(error)
try:
    net(pictures[:1])
except ValueError as error:
    print(error)
"""


Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Given:
    """What the net gives in each mode. kind: its type; shapes: of the tensors in it, by their names."""

    kind: str
    shapes: Shapes


@dataclass(frozen=True)
class Both:
    """loss, alone: torch's words for the loss of what train() gives, and for a single picture in train()."""

    evaluated: Given
    trained: Given
    loss: str
    alone: str


@cache
def run() -> Both:
    """On the meta device, where a tensor has a shape and a type, and no numbers."""
    with torch.device("meta"):
        net = models.inception_v3(weights=None, init_weights=False, aux_logits=True)
        pictures = torch.empty(COUNT, 3, SIDE, SIDE)
        labels = torch.empty(COUNT, dtype=torch.long)
    one, two = net.eval()(pictures), net.train()(pictures)
    return Both(
        Given(type(one).__name__, {"": tuple(one.shape)}),
        Given(type(two).__name__, {name: tuple(each.shape) for name, each in two._asdict().items()}),
        _words(F.cross_entropy, two, labels),
        _words(net, pictures[:1]),
    )


def _words(function: Callable[..., Any], *given: Any) -> str:
    """Torch's, where it refuses."""
    try:
        function(*given)
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


def ask() -> Question:
    return Question(
        Message(
            "InceptionV3 in train(), with {count} {count:picture|pictures} of {side} x {side}: what does "
            "net(pictures) give?",
            count=COUNT,
            side=SIDE,
        ),
        1,
        Message(
            "Two tensors in a named tuple: logits, and aux_logits from a second head in the middle of the "
            "net, which helps the first layers learn. In eval() the second head is left out."
        ),
        choices=(
            Message("A tensor of logits"),
            Message("Two tensors of logits"),
            Message("A tensor of probabilities"),
        ),
        about="inception",
    )
