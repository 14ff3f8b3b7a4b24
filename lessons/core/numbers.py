"""Numbers as they are written, in a cell and in arithmetic, short, in a program and in an address, exact; and
as they are read."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lessons.core.arrays import bare, cut
from lessons.core.characters import SPACES, plain
from lessons.core.messages import LessonError, Message

Numbers = float | tuple["Numbers", ...]

_UNSIGNED = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NUMBER = re.compile(rf"[+-]?{_UNSIGNED}")
FRACTION = re.compile(rf"([+-]?{_UNSIGNED}) ?/ ?([+-]?{_UNSIGNED})")
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_PARTED = rf"[ '’_{SPACES}]"
_MEANINGS = (  # how a number looks, what parts its thousands, and what is its point
    (re.compile(r"[+-]?[0-9]*,[0-9]+"), None, ","),
    (re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?"), ",", "."),
    (re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]*|(?:\.[0-9]{3}){2,})"), r"\.", ","),
    (re.compile(rf"[+-]?[1-9][0-9]{{0,2}}(?:{_PARTED}[0-9]{{3}})+(?:[.,][0-9]*)?"), _PARTED, ","),
)


# Short


@lru_cache(4096)  # a stage writes the same numbers over and over
def show(value: float) -> str:
    """How a number stands in a cell and in arithmetic: short, so not always exact.

    >>> [show(value) for value in (3.0, -0.0, 0.12345, 1_000_000, -math.inf)]
    ['3', '0', '0.1235', '1e+06', '-∞']
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if whole(value):
        return str(int(value))
    return f"{value:.4g}"


def whole(value: float) -> bool:
    """Whether ``show`` writes it as an integer."""
    return value == value // 1 and abs(value) < 1_000_000


def texts(channels: Iterable[Iterable[float]]) -> list[tuple[str, ...]]:
    """Shown numbers."""
    return [tuple(map(show, numbers)) for numbers in channels]


def term(text: str) -> str:
    """A shown number between signs of arithmetic: a negative one stands in brackets."""
    return f"({text})" if text[0] == "-" else text


def equation(left: str, summands: Sequence[float], total: float) -> str:
    """left = total; ≈ where rounding numbers for show makes it inexact. summands: left's, as shown.

    >>> equation("0.5 + 1", [0.5, 1.0], 1.5), equation("1 / 3", [1 / 3], 1 / 3)
    ('0.5 + 1 = 1.5', '1 / 3 ≈ 0.3333')
    """
    shown = show(total)
    exact = abs(math.fsum(summands) - float(shown)) <= 1e-13 * max(map(abs, summands))
    return f"{left} {'=' if exact else '≈'} {shown}"


def sum_of_products(summands: Sequence[Sequence[str]], total: float) -> str:
    """The arithmetic of shown numbers; the first of all needs no brackets.

    >>> sum_of_products([("-1", "2"), ("3", "-0.5")], -3.5), sum_of_products([("0.3333", "3")], 1.0)
    ('-1×2 + 3×(-0.5) = -3.5', '0.3333×3 ≈ 1')
    """
    left = " + ".join("×".join(map(term, factors)) for factors in summands)
    if left[0] == "(":
        left = left.replace("(", "", 1).replace(")", "", 1)
    return equation(left, [math.prod(map(float, factors)) for factors in summands], total)


def rounding(value: float) -> float:
    """How far ``show`` may be from the number: half a unit of the last of the digits that it writes.

    >>> rounding(3.0), rounding(2907.2475), rounding(0.25)
    (0.0, 0.5, 5e-05)
    """
    if whole(value) or not math.isfinite(value):
        return 0.0
    exponent = int(f"{value:.3e}".partition("e")[2])
    return float(f"5e{exponent - 4}")


# Exact


def exact(value: float) -> str:
    """The shortest text that is read as this float again; zero has no sign, and an exponent no + either,
    which an address would turn into a blank."""
    return repr(value + 0.0).removesuffix(".0").replace("e+", "e")


def distinct(value: float) -> str:
    """Short, but never as another number is written: stops of a slider lie close to each other.

    >>> distinct(0.01), distinct(0.0100000001), distinct(1e-5)
    ('0.01', '0.0100000001', '1e-05')
    """
    short = f"{value:g}"
    return short if float(short) == value else exact(value)


def nested(values: Numbers, indent: int = 0) -> str:
    """A row, matrix or stack as a Python list of floats, exact, every row of a matrix on its own line.

    indent: the column where the list starts.

    >>> print(nested(((1.0, 2.5), (-3.0, 4.0))))
    [[1., 2.5],
     [-3., 4.]]
    """
    if not isinstance(values, tuple):
        return re.sub(r"\.0$", ".", repr(float(values)))
    rows = any(isinstance(value, tuple) for value in values)
    between = ",\n" + " " * (indent + 1) if rows else ", "
    return f"[{between.join(nested(value, indent + 1) for value in values)}]"


# Read


def parse_number(text: str) -> float:
    """A finite number as people type it and programs print it; LessonError tells what is wrong.

    >>> parse_number(" －.5e1 "), parse_number("1/8"), parse_number("np.float64(2.5)")
    (-5.0, 0.125, 2.5)
    """
    typed = text.strip()
    return number(bare(plain(typed)).strip(), typed)


def number(text: str, typed: str = "") -> float:
    """A number in plain characters. typed: what stands in a refusal, if it is something else."""
    if NUMBER.fullmatch(text):
        return _finite(float(text), text)
    if fraction := FRACTION.fullmatch(text):
        above, below = map(float, fraction.groups())
        if not below:
            raise LessonError("{text} divides by zero.", text=cut(text))
        return _finite(above / below, text)
    if not text:
        raise LessonError("There is no number.")
    if NOT_FINITE.fullmatch(text):
        raise LessonError("{text} is not a finite number.", text=cut(text))
    raise _no_number(text, typed or text)


def _finite(value: float, text: str) -> float:
    if math.isinf(value):
        raise LessonError("{text} is too large; numbers end at 1.8e308.", text=cut(text))
    return value + 0.0  # zero has no sign


def _no_number(text: str, typed: str) -> LessonError:
    means = meanings(text)
    if len(means) == 1:
        return LessonError("{text} is not a number; write {better}.", text=cut(typed), better=cut(means[0]))
    if means:
        return unclear(typed, means)
    if any(character.isdigit() and not character.isascii() for character in text):
        return LessonError("{text} is not a number; write the digits 0 to 9.", text=cut(typed))
    return LessonError("{text} is not a number.", text=cut(typed))


def unclear(text: str, means: Sequence[str]) -> LessonError:
    either: str | Message
    either, *others = map(cut, means)
    for other in others:
        either = Message("{one} or {other}", one=either, other=other)
    return LessonError("{text} can mean {either}; write the one you mean.", text=cut(text), either=either)


def meanings(text: str) -> list[str]:
    """The numbers that a text may be, if a comma in it is a decimal comma or its thousands are parted.

    >>> meanings("1,5"), meanings("1,234"), meanings("1.234,5"), meanings("1'234.5"), meanings("1,2,3")
    (['1.5'], ['1.234', '1234'], ['1234.5'], ['1234.5'], [])
    """
    return [
        (re.sub(parts, "", text) if parts else text).replace(point, ".")
        for look, parts, point in _MEANINGS
        if look.fullmatch(text)
    ]
