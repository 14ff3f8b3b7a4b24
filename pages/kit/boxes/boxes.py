"""Boxes on a picture: some that are given, and one of the learner's, moved and resized by hand and by keys.

The browser shows a change at once and tells the box when the hand lets go or the keys rest. Messages are
numbered, so that an answer to an older one does not put the box back.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from lessons.core.boxes import Box, Size
from lessons.core.messages import Message
from pages.kit import address
from pages.kit.component import component
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.picture.inline import inline
from pages.kit.text import _, tell

HERE = Path(__file__).parent

_boxes = component("boxes", HERE, modules=("sides",))


def boxes(
    key: str, picture: bytes, size: Size, given: Sequence[Box], own: Box, changed: Callable[[Box], None]
) -> None:
    """picture: a PNG, maybe a reduced view of one of this size, whose pixels the boxes are told in.

    changed: called with the learner's box when it is another one, before the script runs again.
    """
    _boxes(
        key=key,
        data={
            "picture": inline(picture),
            "size": size,
            "given": given,
            "own": own,
            "serial": st.session_state.get(_serial(key), 0),
            "words": {
                "picture": _("Picture"),
                "own": _("Your box"),
                "hint": _("Arrow keys move it, with Shift they resize it."),
                "place": _("{width} x {height}, {left} from the left, {top} from the top"),
            },
        },
        on_did_change=guarded(partial(_read, key, size, changed)),
    )


def own_box(slot: Slot, size: Size, usual: Callable[[Size], Box]) -> Box:
    """The learner's box, if it was set and is inside a picture of this size, else the usual one for it.

    One that reaches out of the picture, as one from an address can, is mentioned and left out.
    """
    kept: Box | None = slot.get()
    if kept and kept.inside(size):
        return kept
    if kept:
        told = Message(
            "The picture is {width} x {height}, and the box reaches out of it: {box}. It is left out.",
            box=write_link(kept),
            width=size[0],
            height=size[1],
        )
        address.mention(tell(told))
    slot.set(None)
    return usual(size)


def read_link(text: str) -> Box:
    """A box from an address; ValueError if it is none."""
    left, top, width, height = map(int, text.split("_"))
    box = Box(left, top, width, height)
    if min(box.left, box.top) < 0 or min(box.width, box.height) < 1:
        raise ValueError(text)
    return box


def write_link(box: Box) -> str:
    return "_".join(map(str, box))


def _serial(key: str) -> str:
    """Where the number of the last message that was read is kept."""
    return f"{key}-serial"


def _read(key: str, size: Size, changed: Callable[[Box], None]) -> None:
    sent = st.session_state[key]["did"]
    st.session_state[_serial(key)] = sent["serial"]
    if box := read_box(sent["box"], size):
        changed(box)


def read_box(sent: Any, size: Size) -> Box | None:
    """A box from the browser; None if it is none, or not inside a picture of this size."""
    if not isinstance(sent, list) or [type(each) for each in sent] != [int] * 4:
        return None
    box = Box(*sent)
    return box if box.inside(size) else None
