"""Who waits, and whose turn it is: sessions take turns, however many runs one of them has asked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.engine.training.runs import Run

NOBODY = "nobody"  # the session of the first run, for which no learner asked


@dataclass(frozen=True)
class Waiting:
    """A run that waits. lane: of one session's runs, those of different lanes may be carried out at once."""

    run: Run
    session: str
    lane: str = ""


class Turns:
    """The runs that wait, in the order of their sessions' turns. For one thread at a time."""

    def __init__(self) -> None:
        self._sessions: dict[str, list[Waiting]] = {}  # whose turn it is comes first

    def __len__(self) -> int:
        return sum(map(len, self._sessions.values()))

    def count(self, session: str) -> int:
        """How many runs of this session wait."""
        return len(self._sessions.get(session, []))

    def join(self, waiting: Waiting) -> None:
        self._sessions.setdefault(waiting.session, []).append(waiting)

    def take(self, waiting: Waiting) -> None:
        """It begins: now it is the others' turn."""
        self.leave(waiting.run)
        if left := self._sessions.pop(waiting.session, []):
            self._sessions[waiting.session] = left

    def leave(self, run: Run) -> None:
        """It no longer waits, if it did."""
        for session, line in list(self._sessions.items()):
            line[:] = [waiting for waiting in line if waiting.run != run]
            if not line:
                del self._sessions[session]

    def order(self, running: Iterable[str]) -> list[Waiting]:
        """All that wait, the next one first. running: the sessions of the runs that go on, each as often.

        In every round each session has one run, and those that go on count as its first ones. The first run,
        which nobody asked for, is behind all others.
        """
        ahead = list(running)
        rounds = [
            (session == NOBODY, ahead.count(session) + place, turn, waiting)
            for turn, (session, line) in enumerate(self._sessions.items())
            for place, waiting in enumerate(line)
        ]
        return [waiting for *_, waiting in sorted(rounds, key=lambda entry: entry[:3])]
