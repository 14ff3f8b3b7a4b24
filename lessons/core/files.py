"""Files that tell when they were damaged: a checksum in every line, and a digest beside every large file.

A kill at any moment leaves either the old file or the new one, never half of either: a file is written under
another name, forced to the disk, then renamed over the old one, which the operating system does in one go.
"""

import errno
import hashlib
import io
import json
import os
import stat
import time
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from lessons.core import limits
from lessons.core.messages import LessonError

Kind = TypeVar("Kind")


class Damaged(LessonError):
    """A file that is missing, cut short or changed."""


def seal(values: Mapping[str, Any]) -> bytes:
    """One line of JSON whose last entry is the CRC-32 of the rest.

    >>> seal({"step": 1})
    b'{"step": 1, "crc": "3a87913d"}'
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    return text[:-1] + _ending(text)


def unseal(line: bytes, kind: type[Kind]) -> Kind:
    """The values of a sealed line, as that type, often a dataclass.

    ValueError if a single bit was changed, or they are of another type: the checksum says that they are as
    written, not that they make sense.

    >>> unseal(seal({"step": 1}), dict[str, int])
    {'step': 1}
    """
    cut = len(line) - len(_ending(b""))
    text = line[:cut] + b"}"
    if line[cut:] != _ending(text):
        raise ValueError("wrong checksum")
    return parse(text, kind)


def parse(text: bytes, kind: type[Kind]) -> Kind:
    """JSON as that type; ValueError if it is not, or nested beyond all reason."""
    try:
        return msgspec.json.decode(text, type=kind)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _ending(text: bytes) -> bytes:
    return b', "crc": "%08x"}' % zlib.crc32(text)


def write(path: Path, content: bytes) -> None:
    """Put content at path, in one go: path holds the old content or the new, whatever happens meanwhile."""
    temporary = path.with_name(path.name + ".new")
    try:
        with create_anew(temporary) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(temporary, path)
    except OSError:
        with suppress(OSError):  # half a file would only take room
            temporary.unlink()
        raise


def create_anew(path: Path) -> BinaryIO:
    """A file to be written in place of what was there, be it a link or a pipe."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def _put_in_place(temporary: Path, path: Path) -> None:
    """Windows refuses while somebody reads the old file, which takes no longer than a moment."""
    for patience in (0.01, 0.02, 0.05, 0.1, 0.2):
        try:
            temporary.replace(path)
            return
        except PermissionError:
            time.sleep(patience)
    temporary.replace(path)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    write(path, seal(values) + b"\n")


def read_json(path: Path, kind: type[Kind]) -> Kind:
    """The values written by ``write_json``; Damaged names the file if they cannot be trusted."""
    content = read(path, limits.SMALL_FILE_BYTES)
    try:
        if not content.endswith(b"\n"):
            raise ValueError("cut short")
        return unseal(content[:-1], kind)
    except ValueError as error:
        raise Damaged("The file {file} is damaged.", file=path.name) from error


def digest(content: bytes) -> str:
    """SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_with_digest(path: Path, content: bytes) -> None:
    """Write path and, beside it, ``<name>.sha256`` in the format of ``sha256sum``.

    Two files cannot be renamed in one go. So meanwhile both digests stand there, the old file's and the new
    one's: whichever of the two files a kill leaves, it is accepted.
    """
    beside = _beside(path)
    old = b""
    with suppress(Damaged):
        old = read(beside, limits.SMALL_FILE_BYTES // 2)
    new = _digest_line(path, content)
    write(beside, old + new)
    write(path, content)
    write(beside, new)


def read_with_digest(path: Path, most: int) -> bytes:
    """The content written by ``write_with_digest``, up to so many bytes; Damaged names the file if it is not
    that."""
    content = read(path, most)
    if _digest_line(path, content) not in read(_beside(path), limits.SMALL_FILE_BYTES).splitlines(
        keepends=True
    ):
        raise Damaged("The file {file} is damaged: its checksum does not match.", file=path.name)
    return content


def _digest_line(path: Path, content: bytes) -> bytes:
    return f"{digest(content)}  {path.name}\n".encode()


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def read(path: Path, most: int) -> bytes:
    """What is in a file, up to so many bytes. Damaged names it if it has more, or is not a plain one: a link
    may lead anywhere, and a pipe would keep the reader waiting.
    """
    try:
        with open_plainly(path) as file:
            content = file.read(most + 1)
    except OSError as error:
        raise Damaged("The file {file} is missing or cannot be read.", file=path.name) from error
    if len(content) > most:
        raise Damaged("The file {file} is too large: up to {most} bytes are read.", file=path.name, most=most)
    return content


def open_plainly(path: Path, mode: str = "rb") -> BinaryIO:
    """A plain file, as ``open`` does it; OSError if there is anything else. A mode that writes makes one."""
    return cast(BinaryIO, open(path, mode, opener=_open_plainly))


def _open_plainly(path: str, flags: int) -> int:
    plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # neither is known to Windows
    number = os.open(path, flags | plain, 0o666)
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise OSError(errno.EINVAL, "not a plain file")


def marks(about: os.stat_result) -> tuple[int, int, int]:
    """Differ where a file was changed, be it by another one of its size."""
    return about.st_ino, about.st_size, about.st_mtime_ns


def is_here(path: Path) -> bool:
    """Whether there is anything of that name, be it a link that leads nowhere."""
    return os.path.lexists(path)


class _Outline(io.BytesIO):
    """Gives no more than so much in one go: what says which members an archive has is read like that."""

    def read(self, size: int | None = -1) -> bytes:
        left = len(self.getbuffer()) - self.tell()
        if (
            left > limits.ARCHIVE_OUTLINE
            and not 0 <= (-1 if size is None else size) <= limits.ARCHIVE_OUTLINE
        ):
            raise ValueError("too many members")
        return super().read(size)


def stored(content: bytes) -> dict[str, memoryview]:
    """The members of a zip archive that keeps them as they are, so that it unpacks to no more than its size.

    ValueError for any other archive, and where two have the same name.
    """
    try:
        with zipfile.ZipFile(_Outline(content)) as archive:
            members = archive.infolist()
    except Exception as error:  # a damaged directory raises almost anything
        raise ValueError("no archive") from error
    packed = any(member.compress_type or member.flag_bits & 1 for member in members)
    if packed or sum(member.file_size for member in members) > len(content):
        raise ValueError("an archive that unpacks to more than its size")
    found = {member.filename: _stored(memoryview(content), member) for member in members}
    if len(found) < len(members):
        raise ValueError("two members of one name")
    return found


def _stored(content: memoryview, member: zipfile.ZipInfo) -> memoryview:
    """Before what is kept there are 30 bytes, of which the last four tell how long its name is, and what
    follows that."""
    at = member.header_offset + 30
    name, more = (int.from_bytes(content[at + each : at + each + 2], "little") for each in (-4, -2))
    found = content[at + name + more :][: member.file_size]
    if bytes(content[at - 30 : at - 26]) != b"PK\x03\x04" or len(found) < member.file_size:
        raise ValueError("a member that is not there")
    return found
