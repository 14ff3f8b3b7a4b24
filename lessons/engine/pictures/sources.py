"""Which sets of pictures there are, and how to get one.

Listing imports neither torch nor torchvision and opens no picture, so a page can do it on every run; they are
imported when a set is loaded.
"""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lessons.core.characters import spelled
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.engine.pictures import cache, doodles, folder, layout, others, published
from lessons.engine.pictures.skipped import Skipped

if TYPE_CHECKING:
    from lessons.engine.pictures.pictures import Pictures, Split

Progress = Callable[[float], None]

DOODLES = {  # key: (title, training pictures, test pictures)
    "doodles": ("Doodles", 5_000, 1_000),
    "doodles-full": ("Doodles, twice as many", 10_000, 2_000),
    "doodles-others": ("Twenty other doodles", 10_000, 2_000),
}


@dataclass(frozen=True)
class Source:
    """A set of pictures that can be asked for.

    ready: whether it can be loaded now, without a network; download_bytes: how much has to be fetched first,
    where it can be; shape: (channels, height, width). Sizes, classes and shape of a folder are known, and so
    are the files that were skipped, once it was read as it is now; None or empty until then.
    drawn_for_test: whether it has no pictures for the test, so that some of each class are drawn for it.
    """

    key: str
    title: str
    ready: bool = True
    train_size: int | None = None
    test_size: int | None = None
    classes: tuple[str, ...] = ()
    shape: tuple[int, int, int] | None = None
    download_bytes: int = 0
    skipped: tuple[Skipped, ...] = ()
    drawn_for_test: bool = False


def sources() -> tuple[Source, ...]:
    """All sets known now: the built-in, the published, and the folders found in ``data/``."""
    return (
        *(_doodles(key) for key in DOODLES),
        *(_published(key) for key in published.SETS),
        *(_folder(name) for name in layout.names()),
    )


def source(key: str) -> Source:
    """The set with this key; LessonError where there is none."""
    if key in DOODLES:
        return _doodles(key)
    if key in published.SETS:
        return _published(key)
    kind, _, name = key.partition(":")
    if kind == "folder" and layout.is_known(name):
        return _folder(name)
    raise LessonError("There is no set of pictures called {name!r}.", name=spelled(key))


def load(key: str, progress: Progress | None = None) -> "Pictures":
    """The set's pictures, quickly where they are cached; progress is called with the fraction that is done.

    Raises LessonError where there is no such set, it is not on this machine yet, or cannot be read.
    """
    source(key)
    progress = progress or (lambda fraction: None)
    if key in DOODLES:
        return _load_doodles(key, progress)
    if key in published.SETS:
        return published.load(key)
    return folder.load(key.removeprefix("folder:"), progress)


def identity(key: str) -> tuple[Path, str, str | None]:
    """Differs whenever the pictures of a set do: what is computed of them can be kept by it.

    LessonError where there is no such set.
    """
    source(key)
    return data_folder(), key, _state(key)


def summary(key: str) -> cache.Summary | None:
    """What is known of the set as it is now; None where it was not read, has changed since, or is no set."""
    about = cache.summary(key)
    with suppress(LessonError):
        if about and about.mark == _state(key):
            return about
    return None


def _state(key: str) -> str | None:
    """What the set is cached by, if it is."""
    if key in DOODLES:
        return _recipe(key)
    return folder.state(key.removeprefix("folder:")) if key.startswith("folder:") else None


def kinds(key: str) -> Mapping[str, doodles.Kind]:
    """What the pictures of a built-in set show; each kind is a class."""
    return others.KINDS if key == "doodles-others" else doodles.KINDS


def _doodles(key: str) -> Source:
    title, train_size, test_size = DOODLES[key]
    return Source(
        key,
        title,
        train_size=train_size,
        test_size=test_size,
        classes=tuple(kinds(key)),
        shape=(3, doodles.SIZE, doodles.SIZE),
    )


def _published(key: str) -> Source:
    about = published.SETS[key]
    return Source(
        key,
        about.title,
        about.is_here(),
        about.train_size,
        about.test_size,
        about.classes,
        about.shape,
        about.size,
    )


def _folder(name: str) -> Source:
    key = f"folder:{name}"
    about = summary(key)
    source = Source(key, layout.title(name), drawn_for_test=layout.find(name).test is None)
    if about is None:
        return source
    return replace(
        source,
        train_size=about.train_size,
        test_size=about.test_size,
        classes=about.classes,
        shape=about.shape,
        skipped=about.skipped(),
    )


def _load_doodles(key: str, progress: Progress) -> "Pictures":
    from lessons.engine.pictures.pictures import Pictures

    title, train_size, test_size = DOODLES[key]
    mark = _recipe(key)
    pictures = cache.read(key, mark)
    if pictures is None:
        train = _draw(key, train_size, "train")
        progress(train_size / (train_size + test_size))
        pictures = Pictures(title, tuple(kinds(key)), train, _draw(key, test_size, "test"))
        cache.write(key, mark, pictures)
    progress(1.0)
    return pictures


def _recipe(key: str) -> str:
    """Another recipe draws other pictures."""
    modules = (doodles, others) if key == "doodles-others" else (doodles,)
    return hashlib.sha256("".join(map(inspect.getsource, modules)).encode()).hexdigest()


def _draw(key: str, count: int, split: str) -> "Split":
    from torch import from_numpy

    from lessons.engine.pictures.pictures import Split

    images, labels = doodles.draw(count, split, kinds=kinds(key))
    return Split(from_numpy(images), from_numpy(labels))
