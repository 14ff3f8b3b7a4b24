"""Files that tell when they were damaged."""

import hashlib
import math
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from lessons.core import files as seal_module
from lessons.core.files import (
    Damaged,
    read,
    read_json,
    read_with_digest,
    seal,
    unseal,
    write,
    write_json,
    write_with_digest,
)

LINE = seal({"kind": "step", "step": 12, "loss": 2.302585, "name": "小猫"})


def test_a_sealed_line_is_plain_json_that_ends_with_its_checksum() -> None:
    assert seal({"step": 1}) == b'{"step": 1, "crc": "3a87913d"}'


@given(
    st.dictionaries(
        st.text(min_size=1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        min_size=1,
    )
)
def test_what_is_sealed_is_read_back_exactly(values: dict[str, object]) -> None:
    assert unseal(seal(values), dict[str, Any]) == values


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_loss_that_is_not_a_number_is_never_sealed(number) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        seal({"loss": number})


@dataclass(frozen=True)
class Place:
    step: Annotated[int, Meta(ge=0)]
    loss: float | None = None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"step": "1"},
        {"step": True},
        {"step": 1.5},
        {"step": -1},
        {"step": None},
        {"step": 1, "loss": "2"},
    ],
)
def test_values_of_another_type_are_no_better_for_their_checksum(tmp_path, values) -> None:
    with pytest.raises(ValueError, match=r"step|loss"):
        unseal(seal(values), Place)
    write_json(tmp_path / "state.json", values)
    with pytest.raises(Damaged, match=r"state\.json is damaged"):
        read_json(tmp_path / "state.json", Place)
    assert unseal(seal({"step": 1, "loss": 2}), Place) == Place(1, 2.0)


def test_what_is_nested_beyond_all_reason_is_refused() -> None:
    text = b'{"step": ' + b"[" * 100_000
    line = text + b', "crc": "%08x"}' % zlib.crc32(text + b"}")
    with pytest.raises(ValueError, match="nested too deep"):
        unseal(line, dict[str, Any])


def test_a_link_a_pipe_a_folder_and_a_file_beyond_its_size_are_not_read(tmp_path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(11))
    for name, reason in (
        ("link", "cannot be read"),
        ("folder", "cannot be read"),
        ("pipe", "cannot be read"),
    ):
        with pytest.raises(Damaged, match=f"{name} is missing or {reason}"):
            read(tmp_path / name, most=10)
    with pytest.raises(Damaged, match="large is too large: up to 10 bytes"):
        read(tmp_path / "large", most=10)
    assert read(tmp_path / "elsewhere", most=6) == b"secret"


def test_every_single_flipped_bit_of_a_line_is_noticed() -> None:
    for position in range(len(LINE)):
        for bit in range(8):
            changed = bytearray(LINE)
            changed[position] ^= 1 << bit
            with pytest.raises(ValueError, match="wrong checksum"):
                unseal(bytes(changed), dict[str, Any])


def test_a_line_cut_anywhere_is_noticed() -> None:
    for length in range(len(LINE)):
        with pytest.raises(ValueError, match="wrong checksum"):
            unseal(LINE[:length], dict[str, Any])


def test_a_json_file_cut_anywhere_is_named(tmp_path) -> None:
    file = tmp_path / "state.json"
    write_json(file, {"status": "running"})
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        with pytest.raises(Damaged, match=r"state\.json"):
            read_json(file, dict[str, Any])


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(Damaged, match=r"state\.json is missing"):
        read_json(tmp_path / "state.json", dict[str, Any])


def test_a_write_that_fails_leaves_the_old_content(tmp_path, monkeypatch) -> None:
    file = tmp_path / "state.json"
    write(file, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(file, b"new")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"]


def test_a_file_that_is_just_being_read_is_replaced_a_moment_later(tmp_path, monkeypatch) -> None:
    replace, refusals = Path.replace, iter([PermissionError, PermissionError])

    def busy(self, target):
        if refusal := next(refusals, None):
            raise refusal
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    write(tmp_path / "state.json", b"new")
    assert (tmp_path / "state.json").read_bytes() == b"new"


def test_a_changed_bit_in_a_file_with_a_digest_is_named(tmp_path) -> None:
    file = tmp_path / "checkpoint.pt"
    write_with_digest(file, b"weights")
    file.write_bytes(b"weightt")
    with pytest.raises(Damaged, match=r"checkpoint\.pt"):
        read_with_digest(file, 100)


def test_the_digest_beside_a_file_is_what_sha256sum_writes(tmp_path) -> None:
    file = tmp_path / "checkpoint.pt"
    for content in (b"first", b"second"):
        write_with_digest(file, content)
    digest = hashlib.sha256(b"second").hexdigest()
    assert (tmp_path / "checkpoint.pt.sha256").read_text() == f"{digest}  checkpoint.pt\n"


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_kill_between_two_writes_leaves_a_pair_that_fits(tmp_path, monkeypatch, writes) -> None:
    class Killed(BaseException):
        pass

    left = iter(range(writes))

    def write_until_killed(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise Killed
        write(path, content)

    file = tmp_path / "checkpoint.pt"
    write_with_digest(file, b"first")
    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(seal_module, "write", write_until_killed)
        write_with_digest(file, b"second")
    assert read_with_digest(file, 100) == (b"second" if writes > 1 else b"first")
    write_with_digest(file, b"third")
    assert read_with_digest(file, 100) == b"third"


def test_an_older_file_is_refused(tmp_path) -> None:
    file = tmp_path / "checkpoint.pt"
    for content in (b"first", b"second"):
        write_with_digest(file, content)
    file.write_bytes(b"first")
    with pytest.raises(Damaged):
        read_with_digest(file, 100)
