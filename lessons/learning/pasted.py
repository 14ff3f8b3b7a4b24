"""Points as they come out of spreadsheets and CSV files."""

import re
from collections.abc import Sequence

from lessons.core.characters import plain
from lessons.core.matrix import parse
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import NOT_FINITE, parse_number
from lessons.learning.points import require_near

COMMA = re.compile(r"[^\s,;]+,[^\s,;]+")  # and nothing else that parts a row
QUOTED = re.compile(r'"([^"]*)"')
SEMICOLON = re.compile(r"[^\s;]+;[^\s;]+")


def tidied(text: str) -> str:
    """A text of points as ``parse`` reads a matrix of two columns.

    LessonError names the line of what cannot be read, and of a number that is too large for a point.

    A first row of words is passed over, and so are the quotation marks of a CSV file. A comma or a semicolon
    that alone parts every row parts x and y: a single number on a row would be no point.

    >>> tidied("height,weight\\n1,2\\n3,4")
    '1, 2\\n3, 4'
    """
    lines = [
        (number, row.strip(" ")) for number, row in enumerate(plain(text).splitlines(), 1) if row.strip()
    ]
    if len(lines) > 1 and _has_words_alone(lines[0][1]):
        lines = lines[1:]
    rows = [QUOTED.sub(r"\1", row) for _number, row in lines]
    if rows and all(map(COMMA.fullmatch, rows)):
        rows = [row.replace(",", ", ") for row in rows]
    elif len(rows) > 1 and all(map(SEMICOLON.fullmatch, rows)):
        rows = [row.replace(";", "\t") for row in rows]
    tidy = "\n".join(rows)
    by_line = "[" not in tidy and (len(rows) > 1 or ";" not in tidy)
    _require_points(tidy, [number for number, _row in lines] if by_line else [])
    return tidy


def _require_points(tidy: str, lines: Sequence[int]) -> None:
    """lines: on which its rows stand, counted from 1; none, where a row is no line."""
    try:
        points = parse(tidy)
    except LessonError as error:
        raise _on_line(error, lines) from error
    for row, point in enumerate(points):
        if len(point) == 2:
            name = Message("Line {line}", line=lines[row]) if lines else Message("Point {row}", row=row + 1)
            require_near(name, point)


def _on_line(error: LessonError, lines: Sequence[int]) -> LessonError:
    """The same, with the line of the text instead of the row of the matrix."""
    values = error.message.values
    if not lines or "row" not in values:
        return error
    line = lines[values["row"] - 1]
    if "column" in values:
        return LessonError(
            "Line {line}, column {column}: {reason}",
            line=line,
            column=values["column"],
            reason=values["reason"],
        )
    return LessonError(
        "Line {line} has {count} {count:number|numbers}, line {other} has {first}.",
        line=line,
        count=values["count"],
        other=lines[0],
        first=values["first"],
    )


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
