"""Class lists: what the number means that a net answers with. The number alone means nothing."""

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor, nn
from torchvision import models

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.messages import LessonError, Message
from lessons.core.program import quoted
from lessons.core.questions import Question
from lessons.core.tensors import drawing
from lessons.engine.pictures import published, sources
from lessons.engine.training.trained import Trained

MOST = 999  # the last number of the longest list, which is ImageNet's
FOUND = 8  # so many numbers of a word are listed
SEEDS = tuple(range(5))  # of heads that have not learned


@dataclass(frozen=True)
class ClassList:
    """title: whose list it is; names: by their numbers."""

    title: Message | str
    names: tuple[str, ...]

    def name(self, number: int) -> str | None:
        """None past its end, where Python raises an IndexError."""
        return self.names[number] if number < len(self.names) else None

    def numbers(self, word: str) -> tuple[int, ...]:
        """Of the names that have the word in them, as a word of its own.

        >>> ClassList("", ("cat", "dog", "hot dog", "hotdog")).numbers("Dog")
        (1, 2)
        """
        found = re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.IGNORECASE)
        if not word.strip():
            return ()
        return tuple(number for number, name in enumerate(self.names) if found.search(name))


def imagenet() -> ClassList:
    """Part of torchvision, beside the address of the weights; nothing is fetched."""
    weights = models.get_model_weights("resnet18").IMAGENET1K_V1
    return ClassList("ImageNet", tuple(weights.meta["categories"]))


def every_list(own: tuple[str, ...]) -> tuple[ClassList, ...]:
    """The list of the net first, whose classes are own; then all others that are known here, each once."""
    known = [imagenet()]
    for source in sources.sources():
        title = source.title if source.key.startswith("folder:") else Message(source.title)
        known.append(ClassList(title, source.classes))
    lists = {each.names: each for each in reversed(known) if each.names}  # the first of several alike
    ours = lists.pop(own, ClassList(Message("The list of this net"), own))
    return (ours, *reversed(lists.values()))


def ask_unnoticed(number: int, lists: Sequence[ClassList]) -> Question:
    """How many of the wrong lists have a word for the number as well. lists: the right one first."""
    _right, *wrong = lists
    short = [each for each in wrong if each.name(number) is None]
    if not short:
        reason = Message(
            "All {count} of them have a class {number}: each gives a word, and none complains.",
            count=len(wrong),
            number=number,
        )
    else:
        reason = Message(
            "{count} of them {count:has|have} a class {number}, and {count:gives|give} a word without "
            "complaint. {short} {short:ends|end} before it, and Python raises an IndexError.",
            count=len(wrong) - len(short),
            short=len(short),
            number=number,
        )
    return Question(
        Message(
            "For this picture the net answers {number}. You look the number up in {all} lists that are not "
            "the net's. How many of them give a word without complaint?",
            number=number,
            all=len(wrong),
        ),
        len(wrong) - len(short),
        reason,
        about="lists",
    )


# A folder of one's own


def folder_names(text: str) -> tuple[str, ...]:
    """Names as typed, with commas between them. LessonError: they cannot all be in one folder."""
    names = [each.strip() for each in re.split(r"[,，、\n]", text) if each.strip()]
    if not 2 <= len(names) <= limits.FOLDER_CLASSES:
        raise LessonError(
            "The folder has {count} {count:class|classes}; there can be 2 to {allowed}.",
            count=len(names),
            allowed=limits.FOLDER_CLASSES,
        )
    for name in names:
        if "/" in name or len(name) > 100:
            raise LessonError("{name} cannot be the name of a folder.", name=spelled(name[:100]))
        if names.count(name) > 1:
            raise LessonError("{name} is there twice; a folder has it only once.", name=spelled(name))
    return tuple(names)


def numbered(names: Sequence[str]) -> dict[str, int]:
    """What ImageFolder makes of them: numbers in the order of the characters.

    >>> numbered(["bees", "ants", "Zebras"])
    {'Zebras': 0, 'ants': 1, 'bees': 2}
    """
    return {name: number for number, name in enumerate(sorted(names))}


def ask_number(names: Sequence[str]) -> Question:
    """The number of the name that was typed first."""
    numbers = numbered(names)
    first = spelled(names[0])
    return Question(
        Message(
            "ImageFolder finds these folders: {names}. Which number does it give to {first}?",
            names=", ".join(map(spelled, names)),
            first=first,
        ),
        numbers[names[0]],
        Message(
            "It sorts the names as Python sorts texts, character by character: digits, then capital letters, "
            "then small ones. {first} is number {number}.",
            first=first,
            number=numbers[names[0]],
        ),
        about="folder",
    )


# A head that has not learned


@dataclass(frozen=True)
class Guess:
    """The answer of a net with weights drawn from a seed: its number, and how sure it is."""

    number: int
    probability: float


def untrained_heads(trained: Trained, batch: Tensor) -> tuple[Guess, ...]:
    """The backbone as it is, with heads that have not learned."""
    (*_, (place, head)) = _drawn(trained.net)
    guesses = []
    for seed in SEEDS:
        net, fresh = _sharing(trained.net), copy.deepcopy(head)
        _draw_again(seed, fresh)
        net.set_submodule(place, fresh)
        guesses.append(_guess(net, trained, batch))
    return tuple(guesses)


def without_weights(trained: Trained, batch: Tensor) -> Guess:
    """The whole net as it was before it learned anything."""
    net = copy.deepcopy(trained.net)
    _draw_again(SEEDS[0], *(layer for _, layer in _drawn(net)))
    return _guess(net, trained, batch)


def _drawn(net: nn.Module) -> list[tuple[str, nn.Module]]:
    """The layers that have weights of their own, by their names; the head, or the last of it, is the last."""
    return [(name, layer) for name, layer in net.named_modules() if hasattr(layer, "reset_parameters")]


def _sharing(net: nn.Module) -> nn.Module:
    """A net of its own with the very same weights: those of VGG16 take 550 MB."""
    tensors = (*net.parameters(), *net.buffers())
    return copy.deepcopy(net, {id(each): each for each in tensors})


def _draw_again(seed: int, *layers: Any) -> None:
    with drawing(seed):
        for layer in layers:
            layer.reset_parameters()


def _guess(net: nn.Module, trained: Trained, batch: Tensor) -> Guess:
    (answer,) = replace(trained, net=net).probabilities(batch)
    return Guess(int(answer.argmax()), float(answer.max()))


def ask_untrained(trained: Trained, guesses: Sequence[Guess]) -> Question:
    """How many different answers heads give that have not learned."""
    different = len({each.number for each in guesses})
    return Question(
        Message(
            "The head is replaced by one that has not learned, {count} {count:time|times}, each from another "
            "seed. The picture stays. How many different answers are there?",
            count=len(guesses),
        ),
        different,
        Message(
            "{different}. Which class a head answers that has not learned is chance. Over many pictures it "
            "is right as often as somebody who guesses: once in {classes}.",
            different=different,
            classes=len(trained.classes),
        ),
        about="untrained",
    )


# The program


def snippet(number: int, names: Sequence[str]) -> str:
    """The number in three lists, and the numbers that folders get. names: of the folders."""
    cifar10, fashion = (published.SETS[key].classes for key in ("cifar10", "fashion-mnist"))
    folders = ", ".join(quoted(name) for name in names)
    return f"""\
from torchvision.models import get_model_weights

lists = {{
    "ImageNet": get_model_weights("resnet18").IMAGENET1K_V1.meta["categories"],
    "CIFAR-10": {json.dumps(cifar10)},
    "FashionMNIST": {json.dumps(fashion)},
    "own folder": sorted([{folders}]),  # as ImageFolder numbers them
}}
number = {number}
for title, names in lists.items():
    print(title, names[number] if number < len(names) else "IndexError")
"""
