"""Miniatures of the published sets on the web server of this machine."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from torchvision import datasets

from tests.website import Site


@pytest.fixture
def data(home: Path) -> Path:
    (home / "data").mkdir()
    return home / "data"


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def cifar10(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site serves five training batches and a test batch of 4 pictures. Returns the archive's name."""
    rng = np.random.default_rng(0)

    def batch() -> bytes:
        numbers = rng.integers(0, 256, (4, 3072), dtype=np.uint8)
        return pickle.dumps({"data": numbers, "labels": [0, 1, 2, 3]})

    train = {f"data_batch_{number}": batch() for number in range(1, 6)}
    test = {"test_batch": batch()}
    meta = {"batches.meta": pickle.dumps({"label_names": ["airplane", "automobile", "bird", "cat"]})}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in (train | test | meta).items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    name = "cifar-10-python.tar.gz"
    site.files[name] = buffer.getvalue()

    published = datasets.CIFAR10
    monkeypatch.setattr(published, "url", site.url + name)
    monkeypatch.setattr(published, "tgz_md5", md5(buffer.getvalue()))
    monkeypatch.setattr(published, "train_list", [[name, md5(content)] for name, content in train.items()])
    monkeypatch.setattr(published, "test_list", [[name, md5(content)] for name, content in test.items()])
    monkeypatch.setattr(published, "meta", published.meta | {"md5": md5(meta["batches.meta"])})
    return name


@pytest.fixture
def fashion_mnist(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The site serves 20 training and 10 test pictures. Returns the archives' names."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 20), ("t10k", 10)):
        images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        for kind, numbers in (("images-idx3", images), ("labels-idx1", labels)):
            header = struct.pack(f">BBBB{numbers.ndim}I", 0, 0, 8, numbers.ndim, *numbers.shape)
            site.files[f"{part}-{kind}-ubyte.gz"] = gzip.compress(header + numbers.tobytes())
    resources = [(name, md5(site.files[name])) for name, _ in datasets.FashionMNIST.resources]
    monkeypatch.setattr(datasets.FashionMNIST, "mirrors", [site.url])
    monkeypatch.setattr(datasets.FashionMNIST, "resources", resources)
    return [name for name, _ in resources]
