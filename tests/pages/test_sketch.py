"""A sheet to draw on, without a browser: what of its messages is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.core import limits
from lessons.engine.pictures.sketch import COLOURS, ROOM, SPACE, Sketch, Stroke
from pages.kit.sketch.sketch import NAMES, read_sketch

GOOD = ["red", 8, [[0, 0], [10, 20]]]


def sent(*strokes: object, paper: object = "white") -> dict[str, object]:
    return {"paper": paper, "strokes": list(strokes), "serial": 1}


def test_every_colour_has_a_name():
    assert NAMES.keys() == COLOURS.keys()


def test_a_drawing_is_read():
    made = read_sketch(sent(GOOD, ["paper", 64, [[-ROOM, SPACE + ROOM]]], paper="blue"))
    assert made == Sketch(
        "blue", (Stroke("red", 8, ((0, 0), (10, 20))), Stroke("paper", 64, ((-ROOM, SPACE + ROOM),)))
    )
    assert read_sketch(sent()) == Sketch()


@pytest.mark.parametrize(
    "message",
    [
        None,
        7,
        [],
        {},
        sent(paper="pink"),
        sent(paper="paper"),
        sent(paper=[]),
        {"paper": "white", "strokes": "red"},
        sent(None),
        sent([]),
        sent(["red", 8]),
        sent(["pink", 8, [[0, 0]]]),
        sent([["red"], 8, [[0, 0]]]),
        sent(["red", 8.0, [[0, 0]]]),
        sent(["red", True, [[0, 0]]]),
        sent(["red", 1, [[0, 0]]]),
        sent(["red", 65, [[0, 0]]]),
        sent(["red", 8, []]),
        sent(["red", 8, [[0]]]),
        sent(["red", 8, [[0, 0, 0]]]),
        sent(["red", 8, [[0, 0.5]]]),
        sent(["red", 8, [["0", "0"]]]),
        sent(["red", 8, [[0, 0], [0, 0.5]]]),
        sent(["red", 8, [[0, SPACE + ROOM + 1]]]),
        sent(["red", 8, [[-ROOM - 1, 0]]]),
        sent(GOOD, ["red", 8, [[0, 1e9]]]),
        sent(*[GOOD] * (limits.SKETCH_STROKES + 1)),
        sent(["red", 8, [[0, 0]] * (limits.SKETCH_POINTS + 1)]),
        sent(*[["red", 8, [[0, 0]] * (limits.SKETCH_POINTS // 2 + 1)]] * 2),
    ],
    ids=lambda message: str(message)[:60],
)
def test_what_cannot_be_drawn_or_is_too_much_is_left(message):
    assert read_sketch(message) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-400, 400) | st.floats() | st.sampled_from(["red", "paper", "x"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_message_at_all_makes_trouble(paper, strokes):
    made = read_sketch({"paper": paper, "strokes": strokes})
    assert made is None or made.picture().size == (128, 128)
