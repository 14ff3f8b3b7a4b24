"""The frame around every lesson: title, idea, a guard around the working part, and the text."""

import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.core.words import read_prose, split_headings
from lessons.course import find_lesson
from pages.kit.text import _, language, tell

log = logging.getLogger(__name__)


@contextmanager
def page(slug: str) -> Iterator[None]:
    """The frame of one lesson: ``with page("classifier"): ...`` holds what the learner touches."""
    prose = read_prose(find_lesson(slug).folder, language())
    with st.container(key="page", gap="medium"):
        with st.container(key="page-head", gap="xxsmall"):
            st.title(prose.title, anchor=False)
            st.markdown(prose.idea)
            st.markdown(prose.opening)
        with guard():
            yield
        _show_sections(prose.sections)


def announce(slug: str) -> None:
    """The lesson as far as it needs no torch, while that is still being imported."""
    with page(slug):
        st.info(_("PyTorch is being loaded. This takes some seconds, once; read on meanwhile."))


@contextmanager
def guard() -> Iterator[None]:
    """Nothing a learner does shows a traceback. ``page`` has one; a fragment runs alone and needs its own.

    Input that cannot be used is explained. Any other failure is logged under a number that the learner sees
    too; with LESSONS_STRICT in the environment it is raised, so that no test passes over it.
    """
    try:
        yield
    except LessonError as error:
        st.warning(tell(error.message))
    except Exception:
        if os.environ.get("LESSONS_STRICT"):
            raise
        reference = secrets.token_hex(3)
        log.exception("page failed, reference %s", reference)
        sorry = Message("This part could not be shown. It is noted under {reference}.", reference=reference)
        st.error(tell(sorry))


def fold(title: str, key: str, show: Callable[[], None]) -> None:
    """Behind its title, and made when that is opened: what is seldom looked at costs nothing."""
    part = st.expander(title, key=key, on_change="rerun")
    if part.open:
        with part:
            show()


def _show_sections(sections: Mapping[str, str]) -> None:
    """The lesson's text; each question opens to its answer."""
    with st.container(key="prose"):
        for heading, text in sections.items():
            questions = split_headings(text, level=3)
            st.markdown(f"### {_(heading)}\n\n{'' if questions else text}")
            for question, answer in questions.items():
                with st.expander(question):
                    st.markdown(answer)
