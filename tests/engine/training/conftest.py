from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lessons.engine.pictures.pictures import Pictures, Split


@pytest.fixture
def noise() -> Callable[..., Pictures]:
    """Makes small sets of random pictures with random labels."""

    def make(train: int = 60, test: int = 20, shape: tuple[int, int, int] = (3, 12, 12)) -> Pictures:
        generator = torch.Generator().manual_seed(0)

        def split(count: int) -> Split:
            return Split(
                torch.randint(256, (count, *shape), generator=generator, dtype=torch.uint8),
                torch.randint(3, (count,), generator=generator),
            )

        return Pictures("Noise", ("red", "green", "blue"), split(train), split(test))

    return make


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 48 + 18 noisy pictures of three colours in it: the set "folder:tiny"."""
    data = tmp_path_factory.mktemp("data")
    shades = np.random.default_rng(0)
    for part, count in (("train", 16), ("test", 6)):
        for channel, name in enumerate("abc"):
            folder = data / "tiny" / part / name
            folder.mkdir(parents=True)
            for index in range(count):
                picture = shades.integers(0, 200, (32, 32, 3), dtype=np.uint8)
                picture[..., channel] += 55
                Image.fromarray(picture).save(folder / f"{index}.png")
    return data


@pytest.fixture
def tiny(home: Path, tiny_data: Path) -> Path:
    """The runs folder of a home where "folder:tiny" can be loaded."""
    (home / "data").symlink_to(tiny_data)
    return home / "runs"


@pytest.fixture(scope="module")
def module_home(tmp_path_factory, tiny_data) -> Iterator[Path]:
    """A home with the tiny folder in it that all tests of a module share."""
    home = tmp_path_factory.mktemp("home")
    (home / "data").symlink_to(tiny_data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def pictures_of_size() -> Callable[[Path, int], None]:
    """Makes a set of two classes, a picture each to learn from and to test on, of so many pixels a side."""

    def make(folder: Path, side: int) -> None:
        for part in ("train", "test"):
            for shade, name in enumerate("ab"):
                (folder / part / name).mkdir(parents=True)
                Image.new("RGB", (side, side), (shade, shade, shade)).save(folder / part / name / "0.png")

    return make
