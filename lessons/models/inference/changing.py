"""One picture, one net, and yet the answer changes: what is left on, and what is drawn at random."""

import copy
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torchvision.transforms import v2

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.plane import Axis, Dots, Mark, Part, Plane, Scene
from lessons.core.questions import Question
from lessons.core.tensors import drawing, one_thread
from lessons.engine.training.preparing import Preparation
from lessons.models.inference.choosing import Seen

EVAL, CROP = "eval", "crop"
WAYS = {EVAL: "eval() forgotten", CROP: "RandomResizedCrop at prediction"}
COUNT = 20  # answers
DROPOUT = 0.5  # of the layer that is put in where a net has none
SMALL = 3 * 64 * 64  # numbers of an input
NAMED = 3  # so many classes have a colour of their own
COLOURS = (style.RUNS[0], style.RUNS[1], style.RUNS[2], style.QUIET)
SIGNS = ("dot", "ring", "cross", "cross")
DROPOUTS = (nn.Dropout, nn.Dropout2d, nn.AlphaDropout)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@dataclass(frozen=True)
class Norms:
    """A net with BatchNorm, otherwise as it should be. alone: the probability of the class when BatchNorm
    takes mean and variance from this one picture; after: with eval() again, when the net was asked COUNT
    times in train()."""

    layers: int
    alone: float
    after: float


@dataclass(frozen=True)
class Changing:
    """best, share: the class that is the right way's answer, and its probability. answers: of COUNT others,
    each its class and that one's probability. dropouts: layers that draw at random; put_in: whether the page
    has put that one in. norms: None where there is nothing random but the crop, or no BatchNorm."""

    way: str
    classes: tuple[str, ...]
    best: int
    share: float
    answers: tuple[tuple[int, float], ...]
    dropouts: int = 0
    put_in: bool = False
    norms: Norms | None = None

    @property
    def named(self) -> tuple[tuple[int, int], ...]:
        """The classes that are answered, the most frequent first, and how often."""
        return tuple(Counter(place for place, _share in self.answers).most_common())


def change(seen: Seen, way: str, seed: int) -> Changing:
    """COUNT answers to the same picture. What is drawn follows from the seed; the net of ``seen`` stays."""
    preparation = seen.trained.preparation
    batch = preparation.prepare(seen.picture)[None]
    usual = seen.trained.probabilities(batch)[0]
    best = int(usual.argmax())
    right = seen.trained.classes, best, float(usual[best])
    if way == CROP:
        transform = v2.Compose(random_steps(preparation))
        with drawing(seed), _threads(batch):
            batches = torch.stack([transform(seen.picture).as_subclass(Tensor) for _ in range(COUNT)])
            answers = _tops(lambda each: seen.trained.probabilities(each[None])[0], batches)
        return Changing(way, *right, answers)
    net, put_in = with_dropout(seen.trained.net)
    dropouts = sum(isinstance(layer, DROPOUTS) for layer in net.modules())
    with drawing(seed), _threads(batch):
        norms = _norms(net, batch, best)
        net.train()
        answers = _tops(lambda each: _asked(net, each[None]), batch.repeat(COUNT, 1, 1, 1))
    return Changing(way, *right, answers, dropouts, put_in, norms)


def _threads(batch: Tensor) -> AbstractContextManager[None]:
    """One for a small input; all of them for one as large as ImageNet's."""
    return one_thread() if batch.numel() <= SMALL else nullcontext()


def with_dropout(net: nn.Module) -> tuple[nn.Module, bool]:
    """A copy that has a Dropout; and whether it was put in, before the last linear layer."""
    net = copy.deepcopy(net)
    if any(isinstance(layer, DROPOUTS) for layer in net.modules()):
        return net, False
    *_others, (name, head) = (
        (name, each) for name, each in net.named_modules() if isinstance(each, nn.Linear)
    )
    net.set_submodule(name, nn.Sequential(nn.Dropout(DROPOUT), head))
    return net, True


def _norms(net: nn.Module, batch: Tensor, best: int) -> Norms | None:
    """With Dropout off. BatchNorm of this net is moved, which does not count in train()."""
    norms = [layer for layer in net.modules() if isinstance(layer, NORMS)]
    if not norms:
        return None
    net.eval()
    for layer in norms:
        layer.train()
    answers = [float(_asked(net, batch)[best]) for _ in range(COUNT)]
    return Norms(len(norms), answers[0], float(_asked(net.eval(), batch)[best]))


@torch.inference_mode()
def _asked(net: nn.Module, batch: Tensor) -> Tensor:
    """The probabilities (classes,) of the one picture in the batch."""
    answer: Tensor = net(batch).softmax(dim=1)[0]
    return answer


def _tops(ask: Callable[[Tensor], Tensor], pictures: Tensor) -> tuple[tuple[int, float], ...]:
    """Of every picture, one by one, the most probable class and its probability."""
    answers = [ask(each) for each in pictures]
    return tuple((int(each.argmax()), float(each.max())) for each in answers)


def random_steps(preparation: Preparation) -> list[v2.Transform]:
    """As in training, where Resize and CenterCrop are one RandomResizedCrop."""
    drawn = v2.RandomResizedCrop(preparation.crop, antialias=True)
    return [
        drawn if isinstance(step, v2.Resize) else step
        for step in preparation.steps()
        if not isinstance(step, v2.CenterCrop)
    ]


# What is seen of it


def scene(changing: Changing, shown: bool) -> Scene:
    """Every answer as a dot, in the colour of its class. shown: whether the right way's answer is there."""
    dots = []
    named = [place for place, _times in changing.named]
    groups = [*((place,) for place in named[:NAMED]), tuple(named[NAMED:])]
    for number, group in enumerate(each for each in groups if each):
        places = tuple(
            (float(at), share) for at, (place, share) in enumerate(changing.answers, 1) if place in group
        )
        name = (
            Message("other classes")
            if number == NAMED
            else Message("{name}", name=changing.classes[group[0]])
        )
        dots.append(Dots(f"class-{number}", name, places, sign=SIGNS[number], colour=COLOURS[number]))
    mark = Mark(
        Message("{name}, the right way", name=changing.classes[changing.best]),
        y=changing.share,
        colour=style.HERE,
    )
    parts: tuple[Part, ...] = (*([mark] if shown else []), *dots)
    across = Axis(Message("answer"), 0.0, COUNT + 1.0, whole=True)
    up = Axis(Message("probability of its class"), 0.0, 1.05)
    return Scene((Plane(Message("twenty answers"), across, up, parts, 300),))


def describe(changing: Changing) -> Message:
    """What the dots show."""
    (first, times), *others = changing.named
    shares = [share for place, share in changing.answers if place == first]
    name, low, high = changing.classes[first], min(shares), max(shares)
    if not others:
        return Message(
            "All {all} answers are {name}, with a probability from {low:.1%} to {high:.1%}.",
            all=COUNT,
            name=name,
            low=low,
            high=high,
        )
    return Message(
        "{times} of {all} answers {times:is|are} {name}, with a probability from {low:.1%} to {high:.1%}. "
        "The other {rest} {rest:is|are} for {others} {others:other class|other classes}.",
        times=times,
        all=COUNT,
        name=name,
        low=low,
        high=high,
        rest=COUNT - times,
        others=len(others),
    )


def explain(changing: Changing) -> tuple[Message, ...]:
    """What draws at random here, and what BatchNorm does beside it."""
    if changing.way == CROP:
        return (
            Message(
                "The net is in eval() and always the same; its input is not. RandomResizedCrop cuts out "
                "another piece each time, from 8 % of the picture up, and stretches it. In training that is "
                "meant."
            ),
        )
    if changing.put_in:
        first = Message(
            "The tensor is the same each time. This net has no Dropout, so the page has put one before its "
            "last layer, with p = {p}: in train() it sets half of the features to 0 on average, others each "
            "time, and doubles those that stay.",
            p=DROPOUT,
        )
    else:
        first = Message(
            "The tensor is the same each time. This net has {count} {count:layer|layers} of Dropout: in "
            "train() they set numbers to 0, others each time.",
            count=changing.dropouts,
        )
    norms = changing.norms
    if not norms:
        return (first,)
    return (
        first,
        Message(
            "BatchNorm draws nothing, and is in train() as well: mean and variance of {count} "
            "{count:layer|layers} come from this one picture, not from what was learned. That alone takes "
            "{name} from {share:.1%} to {alone:.1%}. And each call moves what was learned: after {calls} "
            "{calls:call|calls} in train(), even with eval() it is {after:.1%}.",
            count=norms.layers,
            alone=norms.alone,
            share=changing.share,
            name=changing.classes[changing.best],
            calls=COUNT,
            after=norms.after,
        ),
    )


def ask_which(changing: Changing) -> Question:
    """The readers' question."""
    answer = Message("{name} with {share:.1%}", name=changing.classes[changing.best], share=changing.share)
    if changing.way == CROP:
        reason = Message(
            "None. Random crops are for training, so that the net sees more; each is another picture. "
            "Prepare the picture as the test does, with Resize and CenterCrop: then it is always {answer}.",
            answer=answer,
        )
    else:
        reason = Message(
            "None. In train() a net is not the one that was tested. Call net.eval() first: then it is "
            "always {answer}.",
            answer=answer,
        )
    return Question(
        Message(
            "Twenty answers to one picture, {way}: which one should I believe?",
            way=Message(WAYS[changing.way]),
        ),
        3,
        reason,
        choices=(
            Message("the one that comes most often"),
            Message("the one with the highest probability"),
            Message("the last one"),
            Message("none of these"),
        ),
        about="which",
    )
