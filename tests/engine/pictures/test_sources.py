"""Which sets there are, and the doodles among them."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from lessons.core.messages import LessonError
from lessons.engine.pictures import doodles, others, sources
from lessons.engine.training.config import DATA_KEY

BUILT_IN = ["doodles", "doodles-full", "doodles-others"]


@pytest.fixture
def drawn(monkeypatch) -> list[tuple[int, str]]:
    """Draws quickly, and notes what was asked for."""
    asked: list[tuple[int, str]] = []

    def draw(count: int, split: str = "train", seed: int = 0, kinds=doodles.KINDS):
        asked.append((count, split))
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 256, (count, 3, 32, 32), np.uint8)
        return images, np.arange(count, dtype=np.int64) % len(kinds)

    monkeypatch.setattr(doodles, "draw", draw)
    return asked


def test_the_built_in_and_the_published_sets_come_first_in_order(data):
    for name in ("b", "a"):
        (data / name / "train").mkdir(parents=True)

    keys = [each.key for each in sources.sources()]

    assert keys == [*BUILT_IN, "cifar10", "fashion-mnist", "folder:a", "folder:b"]
    assert all(DATA_KEY.fullmatch(key) for key in keys)


def test_only_the_doodles_are_ready_on_a_fresh_machine():
    assert [each.key for each in sources.sources() if each.ready] == BUILT_IN


def test_every_set_that_is_not_ready_says_how_much_to_fetch():
    sizes = {each.key: each.download_bytes for each in sources.sources() if not each.ready}

    assert sizes == {"cifar10": 170_498_071, "fashion-mnist": 30_878_645}


def test_listing_the_sets_needs_no_torch():
    program = (
        "import sys; from lessons.engine.pictures import sources; sources.sources();"
        "from lessons.engine.fetching import download;"
        "print([name for name in ('torch', 'torchvision', 'streamlit') if name in sys.modules])"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert printed.stdout == "[]\n"


@pytest.mark.parametrize("key", ["", "mnist", "folder:", "folder:gone", "folder:../x", "../doodles"])
def test_an_unknown_set_is_named(key):
    with pytest.raises(LessonError, match=re.escape(f"There is no set of pictures called {key!r}.")):
        sources.load(key)


@pytest.mark.parametrize(
    ("key", "sizes", "classes"),
    [
        ("doodles", (5000, 1000), doodles.CLASSES),
        ("doodles-full", (10000, 2000), doodles.CLASSES),
        ("doodles-others", (10000, 2000), others.CLASSES),
    ],
)
def test_doodles_come_in_two_sizes_and_in_other_kinds(drawn, key, sizes, classes):
    pictures = sources.load(key)

    assert (len(pictures.train), len(pictures.test)) == sizes
    assert pictures.classes == classes == sources.source(key).classes
    assert len(pictures.train.labels.unique()) == len(classes)
    assert pictures.shape == sources.source(key).shape == (3, 32, 32)
    assert pictures.train.labels.dtype == torch.int64
    assert drawn == [(sizes[0], "train"), (sizes[1], "test")]


def test_doodles_are_drawn_once(drawn):
    first = sources.load("doodles")
    drawn.clear()
    second = sources.load("doodles")

    assert drawn == []
    assert torch.equal(first.train.images, second.train.images)
    assert torch.equal(first.test.labels, second.test.labels)


def test_damaged_doodles_are_drawn_again_without_a_word(drawn, home):
    first = sources.load("doodles")
    (file,) = (home / "data").rglob("*.pictures")
    with file.open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"scratched")

    assert torch.equal(sources.load("doodles").train.images, first.train.images)
    assert len(drawn) == 4


def test_another_recipe_draws_other_doodles(drawn, monkeypatch):
    sources.load("doodles")
    monkeypatch.setattr(sources.inspect, "getsource", lambda module: "another recipe")
    sources.load("doodles")

    assert len(drawn) == 4


def test_the_progress_of_drawing_ends_at_one(drawn):
    seen: list[float] = []
    sources.load("doodles", seen.append)

    assert seen == [5 / 6, 1]


def test_a_published_set_that_is_not_here_is_told():
    with pytest.raises(LessonError, match=r"CIFAR-10 is not here yet: .*cifar-10-python\.tar\.gz is missing"):
        sources.load("cifar10")
