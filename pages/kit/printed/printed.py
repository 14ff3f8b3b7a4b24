"""A result that somebody printed wrong: find the wrong cells first, then see what is true."""

from pathlib import Path

import streamlit as st

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import wrong_cells
from pages.kit.text import _, tell

HERE = Path(__file__).parent

_board = st.components.v2.component(
    "printed",
    html='<div class="printed" role="group"></div>',
    css=(HERE / "printed.css").read_text(encoding="utf-8"),
    js=(HERE / "printed.js").read_text(encoding="utf-8"),
)


def find_wrong_cells(printed: Matrix, true: Matrix, key: str) -> None:
    """Show printed; the learner marks its wrong cells and checks them against true."""
    checked, marks = f"{key}-checked", f"{key}-marked"

    def hide_or_show(answer: bool) -> None:
        st.session_state[checked] = answer

    def mark() -> None:  # a component forgets when its page is left
        st.session_state[marks] = [tuple(cell) for cell in st.session_state[key]["cells"]]
        hide_or_show(False)

    with st.container(key=f"{key}-printed", border=True):
        st.subheader(_("Find the mistake"), anchor=False)
        st.markdown(_("Course notes print these numbers. Not all are right: mark the wrong ones and check."))
        marked = set(st.session_state.get(marks, ()))
        shown = st.session_state.get(checked, False)
        _board(
            key=key,
            data={
                "cells": [list(map(show, row)) for row in printed],
                "true": [list(map(show, row)) for row in true] if shown else None,
                "marked": sorted(marked),
                "words": {
                    "board": _("Find the mistake"),
                    "cell": _("row {row}, column {column}"),
                    "true": _("true"),
                },
            },
            on_cells_change=mark,
        )
        st.button(_("Check"), key=f"{key}-check", on_click=hide_or_show, args=(True,))
        if shown:
            _grade(marked, wrong_cells(printed, true))


def _grade(marked: set[tuple[int, ...]], wrong: set[tuple[int, int]]) -> None:
    found, false = len(marked & wrong), len(marked - wrong)
    verdict = Message(
        "You found {found} of {wrong} wrong cells, and marked {false} that are right. "
        "Below each wrong number stands the true one.",
        found=found,
        wrong=len(wrong),
        false=false,
    )
    (st.success if marked == wrong else st.info)(tell(verdict))
