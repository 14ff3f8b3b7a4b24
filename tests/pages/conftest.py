"""Page stories: the app without a browser. What a learner would get an apology for fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.engine.training.supervisor import Supervisor
from pages.kit import text
from pages.kit.runs import shared

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONS_STRICT", "1")


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs queue as ever, and nobody comes to carry them out."""
    monkeypatch.setattr(Supervisor, "_slot", lambda self: None)
    yield
    shared._supervisor.clear()
    shared._pictures.clear()


def opened(address: dict[str, str], page: str = "") -> AppTest:
    """The app for somebody who comes by an address; that of a page shows no other before."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params.update(address)
    if page:
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def open_app() -> Callable[..., AppTest]:
    """The app as a learner opens it, with what stands in the address: open_app(lang="zh")."""
    return lambda **address: opened(address)


@pytest.fixture
def open_lesson() -> Callable[..., AppTest]:
    """A page as its address opens it: open_lesson("layers/convolution", stride="2")."""
    return lambda page, **address: opened(address, page)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every label that pages look up from now on."""
    labels: set[str] = set()

    def look_up(key: str, language: str) -> str:
        labels.add(key)
        return words.labels(language).get(key, key)

    for module in (words, text):
        monkeypatch.setattr(module, "look_up", look_up)
    return labels
