"""What is wrong with the files of a run: told once on its page, above all that can still be shown."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.engine.training.inspection import at_a_glance
from lessons.engine.training.runs import Run
from pages.kit.text import _, tell

MOST_TOLD = 10


def tell_damages(run: Run) -> Collection[str]:
    """What can be told without reading large files; returned, so that nothing below tells it again."""
    found = at_a_glance(run)
    tell_some(found)
    return set(map(str, found))


def tell_some(found: Sequence[Message]) -> None:
    for damage in found[:MOST_TOLD]:
        st.warning(tell(damage))
    if len(found) > MOST_TOLD:
        st.caption(tell(Message("and {count} more", count=len(found) - MOST_TOLD)))


@contextmanager
def unless(told: Collection[str]) -> Iterator[None]:
    """A part that cannot be shown for a reason that is told already says no more than that."""
    try:
        yield
    except LessonError as error:
        if str(error.message) not in told:
            raise
        st.caption(_("This part cannot be shown; the reason stands above."))
