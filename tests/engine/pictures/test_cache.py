"""The cache gives back what was put in, or nothing."""

import pytest
import torch

from lessons.engine.pictures import cache
from lessons.engine.pictures.pictures import Pictures, Split


@pytest.fixture
def pictures() -> Pictures:
    torch.manual_seed(0)
    images = torch.randint(256, (6, 3, 4, 4), dtype=torch.uint8)
    labels = torch.tensor([0, 1, 0, 1, 0, 1])
    return Pictures("dots", ("small", "large"), Split(images[:4], labels[:4]), Split(images[4:], labels[4:]))


def same(one: Pictures, other: Pictures) -> bool:
    return (one.name, one.classes) == (other.name, other.classes) and all(
        torch.equal(a, b)
        for a, b in (
            (one.train.images, other.train.images),
            (one.train.labels, other.train.labels),
            (one.test.images, other.test.images),
            (one.test.labels, other.test.labels),
        )
    )


def test_what_is_written_is_read(pictures):
    cache.write("dots", "mark", pictures)

    assert same(cache.read("dots", "mark"), pictures)


def test_the_summary_tells_sizes_and_notes_without_the_pictures(pictures):
    cache.write("dots", "mark", pictures, [{"seen": "一"}])
    about = cache.summary("dots")

    assert (about["train_size"], about["test_size"]) == (4, 2)
    assert about["shape"] == [3, 4, 4]
    assert about["notes"] == [{"seen": "一"}]


def test_another_mark_is_another_set(pictures):
    cache.write("dots", "mark", pictures)

    assert cache.read("dots", "another") is None


def test_what_was_never_written_is_not_there():
    assert cache.read("dots", "mark") is None
    assert cache.summary("dots") is None


def test_a_truncated_file_is_never_accepted(pictures, data):
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.npz")
    whole = file.read_bytes()

    for length in range(0, len(whole), 17):
        file.write_bytes(whole[:length])
        assert cache.read("dots", "mark") is None


def test_a_flipped_bit_never_changes_a_picture(pictures, data):
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.npz")
    whole = file.read_bytes()
    noticed = 0

    for place in range(0, len(whole), 5):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        file.write_bytes(damaged)
        read = cache.read("dots", "mark")
        noticed += read is None
        assert read is None or same(read, pictures)  # dates and the like do not matter

    assert noticed > len(whole) / 5 / 2


def test_a_cache_that_cannot_be_written_is_told_to_the_log_alone(pictures, home, caplog):
    (home / "data").write_text("a file where the folder should be")

    cache.write("dots", "mark", pictures)

    assert "cannot be cached" in caplog.text
    assert cache.read("dots", "mark") is None


def test_a_failed_write_leaves_the_old_file_and_no_other(pictures, data, monkeypatch):
    cache.write("dots", "mark", pictures)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.np, "savez", full)
    cache.write("dots", "new mark", pictures)

    assert [path.name for path in (data / ".cache").iterdir()] == ["dots.npz"]
    assert same(cache.read("dots", "mark"), pictures)
