"""Matrices that a learner types or pastes: read with precise errors, written short and exactly.

Nothing that is pasted is ever evaluated: brackets are followed, and what stands between them must be numbers.
"""

import math
import re
from collections.abc import Sequence

from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.messages import LessonError
from lessons.core.numbers import exact

Matrix = tuple[tuple[float, ...], ...]
Stack = tuple[Matrix, ...]  # equally large matrices: the channels of one input

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
CALL = re.compile(r"(?:(?:np|numpy|torch)\.)?(?:array|tensor)\(")
SETTINGS = re.compile(
    r"""(?:,\w+=(?:[\w.]+|'[^']*'|"[^"]*"|<[^<>]*>))*,?"""
)  # dtype=torch.float64, device='cpu'
INNERMOST = re.compile(r"\[([^\[\]]*)\]")
ONE_MATRIX = re.compile(r"\[*,*\]*")  # brackets around rows, the rows themselves left out


# Writing


def to_text(matrix: Matrix) -> str:
    """Rows on lines, numbers separated by a blank, exact: ``parse`` gives the matrix back."""
    return _joined(matrix, " ", "\n")


def pack(stack: Stack) -> str:
    """A stack for the address: numbers by ``,``, rows by ``;``, channels by ``|``, exact.

    >>> pack((((1.0, 2.5), (3.0, 4.0)), ((0.0, 1.0), (1.0, 0.0))))
    '1,2.5;3,4|0,1;1,0'
    """
    return "|".join(_joined(matrix, ",", ";") for matrix in stack)


def _joined(matrix: Matrix, numbers: str, rows: str) -> str:
    return rows.join(numbers.join(map(exact, row)) for row in matrix)


# Reading


def unpack(text: str) -> Stack:
    """The stack that ``pack`` wrote; LessonError on what cannot be read."""
    _require_short(text)
    return parse_stack(text.split("|"))


def parse_stack(texts: Sequence[str]) -> Stack:
    """Equally large matrices, one from each text; LessonError names the channel that cannot be read."""
    stack: list[Matrix] = []
    for channel, text in enumerate(texts, start=1):
        try:
            stack.append(parse(text))
        except LessonError as error:
            if len(texts) == 1:
                raise
            raise LessonError("Channel {channel}: {reason}", channel=channel, reason=error.message) from error
        if _size(stack[-1]) != _size(stack[0]):
            raise LessonError(
                "Channel {channel} is {size}, channel 1 is {first}; all channels have one size.",
                channel=channel,
                size=_size(stack[-1]),
                first=_size(stack[0]),
            )
    return tuple(stack)


def parse(text: str) -> Matrix:
    """A matrix from what learners type and paste; LessonError names the row and column that cannot be read.

    Rows on lines or separated by ``;``, numbers separated by blanks, tabs or commas; Python lists;
    ``array(...)`` and ``tensor(...)``, as code and as printed. A list of numbers is one row; leading
    dimensions of one are dropped. The time is linear in the length of the text.

    >>> parse("1 2; 3 4") == parse("tensor([[1., 2.], [3., 4.]], dtype=torch.float64)")
    True
    """
    _require_short(text)
    if "..." in text or "…" in text:
        raise LessonError("The matrix is shortened with ...; print it in full.")
    text = _without_call(text.replace("\ufeff", "").strip(" \r\n"))
    rows = _rows_in_brackets(text) if "[" in text or "]" in text else _rows_on_lines(text)
    if len(rows) > MATRIX_SIDE:
        raise LessonError("{count} rows are too many; at most {most}.", count=len(rows), most=MATRIX_SIDE)
    matrix = tuple(_parse_row(row, number) for number, row in enumerate(rows, start=1))
    for number, row in enumerate(matrix, start=1):
        if len(row) != len(matrix[0]):
            raise LessonError(
                "Row {row} has {count} numbers, row 1 has {first}.",
                row=number,
                count=len(row),
                first=len(matrix[0]),
            )
    if not matrix or not matrix[0]:
        raise LessonError("There is no number.")
    return matrix


def parse_number(text: str) -> float:
    """A finite decimal number, also with the true minus sign (U+2212); LessonError tells what is wrong.

    >>> parse_number(" -.5e1 ")
    -5.0
    """
    text = text.strip().replace("\u2212", "-")
    if NUMBER.fullmatch(text):
        value = float(text)
        if math.isinf(value):
            raise LessonError("{text} is too large; numbers end at 1.8e308.", text=_cut(text))
        return value + 0.0  # zero has no sign
    if not text:
        raise LessonError("There is no number.")
    if NOT_FINITE.fullmatch(text):
        raise LessonError("{text} is not a finite number.", text=_cut(text))
    if DECIMAL_COMMA.fullmatch(text):
        better = _cut(text.replace(",", "."))
        raise LessonError("{text} is not a number; write {better}.", text=_cut(text), better=better)
    if any(character.isdigit() and not character.isascii() for character in text):
        raise LessonError("{text} is not a number; write the digits 0 to 9.", text=_cut(text))
    raise LessonError("{text} is not a number.", text=_cut(text))


def _without_call(text: str) -> str:
    """What stands inside ``array(...)`` or ``tensor(...)``, without dtype and other settings."""
    call = CALL.match(text)
    if not call:
        return text
    if not text.endswith(")"):
        raise LessonError("There is a {one} without its {other}.", one="(", other=")")
    end = text.rfind("]") + 1 or len(text) - 1
    settings = "".join(text[end:-1].split())
    if not SETTINGS.fullmatch(settings):
        raise _outside(settings)
    return text[call.end() : end]


def _rows_in_brackets(text: str) -> list[str]:
    """The rows of a nested list: what stands in the innermost brackets."""
    _require_balanced(text)
    around = "".join(INNERMOST.sub("", text).split())
    stray = re.sub(r"[\[\],]+", " ", around).strip()
    if stray:
        raise _outside(stray)
    if not ONE_MATRIX.fullmatch(around):
        raise LessonError("These are more than two dimensions; paste one channel at a time.")
    rows = [" ".join(row.split()).removesuffix(",") for row in INNERMOST.findall(text)]
    return rows[0].split(";") if len(rows) == 1 else rows


def _require_balanced(text: str) -> None:
    depth = 0
    for bracket in re.findall(r"[\[\]]", text):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            raise LessonError("There is a {one} without its {other}.", one="]", other="[")
    if depth:
        raise LessonError("There is a {one} without its {other}.", one="[", other="]")


def _rows_on_lines(text: str) -> list[str]:
    """The rows of plain text. An empty line is none, one of tabs is: empty cells of a spreadsheet."""
    lines = [line.strip(" ").removesuffix(";") for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    if len(lines) > 1 and any(";" in line for line in lines):
        raise LessonError("Separate the rows by lines or by ;, not by both.")
    return lines if len(lines) > 1 else "".join(lines).split(";")


def _parse_row(row: str, number: int) -> tuple[float, ...]:
    cells = _cells(row)
    if len(cells) > MATRIX_SIDE:
        raise LessonError("{count} columns are too many; at most {most}.", count=len(cells), most=MATRIX_SIDE)
    values = []
    for column, cell in enumerate(cells, start=1):
        try:
            values.append(parse_number(cell))
        except LessonError as error:
            raise LessonError(
                "Row {row}, column {column}: {reason}", row=number, column=column, reason=error.message
            ) from error
    return tuple(values)


def _cells(row: str) -> list[str]:
    """A row cut where its numbers end: at tabs; else at commas; else at blanks.

    A comma that touches no blank, in a row that has blanks or tabs, is a decimal comma: left in its cell.
    """
    if "\t" in row:
        return row.split("\t")
    row = " ".join(row.split())
    tight = row.replace(", ", ",").replace(" ,", ",")
    decimal = " " in row and tight == row
    return tight.split(",") if "," in row and not decimal else row.split()


def _require_short(text: str) -> None:
    if len(text) > MATRIX_CHARACTERS:
        raise LessonError("The text has more than {most} characters.", most=MATRIX_CHARACTERS)


def _outside(text: str) -> LessonError:
    return LessonError("{text} stands outside the rows; write [[1, 2], [3, 4]].", text=_cut(text))


def _size(matrix: Matrix) -> str:
    return f"{len(matrix)} x {len(matrix[0])}"


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
