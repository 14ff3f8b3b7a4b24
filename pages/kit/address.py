"""What stands on a page also stands in its address, as long as it is short: a link restores the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.core.matrix import Stack, unpack
from lessons.core.messages import LessonError, Message
from pages.kit.text import tell

LONGEST = 600  # characters of one value; what is longer stays out of the address


@dataclass(frozen=True)
class Field:
    """One value of a page: what it usually is, and how it is read from text and written as text.

    read raises LessonError, KeyError or ValueError on what it does not take.
    """

    usual: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def asked(name: str, field: Field) -> Any:
    """The value that the address asks for; one that cannot be used is mentioned, and the usual one taken."""
    text = st.query_params.get(name)
    if text is None:
        return field.usual
    try:
        return field.read(text)
    except LessonError as error:
        st.info(tell(error.message))
    except (KeyError, ValueError):
        st.info(
            tell(Message("{name} in the address is {value}, which cannot be read.", name=name, value=text))
        )
    return field.usual


def put(name: str, field: Field, value: Any) -> None:
    """Only what is not as usual, so that the address stays short."""
    text = "" if value == field.usual else field.write(value)
    if not text or len(text) > LONGEST:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def start(page: str, fields: Mapping[str, Field]) -> None:
    """Before its widgets: on the first run of a session a page's values come from the address.

    Each stands in the session under ``<page>-<name>``, which is also the key of its widget.
    """
    if f"{page}-started" not in st.session_state:
        st.session_state[f"{page}-started"] = True
        load(page, {name: asked(name, field) for name, field in fields.items()})


def load(page: str, values: Mapping[str, Any]) -> None:
    """Put these values on the page; before its widgets are made, or in a callback."""
    for name, value in values.items():
        st.session_state[f"{page}-{name}"] = value


def settle(page: str, values: Mapping[str, Any]) -> None:
    """As load, but what stands there already is left alone.

    Setting the same again would take back what the learner has just set in the browser.
    """
    load(
        page,
        {name: value for name, value in values.items() if st.session_state.get(f"{page}-{name}") != value},
    )


def stored(page: str, name: str) -> Any:
    """What stands on the page under this name."""
    return st.session_state[f"{page}-{name}"]


def keep(page: str, fields: Mapping[str, Field]) -> None:
    """After its widgets: what stands on the page goes into the address."""
    for name, field in fields.items():
        put(name, field, stored(page, name))


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from low to high."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else low - 1
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def one_of(*options: str) -> Callable[[str], str]:
    """Reads one of these words."""
    return {option: option for option in options}.__getitem__


def stack(most: int) -> Callable[[str], Stack]:
    """Reads matrices, at most so many."""

    def read(text: str) -> Stack:
        if text.count("|") >= most:
            raise ValueError(text)
        return unpack(text)

    return read


def switch(text: str) -> bool:
    """Reads true or false."""
    return {"true": True, "false": False}[text]


def switched(value: bool) -> str:
    return str(value).lower()
