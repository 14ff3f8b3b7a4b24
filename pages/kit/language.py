"""The language switch: a real control that stays in the address, on every page and in every link."""

import streamlit as st

from lessons.core.messages import Message
from lessons.core.words import LANGUAGES
from pages.kit.frame import guarded
from pages.kit.text import _, language, tell

SWITCH = "language-switch"


def choose_language() -> None:
    """Settle the language of this run and show the switch in the sidebar.

    The address decides (``?lang=zh``). A page change empties it, so it is written again on every run.
    """
    room = st.container()  # as ``address.make_room``
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        st.session_state.language = asked
    elif asked:
        names = {"asked": asked, "used": LANGUAGES[language()]}
        room.info(tell(Message("There is no language called {asked}; {used} is used.", **names)))
    if asked != language() and (asked or language() != "en"):
        st.query_params.lang = language()
    st.session_state[SWITCH] = language()
    st.sidebar.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=lambda key: LANGUAGES[key],
        key=SWITCH,
        required=True,
        label_visibility="collapsed",
        on_change=guarded(_switch),
    )


def _switch() -> None:
    st.session_state.language = st.query_params.lang = st.session_state[SWITCH] or language()
