"""What the lessons need is imported once, in the background; a lesson waits for what it could trip over."""

import subprocess
import sys
from threading import Event, Lock

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

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


EARLY = """
from pages.kit import warm
warm.warm_up()
warm.wait()
import lessons.layers.pooling.inputs  # begins with a part of torch
assert warm.done.wait(60)
import lessons.layers.convolution.lesson
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has not begun."""
    monkeypatch.setattr(warm, "_first", Lock())
    monkeypatch.setattr(warm, "done", Event())
    monkeypatch.setattr(warm, "_awaited", Event())


def test_a_process_that_warms_up_has_all_that_the_lessons_need():
    subprocess.run([sys.executable, "-c", WARM_UP], check=True, timeout=90)


def test_a_lesson_that_is_opened_meanwhile_does_not_trip_over_it():
    done = subprocess.run(
        [sys.executable, "-c", EARLY], check=True, timeout=90, capture_output=True, text=True
    )
    assert done.stderr == ""


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

    def slow_from_lessons_on(module: str) -> None:
        imported.append(module)
        assert module in warm.AWAITED or released.wait(5)

    monkeypatch.setattr(warm.importlib, "import_module", slow_from_lessons_on)
    warm.warm_up()
    warm.wait()
    assert tuple(imported[:3]) == warm.AWAITED
    assert not warm.done.is_set()
    released.set()
    assert warm.done.wait(5)


@pytest.fixture
def opened(open_app, fresh, monkeypatch) -> AppTest:
    """Home, while torch is still being imported."""
    monkeypatch.setattr(warm, "_import", lambda: None)
    return open_app()


def test_home_does_not_wait_and_a_lesson_does(opened, monkeypatch):
    waited: list[int] = []
    monkeypatch.setattr(warm, "wait", lambda: (waited.append(1), warm._awaited.set()))
    assert waited == []
    opened.switch_page("pages/layers/convolution.py").run()
    assert waited == [1]
    assert opened.segmented_control(key="convolution-view")


def test_who_waits_for_a_lesson_can_read_already_what_it_is_about(opened, monkeypatch):
    monkeypatch.setattr(warm, "wait", st.stop)
    opened.switch_page("pages/data/transforms.py").run()
    assert [each.value for each in opened.title] == ["Transforms"]
    assert "PyTorch is being loaded" in opened.info[0].value
    assert any(each.value.startswith("### Notice") for each in opened.markdown)
    assert not opened.selectbox
