"""Undo and redo: what stood on a page before each of the learner's last moves."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from pages.kit.frame import guarded
from pages.kit.text import _

MOST = 20  # moves that can be undone

Values = Mapping[str, Any]
State = Mapping[str, Values]  # of a page, by its parts: a table of controls, the view
Put = Callable[[Values], None]


@dataclass
class History:
    """Of one page, in one session.

    now: what stands there; past and future: what undo and redo lead to, the next one last; puts: how values
    come back to each part.
    """

    now: State = field(default_factory=dict)
    past: deque[State] = field(default_factory=partial(deque, maxlen=MOST))
    future: deque[State] = field(default_factory=partial(deque, maxlen=MOST))
    puts: dict[str, Put] = field(default_factory=dict)

    def note(self, part: str, values: Values, put: Put) -> None:
        """What stands in a part by now. Where it differs from what was noted last, the learner has moved.

        What is new in a part, or no longer in play there, only follows from another change.
        """
        before = self.now.get(part, {})
        if any(before[name] != value for name, value in values.items() if name in before):
            self.past.append(self.now)
            self.future.clear()
        self.now = {**self.now, part: values}
        self.puts[part] = put

    def undo(self) -> None:
        self._go(self.past, self.future)

    def redo(self) -> None:
        self._go(self.future, self.past)

    def _go(self, source: deque[State], back: deque[State]) -> None:
        """Only what differs is put: anything else that is being typed on the page stays."""
        if not source:  # a late click
            return
        state = source.pop()
        back.append(self.now)
        for part, values in state.items():
            now = self.now[part]
            differing = {name: each for name, each in values.items() if name not in now or now[name] != each}
            if differing:
                self.puts[part](differing)
        self.now = {**self.now, **state}


def history(page: str) -> History:
    found: History = st.session_state.setdefault(f"{page}-history", History())
    return found


def show_undo(page: str, settle: Callable[[], object]) -> None:
    """The two buttons; the keys for them are in browser.js. settle: notes what was changed just before."""
    known = history(page)

    def go(step: Callable[[], None]) -> None:
        settle()
        step()
        st.rerun()  # the whole page, also where the buttons are part of a fragment

    with st.container(horizontal=True, gap="small"):
        for key, label, states, step in (
            ("undo", _("Undo"), known.past, known.undo),
            ("redo", _("Redo"), known.future, known.redo),
        ):
            st.button(
                label, key=key, type="tertiary", disabled=not states, on_click=guarded(go), args=(step,)
            )
