"""An order of tiles without a browser: what it sends there, and what of the answers is taken."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.order import order as module
from pages.kit.order.order import HERE, Change, Tile, read_change, read_changes

TILES = (Tile(7, "Picture", fixed=True), Tile(3, "Resize"), Tile(5, "Flip", trouble="No.", mend="Mend"))


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        ({"do": "move", "key": 3, "to": 2}, Change("move", 3, 2)),
        ({"do": "move", "key": 5, "to": 1}, Change("move", 5, 1)),
        ({"do": "switch", "key": 3}, Change("switch", 3)),
        ({"do": "copy", "key": 3}, Change("copy", 3)),
        ({"do": "remove", "key": 5}, Change("remove", 5)),
        ({"do": "select", "key": 3}, Change("select", 3)),
        ({"do": "select", "key": 7}, Change("select", 7)),
        ({"do": "mend", "key": 5}, Change("mend", 5)),
    ],
)
def test_what_can_be_done_is_read(sent, change):
    assert read_change(sent, TILES) == change


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "select"},
        {"do": "select", "key": 4},
        {"do": "select", "key": "3"},
        {"do": "paint", "key": 3},
        {"do": ["move"], "key": 3, "to": 2},
        {"do": "mend", "key": 3},
        {"do": "move", "key": 3},
        {"do": "move", "key": 3, "to": 0},
        {"do": "move", "key": 3, "to": 3},
        {"do": "move", "key": 3, "to": -1},
        {"do": "move", "key": 3, "to": 1.5},
        {"do": "move", "key": 7, "to": 2},
        {"do": "switch", "key": 7},
        {"do": "copy", "key": 7},
        {"do": "remove", "key": 7},
    ],
    ids=str,
)
def test_what_cannot_be_done_changes_nothing(sent):
    assert read_change(sent, TILES) is None


def test_each_change_is_read_once_and_none_of_a_tile_that_was_removed():
    sent = [
        {"serial": 4, "do": "switch", "key": 5},
        {"serial": 5, "do": "remove", "key": 3},
        {"serial": 6, "do": "switch", "key": 3},
        {"serial": 7, "do": "select", "key": 5},
    ]
    assert list(read_changes(sent, 4, TILES)) == [Change("remove", 3), Change("select", 5)]


def test_a_tile_that_was_moved_quickly_there_and_back_is_back():
    sent = [{"serial": at, "do": "move", "key": 3, "to": to} for at, to in ((1, 2), (2, 1))]
    assert list(read_changes(sent, 0, TILES)) == [Change("move", 3, 2), Change("move", 3, 1)]
    assert list(read_changes(sent, 1, TILES)) == [Change("move", 3, 1)]


def page():
    """Shows one picture and two tiles, and lets through what the browser is said to have sent."""
    import streamlit as st

    from pages.kit.order import order as module

    tiles = [module.Tile(1, "Picture", fixed=True, picture=b"png"), module.Tile(2, "Flip", points=((1, 2),))]
    module.order("strip", tiles, 2, st.session_state.setdefault("changes", []).append)


def test_the_browser_is_told_the_tiles_and_tells_what_was_done(monkeypatch):
    shown = {}
    monkeypatch.setattr(module, "_strip", lambda **given: shown.update(given))
    app = AppTest.from_function(page).run()
    assert not app.exception
    data = shown["data"]
    assert [each["title"] for each in data["tiles"]] == ["Picture", "Flip"]
    assert [each["picture"] for each in data["tiles"]] == ["data:image/png;base64,cG5n", ""]
    assert data["tiles"][1]["points"] == ((1, 2),)
    assert (data["selected"], data["serial"]) == (2, 0)

    tell = shown["on_did_change"]
    state = {"strip": {"did": [{"serial": 3, "do": "switch", "key": 2}, {"serial": 4, "do": "nothing"}]}}
    monkeypatch.setattr(module.st, "session_state", state)
    tell()
    tell()
    state["strip"] = {"did": [{"serial": 3, "do": "switch", "key": 2}]}  # an older one, late
    tell()
    assert app.session_state.changes == [Change("switch", 2)]
    assert state["strip-serial"] == 4


def test_the_browser_asks_for_every_word_that_it_is_given():
    files = [*HERE.glob("*.js"), HERE / "order.html"]
    asking = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not [
        word for word in module._words() if f"words.{word}" not in asking and f'"{word}"' not in asking
    ]
