"""Questions made from what the learner has in front of them: predict, then reveal."""

from dataclasses import dataclass

from lessons.errors import Message


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
