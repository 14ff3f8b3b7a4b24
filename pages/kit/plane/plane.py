"""Planes on which dots are moved and paths are played: drawn by the browser, computed by a lesson.

The browser shows at once what hangs on a dot, and tells its place when the hand lets go or the keys rest;
then the rest is computed anew. Streamlit keeps only the newest of several messages, so what may not have been
read yet is told again with it. Messages are numbered, so that an answer to an older one puts nothing back.
"""

import json
import math
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from itertools import takewhile
from pathlib import Path
from string import Formatter
from typing import Any

import streamlit as st

from lessons.core import plane as on
from lessons.core.messages import Message, fill
from lessons.core.numbers import show
from lessons.core.plane import Axis, Curve, Dots, Part, Place, Places, Plane, Scene, Told
from pages.kit.component import component
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.picture.inline import inline
from pages.kit.player import player_words
from pages.kit.text import _, plain

HERE = Path(__file__).parent
DIGITS = 9  # of what is only drawn: finer than can be seen, also far from 0

MODULES = ("../rest", "numbers", "scales", "geometry", "playing", "drawing", "sheets", "moving")

_plane = component("plane", HERE, modules=MODULES, sheets=("player",))

Changed = Callable[[Mapping[str, Places]], None]

_ahead: ContextVar[bool] = ContextVar("ahead", default=False)


@contextmanager
def ahead(is_ahead: bool) -> Iterator[None]:
    """is_ahead: the page around the planes shown within is still about what was before. It runs again when
    the learner has come to rest."""
    token = _ahead.set(is_ahead)
    try:
        yield
    finally:
        _ahead.reset(token)


def plane(key: str, scene: Scene, changed: Changed, at: Slot | None = None) -> None:
    """changed: called with all places of the dots that were moved, added or taken away, by their key, before
    the script runs again. at: where the number of the frame that is looked at is kept, counted from 0, told
    when it rests; None there: the last one.
    """
    _plane(
        key=key,
        data={
            "scene": script(scene),
            "serial": st.session_state.get(_serial(key), 0),
            "at": _frame(at.get(), scene) if at else None,
            "tells": at is not None,
            "ahead": _ahead.get(),
        },
        on_rest_change=st.rerun,  # the whole page, also where the planes are part of a fragment
        on_did_change=guarded(partial(_read, key, scene, changed, at)),
    )


def _frame(at: Any, scene: Scene) -> int | None:
    """What is kept of a scene with more frames is the last one of this."""
    return at if type(at) is int and 0 <= at < scene.frames - 1 else None


# What the browser is told


def script(scene: Scene) -> str:
    """Everything the browser shows, as JSON, in the learner's language.

    It is one string so that the browser can see at a glance whether it has changed.
    """
    heads = {part.by for each in scene.planes for part in each.parts if isinstance(part, on.Line)}
    whole = {
        "planes": [_sheet(each, heads) for each in scene.planes],
        "rows": scene.rows or (tuple(range(len(scene.planes))),),
        "frames": scene.frames,
        "told": _told(scene.told) if scene.told else None,
        "legend": scene.legend,
        "words": _words() | {"count": template(scene.unit)},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _sheet(sheet: Plane, heads: set[str]) -> dict[str, Any]:
    return {
        "name": plain(sheet.name),
        "x": _axis(sheet.x),
        "y": _axis(sheet.y) if sheet.y else None,
        "height": sheet.height,
        "parts": [_part(part, heads) for part in sheet.parts],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return vars(axis) | {"name": plain(axis.name), "names": [plain(name) for name in axis.names]}


def _part(part: Part, heads: set[str]) -> dict[str, Any]:
    """heads: the paths on whose heads lines hang. Their numbers, and those of dots, are exact: sentences are
    made from them, and dots are told back."""
    data = vars(part) | {"kind": type(part).__name__.lower()}
    if isinstance(part, on.Gaps):
        return data | {"each": part.each and template(part.each), "all": part.all and template(part.all)}
    if isinstance(part, on.Label):
        return data | {"words": plain(part.words)}
    data["name"] = template(part.name)
    if isinstance(part, Dots):
        fewest, most = counts(part)
        return data | {"places": _exact(part.places), "fewest": fewest, "most": most, "lit": list(part.lit)}
    if isinstance(part, on.Path):
        places = tuple(takewhile(_is_finite, part.places))
        return data | {"places": places if part.key in heads else _short(places)}
    if isinstance(part, Curve):
        return data | {"places": _short(part.places)}
    if isinstance(part, on.Strokes):
        return data | {"frames": [_short(places) for places in part.frames]}
    if isinstance(part, on.Shading):
        return data | {"png": inline(part.png)}
    return data


def _is_finite(place: Place) -> bool:
    return math.isfinite(place[0]) and math.isfinite(place[1])


def _exact(places: Places) -> list[Place | None]:
    """None for one that cannot be drawn."""
    return [place if _is_finite(place) else None for place in places]


def _short(places: Places) -> list[Place | None]:
    return [
        (float(f"{place[0]:.{DIGITS}g}"), float(f"{place[1]:.{DIGITS}g}")) if _is_finite(place) else None
        for place in places
    ]


def _told(told: Told) -> dict[str, Any]:
    return {
        "words": [template(words) for words in told.words],
        "numbers": {gap: [_number(each) for each in numbers] for gap, numbers in told.numbers.items()},
        "which": list(told.which),
    }


def _number(value: float) -> float | str:
    """What JSON cannot say is told as it is written."""
    return value if math.isfinite(value) else show(value)


def template(message: Message) -> str:
    """The sentence in the learner's language; gaps without a value stay, for the browser to fill."""
    return "".join(_pieces(message))


def _pieces(message: Message) -> Iterable[str]:
    for text, gap, form, _conversion in Formatter().parse(_(message.template)):
        yield text
        if gap is not None:
            whole, value = f"{{{gap}:{form}}}" if form else f"{{{gap}}}", message.values.get(gap)
            value = template(value) if isinstance(value, Message) else value
            yield fill(whole, {gap: value}) if gap in message.values else whole


# What the browser tells


def _serial(key: str) -> str:
    """Where the number of the last message that was read is kept."""
    return f"{key}-serial"


def _read(key: str, scene: Scene, changed: Changed, at: Slot | None) -> None:
    sent = st.session_state[key]["did"]
    if not isinstance(sent, dict) or type(sent.get("serial")) is not int:
        return
    st.session_state[_serial(key)] = sent["serial"]
    if at and type(sent.get("at")) is int and 0 <= sent["at"] < scene.frames:
        at.set(_frame(sent["at"], scene))
    if moves := read_moves(sent.get("moves"), scene):
        changed(moves)


def read_moves(sent: Any, scene: Scene) -> dict[str, Places]:
    """All places of the dots that were moved, from a message of the browser: [[key, [[x, y] of each dot]]].

    What cannot be done in this scene is left out. Places are brought to where their dots may be.
    """
    homes = {
        part.key: (part, sheet)
        for sheet in scene.planes
        for part in sheet.parts
        if isinstance(part, Dots) and part.moves
    }
    moves = {}
    for each in sent if isinstance(sent, list) else ():
        if not (isinstance(each, list) and len(each) == 2 and isinstance(each[0], str)):
            continue
        key, places = each
        if key in homes and _can_be(places, *counts(homes[key][0])):
            moves[key] = tuple(brought((x, y), *homes[key], scene) for x, y in places)
    return moves


def counts(dots: Dots) -> tuple[int, int]:
    """How few and how many of them there can be."""
    here = len(dots.places)
    return (min(dots.fewest, here), max(dots.most, here)) if dots.most else (here, here)


def _can_be(places: Any, fewest: int, most: int) -> bool:
    return isinstance(places, list) and fewest <= len(places) <= most and all(map(_is_place, places))


def _is_place(place: Any) -> bool:
    numbers = (
        isinstance(place, list) and len(place) == 2 and all(type(each) in (int, float) for each in place)
    )
    return numbers and _is_finite(place)


def brought(place: Place, dots: Dots, sheet: Plane, scene: Scene) -> Place:
    """To where such a dot may be, and on its axes; one that was there before stays as it is."""
    if place in dots.places:
        return place
    x = sheet.x.within(place[0])
    if dots.moves == "along":
        return x, _height(_curve(dots.on, scene), x)
    if dots.moves == "x" or not sheet.y:
        return x, _among(place[1], [y for _x, y in dots.places])
    y = sheet.y.within(place[1])
    return (_among(place[0], [x for x, _y in dots.places]), y) if dots.moves == "y" else (x, y)


def _among(value: float, allowed: Sequence[float]) -> float:
    return value if value in allowed or not allowed else allowed[0]


def _curve(key: str, scene: Scene) -> Places:
    """The places of a curve, or of the dots that it goes through."""
    parts = [part for sheet in scene.planes for part in sheet.parts if isinstance(part, Curve | Dots)]
    (part,) = (part for part in parts if part.key == key)
    return _curve(part.through, scene) if isinstance(part, Curve) and part.through else part.places


def _height(places: Places, x: float) -> float:
    """Of a curve at x; at its nearer end, if it does not reach so far."""
    places = tuple(sorted(places))
    after = bisect(places, (x, math.inf))
    if after in (0, len(places)):
        return places[min(after, len(places) - 1)][1]
    (left, low), (right, high) = places[after - 1 : after + 1]
    return low + (high - low) * (x - left) / (right - left)


def _words() -> dict[str, str]:
    return player_words() | {
        "player": _("Player"),
        "add": _("Add a point"),
        "remove": _("Remove"),
        "added": _("{title} is added."),
        "removed": _("{title} is removed."),
        "fewest": _("At least {fewest} must stay."),
        "most": _("There can be {most} at most."),
        "empty": _("There is no number."),
        "wrong": _("{text} is not a number."),
        "outside": _("{name} goes from {low} to {high} here."),
        "moving": _(
            "Drag it, or use the arrow keys, with Shift for larger steps; Enter leads to its numbers."
        ),
        "walking": _("Page up and page down lead to the one before and the next."),
        "adding": _("Click an empty place, or press +, to add a point; Delete removes one."),
    }
