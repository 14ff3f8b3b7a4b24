"""Sessions take turns, however many runs one of them has asked for."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lessons.engine.training.runs import Run
from lessons.engine.training.turns import NOBODY, Turns, Waiting


def waiting(name: str) -> Waiting:
    """ "a1" is the first run of session a."""
    return Waiting(Run(Path(name)), name.rstrip("0123456789"))


def queue(*names: str) -> Turns:
    turns = Turns()
    for name in names:
        turns.join(waiting(name))
    return turns


def order(turns: Turns, running: Iterable[str] = ()) -> list[str]:
    return [each.run.id for each in turns.order(running)]


def test_in_every_round_each_session_has_one_run() -> None:
    assert order(queue("a1", "a2", "a3", "b1", "b2", "c1")) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_session_of_which_a_run_goes_on_has_had_its_turn() -> None:
    turns = queue("a1", "a2", "b1", "b2")
    assert order(turns, ["a"]) == ["b1", "a1", "b2", "a2"]
    assert order(turns, ["a", "a"]) == ["b1", "b2", "a1", "a2"]


def test_the_first_run_is_behind_all_others() -> None:
    assert order(queue(f"{NOBODY}1", "a1", "a2")) == ["a1", "a2", f"{NOBODY}1"]


def test_whoever_leaves_keeps_nobody_waiting() -> None:
    turns = queue("a1", "a2", "b1")
    turns.leave(Run(Path("a1")))
    turns.leave(Run(Path("z1")))  # it does not wait
    assert order(turns) == ["a2", "b1"]
    assert [turns.count(session) for session in "abz"] == [1, 1, 0]
    assert len(turns) == 2


@given(st.lists(st.sampled_from("abcd"), max_size=20))
def test_of_those_who_wait_nobody_is_more_than_one_run_ahead(asked: list[str]) -> None:
    turns = queue(*(f"{session}{place}" for place, session in enumerate(asked)))
    begun: list[str] = []
    while len(turns):
        first, *_ = turns.order(begun[-1:])
        turns.take(first)
        begun.append(first.session)
        had = [begun.count(session) for session in set(asked) if turns.count(session)]
        assert max(had, default=0) - min(had, default=0) <= 1
    assert sorted(begun) == sorted(asked)
