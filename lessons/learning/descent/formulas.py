"""A formula with its letters, with the numbers of the moment, and what it comes to: from one expression."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lessons.core.numbers import show

EXACT = 1e-12  # of what is added up: how far floats may be from the arithmetic of the digits
POWER = re.compile(r"(-?[\d.]+)e([+-])0*(\d+)")


@dataclass(frozen=True)
class Line:
    """made: the name of what it computes; arithmetic: of names and numbers, as Python writes it."""

    made: str
    arithmetic: str

    def value(self, numbers: Mapping[str, float]) -> float:
        """What it comes to; 0 where nothing but rounding is left of it.

        >>> Line("v", "m * v + g").value({"m": 0.5, "v": 4.0, "g": 1.0})
        3.0
        """
        exact = self._worked_out(self.arithmetic, numbers)
        return 0.0 if abs(exact) <= EXACT * self._size(numbers) else exact

    def tex(self, letters: Mapping[str, str], numbers: Mapping[str, float]) -> str:
        """made = letters = numbers = value; ≈ where it is not just that of the digits shown.

        >>> Line("v", "m * v + g").tex({"v": "v", "m": "m", "g": "g"}, {"m": 0.5, "v": 4.0, "g": -1.0})
        'v = m \\\\cdot v + g = 0.5 \\\\cdot 4 + (-1) = 1'
        """
        shown = {name: float(show(number)) for name, number in numbers.items()}
        result = show(self.value(numbers))
        error = abs(self._worked_out(self.arithmetic, shown) - float(result))
        sign = "=" if error <= EXACT * self._size(shown) else r"\approx"
        tree = ast.parse(self.arithmetic, mode="eval").body
        written = {name: _number(show(number)) for name, number in numbers.items()}
        with_letters, with_numbers = _tex(tree, letters), _tex(tree, written)
        return f"{letters[self.made]} = {with_letters} = {with_numbers} {sign} {_number(result)}"

    def _size(self, numbers: Mapping[str, float]) -> float:
        """How large what is added up is, whatever its sign."""
        above_0 = {name: abs(number) for name, number in numbers.items()}
        together = self._worked_out(self.arithmetic.replace("-", "+"), above_0)
        return max(together, abs(self._worked_out(self.arithmetic, numbers)))

    @staticmethod
    def _worked_out(arithmetic: str, numbers: Mapping[str, float]) -> float:
        return float(eval(arithmetic, {}, dict(numbers)))  # the arithmetic of a Line is never typed


def _number(shown: str) -> str:
    """A shown number as TeX, with its power of ten."""
    power = POWER.sub(lambda found: rf"{found[1]} \cdot 10^{{{found[2].strip('+')}{found[3]}}}", shown)
    return power.removeprefix(r"1 \cdot ")


def _tex(node: ast.expr, names: Mapping[str, str], first: bool = True) -> str:
    """first: whether it stands at the beginning, where a negative number needs no brackets."""
    match node:
        case ast.Name(id=name):
            text = names[name]
            return text if first or text[0] != "-" else f"({text})"
        case ast.Constant(value=number):
            return str(number)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{_tex(left, names)}}}{{{_tex(right, names)}}}"
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=0.5)):
            return rf"\sqrt{{{_tex(base, names)}}}"
        case ast.BinOp(left=base, op=ast.Pow(), right=power):
            return f"{_factor(base, names, alone=True)}^{{{_tex(power, names)}}}"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return rf"{_factor(left, names, first)} \cdot {_factor(right, names)}"
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = "+" if isinstance(op, ast.Add) else "-"
            return f"{_tex(left, names, first)} {sign} {_tex(right, names, first=False)}"
    raise TypeError(ast.dump(node))


def _factor(node: ast.expr, names: Mapping[str, str], first: bool = False, alone: bool = False) -> str:
    """In brackets where it would be torn apart. alone: so that a sign in it does that, too."""
    sum_of = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    text = _tex(node, names, first or sum_of)
    torn = alone and text[0] != "(" and (text[0] == "-" or "10^" in text)
    return f"({text})" if sum_of or torn else text
