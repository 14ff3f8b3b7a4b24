"""What a link restores besides the controls of a lesson: where a view was looked at, and how."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from lessons.core.matrix import pack, unpack
from lessons.core.plane import Place, Places
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.text import _


@dataclass(frozen=True)
class Link:
    """How a value stands in the address. read: raises LessonError, KeyError or ValueError on what it does not
    take; write: not asked for the usual value, or for None; usual: or see ``Slot.usually``."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    usual: Any = None

    @classmethod
    def among(cls, numbers: Iterable[float], usual: float) -> "Link":
        """One of these numbers."""
        return cls({f"{each:g}": each for each in numbers}.__getitem__, "{:g}".format, usual)

    @classmethod
    def places(cls, usual: Places) -> "Link":
        """Where dots are on a plane: two numbers each."""
        return cls(_read_places, lambda places: pack((places,)), usual)

    @classmethod
    def place(cls, usual: Place) -> "Link":
        """Where a single dot is."""
        return cls(_read_place, lambda place: pack(((place,),)), usual)


def _read_places(text: str) -> Places:
    (rows,) = unpack(text)
    return tuple((x, y) for x, y in rows)


def _read_place(text: str) -> Place:
    (place,) = _read_places(text)
    return place


class Linked:
    """Values that widgets of a page keep in its slots, by name."""

    def __init__(self, page: str, **links: Link) -> None:
        self._page = page
        self._links = links
        self._asked = f"{page}-linked"

    @property
    def names(self) -> tuple[str, ...]:
        """Of the values, as they stand in the address."""
        return tuple(self._links)

    def start(self) -> None:
        """On the first run of a session they come from the address; before the widgets are made."""
        if self._asked in st.session_state:
            return
        values = {name: address.asked(name, link.read, link.usual) for name, link in self._links.items()}
        for name, value in values.items():
            Slot(self._page, name).set(value)
        st.session_state[self._asked] = values

    def keep(self) -> None:
        """What is not as usual goes into the address; texts that are typed only if they are not too long.

        What the page has replaced at once is mentioned where the values came from the address.
        """
        for name, value in st.session_state[self._asked].items():
            link, instead = self._links[name], Slot(self._page, name).get()
            if value not in (link.usual, instead):
                address.mention_replaced(name, link.write(value), self._written(link, instead))
        st.session_state[self._asked] = {}
        texts = {name: self._text(name, link) for name, link in self._links.items()}
        address.put_all(texts, [name for name, link in self._links.items() if link.read is str])

    def _text(self, name: str, link: Link) -> str:
        slot = Slot(self._page, name)
        value, usual = slot.get(), slot.get("usual") or link.usual
        return "" if value == usual else self._written(link, value)

    @staticmethod
    def _written(link: Link, value: Any) -> str:
        return "" if value is None else link.write(value)

    def offer(self, presets: Mapping[str, Mapping[str, Any]]) -> None:
        """A button for each, by its label: the values that it puts on the page, by name."""
        with st.container(key=f"{self._page}-presets", horizontal=True, gap="small"):
            for index, (label, values) in enumerate(presets.items()):
                key = f"{self._page}-preset-{index}"
                st.button(_(label), key=key, on_click=guarded(self._put), args=(values,))

    def pick(self, name: str, label: str, count: int) -> int:
        """One of so many, counted from 1; the first, where what was set is none of them."""
        slot, numbers = Slot(self._page, name), range(1, count + 1)
        slot.usually(1, among=numbers)
        st.segmented_control(label, numbers, key=slot.key(), required=True, persist_state="session")
        return int(slot.get())

    def slide(
        self, name: str, label: str, numbers: Sequence[float], width: int | Literal["stretch"] = "stretch"
    ) -> float:
        """One of a few numbers, on a slider so many pixels wide, or as wide as there is room."""
        return st.select_slider(
            label,
            numbers,
            format_func="{:g}".format,
            key=Slot(self._page, name).key(),
            persist_state="session",
            width=width,
        )

    def _put(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            Slot(self._page, name).set(value)
