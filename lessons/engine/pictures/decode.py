"""Pictures from outside, decoded safely: whatever their mode, they come out as plain RGB."""

import logging
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lessons.core import limits
from lessons.core.messages import LessonError, Message

# Raster formats alone: some of Pillow's other readers start programs (EPS) or follow the file elsewhere.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
OTHERS = {  # what is often taken for such a picture, by what stands near its beginning, in small letters
    b"<svg": Message("an SVG drawing"),
    b"<html": Message("a web page"),
    b"<!doctype html": Message("a web page"),
    b"%!ps-adobe": Message("an EPS drawing"),
    b"%pdf-": Message("a PDF document"),
    b"ftyphei": Message("a HEIC photo"),
}
PREVIEW = (512, 512)  # what a picture to work on is shrunk into
PNG = b"\x89PNG\r\n\x1a\n"
PACKED = (b"zTXt", b"iTXt", b"iCCP")  # of a PNG: what no pixel depends on, and may be packed

log = logging.getLogger(__name__)


def decode(source: bytes | Path | str) -> Image.Image:
    """The picture as mode RGB, upright: turned as its EXIF says, transparency laid on white, the first frame
    of an animation, 16-bit grey scaled to 8.

    Raises LessonError where it is no picture, is damaged, or exceeds PICTURE_BYTES or PICTURE_PIXELS; both
    are checked before anything is decoded.
    """
    data = source if isinstance(source, bytes) else _bytes_of(Path(source))
    _require_small(len(data))
    try:
        return _rgb(_upright(data))
    except LessonError:
        raise
    except UnidentifiedImageError:
        raise _no_picture(data) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception as error:  # a damaged file makes Pillow's readers raise almost anything
        log.info("A picture could not be decoded: %r", error)
        raise LessonError("The picture is damaged or cut off.") from error


def has_several(data: bytes) -> bool:
    """Whether there are more pictures in it than the one that ``decode`` makes: frames, pages, a preview; not
    of what it refuses."""
    try:
        return bool(getattr(_opened(_without_texts(data)), "is_animated", False))
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


def _require_few_pixels(pixels: int) -> None:
    if pixels > limits.PICTURE_PIXELS:
        raise _too_many_pixels()


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


def _upright(data: bytes) -> Image.Image:
    """Of a PNG whose texts, unpacked, are more than Pillow takes, the rest is read."""
    try:
        return _loaded(data)
    except LessonError:
        raise
    except ValueError:
        return _loaded(_without_texts(data))


def _loaded(data: bytes) -> Image.Image:
    picture = _opened(data)
    _require_few_pixels(picture.width * picture.height)
    picture.load()
    _turn(picture)
    return picture


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=FORMATS)


def _without_texts(data: bytes) -> bytes:
    """A PNG without its PACKED chunks; any other file as it is."""
    if not data.startswith(PNG):
        return data
    kept, place = [PNG], len(PNG)
    while place < len(data):  # a chunk: length, name, content, checksum
        end = place + 12 + int.from_bytes(data[place : place + 4])
        if data[place + 4 : place + 8] not in PACKED:
            kept.append(data[place:end])
        place = end
    return b"".join(kept)


def _turn(picture: Image.Image) -> None:
    """Upright, as its EXIF says; where that cannot be read, the picture stays as it lies."""
    with suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "F" or picture.mode.startswith("I"):
        picture = _from_16_bit(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def _from_16_bit(picture: Image.Image) -> Image.Image:
    """Pillow's own conversion would clip everything above 255 to white."""
    values = np.asarray(picture)
    if picture.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise LessonError("The picture's numbers need more than 16 bits; save it as an ordinary PNG or JPEG.")
    return Image.fromarray(np.rint(values / 257).astype(np.uint8))
