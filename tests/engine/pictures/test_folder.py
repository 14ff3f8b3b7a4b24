"""A folder of own pictures, as people really have them."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.pictures import cache, facts, folder, sources, survey

RED, BLUE = (255, 0, 0), (0, 0, 255)


def paint(path: Path, color=RED, size=(8, 8)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path, "PNG")
    return path


@pytest.fixture
def pets(data: Path) -> Path:
    for part in ("train", "test"):
        paint(data / "pets" / part / "cat/1.png", RED)
        paint(data / "pets" / part / "dog/1.png", BLUE)
    return data / "pets"


def load(name: str = "pets"):
    return sources.load(f"folder:{name}")


def skipped() -> dict[str, str]:
    return {each.file: str(each.reason) for each in sources.source("folder:pets").skipped}


def test_a_folder_is_found_and_loaded(pets):
    assert [each.key for each in sources.sources() if each.key.startswith("folder:")] == ["folder:pets"]

    pictures = load()

    assert pictures.name == "pets"
    assert pictures.classes == ("cat", "dog")
    assert pictures.train.images.dtype == torch.uint8
    assert pictures.train.images[:, :, 0, 0].tolist() == [[*RED], [*BLUE]]
    assert pictures.train.labels.tolist() == pictures.test.labels.tolist() == [0, 1]
    assert pictures.train.labels.dtype == torch.int64


def rename_a_class(pets: Path) -> None:
    for part in ("train", "test"):
        (pets / part / "dog").rename(pets / part / "wolf")


CHANGES = {
    "a class has another name": rename_a_class,
    "a picture came": lambda pets: paint(pets / "train/cat/2.png"),
    "a picture is gone": lambda pets: (pets / "train/cat/1.png").unlink(),
    "a folder is gone": lambda pets: shutil.rmtree(pets / "train/dog"),
    "the classes of the test are others": lambda pets: paint(pets / "test/wolf/1.png"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_known_of_it_is_not_known_any_more_once_it_has_changed(pets, change):
    load()
    before, known = sources.identity("folder:pets"), facts.mark("folder:pets")
    assert sources.source("folder:pets").classes == ("cat", "dog")
    CHANGES[change](pets)
    assert sources.identity("folder:pets") != before
    assert sources.source("folder:pets").classes == ()
    if change in ("a class has another name", "a picture came"):
        assert facts.mark("folder:pets") != known
    else:  # a class has no picture to learn from any more, or none for the test
        with pytest.raises(LessonError):
            facts.mark("folder:pets")


def test_a_picture_that_is_changed_in_its_place_is_seen_when_it_is_read(pets):
    load()
    before = sources.identity("folder:pets")
    paint(pets / "train/cat/1.png", BLUE)
    assert load().train.images[0, :, 0, 0].tolist() == [*BLUE]
    assert sources.identity("folder:pets") != before
    assert sources.source("folder:pets").classes == ("cat", "dog")


def test_what_is_known_of_it_is_told_without_a_picture(pets, monkeypatch):
    mark = load().mark
    monkeypatch.setattr(cache, "read", None)
    monkeypatch.setattr(folder, "_read", None)
    assert facts.mark("folder:pets") == mark


def test_a_set_that_was_moved_with_all_that_is_known_of_it_is_not_read_again(pets, data, monkeypatch):
    load()
    known = sources.source("folder:pets")
    monkeypatch.setenv("LESSONS_HOME", str(shutil.copytree(data.parent, data.parent.with_name("elsewhere"))))
    assert sources.source("folder:pets") == known


def test_what_goes_away_while_it_is_looked_at_is_a_sentence_and_hides_no_other_set(pets, monkeypatch):
    load()
    (pets / "test/cat/2.png").write_bytes(b"new")

    def gone(*_):
        raise FileNotFoundError(2, "gone")

    with monkeypatch.context() as patch:
        patch.setattr(survey, "look", gone)
        assert sources.source("folder:pets").classes == ()
        with pytest.raises(LessonError, match="pets cannot be read: No such file"):
            sources.identity("folder:pets")
    load()
    assert sources.source("folder:pets").classes == ("cat", "dog")


def test_a_folder_is_not_gone_through_again_as_long_as_nothing_comes_or_goes(pets, monkeypatch):
    load()
    monkeypatch.setattr(survey, "look", None)
    monkeypatch.setattr(survey.time, "monotonic", lambda: 0.0)
    assert sources.source("folder:pets").classes == ("cat", "dog")


def test_its_sizes_are_known_once_it_was_read(pets):
    before = sources.source("folder:pets")
    paint(pets / "train/cat/2.png")
    load()
    after = sources.source("folder:pets")

    assert before.ready
    assert before.train_size is None
    assert (after.train_size, after.test_size, after.shape) == (3, 2, (3, 8, 8))
    assert after.classes == ("cat", "dog")


def test_val_serves_as_test(pets):
    (pets / "test").rename(pets / "val")

    assert len(load().test) == 2


def test_a_name_with_dots_does_not_lead_out_of_the_data_folder(home, data):
    paint(home / "train/cat/1.png")

    with pytest.raises(LessonError, match=r"no set of pictures called 'folder:\.\.'"):
        load("..")


def test_classes_that_differ_are_named(pets):
    (pets / "test/dog").rename(pets / "test/<b>dogs")

    with pytest.raises(LessonError, match=r"Only in train/: dog\. Only in test/: <b>dogs\."):
        load()


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("caf\u00e9", "cafe\u0301", "cafe<U+0301> and café"),  # as Linux and as macOS write it
        ("cat ", "cat", "cat and cat<U+0020>"),
        ("cat\u200b", "cat", "cat and cat<U+200B>"),
        ("black\u00a0cat", "black cat", "black cat and black<U+00A0>cat"),
    ],
)
def test_classes_that_look_alike_are_spelled_out(pets, one, other, told):
    (pets / "train/cat").rename(pets / "train" / one)
    (pets / "test/cat").rename(pets / "test" / other)

    with pytest.raises(LessonError, match="look alike") as refusal:
        load()
    assert told in str(refusal.value)


def test_a_class_that_is_a_link_is_said_to_be_one(pets, tmp_path):
    (pets / "train/cat").rename(tmp_path / "cat")
    (pets / "train/cat").symlink_to(tmp_path / "cat")

    with pytest.raises(LessonError, match="train/cat is a link to another folder"):
        load()


def test_folders_that_look_alike_are_listed_spelled_out(pets, data):
    for name in ("caf\u00e9", "cafe\u0301"):
        for part in ("train", "test"):
            (data / name / part).mkdir(parents=True)

    assert [each.title for each in sources.sources()][-3:] == ["cafe<U+0301>", "café", "pets"]
    with pytest.raises(LessonError, match="called 'folder:pets<U\\+0301>'"):
        sources.source("folder:pets\u0301")


def test_a_folder_that_is_a_link_is_called_by_its_own_name(pets, data, tmp_path):
    pets.rename(tmp_path / "elsewhere")
    pets.symlink_to(tmp_path / "elsewhere")

    assert load().name == "pets"
    for each in (tmp_path / "elsewhere/train").iterdir():
        each.rename(tmp_path / each.name)
    with pytest.raises(LessonError, match="train/ has no folder in it"):
        load()


def test_an_empty_class_is_named(pets):
    (pets / "test/dog/1.png").unlink()

    with pytest.raises(LessonError, match="test/dog/ has no picture that can be read"):
        load()


def test_a_part_without_classes_is_named(pets):
    for path in (pets / "train/cat", pets / "train/dog"):
        path.rename(pets / path.name)

    with pytest.raises(LessonError, match="train/ has no folder in it"):
        load()


def test_one_class_alone_cannot_be_told_apart(data):
    for part in ("train", "test"):
        paint(data / "pets" / part / "cat/1.png")

    with pytest.raises(LessonError, match="The folder has 1 class; there can be 2 to 200"):
        load()


def test_more_files_than_allowed_are_refused(pets, monkeypatch):
    monkeypatch.setattr(limits, "FOLDER_FILES", 3)

    with pytest.raises(LessonError, match="more than 3 files"):
        load()


def test_a_broken_file_is_named_and_skipped(pets):
    whole = paint(pets / "train/cat/2.png", size=(64, 64)).read_bytes()
    (pets / "train/cat/2.png").write_bytes(whole[:-30])
    (pets / "train/dog/letter.jpg").write_text("Dear diary")

    pictures = load()

    assert pictures.train.labels.tolist() == [0, 1]
    assert skipped()["train/cat/2.png"] == "The picture is damaged or cut off."
    assert skipped()["train/dog/letter.jpg"].startswith("This is not a picture in a format that can be read")


def test_a_large_file_is_named_and_skipped(pets, monkeypatch):
    with paint(pets / "test/cat/2.png").open("ab") as file:
        file.truncate(limits.PICTURE_BYTES + 1)

    load()

    assert skipped() == {"test/cat/2.png": "The file has 20.0 MB; up to 20 MB are allowed."}


def test_what_was_skipped_is_still_known_when_the_cache_answers(pets):
    (pets / "train/dog/letter.jpg").write_text("Dear diary")
    load()
    load()

    assert list(skipped()) == ["train/dog/letter.jpg"]


def test_hidden_files_do_not_count(pets):
    (pets / "train/cat/.DS_Store").write_text("left by a file browser")
    paint(pets / "train/cat/.ipynb_checkpoints/1-checkpoint.png")

    assert len(load().train) == 2
    assert skipped() == {}


def test_pictures_count_whatever_their_name_ends_in(pets):
    paint(pets / "train/cat/no ending")
    paint(pets / "train/cat/deeper/2.webp")

    assert len(load().train) == 4


def test_every_mode_becomes_rgb(pets):
    cats = pets / "train/cat"
    Image.new("L", (8, 8)).save(cats / "grey.png")
    Image.new("RGBA", (8, 8)).save(cats / "alpha.png")
    Image.new("P", (8, 8)).save(cats / "palette.gif")
    Image.new("CMYK", (8, 8)).save(cats / "cmyk.jpg")
    Image.fromarray(np.zeros((8, 8), np.uint16)).save(cats / "sixteen.png")

    assert load().train.images.shape == (7, 3, 8, 8)
    assert skipped() == {}


def test_awkward_names_are_kept_as_they_are(data):
    for part in ("train", "test"):
        paint(data / "我的 <b>宠物" / part / "猫 {x}/一 二.png")
        paint(data / "我的 <b>宠物" / part / "a b/<i>.png")
    (data / "我的 <b>宠物/train/a b/{0}.png").write_text("no picture")

    pictures = load("我的 <b>宠物")

    assert pictures.name == "我的 <b>宠物"
    assert pictures.classes == ("a b", "猫 {x}")
    assert [each.file for each in sources.source("folder:我的 <b>宠物").skipped] == ["train/a b/{0}.png"]


def test_names_that_are_not_text_can_still_be_shown(pets):
    try:
        paint(pets / os.fsdecode(b"train/cat/caf\xe9.png")).write_text("no picture")
    except OSError:
        pytest.skip("this file system takes text only")
    load()

    assert list(skipped()) == [r"train/cat/caf\udce9.png"]


def test_a_link_out_of_the_folder_is_not_followed(pets, tmp_path):
    outside = paint(tmp_path / "outside/secret.png")
    (pets / "train/cat/link.png").symlink_to(outside)
    (pets / "train/cat/more").symlink_to(outside.parent)

    assert len(load().train) == 2
    assert skipped() == dict.fromkeys(
        ["train/cat/link.png", "train/cat/more"],
        "It is a link to something that is not a file in this folder.",
    )


def test_a_link_within_the_folder_is_a_picture(pets):
    (pets / "train/cat/link.png").symlink_to(pets / "test/cat/1.png")

    assert len(load().train) == 3


def test_a_link_in_a_circle_is_skipped(pets):
    (pets / "train/cat/circle").symlink_to(pets / "train")
    (pets / "train/cat/self").symlink_to("self")

    assert len(load().train) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_does_not_hang_the_reading(pets):
    os.mkfifo(pets / "train/cat/pipe.png")

    assert len(load().train) == 2
    assert skipped() == {"train/cat/pipe.png": "It is not a plain file."}


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The files that were decoded."""
    paths: list[str] = []
    decode = folder.decode

    def noting(path: str) -> Image.Image:
        paths.append(path)
        return decode(path)

    monkeypatch.setattr(folder, "decode", noting)
    return paths


def test_an_unchanged_folder_is_not_read_again(pets, opened):
    first = load()
    opened.clear()
    second = load()

    assert opened == []
    assert torch.equal(first.train.images, second.train.images)
    assert torch.equal(first.test.labels, second.test.labels)
    assert (first.name, first.classes) == (second.name, second.classes)


def test_a_new_picture_is_noticed(pets):
    load()
    paint(pets / "train/dog/2.png")

    assert len(load().train) == 3


def test_a_removed_picture_is_noticed(pets):
    extra = paint(pets / "train/dog/2.png")
    load()
    extra.unlink()

    assert len(load().train) == 2


def test_a_picture_painted_over_is_noticed(pets):
    cat = pets / "train/cat/1.png"
    Image.new("RGB", (8, 8), RED).save(cat, "BMP")
    load()
    before = cat.stat()
    Image.new("RGB", (8, 8), BLUE).save(cat, "BMP")
    os.utime(cat, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))

    assert cat.stat().st_size == before.st_size
    assert load().train.images[0, :, 0, 0].tolist() == [*BLUE]


def test_a_hidden_file_is_no_reason_to_read_again(pets, opened):
    load()
    opened.clear()
    (pets / "train/cat/.DS_Store").write_text("left by a file browser")
    load()

    assert opened == []


def test_a_new_empty_class_is_noticed(pets):
    load()
    (pets / "train/bird").mkdir()

    with pytest.raises(LessonError, match="Only in train/: bird"):
        load()


def test_the_progress_goes_up_to_one(pets):
    seen: list[float] = []
    sources.load("folder:pets", seen.append)

    assert seen == [0, 0.25, 0.5, 0.75, 1]


def test_pictures_of_one_size_keep_it(pets):
    assert load().shape == (3, 8, 8)


def test_pictures_of_several_sizes_are_cropped_to_64_by_64(pets):
    wide = Image.new("RGB", (300, 100), RED)
    wide.paste(BLUE, (100, 0, 200, 100))  # the middle
    wide.save(pets / "test/dog/wide.png")

    pictures = load()

    assert pictures.shape == (3, 64, 64)
    assert pictures.train.images[:, :, 0, 0].tolist() == [[*RED], [*BLUE]]
    assert pictures.test.images[2, :, 32, 32].tolist() == [*BLUE]
    assert pictures.test.images[2, 2].min() > 240


def test_large_pictures_are_cropped_even_if_all_have_one_size(pets):
    for path in pets.rglob("*.png"):
        paint(path, size=(300, 257))

    assert load().shape == (3, 64, 64)


def test_a_set_that_would_be_too_much_memory_is_cropped(pets, monkeypatch):
    for path in pets.rglob("*.png"):
        paint(path, size=(200, 200))
    monkeypatch.setattr(limits, "FOLDER_TENSOR_BYTES", 4 * 3 * 200 * 200 - 1)

    assert load().shape == (3, 64, 64)


def test_as_many_cropped_pictures_as_allowed_fit_the_memory():
    assert limits.FOLDER_FILES * 3 * 64 * 64 <= limits.FOLDER_TENSOR_BYTES


def test_a_hidden_folder_is_not_a_class(pets):
    paint(pets / "train/.ipynb_checkpoints/1.png")
    assert load().classes == ("cat", "dog")
