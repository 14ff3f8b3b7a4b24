"""What tests hold things to: torch's numbers, a stage played to its end, arithmetic worked out again."""

import contextlib
import io
import math
import re
import sys
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import torch
from streamlit.testing.v1 import AppTest

from lessons.core.lesson import Lesson
from lessons.core.messages import Message
from lessons.core.stage import Line, Stage

CLOSE = 1e-12  # of the largest product: how far sums of another order may differ


def tensor(numbers: Any) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


def magnitude(*factors: Any) -> float:
    """How large a product of these numbers becomes, at most; 1 at least."""
    return math.prod(max(1.0, float(torch.as_tensor(each).abs().max())) for each in factors)


def assert_close(ours: torch.Tensor, theirs: torch.Tensor, size: float) -> None:
    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs.detach(), rtol=0, atol=CLOSE * size)


def executed(program: str) -> dict[str, Any]:
    """The variables of a program when it has run."""
    variables: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, variables)
    return variables


def program_of(app: AppTest) -> dict[str, Any]:
    """What the program in the code panel of a page computes."""
    return executed("\n".join(cell.value for cell in app.code))


def address_of(app: AppTest) -> dict[str, str]:
    """What stands in the address of a page."""
    return {name: text if isinstance(text, str) else text[0] for name, text in app.query_params.items()}


def told(app: AppTest) -> str:
    """All that a page says, without the marks of code."""
    parts = (*app.markdown, *app.caption, *app.info, *app.success, *app.warning)
    return "\n".join(each.value for each in parts).replace("`", "")


class Shown(dict[str, float | None]):
    """What a session keeps of its questions, if the reason of every one was asked for."""

    def __contains__(self, fingerprint: object) -> bool:
        return True


def answer(app: AppTest, prompt: str, given: float) -> AppTest:
    """The question whose prompt contains these words."""
    waiting = (*app.radio, *app.number_input)
    (question,) = [each for each in waiting if prompt in each.label.replace("`", "")]
    return question.set_value(given).run()


def badges(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if "badge[" in text.value]


def flow_back(output: torch.Tensor, gradient: Any) -> None:
    """From the gradient of the output, ones for None, to those of all that it was made from."""
    output.backward(torch.ones_like(output) if gradient is None else tensor(gradient))


# Stages


def stages_of(lesson: Lesson[Any, Any], inputs: Any) -> list[Stage]:
    """Forward, and backward where the lesson goes there."""
    return [stage_of(each, inputs) for each in (lesson, lesson.backward) if each]


def stage_of(lesson: Lesson[Any, Any], inputs: Any) -> Stage:
    return lesson.steps(inputs, lesson.run(inputs))


def boards_after(stage: Stage, frames: int | None = None) -> list[list[str]]:
    """The texts on every board after so many frames, or all."""
    boards = [list(board.cells) for board in stage.boards]
    for frame in stage.frames[:frames]:
        for board, cell, text in frame.writes:
            boards[board][cell] = text
    return boards


def named(stage: Stage, name: str) -> list[int]:
    """The boards of this name, one for each channel."""
    return [place for place, board in enumerate(stage.boards) if str(board.name).split(",")[0] == name]


def texts_on(stage: Stage, name: str, frames: int | None = None) -> list[str]:
    """What stands on the boards of this name after so many frames, or in the end."""
    boards = boards_after(stage, frames)
    return [text for board in named(stage, name) for text in boards[board]]


def equations(lines: Iterable[Line]) -> list[str]:
    """Everything that lines of arithmetic claim to be equal."""
    values = [
        value for line in lines for value in (line.values.values() if isinstance(line, Message) else (line,))
    ]
    return [str(value) for value in values if re.search(" [=≈] ", str(value))]


INFINITE = Fraction(10**400)  # larger than whatever stands on a page


def evaluate(arithmetic: str, **names: Any) -> Fraction:
    """Arithmetic as it stands on the page, worked out exactly."""
    signs = {"×": "*", "·": "*", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "∞": "INFINITE"}
    python = "".join(signs.get(sign, sign) for sign in arithmetic)
    python = re.sub(r"\d+(\.\d+)?(e[+-]?\d+)?", r'Fraction("\g<0>")', python)
    functions = {"floor": math.floor, "ceil": math.ceil, "max": _largest, "exp": _exp, "log": _log}
    functions["sqrt"] = _sqrt
    return Fraction(eval(python.strip(), {"Fraction": Fraction, "INFINITE": INFINITE} | functions | names))


def from_tex(formula: str) -> dict[str, list[str]]:
    """What each name in a formula is equal to, as arithmetic: {"H_{out}": ["⌊5/2⌋", "2"]}."""
    signs = {r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\cdot": "·"}
    for tex, sign in signs.items():
        formula = formula.replace(tex, sign)
    equations = [part.split(" = ") for part in formula.split(r", \quad ")]
    return {name: sides for name, *sides in equations}


def _largest(*given: Fraction) -> Fraction:
    """Also of a single one."""
    return max(given)


def _exp(number: Fraction) -> Fraction:
    """As close as floats come; beyond them as large as they get."""
    return Fraction(math.exp(max(-745, min(number, 709))))


def _sqrt(number: Fraction) -> Fraction:
    return Fraction(math.sqrt(number))


def _log(number: Fraction) -> Fraction:
    return Fraction(math.log(number))


def assert_true(equation: str) -> None:
    """Both sides agree: exactly with =, as far as numbers are shown with ≈, and then not exactly. What is
    smaller than any float64 counts as 0."""
    left, sign, right = re.split(" ([=≈]) ", equation)
    error = abs(evaluate(left) - evaluate(right))
    if left.startswith("max("):
        assert (error, sign) == (0, "=")
    else:
        size = abs(evaluate(re.sub("(?<!e)-", "+", left))) + abs(evaluate(right))
        assert error <= size * Fraction(1, 10**12 if sign == "=" else 400) + Fraction(sys.float_info.min)
        assert sign == "=" or error


def told_in(prose: str) -> set[float]:
    """The numbers in a text, but the small whole ones, which stand everywhere."""
    numbers = {float(each.replace(",", "")) for each in re.findall(r"(?<![\d.])\d[\d,]*(?:\.\d+)?", prose)}
    return {number for number in numbers if number >= 10 or number % 1}
