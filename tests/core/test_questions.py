"""A question knows its answer."""

from lessons.core.messages import Message
from lessons.core.questions import Question

WHY = Message("because")


def test_a_whole_number_must_be_met():
    question = Question(Message("How many?"), 79, WHY)
    assert question.is_right(79)
    assert not question.is_right(78)


def test_a_number_may_be_missed_by_the_tolerance():
    question = Question(Message("How large?"), 2.303, WHY, tolerance=0.05)
    assert question.is_right(2.3)
    assert not question.is_right(2.2)


def test_a_choice_is_answered_by_its_index():
    question = Question(Message("Which?"), 1, WHY, choices=(Message("A"), Message("B")))
    assert question.is_right(1)
    assert not question.is_right(0)
