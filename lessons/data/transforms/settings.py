"""What can be set of a transform: its kind, its bounds, how it stands in an address and in a program.

No torch is needed to know it, so a page is drawn before torch is imported.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.core.messages import LessonError
from lessons.core.numbers import exact, parse_number

APART = "_"  # between the numbers of one setting, in an address


@dataclass(frozen=True, kw_only=True)
class Setting(ABC):
    """usual: where it stands at first. given: torchvision has no such default; a program always says it."""

    usual: Any
    given: bool = False

    @abstractmethod
    def read(self, text: str) -> Any:
        """A value from an address; LessonError, KeyError or ValueError if it cannot be one."""

    def write(self, value: Any) -> str:
        return str(value)

    def code(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """One number; whole where its step is."""

    low: float
    high: float
    step: float

    def read(self, text: str) -> float:
        value = parse_number(text)
        _require_within(value, self.low, self.high)
        return _as(self.step, value)

    def write(self, value: float) -> str:
        return exact(value)


@dataclass(frozen=True, kw_only=True)
class Span(Setting):
    """Two numbers, between which one is drawn."""

    low: float
    high: float
    step: float

    def read(self, text: str) -> tuple[float, float]:
        first, second = (_as(self.step, parse_number(part)) for part in text.split(APART))
        _require_within(first, self.low, second)
        _require_within(second, first, self.high)
        return first, second

    def write(self, value: tuple[float, float]) -> str:
        return APART.join(map(exact, value))


@dataclass(frozen=True, kw_only=True)
class Size(Setting):
    """Pixels: one number, or height and width."""

    low: int = 1
    high: int = 512

    def read(self, text: str) -> int | tuple[int, int]:
        sides = [int(part) for part in text.split(APART)]
        for side in sides:
            _require_within(side, self.low, self.high)
        if len(sides) == 1:
            return sides[0]
        height, width = sides
        return height, width

    def write(self, value: int | tuple[int, int]) -> str:
        return APART.join(map(str, value if isinstance(value, tuple) else (value,)))


@dataclass(frozen=True, kw_only=True)
class PerChannel(Setting):
    """A number for each channel."""

    low: float
    high: float

    def read(self, text: str) -> tuple[float, ...]:
        values = tuple(map(parse_number, text.split(APART)))
        for value in values:
            _require_within(value, self.low, self.high)
        if len(values) not in (1, 3):
            raise ValueError(text)
        return values

    def write(self, value: tuple[float, ...]) -> str:
        return APART.join(map(exact, value))

    def code(self, value: tuple[float, ...]) -> str:
        return str(list(value))


@dataclass(frozen=True, kw_only=True)
class Switch(Setting):
    def read(self, text: str) -> bool:
        return {"true": True, "false": False}[text]

    def write(self, value: bool) -> str:
        return str(value).lower()


@dataclass(frozen=True, kw_only=True)
class Choice(Setting):
    """One of a few words. options: slug -> what a program writes."""

    options: Mapping[str, str]

    def read(self, text: str) -> str:
        if text not in self.options:
            raise KeyError(text)
        return text

    def code(self, value: str) -> str:
        return self.options[value]


def _as(step: float, value: float) -> float:
    """ValueError for a fraction where only whole numbers are meant."""
    if isinstance(step, float):
        return value
    if value != int(value):
        raise ValueError(value)
    return int(value)


def _require_within(value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise LessonError("{value} is not from {low} to {high}.", value=value, low=low, high=high)
