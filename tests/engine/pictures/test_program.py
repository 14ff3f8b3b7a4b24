"""The cells that bring a set into memory, run without this package."""

import inspect
import os
import shutil
import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lessons.engine.pictures import program, reading, sources
from tests.pngs import chunk


@pytest.mark.parametrize("key", sources.DOODLES)
def test_the_cells_draw_the_very_pictures_of_the_set(key, monkeypatch):
    monkeypatch.setitem(sources.DOODLES, key, ("Doodles", 30, 20))
    pictures = sources.load(key)
    text = "\n".join(program.cells(sources.source(key)).values())
    names = {"__name__": "cell"}

    exec(text, names)

    assert "lessons" not in text
    for split, expected in (("train", pictures.train), ("test", pictures.test)):
        assert torch.equal(names[f"{split}_images"], expected.images)
        assert torch.equal(names[f"{split}_labels"], expected.labels)


def odd_png(rng: np.random.Generator, size: tuple[int, int]) -> bytes:
    """A picture of some mode, with what may lie beside its pixels, and sometimes cut off."""
    mode = rng.choice(["RGB", "L", "1", "P", "RGBA", "LA", "I;16"])
    if mode == "I;16":
        picture = Image.fromarray(rng.integers(0, 65536, size[::-1], np.uint16))
    else:
        picture = Image.fromarray(rng.integers(0, 256, (*size[::-1], 4), np.uint8), "RGBA").convert(mode)
    exif = Image.Exif()
    exif[0x0112] = int(rng.integers(0, 10))
    seen = {"transparency": int(rng.integers(0, 256))} if mode in ("L", "P") and rng.random() < 0.5 else {}
    buffer = BytesIO()
    picture.save(buffer, "PNG", exif=exif, **seen)
    data = buffer.getvalue()
    beside = [
        b"",
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2_000_000))),
        chunk(b"tEXt", b"Comment\0cats")[:-1] + b"?",
        chunk(b"eXIf", b"II*\0")[:-1] + b"?",
    ][rng.integers(4)]
    data = data[:33] + beside + data[33:]
    return data[: len(data) // 2] if rng.random() < 0.1 else data


def odd_jpeg(rng: np.random.Generator, size: tuple[int, int]) -> bytes:
    picture = Image.fromarray(rng.integers(0, 256, (*size[::-1], 4), np.uint8), "CMYK")
    exif = Image.Exif()
    exif[0x0112] = int(rng.integers(0, 10))
    buffer = BytesIO()
    picture.convert(rng.choice(["RGB", "L", "CMYK"])).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def odd_folder(root: Path, rng: np.random.Generator) -> None:
    """With a whole picture or two in every class, and whatever else people and their programs leave there."""
    layouts = [
        ("train", "test"),
        ("Train", "valid"),
        ("pets/train", "pets/val"),
        ("train",),
        ("",),
        ("pets",),
    ]
    same = rng.random() < 0.3
    for part in layouts[rng.integers(len(layouts))]:
        for name in (b"cat", b"d-og", b"d og", "猫".encode("gbk")):
            place = root / part / os.fsdecode(name)
            (place / "a").mkdir(parents=True)
            for file in (b"1.png", b"2.png", b"3", b"a/1.png", b"a-b.png", b".4.png", "狗.png".encode("gbk")):
                size = (9, 7) if same else (int(rng.integers(1, 80)), int(rng.integers(1, 80)))
                make = odd_png if rng.random() < 0.6 else odd_jpeg
                (place / os.fsdecode(file)).write_bytes(make(rng, size))
            for good in ("5.png", "6.png"):
                Image.new("RGB", (9, 7), tuple(rng.integers(0, 256, 3).tolist())).save(place / good)
            if rng.random() < 0.5:
                (place / ".ipynb_checkpoints").mkdir()
                shutil.copy(place / "5.png", place / ".ipynb_checkpoints/5.png")
                (place / "circle").symlink_to(place.parent)
                (place / "self.png").symlink_to("self.png")
                (place / "within.png").symlink_to("5.png")
                (place / "out.png").symlink_to(root.parent / "loose.png")
                (place / "Thumbs.db").write_bytes(b"junk")
                (place / "notes.txt").write_text("no picture")
                (place / "drawing.svg").write_text("<svg/>")
                os.mkfifo(place / "pipe")
        shutil.copy(root / part / "cat/5.png", root / part / "loose.png")
    (root / "__MACOSX/cat").mkdir(parents=True)
    shutil.copy(root / part / "cat/5.png", root.parent / "loose.png")


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(seed=st.integers(0, 2**32))
def test_the_cells_of_a_folder_read_the_very_pictures_of_the_set(seed):
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", home)
        patch.chdir(home)
        odd_folder(Path(home, "data", 'my "own"\n猫'), np.random.default_rng(seed))
        key = 'folder:my "own"\n猫'
        pictures = sources.load(key)
        names = {"__name__": "cell"}

        exec("\n".join(program.cells(sources.source(key)).values()), names)

    for split, expected in (("train", pictures.train), ("test", pictures.test)):
        assert torch.equal(names[f"{split}_images"], expected.images)
        assert torch.equal(names[f"{split}_labels"], expected.labels)


def test_what_is_copied_into_programs_needs_nothing_of_ours():
    assert "lessons" not in inspect.getsource(reading)


def test_the_set_of_a_name_that_looks_like_another_is_read_from_its_own_folder(data, monkeypatch):
    for name, shade in (("caf\u00e9", 1), ("cafe\u0301", 2)):
        for place in ("cat", "dog"):
            (data / name / place).mkdir(parents=True)
            for number in range(2):
                Image.new("RGB", (8, 8), (shade, 0, 0)).save(data / name / place / f"{number}.png")
    monkeypatch.chdir(data.parent)
    for name, shade in (("caf\u00e9", 1), ("cafe\u0301", 2)):
        sources.load(f"folder:{name}")
        names = {"__name__": "cell"}
        exec("\n".join(program.cells(sources.source(f"folder:{name}")).values()), names)
        assert int(names["train_images"].max()) == shade
