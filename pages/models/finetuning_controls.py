"""What is compared, and how many pictures of each class; behind "More" what all ways have in common."""

from collections.abc import Callable, Iterable

from lessons.core.limits import SEEDS, TUNING_EPOCHS
from lessons.core.messages import Message
from lessons.engine.pictures.sources import Source
from lessons.engine.training.choices import ALL_NETS, RATES, TUNINGS
from lessons.engine.training.config import HEAD_EPOCHS
from lessons.models.finetuning.crossing import SIZES
from lessons.models.finetuning.inputs import CANNOT_CHANGE, FROZEN, SCRATCH, WAYS, Inputs, name
from pages.kit.controls import Choice, Controls, Count, Settings, Several, Steps, Switch
from pages.kit.runs.pictures import choice

PAGE = "finetuning"


def fixed(settings: Settings) -> Message | None:
    """Why pictures cannot be mirrored at random, where they cannot."""
    bars = [way for way in CANNOT_CHANGE if way in settings["ways"]]
    if not bars:
        return None
    return Message(
        "In this way, {way}, the features of each picture are computed once, so pictures cannot change from "
        "epoch to epoch. Leave that way out to mirror them.",
        way=name(bars[0]),
    )


def controls_of(known: Iterable[Source]) -> Controls[Inputs]:
    """known: the sets of pictures to choose from."""
    return Controls(
        PAGE,
        Inputs,
        alone=True,
        per_class=Steps("Training pictures a class", usual=SIZES),
        data=choice(known),
        net=Choice("Net", options={net: about.title for net, about in ALL_NETS.items() if about.pretrained}),
        ways=Several("Ways", options={way: TUNINGS[way] for way in WAYS}),
        epochs=Count("Epochs", more=True, low=HEAD_EPOCHS + 1, high=TUNING_EPOCHS),
        seeds=Count("Seeds", more=True, low=1, high=SEEDS),
        flip=Switch("Mirror pictures at random", more=True, barred=fixed),
        lr_scratch=Steps("Rate from scratch", uses(SCRATCH), more=True, usual=RATES),
        lr_frozen=Steps("Rate of the frozen backbone's head", uses(FROZEN), more=True, usual=RATES),
        lr_whole=Steps("Rate of the whole net", more=True, usual=RATES),
    )


def uses(way: str) -> Callable[[Settings], bool]:
    return lambda settings: way in settings["ways"]
