"""Points as they come out of spreadsheets and CSV files."""

import re

from lessons.core.characters import plain
from lessons.core.messages import LessonError
from lessons.core.numbers import NOT_FINITE, parse_number

COMMA = re.compile(r"[^\s,;]+,[^\s,;]+")  # and nothing else that parts a row
SEMICOLON = re.compile(r"[^\s;]+;[^\s;]+")


def tidied(text: str) -> str:
    """A text of points as ``parse`` reads a matrix of two columns.

    A first row of words is passed over. A comma or a semicolon that alone parts every row parts x and y: a
    single number on a row would be no point.

    >>> tidied("height,weight\\n1,2\\n3,4")
    '1, 2\\n3, 4'
    """
    rows = [row.strip(" ") for row in plain(text).splitlines() if row.strip()]
    if len(rows) > 1 and _has_words_alone(rows[0]):
        rows = rows[1:]
    if rows and all(map(COMMA.fullmatch, rows)):
        rows = [row.replace(",", ", ") for row in rows]
    elif len(rows) > 1 and all(map(SEMICOLON.fullmatch, rows)):
        rows = [row.replace(";", "\t") for row in rows]
    return "\n".join(rows)


def _has_words_alone(row: str) -> bool:
    """No number, and no bracket of an array."""
    return "[" not in row and not any(map(_is_number, filter(None, re.split(r"[,;\s]+", row))))


def _is_number(cell: str) -> bool:
    """Also one that is none of ours, as nan."""
    try:
        parse_number(cell)
    except LessonError:
        return bool(NOT_FINITE.fullmatch(cell))
    return True
