"""What the lessons need is imported once, in the background; a lesson waits for what it could trip over."""

import subprocess
import sys
from threading import Event, Lock

import pytest

from pages.kit import warm

WARM_UP = """
import sys
from lessons.course import every_lesson
from pages.kit import warm
assert "torch" not in sys.modules
warm.warm_up()
assert warm.done.wait(60)
assert {"torch", *(lesson.module for lesson in every_lesson())} <= set(sys.modules)
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has not begun."""
    monkeypatch.setattr(warm, "_first", Lock())
    monkeypatch.setattr(warm, "done", Event())
    monkeypatch.setattr(warm, "_awaited", Event())


def test_a_process_that_warms_up_has_all_that_the_lessons_need():
    subprocess.run([sys.executable, "-c", WARM_UP], check=True, timeout=90)


def test_a_process_warms_up_once(fresh, monkeypatch):
    times = []
    monkeypatch.setattr(warm, "_import", lambda: (times.append(1), warm.done.set()))
    warm.warm_up()
    warm.warm_up()
    assert warm.done.wait(5)
    warm.warm_up()
    assert times == [1]


def test_nobody_waits_for_ever_where_something_cannot_be_imported(fresh, monkeypatch, caplog):
    monkeypatch.setattr(warm, "MODULES", ("no_such_module",))
    warm.warm_up()
    assert warm.done.wait(5)


def test_who_needs_a_lesson_waits_for_what_it_could_trip_over_alone(fresh, monkeypatch):
    imported, released = [], Event()

    def slow_from_torch_on(module: str) -> None:
        imported.append(module)
        assert module in warm.AWAITED or released.wait(5)

    monkeypatch.setattr(warm.importlib, "import_module", slow_from_torch_on)
    warm.warm_up()
    warm.wait()
    assert tuple(imported[:2]) == warm.AWAITED
    assert not warm.done.is_set()
    released.set()
    assert warm.done.wait(5)


def test_home_does_not_wait_and_a_lesson_does(open_app, monkeypatch):
    waited = []
    monkeypatch.setattr(warm, "wait", lambda: waited.append(1))
    app = open_app()
    assert waited == []
    app.switch_page("pages/layers/convolution.py").run()
    assert waited == [1]
