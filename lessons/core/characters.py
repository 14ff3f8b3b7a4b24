"""Characters that look like others: a text made of plain ones, and odd ones named by their code point."""

import re
import unicodedata

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f"  # that may also part the thousands of one number
WIDE_SPACE = "\u3000"  # of an input method: never within a number
_INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_DASHES = "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\ufe58\ufe63"
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = (
    _FULL_WIDTH
    | dict.fromkeys(map(ord, _DASHES), "-")
    | {ord(WIDE_SPACE): " ", ord("，"): ", ", ord("、"): ", ", ord("､"): ", "}  # never a decimal comma
    | {ord("。"): ".", ord("｡"): ".", ord("【"): "[", ord("】"): "]", ord("⁄"): "/", ord("∕"): "/"}
)
_HARMLESS = re.compile(rf"(?<![0-9.{_INVISIBLE}])[{_INVISIBLE}]+|[{_INVISIBLE}]++(?![0-9.])")
_LOST_BLANK = re.compile(r"(?<![^ ]) | (?![^ ])")  # at an end, or beside another one


def plain(text: str) -> str:
    """The text as it would be typed on an English keyboard, with \\n for every kind of line break.

    What cannot be seen is dropped, but not between digits: there it might part two numbers.

    >>> plain("［１，－２；３。５］")
    '[1, -2;3.5]'
    """
    text = "\n".join(text.splitlines()).translate(_PLAIN)
    return _HARMLESS.sub("", text)


def spelled(text: str) -> str:
    """The text with everything named that cannot be seen, or not be told from something else.

    >>> spelled("1\u200b2"), spelled("cafe\u0301 ")
    ('1<U+200B>2', 'cafe<U+0301><U+0020>')
    """
    text = _LOST_BLANK.sub(lambda blank: _code_point(blank[0]), text)
    return "".join(_code_point(each) if _unseen(each) else each for each in text)


def is_text(text: str) -> bool:
    """Whether it can be written down: a name that is no UTF-8 reaches Python with halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _code_point(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _unseen(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    return not character.isprintable() or unicodedata.category(character)[0] in "MZ"
