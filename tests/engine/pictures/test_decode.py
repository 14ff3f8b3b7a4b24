"""Whatever picture comes in, it comes out as the RGB a person would see, or with a reason why not."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.pictures.decode import decode

RED, WHITE, GREY = (255, 0, 0), (255, 255, 255), (128, 128, 128)


def encoded(picture: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def pixel(data: bytes, x: int = 0, y: int = 0) -> tuple[int, ...]:
    picture = decode(data)
    assert picture.mode == "RGB"
    return picture.getpixel((x, y))


@pytest.mark.parametrize("format", ["BMP", "GIF", "PNG", "PPM", "TIFF"])
def test_ordinary_formats_keep_their_colours(format):
    assert pixel(encoded(Image.new("RGB", (8, 8), RED), format)) == RED


def test_webp_keeps_its_colours():
    assert pixel(encoded(Image.new("RGB", (8, 8), RED), "WEBP", lossless=True)) == RED


def test_a_picture_can_come_from_a_file(tmp_path):
    (tmp_path / "red").write_bytes(encoded(Image.new("RGB", (8, 8), RED)))

    assert decode(tmp_path / "red").getpixel((0, 0)) == RED


def test_sixteen_bit_grey_is_scaled_not_clipped():
    dark_to_light = np.array([[0, 257 * 128, 65535]], np.uint16)

    picture = decode(encoded(Image.fromarray(dark_to_light)))

    assert [picture.getpixel((x, 0)) for x in range(3)] == [(0, 0, 0), GREY, WHITE]


def test_cmyk_becomes_rgb():
    cyan = encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG", quality=100)

    red, green, blue = pixel(cyan)

    assert red < 10
    assert green > 245
    assert blue > 245


def test_greyscale_becomes_three_equal_channels():
    assert pixel(encoded(Image.new("L", (8, 8), 128))) == GREY


def test_black_and_white_becomes_rgb():
    assert pixel(encoded(Image.new("1", (8, 8), 1))) == WHITE


def test_transparency_is_laid_on_white():
    clear, half = Image.new("RGBA", (8, 8), (0, 0, 0, 0)), Image.new("RGBA", (8, 8), (255, 0, 0, 128))

    assert pixel(encoded(clear)) == WHITE
    assert pixel(encoded(half)) == (255, 127, 127)


def test_grey_with_transparency_is_laid_on_white():
    assert pixel(encoded(Image.new("LA", (8, 8), (0, 0)))) == WHITE


def test_a_palette_keeps_its_colours_and_its_transparent_one_is_white():
    picture = Image.new("P", (2, 1))
    picture.putpalette([*RED, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    data = encoded(picture, transparency=1)

    assert pixel(data, 0) == RED
    assert pixel(data, 1) == WHITE


def test_a_picture_taken_sideways_is_turned_upright():
    lying = Image.new("RGB", (16, 8), RED)
    lying.paste(WHITE, (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn by 90 degrees clockwise

    upright = decode(encoded(lying, "JPEG", exif=exif, quality=100))

    assert upright.size == (8, 16)
    assert min(upright.getpixel((4, 2))) > 245  # the left half is now above


def test_of_an_animation_the_first_frame_counts():
    frames = [Image.new("RGB", (8, 8), color) for color in (RED, WHITE)]

    assert pixel(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])) == RED


def test_more_bytes_than_allowed_are_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(limits, "PICTURE_BYTES", limits.MEGABYTE)

    with pytest.raises(LessonError, match=r"The file has 1\.5 MB; up to 1 MB are allowed\."):
        decode(bytes(limits.MEGABYTE * 3 // 2))


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_072, 30_000, 2_000_000_000])
def test_more_pixels_than_allowed_are_refused_by_the_header(side):
    with pytest.raises(LessonError, match="more than 50 million pixels"):
        decode(png_that_claims(side, side))


def test_a_float_picture_is_refused_rather_than_misread():
    with pytest.raises(LessonError, match="more than 16 bits"):
        decode(encoded(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF"))


@pytest.mark.parametrize(
    "data", [b"", b"cat", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg/>"]
)
def test_what_is_no_picture_is_refused_with_the_formats_that_can_be_read(data):
    with pytest.raises(LessonError, match="these can: BMP, GIF, JPEG, PNG, PPM, TIFF, WEBP"):
        decode(data)


@pytest.mark.filterwarnings("ignore:Truncated File Read")
@pytest.mark.parametrize("format", ["BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"])
def test_a_picture_cut_off_anywhere_is_either_refused_in_words_or_whole(format):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    data = encoded(Image.fromarray(noise), format)

    for end in range(0, len(data), max(1, len(data) // 60)):
        with suppress(LessonError):
            assert decode(data[:end]).size == (40, 40)

    with pytest.raises(LessonError, match="damaged or cut off"):
        decode(data[: len(data) // 2])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(LessonError, match="cannot be opened: No such file or directory"):
        decode(tmp_path / "gone.png")
