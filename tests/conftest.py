"""Every test gets a home of its own: nothing is read from or written to the learner's data and runs."""

from pathlib import Path

import pytest

from tests.browsing import chromium, context, fresh_server, open_page, server, server_home

__all__ = ["chromium", "context", "fresh_server", "open_page", "server", "server_home"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds data/ and runs/ in this test."""
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path))
    return tmp_path
