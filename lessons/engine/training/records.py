"""What the files of a run hold, as types: they come from outside, and what is of another type is damaged.

Anybody may have written them, on this machine or another one. So each type says what its numbers can be, and
that is checked whenever a file is read. Reading needs no torch.
"""

import io
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, Literal, TypedDict

import msgspec
import numpy as np
from msgspec import Meta

from lessons.core import limits
from lessons.core.files import stored
from lessons.core.messages import Message
from lessons.core.words import recall

STATUSES = ("queued", "running", "paused", "done", "stopped", "failed", "interrupted")
METRICS = "metrics.jsonl"
EVENTS = "events"
LEAST_PROBABILITY = 2.0**-25  # half of the least that float16 knows: it was rounded to 0

Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
EpochNumber = Annotated[int, Meta(ge=0, le=limits.RUN_EPOCHS)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Rate = Annotated[float, Meta(ge=0, le=limits.RUN_RATE)]
Positive = Annotated[float, Meta(ge=0, le=sys.float_info.max)]  # and finite
Moment = Annotated[float, Meta(ge=0, le=2**36)]  # seconds since 1970, until the year 4147
GROWING = re.compile(rf"^({METRICS}|{EVENTS}/events\.out\.[^/\\\x00\ud800-\udfff]+)\Z")


@dataclass(frozen=True)
class About:
    """What ``config.json`` holds. config: as ``Config`` reads it; created: in seconds since 1970."""

    config: dict[str, str | Whole | float | bool | None]
    versions: dict[str, str]
    created: Moment


@dataclass(frozen=True)
class Name:
    """The learner's own name for a run, on one line; "" if there is none."""

    name: Annotated[str, Meta(max_length=limits.RUN_NAME_LENGTH)]

    def __post_init__(self) -> None:
        if self.name != " ".join(self.name.split()):
            raise ValueError("a name is one line")


class Wishes(TypedDict, total=False):
    """What is wanted of the worker, each only if asked: to end so, and another learning rate."""

    want: Literal["pause", "stop", "yield"]
    lr: Rate


@dataclass(frozen=True)
class State:
    """Where a run stands.

    status: one of ``STATUSES``; step and epoch: how many are behind it; message and values: why it failed,
    see ``Message``; advised_lr: a learning rate to go on with, where the one before was too high; pid and
    started: the process that answers for it; heartbeat: its last sign of life, in seconds since 1970; saved:
    whether there is a checkpoint; sizes: how many bytes its growing files had by then.
    """

    status: str
    step: Count = 0
    epoch: EpochNumber = 0
    test_accuracy: Fraction | None = None
    message: str = ""
    values: dict[str, str | Whole | float] = field(default_factory=dict)
    advised_lr: Rate | None = None
    pid: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    started: Moment = 0.0
    heartbeat: Moment = 0.0
    saved: bool = False
    sizes: dict[Annotated[str, Meta(pattern=GROWING.pattern)], Count] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError unless its status is known and its message is one of the program's own."""
        if self.status not in STATUSES:
            raise ValueError(f"no run is {self.status!r}")
        if self.message:
            recall(self.message, self.values)

    @property
    def active(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def reason(self) -> Message | None:
        return recall(self.message, self.values) if self.message else None

    def afresh(self, status: str) -> "State":
        """With that status, and without what was said of an earlier failure."""
        return replace(self, status=status, message="", values={}, advised_lr=None)


class StepLine(msgspec.Struct, frozen=True, tag_field="kind", tag="step"):
    """One step in ``metrics.jsonl`` (see ``reports.Step``). time: seconds of training behind it."""

    step: Annotated[int, Meta(ge=1, le=2**53)]
    epoch: EpochNumber
    loss: float
    lr: Rate
    time: Positive


class EpochLine(msgspec.Struct, frozen=True, tag_field="kind", tag="epoch"):
    """The numbers of one epoch (see ``reports.Epoch``); details: SHA-256 of its file in epochs/."""

    epoch: Annotated[int, Meta(ge=1, le=limits.RUN_EPOCHS)]
    step: Count
    train_loss: float
    train_accuracy: Fraction
    test_loss: float
    test_accuracy: Fraction
    seconds: Positive
    details: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class ResumeLine(msgspec.Struct, frozen=True, tag_field="kind", tag="resume"):
    """From here on a run goes on behind this step."""

    step: Count


@dataclass(frozen=True)
class Progress:
    """How far a checkpoint is: steps made, epochs finished, and the sums of the epoch under way."""

    step: Count
    epoch: EpochNumber
    losses: Positive
    correct: Count
    seen: Count
    seconds: Positive

    def __post_init__(self) -> None:
        if self.correct > self.seen:
            raise ValueError("more is right than was seen")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Progress":
        """As it stands among the values of a checkpoint; ValueError where it does not."""
        return msgspec.convert({each.name: values.get(each.name) for each in fields(cls)}, cls)


@dataclass(frozen=True)
class Details:
    """What one epoch left: logits float32 (test pictures, classes); filters float32 or None."""

    logits: np.ndarray
    filters: np.ndarray | None

    @classmethod
    def unpacked(cls, content: bytes) -> "Details":
        """From what is in an .npz file; ValueError unless it holds these arrays, as they are.

        Before version 0.9 it held probabilities, as float16: their logarithms are logits as well.
        """
        arrays = {name: _array(part) for name, part in stored(content).items()}
        filters = arrays.pop("filters.npy", None)
        ((name, answers),) = arrays.items()
        if name == "probabilities.npy":
            answers = np.log(np.maximum(answers, LEAST_PROBABILITY, dtype=np.float32))
        elif name != "logits.npy":
            raise ValueError("another array")
        if answers.ndim != 2 or (filters is not None and not _are_filters(filters.shape)):
            raise ValueError("an array of another shape")
        return cls(answers, filters)


def _are_filters(shape: tuple[int, ...]) -> bool:
    """Such as a first convolution can have: they are drawn, larger than they are."""
    return len(shape) == 4 and shape[0] <= limits.FILTERS and max(shape[1:]) <= limits.FILTER_SIDE


def _array(content: bytes | memoryview) -> np.ndarray:
    """An .npy file of floats, all of them finite."""
    file = io.BytesIO(content)
    try:
        np.lib.format.read_magic(file)
        shape, fortran, found = np.lib.format.read_array_header_1_0(file)
    except (MemoryError, RecursionError, TypeError) as error:  # what its head may lead Python's parser to
        raise ValueError("not the head of an array") from error
    if fortran or found not in (np.float16, np.float32) or min(shape, default=0) < 1:
        raise ValueError("an array of another type, or an empty one")
    numbers = content[file.tell() :]
    if math.prod(shape) * found.itemsize != len(numbers):
        raise ValueError("an array of another size")
    array = np.frombuffer(numbers, found).reshape(shape)
    if not np.isfinite(array).all():
        raise ValueError("numbers that are not finite")
    return array
