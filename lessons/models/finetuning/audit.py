"""What a short epoch of each way of tuning moves, layer by layer: weights, and what BatchNorm remembers."""

import inspect
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import plotly.graph_objects as go
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.notebook import join_cells
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import drawing, one_thread
from lessons.core.twins import Words
from lessons.engine.training import nets
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WHOLE
from lessons.models.finetuning.start import (
    CLASSES,
    FEATURES,
    PICTURES,
    SEED,
    begin,
    cells,
    pictures,
)

WAYS = (FROZEN, WHOLE, SCRATCH)
RATE, MOMENTUM, BATCH = 0.03, 0.9, 32
STEPS = math.ceil(PICTURES / BATCH)
HEIGHT = 560
PARTS = {  # of the net, by the first part of a layer's name
    "0": Message("the first convolution, {layers}", layers="net[:2]"),
    "3": Message("the block {layer}", layer="net[3]"),
    "4": Message("the block {layer}", layer="net[4]"),
    "5": Message("the block {layer}", layer="net[5]"),
    "8": Message("the head, {layer}", layer="net[-1]"),
}
PARTS["1"] = PARTS["0"]  # its BatchNorm
HEAD = PARTS["8"]


@dataclass(frozen=True)
class Statistics:
    """What a BatchNorm layer remembers of its batches: how far running_mean and running_var moved, each as a
    norm; before: the norm of both together; batches: by how much num_batches_tracked grew."""

    before: float
    mean: float
    var: float
    batches: int


@dataclass(frozen=True)
class Layer:
    """name: as ``named_modules`` gives it; kind: its class; count: of its parameters; learns: their
    requires_grad; gradient: its norm after the first backward, None where there is none; before, moved: the
    norm of its parameters, and of how they changed.
    """

    name: str
    kind: str
    count: int
    learns: bool
    gradient: float | None
    before: float
    moved: float
    statistics: Statistics | None = None


@dataclass(frozen=True)
class Part:
    """Layers that belong together, one or several."""

    name: Message
    layers: tuple[Layer, ...]

    @property
    def learns(self) -> bool:
        return any(layer.learns for layer in self.layers)

    @property
    def gradient(self) -> float | None:
        found = [layer.gradient for layer in self.layers if layer.gradient is not None]
        return math.hypot(*found) if found else None

    @property
    def share(self) -> float:
        return share(self.layers)

    @property
    def drift(self) -> float | None:
        return drift(self.layers)


def share(layers: Iterable[Layer]) -> float:
    """How far their parameters moved together, of their norm before."""
    moved, before = zip(*((layer.moved, layer.before) for layer in layers), strict=True)
    return math.hypot(*moved) / math.hypot(*before)


def drift(layers: Iterable[Layer]) -> float | None:
    """How far their running statistics moved together, of their norm before; None without a BatchNorm."""
    kept = [layer.statistics for layer in layers if layer.statistics]
    if not kept:
        return None
    moved = math.hypot(*(each.mean for each in kept), *(each.var for each in kept))
    return moved / math.hypot(*(each.before for each in kept))


@dataclass(frozen=True)
class Audit:
    """way: one of WAYS; kept: whether the backbone is in eval() after every net.train(). losses: one a step;
    features: how far the backbone's answers to the pictures moved, of their norm before."""

    way: str
    kept: bool
    layers: tuple[Layer, ...]
    losses: tuple[float, ...]
    features: float

    @property
    def parts(self) -> tuple[Part, ...]:
        """From the picture to the head."""
        grouped = groupby(self.layers, lambda layer: PARTS[layer.name.split(".")[0]])
        return tuple(Part(name, tuple(group)) for name, group in grouped)

    @property
    def backbone(self) -> tuple[Part, ...]:
        return self.parts[:-1]

    @property
    def learning(self) -> int:
        """How many parameters learn."""
        return sum(layer.count for layer in self.layers if layer.learns)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(layer.count for layer in self.layers)


def named(net: nn.Module) -> dict[str, nn.Module]:
    """The layers with parameters of their own, by name."""
    return {name: layer for name, layer in net.named_modules() if list(layer.parameters(recurse=False))}


def weigh(layer: nn.Module) -> list[Tensor]:
    """Its parameters in one row; then, of a BatchNorm, running_mean, running_var and num_batches_tracked."""
    row = torch.cat([parameter.detach().flatten() for parameter in layer.parameters()])
    return [row, *(buffer.clone() for buffer in layer.buffers())]


@torch.no_grad()
def features(net: nn.Sequential, images: Tensor) -> Tensor:
    """What the head is given, as it is when the net is used."""
    net.eval()
    made: Tensor = net[:-1](images)
    return made


@cache
def audit(way: str, kept: bool = False) -> Audit:
    """One epoch on all the pictures; the same every time."""
    images, labels = pictures()
    with one_thread(), drawing(SEED):
        net = begin(way)
        if way == FROZEN:
            net[:-1].requires_grad_(False)
        before = {name: weigh(layer) for name, layer in named(net).items()}
        given = features(net, images)
        optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
        net.train()
        if kept:
            net[:-1].eval()
        gradients: dict[str, float | None] = {}
        losses = []
        for batch, answers in zip(images.split(BATCH), labels.split(BATCH), strict=True):
            loss = F.cross_entropy(net(batch), answers)
            optimizer.zero_grad()
            loss.backward()
            gradients = gradients or {name: gradient(layer) for name, layer in named(net).items()}
            optimizer.step()
            losses.append(loss.item())
        moved = (features(net, images) - given).norm() / given.norm()
    layers = tuple(_layer(name, layer, before[name], gradients[name]) for name, layer in named(net).items())
    return Audit(way, kept, layers, tuple(losses), moved.item())


def gradient(layer: nn.Module) -> float | None:
    """Its norm; None where no parameter of the layer has one."""
    found = [parameter.grad.flatten() for parameter in layer.parameters() if parameter.grad is not None]
    return torch.cat(found).norm().item() if found else None


def _layer(name: str, layer: nn.Module, before: list[Tensor], gradient: float | None) -> Layer:
    moves = [(now - was).float().norm().item() for now, was in zip(weigh(layer), before, strict=True)]
    moved, *remembered = moves
    statistics = None
    if remembered:
        mean, var, batches = remembered
        statistics = Statistics(torch.cat(before[1:3]).norm().item(), mean, var, round(batches))
    learns = any(parameter.requires_grad for parameter in layer.parameters())
    return Layer(
        name,
        type(layer).__name__,
        nets.parameters(layer),
        learns,
        gradient,
        before[0].norm().item(),
        moved,
        statistics,
    )


# In words


def describe(made: Audit) -> Iterator[Message]:
    """What the chart of ``figure`` shows."""
    most = max(made.parts, key=lambda part: part.share)
    yield Message(
        "{learning:,} of {parameters:,} parameters have requires_grad, and only these moved. Most of all, "
        "measured by its norm: {name}, by {share} %.",
        learning=made.learning,
        parameters=made.count,
        name=most.name,
        share=percent(most.share),
    )
    drifts = {layer.name: drift([layer]) or 0.0 for layer in made.layers}
    drifting = [name for name, each in drifts.items() if each]
    if drifting:
        name = max(drifting, key=drifts.__getitem__)
        yield Message(
            "The running statistics of {count} BatchNorm {count:layer|layers} moved, most in {name}: by "
            "{share} %.",
            count=len(drifting),
            name=name,
            share=percent(drifts[name]),
        )
    else:
        yield Message("No running statistics moved: in eval() BatchNorm takes them as they are.")
    yield _answers(made)


def _answers(made: Audit) -> Message:
    if made.way != FROZEN:
        return Message(
            "So the features of the same pictures moved, too: by {share} %.", share=percent(made.features)
        )
    if made.features:
        return Message(
            "So the backbone is frozen in name only: its features of the same pictures moved by {share} %.",
            share=percent(made.features),
        )
    return Message("So the backbone is as it was: its features of the same pictures are the same numbers.")


def percent(share: float) -> str:
    """In as many digits as are read at a glance."""
    return show(float(f"{100 * share:.3g}"))


# What is asked


def ask_head() -> Question:
    """How many parameters learn where the head alone does."""
    head, count = audit(FROZEN).layers[-1], audit(FROZEN).count
    return Question(
        Message(
            "The backbone of the small ResNet makes {features} {features:feature|features} of a picture, "
            "and the head is {layer}. If the backbone is frozen: how many parameters does the net still "
            "learn?",
            features=FEATURES,
            layer=f"nn.Linear({FEATURES}, {CLASSES})",
        ),
        head.count,
        Message(
            "A weight for each of {features} {features:feature|features} and {classes} classes, and a bias "
            "for each class: {features} × {classes} + {classes} = {head}, of {count:,} in all.",
            features=FEATURES,
            classes=CLASSES,
            head=head.count,
            count=count,
        ),
    )


def ask_alexnet() -> Question:
    """The same for a net that one would fetch; counted without making its numbers."""
    with torch.device("meta"):
        net = nets.in_two("alexnet", CLASSES)
    features = nets.HEADS["alexnet"].features[0]
    return Question(
        Message(
            "And AlexNet? Its last layer is given {features} {features:feature|features}; with {classes} "
            "classes, and all but that layer frozen, how many parameters does it learn?",
            features=features,
            classes=CLASSES,
        ),
        nets.parameters(net[-1]),
        Message(
            "{features} × {classes} + {classes} = {head:,} of {count:,}: {share} %.",
            features=features,
            classes=CLASSES,
            head=nets.parameters(net[-1]),
            count=nets.parameters(net),
            share=percent(nets.parameters(net[-1]) / nets.parameters(net)),
        ),
    )


NOTHING, PARAMETERS, STATISTICS = range(3)
MOVERS = (
    Message("none: all stay as they are"),
    Message("parameters of its BatchNorm layers"),
    Message("running statistics of its BatchNorm layers"),
)


def ask_moved(made: Audit) -> Question:
    """What of the backbone moves: of a frozen one if anything does, of another one which part the most."""
    if made.way == FROZEN:
        return _ask_frozen(made)
    parts = made.backbone
    most, least = (sorted(parts, key=lambda part: part.share)[place] for place in (-1, 0))
    return Question(
        _which(made),
        parts.index(most),
        Message(
            "Measured by its norm: {most}, by {share} %; the least, by {little} %: {least}. {why}",
            most=most.name,
            share=percent(most.share),
            least=least.name,
            little=percent(least.share),
            why=_why(made),
        ),
        choices=tuple(part.name for part in parts),
    )


def _which(made: Audit) -> Message:
    gaps = {"count": STEPS, "share": percent(made.parts[-1].share)}
    if made.way == WHOLE:
        return Message(
            "The whole net learns, from its pretrained weights. In {count} {count:step|steps} the new head "
            "moves by {share} % of its norm. Which part of the backbone moves most, measured so?",
            **gaps,
        )
    return Message(
        "The whole net learns from scratch. In {count} {count:step|steps} the head moves by {share} % of its "
        "norm. Which part of the backbone moves most, measured so?",
        **gaps,
    )


def _why(made: Audit) -> Message:
    if made.way == WHOLE:
        return Message(
            "What was learned before serves the new pictures, too: least has to change near the picture, "
            "where edges and colours are found, and most near the head."
        )
    return Message(
        "Of random weights none is good yet: there is no reason that those near the picture should move "
        "least."
    )


def _ask_frozen(made: Audit) -> Question:
    gaps = {"count": STEPS}
    if made.kept:
        return Question(
            Message(
                "After net.train() the frozen backbone is set to eval() again. Which of its numbers still "
                "move in {count} {count:step|steps}?",
                **gaps,
            ),
            STATISTICS if any(part.drift for part in made.backbone) else NOTHING,
            Message(
                "In eval() BatchNorm scales with the statistics that it has, and leaves them as they are."
            ),
            choices=MOVERS,
        )
    return Question(
        Message(
            "The backbone is frozen with requires_grad_(False), and the loop sets the net to train(). Which "
            "numbers of the backbone still move in {count} {count:step|steps}?",
            **gaps,
        ),
        STATISTICS if any(part.drift for part in made.backbone) else NOTHING,
        Message(
            "Its parameters get no gradient, so no step moves them. But running_mean and running_var are no "
            "parameters: in train() every forward pass moves them, with or without a gradient."
        ),
        choices=MOVERS,
    )


# As a chart


def figure(made: Audit, translate: Words = str) -> go.Figure:
    """Two bars a layer: how far its parameters moved, and its running statistics, each of the norm before."""
    chart = go.Figure(
        layout=style.layout(
            HEIGHT,
            xaxis_title=translate(Message("moved, in % of the norm before")),
            barmode="group",
            bargap=0.25,
        )
    )
    *names, head = (layer.name for layer in made.layers)
    names.append(translate(Message("{name}, the head", name=head)))
    weights = [100 * share([layer]) for layer in made.layers]
    drifts = [drift([layer]) for layer in made.layers]
    statistics = [None if each is None else 100 * each for each in drifts]
    for name, shares, colour in (
        (Message("parameters"), weights, style.POSITIVE),
        (Message("running statistics"), statistics, style.NEGATIVE),
    ):
        chart.add_bar(y=names, x=shares, orientation="h", marker_color=colour, name=translate(name))
    chart.update_yaxes(type="category", autorange="reversed", tickfont_size=11)
    return chart.update_xaxes(rangemode="tozero")


# As a program


def program(way: str, kept: bool) -> str:
    """The same epoch in plain torch; it needs the file of the backbone, unless it begins from scratch."""
    freeze = "net[:-1].requires_grad_(False)\n" if way == FROZEN else ""
    keep = "net[:-1].eval()  # after every net.train()\n" if kept else ""
    helpers = "\n\n".join(inspect.getsource(each) for each in (named, weigh, features, gradient))
    return join_cells(
        {
            **cells(way),
            "What is weighed": helpers,
            "Training": f"""\
{freeze}optimizer = torch.optim.SGD(net.parameters(), lr={RATE}, momentum={MOMENTUM})
before = {{name: weigh(layer) for name, layer in named(net).items()}}
given = features(net, images)

net.train()
{keep}gradients, losses = {{}}, []
for batch, answers in zip(images.split({BATCH}), labels.split({BATCH})):
    loss = F.cross_entropy(net(batch), answers)
    optimizer.zero_grad()
    loss.backward()
    gradients = gradients or {{name: gradient(layer) for name, layer in named(net).items()}}
    optimizer.step()
    losses.append(loss.item())
""",
            "Audit": """\
moves = {}
for name, layer in named(net).items():
    moves[name] = [(now - was).float().norm().item() for now, was in zip(weigh(layer), before[name])]
    print(name, "gradient:", gradients[name], "moved:", moves[name])
moved = ((features(net, images) - given).norm() / given.norm()).item()
print(f"The features moved by {moved:.2%}")
""",
        }
    )
