"""Predict, then reveal: questions about what is on the page, graded on the spot."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from lessons.core.questions import Question
from pages.kit.text import _, tell


def seed(page: str) -> int:
    """What a page draws its questions from; the button of ``predict`` makes it another."""
    return int(st.session_state.setdefault(f"{page}-seed", 0))


def predict(questions: Sequence[Question], page: str = "") -> None:
    """Ask, grade at once, and give the reason beside the question.

    An answer stays as long as its question does: other numbers on the page make another question. page: where
    questions are drawn from ``seed(page)``, and can be drawn again.
    """
    with st.container(key="predict", border=True):
        st.subheader(_("Predict, then reveal"), anchor=False)
        st.markdown(_("Answer first; the reason comes with it."))
        if page:
            st.button(_("Other questions"), key=f"{page}-again", on_click=_draw_again, args=(page,))
        for question in questions:
            key = _fingerprint(question)
            with st.container(key=f"question-{key}"):
                reveal(question, _ask(question, key=f"predict-{key}"))


def _draw_again(page: str) -> None:
    st.session_state[f"{page}-seed"] += 1


def _ask(question: Question, key: str) -> float | None:
    """The learner's answer so far: a number, or the index of a choice."""
    prompt = tell(question.prompt)
    if not question.choices:
        whole = 1 if isinstance(question.answer, int) else None
        return st.number_input(
            prompt, value=None, step=whole, placeholder=_("Your number"), key=key, persist_state="session"
        )
    return st.radio(
        prompt,
        range(len(question.choices)),
        index=None,
        format_func=lambda index: tell(question.choices[index]),
        key=key,
        horizontal=True,
        persist_state="session",
    )


def reveal(question: Question, given: float | None) -> None:
    """Right or wrong, the reason with its numbers."""
    if given is None:
        return
    if question.is_right(given):
        st.success(f"**{_('Right.')}** {tell(question.reason)}")
    else:
        st.info(f"**{_('Not quite.')}** {tell(question.reason)}")


def _fingerprint(question: Question) -> str:
    """The same for the same question in every run and language, and another for every other one."""
    parts = [str(question.prompt), *map(str, question.choices), question.answer, question.tolerance]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
