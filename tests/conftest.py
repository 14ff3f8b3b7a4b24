"""Every test gets a home of its own: nothing is read from or written to the learner's data and runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsing import chromium, context, fresh_server, open_page, server, server_home

__all__ = ["chromium", "context", "fresh_server", "open_page", "server", "server_home"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds data/ and runs/ in this test."""
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """On small tensors several threads only wait for each other."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
