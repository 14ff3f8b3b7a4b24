"""Who won a race of runs, and when nobody can tell."""

import math
from collections.abc import Sequence

from lessons.core.messages import Message
from lessons.engine.training import race

PROMPT = Message("Which has the lowest mean loss of one epoch?")


def named(losses: Sequence[float]) -> list[Message]:
    return [Message("rate {rate}", rate=10.0**-place) for place, _loss in enumerate(losses, start=1)]


def tie(*losses: float) -> str | None:
    told = race.tie(named(losses), losses)
    return None if told is None else str(told)


def winner(*losses: float) -> float:
    return race.question(PROMPT, named(losses), losses).answer


def test_a_lead_of_less_than_a_percent_is_a_tie() -> None:
    told = tie(2.3012, 2.3026)  # the usual net after 1,000 pictures
    assert told
    assert told.startswith(
        "Too close to call: the mean loss of the epoch is 2.301 (rate 0.1), 2.303 (rate 0.01)."
    )
    assert tie(2.2698, 2.3004) is None  # after 5,000
    assert tie(math.nan, 2.3) is None
    assert tie(math.nan, math.nan) is None


def test_of_several_only_the_two_lowest_can_tie() -> None:
    assert tie(2.0, 2.001, 1.0) is None
    assert tie(2.0, 1.001, 1.0)
    assert tie(math.nan, 1.001, 1.0)


def test_the_lowest_loss_wins_even_if_another_run_diverged() -> None:
    assert winner(1.5, 2.0) == 0
    assert winner(math.nan, 2.0) == 1
    assert winner(2.0, 1.9, 0.3, 1.1) == 2
    asked = race.question(PROMPT, named((1.5, 2.0)), (1.5, 2.0))
    assert str(asked.reason).startswith("The mean loss of the epoch is 1.5 (rate 0.1), 2 (rate 0.01).")
    assert [str(each) for each in asked.choices] == ["rate 0.1", "rate 0.01"]
