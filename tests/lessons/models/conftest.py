"""What the programs of fine-tuning need beside them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from lessons.engine.backbone import backbone


@pytest.fixture
def beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with the backbone's weights is where programs run; their number of threads is theirs alone."""
    shutil.copy(backbone.FILE, tmp_path)
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small batches on several threads crawl beside other tests
    yield
    torch.set_num_threads(threads)
