"""A stage on the page: its boards, the controls that play its frames, the arithmetic of each, and a question.

The stage opens with its whole result but for one number, which is asked for. It stays open, whatever
becomes of the numbers, until the learner has answered or asked to be shown; then another can be asked for.
The numbers that a lesson starts from are typed on their own boards.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.core.numbers import parse_number
from lessons.core.questions import Question
from lessons.core.stage import Ask, Frame, Line, Stage
from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.grid.grid import Grid
from pages.kit.player import player_words
from pages.kit.predict import fingerprint
from pages.kit.text import _, plain

HERE = Path(__file__).parent

_player = component("stepper", HERE, modules=("../rest", "editing", "telling"), sheets=("player",))


@dataclass(frozen=True)
class Asking:
    """Which cell is asked about, counted on from the one in the middle; and what came of it.

    closed: which question, by its fingerprint, and whether it was answered right; None if it was shown.
    refusal: why an answer could not be read.
    """

    number: int = 0
    open: bool = True
    closed: str = ""
    right: bool | None = None
    refusal: Message | None = None


def stepper(key: str, stage: Stage, grids: Mapping[str, Grid] | None = None, *, ahead: bool = False) -> None:
    """Show the stage. Another one under the same key keeps the place, and so does coming back to the page.

    grids: what is typed on its boards, by field. ahead: the rest of the page is still about the stage before;
    the whole page runs again when the learner has come to rest.
    """
    asking, grids = _asking(key), grids or {}
    asks = list(stage.asks.items())
    frame, ask = asks[(len(asks) // 2 + asking.number) % len(asks)] if asks else (0, None)
    _player(
        key=key,
        data={
            "key": key,
            "script": script(stage),
            "ahead": ahead,
            "ask": _asked(asking, frame, ask, len(asks)) if ask else None,
            "grids": {field: grid.data() for field, grid in grids.items()},
        },
        on_rest_change=st.rerun,  # the whole page, also where the stepper is part of a fragment
        on_answer_change=guarded(partial(_answer, key, ask)),
        on_typed_change=guarded(partial(_read_typed, key, grids)),
    )


def type_alone(key: str, grids: Mapping[str, Grid]) -> None:
    """Boards to type on, of which nothing can be made yet, or by something else on the page."""
    boards = tuple(board for field, grid in grids.items() for board in grid.boards(field))
    stepper(key, Stage(boards, ()), grids)


def _read_typed(key: str, grids: Mapping[str, Grid]) -> None:
    sent = st.session_state[key]["typed"]
    if sent["field"] in grids:
        grids[sent["field"]].read(sent)


def _asking(key: str) -> Asking:
    asking: Asking = st.session_state.setdefault(f"{key}-asking", Asking())
    return asking


def _answer(key: str, ask: Ask | None) -> None:
    """What the learner did about the question."""
    if ask:
        sent = st.session_state[key]["answer"]
        st.session_state[f"{key}-asking"] = after_answer(_asking(key), sent, ask.question)


def after_answer(asking: Asking, sent: dict[str, Any], question: Question) -> Asking:
    """sent: what was done, "answer", "show" or "another", and the text of an answer."""
    if sent["do"] == "another":
        return Asking(asking.number + 1)
    if sent["do"] == "show":
        return Asking(asking.number, open=False, closed=fingerprint(question))
    try:
        right = question.is_right(parse_number(sent["text"]))
    except LessonError as error:
        return Asking(asking.number, refusal=error.message)
    return Asking(asking.number, open=False, closed=fingerprint(question), right=right)


def _asked(asking: Asking, frame: int, ask: Ask, count: int) -> dict[str, Any]:
    """What the browser shows of it."""
    return {
        "frame": frame,
        "board": ask.board,
        "cell": ask.cell,
        "open": asking.open,
        "prompt": plain(ask.question.prompt),
        "said": _said(asking, ask.question),
        "lines": _lines(ask.lines),
        "marks": ask.marks,
        "more": count > 1 or asking.closed != fingerprint(ask.question),
    }


def _said(asking: Asking, question: Question) -> str:
    if asking.refusal:
        return plain(asking.refusal)
    if asking.right is None or asking.closed != fingerprint(question):
        return ""
    return _("Right.") if asking.right else _("Not quite.")


def script(stage: Stage) -> str:
    """Everything the browser shows, as JSON, in the learner's language.

    It is one string so that the browser can see at a glance whether it has changed.
    """
    boards = [
        (
            *(
                plain(board.name),
                board.columns,
                (board.cells, _lines(board.lines)),
                board.ring,
                board.dropped,
            ),
            *(board.group, board.scratch, board.field, board.matrix),
        )
        for board in stage.boards
    ]
    frames = [_frame(frame) for frame in stage.frames]
    words = _words() | {"note": plain(_note(stage)) if stage.left_out else ""}
    whole = {"boards": boards, "frames": frames, "words": words}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _frame(frame: Frame) -> tuple[object, ...]:
    told = _lines(frame.lines), plain(frame.summary)
    return frame.focus, frame.marks, frame.writes, *told, frame.tags, frame.circled


def _lines(lines: Sequence[Line]) -> list[str]:
    return [line if isinstance(line, str) else plain(line) for line in lines]


def _note(stage: Stage) -> Message:
    shown = len(stage.frames)
    return Message(
        "The stepper holds the first {shown} of {all} steps.", shown=shown, all=shown + stage.left_out
    )


def _words() -> dict[str, str]:
    return player_words() | {
        "group": _("Step by step"),
        "speed": _("Speed"),
        "slow": _("slow"),
        "normal": _("normal"),
        "fast": _("fast"),
        "count": _("step {step} of {all}"),
        "check": _("Check"),
        "reveal": _("Show me"),
        "another": _("Ask me another"),
        "cell": _("{name}, row {row}, column {column}"),
    }
