"""Own pictures: ``data/<name>/{train,test or val}/<class>/*``, loaded with torchvision's ``ImageFolder``.

Every file counts, whatever its name ends in, unless it or its folder is hidden (``.something``); what cannot
be decoded is skipped, and named with the reason. Links are followed to files inside the folder only. Pictures
that all have one size keep it, up to 256 pixels a side and 1 GB for the whole set; otherwise each is resized
by its short side and cropped in the middle, to 64x64.
"""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lessons.core import limits
from lessons.core.characters import plain, spelled
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import cache
from lessons.engine.pictures.decode import decode

if TYPE_CHECKING:  # imports torch, and a page lists the folders before it needs torch
    from lessons.engine.pictures.pictures import Pictures

CROPPED = (64, 64)
PARTS = ("train", "test", "val")


@dataclass(frozen=True)
class Skipped:
    """A file that is not part of the set. file: its path within the folder, as text; reason: a sentence."""

    file: str
    reason: Message

    def to_json(self) -> dict[str, Any]:
        return {"file": self.file, "template": self.reason.template, "values": self.reason.values}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Skipped":
        return cls(values["file"], Message(values["template"], **values["values"]))


@dataclass(frozen=True)
class Survey:
    """What lies in a folder. files: the paths that may be read; mark: changes when any file does."""

    files: frozenset[str]
    skipped: tuple[Skipped, ...]
    mark: str


def names() -> list[str]:
    """The folders in ``data/`` that have a train/, test/ or val/ in them, sorted. Reads no pictures."""
    try:
        entries = [entry.name for entry in os.scandir(data_folder()) if entry.is_dir()]
    except OSError:
        return []
    return sorted(filter(is_known, entries))


def is_known(name: str) -> bool:
    """Whether ``data/`` has such a folder, with a train/, test/ or val/ in it."""
    return addressable(name) and bool(_parts(data_folder() / name))


def title(name: str) -> str:
    """How the folder is called: by its name, spelled out where another one's looks the same."""
    alike = [each for each in names() if _as_seen(each) == _as_seen(name)]
    return spelled(name) if len(alike) > 1 else name


def is_ready(name: str) -> bool:
    """Whether the folder has both a train/ and a test/ or val/."""
    parts = _parts(data_folder() / name)
    return "train" in parts and len(parts) > 1


def load(name: str, progress: Callable[[float], None]) -> "Pictures":
    """The folder's pictures, from the cache unless the folder has changed since.

    progress: called with the fraction of files read. Raises LessonError where the layout is not as above,
    a class is missing or empty, or FOLDER_FILES or FOLDER_CLASSES is exceeded.
    """
    root = (data_folder() / name).resolve()
    parts = _train_and_test(root, name)
    survey = look(root, parts)
    key = f"folder:{name}"
    pictures = cache.read(key, survey.mark)
    if pictures is None:
        pictures, skipped = _read(name, root, parts, survey, progress)
        cache.write(key, survey.mark, pictures, [each.to_json() for each in skipped])
    return pictures


def look(root: Path, parts: Sequence[str]) -> Survey:
    """Go through these parts of the folder (its real path), or "" for all of it, without opening any file."""
    files: set[str] = set()
    skipped = []
    digest = hashlib.sha256()
    for path in walk(root, parts):
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            if not _leads_to_file_in(root, path):
                reason = Message("It is a link to something that is not a file in this folder.")
                skipped.append(Skipped(as_text(path, root), reason))
                continue
            status = Path(path).stat()
        digest.update(os.fsencode(f"{path}\0"))
        if stat.S_ISREG(status.st_mode):
            digest.update(f"{status.st_size}\0{status.st_mtime_ns}\0".encode())
            files.add(path)
        if len(files) > limits.FOLDER_FILES:
            raise LessonError(
                "The folder has more than {allowed} files, which is the most allowed.",
                allowed=limits.FOLDER_FILES,
            )
    return Survey(frozenset(files), tuple(skipped), digest.hexdigest())


def walk(root: Path, parts: Sequence[str]) -> Iterator[str]:
    """Everything below the parts that is not hidden, always in the same order."""
    for part in parts:
        for folder, folders, files in os.walk(root / part):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in (*folders, *sorted(files)):
                if not name.startswith("."):
                    yield os.path.join(folder, name)  # noqa: PTH118  a Path each would double the time


def _leads_to_file_in(root: Path, link: str) -> bool:
    target = Path(os.path.realpath(link))  # Path.resolve would raise on a circle of links
    return target.is_relative_to(root) and target.is_file()


def _parts(root: Path) -> list[str]:
    return [part for part in PARTS if (root / part).is_dir()]


def addressable(name: str) -> bool:
    """Whether the name can be part of a set's key, and be shown."""
    if not name or name.startswith(".") or "/" in name or "\\" in name:
        return False
    return len(name) <= 100 and as_text(name) == name


def as_text(path: str, root: Path | None = None) -> str:
    """The path as text: bytes that are no UTF-8 are spelled out."""
    relative = os.path.relpath(path, root) if root else path
    return relative.encode(errors="backslashreplace").decode()


def _train_and_test(root: Path, name: str) -> tuple[str, str]:
    parts = _parts(root)
    if "train" not in parts or len(parts) == 1:
        raise LessonError(
            "The folder {name} needs train/ and test/ (or val/) in it, each with a folder for every class.",
            name=name,
        )
    return "train", parts[1]


def _read(
    name: str, root: Path, parts: tuple[str, str], survey: Survey, progress: Callable[[float], None]
) -> tuple["Pictures", list[Skipped]]:
    from torch import from_numpy

    from lessons.engine.pictures.pictures import Pictures, Split

    train, test = (_image_folder(root / part, survey) for part in parts)
    classes = _shared_classes(train.classes, test.classes, test_name=parts[1])
    both = train + test
    taken: list[int] = []
    skipped = list(survey.skipped)

    def readable() -> Iterator[Image.Image]:
        for index, (path, _) in enumerate(train.samples + test.samples):
            if index % max(1, len(both) // 100) == 0:
                progress(index / len(both))
            try:
                yield both[index][0]
                taken.append(index)
            except LessonError as error:
                skipped.append(Skipped(as_text(path, root), error.message))

    images = stack(readable(), at_most=len(both))
    labels = np.array(train.targets + test.targets, np.int64)[taken]
    cut = np.searchsorted(taken, len(train))
    for part, its_labels in zip(parts, np.split(labels, [cut]), strict=True):
        _require_every_class(root / part, train.classes, its_labels)
    splits = (
        Split(from_numpy(images[rows]), from_numpy(labels[rows])) for rows in (slice(cut), slice(cut, None))
    )
    progress(1.0)
    return Pictures(name, classes, *splits), skipped


def _image_folder(folder: Path, survey: Survey) -> Any:
    from torchvision import datasets

    class Visible(datasets.ImageFolder):  # type: ignore[misc]  # torchvision has no annotations
        """Leaves out hidden folders, which notebooks and file managers make."""

        def find_classes(self, directory: str) -> tuple[list[str], dict[str, int]]:
            classes = [name for name in super().find_classes(directory)[0] if not name.startswith(".")]
            return classes, {name: index for index, name in enumerate(classes)}

    try:
        return Visible(str(folder), loader=decode, is_valid_file=survey.files.__contains__, allow_empty=True)
    except FileNotFoundError:
        raise LessonError(
            "{folder}/ has no folder in it; it needs one for each class.", folder=folder.name
        ) from None


def _shared_classes(train: list[str], test: list[str], test_name: str) -> tuple[str, ...]:
    if train != test:
        for one, other in _look_alikes({*train, *test}):
            raise LessonError(
                "Two names of classes look alike and are written with different characters: {one} and "
                "{other}. Give the folders one name.",
                one=one,
                other=other,
            )
        raise LessonError(
            "train/ and {test}/ must have the same classes. "
            "Only in train/: {only_train}. Only in {test}/: {only_test}.",
            test=test_name,
            only_train=_few(set(train) - set(test)),
            only_test=_few(set(test) - set(train)),
        )
    if not 2 <= len(train) <= limits.FOLDER_CLASSES:
        raise LessonError(
            "The folder has {count} {count:class|classes}; there can be 2 to {allowed}.",
            count=len(train),
            allowed=limits.FOLDER_CLASSES,
        )
    return tuple(as_text(name) for name in train)


def _look_alikes(names: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different names that look the same; each as text that shows the difference."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        before = seen.setdefault(_as_seen(name), name)
        if before != name:
            yield spelled(as_text(before)), spelled(as_text(name))


def _as_seen(name: str) -> str:
    """The same for an accented letter of one character (NFC) and of two (NFD), and with what is invisible."""
    return " ".join(unicodedata.normalize("NFKC", plain(name)).split())


def _few(classes: set[str]) -> str:
    shown = [as_text(name) for name in sorted(classes)]
    return ", ".join(shown[:5]) + (", ..." if len(shown) > 5 else "") or "-"


def _require_every_class(part: Path, classes: list[str], labels: NDArray[np.int64]) -> None:
    for index in sorted(set(range(len(classes))) - set(labels.tolist())):
        name = as_text(classes[index])
        if (part / classes[index]).is_symlink():
            raise LessonError(
                "{part}/{name} is a link to another folder, and links are not followed; "
                "put the folder itself there.",
                part=part.name,
                name=name,
            )
        raise LessonError(
            "{part}/{name}/ has no picture that can be read; every class needs at least one.",
            part=part.name,
            name=name,
        )


def stack(pictures: Iterator[Image.Image], at_most: int) -> NDArray[np.uint8]:
    """The RGB pictures as one uint8 array (N, 3, H, W): at their own size if all share it and it is small
    enough, else cropped to 64x64. at_most: how many can come; fixes the memory that is set aside."""
    size: tuple[int, int] | None = None
    images = np.empty((0, 3, 0, 0), np.uint8)
    count = 0
    for picture in pictures:
        if size is None:
            size = picture.size if _fits(picture.size, at_most) else CROPPED
            images = np.empty((at_most, 3, size[1], size[0]), np.uint8)
        elif picture.size != size != CROPPED:
            size, images = CROPPED, _cropped_again(images[:count], at_most)
        images[count] = _channels_first(picture if picture.size == size else ImageOps.fit(picture, size))
        count += 1
    return images[:count]


def _fits(size: tuple[int, int], count: int) -> bool:
    return max(size) <= limits.FOLDER_SIDE and count * 3 * size[0] * size[1] <= limits.FOLDER_TENSOR_BYTES


def _cropped_again(images: NDArray[np.uint8], at_most: int) -> NDArray[np.uint8]:
    cropped = np.empty((at_most, 3, *CROPPED), np.uint8)
    for row, image in zip(cropped, images, strict=False):
        row[:] = _channels_first(ImageOps.fit(Image.fromarray(image.transpose(1, 2, 0)), CROPPED))
    return cropped


def _channels_first(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture).transpose(2, 0, 1)
