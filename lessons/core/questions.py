"""Questions made from what the learner has in front of them: predict, then reveal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import rounding, show, whole

Item = TypeVar("Item")

TEX_BLANK = "{?}"  # in a formula, where a bare one would stand too close
DECK = 100  # so many draws in a row differ, where there are as many to draw from


@dataclass(frozen=True)
class Question:
    """Something to predict. The lesson computes the answer, nobody writes it down.

    With choices, answer is the index of the right one; without, a number that may be missed by tolerance, and
    always by as much as the page rounds it: who types what is shown is right. reason tells why, with the
    numbers, whatever was answered. about: its subject; while the question is open, every ``Answer`` about the
    same is left out of the page.

    >>> steps = Question(Message("How many steps?"), 79, Message("ceil(5000 / 64) = 79"))
    >>> steps.is_right(78), steps.is_right(79)
    (False, True)
    """

    prompt: Message
    answer: float
    reason: Message
    choices: tuple[Message, ...] = ()
    tolerance: float = 0.0
    about: str = ""

    def is_right(self, given: float) -> bool:
        """Whether a number, or the index of a choice, answers the question."""
        return abs(given - self.answer) <= max(self.tolerance, (1 + 1e-9) * rounding(self.answer))


@dataclass(frozen=True)
class Answer:
    """Words on the page that answer a question about the same. blank: what stands there while it is open.

    In the gap of a ``Message``, or a line by itself.

    >>> rows = Answer.equation("size", "5 - 3 + 1", 3)
    >>> str(rows), rows.unless({"size"}), rows.unless({"parameters"})
    ('5 - 3 + 1 = 3', '5 - 3 + 1 = ?', '5 - 3 + 1 = 3')
    """

    about: str
    words: float | str
    blank: str = "?"

    @classmethod
    def equation(cls, about: str, left: str, right: float | str, blank: str = "?") -> "Answer":
        """left = right, or left = blank."""
        return cls(about, f"{left} = {right}", f"{left} = {blank}")

    def unless(self, hidden: Collection[str]) -> float | str:
        """hidden: the subjects that are asked about."""
        return self.blank if self.about in hidden else self.words

    def __str__(self) -> str:
        return str(self.words)


def without_answers(line: Message, hidden: Collection[str]) -> Message:
    """The line with a blank for every answer about what is hidden.

    >>> str(without_answers(Message("Rows: {rows}", rows=Answer("size", 3)), {"size"}))
    'Rows: ?'
    """
    gaps = {
        name: value.unless(hidden) if isinstance(value, Answer) else value
        for name, value in line.values.items()
    }
    return Message(line.template, **gaps)


def draw(items: Sequence[Item], seed: int) -> Item:
    """One of the items. The next seed draws another, and none comes again before all have come, or DECK.

    >>> sorted(draw("abc", seed) for seed in (7, 8, 9))
    ['a', 'b', 'c']
    """
    deck = Random(0).sample(items, min(len(items), DECK))
    return deck[seed % len(deck)]


def ask_number(cell: Message, value: float, reason: Message) -> Question:
    """Which number stands in a cell: to 0.01, or to the last digit it shows where that is coarser."""
    if whole(value):
        return Question(Message("Which number belongs here, at {place}?", place=cell), int(value), reason)
    tolerance = max(0.01, 2 * rounding(value))
    prompt = Message(
        "Which number belongs here, at {place}? (to {precision})", place=cell, precision=show(tolerance)
    )
    return Question(prompt, value, reason, tolerance=tolerance)


def wrong_cells(printed: Matrix, true: Matrix) -> set[tuple[int, int]]:
    """Where (row, column) two equally large matrices differ.

    >>> wrong_cells(((1, 2), (3, 4)), ((1, 2), (3, 5)))
    {(1, 1)}
    """
    return {
        (i, j)
        for i, (some, others) in enumerate(zip(printed, true, strict=True))
        for j, (one, other) in enumerate(zip(some, others, strict=True))
        if one != other
    }
