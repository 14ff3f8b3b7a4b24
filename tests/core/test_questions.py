"""A question knows its answer."""

import pytest

from lessons.core.messages import Message
from lessons.core.questions import Question, ask_number

WHY = Message("because")


def test_a_whole_number_must_be_met():
    question = Question(Message("How many?"), 79, WHY)
    assert question.is_right(79)
    assert not question.is_right(78)


def test_a_number_may_be_missed_by_the_tolerance():
    question = Question(Message("How large?"), 2.303, WHY, tolerance=0.05)
    assert question.is_right(2.3)
    assert not question.is_right(2.2)


@pytest.mark.parametrize(
    ("answer", "shown", "wrong"),
    [
        (2907.2475, 2907, 2908),
        (-2907.2475, -2907, 2907),
        (1234567.0, 1.235e6, 1.236e6),
        (0.12345, 0.1234, 0.1232),
        (0.99996, 1, 1.001),
        (1e-9 / 3, 3.333e-10, 3.334e-10),
    ],
)
def test_what_the_page_shows_is_right(answer, shown, wrong):
    question = Question(Message("How large?"), answer, WHY)
    assert question.is_right(shown)
    assert not question.is_right(wrong)


def test_the_next_number_is_asked_for_as_finely_as_it_is_shown():
    asked = [ask_number(Message("row 1"), value, WHY) for value in (3.0, 0.125, 2907.2475, 123456.7)]
    assert [str(question.prompt).partition("?")[2] for question in asked] == [
        "",
        " (to 0.01)",
        " (to 1)",
        " (to 100)",
    ]
    assert [question.tolerance for question in asked] == [0, 0.01, 1, 100]


def test_a_choice_is_answered_by_its_index():
    question = Question(Message("Which?"), 1, WHY, choices=(Message("A"), Message("B")))
    assert question.is_right(1)
    assert not question.is_right(0)
