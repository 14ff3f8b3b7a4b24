"""Targets: the number of a class as a vector of zeros with a single 1, made where a data set hands it out."""

import inspect
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.transforms import v2

from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question

QUARTERS = 4

# One-hot


def one_hot(classes: int) -> Callable[[int], Tensor]:
    """Makes of a class a tensor (classes,): zeros, and a 1 at its index.

    >>> one_hot(4)(2)
    tensor([0., 0., 1., 0.])
    """
    made: Callable[[int], Tensor] = v2.Lambda(
        lambda target: torch.zeros(classes).scatter_(0, torch.tensor(target), value=1)
    )
    return made


def encoded(target: int, classes: int) -> Tensor:
    """As ``one_hot`` makes it; LessonError with torch's words where there is no such class."""
    try:
        return one_hot(classes)(target)
    except RuntimeError as error:
        raise LessonError(
            "{classes} classes have the numbers 0 to {last}, and {target} is none of them. ({words})",
            classes=classes,
            last=classes - 1,
            target=target,
            words=str(error),
        ) from error


def ask_place(target: int, classes: int) -> Question:
    """Where the 1 stands, as people count."""
    return Question(
        Message(
            "Class {target} of {classes} becomes a one-hot vector. Counted from 1, at which place is its 1?",
            target=target,
            classes=classes,
        ),
        int(encoded(target, classes).argmax()) + 1,
        Message(
            "At place {place}: torch counts from 0, so class {target} has index {target}.",
            place=target + 1,
            target=target,
        ),
        about="one-hot",
    )


def losses(target: int, classes: int) -> tuple[float, float]:
    """Of the same logits, 0 to 1 in equal steps: with the class as target, and with its one-hot vector."""
    logits = torch.linspace(0, 1, classes)
    return (
        F.cross_entropy(logits, torch.tensor(target)).item(),
        F.cross_entropy(logits, encoded(target, classes)).item(),
    )


def tell_losses(target: int, classes: int) -> Message:
    """That both are targets for cross-entropy."""
    by_class, by_vector = losses(target, classes)
    return Message(
        "F.cross_entropy takes either. Of logits from 0 to 1, the loss is {one} for the class, and {other} "
        "for its vector. A vector is needed where a target is a mixture, as behind MixUp.",
        one=show(by_class),
        other=show(by_vector),
    )


def one_hot_program(target: int, classes: int) -> str:
    return f"""\
import torch
import torch.nn.functional as F
from torchvision.transforms import v2

one_hot = v2.Lambda(
    lambda target: torch.zeros({classes}).scatter_(0, torch.tensor(target), value=1)
)
vector = one_hot({target})
print(vector)

logits = torch.linspace(0, 1, {classes})
print(F.cross_entropy(logits, torch.tensor({target})), F.cross_entropy(logits, vector))
"""


# A data set


class Quarters(Dataset[tuple[Any, Any]]):
    """The quarters of a picture; the number of each is its class."""

    def __init__(
        self,
        picture: Image.Image,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        self.picture = picture
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if not 0 <= index < len(self):
            raise IndexError(index)  # so that a loop over the set comes to an end
        width, height = self.picture.width // 2, self.picture.height // 2
        left, top = index % 2 * width, index // 2 * height
        quarter: Any = self.picture.crop((left, top, left + width, top + height))
        target: Any = index
        if self.transform:
            quarter = self.transform(quarter)
        if self.target_transform:
            target = self.target_transform(target)
        return quarter, target


def quarters(picture: Image.Image, *, as_tensor: bool, as_one_hot: bool) -> Quarters:
    """as_tensor: whether the set has a transform; as_one_hot: whether it has a target_transform.

    LessonError where the picture is too small.
    """
    if min(picture.size) < 2:
        raise LessonError(
            "The picture is {width} x {height}; to have quarters it needs 2 pixels along each side.",
            width=picture.width,
            height=picture.height,
        )
    return Quarters(
        picture,
        transform=v2.ToImage() if as_tensor else None,
        target_transform=one_hot(QUARTERS) if as_one_hot else None,
    )


def told(given: Any) -> str:
    """A picture or a target as Python would tell of it, in one line.

    >>> told(2), told(one_hot(4)(2))
    ('2', 'tensor([0., 0., 1., 0.])')
    """
    if isinstance(given, Image.Image):
        return f"PIL.Image, {given.mode}, {given.width} x {given.height}"
    if isinstance(given, Tensor) and given.ndim == 3:
        return f"{type(given).__name__}, {str(given.dtype).removeprefix('torch.')}, {tuple(given.shape)}"
    return repr(given)


def ask_target(made: Quarters, index: int) -> Question:
    """What comes as the target of this picture."""
    numbers = sorted({index, (index + 1) % QUARTERS})
    choices = [told(each) for each in (*numbers, *map(one_hot(QUARTERS), numbers))]
    target = told(made[index][1])
    if made.target_transform:
        reason = Message(
            "{target}. The set calls target_transform with the class, {index}, and hands out what comes of "
            "it. The picture goes through transform alone.",
            target=target,
            index=index,
        )
    else:
        reason = Message(
            "{target}. The set has no target_transform, and hands out the class as it is.", target=target
        )
    return Question(
        Message("picture, target = data_set[{index}]: what is target?", index=index),
        choices.index(target),
        reason,
        choices=tuple(Message("{choice}", choice=each) for each in choices),
        about="target",
    )


def set_program(index: int, *, as_tensor: bool, as_one_hot: bool) -> str:
    """The set, on picture.png, and one of its samples."""
    given = ["picture"]
    given += ["transform=v2.ToImage()"] if as_tensor else []
    given += ["target_transform=one_hot"] if as_one_hot else []
    return f"""\
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms import v2


{inspect.getsource(Quarters)}

one_hot = v2.Lambda(
    lambda target: torch.zeros({QUARTERS}).scatter_(0, torch.tensor(target), value=1)
)
picture = Image.open("picture.png").convert("RGB")
data_set = Quarters({", ".join(given)})
quarter, target = data_set[{index}]
print(quarter, target)
print([target for _, target in data_set])
"""
