"""The language switch: a real control that stays in the address, on every page and in every link."""

import streamlit as st

from lessons.errors import Message
from lessons.words import LANGUAGES
from pages.kit.text import _, tell


def choose_language() -> None:
    """Settle the language of this run and show the switch in the sidebar.

    The address decides (``?lang=zh``). A page change empties it, so it is written again on every run.
    """
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        st.session_state.language = asked
    current = st.session_state.setdefault("language", "en")
    if asked != current and (asked or current != "en"):
        st.query_params.lang = current
    if asked and asked not in LANGUAGES:
        st.info(tell(Message("There is no language called {name}, so this is English.", name=asked)))
    st.sidebar.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=lambda key: LANGUAGES[key],
        key="language",
        required=True,
        label_visibility="collapsed",
        on_change=_put_in_address,
    )


def _put_in_address() -> None:
    st.query_params.lang = st.session_state.language
