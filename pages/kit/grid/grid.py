"""Matrices to type in: a grid of inputs for every channel, and the same numbers as text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from numbers import Number
from pathlib import Path
from typing import Any

import streamlit as st

from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.matrix import Matrix, Stack, parse, parse_number, parse_stack, to_text
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import exact
from lessons.core.words import say
from pages.kit.component import component
from pages.kit.text import _, language, tell

HERE = Path(__file__).parent

Sides = tuple[int, int]  # how few rows or columns are allowed, and how many
Place = tuple[int, int, int]  # channel, row, column
ANY: Sides = (1, MATRIX_SIDE)

_grid = component("grid", HERE, '<div class="stack"></div>')


@dataclass(frozen=True)
class Draft:
    """What stands in the grid: the good stack, and what was typed and could not be read.

    epoch: counts the changes that did not come from the cells; only these replace what the browser holds.
    serial: the last message of the browser that was read. wrong: the cells that are no numbers; the good
    stack keeps their last number. refusal: why they, or a paste, cannot be read. text, text_refusal: what was
    last typed as text, if that cannot be read, and why.
    """

    stack: Stack
    epoch: int = 0
    serial: int = 0
    wrong: Mapping[Place, str] = field(default_factory=dict)
    refusal: Message | None = None
    text: str | None = None
    text_refusal: Message | None = None


def grid(key: str, names: Sequence[str], *, rows: Sides = ANY, columns: Sides = ANY) -> None:
    """Show the matrices held under this key, to type, paste, resize and fill. names: one a matrix."""
    draft = _draft(key)
    with st.container(key=f"{key}-matrix", gap="small"):
        _grid(
            key=f"{key}-grid",
            data=_data(draft, names, rows, columns),
            on_sent_change=partial(_read_cells, key, names, rows, columns),
        )
        text = st.expander(_("As text"), key=f"{key}-as-text", on_change="rerun")
        if text.open:
            with text:
                _text(key, draft, rows, columns)


def hold(key: str, stack: Stack) -> None:
    """Put these equally large matrices into the grid; what could not be read there is forgotten.

    They survive a change of page. To be called before the grid is shown, or in a callback.
    """
    before: Draft | None = st.session_state.get(f"{key}-draft")
    st.session_state[f"{key}-draft"] = (
        Draft(stack, before.epoch + 1, before.serial) if before else Draft(stack)
    )


def held(key: str) -> Stack:
    """The last good matrices in the grid."""
    return _draft(key).stack


def _draft(key: str) -> Draft:
    draft: Draft = st.session_state[f"{key}-draft"]
    return draft


# The cells


def _data(draft: Draft, names: Sequence[str], rows: Sides, columns: Sides) -> dict[str, Any]:
    """What grid.js reads, in the learner's language."""
    too_long = Message("The text has more than {most} characters.", most=MATRIX_CHARACTERS)
    too_large = Message("The matrix has more than {most} rows or columns.", most=MATRIX_SIDE)
    return {
        "epoch": draft.epoch,
        "serial": draft.serial,
        "cells": _over(draft.stack, lambda place, value: draft.wrong.get(place, exact(value))),
        "wrong": [[*place, text] for place, text in draft.wrong.items()],
        "refusal": _plain(draft.refusal) if draft.refusal else "",
        "sides": {"rows": rows, "columns": columns},
        "most": {"characters": MATRIX_CHARACTERS, "side": MATRIX_SIDE},
        "words": {
            "names": names,
            "cell": _("{name}, row {row}, column {column}"),
            "rows": _("rows"),
            "columns": _("columns"),
            "fewer": _("fewer"),
            "more": _("more"),
            "fill": _("fill"),
            "random": _("random"),
            "zeros": _("zeros"),
            "ones": _("ones"),
            "too_long": _plain(too_long),
            "too_large": _plain(too_large),
        },
    }


def _read_cells(key: str, names: Sequence[str], rows: Sides, columns: Sides) -> None:
    sent = st.session_state[f"{key}-grid"]["sent"]
    st.session_state[f"{key}-draft"] = after_message(sent, _draft(key), names, rows, columns)


def after_message(
    sent: Mapping[str, Any], draft: Draft, names: Sequence[str], rows: Sides = ANY, columns: Sides = ANY
) -> Draft:
    """The draft after a message of the browser; one about numbers that were replaced changes nothing.

    sent: epoch and serial; cells, their texts by channel, row and column; paste, a text and its channel.
    """
    if sent["epoch"] != draft.epoch or sent["serial"] <= draft.serial:
        return draft
    stack, wrong, refusal = _numbers(sent["cells"], draft.stack, names)
    try:
        _require_sides(stack, rows, columns)
        if not sent["paste"]:
            return Draft(stack, draft.epoch, sent["serial"], wrong, refusal)
        pasted = _pasted(stack, parse(sent["paste"]["text"]), sent["paste"]["channel"])
        _require_sides(pasted, rows, columns)
    except LessonError as error:
        return Draft(stack, draft.epoch, sent["serial"], wrong, error.message)
    return Draft(pasted, draft.epoch + 1, sent["serial"])


def _numbers(cells: Any, good: Stack, names: Sequence[str]) -> tuple[Stack, dict[Place, str], Message | None]:
    """Texts as numbers; where they are none the last good number, the text, and what is wrong first."""
    wrong: dict[Place, str] = {}
    reasons: list[Message] = []

    def number(place: Place, text: str) -> float:
        try:
            return parse_number(text)
        except LessonError as error:
            wrong[place] = text
            reasons.append(_placed(error.message, place, names))
            return _at(good, place)

    return _over(cells, number), wrong, reasons[0] if reasons else None


def _placed(reason: Message, place: Place, names: Sequence[str]) -> Message:
    channel, row, column = place
    placed = Message("Row {row}, column {column}: {reason}", row=row + 1, column=column + 1, reason=reason)
    return Message("{name}: {reason}", name=names[channel], reason=placed) if len(names) > 1 else placed


def _pasted(stack: Stack, matrix: Matrix, channel: int) -> Stack:
    """The stack with another matrix in one channel; the others are cropped, or filled with zeros."""
    stacked = (matrix,) * len(stack)
    pasted: Stack = _over(stacked, lambda place, value: value if place[0] == channel else _at(stack, place))
    return pasted


def _over(values: Any, change: Callable[[Place, Any], Any]) -> Any:
    """change(place, value) for every value of a stack, as a stack."""
    return tuple(
        tuple(
            tuple(change((channel, i, j), value) for j, value in enumerate(row)) for i, row in enumerate(rows)
        )
        for channel, rows in enumerate(values)
    )


def _at(stack: Stack, place: Place) -> float:
    channel, row, column = place
    inside = row < len(stack[channel]) and column < len(stack[channel][row])
    return stack[channel][row][column] if inside else 0.0


def _require_sides(stack: Stack, rows: Sides, columns: Sides) -> None:
    count = len(stack[0])
    if not rows[0] <= count <= rows[1]:
        raise LessonError(
            "{count} rows; from {least} to {most} are allowed.", count=count, least=rows[0], most=rows[1]
        )
    count = len(stack[0][0])
    if not columns[0] <= count <= columns[1]:
        raise LessonError(
            "{count} columns; from {least} to {most} are allowed.",
            count=count,
            least=columns[0],
            most=columns[1],
        )


def _plain(message: Message) -> str:
    """A sentence for the browser, which shows it as it is: what it quotes stands in quotation marks."""
    return say(message, language(), show=lambda value: value if isinstance(value, Number) else f"“{value}”")


# As text


def _text(key: str, draft: Draft, rows: Sides, columns: Sides) -> None:
    """The numbers to copy out and to type in; a text that cannot be read stays until the numbers change."""
    shown = "\n\n".join(map(to_text, draft.stack)) if draft.text is None else draft.text
    if st.session_state.get(f"{key}-text") != shown:  # setting the same would end what is being typed
        st.session_state[f"{key}-text"] = shown
    one = _("A row on each line. Arrays and tensors can be pasted, too.")
    several = _("A row on each line, an empty line between matrices.")
    st.text_area(
        several if len(draft.stack) > 1 else one,
        key=f"{key}-text",
        height=220,
        max_chars=MATRIX_CHARACTERS + 1,  # more is cut off, and the rest refused
        on_change=partial(_read_text, key, rows, columns),
    )
    if draft.text_refusal:
        st.warning(tell(draft.text_refusal))


def _read_text(key: str, rows: Sides, columns: Sides) -> None:
    draft, text = _draft(key), st.session_state[f"{key}-text"]
    try:
        hold(key, parse_matrices(text, len(draft.stack), rows, columns))
    except LessonError as error:
        st.session_state[f"{key}-draft"] = replace(draft, text=text, text_refusal=error.message)


def parse_matrices(text: str, count: int, rows: Sides = ANY, columns: Sides = ANY) -> Stack:
    """As many matrices as count, from a text with an empty line between them; LessonError if it has not."""
    texts = re.split(r"\n\s*\n", text.strip("\r\n ")) if count > 1 else [text]
    if len(texts) != count:
        raise LessonError(
            "{found} matrices are written, {count} are needed; an empty line stands between them.",
            found=len(texts),
            count=count,
        )
    stack = parse_stack(texts)
    _require_sides(stack, rows, columns)
    return stack
