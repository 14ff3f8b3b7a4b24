"""A random transform in two halves: ``make_params`` draws, ``transform`` applies; ``forward`` adds a coin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image
from torchvision.transforms import v2

from lessons.core.messages import LessonError, Message
from lessons.core.questions import Question
from lessons.core.tensors import drawing
from lessons.data.transforms.operations import COLOUR, GEOMETRY
from lessons.data.transforms.steps import Step, step
from lessons.data.transforms.strip import REFUSALS, explained, in_words, make
from lessons.engine.pictures.values import PIL

SAME = "Called with the same seed, the transform makes the same picture: it does nothing but these two steps."
OTHER = "Called with the same seed, the transform makes another picture: its `forward` draws a number before."
CALLS = 30  # enough to see a fair coin fall on both sides
KNOWN = (step("RandomAffine"), step("RandomHorizontalFlip"), step("RandomPerspective"))


WHERE = {  # whether make_params draws, and forward itself: in short, and the reason
    (True, False): (
        Message("in make_params"),
        Message(
            "In make_params. forward calls it, and then transform, which draws nothing: it applies what it "
            "is given."
        ),
    ),
    (False, True): (
        Message("in forward, before make_params"),
        Message(
            "In forward: it tosses a coin, and goes on only if that says so. make_params draws nothing, and "
            "transform always does it."
        ),
    ),
    (True, True): (
        Message("in both"),
        Message(
            "In both: forward tosses a coin, and goes on only if that says so. make_params draws all else."
        ),
    ),
}


def halved(steps: Sequence[Step]) -> list[Step]:
    """The random steps of a strip that take a picture, and some known ones; one of each name."""
    found = {
        each.name: replace(each, key=0, locked=None, on=True)
        for each in (*KNOWN, *steps)
        if each.operation.random
        and each.operation.family in (GEOMETRY, COLOUR)
        and PIL in each.operation.takes
    }
    return list(found.values())


@dataclass(frozen=True)
class Halves:
    """params: what was drawn, in words; applied: the picture and its mirror image, moved by that one draw;
    called: what ``transform(picture)`` makes with the same seed."""

    params: tuple[str, ...]
    applied: tuple[Image.Image, Image.Image]
    called: Image.Image

    @property
    def same(self) -> bool:
        """Whether both ways make the same picture."""
        one = self.applied[0]
        return one.size == self.called.size and one.tobytes() == self.called.tobytes()


def halve(picture: Image.Image, random: Step, seed: int) -> Halves:
    """LessonError where torchvision refuses the picture."""
    try:
        transform: Any = make(random)
        with drawing(seed):
            params = transform.make_params([picture])
        mirrored = v2.functional.horizontal_flip(picture)
        with drawing(seed):
            called = transform(picture)
        one, other = (transform.transform(each, params) for each in (picture, mirrored))
    except REFUSALS as error:
        raise LessonError("{reason}", reason=explained(random, picture, error).reason) from error
    return Halves(tuple(in_words(params)), (one, other), called)


def draws_where(picture: Image.Image, random: Step) -> tuple[bool, bool]:
    """Whether ``make_params`` draws, and whether ``forward`` itself does: by calling it CALLS times.

    Where forward tosses a coin, it goes on to make_params only if that says so.
    """
    transform: Any = make(random)
    params = []
    real = transform.make_params

    def counted(flat_inputs: list[Any]) -> dict[str, Any]:
        params.append(real(flat_inputs))
        return dict(params[-1])

    transform.make_params = counted
    transform.transform = lambda value, params: value  # to draw is enough here
    with drawing(0):
        for _call in range(CALLS):
            transform(picture)
    return len(set(map(str, params))) > 1, len(params) < CALLS


def ask_where(picture: Image.Image, random: Step) -> Question | None:
    """Where chance is; None where nothing was seen of it."""
    found = draws_where(picture, random)
    if found not in WHERE:
        return None
    return Question(
        Message("Where does {name} draw?", name=random.code()),
        list(WHERE).index(found),
        WHERE[found][1],
        choices=tuple(choice for choice, _reason in WHERE.values()),
        about="params",
    )


def program(random: Step, seed: int) -> str:
    """On picture.png."""
    return f"""\
import torch
from PIL import Image
from torchvision.transforms import v2

picture = Image.open("picture.png").convert("RGB")
mirrored = v2.functional.horizontal_flip(picture)
transform = {random.code()}

torch.manual_seed({seed})
params = transform.make_params([picture])  # draws
one = transform.transform(picture, params)  # applies
other = transform.transform(mirrored, params)

torch.manual_seed({seed})
called = transform(picture)  # forward: both, and maybe a coin before
print(params)
print(called == one)
"""
