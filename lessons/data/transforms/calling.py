"""Why ``transform(picture)`` works: an object whose class has a ``__call__``, and where torchvision's is."""

import inspect
import pydoc
from dataclasses import dataclass

import torch
from PIL import Image

from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.data.transforms.steps import step
from lessons.data.transforms.strip import make

PROTOCOL = ("__init__", "__call__", "forward", "transform")
LINES = 8  # of what help tells


class Brighter:
    def __init__(self, by: float) -> None:
        self.by = by

    def __call__(self, picture: Image.Image) -> Image.Image:
        return picture.point(lambda byte: byte * self.by)


def program(by: float) -> str:
    """A transform of one's own, on picture.png."""
    return f"""\
from PIL import Image


{inspect.getsource(Brighter)}

picture = Image.open("picture.png").convert("RGB")
brighter = Brighter(by={by})  # runs __init__
output = brighter(picture)  # runs __call__
print(picture.getpixel((0, 0)), output.getpixel((0, 0)))
print(output == brighter.__call__(picture))
"""


@dataclass(frozen=True)
class Looked:
    """What an object tells of itself.

    classes: its own, and those that it inherits from; owners: of each method in PROTOCOL the class that it
    is written in, "" for none; own: the public names of ``dir`` that not every nn.Module has; told: the first
    lines of ``help``.
    """

    classes: tuple[str, ...]
    owners: tuple[str, ...]
    own: tuple[str, ...]
    told: str


def look_into(name: str) -> Looked:
    """The transform of this name, with its usual settings."""
    transform = make(step(name))
    classes = type(transform).__mro__[:-1]  # all inherit from object
    common = dir(torch.nn.Module())
    own = tuple(each for each in dir(transform) if not each.startswith("_") and each not in common)
    told = pydoc.plain(pydoc.render_doc(transform, "Help on %s:")).splitlines()[:LINES]
    return Looked(
        tuple(each.__name__ for each in classes),
        tuple(_owner(classes, method) for method in PROTOCOL),
        own,
        "\n".join(told),
    )


def _owner(classes: tuple[type, ...], method: str) -> str:
    return next((each.__name__ for each in classes if method in vars(each)), "")


def ask_owner(name: str) -> Question:
    """In which class the ``__call__`` is that runs."""
    looked = look_into(name)
    owners = dict(zip(PROTOCOL, looked.owners, strict=True))
    choices = sorted({"object", "Module", *looked.classes})
    if "Module" in looked.classes:
        reason = Message(
            "{owner}: v2's transforms are nn.Modules, as layers and nets are. The {call} of Module runs "
            "forward, here the one written in {forward}. forward draws what is random, and applies it.",
            call="__call__",
            owner=owners["__call__"],
            forward=owners["forward"],
        )
    else:
        reason = Message(
            "{owner}: a plain class of the old torchvision, with a {call} of its own and no forward.",
            call="__call__",
            owner=owners["__call__"],
        )
    return Question(
        Message(
            "To run {code}, Python calls a {call}. In which class is it written?",
            code=f"{step(name).code()}(picture)",
            call="__call__",
        ),
        choices.index(owners["__call__"]),
        reason,
        choices=tuple(Message("{name}", name=each) for each in choices),
        about="owner",
    )


def look_program(name: str) -> str:
    """What ``look_into`` finds out."""
    return f"""\
import torch
from torchvision import transforms
from torchvision.transforms import v2

transform = {step(name).code()}
common = dir(torch.nn.Module())
own = [name for name in dir(transform) if not name.startswith("_") and name not in common]
print(own)
print([each.__name__ for each in type(transform).__mro__])
help(transform)
"""
