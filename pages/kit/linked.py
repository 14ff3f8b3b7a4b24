"""What a link restores besides the controls of a lesson: where a view was looked at, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.kit import address
from pages.kit.controls import Slot


@dataclass(frozen=True)
class Link:
    """How a value stands in the address. read: raises LessonError, KeyError or ValueError on what it does not
    take; write: not asked for the usual value, or for None; usual: or see ``Slot.usually``."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    usual: Any = None


class Linked:
    """Values that widgets of a page keep in its slots, by name."""

    def __init__(self, page: str, **links: Link) -> None:
        self._page = page
        self._links = links

    def start(self) -> None:
        """On the first run of a session they come from the address; before the widgets are made."""
        started = f"{self._page}-linked"
        if started in st.session_state:
            return
        st.session_state[started] = True
        for name, link in self._links.items():
            Slot(self._page, name).set(address.asked(name, link.read, link.usual))

    def keep(self) -> None:
        """What is not as usual goes into the address."""
        for name, link in self._links.items():
            slot = Slot(self._page, name)
            value, usual = slot.get(), slot.get("usual") or link.usual
            address.put(name, "" if value in (None, usual) else link.write(value))
