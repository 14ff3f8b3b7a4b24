"""Folders of pictures without labels: which there are, and what of them is looked at."""

from pathlib import Path

import pytest

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.pictures import unlabelled


@pytest.fixture
def data(home: Path) -> Path:
    folder = home / "data"
    folder.mkdir()
    return folder


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_folders_with_something_called_like_a_picture_are_offered(data):
    put(data, "b/x.JPG", "a/deep/er/y.webp", "weights/net.pth", "hidden/.z.png", ".h/x.png", "loose.png")
    (data / "empty").mkdir()
    assert unlabelled.names() == ["a", "b"]


def test_without_data_there_are_none(home):
    assert unlabelled.names() == []


def test_files_come_in_order_hidden_ones_left_out_and_links_away_named(data):
    put(data, "a/2.png", "a/10.png", "a/sub/1", "a/.no.png", "secret.png")
    (data / "a" / "link.png").symlink_to(data / "secret.png")
    files, skipped = unlabelled.files("a")
    root = (data / "a").resolve()
    assert [str(each.relative_to(root)) for each in files] == ["10.png", "2.png", "sub/1"]
    assert [each.file for each in skipped] == ["link.png"]


def test_only_so_many_are_taken(data, monkeypatch):
    monkeypatch.setattr(limits, "SEVERAL_PICTURES", 2)
    put(data, "a/1.png", "a/2.png", "a/3.png")
    assert [each.name for each in unlabelled.files("a")[0]] == ["1.png", "2.png"]


@pytest.mark.parametrize("name", ["none", "..", "", "a/b", ".h"])
def test_a_folder_that_is_not_offered_is_not_opened(data, name):
    put(data, "a/b/1.png", ".h/1.png")
    with pytest.raises(LessonError, match="has no folder with pictures"):
        unlabelled.files(name)
