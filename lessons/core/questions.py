"""Questions made from what the learner has in front of them: predict, then reveal."""

from dataclasses import dataclass

from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import whole


@dataclass(frozen=True)
class Question:
    """Something to predict. The lesson computes the answer, nobody writes it down.

    With choices, answer is the index of the right one; without, a number that may be missed by tolerance.
    reason tells why, with the numbers, whatever was answered.

    >>> steps = Question(Message("How many steps?"), 79, Message("ceil(5000 / 64) = 79"))
    >>> steps.is_right(78), steps.is_right(79)
    (False, True)
    """

    prompt: Message
    answer: float
    reason: Message
    choices: tuple[Message, ...] = ()
    tolerance: float = 0.0

    def is_right(self, given: float) -> bool:
        """Whether a number, or the index of a choice, answers the question."""
        return abs(given - self.answer) <= self.tolerance


def ask_next(cell: Message, value: float, reason: Message, tolerance: float = 0.01) -> Question:
    """Which number the next step writes; tolerance: where it is no whole one."""
    if whole(value):
        return Question(
            Message("Which number comes next, at output {place}?", place=cell), int(value), reason
        )
    prompt = Message("Which number comes next, at output {place}? (to 0.01)", place=cell)
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
