"""Predict, then reveal: questions about what is on the page, graded on the spot.

A question is *open* until it is answered, right or not, or shown on request. That is kept for the session, by
the question and not by the place where it stands: whoever asks it, here or on a stage, finds the same.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st

from lessons.core.messages import Message
from lessons.core.questions import Question, without_answers
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.text import _, tell

SHOWN = None  # instead of an answer


# What has become of a question


def is_open(question: Question) -> bool:
    """Whether it was neither answered nor shown."""
    return fingerprint(question) not in _answers()


def given(question: Question) -> float | None:
    """The learner's answer, a number or the index of a choice; None while it is open, and if it was shown."""
    return _answers().get(fingerprint(question))


def was_shown(question: Question) -> bool:
    return not is_open(question) and given(question) is SHOWN


def answer(question: Question, given: float) -> None:
    _answers()[fingerprint(question)] = given


def show(question: Question) -> None:
    """It counts as seen, never as right."""
    _answers()[fingerprint(question)] = SHOWN


def forget(question: Question) -> None:
    """It is open again, and the place for its answer is empty."""
    _answers().pop(fingerprint(question), None)
    st.session_state.pop(_key(question), None)


def hidden(questions: Sequence[Question]) -> frozenset[str]:
    """The subjects that the open ones of these are about: nothing on the page may tell them."""
    return frozenset(question.about for question in questions if is_open(question))


def tell_unless(line: Message, hidden: Collection[str]) -> str:
    """A sentence as ``tell`` gives it, with a blank for every answer that is hidden."""
    return tell(without_answers(line, hidden))


def first(slot: Slot, ask: Callable[..., Question], *now: Any) -> Question:
    """ask(*now), as long as that is open; then the one that was answered, whatever comes after it.

    So nothing that was shown is hidden again by another number. slot: where it is kept what it is about.
    """
    begun = slot.get()
    if begun is None or is_open(ask(*begun)):
        slot.set(now)
        return ask(*now)
    return ask(*begun)


def _answers() -> dict[str, float | None]:
    answers: dict[str, float | None] = st.session_state.setdefault("answers", {})
    return answers


def fingerprint(question: Question) -> str:
    """The same for the same question in every run and language, and another for every other one."""
    parts = [str(question.prompt), *map(str, question.choices), question.answer, question.tolerance]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


# On the page


def seed(page: str) -> int:
    """What a page draws its questions from; the button of ``predict`` makes it another."""
    return int(st.session_state.setdefault(f"{page}-seed", 0))


def predict(questions: Sequence[Question], page: str = "") -> None:
    """Ask, grade at once, and give the reason beside the question.

    An answer stays as long as its question does: other numbers on the page make another question. page: where
    questions are drawn from ``seed(page)``, and can all be drawn again.
    """
    with st.container(key="predict", border=True):
        st.subheader(_("Predict, then reveal"), anchor=False)
        st.markdown(_("Answer first; the reason comes with it."))
        if page:
            key, about = f"{page}-again", (page, questions)
            st.button(_("Other questions"), key=key, on_click=guarded(_draw_again), args=about)
        for question in questions:
            ask(question)


def ask(question: Question) -> bool:
    """One question by itself, beside what it is about. Returns whether it is open."""
    with st.container(key=f"question-{fingerprint(question)}"):
        _ask(question)
        _reveal_or_offer(question)
    return is_open(question)


def ask_by_hand(
    question: Question,
    words: str,
    found: Callable[[], float],
    not_there: Callable[[float], Message] | None = None,
) -> None:
    """One question whose answer is found on something else on the page.

    words: on the button that gives it; found: what the learner has come to there. not_there: what is told of
    that while it is no good; the question stays open then, to be tried again.
    """
    tried = f"tried-{fingerprint(question)}"

    def take() -> None:
        made = found()
        if not_there and not question.is_right(made):
            st.session_state[tried] = made
        else:
            answer(question, made)

    with st.container(key=f"question-{fingerprint(question)}"):
        with st.container():
            st.markdown(tell(question.prompt))
            st.button(
                words,
                key=_key(question),
                on_click=guarded(take),
                disabled=not is_open(question),
            )
        if not_there and is_open(question) and tried in st.session_state:
            st.info(f"**{_('Not quite.')}** {tell(not_there(st.session_state[tried]))}")
        _reveal_or_offer(question)


def _draw_again(page: str, questions: Sequence[Question]) -> None:
    for question in questions:
        forget(question)
    st.session_state[f"{page}-seed"] += 1


def _ask(question: Question) -> None:
    """The place for the answer; closed once it was shown."""
    key, prompt, closed = _key(question), tell(question.prompt), was_shown(question)
    st.session_state.setdefault(key, given(question))  # a widget forgets when its page is left
    if not question.choices:
        step = 1.0 if isinstance(question.answer, int) else None  # no whole 1: that would cut off 0.9
        st.number_input(
            prompt,
            value=None,
            step=step,
            format="%g",
            placeholder=_("Your number"),
            key=key,
            on_change=guarded(_take),
            args=(question,),
            disabled=closed,
        )
        return
    st.radio(
        prompt,
        range(len(question.choices)),
        index=None,
        format_func=lambda index: tell(question.choices[index]),
        key=key,
        horizontal=True,
        on_change=guarded(_take),
        args=(question,),
        disabled=closed,
    )


def _take(question: Question) -> None:
    """What has just been typed or chosen; a number that was wiped out is no answer."""
    answered = st.session_state[_key(question)]
    if answered is None:
        forget(question)
    else:
        answer(question, answered)


def _reveal_or_offer(question: Question) -> None:
    """The reason, or the button that asks for it."""
    if is_open(question):
        key = f"show-{fingerprint(question)}"
        st.button(_("Show me"), key=key, type="tertiary", on_click=guarded(show), args=(question,))
    elif was_shown(question):
        st.info(f"**{_('Shown.')}** {tell(question.reason)}")
    else:
        reveal(question, given(question))


def reveal(question: Question, given: float | None) -> None:
    """Right or wrong, the reason with its numbers."""
    if given is None:
        return
    if question.is_right(given):
        st.success(f"**{_('Right.')}** {tell(question.reason)}")
    else:
        st.info(f"**{_('Not quite.')}** {tell(question.reason)}")


def _key(question: Question) -> str:
    """Of the widget that takes the answer."""
    return f"predict-{fingerprint(question)}"
