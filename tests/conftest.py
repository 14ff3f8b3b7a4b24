"""Every test gets a home of its own: nothing is read from or written to the learner's data and runs."""

import os
from pathlib import Path

# The processes that share out the tests share the cores, too; torch reads this when it is imported.
if processes := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(processes))))

import pytest
from hypothesis import is_hypothesis_test, settings

from tests.browsing import (
    chromium,
    context,
    finished_run,
    fresh_server,
    open_page,
    server,
    server_home,
    start_again,
)

__all__ = [
    "chromium",
    "context",
    "finished_run",
    "fresh_server",
    "open_page",
    "server",
    "server_home",
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


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds data/ and runs/ in this test."""
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path))
    return tmp_path
