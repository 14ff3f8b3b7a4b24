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
warm.warm_up(after=0)
assert warm.done.wait(60)
assert {"torch", *(lesson.module for lesson in every_lesson())} <= set(sys.modules)
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has not begun."""
    monkeypatch.setattr(warm, "_first", Lock())
    monkeypatch.setattr(warm, "done", Event())
    monkeypatch.setattr(warm, "_needed", Event())
    monkeypatch.setattr(warm, "_awaited", Event())


def test_a_process_that_warms_up_has_all_that_the_lessons_need():
    subprocess.run([sys.executable, "-c", WARM_UP], check=True, timeout=90)


def test_a_process_warms_up_once(fresh, monkeypatch):
    times = []
    monkeypatch.setattr(warm, "_import", lambda after: (times.append(1), warm.done.set()))
    warm.warm_up(after=0)
    warm.warm_up(after=0)
    assert warm.done.wait(5)
    warm.warm_up(after=0)
    assert times == [1]


def test_nobody_waits_for_ever_where_something_cannot_be_imported(fresh, monkeypatch, caplog):
    monkeypatch.setattr(warm, "MODULES", ("no_such_module",))
    warm.warm_up(after=0)
    assert warm.done.wait(5)


def test_who_needs_a_lesson_does_not_wait_for_the_home_page_to_be_painted(fresh, monkeypatch):
    imported = []
    monkeypatch.setattr(warm.importlib, "import_module", imported.append)
    warm.warm_up(after=600)
    assert imported == []
    warm.wait()
    assert tuple(imported[:2]) == warm.AWAITED


def test_home_does_not_wait_and_a_lesson_does(open_app, monkeypatch):
    waited = []
    monkeypatch.setattr(warm, "wait", lambda: waited.append(1))
    app = open_app()
    assert waited == []
    app.switch_page("pages/layers/convolution.py").run()
    assert waited == [1]
