"""Bars of shares without a browser: what of its messages is taken."""

import json
from typing import Any

import pytest
import streamlit as st

from pages.kit.bars import bars as kit
from pages.kit.bars.bars import Bar, Total, bars, read_rows


def test_the_bars_that_were_moved_are_read():
    sent = [[1, [90, 245, 665]], [0, [0, 0, 1000]]]
    assert read_rows(sent, 2, 3, least=0) == {1: (0.09, 0.245, 0.665), 0: (0.0, 0.0, 1.0)}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        {},
        [7],
        [[0]],
        [[0, [1, 1, 998], 0]],
        ["01"],
        [["0", [1, 1, 998]]],
        [[True, [1, 1, 998]]],
        [[-1, [1, 1, 998]]],
        [[2, [1, 1, 998]]],
        [[0, None]],
        [[0, [500, 500]]],
        [[0, [1, 1, 997]]],
        [[0, [1, 1, 997, 1]]],
        [[0, [1, 1, 999]]],
        [[0, [1.0, 1, 998]]],
        [[0, [True, 1, 998]]],
        [[0, ["1", 1, 998]]],
        [[0, [0, 1, 999]]],
        [[0, [-1, 2, 999]]],
        [[1, [1, 1, 998]], [0, [1, 1, 0]]],
    ],
    ids=str,
)
def test_what_cannot_be_done_to_these_bars_is_left(sent):
    assert not read_rows(sent, 2, 3, least=1)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser is given of two bars, and what it would call when it tells something."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(kit, "_bars", lambda **more: given.update(more))
    return given


def show(changed: Any) -> None:
    rows = [
        Bar("one", (0.25, 0.75), (0.0, 2.0), "2×(-log p)", 0.5754),
        Bar("none", (0.0, 1.0), (1.0, 0.0), "-log p", float("inf")),
    ]
    bars("some", rows, ["0", "dog"], Total("Loss", 3.0, float("inf")), "log", 0, changed)


def test_the_browser_is_given_what_json_can_say(shown):
    show(changed=None)
    json.dumps(shown["data"], allow_nan=False)
    assert [row["term"] for row in shown["data"]["rows"]] == [0.5754, None]
    assert shown["data"]["total"] == {"name": "Loss", "divisor": 3.0, "value": None}


@pytest.mark.parametrize(
    "sent", [None, [], {"rows": []}, {"serial": "1", "rows": [[0, [500, 500]]]}], ids=str
)
def test_a_message_without_its_number_is_left(sent, shown, monkeypatch):
    told: list[Any] = []
    show(told.append)
    monkeypatch.setattr(st, "session_state", {"some": {"did": sent}})
    shown["on_did_change"]()
    assert not told


def test_a_message_is_told_and_its_number_kept(shown, monkeypatch):
    told: list[Any] = []
    show(told.append)
    state: dict[str, Any] = {"some": {"did": {"serial": 4, "rows": [[0, [500, 500]]]}}}
    monkeypatch.setattr(st, "session_state", state)
    shown["on_did_change"]()
    assert told == [{0: (0.5, 0.5)}]
    show(told.append)
    assert shown["data"]["serial"] == 4
