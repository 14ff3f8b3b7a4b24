"""The cache gives back what was put in, or nothing."""

import json
import os
import resource
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from lessons.core import files, limits
from lessons.core.messages import Message
from lessons.engine.pictures import cache
from lessons.engine.pictures.pictures import Pictures, Split
from lessons.engine.pictures.skipped import Note, Skipped


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


def test_the_summary_tells_sizes_and_what_was_left_out_without_the_pictures(pictures):
    why = Message("The file holds {what}, not a picture that can be read; these can: {formats}.")
    why.values.update(what=Message("an SVG drawing"), formats="PNG")
    cache.write("dots", "mark", pictures, [Note.of(Skipped("a/\udce9 一%.png", why))])
    about = cache.summary("dots")

    assert (about.train_size, about.test_size, about.shape) == (4, 2, (3, 4, 4))
    assert about.content == pictures.mark
    (skipped,) = about.skipped()
    assert skipped.path == "a/\udce9 一%.png"
    assert str(skipped.reason) == (
        "The file holds an SVG drawing, not a picture that can be read; these can: PNG."
    )


@pytest.mark.parametrize(
    "key", ["folder:" + "猫" * 100, "folder:CON", "folder:a:b?*", "folder:..", "folder:A"]
)
def test_a_set_of_any_name_is_kept_and_is_not_taken_for_another(pictures, key):
    cache.write(key, "mark", pictures)

    assert same(cache.read(key, "mark"), pictures)
    assert cache.read(key.lower() if key == "folder:A" else key + "?", "mark") is None


def test_another_mark_is_another_set(pictures):
    cache.write("dots", "mark", pictures)

    assert cache.read("dots", "another") is None


def test_what_was_never_written_is_not_there():
    assert cache.read("dots", "mark") is None
    assert cache.summary("dots") is None


def test_a_truncated_file_is_never_accepted(pictures, data):
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.pictures")
    whole = file.read_bytes()

    for length in range(0, len(whole), 17):
        file.write_bytes(whole[:length])
        assert cache.read("dots", "mark") is None


def test_a_flipped_bit_never_changes_a_picture(pictures, data):
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.pictures")
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

    monkeypatch.setattr(cache.Path, "replace", full)
    cache.write("dots", "new mark", pictures)

    assert len([*(data / ".cache").iterdir()]) == 1
    assert same(cache.read("dots", "mark"), pictures)


# A file that was changed on purpose, with checksums that fit

ODD = [None, True, "", "x" * 999, -1, 0, 1, 2**31, 2**70, 10**400, 0.5, [], {}, [1], [[]] * 9, {"a": {}}]


def whole(about: dict[str, object], rest: bytes) -> bytes:
    return files.seal(about) + b"\n" + rest


def anything(rng: np.random.Generator) -> object:
    return ODD[rng.integers(len(ODD))]


def at_random(about: dict, rng: np.random.Generator) -> None:
    """Put something odd in some place."""
    place: object = about
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = keys[rng.integers(len(keys))]
        if isinstance(place[key], dict | list) and place[key] and rng.random() < 0.7:
            place = place[key]
            continue
        if isinstance(place, dict) and rng.random() < 0.2:
            del place[key]
        elif isinstance(place, list) and rng.random() < 0.3:
            place *= int(rng.integers(0, 5))
        else:
            place[key] = anything(rng)
        return


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    line, rest = data.split(b"\n", 1)
    about = json.loads(line)
    del about["crc"]
    match rng.integers(8):
        case 0:
            return data[: rng.integers(len(data))]
        case 1:
            return data + bytes(int(rng.integers(1, 999)))
        case 2:
            return rng.bytes(int(rng.integers(0, 999)))
        case 3:
            deep = b'{"classes": ' + b"[" * 100_000
            return deep + b', "crc": "%08x"}\n' % zlib.crc32(deep + b"}") + rest
        case 4:
            labels = np.frombuffer(rest[-16:], np.int64).copy()
            labels[rng.integers(2)] = rng.choice([-1, 2, 2**62])
            return whole(about, rest[:-16] + labels.tobytes())
        case _:
            for _again in range(rng.integers(1, 4)):
                at_random(about, rng)
            with suppress(ValueError):  # the number is no JSON
                return whole(about, rest)
            return b""


def elsewhere(file: Path, data: bytes, rng: np.random.Generator) -> None:
    """Something that is not a plain file takes its place."""
    file.unlink()
    other = file.parent / "other"
    other.write_bytes(data)
    makers: list[Callable[[], object]] = [
        lambda: os.mkfifo(file),
        lambda: file.symlink_to(other),
        lambda: file.symlink_to(file),
        lambda: file.symlink_to("/dev/zero"),
        lambda: file.mkdir(),
    ]
    makers[rng.integers(len(makers))]()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_a_cache_that_somebody_changed_is_none_and_never_an_error(pictures, data, count):
    rng = np.random.default_rng(count)
    why = Message("The file has {size:.1f} MB; up to {allowed} MB are allowed.", size=20.5, allowed=20)
    cache.write("dots", "mark", pictures, [Note.of(Skipped("a.png", why))] * 3)
    (file,) = data.rglob("*.pictures")
    sound = file.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for _ in range(count):
        if rng.random() < 0.1:
            elsewhere(file, sound, rng)
        else:
            file.write_bytes(mutated(sound, rng))
        about, read = cache.summary("dots"), cache.read("dots", "mark")
        if about:
            assert about.train_size + about.test_size == 6
            assert all(str(each.reason) for each in about.skipped())
        assert read is None or len(read.train) + len(read.test) == 6
        file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
        file.write_bytes(sound)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
    assert same(cache.read("dots", "mark"), pictures)


def test_a_sentence_that_the_program_does_not_say_makes_the_cache_none(pictures, data):
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.pictures")
    line, rest = file.read_bytes().split(b"\n", 1)
    about = json.loads(line)
    del about["crc"]
    reason = {"template": "{x:>999999999}", "values": {"x": "1"}}
    file.write_bytes(whole(about | {"notes": [{"path": "a", "reason": reason}]}, rest))

    assert cache.summary("dots") is None
    assert cache.read("dots", "mark") is None


def test_a_file_that_only_claims_to_be_large_is_not_read(pictures, data):
    """It takes no room on the disk, and would take all of the memory."""
    cache.write("dots", "mark", pictures)
    (file,) = data.rglob("*.pictures")
    about = json.loads(file.read_bytes().split(b"\n", 1)[0]) | {"train_size": 10**9}
    del about["crc"]
    line = whole(about, b"")
    with file.open("wb") as stream:
        stream.write(line)
        stream.truncate(len(line) + (10**9 + 2) * (48 + 8))
    assert file.stat().st_size > limits.SET_BYTES

    assert cache.read("dots", "mark") is None
