"""A result that somebody printed wrong: find the wrong cells first, then see what is true."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import streamlit as st

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import wrong_cells
from lessons.core.stage import Line, Stage
from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.text import _, literal, tell

HERE = Path(__file__).parent
TRIES = 2
Cell = tuple[int, int]  # row, column

_board = component("printed", HERE, '<div class="printed" role="group"></div>')


@dataclass
class Search:
    """How far a learner has come. marked: now; checked: what was marked at the last check; told: how many
    of the wrong cells are explained, once it is over."""

    begun: bool = False
    marked: set[Cell] = field(default_factory=set)
    checked: set[Cell] | None = None
    tries: int = 0
    over: bool = False
    told: int = 1


def finding(page: str, printed: Matrix) -> bool:
    """Whether this printed result is being searched: then the true one must not stand on the page."""
    search = _search(page, printed)
    return search.begun and not search.over


def conceal(stage: Stage) -> Stage:
    """The windows on the input alone, without anything that is made from them."""
    words = Message("What comes out is hidden while you look for the mistake.")
    frames = tuple(
        replace(each, writes=(), circled=(), lines=(words,), summary=words, ask=None) for each in stage.frames
    )
    return replace(stage, frames=frames)


def find_wrong_cells(
    page: str, printed: Matrix, true: Matrix, explain: Callable[[int, int], Sequence[Line]]
) -> None:
    """The learner marks the wrong cells of printed, checks them, and has TRIES.

    Then the wrong ones are told one by one. explain: the arithmetic of a cell (row, column), line by line.
    """
    search, wrong = _search(page, printed), sorted(wrong_cells(printed, true))
    with st.container(key=f"{page}-printed-printed", border=True):
        st.subheader(_("Find the mistake"), anchor=False)
        if not search.begun:
            st.markdown(_("Course notes print another result for these numbers. Not all of it is right."))
            key = f"{page}-printed-begin"
            st.button(_("Look for it"), key=key, on_click=guarded(_begin), args=(search,))
            return
        if not search.over:
            st.markdown(
                _("Course notes print these numbers. Not all are right: mark the wrong ones and check.")
            )
        told = wrong[: search.told] if search.over else []
        _show_board(
            f"{page}-printed", search, printed, [(*cell, show(true[cell[0]][cell[1]])) for cell in told]
        )
        if not search.over:
            with st.container(horizontal=True):
                key = f"{page}-printed-check"
                st.button(
                    _("Check"), key=key, on_click=guarded(_check), args=(f"{page}-printed", search, wrong)
                )
                key = f"{page}-printed-show"
                st.button(_("Show me"), key=key, type="tertiary", on_click=guarded(_give_up), args=(search,))
        _grade(search, set(wrong))
        for row, column in told:
            _explain(row, column, explain(row, column))
        if search.over and search.told < len(wrong):
            st.button(
                _("Next wrong cell"), key=f"{page}-printed-next", on_click=guarded(_go_on), args=(search,)
            )


def _search(page: str, printed: Matrix) -> Search:
    searches: dict[Matrix, Search] = st.session_state.setdefault(f"{page}-searches", {})
    return searches.setdefault(printed, Search())


def _begin(search: Search) -> None:
    search.begun = True


def _check(key: str, search: Search, wrong: list[Cell]) -> None:
    """With nothing marked, or the same as before, it is no try."""
    _mark(key, search)  # a mark and this click may arrive together
    search.tries += search.marked not in (set(), search.checked)
    search.checked = set(search.marked)
    search.over = search.marked == set(wrong) or search.tries == TRIES


def _give_up(search: Search) -> None:
    """It counts as seen: nothing is graded."""
    search.checked, search.over = None, True


def _go_on(search: Search) -> None:
    search.told += 1


def _show_board(key: str, search: Search, printed: Matrix, told: list[tuple[int, int, str]]) -> None:
    """told: wrong cells and what is true there; the browser learns no other."""

    _board(
        key=key,
        data={
            "cells": [list(map(show, row)) for row in printed],
            "told": told,
            "marked": sorted(search.marked),
            "over": search.over,
            "words": {
                "board": _("Find the mistake"),
                "cell": _("row {row}, column {column}"),
                "true": _("true"),
            },
        },
        on_cells_change=guarded(partial(_mark, key, search)),
    )


def _mark(key: str, search: Search) -> None:
    """What is marked on the board by now."""
    sent = st.session_state.get(key, {}).get("cells")
    if sent is not None:
        search.marked = {(row, column) for row, column in sent}


def _grade(search: Search, wrong: set[Cell]) -> None:
    """What the last check has found; how many there are, but not which while a try is left."""
    if search.checked is None:
        return
    if not search.checked:
        st.info(_("Nothing is marked yet. Click the numbers that you think are wrong."))
        return
    numbers = {
        "found": len(search.checked & wrong),
        "wrong": len(wrong),
        "false": len(search.checked - wrong),
    }
    verdict = Message(
        "You found {found} of {wrong} wrong {wrong:cell|cells}, and marked {false} that "
        "{false:is|are} right.",
        **numbers,
    )
    if search.checked == wrong:
        st.success(f"**{_('Right.')}** {tell(verdict)}")
    elif search.over:
        st.info(f"**{_('Not quite.')}** {tell(verdict)}")
    else:
        st.info(f"**{_('Not quite.')}** {tell(verdict)} {_('You have one more try.')}")


def _explain(row: int, column: int, lines: Sequence[Line]) -> None:
    place = Message("row {row}, column {column}", row=row + 1, column=column + 1)
    told = (literal(line) if isinstance(line, str) else tell(line) for line in lines)
    st.markdown("  \n".join([tell(Message("True at {place}:", place=place)), *told]))
