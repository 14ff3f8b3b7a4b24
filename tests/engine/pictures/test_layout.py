"""Folders as people have them: which are sets, how their classes lie, and why the others are none."""

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from lessons.core.messages import LessonError
from lessons.engine.pictures import layout, sources
from lessons.engine.pictures.layout import Layout


def paint(path: Path, shade: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), (shade, 0, 0)).save(path, "PNG")
    return path


def fill(root: Path, *parts: str, count: int = 1) -> None:
    for part in parts:
        for name in ("cat", "dog"):
            for number in range(count):
                paint(root / part / name / f"{number}.png", number)


def reasons() -> dict[str, str]:
    return {each.file: str(each.reason) for each in layout.unusable()}


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["train", "test"], Layout("train", "test")),
        (["Train", "TEST"], Layout("Train", "TEST")),
        (["training", "testing"], Layout("training", "testing")),
        (["train", "valid"], Layout("train", "valid")),
        (["train", "Validation"], Layout("train", "Validation")),
        (["train", "val", "test"], Layout("train", "test")),
        (["pets/train", "pets/val"], Layout("pets/train", "pets/val")),
        (["archive/pets/train", "archive/pets/test"], Layout("archive/pets/train", "archive/pets/test")),
        (["train"], Layout("train", None)),
        (["pets/train"], Layout("pets/train", None)),
        (["."], Layout("", None)),
        (["pets"], Layout("pets", None)),
    ],
    ids=str,
)
def test_a_set_is_found_however_its_folders_are_called_and_however_deep_they_lie(data, parts, found):
    fill(data / "pets", *parts, count=5)
    for junk in ("__MACOSX/train/cat/._1.png", ".ipynb_checkpoints/1.png"):
        paint(data / "pets" / junk)
    (data / "pets/Thumbs.db").write_bytes(b"")

    assert layout.names() == ["pets"]
    assert layout.find("pets") == found
    assert reasons() == {}
    pictures = sources.load("folder:pets")
    assert pictures.classes == ("cat", "dog")
    if found.test is None:
        assert (len(pictures.train), len(pictures.test)) == (8, 2)
    assert sources.source("folder:pets").drawn_for_test == (found.test is None)


def test_a_test_folder_without_classes_is_not_the_test(data):
    """As they come from competitions, which keep the answers for themselves."""
    fill(data / "pets", "train", "valid")
    paint(data / "pets/test/1.png")
    assert layout.find("pets") == Layout("train", "valid")


def test_a_fifth_of_each_class_is_drawn_for_the_test_and_none_is_in_both(data):
    for number in range(23):
        paint(data / "pets/cat" / f"{number}.png", number)
        paint(data / "pets/dog" / f"{number}.png", 100 + number)
    pictures = sources.load("folder:pets")
    assert pictures.train.labels.bincount().tolist() == [19, 19]
    assert pictures.test.labels.bincount().tolist() == [4, 4]
    shades = [split.images[:, 0, 0, 0].tolist() for split in (pictures.train, pictures.test)]
    assert sorted(shades[0] + shades[1]) == [*range(23), *range(100, 123)]


def test_a_new_picture_moves_at_most_one_from_the_test_of_its_class(data):
    for number in range(40):
        paint(data / "pets/cat" / f"{number}.png", number)
        paint(data / "pets/dog" / f"{number}.png", 100 + number)
    before = set(sources.load("folder:pets").test.images[:, 0, 0, 0].tolist())
    for number in range(40, 45):
        paint(data / "pets/cat" / f"{number}.png", number)
        after = set(sources.load("folder:pets").test.images[:, 0, 0, 0].tolist())
        assert len(before - after) <= 1
        before = after


def test_a_class_of_two_has_one_picture_on_either_side_and_a_class_of_one_is_named(data):
    fill(data / "pets", ".", count=2)
    (data / "pets/cat/broken.png").write_text("no picture")
    assert sources.load("folder:pets").test.labels.tolist() == [0, 1]
    (data / "pets/cat/0.png").unlink()
    with pytest.raises(
        LessonError, match=r"pets/cat/ has 1 picture that can be read; a class needs at least"
    ):
        sources.load("folder:pets")
    (data / "pets/cat/1.png").unlink()
    with pytest.raises(LessonError, match=r"pets/cat/ has no picture that can be read"):
        sources.load("folder:pets")


def test_a_picture_beside_the_folders_of_the_classes_is_named(data):
    fill(data / "pets", "train", "test")
    for place in ("train/loose.png", "test/Thumbs.db", "test/list.csv"):
        paint(data / "pets" / place)
    pictures = sources.load("folder:pets")
    assert (len(pictures.train), len(pictures.test)) == (2, 2)
    assert {each.file: str(each.reason) for each in sources.source("folder:pets").skipped} == {
        "train/loose.png": "It lies beside the folders of the classes.",
        "test/list.csv": "It lies beside the folders of the classes.",
    }


def test_what_is_no_set_is_named_with_the_reason(data):
    fill(data / "pets", "train", "test")
    fill(data / "no train", "val", "test")
    paint(data / "loose/1.jpe")
    paint(data / "single/cat/1.jfif")
    paint(data / "one.JFIF")
    (data / "empty").mkdir()
    (data / ("n" * 101)).mkdir()
    (data / "pets.zip").write_bytes(b"PK")
    for ours in ("cifar-10-python.tar.gz", "notes.txt", ".cifar10.lock", "Thumbs.db"):
        (data / ours).write_bytes(b"")
    for ours in ("weights", ".cache", "FashionMNIST/raw", "cifar-10-batches-py", "__MACOSX"):
        (data / ours).mkdir(parents=True)

    assert layout.names() == ["pets"]
    told = reasons()
    assert told.pop("empty").startswith("Nothing in it is called as pictures are: .png, .jpg")
    assert told.pop("n" * 101).startswith("Its name cannot be used")
    assert told == {
        "loose": "Its pictures are not in folders, one for each of 2 to 200 classes.",
        "single": "Its pictures are not in folders, one for each of 2 to 200 classes.",
        "no train": "It has test/, but no train/ beside it.",
        "one.JFIF": "It lies by itself: put it into a folder, one for each class.",
        "pets.zip": "It is an archive: unpack it, into a folder in data/.",
    }


def test_a_name_that_is_no_text_is_told(data):
    (data / "\udccd\udcf8").mkdir()
    assert reasons() == {
        r"\udccd\udcf8": "Its name cannot be used: up to 100 characters of text, without \\ in it."
    }


def test_looking_for_sets_opens_no_more_than_two_classes(data, monkeypatch):
    for number in range(30):
        paint(data / "many" / f"{number:02}" / "1.png")
    asked = Counter[str]()
    has_pictures = layout.has_pictures
    monkeypatch.setattr(layout, "has_pictures", lambda each: asked.update([each.name]) or has_pictures(each))
    assert layout.names() == ["many"]
    assert set(asked) == {"00", "01"}
