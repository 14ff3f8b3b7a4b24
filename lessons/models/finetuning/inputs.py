"""What can be set about a comparison, and the runs that it is made of."""

from dataclasses import dataclass, replace

from lessons.core import limits
from lessons.core.checks import require_whole
from lessons.core.messages import LessonError, Message
from lessons.engine.training.choices import TUNINGS
from lessons.engine.training.config import HEAD_EPOCHS, Config

SCRATCH, FROZEN, WHOLE, HEAD_FIRST = WAYS = ("scratch", "frozen", "whole", "head-first")
THREE = (SCRATCH, FROZEN, WHOLE)
THREADS = 1  # of runs and program: others sum otherwise, and in small batches they wait for each other
CANNOT_CHANGE = (FROZEN, HEAD_FIRST)  # pictures at random: their features are computed once


@dataclass(frozen=True)
class Inputs:
    """The same pictures learned in several ways: same net, same test, same number of epochs, own rates.

    data: key of a set of pictures; per_class: how many of each class are learned from; ways: some of WAYS;
    seeds: how often all of it is done, with seeds 0, 1, ...; lr_scratch, lr_frozen, lr_whole: learning rates,
    the last one also of the way that begins with the head.
    """

    data: str = "doodles"
    net: str = "resnet"
    per_class: int = 20
    ways: tuple[str, ...] = WAYS
    epochs: int = 20
    seeds: int = 1
    flip: bool = False
    lr_scratch: float = 0.02
    lr_frozen: float = 0.02
    lr_whole: float = 0.01

    def __post_init__(self) -> None:
        unknown = [way for way in self.ways if way not in WAYS]
        if unknown or not self.ways:
            raise LessonError("Choose among these ways: {ways}.", ways=", ".join(WAYS))
        require_whole("seeds", self.seeds, 1, limits.SEEDS)
        require_whole("epochs", self.epochs, HEAD_EPOCHS + 1, limits.TUNING_EPOCHS)
        self._common(0)
        for rate in (self.lr_scratch, self.lr_frozen, self.lr_whole):
            Config(lr=rate)

    def runs(self, seed: int = 0) -> dict[str, Config]:
        """One run of each way, in their order; LessonError where one cannot change pictures at random."""
        rates = {SCRATCH: self.lr_scratch, FROZEN: self.lr_frozen}
        return {
            way: replace(self._common(seed), tuning=way, lr=rates.get(way, self.lr_whole))
            for way in WAYS
            if way in self.ways
        }

    def _common(self, seed: int) -> Config:
        return Config(
            data=self.data,
            net=self.net,
            tuning=SCRATCH,
            per_class=self.per_class,
            batch_size=8,  # few pictures in large batches are too few steps
            epochs=self.epochs,
            nesterov=True,
            flip=self.flip,
            seed=seed,
            threads=THREADS,
        )

    def all_runs(self) -> dict[str, list[Config]]:
        """Of each way, one run a seed."""
        by_seed = [self.runs(seed) for seed in range(self.seeds)]
        return {way: [runs[way] for runs in by_seed] for way in by_seed[0]}


def name(way: str) -> Message:
    return Message(TUNINGS[way])
