"""Matrices to type in: on the boards of a stage, cell by cell, and the same numbers as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from numbers import Number
from typing import Any

import streamlit as st

from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.matrix import Stack, parse_pasted, parse_stack, to_text
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import exact, parse_number, texts
from lessons.core.stage import Board
from lessons.core.words import say
from pages.kit.frame import guarded
from pages.kit.text import _, language, tell

Sides = tuple[int, int]  # how few rows or columns are allowed, and how many
Place = tuple[int, int, int]  # channel, row, column
ANY: Sides = (1, MATRIX_SIDE)


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


@dataclass(frozen=True)
class Grid:
    """The matrices held under a key, all of one size.

    names: of each matrix. rows, columns: how few are allowed, and how many. most: up to how many matrices a
    paste or a text may make of them. tidy: what is done to a text first.
    """

    key: str
    names: Sequence[Message]
    rows: Sides = ANY
    columns: Sides = ANY
    most: int = 0
    tidy: Callable[[str], str] = str

    def data(self) -> dict[str, Any]:
        """What the browser is told of it, in the learner's language."""
        return _data(_draft(self.key), list(map(_plain, self.names)), self.rows, self.columns)

    def read(self, sent: Mapping[str, Any]) -> None:
        """A message of the browser."""
        draft = after_message(sent, _draft(self.key), self.names, self.rows, self.columns, self.most)
        st.session_state[f"{self.key}-draft"] = draft

    def boards(self, field: str) -> tuple[Board, ...]:
        """Its last good numbers, where nothing can be made of them."""
        return tuple(
            Board(name, len(matrix[0]), texts([chain(*matrix)])[0], field=field, matrix=number)
            for number, (name, matrix) in enumerate(zip(self.names, held(self.key), strict=True))
        )


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
    too_long = Message("The text has more than {most} characters.", most=MATRIX_CHARACTERS)
    return {
        "epoch": draft.epoch,
        "serial": draft.serial,
        "cells": _over(draft.stack, lambda place, value: draft.wrong.get(place, exact(value))),
        "wrong": [[*place, text] for place, text in draft.wrong.items()],
        "refusal": _plain(draft.refusal) if draft.refusal else "",
        "sides": {"rows": rows, "columns": columns},
        "most": {"characters": MATRIX_CHARACTERS},
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
        },
    }


def after_message(
    sent: Mapping[str, Any],
    draft: Draft,
    names: Sequence[Message],
    rows: Sides = ANY,
    columns: Sides = ANY,
    most: int = 0,
) -> Draft:
    """The draft after a message of the browser; one about numbers that were replaced changes nothing.

    sent: epoch and serial; cells, their texts by channel, row and column; paste, a text and its place.
    """
    if sent["epoch"] != draft.epoch or sent["serial"] <= draft.serial:
        return draft
    serial, cells, paste = sent["serial"], sent["cells"], sent["paste"]
    stack, wrong, refusal = _numbers(cells, draft.stack, names)
    try:
        _require_sides(stack, rows, columns)
        if not paste:
            return Draft(stack, draft.epoch, serial, wrong, refusal)
        pasted, place = parse_pasted(paste["text"], len(stack), 3 if most else 4), tuple(paste["place"])
        if isinstance(pasted, float):
            typed = _over(cells, lambda at, text: exact(pasted) if at == place else text)
            stack, wrong, refusal = _numbers(typed, draft.stack, names)
            return Draft(stack, draft.epoch + 1, serial, wrong, refusal)
        whole = _pasted(stack, pasted, place[0], most)
        _require_sides(whole, rows, columns)
    except LessonError as error:
        return Draft(stack, draft.epoch, serial, wrong, error.message)
    return Draft(whole, draft.epoch + 1, serial)


def _numbers(
    cells: Any, good: Stack, names: Sequence[Message]
) -> tuple[Stack, dict[Place, str], Message | None]:
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


def _placed(reason: Message, place: Place, names: Sequence[Message]) -> Message:
    channel, row, column = place
    placed = Message("Row {row}, column {column}: {reason}", row=row + 1, column=column + 1, reason=reason)
    return Message("{name}: {reason}", name=names[channel], reason=placed) if len(names) > 1 else placed


def _pasted(stack: Stack, matrices: Stack, channel: int, most: int) -> Stack:
    """The stack with one matrix in this channel, the others cropped or filled with zeros; or all new."""
    if len(matrices) > 1:
        _require_count(len(matrices), len(stack), most)
        return matrices
    stacked = matrices * len(stack)
    pasted: Stack = _over(stacked, lambda place, value: value if place[0] == channel else _at(stack, place))
    return pasted


def _require_count(found: int, count: int, most: int) -> None:
    """LessonError if there are less matrices than in the grid, or more than it may have."""
    if not count <= found <= max(count, most):
        raise LessonError("Matrices in the text: {found}; needed here: {count}.", found=found, count=count)


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
    height, width = len(stack[0]), len(stack[0][0])
    if not rows[0] <= height <= rows[1]:
        raise LessonError(
            "{count} {count:row|rows}; {allowed}.", count=height, allowed=_allowed(rows, "rows")
        )
    if not columns[0] <= width <= columns[1]:
        raise LessonError(
            "{count} {count:column|columns}; {allowed}.", count=width, allowed=_allowed(columns, "columns")
        )


def _allowed(side: Sides, what: str) -> Message:
    least, most = side
    if least == most:
        return Message("only {most} can stand here", most=most)
    return Message("{what} allowed: {least} to {most}", least=least, most=most, what=Message(what))


def _plain(message: Message) -> str:
    """A sentence for the browser, which shows it as it is: what it quotes stands in quotation marks."""
    return say(message, language(), show=lambda value: value if isinstance(value, Number) else f"“{value}”")


# As text


def show_text(grid: Grid) -> None:
    """The numbers to copy out and to type in; a text that cannot be read stays until the numbers change."""
    key, draft = grid.key, _draft(grid.key)
    shown = "\n\n".join(map(to_text, draft.stack)) if draft.text is None else draft.text
    if st.session_state.get(f"{key}-text") != shown:  # setting the same would end what is being typed
        st.session_state[f"{key}-text"] = shown
    st.text_area(
        ", ".join(map(tell, grid.names)),
        key=f"{key}-text",
        height=220,
        max_chars=MATRIX_CHARACTERS + 1,  # more is cut off, and the rest refused
        on_change=guarded(partial(_read_text, grid)),
    )
    if draft.text_refusal:
        st.warning(tell(draft.text_refusal))


def _read_text(grid: Grid) -> None:
    draft, text = _draft(grid.key), st.session_state[f"{grid.key}-text"]
    try:
        tidied = grid.tidy(text)
        hold(grid.key, parse_matrices(tidied, len(draft.stack), grid.rows, grid.columns, grid.most))
    except LessonError as error:
        st.session_state[f"{grid.key}-draft"] = replace(draft, text=text, text_refusal=error.message)


def parse_matrices(text: str, count: int, rows: Sides = ANY, columns: Sides = ANY, most: int = 0) -> Stack:
    """As many matrices as count, or up to most; LessonError if the text has not these."""
    stack = parse_stack(text, count, 3 if most else 4)
    _require_count(len(stack), count, most)
    _require_sides(stack, rows, columns)
    return stack
