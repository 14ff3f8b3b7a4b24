"""The memory of a session that is over goes back, that of its uploads above all."""

import weakref

from streamlit.runtime.memory_session_storage import MemorySessionStorage

from pages.kit.picture.choose import Own, own_of
from pages.kit.sweep import sweep


class Session:
    """It holds itself in a circle, as Streamlit's do."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.own = own_of(name.encode())
        self.circle = self


class Info:
    def __init__(self, session: Session) -> None:
        self.session = session


def closed(storage: MemorySessionStorage, count: int) -> list[weakref.ref[Own]]:
    """So many sessions that have lost their connection; their uploads."""
    sessions = [Session(str(number)) for number in range(count)]
    for each in sessions:
        storage.save(Info(each))
    return [weakref.ref(each.own) for each in sessions]


def held(uploads: list[weakref.ref[Own]]) -> int:
    return sum(each() is not None for each in uploads)


def test_uploads_of_sessions_that_are_over_are_given_back():
    storage = MemorySessionStorage(ttl_seconds=0)
    uploads = closed(storage, 20)
    assert held(uploads)
    sweep(storage)
    assert held(uploads) == 0


def test_a_session_that_may_come_back_keeps_its_uploads():
    storage = MemorySessionStorage()
    uploads = closed(storage, 3)
    sweep(storage)
    assert held(uploads) == 3
