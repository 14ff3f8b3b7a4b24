"""Choosing a set of pictures, and having it on this machine."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import streamlit as st

from lessons.core.messages import Message
from lessons.engine.pictures.folder import LOT
from lessons.engine.pictures.sources import Source
from pages.kit import address
from pages.kit.controls import Choice, Settings, Slot, told
from pages.kit.runs import shared
from pages.kit.runs.download import offer_download
from pages.kit.text import _, tell


@dataclass(frozen=True, kw_only=True)
class Pictures(Choice):
    """A set of pictures; options: by key, their titles, of which a folder's is shown as it is.

    drawn: the keys of those whose pictures for the test are drawn by lot.
    """

    drawn: Collection[str] = ()

    def show(self, slot: Slot, settings: Settings) -> None:
        super().show(slot, settings)
        if slot.get() in self.drawn:
            told = Message(
                "{name} has no pictures for the test. So a fifth of each class is kept for it, drawn by lot "
                "with seed {seed}; a new picture changes little of that.",
                name=self.title(slot.get()),
                seed=LOT,
            )
            st.caption(tell(told))
        shared.name_unusable()

    def settle(self, slot: Slot, settings: Settings) -> str:
        if slot.get() not in self.options:  # a folder that was asked for in the address, or is gone
            address.mention(tell(Message("There is no set of pictures called {name!r}.", name=slot.get())))
            slot.set(next(iter(self.options)))
        return str(slot.get())

    def stands(self, slot: Slot, asked: str, settled: str) -> bool:
        return True

    def title(self, slug: str) -> str:
        title = self.options[slug]
        return title if slug.startswith("folder:") else _(title)

    def told(self, value: str) -> str:
        title = self.options.get(value, value.removeprefix("folder:"))
        return told(self.label, title if value.startswith("folder:") else Message(title))

    def read(self, text: str) -> str:
        return text


def choice(known: Iterable[Source]) -> Pictures:
    """Among these sets."""
    known = tuple(known)
    drawn = {source.key for source in known if source.drawn_for_test}
    return Pictures("Pictures", options={source.key: source.title for source in known}, drawn=drawn)


def is_here(source: Source) -> bool:
    """Whether the set can be used; else its download is offered. A folder is read when it is met first."""
    if source.download_bytes and not shared.is_intact(source):
        offer_download(source)
        return False
    if source.train_size is None:
        shared.read(source.key)
        st.rerun()
    return True
