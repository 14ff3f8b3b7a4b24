"""Page stories: the app without a browser. What a learner would get an apology for fails the test."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.plane import Places, Scene
from lessons.engine.training import runs
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import Supervisor
from lessons.engine.training.work import carry_out
from pages.kit import text
from pages.kit.plane import plane
from pages.kit.plane.plane import Changed, read_moves
from pages.kit.runs import shared
from tests.pages.trained import TINY, draw_tiny

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


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the set "folder:tiny" and one finished run."""
    home = tmp_path_factory.mktemp("trained")
    draw_tiny(home / "data" / "tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        carry_out(runs.create(home / "runs", TINY))
    return home


@pytest.fixture
def run(home: Path, trained: Path) -> Run:
    """A finished run in this test's home."""
    shutil.copytree(trained, home, dirs_exist_ok=True)
    (only,) = runs.every(home / "runs")
    return only


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


class Drawn(dict[str, Scene]):
    """The last scene on the page under each key; their dots are moved as a learner would."""

    def __init__(self) -> None:
        self.changed: dict[str, Changed] = {}
        self.waiting: list[Callable[[], None]] = []

    def take(self, key: str, data: Mapping[str, Any], on_did_change: Any, **more: Any) -> None:
        json.loads(data["scene"])
        _key, self[key], self.changed[key], _at = on_did_change.__wrapped__.args

    def move(self, key: str, places: Mapping[str, Places]) -> None:
        """What these dots tell is told when the app runs next, as a browser's message is."""
        sent = [[dots, [list(place) for place in moved]] for dots, moved in places.items()]
        moves = read_moves(sent, self[key])
        assert moves.keys() == places.keys(), "no such dots can be moved there"
        self.waiting.append(partial(self.changed[key], moves))

    def tell(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def planes(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """planes["fit"] is the scene; planes.move("fit", {"start": ((1.0, 2.0),)}) and app.run() move a dot."""
    drawn = Drawn()
    heard = SessionState.on_script_will_rerun

    def hear(state: SessionState, *told: Any, **more: Any) -> None:
        heard(state, *told, **more)
        drawn.tell()

    monkeypatch.setattr(SessionState, "on_script_will_rerun", hear)
    monkeypatch.setattr(plane, "_plane", drawn.take)
    return drawn
