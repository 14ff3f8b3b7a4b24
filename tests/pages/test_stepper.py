"""The stepper without a browser: what it sends there, and what becomes of a question."""

import json
from pathlib import Path

import pytest

from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.core.stage import Ask, Board, Frame, Stage
from pages.kit import text
from pages.kit.component import PLAYER
from pages.kit.predict import fingerprint
from pages.kit.stepper import stepper
from pages.kit.stepper.stepper import Asking


def walk(left_out: int = 0) -> Stage:
    """Two frames that double a row of numbers."""
    frames = tuple(
        Frame(
            focus=(1, (cell,)),
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
        Board(Message("Play"), 2, ("3", "-4"), field="row"),
        Board(Message("<b>"), 2, ("", ""), (1, 0, 0, 0), (0, 1), 1),
    )
    return Stage(boards, frames, left_out)


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "language", lambda: "zh")
    monkeypatch.setattr("lessons.core.words.labels", lambda language: {"Play": "播放"})


def test_a_stage_travels_whole():
    sent = json.loads(stepper.script(walk()))
    assert sent["boards"] == [
        ["Play", 2, [["3", "-4"], []], [0, 0, 0, 0], [0, 0], 0, False, "row", 0],
        ["<b>", 2, [["", ""], []], [1, 0, 0, 0], [0, 1], 1, False, "", 0],
    ]
    assert sent["frames"][1] == [
        [1, [1]],
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
    skeleton = Path(stepper.HERE, "stepper.html").read_text(encoding="utf-8") + PLAYER
    words = json.loads(stepper.script(walk()))["words"]
    assert not [word for word in words if f"words.{word}" not in source and f'"{word}"' not in skeleton]


QUESTION = Question(Message("Which?"), 7, Message("2 + 5 = 7"))


@pytest.mark.parametrize(("text", "right"), [("7", True), (" 7.0", True), ("8", False)])
def test_an_answer_closes_the_question_right_or_not(text, right):
    asking = stepper.after_answer(Asking(3), {"do": "answer", "text": text}, QUESTION)
    assert (asking.number, asking.open, asking.right, asking.refusal) == (3, False, right, None)
    assert asking.closed == fingerprint(QUESTION)


def test_what_is_no_number_is_named_and_the_question_stays_open():
    asking = stepper.after_answer(Asking(3), {"do": "answer", "text": "x"}, QUESTION)
    assert asking.open
    assert str(asking.refusal) == "x is not a number."
    assert stepper.after_answer(asking, {"do": "answer", "text": "7"}, QUESTION).refusal is None


def test_who_is_shown_the_answer_has_not_given_one_and_can_be_asked_another():
    shown = stepper.after_answer(Asking(3), {"do": "show"}, QUESTION)
    assert not shown.open
    assert shown.right is None
    assert stepper.after_answer(shown, {"do": "another"}, QUESTION) == Asking(4)


def test_only_a_number_that_stays_is_asked_for():
    ask = Ask(0, 0, QUESTION)
    writes = [((0, 0, "1"),), ((0, 0, "2"), (0, 1, "3")), ((0, 1, "4"),)]
    frames = tuple(Frame((0, (0,)), (), each, (), Message(""), ask=ask) for each in writes)
    assert list(Stage((Board(Message(""), 2, ("", "")),), frames).asks) == [1]
