"""Which files of a folder are pictures, and how one is read."""

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

# Raster formats alone: some of Pillow's other readers start programs (EPS) or follow the file elsewhere.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")


def hidden(name: str) -> bool:
    """What file managers, notebooks and archives leave behind."""
    return name.startswith(".") or name.lower() in ("__macosx", "thumbs.db", "desktop.ini")


def visible(folder: str) -> Iterator[str]:
    """Every file and folder below it that is not hidden. Links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not hidden(name))
        yield from (os.path.join(place, name) for name in (*folders, *sorted(files)) if not hidden(name))


def belongs(file: str, folder: str) -> bool:
    """Whether it is a plain file, or a link to one that lies in the folder."""
    if os.path.islink(file) and not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        return False
    return os.path.isfile(file)


def labelled(part: str, folder: str) -> list[tuple[str, int]]:
    """The files in a part of the folder, each with the number of its class. A class is a folder there."""
    classes = sorted(each.name for each in os.scandir(part) if each.is_dir() and not hidden(each.name))
    return [
        (file, label)
        for label, name in enumerate(classes)
        for file in sorted(visible(os.path.join(part, name)))
        if belongs(file, folder)
    ]


def drawn_for_test(files: list[tuple[str, int]], seed: int) -> set[str]:
    """A fifth of each class, at least one. The lot is drawn by name, so a new file moves few others."""

    def lot(file: tuple[str, int]) -> bytes:
        return hashlib.sha256(os.fsencode(f"{seed} {os.path.basename(file[0])}")).digest()

    drawn: set[str] = set()
    for _, group in groupby(files, key=lambda file: file[1]):
        shuffled = sorted(group, key=lot)
        drawn.update(file for file, _ in shuffled[: max(1, len(shuffled) // 5)])
    return drawn


def opened(data: bytes) -> Image.Image:
    """Its size is known then, but no pixel."""
    return Image.open(BytesIO(data), formats=FORMATS)


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF says, transparency laid on white, 16-bit grey scaled to 8."""
    picture.load()
    with suppress(Exception):  # what the EXIF says may make no sense
        ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode == "F" or picture.mode.startswith("I"):
        picture = eight_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def eight_bits(picture: Image.Image) -> Image.Image:
    """Of 16-bit grey; Pillow's own conversion would clip everything above 255 to white."""
    values = np.asarray(picture)
    if picture.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise OverflowError("more than 16 bits")
    return Image.fromarray(np.rint(np.arange(65536) / 257).astype(np.uint8)[values])


def pixels_alone(data: bytes) -> bytes:
    """A PNG without what no pixel needs and Pillow may stumble over: packed texts, and what is damaged."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    kept, place = [data[:8]], 8
    while place < len(data):  # a chunk: length, name, content, checksum
        end = place + 12 + int.from_bytes(data[place : place + 4])
        name, whole = data[place + 4 : place + 8], data[place:end]
        sound = zlib.crc32(whole[4:-4]) == int.from_bytes(whole[-4:])
        if name[:1].isupper() or name == b"tRNS" or (sound and name not in (b"zTXt", b"iTXt", b"iCCP")):
            kept.append(whole)
        place = end
    return b"".join(kept)
