"""Everything that decides how a training run goes, and the arithmetic that follows from it.

No torch here: a page can ask, check and count before torch is imported.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from lessons.core import limits
from lessons.core.checks import require_one_of, require_whole
from lessons.core.messages import LessonError
from lessons.engine.training.choices import ALL_NETS, DEVICES, OPTIMIZERS, PUBLISHED_NETS, TUNINGS

DATA_KEY = re.compile(r"doodles(-full|-others)?|cifar10|fashion-mnist|folder:[^/\\\x00\ud800-\udfff]{1,100}")
HEAD_EPOCHS = 3  # head first: for so many the head learns alone


@dataclass(frozen=True)
class Config:
    """One training run, complete: the same config on the same machine gives the same curve.

    data: key of a set of pictures (``engine.pictures.sources``); train_size: how many training pictures to
    use (None: all); per_class: how many of each class instead, drawn with the seed; tuning: one of
    ``choices.TUNINGS``: with any but "" pictures are prepared as the pretrained weights want them; shift:
    largest random shift in pixels; device: "auto" takes an accelerator where there is one; threads: CPU
    threads of the arithmetic (None: torch's own choice).
    """

    data: str = "doodles"
    net: str = "cnn"
    optimizer: str = "sgd"
    lr: float = 0.01
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 8
    seed: int = 0
    train_size: int | None = None
    per_class: int | None = None
    tuning: str = ""
    flip: bool = False
    shift: int = 0
    device: str = "auto"
    bf16: bool = False
    threads: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.data, str) or not DATA_KEY.fullmatch(self.data):
            raise LessonError("There is no set of pictures called {name!r}.", name=self.data)
        require_one_of("net", self.net, ALL_NETS)
        require_one_of("tuning", self.tuning, TUNINGS)
        require_one_of("optimizer", self.optimizer, OPTIMIZERS)
        require_one_of("device", self.device, DEVICES)
        for name in ("nesterov", "flip", "bf16"):
            _yes_or_no(name, getattr(self, name))
        _number("lr", self.lr, 0, limits.RUN_RATE)
        _number("momentum", self.momentum, 0, 0.9999)
        _number("weight_decay", self.weight_decay, 0, 10)
        require_whole("batch_size", self.batch_size, 1, limits.RUN_BATCH_SIZE)
        require_whole("epochs", self.epochs, 1, limits.RUN_EPOCHS)
        require_whole("seed", self.seed, 0, 2**31 - 1)
        require_whole("shift", self.shift, 0, 16)
        if self.train_size is not None:
            require_whole("train_size", self.train_size, 1, 1_000_000)
        if self.per_class is not None:
            require_whole("per_class", self.per_class, 1, 1_000_000)
            if self.train_size is not None:
                raise LessonError("train_size and per_class both say how many pictures to use: give one.")
        if self.threads is not None:
            require_whole("threads", self.threads, 1, 1024)
        if self.nesterov and not self.has_momentum:
            raise LessonError("nesterov looks ahead along the momentum: it needs SGD and a momentum above 0.")
        self._require_tunable()

    def _require_tunable(self) -> None:
        if self.tuning and not ALL_NETS[self.net].pretrained:
            raise LessonError(
                "There are no pretrained weights for {net}: tuning needs one of {nets}.",
                net=self.net,
                nets=", ".join(name for name, net in ALL_NETS.items() if net.pretrained),
            )
        if not self.tuning and self.net in PUBLISHED_NETS:
            raise LessonError(
                "The net {net} is given pictures as its weights want them: tuning must say so.", net=self.net
            )
        if (self.flip or self.shift) and self.head_epochs:
            raise LessonError(
                "With a frozen backbone the features of each picture are computed once: pictures cannot be "
                "mirrored or moved at random."
            )

    @property
    def pretrained(self) -> bool:
        """Whether the net starts from weights that learned on other pictures."""
        return self.tuning not in ("", "scratch")

    @property
    def head_epochs(self) -> int:
        """For so many epochs, the first ones, the head alone learns: the backbone is frozen."""
        if self.tuning == "head-first":
            return HEAD_EPOCHS
        return self.epochs if self.tuning == "frozen" else 0

    @property
    def has_momentum(self) -> bool:
        return OPTIMIZERS[self.optimizer].takes_momentum and self.momentum > 0

    @property
    def averages(self) -> int:
        """How many numbers the optimizer keeps for each parameter."""
        optimizer = OPTIMIZERS[self.optimizer]
        return optimizer.averages if self.has_momentum or not optimizer.takes_momentum else 0

    def optimizer_arguments(self) -> dict[str, float | bool]:
        """What the optimizer's class is given by name; torch's own defaults are left out."""
        arguments: dict[str, float | bool] = {"lr": self.lr}
        if self.has_momentum:
            arguments["momentum"] = self.momentum
        if self.nesterov:
            arguments["nesterov"] = True
        if self.weight_decay != OPTIMIZERS[self.optimizer].weight_decay:
            arguments["weight_decay"] = self.weight_decay
        return arguments

    def pictures(self, available: int | None, classes: int = 0) -> int | None:
        """How many pictures the net learns from, of those available; None where that is not known."""
        return self.train_size or (self.per_class and self.per_class * classes) or available

    def steps_per_epoch(self, pictures: int) -> int:
        """ceil(pictures / batch_size): the last batch may be smaller, and is kept."""
        return math.ceil(pictures / self.batch_size)

    def total_steps(self, pictures: int) -> int:
        """Steps of the whole run."""
        return self.epochs * self.steps_per_epoch(pictures)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Config":
        """The config written by ``to_json``; unknown names are refused, so that nothing is lost silently."""
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise LessonError("The setting {name!r} is not known.", name=unknown[0])
        return cls(**values)


def ten_times_smaller(lr: float) -> float:
    """The rate to try where one was too high, as it is told: 0.07 and not 0.06999999999999999."""
    return float(f"{lr / 10:g}")


def differences(configs: Sequence[Config]) -> dict[str, tuple[object, ...]]:
    """The settings that are not the same in all configs, each with its values in order."""
    columns = [asdict(config) for config in configs]
    rows = {name: tuple(column[name] for column in columns) for name in columns[0]}
    return {name: values for name, values in rows.items() if len(set(values)) > 1}


def _yes_or_no(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise LessonError("{name} is {value!r}; it can be True or False.", name=name, value=value)


def _number(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise LessonError(
            "{name} is {value}; it must be a number from {low} to {high}.",
            name=name,
            value=value,
            low=low,
            high=high,
        )
