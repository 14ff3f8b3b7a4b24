"""Predict, then reveal: questions about what is on the page, graded on the spot."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from lessons.questions import Question
from pages.kit.text import _, tell


def predict(questions: Sequence[Question]) -> None:
    """Ask, grade at once, and give the reason.

    An answer stays as long as its question does: other numbers on the page make another question.
    """
    with st.container(key="predict", border=True):
        st.subheader(_("Predict, then reveal"), anchor=False)
        for question in questions:
            _ask(question)


def _ask(question: Question) -> None:
    key = f"predict-{_fingerprint(question)}"
    with st.container(key=f"{key}-box"):
        if question.choices:
            given = st.radio(
                tell(question.prompt),
                range(len(question.choices)),
                index=None,
                format_func=lambda index: tell(question.choices[index]),
                key=key,
                horizontal=True,
            )
        else:
            given = st.number_input(
                tell(question.prompt), value=None, step=None, placeholder=_("Your number"), key=key, width=220
            )
        with st.container(key=f"{key}-reveal"):
            _reveal(question, given)


def _reveal(question: Question, given: float | None) -> None:
    if given is None:
        st.caption(_("Answer first; the reason comes with it."))
    elif question.is_right(given):
        st.success(f"**{_('Right.')}** {tell(question.reason)}")
    else:
        st.info(f"**{_('Not quite.')}** {tell(question.reason)}")


def _fingerprint(question: Question) -> str:
    """The same for the same question in every run and language, and another for every other one."""
    parts = [str(question.prompt), *map(str, question.choices), question.answer, question.tolerance]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
