"""Numbers as they are written: in a cell and in arithmetic, short; in a program and in an address, exact."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

Numbers = float | tuple["Numbers", ...]


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


# Exact


def exact(value: float) -> str:
    """The shortest text that is read as this float again; zero has no sign, and an exponent no + either,
    which an address would turn into a blank."""
    return repr(value + 0.0).removesuffix(".0").replace("e+", "e")


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
