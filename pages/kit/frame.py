"""The frame around every lesson: title, idea, a guard around the working part, and the text."""

import errno
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.core.words import read_prose, split_headings
from lessons.course import find_lesson
from pages.kit import address
from pages.kit.text import _, language, tell

Given = ParamSpec("Given")
Shown = TypeVar("Shown")

FULL = (errno.ENOSPC, errno.EDQUOT)

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
        address.make_room()
        with guard():
            yield
        _show_sections(prose.sections)


def announce(slug: str) -> None:
    """The lesson as far as it needs no torch, while that is still being imported."""
    with page(slug):
        st.info(_("PyTorch is being loaded. This takes some seconds, once; read on meanwhile."))


@contextmanager
def guard() -> Iterator[None]:
    """Nothing a learner does shows a traceback. ``page``, ``fragment`` and ``guarded`` have one each.

    Input that cannot be used is explained. Any other failure is logged under a number that the learner sees
    too; with LESSONS_STRICT in the environment it is raised, so that no test passes over it.
    """
    try:
        yield
    except Exception as error:
        if reason := _reason(error):
            st.warning(tell(reason))
        else:
            sorry = "This part could not be shown. It is noted under {reference}."
            st.error(tell(Message(sorry, reference=_note())))


def guarded(callback: Callable[..., object]) -> Callable[..., None]:
    """The callback of a widget or component, which runs before its page does: what it refuses is told in a
    corner of the screen, wherever the learner is, and stays there until it is put away."""

    @wraps(callback)
    def carry_out(*args: Any, **kwargs: Any) -> None:
        try:
            callback(*args, **kwargs)
        except Exception as error:
            sorry = "That could not be done. It is noted under {reference}."
            told = _reason(error) or Message(sorry, reference=_note())
            st.toast(tell(told), duration="infinite")

    return carry_out


def fragment(show: Callable[Given, Shown], run_every: float | None = None) -> Callable[Given, Shown | None]:
    """A part of a page that also runs alone, every so many seconds if that is given."""

    @wraps(show)
    def show_guarded(*args: Given.args, **kwargs: Given.kwargs) -> Shown | None:
        with guard():
            return show(*args, **kwargs)
        return None

    return st.fragment(show_guarded, run_every=run_every)


def _reason(error: Exception) -> Message | None:
    """What the learner can do something about."""
    if isinstance(error, LessonError):
        return error.message
    if isinstance(error, OSError) and error.errno in FULL:
        return Message("The disk is full: nothing more can be written.")
    return None


def _note() -> str:
    """The number under which the failure that is being handled is logged."""
    if os.environ.get("LESSONS_STRICT"):
        raise
    reference = secrets.token_hex(3)
    log.exception("page failed, reference %s", reference)
    return reference


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
