"""Pictures from outside, decoded safely: whatever their mode, they come out as plain RGB."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TypeVar

from PIL import Image, UnidentifiedImageError

from lessons.core import limits
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures.reading import FORMATS, opened, pixels_alone, upright_rgb

OTHERS = {  # what is often taken for such a picture, by what stands near its beginning, in small letters
    b"<svg": Message("an SVG drawing"),
    b"<html": Message("a web page"),
    b"<!doctype html": Message("a web page"),
    b"%!ps-adobe": Message("an EPS drawing"),
    b"%pdf-": Message("a PDF document"),
    b"ftyphei": Message("a HEIC photo"),
}
PREVIEW = (512, 512)  # what a picture to work on is shrunk into
LARGE = 4_000_000  # pixels: such pictures are decoded one at a time; 50 million take 600 MB meanwhile

Made = TypeVar("Made")
log = logging.getLogger(__name__)
_one = Lock()

# Blocks of Pillow's usual 16 MB stay with the thread that asked for them; larger ones go back to the system.
Image.core.set_block_size(64 * limits.MEGABYTE)  # type: ignore[attr-defined]


def decode(source: bytes | Path | str) -> Image.Image:
    """The picture as mode RGB, upright: turned as its EXIF says, transparency laid on white, the first frame
    of an animation, 16-bit grey scaled to 8.

    Raises LessonError where it is no picture, is damaged, or exceeds PICTURE_BYTES or PICTURE_PIXELS; both
    are checked before anything is decoded. What is wrong beside the pixels does not matter.
    """
    return _decoded(source, lambda picture: picture)


def preview(source: bytes | Path | str) -> tuple[Image.Image, tuple[int, int]]:
    """As ``decode`` makes it, but shrunk into PREVIEW; and the width and height that it had before."""
    return _decoded(source, _shrunk)


def _shrunk(picture: Image.Image) -> tuple[Image.Image, tuple[int, int]]:
    size = picture.size
    picture.thumbnail(PREVIEW)
    return picture, size


def _decoded(source: bytes | Path | str, then: Callable[[Image.Image], Made]) -> Made:
    """then: what is made of the picture before the next large one has its turn."""
    data = source if isinstance(source, bytes) else _bytes_of(Path(source))
    _require_small(len(data))
    try:
        return _of_any(data, then)
    except LessonError:
        raise
    except UnidentifiedImageError:
        raise _no_picture(data) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception as error:  # a damaged file makes Pillow's readers raise almost anything
        log.info("A picture could not be decoded: %r", error)
        raise LessonError("The picture is damaged or cut off.") from error


def _of_any(data: bytes, then: Callable[[Image.Image], Made]) -> Made:
    try:
        return _of_sound(data, then)
    except (LessonError, Image.DecompressionBombError):
        raise
    except Exception:  # it may lie beside the pixels
        alone = pixels_alone(data)
        if alone == data:
            raise
        return _of_sound(alone, then)


def _of_sound(data: bytes, then: Callable[[Image.Image], Made]) -> Made:
    picture = opened(data)
    pixels = picture.width * picture.height
    if pixels > limits.PICTURE_PIXELS:
        raise _too_many_pixels()
    with _turn(pixels):
        try:
            return then(upright_rgb(picture))
        except OverflowError as error:
            raise LessonError(
                "The picture's numbers need more than 16 bits; save it as an ordinary PNG or JPEG."
            ) from error


def _turn(pixels: int) -> AbstractContextManager[object]:
    return _one if pixels > LARGE else nullcontext()


def has_several(data: bytes) -> bool:
    """Whether there are more pictures in it than the one that ``decode`` makes: frames, pages, a preview; not
    of what it refuses."""
    try:
        return bool(getattr(opened(pixels_alone(data)), "is_animated", False))
    except Exception:  # as in decode
        return False


def _bytes_of(path: Path) -> bytes:
    try:
        _require_small(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise LessonError("The file cannot be opened: {reason}.", reason=error.strerror) from error


def _require_small(size: int) -> None:
    if size > limits.PICTURE_BYTES:
        raise LessonError(
            "The file has {size:.1f} MB; up to {allowed} MB are allowed.",
            size=size / limits.MEGABYTE,
            allowed=limits.PICTURE_BYTES // limits.MEGABYTE,
        )


def _too_many_pixels() -> LessonError:
    return LessonError(
        "The picture has more than {allowed} million pixels, which is the most allowed.",
        allowed=limits.PICTURE_PIXELS // 1_000_000,
    )


def _no_picture(data: bytes) -> LessonError:
    if not data:
        return LessonError("The file is empty.")
    head, formats = data[:1000].lower(), ", ".join(FORMATS)
    for mark, what in OTHERS.items():
        if mark in head:
            return LessonError(
                "The file holds {what}, not a picture that can be read; these can: {formats}.",
                what=what,
                formats=formats,
            )
    return LessonError(
        "This is not a picture in a format that can be read; these can: {formats}.", formats=formats
    )
