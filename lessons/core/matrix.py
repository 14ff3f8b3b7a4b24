"""Matrices that a learner types or pastes: read with precise errors, written short and exactly.

Nothing that is pasted is ever evaluated, and nothing is guessed: what can mean two things is refused, with
both. One parser serves a cell, a paste, a text and the address.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from lessons.core.arrays import bare, is_nested, table
from lessons.core.characters import SPACES, WIDE_SPACE, plain
from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.messages import LessonError
from lessons.core.numbers import exact, meanings, number, parse_number, unclear

Matrix = tuple[tuple[float, ...], ...]
Stack = tuple[Matrix, ...]  # equally large matrices: the channels of one input
Cells = list[list[str]]  # rows of texts, a number each
Item = TypeVar("Item")

PACKED = re.compile(r"[-+0-9.eE,;]*")
SHORTENED = re.compile(r"\.\.\.|[…⋯]")
PARTED = f"{SPACES}，"  # what may part the thousands of one number, and may also part two numbers
THOUSANDS = re.compile(rf"(?<![\d.,{PARTED}])\d{{1,3}}(?:[{PARTED}]\d{{3}})+(?![\d{PARTED}])")
BLANK = re.compile(rf"[{SPACES}{WIDE_SPACE} ]")
COMMA_AND_BLANK = re.compile(r" , ?|, ")
EMPTY_LINES = re.compile(r"\n(?: *\n)+")


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
    """The stack that ``pack`` wrote, or what else can be read; LessonError names a channel that cannot be."""
    _require_short(text)
    return _stack(text.split("|"), _unpacked)


def _unpacked(text: str) -> Matrix:
    """Here a comma never is a decimal one."""
    rows = [row.split(",") if row else [] for row in text.split(";")]
    return _matrix(rows) if PACKED.fullmatch(text) else parse(text)


def parse(text: str) -> Matrix:
    """The one matrix in a text; LessonError if it is none, or several. See ``parse_stack``.

    >>> parse("1 2; 3 4") == parse("tensor([[1., 2.], [3., 4.]], dtype=torch.float64)")
    True
    """
    stack = parse_stack(text, 1)
    if len(stack) > 1:
        raise LessonError("These are {count} matrices; paste one at a time.", count=len(stack))
    return stack[0]


def parse_stack(text: str, count: int = 1, dimensions: int = 3) -> Stack:
    """Equally large matrices from what learners type and paste; LessonError names the place of what is wrong.

    Rows on lines or parted by ``;``, numbers by blanks, tabs or commas; an empty line between matrices;
    Python's lists and tuples, ``array(...)`` and ``tensor(...)``, as code and as printed. A list of numbers
    is one row. count: how many matrices are meant; for one, empty lines may stand between its rows, too.
    dimensions: how many the array may have at most, those of one left out; all but two become one. The time
    is linear in the length of the text.

    >>> len(parse_stack("tensor([[[0., 1.]],\\n\\n        [[4., 5.]]])"))
    2
    """
    return _stack(_cut(text, count, dimensions), _matrix)


def parse_list(text: str) -> tuple[float, ...]:
    """Numbers in a row or below each other, as in ``parse``; LessonError tells which cannot be read.

    >>> parse_list("0.001, 0.002"), parse_list("1\\n2 3")
    ((0.001, 0.002), (1.0, 2.0, 3.0))
    """
    cells = [cell for rows in _cut(text) for row in rows for cell in row]
    if not cells:
        raise LessonError("There is no number.")
    return tuple(_listed_number(cell, place) for place, cell in enumerate(cells, start=1))


def _listed_number(cell: str, place: int) -> float:
    try:
        return number(cell.strip())
    except LessonError as error:
        raise LessonError("Number {place}: {reason}", place=place, reason=error.message) from error


def _cut(text: str, count: int = 1, dimensions: int = 3) -> list[Cells]:
    """The cells of every matrix in a text; see ``parse_stack``."""
    _require_short(text)
    if parted := THOUSANDS.search(text):
        raise unclear(parted[0], [plain(re.sub(f"[{PARTED}]", part, parted[0])) for part in ("", ", ")])
    text = BLANK.sub(" ", plain(text))
    if SHORTENED.search(text):
        raise LessonError("Numbers are left out with ...; print all of them.")
    text = bare(text)
    if is_nested(text):
        return _matrices_in_brackets(text, dimensions)
    return _matrices_on_lines(text, count)


def parse_pasted(text: str, count: int, dimensions: int = 3) -> float | Stack:
    """One number, or matrices; LessonError if the text can be both. count, dimensions: see ``parse_stack``.

    >>> parse_pasted("tensor(7., requires_grad=True)", 1), parse_pasted("[7]", 1)
    (7.0, (((7.0,),),))
    """
    _require_short(text)
    text = text.strip()
    if " " in text and (means := meanings(plain(text))):  # typed as a row it would be one
        raise unclear(text, [*means, ", ".join(text.split())])
    try:
        return parse_number(text)
    except LessonError:
        return parse_stack(text, count, dimensions)


def _stack(texts: Sequence[Item], read: Callable[[Item], Matrix]) -> Stack:
    """Equally large matrices; LessonError names the channel that cannot be read."""
    stack: list[Matrix] = []
    for channel, text in enumerate(texts, start=1):
        try:
            stack.append(read(text))
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


def _matrix(rows: Cells) -> Matrix:
    if len(rows) > MATRIX_SIDE:
        raise LessonError("{count} rows are too many; at most {most}.", count=len(rows), most=MATRIX_SIDE)
    matrix = tuple(_row(cells, row) for row, cells in enumerate(rows, start=1))
    for row, numbers in enumerate(matrix, start=1):
        if len(numbers) != len(matrix[0]):
            raise LessonError(
                "Row {row} has {count} {count:number|numbers}, row 1 has {first}.",
                row=row,
                count=len(numbers),
                first=len(matrix[0]),
            )
    if not matrix or not matrix[0]:
        raise LessonError("There is no number.")
    return matrix


def _row(cells: Sequence[str], row: int) -> tuple[float, ...]:
    if len(cells) > MATRIX_SIDE:
        raise LessonError("{count} columns are too many; at most {most}.", count=len(cells), most=MATRIX_SIDE)
    values = []
    for column, cell in enumerate(cells, start=1):
        try:
            values.append(number(cell.strip()))
        except LessonError as error:
            raise LessonError(
                "Row {row}, column {column}: {reason}", row=row, column=column, reason=error.message
            ) from error
    return tuple(values)


def _matrices_in_brackets(text: str, dimensions: int) -> list[Cells]:
    count = text.count("[")
    if count > MATRIX_SIDE**2:  # more than all channels together can have, and slow to follow
        raise LessonError("{count} rows are too many; at most {most}.", count=count, most=MATRIX_SIDE)
    leading, matrices = table(text)
    if sum(length > 1 for length in leading) > dimensions - 2:
        raise LessonError(
            "These are more than {most} dimensions; paste a part of them at a time.", most=dimensions
        )
    return [[_listed(row) for row in rows] for rows in matrices]


def _listed(row: str) -> list[str]:
    """A row of a list, cut at its commas, of which the last may be too many, or else at its blanks."""
    row = " ".join(row.split()).removesuffix(",")
    if " " in row and not COMMA_AND_BLANK.search(row):
        return row.split()
    return row.split(",") if row else []


def _matrices_on_lines(text: str, count: int) -> list[Cells]:
    """Plain text. An empty line is no row, one of tabs is: empty cells of a spreadsheet."""
    blocks = [_rows(block) for block in EMPTY_LINES.split(text)]
    if count == 1 and all(len(rows) == 1 for rows in blocks):
        blocks = [[row for rows in blocks for row in rows]]
    commas_part = any(_is_list(row) for rows in blocks for row in rows)
    return [[_cells(row, commas_part) for row in rows] for rows in blocks]


def _rows(block: str) -> list[str]:
    lines = [_trimmed(line) for line in block.split("\n")]
    lines = [line for line in lines if line]
    if len(lines) > 1 and any(";" in line for line in lines):
        raise LessonError("Separate the rows by lines or by ;, not by both.")
    return lines if len(lines) > 1 else [_trimmed(row) for row in "".join(lines).split(";")]


def _trimmed(line: str) -> str:
    """Without what tells nothing; a tab may part two empty cells."""
    line = line.strip(" ").removesuffix(";")
    return line if "\t" in line else " ".join(line.split())


def _is_list(row: str) -> bool:
    """Whether commas must part the numbers of a row: nothing else does, and it cannot be one number."""
    return "," in row and not re.search(r"\s", row) and not meanings(row)


def _cells(row: str, commas_part: bool) -> list[str]:
    """A row cut where its numbers end: at tabs; else at commas with a blank; else at blanks; else at commas.

    LessonError where a comma may be a decimal one. commas_part: it is none in another row.
    """
    if "\t" in row:
        return row.split("\t")
    cells = COMMA_AND_BLANK.split(row) if row else []
    if len(cells) == 1 and " " in row:
        return row.split()
    if len(cells) == 1 and commas_part:
        return row.split(",")
    for cell in cells:
        if "," in cell and (means := meanings(cell)):
            raise unclear(cell, [*means, cell.replace(",", ", ")])
    return cells


def _require_short(text: str) -> None:
    if len(text) > MATRIX_CHARACTERS:
        raise LessonError("The text has more than {most} characters.", most=MATRIX_CHARACTERS)


def _size(matrix: Matrix) -> str:
    return f"{len(matrix)} x {len(matrix[0])}"
