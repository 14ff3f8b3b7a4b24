"""Bars whose segments are the shares of a probability, moved by hand and by keys; beside each, what it costs.

The browser works in whole thousandths, so that shares always add to 1. It shows at once what a change costs,
and tells the shares when the hand lets go or the keys rest; then the numbers of Python stand there. Streamlit
keeps only the newest of several messages, so what may not have been read yet is told again with it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.text import _

HERE = Path(__file__).parent
WHOLE = 1000

_bars = component("bars", HERE, modules=("mass",))

Shares = tuple[float, ...]  # one a class, together 1


@dataclass(frozen=True)
class Bar:
    """One probability. counted: how much each class counts; cost: what stands before the term, as plain text;
    term: the sum of all that counts times what it costs.
    """

    name: str
    shares: Shares
    counted: tuple[float, ...]
    cost: str
    term: float


@dataclass(frozen=True)
class Total:
    """The sum of the terms over a divisor."""

    name: str
    divisor: float
    value: float


def bars(
    key: str,
    rows: Sequence[Bar],
    classes: Sequence[str],
    total: Total | None,
    way: str,
    least: int,
    changed: Callable[[Mapping[int, Shares]], None],
    hidden: bool = False,
) -> None:
    """classes: the name or the number of each. way: what a share costs, "log", "softmax" or "plain", as
    mass.js tells. least: thousandths, how small a share can be made. hidden: whether what it costs is not to
    be seen yet.

    changed: called with the shares of those bars, by their place, that were moved, before the script runs
    again.
    """
    _bars(
        key=key,
        data={
            "rows": [
                {
                    "name": row.name,
                    "shares": row.shares,
                    "counted": row.counted,
                    "meant": [each / (max(row.counted) or 1) for each in row.counted],
                    "of": row.cost,
                    "term": _finite(row.term),
                }
                for row in rows
            ],
            "classes": list(classes),
            "total": vars(total) | {"value": _finite(total.value)} if total else None,
            "way": way,
            "least": least,
            "hidden": hidden,
            "serial": st.session_state.get(_serial(key), 0),
            "words": {
                "border": _("{name}: the border between class {left} and class {right}"),
                "shares": _("class {left}: {one}, class {right}: {other}; {cost} {term}"),
                "hint": _("Arrow keys move a border by 0.01, with Shift by 0.1."),
            },
        },
        on_did_change=guarded(partial(_read, key, len(rows), len(rows[0].shares), least, changed)),
    )


def _finite(value: float) -> float | None:
    """For the browser, which is not given what JSON cannot say."""
    return value if math.isfinite(value) else None


def _serial(key: str) -> str:
    """Where the number of the last message that was read is kept."""
    return f"{key}-serial"


def _read(
    key: str, count: int, classes: int, least: int, changed: Callable[[Mapping[int, Shares]], None]
) -> None:
    sent = st.session_state[key]["did"]
    if not isinstance(sent, dict) or type(sent.get("serial")) is not int:
        return
    st.session_state[_serial(key)] = sent["serial"]
    if rows := read_rows(sent.get("rows"), count, classes, least):
        changed(rows)


def read_rows(sent: Any, count: int, classes: int, least: int) -> dict[int, Shares]:
    """The bars that were moved, from a message of the browser: [[place, thousandths of each class]].

    Empty if any of it cannot be done to so many bars of so many classes.
    """
    if not isinstance(sent, list):
        return {}
    rows: dict[int, Shares] = {}
    for each in sent:
        if not (isinstance(each, list) and len(each) == 2):
            return {}
        place, shares = each
        if type(place) is not int or not 0 <= place < count or not _adds_up(shares, classes, least):
            return {}
        rows[place] = tuple(share / WHOLE for share in shares)
    return rows


def _adds_up(shares: Any, classes: int, least: int) -> bool:
    if not isinstance(shares, list) or [type(each) for each in shares] != [int] * classes:
        return False
    return min(shares) >= least and sum(shares) == WHOLE
