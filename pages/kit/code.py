"""The code panel: the program behind the page, to read, copy and take home."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.core.notebook import Cell, split_cells, to_notebook, translated
from pages.kit.text import _, language, tell

LONG = 60  # lines; a longer cell waits behind its title


def code(program: str, name: str) -> None:
    """Show a program cell by cell, and offer it as ``<name>.py`` and ``<name>.ipynb``."""
    program = translated(program, language())
    with st.container(key=f"code-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(_("The code"), anchor=False, width="content")
            with st.container(horizontal=True, width="content"):
                st.download_button(
                    _("Python file"),
                    program,
                    f"{name}.py",
                    "text/x-python",
                    key=f"code-{name}-py",
                    on_click="ignore",
                )
                st.download_button(
                    _("Notebook"),
                    partial(to_notebook, program),
                    f"{name}.ipynb",
                    "application/x-ipynb+json",
                    key=f"code-{name}-ipynb",
                    on_click="ignore",
                )
        for cell in split_cells(program):
            _show(cell)


def code_of(make: Callable[[], str], name: str) -> None:
    """``code``, or under the same heading why there can be no program."""
    try:
        program = make()
    except LessonError as error:
        with st.container(key=f"code-{name}"):
            st.subheader(_("The code"), anchor=False)
            st.caption(tell(Message("There is no program. {reason}", reason=error.message)))
        return
    code(program, name)


def _show(cell: Cell) -> None:
    source = cell.source.strip("\n")
    if cell.lines > LONG:
        with st.expander(cell.title or _("The whole program")):
            st.code(source)
        return
    if cell.title:
        st.markdown(f"**{cell.title}**")
    st.code(source)
