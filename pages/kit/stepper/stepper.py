"""A stage on the page: its boards, the controls that play its frames, and the arithmetic of each."""

import json
from pathlib import Path

import streamlit as st

from lessons.core.messages import Message
from lessons.core.stage import Frame, Stage
from lessons.core.words import say
from pages.kit.text import _, language

HERE = Path(__file__).parent
END = -1  # at the last frame, however many there are

_player = st.components.v2.component(
    "stepper",
    html=(HERE / "stepper.html").read_text(encoding="utf-8"),
    css=(HERE / "stepper.css").read_text(encoding="utf-8"),
    js=(HERE / "stepper.js").read_text(encoding="utf-8"),
)


def stepper(key: str, stage: Stage, *, ahead: bool = False) -> int:
    """Show the stage; returns which of its frames the learner has come to rest at.

    That is the last one before any click. Another stage under the same key keeps the place: the last frame
    if the last one was shown, the same or the nearest otherwise. So does leaving the page and coming back.
    When the learner comes to rest at another frame the whole page runs again; ahead: for this stage anyway,
    since the rest of the page is still about the one before.
    """
    place = f"{key}-place"

    def rested() -> None:
        st.session_state[place] = st.session_state[key]["rest"]
        st.rerun()  # the whole page, also where the stepper is part of a fragment

    _player(key=key, data={"key": key, "script": script(stage), "ahead": ahead}, on_rest_change=rested)
    last = len(stage.frames) - 1
    step = st.session_state.get(place, END)
    return last if step == END else min(step, last)


def script(stage: Stage) -> str:
    """Everything the browser shows, as JSON, in the learner's language.

    It is one string so that the browser can see at a glance whether it has changed.
    """
    boards = [
        (_say(board.name), board.columns, board.cells, board.ring, board.dropped, board.group)
        for board in stage.boards
    ]
    frames = [_frame(frame) for frame in stage.frames]
    words = _words() | {"note": _say(_note(stage)) if stage.left_out else ""}
    whole = {"boards": boards, "frames": frames, "words": words}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _frame(frame: Frame) -> tuple[object, ...]:
    lines = [line if isinstance(line, str) else _say(line) for line in frame.lines]
    return frame.focus, frame.marks, frame.writes, lines, _say(frame.summary), frame.tags, frame.circled


def _note(stage: Stage) -> Message:
    shown = len(stage.frames)
    return Message(
        "The stepper holds the first {shown} of {all} steps.", shown=shown, all=shown + stage.left_out
    )


def _say(message: Message) -> str:
    """Plain text: the browser shows it literally."""
    return say(message, language())


def _words() -> dict[str, str]:
    return {
        "group": _("Step by step"),
        "start": _("To the start"),
        "back": _("Step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "on": _("Step on"),
        "end": _("To the end"),
        "scrub": _("Step"),
        "speed": _("Speed"),
        "slow": _("slow"),
        "normal": _("normal"),
        "fast": _("fast"),
        "count": _("step {step} of {all}"),
    }
