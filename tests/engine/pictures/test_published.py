"""CIFAR-10 and FashionMNIST, read by torchvision from what lies in data/."""

import re

import pytest
import torch
from torchvision import datasets

from lessons.core.messages import LessonError
from lessons.engine.pictures import published, sources


@pytest.fixture
def cifar10_archive(site, cifar10, data):
    (data / cifar10).write_bytes(site.files[cifar10])
    return data / cifar10


@pytest.fixture
def fashion_mnist_folder(site, fashion_mnist, data):
    raw = data / "FashionMNIST/raw"
    raw.mkdir(parents=True)
    for name in fashion_mnist:
        (raw / name).write_bytes(site.files[name])
    return raw


@pytest.mark.parametrize("key", published.SETS)
def test_the_table_agrees_with_torchvision(key, data):
    for archive in published.archives(key):
        assert archive.url.endswith(f"/{archive.path.name}")
        assert re.fullmatch(r"[0-9a-f]{32}", archive.digest)
        assert archive.path.is_relative_to(data)


def test_the_class_names_of_fashion_mnist_are_torchvisions():
    assert list(sources.source("fashion-mnist").classes) == datasets.FashionMNIST.classes


def test_an_archive_put_there_by_hand_is_enough(cifar10_archive):
    assert sources.source("cifar10").ready

    pictures = sources.load("cifar10")

    assert pictures.shape == (3, 32, 32)
    assert pictures.train.images.dtype == torch.uint8
    assert pictures.train.labels.dtype == torch.int64
    assert pictures.classes == ("airplane", "automobile", "bird", "cat")


def test_the_pictures_are_those_of_torchvision(cifar10_archive, data):
    pictures = sources.load("cifar10")

    for split, train in ((pictures.train, True), (pictures.test, False)):
        theirs = datasets.CIFAR10(data, train=train)
        assert torch.equal(split.images.permute(0, 2, 3, 1), torch.from_numpy(theirs.data))
        assert split.labels.tolist() == theirs.targets


def test_grey_pictures_have_one_channel(fashion_mnist_folder, data):
    pictures = sources.load("fashion-mnist")

    assert pictures.shape == (1, 28, 28)
    assert torch.equal(pictures.test.images[:, 0], datasets.FashionMNIST(data, train=False).data)
    assert pictures.test.labels.dtype == torch.int64


def test_without_the_archive_the_unpacked_cifar10_is_enough(cifar10_archive):
    sources.load("cifar10")
    cifar10_archive.unlink()

    assert sources.source("cifar10").ready
    assert len(sources.load("cifar10").test) == 4


def test_unpacked_files_that_were_changed_are_unpacked_again(cifar10_archive, data):
    before = sources.load("cifar10")
    batch = data / "cifar-10-batches-py/data_batch_3"
    batch.write_bytes(batch.read_bytes()[:-1] + b"?")

    assert torch.equal(sources.load("cifar10").train.images, before.train.images)


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), lambda raw: raw[:-1], lambda raw: b""]
)
def test_fashion_mnist_files_that_were_changed_are_unpacked_again(fashion_mnist_folder, damage):
    before = sources.load("fashion-mnist")
    images = fashion_mnist_folder / "train-images-idx3-ubyte"
    images.write_bytes(damage(images.read_bytes()))

    assert torch.equal(sources.load("fashion-mnist").train.images, before.train.images)


def test_changed_files_without_an_archive_are_never_accepted(cifar10_archive, data):
    sources.load("cifar10")
    cifar10_archive.unlink()
    (data / "cifar-10-batches-py/test_batch").write_bytes(b"tampered")

    with pytest.raises(LessonError, match=r"CIFAR-10 is not here yet: .*cifar-10-python.tar.gz is missing"):
        sources.load("cifar10")


def test_an_archive_that_is_not_the_published_one_is_never_unpacked(cifar10_archive, data):
    cifar10_archive.write_bytes(b"something else")

    with pytest.raises(LessonError, match="not the published file"):
        sources.load("cifar10")
    assert not (data / "cifar-10-batches-py").exists()


def test_what_an_interrupted_unpacking_left_is_no_hindrance(cifar10_archive, data):
    (data / f".{cifar10_archive.name}.unpacked/cifar-10-batches-py").mkdir(parents=True)

    assert len(sources.load("cifar10").train) == 20
    assert not list(data.glob(".*.unpacked"))


def test_a_full_disk_while_unpacking_is_named(cifar10_archive, monkeypatch):
    def full(*_: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("torchvision.datasets.utils.extract_archive", full)

    with pytest.raises(LessonError, match="The disk is full"):
        sources.load("cifar10")
