"""The stepper without a browser: what it sends there, and which frame a page hears of."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.messages import Message
from lessons.core.stage import Board, Frame, Stage
from pages.kit.stepper import stepper


def walk(left_out: int = 0) -> Stage:
    """Two frames that double a row of numbers."""
    frames = tuple(
        Frame(
            focus=(1, cell),
            marks=((0, (cell,)),),
            writes=((1, cell, str(2 * value)),),
            lines=(f"2×{value} = {2 * value}", Message("Play")),
            summary=Message("{name} is *{value}*", name=Message("Play"), value=2 * value),
            tags=((0, ("×2",)),),
            circled=((0, (cell,)),),
        )
        for cell, value in enumerate((3, -4))
    )
    boards = (
        Board(Message("Play"), 2, ("3", "-4")),
        Board(Message("<b>"), 2, ("", ""), (1, 0, 0, 0), (0, 1), 1),
    )
    return Stage(boards, frames, left_out)


def a_page():
    import streamlit as st

    from lessons.core.messages import Message
    from lessons.core.stage import Board, Frame, Stage
    from pages.kit.stepper.stepper import stepper

    count = st.session_state.get("frames", 5)
    frames = [Frame((0, 0), (), ((0, 0, str(k)),), (), Message("{k}", k=k)) for k in range(count)]
    st.text(stepper("walk", Stage((Board(Message("a"), 1, ("",)),), tuple(frames))))


def step_of(app: AppTest) -> str:
    app.run()
    assert not app.exception
    return app.text[0].value


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "language", lambda: "zh")
    monkeypatch.setattr("lessons.core.words.labels", lambda language: {"Play": "播放"})


def test_a_stage_travels_whole():
    sent = json.loads(stepper.script(walk()))
    assert sent["boards"] == [
        ["Play", 2, ["3", "-4"], [0, 0, 0, 0], [0, 0], 0],
        ["<b>", 2, ["", ""], [1, 0, 0, 0], [0, 1], 1],
    ]
    assert sent["frames"][1] == [
        [1, 1],
        [[0, [1]]],
        [[1, 1, "-8"]],
        ["2×-4 = -8", "Play"],
        "Play is *-8*",
        [[0, ["×2"]]],
        [[0, [1]]],
    ]


@pytest.mark.usefixtures("chinese")
def test_what_a_stage_says_is_translated_and_stays_plain_text():
    sent = json.loads(stepper.script(walk()))
    assert sent["boards"][0][0] == "播放"
    assert sent["frames"][0][3] == ["2×3 = 6", "播放"]
    assert sent["frames"][0][4] == "播放 is *6*"


def test_the_same_stage_is_sent_in_the_same_words():
    assert stepper.script(walk()) == stepper.script(walk())
    assert stepper.script(walk()) != stepper.script(walk(left_out=1))


def test_steps_that_are_left_out_are_owned_up_to():
    assert json.loads(stepper.script(walk()))["words"]["note"] == ""
    note = json.loads(stepper.script(walk(left_out=98)))["words"]["note"]
    assert note == "The stepper holds the first 2 of 100 steps."


def test_the_browser_is_given_every_word_it_asks_for():
    source = Path(stepper.HERE, "stepper.js").read_text(encoding="utf-8")
    skeleton = Path(stepper.HERE, "stepper.html").read_text(encoding="utf-8")
    words = json.loads(stepper.script(walk()))["words"]
    assert not [word for word in words if f"words.{word}" not in source and f'"{word}"' not in skeleton]


def test_a_page_hears_of_the_last_frame_before_any_click():
    assert step_of(AppTest.from_function(a_page)) == "4"


@pytest.mark.parametrize(
    ("place", "frames", "step"), [(2, 5, "2"), (2, 9, "2"), (4, 3, "2"), (stepper.END, 9, "8"), (0, 1, "0")]
)
def test_another_stage_keeps_the_place_as_near_as_it_can(place, frames, step):
    app = AppTest.from_function(a_page)
    app.session_state["walk-place"] = place
    app.session_state.frames = frames
    assert step_of(app) == step
