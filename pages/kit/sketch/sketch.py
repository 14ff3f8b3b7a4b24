"""A sheet to draw on, with the pointer, a finger, or by keys.

The browser shows a stroke at once and tells the whole drawing when the hand rests; its picture is drawn from
the same strokes. Messages are numbered, so that an answer to an older one does not put the drawing back.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from lessons.core import limits
from lessons.engine.pictures.sketch import COLOURS, PAPER, ROOM, SPACE, WIDTHS, Point, Sketch, Stroke
from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.text import _

HERE = Path(__file__).parent
USUAL_WIDTH = 14
NAMES = {
    "black": "Black",
    "white": "White",
    "red": "Red",
    "orange": "Orange",
    "yellow": "Yellow",
    "green": "Green",
    "blue": "Blue",
    "brown": "Brown",
}

_sketch = component("sketch", HERE, modules=("strokes",))


def sketch(key: str, drawn: Sketch, changed: Callable[[Sketch], None]) -> None:
    """drawn: what is on the sheet. changed: called with what is there now, before the script runs again."""
    _sketch(
        key=key,
        data={
            "drawing": {
                "paper": drawn.paper,
                "strokes": [[each.colour, each.width, each.points] for each in drawn.strokes],
            },
            "colours": [[slug, hue, _(NAMES[slug])] for slug, hue in COLOURS.items()],
            "limits": {
                "strokes": limits.SKETCH_STROKES,
                "points": limits.SKETCH_POINTS,
                "widths": WIDTHS,
                "usual": USUAL_WIDTH,
            },
            "serial": st.session_state.get(_serial(key), 0),
            "words": {
                "sheet": _("A sheet to draw on"),
                "colours": _("Colour"),
                "eraser": _("Eraser"),
                "width": _("Width"),
                "fill": _("Colour the sheet"),
                "undo": _("Undo"),
                "clear": _("Clear"),
                "place": _("The pen is {x} from the left and {y} from the top."),
                "down": _("The pen draws, {x} from the left and {y} from the top."),
                "lifted": _("The pen is lifted."),
                "undone": _("The last change is undone."),
                "full": _("No more fits on the sheet: undo something, or clear it."),
                "hint": _(
                    "Draw with the pointer or a finger. By keys: arrows move the pen, with Shift further; "
                    "Space puts it down and lifts it; Enter is done."
                ),
            },
        },
        on_did_change=guarded(partial(_read, key, changed)),
    )


def _serial(key: str) -> str:
    """Where the number of the last message that was read is kept."""
    return f"{key}-serial"


def _read(key: str, changed: Callable[[Sketch], None]) -> None:
    sent = st.session_state[key]["did"]
    if not isinstance(sent, dict) or type(sent.get("serial")) is not int:
        return
    st.session_state[_serial(key)] = sent["serial"]
    made = read_sketch(sent)
    if made is not None:
        changed(made)


def read_sketch(sent: Any) -> Sketch | None:
    """A drawing from the browser; None if any of it cannot be drawn, or it is more than is allowed."""
    if not isinstance(sent, dict) or sent.get("paper") not in tuple(COLOURS):
        return None
    strokes = sent.get("strokes")
    if not isinstance(strokes, list) or len(strokes) > limits.SKETCH_STROKES:
        return None
    read = [_stroke(each) for each in strokes]
    whole = [each for each in read if each]
    if len(whole) < len(read) or sum(len(each.points) for each in whole) > limits.SKETCH_POINTS:
        return None
    return Sketch(sent["paper"], tuple(whole))


def _stroke(sent: Any) -> Stroke | None:
    if not isinstance(sent, list) or len(sent) != 3:
        return None
    colour, width, points = sent
    if colour not in (*COLOURS, PAPER) or type(width) is not int or not WIDTHS[0] <= width <= WIDTHS[1]:
        return None
    if not isinstance(points, list) or not 0 < len(points) <= limits.SKETCH_POINTS:
        return None
    places = [_point(each) for each in points]
    there = tuple(each for each in places if each)
    return Stroke(colour, width, there) if len(there) == len(places) else None


def _point(sent: Any) -> Point | None:
    if not isinstance(sent, list) or [type(each) for each in sent] != [int, int]:
        return None
    x, y = sent
    near = range(-ROOM, SPACE + ROOM + 1)
    return (x, y) if x in near and y in near else None
