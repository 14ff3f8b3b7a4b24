"""SqueezeNet's file as if it were published, with weights drawn at random: 5 MB."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from lessons.core import limits
from lessons.engine.weights import catalog
from tests.website import Site

KEY = "squeezenet1_1"


@pytest.fixture(scope="session")
def squeezenet_file() -> bytes:
    """What torch.save makes of SqueezeNet, with other weights than the published ones."""
    import torch  # only where it is needed: every test passes through here
    from torchvision import models

    torch.manual_seed(0)
    buffer = io.BytesIO()
    torch.save(models.get_model(KEY).state_dict(), buffer)
    return buffer.getvalue()


@pytest.fixture
def squeezenet_published(squeezenet_file: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """As if these were SqueezeNet's published weights."""
    name = f"{KEY}-{hashlib.sha256(squeezenet_file).hexdigest()[:8]}.pth"
    size = len(squeezenet_file) / limits.MEGABYTE
    monkeypatch.setitem(catalog.NETS, KEY, replace(catalog.NETS[KEY], file_name=name, megabytes=size))
    return squeezenet_file


@pytest.fixture
def squeezenet_site(squeezenet_published: bytes, site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site serves them. Returns the file's name."""
    name = catalog.NETS[KEY].file_name
    site.files[name] = squeezenet_published
    theirs = catalog.torchvisions(KEY)
    ours = SimpleNamespace(url=site.url + name, meta=theirs.meta, transforms=theirs.transforms)
    monkeypatch.setattr(catalog, "torchvisions", lambda key: ours)
    return name


@pytest.fixture
def squeezenet_here(squeezenet_published: bytes) -> Path:
    """The file lies where it belongs."""
    file = catalog.file(KEY)
    file.parent.mkdir(parents=True)
    file.write_bytes(squeezenet_published)
    return file
