"""Who switches what: calls of a frozen net, one after another, and what each of them changes."""

import inspect
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from lessons.core.messages import Message
from lessons.core.notebook import join_cells
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import drawing, one_thread
from lessons.models.finetuning.inputs import FROZEN
from lessons.models.finetuning.start import SEED, begin, cells, pictures

SHOWN = 32  # pictures that a forward pass is given
CALLS = (
    "net[:-1].requires_grad_(False)",
    "net.train()",
    "net(images)",
    "net[:-1].eval()",
    "net(images)",
    "net.train()",
    "net(images)",
)


class Kept(nn.Sequential):
    """A net that is trained without its backbone: all but its last layer stays in eval()."""

    def train(self, mode: bool = True) -> "Kept":
        super().train(mode)
        for layer in list(self)[:-1]:
            layer.eval()
        return self


@dataclass(frozen=True)
class Call:
    """code: of the call. After it: learning, how many parameters have requires_grad; training, how many
    BatchNorm layers are in train(). drift: how far it moved the running means, as a norm."""

    code: str
    learning: int
    training: int
    drift: float


def norms(net: nn.Module) -> list[nn.BatchNorm2d]:
    """Its BatchNorm layers."""
    return [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]


def means(net: nn.Module) -> Tensor:
    """Their running means, in one row."""
    return torch.cat([torch.as_tensor(layer.running_mean) for layer in norms(net)])


@cache
def calls(overridden: bool) -> tuple[Call, ...]:
    """CALLS, carried out. overridden: of a net whose own train() keeps the backbone in eval()."""
    images, _labels = pictures()
    made = []
    with one_thread(), drawing(SEED):
        net = begin(FROZEN)
        if overridden:
            net = Kept(*net)
        for code in CALLS:
            before = means(net)
            eval(code, {"net": net, "images": images[:SHOWN]})
            learning = sum(each.numel() for each in net.parameters() if each.requires_grad)
            training = sum(layer.training for layer in norms(net))
            made.append(Call(code, learning, training, (means(net) - before).norm().item()))
    return tuple(made)


STAY, LEAVE = range(2)


def ask_undone() -> Question:
    """What the next net.train() makes of an eval() before it."""
    made = calls(overridden=False)
    after_eval, after_train = made[3], made[5]
    count = made[0].training
    return Question(
        Message(
            "net[:-1].eval() has put all {count} BatchNorm {count:layer|layers} of the backbone into eval(). "
            "The next epoch begins, and as every loop does, this one calls net.train(). Where are they then?",
            count=count,
        ),
        STAY if after_train.training == after_eval.training else LEAVE,
        Message(
            "train() goes through all layers of the net and sets each of them, whatever it was before: "
            "{training} of {count} {training:is|are} in train(). What it leaves alone is requires_grad: "
            "{learning} {learning:parameter learns|parameters learn}, before it and after it.",
            training=after_train.training,
            count=count,
            learning=after_train.learning,
        ),
        choices=(Message("still in eval()"), Message("in train() again")),
    )


def describe(overridden: bool) -> Message:
    """What the table of the calls comes to."""
    first, second, third = (each.drift for each in calls(overridden) if each.code == "net(images)")
    gaps = {"first": show(first), "second": show(second), "third": show(third)}
    if overridden:
        return Message(
            "The three forward passes moved the running means by {first}, {second} and {third}: whoever "
            "calls train(), and however often, the backbone stays in eval().",
            **gaps,
        )
    return Message(
        "The three forward passes moved the running means by {first}, {second} and {third}: eval() held "
        "until the next train().",
        **gaps,
    )


def program(overridden: bool) -> str:
    """The same calls, and after each of them what it changed."""
    keep = f"\n\n{inspect.getsource(Kept)}\n\nnet = Kept(*net)\n" if overridden else ""
    return join_cells(
        {
            **cells(FROZEN),
            "What is looked at": f"""\
{inspect.getsource(norms)}

{inspect.getsource(means)}

def note() -> None:
    global before
    learning = sum(each.numel() for each in net.parameters() if each.requires_grad)
    training = sum(layer.training for layer in norms(net))
    rows.append((learning, training, (means(net) - before).norm().item()))
    before = means(net)
    print(*rows[-1])
{keep}""",
            "Calls": f"images = images[:{SHOWN}]\nrows, before = [], means(net)\n"
            + "".join(f"{code}\nnote()\n" for code in CALLS),
        }
    )
