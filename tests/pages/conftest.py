"""Page stories: the app without a browser. What a learner would get an apology for fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.engine.training.supervisor import Supervisor
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


@pytest.fixture
def open_app() -> Callable[..., AppTest]:
    """The app as a learner opens it, with what stands in the address: open_app(lang="zh")."""

    def opened(**address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.query_params.update(address)
        app.run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def open_lesson(open_app: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """A page as its address opens it: open_lesson("layers/convolution", stride="2")."""

    def opened(page: str, **address: str) -> AppTest:
        app = open_app(**address)
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        return app

    return opened
