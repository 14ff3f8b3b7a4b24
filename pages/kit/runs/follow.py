"""What another tab, another app or a terminal does with a run shows here, too."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from lessons.core.messages import LessonError
from lessons.engine.training.runs import Run
from pages.kit.frame import fragment

FOLLOW_SECONDS = 0.5


@dataclass(frozen=True)
class Standing:
    """active: whether it goes on; ending: how it ended, or ""; name: the learner's own."""

    active: bool
    ending: str
    name: str


def follow(shown: Sequence[Run]) -> None:
    """All of the page runs again when one of these runs goes on again, is gone or has another name.

    It reads their two small files twice a second, unless one of them goes on: those are watched anyway.
    """
    seen = [standing(run) for run in shown]
    waits = shown and not any(each and each.active for each in seen)
    fragment(_follow, run_every=FOLLOW_SECONDS if waits else None)(shown, seen)


def _follow(shown: Sequence[Run], seen: list[Standing | None]) -> None:
    if [standing(run) for run in shown] != seen:
        st.rerun()


def standing(run: Run) -> Standing | None:
    """None where that cannot be read."""
    with suppress(LessonError):
        state = run.state()
        return Standing(state.active, "" if state.active else state.status, _name(run))
    return None


def goes_on(run: Run) -> bool:
    """Whether it is carried out, or waits for that; not where nobody can tell."""
    found = standing(run)
    return found is not None and found.active


def _name(run: Run) -> str:
    with suppress(LessonError):
        return run.name()
    return ""
