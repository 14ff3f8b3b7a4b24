"""Sets of pictures kept on disk as one file each, so that a set is drawn or read only once.

The format is NumPy's .npz, without pickles: every array in it carries a CRC-32 that is checked while
reading, so a damaged file is noticed. The cache is a convenience: where it cannot be read the set is made
again, and where it cannot be written the set is simply not kept.
"""

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from lessons.core.folders import data_folder

if TYPE_CHECKING:  # imports torch: a page lists the sets, with what is cached of them, before it needs torch
    from lessons.engine.pictures.pictures import Pictures

log = logging.getLogger(__name__)


def read(key: str, mark: str) -> "Pictures | None":
    """The set as it was written, if it was written with this mark and is undamaged."""
    import torch

    from lessons.engine.pictures.pictures import Pictures, Split

    about = summary(key)
    if about is None or about["mark"] != mark:
        return None
    try:
        with np.load(_file(key)) as arrays:
            train, test = (
                Split(
                    torch.from_numpy(arrays[f"{split}_images"]), torch.from_numpy(arrays[f"{split}_labels"])
                )
                for split in ("train", "test")
            )
    except Exception as error:  # a damaged zip file raises almost anything
        log.info("The cached set %r is damaged and will be made again: %r", key, error)
        return None
    return Pictures(about["name"], tuple(about["classes"]), train, test)


def summary(key: str) -> dict[str, Any] | None:
    """What is known of a cached set without reading its pictures: mark, name, classes, shape, train_size,
    test_size and notes; None where nothing (or something damaged) is cached."""
    try:
        with np.load(_file(key)) as arrays:
            about: dict[str, Any] = json.loads(arrays["about"].tobytes())
            return about
    except FileNotFoundError:
        return None
    except Exception as error:  # as in read
        log.info("The cached set %r is damaged: %r", key, error)
        return None


def write(key: str, mark: str, pictures: "Pictures", notes: Sequence[dict[str, Any]] = ()) -> None:
    """Keep a set. mark: changes when the set would come out differently; notes: anything JSON can hold."""
    about = {
        "mark": mark,
        "name": pictures.name,
        "classes": pictures.classes,
        "shape": pictures.shape,
        "train_size": len(pictures.train),
        "test_size": len(pictures.test),
        "notes": list(notes),
    }
    arrays = {
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
        "train_images": pictures.train.images.numpy(),
        "train_labels": pictures.train.labels.numpy(),
        "test_images": pictures.test.images.numpy(),
        "test_labels": pictures.test.labels.numpy(),
    }
    try:
        _replace(_file(key), arrays)
    except OSError as error:
        log.warning("The set %r cannot be cached: %s", key, error)


def _replace(file: Path, arrays: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink()
        raise


def _file(key: str) -> Path:
    name = quote(key, safe=" ")  # no file name on Windows has a colon
    return data_folder() / ".cache" / f"{name}.npz"
