"""Sliders for what a window has once for its height and once for its width."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.layers.windows import Pair
from pages.kit.address import Field, load, settle, stored, switch, switched, whole
from pages.kit.text import _


def pair_fields(low: int, high: int, name: str, usual: Pair) -> dict[str, Field]:
    """What a `Dial` keeps in the session and in the address."""
    read = whole(low, high)
    return {name: Field(usual[0], read), f"{name}-width": Field(usual[1], read)}


APART = {"apart": Field(False, switch, switched)}


def spread(pairs: Mapping[str, Pair]) -> dict[str, Any]:
    """What these pairs put on the page; widths stand there only where one is not the height."""
    apart = any(height != width for height, width in pairs.values())
    heights = {name: height for name, (height, _) in pairs.items()}
    widths = {f"{name}-width": width for name, (_, width) in pairs.items()}
    return {"apart": apart} | heights | (widths if apart else {})


@dataclass(frozen=True)
class Dial:
    """One slider for both, or one for the height and one for the width where the two are set apart.

    How high each may go depends on the other settings.
    """

    page: str
    name: str
    label: str
    low: int
    highest: Pair

    def read(self) -> Pair:
        """Both, brought within their bounds."""
        if not stored(self.page, "apart"):
            both = self._bring(self.name, min(self.highest))
            return both, both
        height, width = self.highest
        return self._bring(self.name, height), self._bring(f"{self.name}-width", width)

    def show(self) -> None:
        if not stored(self.page, "apart"):
            self._slide(self.name, _(self.label), min(self.highest))
            return
        height, width = self.highest
        self._slide(self.name, f"{_(self.label)}: {_('height')}", height)
        self._slide(f"{self.name}-width", f"{_(self.label)}: {_('width')}", width)

    def _bring(self, name: str, high: int) -> int:
        value = min(max(stored(self.page, name), self.low), max(high, self.low))
        settle(self.page, {name: value})
        return value

    def _slide(self, name: str, label: str, high: int) -> None:
        """With one place only it stands still."""
        self._bring(name, high)
        key, still = f"{self.page}-{name}", high <= self.low
        st.slider(label, self.low, max(high, self.low + 1), key=key, disabled=still, persist_state="session")


def highest_dilation(size: Pair, kernel: Pair, padding: Pair, most: int) -> Pair:
    """How far apart the cells of a kernel may lie so that it still fits the padded input."""
    rows, columns = (
        most if cells == 1 else min(most, (side + 2 * pad - 1) // (cells - 1))
        for side, cells, pad in zip(size, kernel, padding, strict=True)
    )
    return rows, columns


def set_apart(page: str, *names: str) -> None:
    """The switch that sets them apart; each width starts, and ends, as large as its height."""

    def align() -> None:
        load(page, {f"{name}-width": stored(page, name) for name in names})

    st.toggle(_("Height and width apart"), key=f"{page}-apart", on_change=align, persist_state="session")
