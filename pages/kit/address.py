"""What stands on a page also stands in its address: a link restores the page.

A long value is compressed. What would be too long even so stays out, and all that is typed with it.
"""

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote_plus

import streamlit as st

from lessons.core.limits import MATRIX_CHARACTERS
from lessons.core.messages import LessonError, Message
from pages.kit.text import _, tell

Value = TypeVar("Value")

LONG = 200  # characters: what is longer need not be read by people
LONGEST = 1_800  # of all that is typed, as a browser writes it: links of 2,000 work everywhere
TOLD = 60  # characters of a value that is told
COMPRESSED = "~"  # begins a compressed value
NOTES = "address-notes"


def make_room() -> None:
    """Where on the page it is said, once, what of the address cannot be. The room stays: what moves up when
    something above it is gone is made anew by the browser, and the focus is lost."""
    st.session_state[NOTES] = st.container()


def mention(words: str) -> None:
    """What of the address cannot be, or is gone."""
    st.session_state[NOTES].info(words)


def asked(name: str, read: Callable[[str], Value], usual: Value) -> Value:
    """What the address asks for; usual where it asks for nothing, or for what cannot be read: that is said.

    read raises LessonError, KeyError or ValueError on what it does not take.
    """
    text = st.query_params.get(name)
    if text is None:
        return usual
    try:
        return read(expanded(text))
    except LessonError as error:
        mention(tell(error.message if text.strip() else _unread(name, text)))
    except (KeyError, ValueError):
        mention(tell(_unread(name, text)))
    return usual


def _unread(name: str, text: str) -> Message:
    if not text.strip():
        return Message("{name} in the address is empty.", name=name)
    return Message("{name} in the address is {value}, which cannot be read.", name=name, value=_cut(text))


def mention_replaced(name: str, asked: str, instead: str) -> None:
    """That a page has no room for what its address asks for, and what is there instead, if anything is."""
    unfit = Message(
        "{name} in the address is {value}, which does not fit the other settings.",
        name=name,
        value=_cut(asked),
    )
    here = Message("It is {value} here.", value=_cut(instead)) if instead else Message("It is left out.")
    mention(f"{tell(unfit)} {tell(here)}")


def _cut(text: str) -> str:
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"


def put(name: str, text: str) -> None:
    """ "" where the value is as usual: the address stays short."""
    text = shortened(text)
    if not text:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def put_all(texts: Mapping[str, str], typed: Collection[str]) -> None:
    """By name. What was typed comes in all together, if it is not too long; else that is said."""
    fits = _fit(texts[name] for name in typed)
    for name, text in texts.items():
        put(name, text if fits or name not in typed else "")
    if not fits:
        st.caption(_("The matrices are too long for the address: a link to this page comes without them."))


def _fit(texts: Iterable[str]) -> bool:
    """Whether these values can stand in the address together."""
    return sum(_length(shortened(text)) for text in texts) <= LONGEST


def _length(text: str) -> int:
    """In the address, where a comma takes three characters."""
    return len(quote_plus(text))


def shortened(text: str) -> str:
    """A long text compressed, in letters that an address leaves as they are.

    >>> shortened("1,2;3,4"), len(shortened(";".join(["0,1,2,3,4,5,6,7,8,9"] * 30))) < 60
    ('1,2;3,4', True)
    """
    if len(text) <= LONG:
        return text
    code = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return min(text, COMPRESSED + code, key=_length)


def expanded(text: str) -> str:
    """The text that was ``shortened``; ValueError if it is damaged, or larger than any matrix."""
    if not text.startswith(COMPRESSED):
        return text
    code = text.removeprefix(COMPRESSED)
    reader = zlib.decompressobj()
    try:
        packed = urlsafe_b64decode(code + "=" * (-len(code) % 4))
        plain = reader.decompress(packed, MATRIX_CHARACTERS)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(text) from error
    if not reader.eof:
        raise ValueError(text)
    return plain.decode()


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from low to high."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else low - 1
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Reads one of these words."""
    return {word: word for word in words}.__getitem__


def switch(text: str) -> bool:
    """Reads true or false."""
    return {"true": True, "false": False}[text]


def switched(value: bool) -> str:
    return str(value).lower()
