"""Words on a page, in the learner's language."""

import re
from collections.abc import Iterable, Sequence
from numbers import Number
from typing import Any

import streamlit as st

from lessons.core.messages import Message
from lessons.core.words import look_up, say


def language() -> str:
    """The language this learner reads: a key of ``lessons.core.words.LANGUAGES``."""
    return str(st.session_state.get("language", "en"))


def _(key: str) -> str:
    """A label in the learner's language; English, the key itself, where it has no translation."""
    return look_up(key, language())


def tell(message: Message) -> str:
    """A sentence in the learner's language, as Markdown; everything in its gaps but numbers is literal."""
    return say(message, language(), show=_show)


def plain(message: Message) -> str:
    """A sentence in the learner's language as plain text, for what is shown literally."""
    return say(message, language())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def cell(text: str) -> str:
    """Text from outside in a cell of a table, as ``literal``.

    >>> cell("cats | dogs")
    '`cats \\\\| dogs`'
    """
    return literal(text).replace("|", "\\|")


def literal(text: str) -> str:
    """Text from outside as Markdown that shows exactly this text.

    A code span is the one place where Streamlit reads no links, formulas, colours or emoji; only icons are
    put in even there, so an invisible word joiner breaks their name.

    >>> literal("my $cats$ `and` **dogs**")
    '``my $cats$ `and` **dogs**``'
    """
    text = " ".join(text.split()).replace(":material/", ":\u2060material/")
    if not text:
        return ""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"


def _show(value: Any) -> Any:
    return value if isinstance(value, Number) else literal(str(value))
