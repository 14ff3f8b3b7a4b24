"""Own pictures: a folder in ``data/`` with a folder for each class, however ``layout`` finds them to lie.

Every file counts, whatever its name ends in, unless it or its folder is hidden or left behind by a file
manager (``reading.hidden``); what cannot be decoded is skipped, and named with the reason. Links are followed
to files inside the folder only. Without pictures for the test, a fifth of each class is drawn for it.
Pictures that all have one size keep it, up to 256 pixels a side and 1 GB for the whole set; otherwise each is
resized by its short side and cropped in the middle, to 64x64.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import cache, layout
from lessons.engine.pictures.decode import decode
from lessons.engine.pictures.layout import Layout
from lessons.engine.pictures.reading import drawn_for_test, hidden, labelled
from lessons.engine.pictures.skipped import Note, Skipped, as_text
from lessons.engine.pictures.survey import Survey, kept

if TYPE_CHECKING:  # imports torch, and a page lists the folders before it needs torch
    from lessons.engine.pictures.pictures import Pictures

CROPPED = (64, 64)
LOT = 0  # the seed by which pictures are drawn for the test
ORDER = 1  # another number where the same files would come out in another order

Chosen = list[tuple[str, int]]  # files, and the number of the class of each
Rows = slice | NDArray[np.bool_]  # of all pictures: those of a split


def load(name: str, progress: Callable[[float], None]) -> "Pictures":
    """The folder's pictures, from the cache unless the folder has changed since.

    progress: called with the fraction of files read. Raises LessonError where the layout is none that is
    known, a class is missing or empty, or FOLDER_FILES or FOLDER_CLASSES is exceeded.
    """
    found, root = layout.find(name), _root(name)
    survey = kept(root, found.parts, anew=True)
    key, mark = f"folder:{name}", _mark(found, survey)
    pictures = cache.read(key, mark)
    if pictures is None:
        pictures, skipped = _read(name, root, found, survey, progress)
        cache.write(key, mark, pictures, [Note.of(each) for each in skipped])
    return pictures


def state(name: str) -> str:
    """What the set is cached by: it differs when the set would come out differently. No file is opened, and
    little is gone through, see ``survey.kept``. Raises LessonError as ``load`` does before it reads."""
    found = layout.find(name)
    return _mark(found, kept(_root(name), found.parts))


def _root(name: str) -> Path:
    return (data_folder() / name).resolve()


def _mark(found: Layout, survey: Survey) -> str:
    return f"{ORDER} {LOT} {found} {survey.mark}"


def _read(
    name: str, root: Path, found: Layout, survey: Survey, progress: Callable[[float], None]
) -> tuple["Pictures", list[Skipped]]:
    from torch import from_numpy

    from lessons.engine.pictures.pictures import Pictures, Split

    classes = _shared_classes(root, found)
    parts = [labelled(str(root / part), str(root)) for part in found.parts]
    both = [each for part in parts for each in part]
    skipped = [*survey.skipped, *_beside(root, survey, both)]
    taken: list[int] = []

    def readable() -> Iterator[Image.Image]:
        for index, (path, _) in enumerate(both):
            if index % max(1, len(both) // 100) == 0:
                progress(index / len(both))
            try:
                yield decode(path)
                taken.append(index)
            except LessonError as error:
                skipped.append(Skipped(os.path.relpath(path, root), error.message))

    images = stack(readable(), at_most=len(both))
    labels = np.array([label for _, label in both], np.int64)[taken]
    files = [both[index] for index in taken]
    rows = _by_lot(files) if found.test is None else _in_two(np.searchsorted(taken, len(parts[0])))
    _require_every_class(name, found, classes, [set(labels[each].tolist()) for each in rows])
    progress(1.0)
    splits = (Split(from_numpy(images[each]), from_numpy(labels[each])) for each in rows)
    return Pictures(name, tuple(map(as_text, classes)), *splits), skipped


def _in_two(cut: np.intp) -> tuple[Rows, Rows]:
    return slice(cut), slice(cut, None)


def _by_lot(files: Chosen) -> tuple[Rows, Rows]:
    drawn = drawn_for_test(files, LOT)
    tested = np.array([file in drawn for file, _ in files], bool)
    return ~tested, tested


def _beside(root: Path, survey: Survey, chosen: Chosen) -> Iterator[Skipped]:
    for path in sorted(survey.files - {file for file, _ in chosen}):
        yield Skipped(os.path.relpath(path, root), Message("It lies beside the folders of the classes."))


def _shared_classes(root: Path, found: Layout) -> list[str]:
    train = _classes(root, found.train)
    if found.test is not None and train != (test := _classes(root, found.test)):
        raise _other_classes(found.train, train, found.test, test)
    if not 2 <= len(train) <= limits.FOLDER_CLASSES:
        raise LessonError(
            "The folder has {count} {count:class|classes}; there can be 2 to {allowed}.",
            count=len(train),
            allowed=limits.FOLDER_CLASSES,
        )
    return train


def _classes(root: Path, part: str) -> list[str]:
    """As ``labelled`` finds them; but none may be a link, and there must be one."""
    folders = sorted(each for each in (root / part).iterdir() if each.is_dir() and not hidden(each.name))
    for each in folders:
        if each.is_symlink():
            raise LessonError(
                "{part}/{name} is a link to another folder, and links are not followed; "
                "put the folder itself there.",
                part=as_text(part),
                name=as_text(each.name),
            )
    if not folders:
        raise LessonError("{folder}/ has no folder in it; it needs one for each class.", folder=as_text(part))
    return [each.name for each in folders]


def _other_classes(train: str, in_train: list[str], test: str, in_test: list[str]) -> LessonError:
    for one, other in _look_alikes({*in_train, *in_test}):
        return LessonError(
            "Two names of classes look alike and are written with different characters: {one} and "
            "{other}. Give the folders one name.",
            one=one,
            other=other,
        )
    return LessonError(
        "{train}/ and {test}/ must have the same classes. "
        "Only in {train}/: {only_train}. Only in {test}/: {only_test}.",
        train=as_text(train),
        test=as_text(test),
        only_train=_few(set(in_train) - set(in_test)),
        only_test=_few(set(in_test) - set(in_train)),
    )


def _look_alikes(names: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different names that look the same; each as text that shows the difference."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        before = seen.setdefault(layout.as_seen(name), name)
        if before != name:
            yield spelled(as_text(before)), spelled(as_text(name))


def _few(classes: set[str]) -> str:
    shown = [as_text(name) for name in sorted(classes)]
    return ", ".join(shown[:5]) + (", ..." if len(shown) > 5 else "") or "-"


def _require_every_class(name: str, found: Layout, classes: list[str], labels: list[set[int]]) -> None:
    """labels: of each split those that are in it."""
    every = set(range(len(classes)))
    if found.test is None:
        for index in sorted(every - labels[1]):
            raise _no_picture(found.train or name, classes[index])
        for index in sorted(every - labels[0]):
            raise LessonError(
                "{part}/{name}/ has 1 picture that can be read; a class needs at least two, one to learn "
                "from and one for the test.",
                part=as_text(found.train or name),
                name=as_text(classes[index]),
            )
    for part, its_labels in zip(found.parts, labels, strict=False):
        for index in sorted(every - its_labels):
            raise _no_picture(part, classes[index])


def _no_picture(part: str, name: str) -> LessonError:
    return LessonError(
        "{part}/{name}/ has no picture that can be read; every class needs at least one.",
        part=as_text(part),
        name=as_text(name),
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
