"""What stands on a page also stands in its address, as long as it is short: a link restores the page."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from lessons.core.messages import LessonError, Message
from pages.kit.text import tell

Value = TypeVar("Value")

LONGEST = 600  # characters of one value; what is longer stays out of the address


def asked(name: str, read: Callable[[str], Value], usual: Value) -> Value:
    """What the address asks for; usual where it asks for nothing, or for what cannot be read: that is said.

    read raises LessonError, KeyError or ValueError on what it does not take.
    """
    text = st.query_params.get(name)
    if text is None:
        return usual
    try:
        return read(text)
    except LessonError as error:
        st.info(tell(error.message))
    except (KeyError, ValueError):
        st.info(
            tell(Message("{name} in the address is {value}, which cannot be read.", name=name, value=text))
        )
    return usual


def put(name: str, text: str) -> None:
    """ "" where the value is as usual: the address stays short."""
    if not text or len(text) > LONGEST:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from low to high."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else low - 1
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def switch(text: str) -> bool:
    """Reads true or false."""
    return {"true": True, "false": False}[text]


def switched(value: bool) -> str:
    return str(value).lower()
