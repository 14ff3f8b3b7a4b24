"""What Python, NumPy and torch write, as code and as printed: the rows of numbers in it.

Nothing is evaluated. Texts are plain ones (``characters.plain``); every function takes a time linear in the
length of its text.
"""

import re
from itertools import pairwise
from typing import NamedTuple, Union

from lessons.core.characters import spelled
from lessons.core.messages import LessonError

Tree = list[Union[str, "Tree"]]  # a row is its text

DEEPEST = 8  # brackets within brackets
BLANKS = re.compile(r"[ \n\t]+")
WIDE = 70  # characters: NumPy goes on in a new line when the next number would make this one wider

_ARRAYS = ("array", "asarray", "matrix", "tensor", "as_tensor", "Tensor", "Parameter")
_NUMBERS = re.compile(r"(?:b?float|u?int)[0-9]*|longdouble")
_VALUE = r"""(?:[\w.]+|'[^']*'|"[^"]*"|<[^<>]*>|\([0-9, ]*\))"""
_SETTING = re.compile(
    rf",\s*(?:dtype|device|requires_grad|grad_fn|size|shape|copy|order|ndmin)={_VALUE}(?=\s*(?:[,)]|\Z))"
)
_ONE_NUMBER = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\(\s*([^\s\[\](),]+)\s*\)")
_TITLE = re.compile(r"(?:Parameter|Buffer) containing:|\bOut\[[0-9]+\]:")
_STATEMENT = re.compile(r"\n(?=[A-Za-z_#])")
_ASSIGNED = re.compile(rf"\s*([A-Za-z_][\w.]*) ?= ?(?=\[|\(|(?:\w+\.)*(?:{'|'.join(_ARRAYS)})\()")
_BESIDE = re.compile(
    r"(?:import .*|from .* import .*|#.*|print\(.*\)|[\w, ]+ = F\..*|\w+\.backward\(.*\))?\s*"
)
_BRACKET = re.compile(r"(?:(?<![\w.])[A-Za-z_][\w.]*)?\(|[\[\]),]")


class Table(NamedTuple):
    """Matrices, as their rows, as texts. leading: how many of them there are along every dimension."""

    leading: tuple[int, ...]
    matrices: list[list[str]]


def bare(text: str) -> str:
    """The text without what only describes its numbers: a name, dtype, device, gradient, type.

    Of a program it is the one array that is written in it; LessonError if there are several.

    >>> bare("tensor(7., grad_fn=<SumBackward0>)"), bare("x = [np.float64(1.0), np.float64(2.5)]")
    ('7.', '[1.0, 2.5]')
    """
    if "=" in text:
        text = _SETTING.sub("", _assigned(text))
    return _ONE_NUMBER.sub(_number_alone, _TITLE.sub("", text)).strip(" \n")


def _assigned(text: str) -> str:
    """Of a program the value of the array in it."""
    statements = _STATEMENT.split(text)
    arrays = [(name, each) for each in statements if (name := _ASSIGNED.match(each))]
    if not arrays:
        return text
    if len(arrays) > 1:
        names = ", ".join(name[1] for name, _ in arrays)
        raise LessonError("There are several arrays: {names}. Paste one of them.", names=names)
    for each in statements:
        if not _ASSIGNED.match(each) and not _BESIDE.fullmatch(each):
            raise outside(each)
    ((name, array),) = arrays
    return array[name.end() :]


def _number_alone(call: re.Match[str]) -> str:
    name = call[1].rpartition(".")[2]
    return call[2] if name in _ARRAYS or _NUMBERS.fullmatch(name) else call[0]


def is_nested(text: str) -> bool:
    return any(bracket in text for bracket in "[]()")


def table(text: str) -> Table:
    """The rows of a nested list, tuple or array; LessonError tells what is wrong with its brackets."""
    level: list[Tree] = [_tree(_in_square_brackets(text))]
    leading: list[int] = []
    while any(isinstance(child, list) for node in level for child in node):
        children = [child for node in level for child in node if isinstance(child, list)]
        if len(children) != sum(map(len, level)) or len(set(map(len, level))) > 1:
            raise LessonError("The brackets are not nested alike everywhere; write [[1, 2], [3, 4]].")
        leading.append(len(level[0]))
        level = children
    matrices = [[row for row in node if isinstance(row, str)] for node in level]
    if len(matrices) == len(matrices[0]) == 1:
        matrices = [matrices[0][0].split(";")]
    return Table(tuple(leading), [[_in_one_line(row, bool(leading)) for row in rows] for rows in matrices])


def _in_square_brackets(text: str) -> str:
    """Tuples as lists, and calls, as in tensor([1, 2]), as what stands in them."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []  # a bracket, and its place among the pieces
    with_comma: set[int] = set()  # places of brackets
    end = 0
    for found in _BRACKET.finditer(text):
        sign = found[0]
        pieces += [text[end : found.start()], sign]
        end = found.end()
        if sign == ",":
            with_comma.update(place for _, place in opened[-1:])
        elif sign[-1] in "[(":
            if len(opened) == DEEPEST:
                raise LessonError("More than {most} brackets stand within each other.", most=DEEPEST)
            opened.append((sign, len(pieces) - 1))
        else:
            opening, place = opened.pop() if opened else ("", 0)
            if opening[-1:] != {"]": "[", ")": "("}[sign]:
                raise _unpaired(sign)
            if sign == ")":
                pieces[place], pieces[-1] = _round(opening, place in with_comma)
    if opened:
        raise _unpaired(opened[-1][0][-1])
    return "".join(pieces) + text[end:]


def _round(opening: str, with_comma: bool) -> tuple[str, str]:
    """What stands for round brackets: nothing for those of a call; (5) is no tuple, but maybe a -5."""
    name = opening[:-1].rpartition(".")[2]
    if name in _ARRAYS:
        return "", ""
    if name or not with_comma:
        raise outside(opening)
    return "[", "]"


def _unpaired(bracket: str) -> LessonError:
    other = {"[": "]", "]": "[", "(": ")", ")": "("}[bracket]
    return LessonError("There is a {one} without its {other}.", one=bracket, other=other)


def _tree(text: str) -> Tree:
    """What balanced square brackets hold."""
    opened: list[tuple[list[str], Tree]] = [([], [])]  # texts, and what was closed between them
    for part in re.split(r"([\[\]])", text):
        if part == "[":
            opened.append(([], []))
        elif part == "]":
            texts, closed = opened.pop()
            opened[-1][1].append(_only(closed, texts) if closed else "".join(texts))
        else:
            opened[-1][0].append(part)
    ((texts, closed),) = opened
    return _only(closed, texts) or [""]


def _only(closed: Tree, texts: list[str]) -> Tree:
    """LessonError if there is more between the brackets than commas."""
    between = " ".join(re.split(r"[\s,]+", "".join(texts))).strip()
    if between:
        raise outside(between)
    return closed


def _in_one_line(row: str, nested: bool) -> str:
    """A row that goes over several lines; LessonError if these may be rows themselves.

    They are not where every line ends with a comma, nor where NumPy had to break the row: then the last line
    is shorter, unless the row is one of several.
    """
    if "\n" not in row:
        return row
    lines = [line.rstrip() for line in row.split("\n") if line.strip()]
    broken = [line for line, _ in pairwise(lines) if not line.endswith(",")]
    widest = max(len(number) for line in lines for number in line.split())  # NumPy pads all of them to this
    too_wide = all(len(line) - len(line.split()[-1]) + 2 * widest >= WIDE for line in broken)
    if broken and not (too_wide and (nested or len(lines[-1].split()) < len(lines[0].split()))):
        raise LessonError(
            "A line ends within {row}. Part rows by ;, or put each into its own brackets.",
            row=cut(f"[{row.strip()}]"),
        )
    return row.replace("\n", " ")


def outside(text: str) -> LessonError:
    return LessonError("{text} stands outside the rows; write [[1, 2], [3, 4]].", text=cut(text))


def cut(text: str) -> str:
    """As it can be shown: short, and every character named that cannot be seen."""
    text = spelled(BLANKS.sub(" ", text).strip())
    return text if len(text) <= 30 else f"{text[:30]}…"
