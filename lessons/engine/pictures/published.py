"""CIFAR-10 and FashionMNIST, as published: torchvision's own data sets know, read and verify them.

Archives and what is unpacked from them lie where torchvision looks for them, below ``data/``, so a copy made
by torchvision elsewhere can simply be moved there.
"""

import os
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.engine.fetching.parcel import File, Parcel

if TYPE_CHECKING:  # imports torch, and a page lists the sets before it needs torch
    from lessons.engine.pictures.pictures import Pictures


@dataclass(frozen=True)
class Published:
    """What can be said of a set before torchvision, and with it torch, is imported.

    dataset: its class in torchvision.datasets; archives: path below data/ and size in bytes;
    unpacked: what suffices without the archives, because torchvision knows the checksums of its files.
    """

    title: str
    dataset: str
    classes: tuple[str, ...]
    train_size: int
    test_size: int
    shape: tuple[int, int, int]
    archives: Mapping[str, int]
    unpacked: str | None = None

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(self.archives.values())

    def is_here(self) -> bool:
        """Whether it lies in data/, checked by the names alone."""
        if self.unpacked and (data_folder() / self.unpacked).is_dir():
            return True
        return all((data_folder() / name).is_file() for name in self.archives)


SETS = {
    "cifar10": Published(
        title="CIFAR-10",
        dataset="CIFAR10",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        train_size=50_000,
        test_size=10_000,
        shape=(3, 32, 32),
        archives={"cifar-10-python.tar.gz": 170_498_071},
        unpacked="cifar-10-batches-py",
    ),
    "fashion-mnist": Published(
        title="FashionMNIST",
        dataset="FashionMNIST",
        classes=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        train_size=60_000,
        test_size=10_000,
        shape=(1, 28, 28),
        archives={
            "FashionMNIST/raw/train-images-idx3-ubyte.gz": 26_421_880,
            "FashionMNIST/raw/train-labels-idx1-ubyte.gz": 29_515,
            "FashionMNIST/raw/t10k-images-idx3-ubyte.gz": 4_422_102,
            "FashionMNIST/raw/t10k-labels-idx1-ubyte.gz": 5_148,
        },
    ),
}


def names() -> set[str]:
    """What these sets are called in ``data/``, packed and unpacked."""
    paths = [path for each in SETS.values() for path in (*each.archives, each.unpacked or "")]
    return {path.partition("/")[0] for path in paths}


def parcel(key: str) -> Parcel:
    """The set "cifar10" or "fashion-mnist", to be fetched."""
    about = SETS[key]
    return Parcel(
        key,
        about.title,
        data_folder(),
        about.size,
        room=3 * about.size,  # the archive, and what is in it
        most=limits.DOWNLOAD_BYTES,
        files=lambda: archives(key),
        unpack=lambda: unpack(key),
    )


def archives(key: str) -> list[File]:
    """What to fetch, and where it belongs; addresses and checksums are torchvision's."""
    dataset = _dataset(key)
    if key == "cifar10":
        known = [(dataset.url, dataset.tgz_md5)]
    else:
        known = [(f"{dataset.mirrors[0]}{name}", md5) for name, md5 in dataset.resources]
    return [
        File(url, data_folder() / path, size, digest=md5, algorithm="md5")
        for (url, md5), (path, size) in zip(known, SETS[key].archives.items(), strict=True)
    ]


def load(key: str) -> "Pictures":
    """Read the set with torchvision, unpacking the archives where that is not done yet or has been damaged.

    Raises LessonError where archives are missing or are not the published ones, or the disk is full.
    """
    try:
        return _read(key)
    except (RuntimeError, OSError):  # what torchvision raises for files that are missing or not as published
        try:
            with parcel(key).lock():
                unpack(key)
                return _read(key)  # before another process can unpack it once more
        except OSError as error:
            raise parcel(key).disk_trouble(error) from error


def unpack(key: str) -> None:
    """Check and unpack the set's archives; the caller holds the lock.

    Raises LessonError where one is missing or damaged, OSError where the disk is.
    """
    from torchvision import datasets

    for archive in archives(key):
        if not archive.path.is_file():
            raise LessonError(
                "{title} is not here yet: {file} is missing.", title=SETS[key].title, file=archive.path
            )
        if not archive.is_intact():
            raise LessonError("{file} is not the published file (its checksum differs).", file=archive.path)
        beside = archive.path.with_name(f".{archive.path.name}.unpacked")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        try:
            datasets.utils.extract_archive(str(archive.path), str(beside))
            for made in beside.iterdir():
                _move(made, archive.path.parent / made.name)
        finally:
            shutil.rmtree(beside)


def _move(made: Path, final: Path) -> None:
    if final.is_dir():
        shutil.rmtree(final)
    made.replace(final)


def _read(key: str) -> "Pictures":
    from torch import as_tensor

    from lessons.engine.pictures.pictures import Pictures, Split

    if key == "fashion-mnist":
        _require_as_archived(key)
    sets = [_dataset(key)(root=data_folder(), train=train) for train in (True, False)]
    splits = (Split(_channels_first(each.data), as_tensor(each.targets)) for each in sets)
    return Pictures(SETS[key].title, tuple(sets[0].classes), *splits)


def _require_as_archived(key: str) -> None:
    """torchvision checks that FashionMNIST's files exist, not what is in them; gzip knows their CRC-32."""
    for name in SETS[key].archives:
        archive = data_folder() / name
        with archive.open("rb") as stream:
            stream.seek(-8, os.SEEK_END)
            expected = int.from_bytes(stream.read(4), "little")
        if zlib.crc32(archive.with_suffix("").read_bytes()) != expected:
            raise RuntimeError(f"{archive.with_suffix('')} differs from what its archive holds")


def _channels_first(data: Any) -> Any:
    """(N, H, W, C) of CIFAR-10, or (N, H, W) of FashionMNIST, to (N, C, H, W)."""
    from torch import as_tensor

    images = as_tensor(data)
    return images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2).contiguous()


def _dataset(key: str) -> Any:
    from torchvision import datasets

    return getattr(datasets, SETS[key].dataset)
