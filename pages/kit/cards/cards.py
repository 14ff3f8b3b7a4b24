"""Pictures to choose from: a card each, with a name and a few lines below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.kit.component import component
from pages.kit.frame import guarded
from pages.kit.picture.inline import inline

_cards = component("cards", Path(__file__).parent, '<div class="cards" role="group"></div>')


@dataclass(frozen=True)
class Card:
    """key: what ``choose`` is told; picture: a PNG; hint: what a click does."""

    key: str
    title: str
    picture: bytes
    lines: tuple[str, ...] = ()
    hint: str = ""
    chosen: bool = False


def cards(key: str, label: str, shown: Sequence[Card], choose: Callable[[str], None]) -> None:
    """Show them in a grid. choose: is called with the key of a clicked card, before the page runs."""

    def take() -> None:
        asked = st.session_state[key]["chosen"]
        if asked in {each.key for each in shown}:  # a late click is none
            choose(asked)

    _cards(
        key=key,
        data={
            "label": label,
            "cards": [
                {
                    "key": each.key,
                    "title": each.title,
                    "picture": inline(each.picture),
                    "lines": each.lines,
                    "hint": each.hint,
                    "chosen": each.chosen,
                }
                for each in shown
            ],
        },
        on_chosen_change=guarded(take),
    )
