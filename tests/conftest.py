"""Every test gets a home of its own: nothing is read from or written to the learner's data and runs."""

import os
import shutil
from pathlib import Path

# The processes that share out the tests share the cores, too; torch reads this when it is imported.
if processes := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(processes))))

import pytest
from hypothesis import is_hypothesis_test, settings

from lessons.engine.pictures import sources
from lessons.engine.training.config import Config
from tests.browsing import (
    chromium,
    context,
    finished_run,
    fresh_server,
    kept_process,
    open_page,
    server,
    server_home,
    start_again,
)
from tests.squeezenet import squeezenet_file, squeezenet_here, squeezenet_published, squeezenet_site
from tests.website import site

__all__ = [
    "chromium",
    "context",
    "finished_run",
    "fresh_server",
    "kept_process",
    "open_page",
    "server",
    "server_home",
    "site",
    "squeezenet_file",
    "squeezenet_here",
    "squeezenet_published",
    "squeezenet_site",
    "start_again",
]

settings.register_profile("default", max_examples=25, deadline=None, database=None)
settings.register_profile("slow", settings.get_profile("default"), max_examples=500)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("slow" if only_slow(config) else "default")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With -m slow every property is tried again, with many more examples."""
    if only_slow(config):
        for item in items:
            if is_hypothesis_test(getattr(item, "obj", None)):
                item.add_marker(pytest.mark.slow)


def only_slow(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "slow")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the built-in pictures are drawn already: that takes seconds."""
    home = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        sources.load(Config().data)
    return home / "data"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds data/ and runs/ in this test."""
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def drawn_home(home: Path, drawn: Path) -> Path:
    """The home of this test, with the built-in pictures in it."""
    shutil.copytree(drawn, home / "data")
    return home
