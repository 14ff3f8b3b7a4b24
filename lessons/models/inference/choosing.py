"""Which net answers, and about which picture."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from lessons.core import folders
from lessons.core.boxes import Box
from lessons.core.files import marks
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import doodles, facts, sources
from lessons.engine.pictures.samples import SAMPLES, SHOWN, sample
from lessons.engine.training import origin, runs, trained
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.runs import CHECKPOINT, Run
from lessons.engine.training.trained import Trained

BACKBONE = "backbone"
TEN, TWENTY = "doodles", "doodles-others"  # sets: what runs usually learn from, and what the backbone did
TEST, OTHER = "test", "other"  # pictures of the net's own test set, and of kinds that it does not know
MOST = 100  # so many test pictures can be chosen among
NUMBERED = re.compile(rf"({TEST}|{OTHER})-([0-9]{{1,2}})")


@dataclass(frozen=True)
class Inputs:
    """net: BACKBONE, one of PUBLISHED_NETS, or the id of a run; picture: one of SAMPLES, "test-<number>" or
    "other-<number>", or the bytes of a PNG; box: what is cut out of it first; None: all of it stays."""

    net: str = BACKBONE
    picture: str | bytes = f"{TEST}-0"
    box: Box | None = None

    def __post_init__(self) -> None:
        require_net(self.net)
        if isinstance(self.picture, str) and self.picture not in SAMPLES:
            read_number(self.picture)

    def open(self) -> Image.Image:
        """The whole picture, in RGB."""
        if isinstance(self.picture, bytes):
            return Image.open(BytesIO(self.picture)).convert("RGB")
        if self.picture in SAMPLES:
            return sample(self.picture)
        kind, number = read_number(self.picture)
        images, _classes = test_pictures(set_of(self.net, kind))
        if number >= len(images):
            raise LessonError(
                "There {count:is|are} {count} test {count:picture|pictures} to choose from; this would be "
                "number {number}.",
                count=len(images),
                number=number + 1,
            )
        return Image.fromarray(images[number])

    def cut(self) -> Image.Image:
        """What is inside the box."""
        picture = self.open()
        if self.box is None:
            return picture
        if not self.box.inside(picture.size):
            raise LessonError(
                "The box reaches out of the picture, which is {width} x {height}.",
                width=picture.width,
                height=picture.height,
            )
        left, top, width, height = self.box
        return picture.crop((left, top, left + width, top + height))


@dataclass(frozen=True)
class Seen:
    """What every view is about. picture: already cut out, in RGB."""

    inputs: Inputs
    trained: Trained
    picture: Image.Image = field(repr=False, compare=False)


def truth(inputs: Inputs) -> str | None:
    """What the picture shows, where that is known: of a test picture, all of it."""
    if isinstance(inputs.picture, bytes) or inputs.picture in SAMPLES or inputs.box:
        return None
    kind, number = read_number(inputs.picture)
    _images, names = test_pictures(set_of(inputs.net, kind))
    return names[number]


def beyond(inputs: Inputs) -> Message | None:
    """Of a net that has learned from doodles alone: that a picture is none of those it knows. None where it
    may be one, or the net has learned from other pictures."""
    picture, net = inputs.picture, inputs.net
    if net in PUBLISHED_NETS or _learned(net) not in sources.DOODLES:
        return None
    classes = sources.source(_learned(net)).classes
    if isinstance(picture, bytes):
        return Message(
            "This net knows only drawn doodles, of {count} {count:kind|kinds}: whatever your picture shows, "
            "it gets the name of one of these.",
            count=len(classes),
        )
    if picture not in SAMPLES or set(SHOWN[picture]) & set(classes):
        return None
    return Message("It is a picture of nothing that this net has a name for.")


def see(inputs: Inputs) -> Seen:
    """LessonError where the net, or the picture, is not here."""
    return Seen(inputs, trained_net(inputs.net), inputs.cut())


# Nets


def require_net(net: str) -> None:
    if net != BACKBONE and net not in PUBLISHED_NETS:
        runs.find(folders.runs_folder(), net)


def usable(run: Run) -> bool:
    """Whether a run has a net to look at."""
    try:
        return run.resumable() and bool(run.config())
    except LessonError:
        return False


def trained_net(net: str) -> Trained:
    """The net of this slug; the same object as long as nothing has learned in between."""
    mark: tuple[int, ...] = ()
    if net != BACKBONE and net not in PUBLISHED_NETS:
        checkpoint = runs.find(folders.runs_folder(), net).folder / CHECKPOINT
        with suppress(OSError):
            mark = marks(checkpoint.lstat())
    return _trained(net, mark)


@lru_cache(maxsize=4)  # VGG16 takes 550 MB
def _trained(net: str, mark: tuple[int, ...]) -> Trained:
    if net == BACKBONE:
        return trained.of_backbone()
    if net in PUBLISHED_NETS:
        return trained.of_imagenet(net)
    return trained.of_run(runs.find(folders.runs_folder(), net))


# Pictures


def read_number(picture: str) -> tuple[str, int]:
    """TEST or OTHER, and which one, counted from 0; LessonError for any other text."""
    if not (found := NUMBERED.fullmatch(picture)):
        raise LessonError("There is no picture called {name!r}.", name=picture)
    return found[1], int(found[2])


def set_of(net: str, kind: str = TEST) -> str:
    """The set that the net was tested on, or the doodles of other kinds. What learned on photos is given
    doodles, and so is a run whose own pictures are not there any more as they were."""
    own = TEN if net in PUBLISHED_NETS or lost(net) else _learned(net)
    if kind == TEST:
        return own
    return TEN if own == TWENTY else TWENTY


def lost(net: str) -> Message | None:
    """That a run is given other pictures than those that it was tested on; None where it is not."""
    if net == BACKBONE or net in PUBLISHED_NETS:
        return None
    run = runs.find(folders.runs_folder(), net)
    with suppress(LessonError):
        facts.mark(run.config().data)  # they can be read
        if not origin.has_changed(run):
            return None
    return Message(
        "The pictures that this net was tested on have changed since, or are gone: the test pictures here "
        "are Doodles."
    )


def _learned(net: str) -> str:
    """The set that a net has learned from."""
    return TWENTY if net == BACKBONE else runs.find(folders.runs_folder(), net).config().data


def test_pictures(key: str) -> tuple[Sequence[np.ndarray], Sequence[str]]:
    """The first MOST test pictures of a set, uint8 (height, width[, 3]), and what they show."""
    return _test_pictures(*sources.identity(key))


@lru_cache(maxsize=4)
def _test_pictures(folder: Path, key: str, state: str | None) -> tuple[Sequence[np.ndarray], Sequence[str]]:
    """folder, state: see ``sources.identity``."""
    classes = sources.source(key).classes
    if key in sources.DOODLES:
        images, labels = doodles.draw(MOST, "test", kinds=sources.kinds(key))
    else:
        test = sources.load(key).test
        images, labels = test.images[:MOST].numpy(), test.labels[:MOST].numpy()
        classes = sources.source(key).classes
    shown = [np.ascontiguousarray(each.transpose(1, 2, 0).squeeze()) for each in images]
    return shown, [classes[label] for label in labels]
