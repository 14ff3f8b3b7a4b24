"""Which folders in ``data/`` are sets of pictures with classes, and how the classes lie in them.

Each class has a folder: in ``train/`` and ``test/``, in ``train/`` alone, or right in the set's folder; or
all of that one or two folders deeper, as archives are unpacked. Other names that people give to the two are
known, too, in capitals or not. No picture is opened to find that out.
"""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lessons.core import limits
from lessons.core.characters import plain, spelled
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import published
from lessons.engine.pictures.reading import hidden, visible
from lessons.engine.pictures.skipped import Skipped, as_text

TRAIN = ("train", "training")
TEST = ("test", "testing", "val", "valid", "validation")  # the first of these that has classes in it serves
DEEPER = 2
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".7z", ".rar")
LOOKED_AT = 1_000  # entries of a folder, to find out whether there are pictures in it


@dataclass(frozen=True)
class Layout:
    """Where the folders of the classes are: paths within the set's folder, "" for that itself.

    test: None where there are no pictures for the test; a part of the others is drawn for it then.
    """

    train: str
    test: str | None

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.train,) if self.test is None else (self.train, self.test)


def names() -> list[str]:
    """The folders in ``data/`` that are sets of pictures with classes, sorted."""
    return [name for name in folders() if is_known(name)]


def folders() -> list[str]:
    """The folders in ``data/`` whose names can be used, sorted."""
    return list(filter(addressable, _folders(data_folder())))


def is_known(name: str) -> bool:
    """Whether ``data/`` has such a folder."""
    try:
        find(name)
    except LessonError:
        return False
    return True


def title(name: str) -> str:
    """How the folder is called: by its name, spelled out where another one's looks the same."""
    alike = [each for each in _folders(data_folder()) if as_seen(each) == as_seen(name)]
    return spelled(name) if len(alike) > 1 else name


def find(name: str) -> Layout:
    """How the classes lie in ``data/<name>/``; LessonError: why it is no set of pictures with classes."""
    if not addressable(name):
        raise LessonError("Its name cannot be used: up to 100 characters of text, without \\ in it.")
    return _find(data_folder() / name, "", DEEPER)


def unusable() -> Iterator[Skipped]:
    """What else lies in ``data/`` and looks like pictures, and why it is no set."""
    for each in sorted(_visible(data_folder()), key=lambda each: each.name):
        name = each.name
        if name == "weights" or name in published.names():
            continue
        if each.is_dir():
            try:
                find(name)
            except LessonError as error:
                yield Skipped(name, error.message)
        elif name.lower().endswith(ARCHIVES):
            yield Skipped(name, Message("It is an archive: unpack it, into a folder in data/."))
        elif name.lower().endswith(SUFFIXES):
            yield Skipped(name, Message("It lies by itself: put it into a folder, one for each class."))


def _find(root: Path, place: str, deeper: int) -> Layout:
    folders = _folders(root / place)
    if train := _called(TRAIN, folders):
        test = next((each for each in _called(TEST, folders) if _folders(root / place / each)), None)
        return Layout(_join(place, train[0]), None if test is None else _join(place, test))
    tests = _called(TEST, folders)
    if folders and len(tests) == len(folders):
        raise LessonError("It has {test}/, but no train/ beside it.", test=as_text(tests[0]))
    if len(folders) == 1 and deeper:
        return _find(root, _join(place, folders[0]), deeper - 1)
    classes = list(islice((each for each in folders if has_pictures(root / place / each)), 2))
    if len(classes) == 2:
        return Layout(place, None)
    if not has_pictures(root):
        raise LessonError(
            "Nothing in it is called as pictures are: {suffixes}.", suffixes=", ".join(SUFFIXES)
        )
    raise LessonError(
        "Its pictures are not in folders, one for each of 2 to {allowed} classes.",
        allowed=limits.FOLDER_CLASSES,
    )


def has_pictures(folder: Path) -> bool:
    """Whether a file in it, or deeper, is called as pictures are."""
    return any(path.lower().endswith(SUFFIXES) for path in islice(visible(str(folder)), LOOKED_AT))


def addressable(name: str) -> bool:
    """Whether the name can be part of a set's key, and be shown."""
    if not name or name.startswith(".") or "/" in name or "\\" in name:
        return False
    return len(name) <= 100 and as_text(name) == name


def as_seen(name: str) -> str:
    """The same for an accented letter of one character (NFC) and of two (NFD), and with what is invisible."""
    return " ".join(unicodedata.normalize("NFKC", plain(name)).split())


def _called(known: Sequence[str], folders: Sequence[str]) -> list[str]:
    """Those of the folders that are called so, in the order of the known names."""
    return sorted(
        (each for each in folders if each.lower() in known), key=lambda each: known.index(each.lower())
    )


def _folders(place: Path) -> list[str]:
    return sorted(each.name for each in _visible(place) if each.is_dir())


def _visible(place: Path) -> list["os.DirEntry[str]"]:
    try:
        return [each for each in os.scandir(place) if not hidden(each.name)]
    except OSError:
        return []


def _join(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name
