"""Steps in an order, as a strip of tiles: moved by hand, by buttons and by keys; each may show what it made.

The browser shows a change at once and tells it. Streamlit keeps only the newest of several messages, so what
may not have been read yet is told again with it; changes are numbered, and each is read once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.picture.inline import inline
from pages.kit.text import _

HERE = Path(__file__).parent
FREE = ("move", "switch", "copy", "remove")  # what is not done to a fixed tile

_strip = component("order", HERE, modules=("places", "following", "dragging"))


@dataclass(frozen=True)
class Tile:
    """One step.

    key: stays with it wherever it is moved. fixed: it can be neither moved, switched off, copied nor removed;
    such are what the others begin with. picture: a PNG. lines: what stands below it, as plain text. bars:
    histograms, one a channel, as shares of the highest bar, 0 to 1. trouble: why this step cannot follow the
    one before; it stands in the picture's place. mend: the words on the button that puts this right, or "".
    size: width and height of the whole picture, of which the PNG may be a reduced view. points: of each
    followed point its place (x, y) in the whole picture, in pixels from its upper left corner: the middle of
    the first is (0.5, 0.5); None where the point is not in it. values: what each is there, as text.
    """

    key: int
    title: str
    on: bool = True
    fixed: bool = False
    picture: bytes | None = None
    size: tuple[int, int] = (0, 0)
    lines: tuple[str, ...] = ()
    bars: tuple[tuple[float, ...], ...] = ()
    trouble: str = ""
    mend: str = ""
    points: tuple[tuple[float, float] | None, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What the learner did: "move", "switch", "copy", "remove", "select" or "mend" the tile with this key.

    to: where it stands after a move, counted among all tiles.
    """

    do: str
    key: int
    to: int = 0


def order(key: str, tiles: Sequence[Tile], selected: int | None, changed: Callable[[Change], None]) -> None:
    """Show the tiles, the fixed ones first. selected: the key of one of them.

    changed: called for each change before the script runs again, to make it; these tiles allow it.
    """
    _strip(
        key=key,
        data={
            "tiles": [
                vars(tile) | {"picture": inline(tile.picture) if tile.picture else ""} for tile in tiles
            ],
            "selected": selected,
            "serial": st.session_state.get(_serial(key), 0),
            "words": _words(),
        },
        on_did_change=guarded(partial(_read, key, tiles, changed)),
    )


def _serial(key: str) -> str:
    """Where the number of the last message that was read is kept."""
    return f"{key}-serial"


def _read(key: str, tiles: Sequence[Tile], changed: Callable[[Change], None]) -> None:
    sent, serial = st.session_state[key]["did"], st.session_state.get(_serial(key), 0)
    st.session_state[_serial(key)] = max(serial, sent[-1]["serial"])
    for change in read_changes(sent, serial, tiles):
        changed(change)


def read_changes(sent: Sequence[Mapping[str, Any]], serial: int, tiles: Sequence[Tile]) -> Iterator[Change]:
    """What was done after the message of this number."""
    for each in sent:
        change = read_change(each, tiles) if each["serial"] > serial else None
        if change:
            yield change
        if change and change.do == "remove":
            tiles = [tile for tile in tiles if tile.key != change.key]


def read_change(sent: Mapping[str, Any], tiles: Sequence[Tile]) -> Change | None:
    """A message of the browser; None where it cannot be done to these tiles."""
    do, key, to = (sent.get(name) for name in ("do", "key", "to"))
    tile = next((tile for tile in tiles if tile.key == key), None)
    if not tile or (do in FREE and tile.fixed):
        return None
    if do == "move":
        places = range(sum(each.fixed for each in tiles), len(tiles))
        return Change(do, tile.key, to) if isinstance(to, int) and to in places else None
    if do == "mend":
        return Change(do, tile.key) if tile.mend else None
    return Change(do, tile.key) if do in (*FREE, "select") else None


def _words() -> dict[str, str]:
    return {
        "strip": _("Steps in their order"),
        "left": _("Move left"),
        "right": _("Move right"),
        "off": _("Switch off"),
        "on": _("Switch on"),
        "copy": _("Duplicate"),
        "remove": _("Remove"),
        "is_off": _("off"),
        "step": _("step {step} of {all}"),
        "moved": _("{title} is now step {step} of {all}."),
        "went_off": _("{title} is switched off."),
        "went_on": _("{title} is switched on."),
        "copied": _("{title} is duplicated."),
        "removed": _("{title} is removed."),
        "follow": _("Follow a pixel"),
        "hint": _("Move over a picture, or use the arrow keys on this button."),
    }
