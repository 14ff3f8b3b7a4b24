"""Sliders for what a window has once for its height and once for its width."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lessons.windows import Pair
from pages.kit.address import Field, load, switch, switched, whole
from pages.kit.text import _


def pair_fields(low: int, high: int, name: str, usual: Pair) -> dict[str, Field]:
    """What `pair` keeps in the session and in the address."""
    read = whole(low, high)
    return {name: Field(usual[0], read), f"{name}-width": Field(usual[1], read)}


APART = {"apart": Field(False, switch, switched)}


def spread(pairs: Mapping[str, Pair]) -> dict[str, Any]:
    """What these pairs put on the page; widths stand there only where one is not the height."""
    apart = any(height != width for height, width in pairs.values())
    heights = {name: height for name, (height, _) in pairs.items()}
    widths = {f"{name}-width": width for name, (_, width) in pairs.items()}
    return {"apart": apart} | heights | (widths if apart else {})


def pair(page: str, name: str, label: str, low: int, highest: Pair) -> Pair:
    """One slider for both, or one for the height and one for the width where the two are set apart."""
    if not st.session_state[f"{page}-apart"]:
        both = _slide(f"{page}-{name}", _(label), low, min(highest))
        return both, both
    height = _slide(f"{page}-{name}", f"{_(label)}: {_('height')}", low, highest[0])
    width = _slide(f"{page}-{name}-width", f"{_(label)}: {_('width')}", low, highest[1])
    return height, width


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
        load(page, {f"{name}-width": st.session_state[f"{page}-{name}"] for name in names})

    st.toggle(_("Height and width apart"), key=f"{page}-apart", on_change=align, persist_state="session")


def _slide(key: str, label: str, low: int, high: int) -> int:
    """A slider within its bounds, which depend on the other settings; with one place only it stands still."""
    high = max(low, high)
    st.session_state[key] = min(max(st.session_state[key], low), high)
    return st.slider(label, low, max(high, low + 1), key=key, disabled=high == low, persist_state="session")
