"""The controls of a training run: what is common first, the rest behind "More"."""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.core.checks import require_one_of
from lessons.core.limits import RUN_EPOCHS
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures.sources import Source
from lessons.engine.training import devices
from lessons.engine.training.choices import ALL_NETS, DEVICES, NETS, OPTIMIZERS, RATES, TUNINGS
from lessons.engine.training.config import Config
from pages.kit import address
from pages.kit.controls import Choice, Controls, Count, Settings, Slot, Steps, Switch, told
from pages.kit.runs.pictures import choice
from pages.kit.text import tell

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
MOMENTUMS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
DECAYS = (0.0, 1e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1)


def takes_momentum(settings: Settings) -> bool:
    return OPTIMIZERS[settings["optimizer"]].takes_momentum


def has_momentum(settings: Settings) -> bool:
    return takes_momentum(settings) and settings["momentum"] > 0


def is_pretrained(settings: Settings) -> bool:
    return ALL_NETS[settings["net"]].pretrained


@dataclass(frozen=True, kw_only=True)
class Net(Choice):
    """A run of another page may have one that is not offered here."""

    def told(self, value: str) -> str:
        return told(self.label, Message(ALL_NETS[value].title))


@dataclass(frozen=True, kw_only=True)
class Device(Choice):
    """What this machine has. What it has not, of a link or of a run from elsewhere, is told and left out."""

    def settle(self, slot: Slot, settings: Settings) -> str:
        try:
            devices.pick_device(slot.get())
        except LessonError as error:
            address.mention(tell(error.message))
            slot.set("auto")
        return str(slot.get())

    def read(self, text: str) -> str:
        require_one_of(Message(self.label), text, DEVICES)
        devices.pick_device(text)
        return text


def controls_of_a_run(known: Iterable[Source]) -> Controls[Config]:
    """known: the sets of pictures to choose from."""
    return Controls(
        "config",
        Config,
        alone=True,
        data=choice(known),
        net=Net("Net", options={name: net.title for name, net in NETS.items()}),
        optimizer=Choice("Optimizer", options={name: each.title for name, each in OPTIMIZERS.items()}),
        lr=Steps("Learning rate", usual=RATES),
        batch_size=Steps("Batch size", usual=BATCH_SIZES),
        epochs=Count("Epochs", low=1, high=RUN_EPOCHS),
        momentum=Steps("Momentum", takes_momentum, more=True, usual=MOMENTUMS),
        nesterov=Switch("Nesterov: look ahead along the momentum", has_momentum, more=True),
        weight_decay=Steps("Weight decay", more=True, usual=DECAYS),
        tuning=Choice("Pretrained weights", is_pretrained, more=True, options=TUNINGS),
        train_size=Count("Training pictures", more=True, low=1, high=1_000_000, empty="all"),
        per_class=Count("Training pictures a class", more=True, low=1, high=1_000_000, empty="all"),
        flip=Switch("Mirror pictures at random", more=True),
        shift=Count("Move pictures at random by up to (pixels)", more=True, low=0, high=16),
        seed=Count("Seed", more=True, low=0, high=2**31 - 1),
        device=Device("Device", more=True, options={name: name for name in devices.here()}),
        bf16=Switch("bfloat16: half the digits, faster where the processor has it", more=True),
    )
