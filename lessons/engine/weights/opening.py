"""Opens a file of weights that comes from outside, without running anything that it brings along.

Three formats are read: what ``torch.save`` writes today (a zip archive), what it wrote before torch 1.6, and
safetensors. The first two hold a pickle, a small program that builds what was saved: torch runs it with
``weights_only=True``, always, so it can build tensors and plain containers and nothing else.
"""

import pickle
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.messages import LessonError

ZIP, PICKLE = b"PK\x03\x04", b"\x80"
WEB_PAGE = re.compile(rb"<(!doctype )?html", re.IGNORECASE)
GLOBAL = re.compile(r"GLOBAL (\S+)")  # what torch says that a pickle asked for
NAME = 60  # characters of a name that are shown


def require_file_of_weights(file: Path) -> None:
    """LessonError where it is clear without reading the file that it holds no weights."""
    try:
        about = file.stat()
        if stat.S_ISDIR(about.st_mode):
            raise LessonError("{file} is a folder, not a file of weights.", file=file.name)
        if not stat.S_ISREG(about.st_mode):  # reading a pipe might never end
            raise LessonError("{file} is not an ordinary file.", file=file.name)
        with file.open("rb") as stream:
            head = stream.read(1000)
    except OSError as error:
        raise LessonError(
            "{file} cannot be opened: {reason}.", file=file.name, reason=error.strerror
        ) from error
    if not head:
        raise LessonError("{file} is empty.", file=file.name)
    _require_small(about.st_size, file)
    if WEB_PAGE.search(head):
        raise LessonError(
            "{file} holds a web page, not weights. Perhaps the network wanted you to log in first; fetch it "
            "again.",
            file=file.name,
        )
    if not (head.startswith((ZIP, PICKLE)) or _is_safetensors(head)):
        raise LessonError(
            "{file} is no file of weights: it was written neither by torch.save nor by safetensors.",
            file=file.name,
        )


def opened(file: Path) -> dict[str, Tensor]:
    """The tensors in the file by their names, on the CPU, as they were saved.

    A checkpoint may keep them one level down, ``{"epoch": 3, "state_dict": {...}}``. Raises LessonError for
    everything else: a whole model, something that is no tensor, what would run code, what is damaged, what
    would unpack to more than WEIGHTS_BYTES.
    """
    require_file_of_weights(file)
    with file.open("rb") as stream:
        head = stream.read(len(ZIP))
    if head.startswith(ZIP):
        _require_unpacked(file)
    return _tensors(_loaded(file, head), file)


def require_memory(file: Path, error: Exception) -> None:
    """LessonError where this was raised because more memory was wanted than there may be."""
    if isinstance(error, MemoryError) or "allocate memory" in str(error):
        raise LessonError(
            "{file} needs more memory than reading weights may take: {allowed} MB.",
            file=file.name,
            allowed=limits.READING_BYTES // limits.MEGABYTE,
        ) from error


def shown(name: object) -> str:
    """A name from the file, cut where it is endless, with what cannot be seen spelled out."""
    text = str(name)
    return spelled(text if len(text) <= NAME else f"{text[: NAME - 1]}…")


def _is_safetensors(head: bytes) -> bool:
    """It begins with the length of its header, in eight bytes, and the header is JSON."""
    return head[8:9] == b"{"


def _require_small(size: int, file: Path) -> None:
    if size > limits.WEIGHTS_BYTES:
        raise LessonError(
            "{file} would take {size} MB; a file of weights can have up to {allowed} MB.",
            file=file.name,
            size=round(size / limits.MEGABYTE),
            allowed=limits.WEIGHTS_BYTES // limits.MEGABYTE,
        )


def _require_unpacked(file: Path) -> None:
    """An archive says in its directory what it unpacks to. What torch.save wrote is not compressed, so it
    holds no more than its own size, and nothing that says otherwise is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except Exception as error:  # a damaged directory raises almost anything
        raise _damaged(file) from error
    size = sum(member.file_size for member in members)
    _require_small(size, file)
    names = {member.filename.partition("/")[2] for member in members}
    if "data.pkl" not in names:
        raise LessonError("{file} is a zip archive, but not one of torch.save.", file=file.name)
    if "constants.pkl" in names:
        raise _code(file, "torch.jit.load")
    if size > file.stat().st_size or any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise LessonError("{file} is compressed, which a file of torch.save never is.", file=file.name)


def _loaded(file: Path, head: bytes) -> Any:
    try:
        if not head.startswith((ZIP, PICKLE)):
            return load_file(file)
        with file.open("rb") as stream:  # of a path, torch would also weigh how it ends
            return torch.load(stream, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        asked = GLOBAL.search(str(error))
        raise (_code(file, asked[1]) if asked else _damaged(file)) from error
    except Exception as error:  # torch raises whatever a damaged file leads to
        require_memory(file, error)
        raise _damaged(file) from error


def _code(file: Path, name: str) -> LessonError:
    return LessonError(
        "{file} holds a call of {name}: opening it would run code, so it is not opened. If it is of a whole "
        "model, save the weights alone: torch.save(model.state_dict(), file).",
        file=file.name,
        name=shown(name),
    )


def _damaged(file: Path) -> LessonError:
    return LessonError(
        "{file} is damaged or cut off, or it was written neither by torch.save nor by safetensors.",
        file=file.name,
    )


def _tensors(saved: Any, file: Path) -> dict[str, Tensor]:
    """What was saved, or the only thing in it that is a dict of tensors."""
    if not isinstance(saved, dict):
        raise LessonError(
            "{file} holds {what}; weights are a dict of tensors by their names, as state_dict() gives.",
            file=file.name,
            what=type(saved).__name__,
        )
    odd = _not_a_tensor(saved)
    if odd is None:
        return saved
    within = [each for each in saved.values() if isinstance(each, dict) and each and not _not_a_tensor(each)]
    if len(within) == 1:
        return dict(within[0])
    raise LessonError(
        "In {file} there is {what} under {name}; weights are a dict of tensors by their names, as "
        "state_dict() gives.",
        file=file.name,
        what=type(saved[odd[0]]).__name__,
        name=shown(odd[0]),
    )


def _not_a_tensor(saved: dict[Any, Any]) -> tuple[Any] | None:
    """The first name under which there is something else than a plain tensor, if there is one."""
    for name, value in saved.items():
        plain = type(value) in (Tensor, torch.nn.Parameter) and value.layout == torch.strided
        if not (isinstance(name, str) and plain and value.device.type == "cpu"):
            return (name,)
    return None
