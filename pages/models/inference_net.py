"""Choosing the net: the shipped backbone, a run of one's own, or one that learned on ImageNet."""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.core.messages import Message
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.runs import Run
from lessons.models.inference.choosing import BACKBONE, require_net, usable
from pages.kit import address
from pages.kit.controls import Choice, Settings, Slot, told
from pages.kit.runs.download import weights_are_here
from pages.kit.runs.ledger import title
from pages.kit.text import _, tell


@dataclass(frozen=True, kw_only=True)
class Net(Choice):
    """options: by slug, the titles; those of nets and of runs are shown as they are."""

    def settle(self, slot: Slot, settings: Settings) -> str:
        if slot.get() not in self.options:  # a run that is gone, or has no net yet
            address.mention(tell(Message("There is no net to use in the run {id}.", id=slot.get())))
            slot.set(BACKBONE)
        return str(slot.get())

    def stands(self, slot: Slot, asked: str, settled: str) -> bool:
        return True

    def title(self, slug: str) -> str:
        return _(self.options[slug]) if slug == BACKBONE else self.options[slug]

    def told(self, value: str) -> str:
        return told(self.label, self.title(value))

    def read(self, text: str) -> str:
        require_net(text)
        return text


def choice(every: Iterable[Run]) -> Net:
    """Among these runs, and the nets that have learned already."""
    of_runs = {run.id: title(run) for run in every if usable(run)}
    published = {name: net.title for name, net in PUBLISHED_NETS.items()}
    return Net("Net", options={BACKBONE: "Backbone, twenty kinds"} | of_runs | published)


def is_here(net: str) -> bool:
    """Whether it can answer now; else the weights of a net of ImageNet are offered."""
    return net not in PUBLISHED_NETS or weights_are_here(net)
