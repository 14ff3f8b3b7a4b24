"""Whatever picture comes in, it comes out as the RGB a person would see, or with a reason why not."""

import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.pictures import decode as decoding
from lessons.engine.pictures.decode import decode, has_several, preview
from tests.pngs import chunk, png_that_claims

ROOT = Path(__file__).parents[3]
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


@pytest.mark.parametrize("format", ["PNG", "TIFF", "PPM"])
def test_a_ramp_of_sixteen_bits_keeps_all_levels_of_eight(format):
    ramp = Image.fromarray(np.arange(0, 65536, 16, dtype=np.uint16)[None])

    assert np.unique(np.asarray(decode(encoded(ramp, format)))).tolist() == list(range(256))


@pytest.mark.parametrize(
    ("format", "options"), [("JPEG", {"quality": 100}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})]
)
def test_cmyk_becomes_rgb(format, options):
    cyan = encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), format, **options)

    red, green, blue = pixel(cyan)

    assert red < 10
    assert green > 245
    assert blue > 245


@pytest.mark.parametrize("colour", [RED, GREY, (20, 160, 90)])
def test_lab_becomes_rgb(colour):
    lab = ImageCms.profileToProfile(
        Image.new("RGB", (8, 8), colour),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )

    assert pixel(encoded(lab, "TIFF")) == pytest.approx(colour, abs=6)


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


TURNED = {  # what the EXIF tag of orientation says -> how the upright picture was laid down before
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
    99: None,
}


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", TURNED)
def test_a_picture_taken_sideways_is_turned_upright(orientation, format):
    upright = Image.fromarray(np.arange(8 * 5 * 3, dtype=np.uint8).reshape(5, 8, 3))
    laid = TURNED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation

    seen = decode(encoded(upright if laid is None else upright.transpose(laid), format, exif=exif))

    assert np.array_equal(seen, upright)


def test_where_the_exif_cannot_be_read_the_picture_stays_as_it_lies():
    assert pixel(encoded(Image.new("RGB", (8, 8), RED), exif=b"Exif\0\0nothing")) == RED


def frames(format: str, count: int, **options) -> bytes:
    """Red, then white."""
    first, *others = (Image.new("RGB", (8, 8), colour) for colour in (RED, *[WHITE] * (count - 1)))
    return encoded(first, format, save_all=True, append_images=others, **options)


@pytest.mark.parametrize(
    ("format", "options"),
    [("GIF", {}), ("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {}), ("MPO", {"quality": 100})],
)
def test_of_several_pictures_the_first_counts_and_that_there_are_several_is_known(format, options):
    assert pixel(frames(format, 2, **options)) == pytest.approx(RED, abs=2)
    assert has_several(frames(format, 2, **options))
    assert not has_several(frames(format, 1, **options))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html>"])
def test_what_is_no_picture_has_not_several_either(data):
    assert not has_several(data)


def with_texts(png: bytes, count: int, length: int, place: int) -> bytes:
    """The file with packed texts; place: -12 before its end, 33 before its pixels."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(length)))
    return png[:place] + count * text + png[place:]


@pytest.mark.parametrize(("count", "length"), [(1, 2 * limits.MEGABYTE), (65, limits.MEGABYTE)])
@pytest.mark.parametrize("place", [33, -12])
def test_a_png_with_longer_texts_than_pillow_takes_has_its_pixels(count, length, place):
    whole = encoded(Image.new("RGB", (8, 8), RED))
    data = with_texts(whole, count, length, place)
    with pytest.raises(ValueError, match=r"too large|Too much"):
        Image.open(BytesIO(data)).load()
    assert pixel(data) == RED
    with pytest.raises(LessonError, match="damaged or cut off"):
        decode(with_texts(whole[:-25] + whole[-12:], count, length, 33))


def broken_checksum(name: bytes, content: bytes = b"") -> bytes:
    whole = chunk(name, content)
    return whole[:-1] + bytes([whole[-1] ^ 1])


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"gAMA", b"tIME", b"prVt"])
@pytest.mark.parametrize("place", [33, -12])
def test_what_is_damaged_beside_the_pixels_of_a_png_does_not_matter(name, place):
    whole = encoded(Image.new("RGB", (8, 8), RED))
    assert pixel(whole[:place] + broken_checksum(name, b"Comment\0cats") + whole[place:]) == RED


@pytest.mark.parametrize("name", [b"IHDR", b"tRNS", b"PLTE"])
def test_a_png_whose_pixels_fail_their_checksum_is_damaged(name):
    picture = Image.new("P", (8, 8))
    picture.putpalette([*RED, 0, 0, 255])
    whole = bytearray(encoded(picture, transparency=1))
    assert pixel(bytes(whole)) == RED
    place = whole.index(name)
    whole[place + 4 + int.from_bytes(whole[place - 4 : place])] ^= 1
    with pytest.raises(LessonError, match=r"damaged or cut off|not a picture"):
        decode(bytes(whole))


ODD_EXIF = {
    "XResolution is text": (0x011A, 2, 4, b"72 d"),
    "Orientation is text": (0x0112, 2, 4, b"left"),
    "Orientation is a fraction that lies beyond the end": (0x0112, 5, 1, b"\xff\xff\xff\x7f"),
    "the Exif part lies beyond the end": (0x8769, 4, 1, b"\xff\xff\xff\xff"),
    "a type that there is not": (0x010F, 99, 4, b"cats"),
    "more values than bytes": (0x010F, 2, 0x7FFFFFFF, b"\0\0\0\0"),
}


@pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Tag data larger than file")
@pytest.mark.parametrize("what", ODD_EXIF)
@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_a_picture_whose_exif_makes_no_sense_is_whole(format, what):
    entry = struct.pack("<HHI", *ODD_EXIF[what][:3]) + ODD_EXIF[what][3]
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4)
    assert decode(encoded(Image.new("RGB", (8, 5), RED), format, exif=exif)).size == (8, 5)


def test_that_there_are_several_is_known_of_a_png_with_a_long_text():
    data = with_texts(frames("PNG", 2), 1, 2 * limits.MEGABYTE, 33)
    assert pixel(data) == RED
    assert has_several(data)


def test_more_bytes_than_allowed_are_refused_before_decoding():
    with pytest.raises(LessonError, match=r"The file has 20\.5 MB; up to 20 MB are allowed\."):
        decode(bytes(41 * limits.MEGABYTE // 2))


@pytest.mark.parametrize("side", [7_072, 30_000, 2_000_000_000])
def test_more_pixels_than_allowed_are_refused_by_the_header(side):
    with pytest.raises(LessonError, match="more than 50 million pixels"):
        decode(png_that_claims(side, side))


# The resource module would count the memory of the process that starts this one.
MEASURE = r"""
import re, sys, time
from pathlib import Path
from lessons.core.messages import LessonError
from lessons.engine.pictures.decode import decode

def most():
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])

decode("small")
before, started = most(), time.perf_counter()
try:
    decode(sys.argv[1])
except LessonError as error:
    print(error, file=sys.stderr)
print(time.perf_counter() - started, (most() - before) / 1024)
"""


def measured(path: str) -> tuple[float, float, str]:
    """Seconds and further megabytes that decoding a file takes in a process of its own, and its refusal."""
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes, done.stderr


SIX = r"""
import re, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from lessons.engine.pictures.decode import preview

def most():
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024

files = sys.argv[1:]
with ThreadPoolExecutor(len(files)) as threads:
    assert [size for _, size in threads.map(preview, files)] == [(7_071, 7_071)] * len(files)
print(most())
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory this way")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "I;16"])
def test_six_large_pictures_at_once_take_less_than_900_megabytes(mode, tmp_path):
    data = encoded(Image.new(mode, (7_071, 7_071)))
    for number in range(6):
        (tmp_path / str(number)).write_bytes(data)

    command = [sys.executable, "-c", SIX, *(str(tmp_path / str(number)) for number in range(6))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert float(done.stdout) < 900


def test_large_pictures_are_decoded_one_at_a_time(monkeypatch):
    """While one has its turn, a large one waits, and a small one does not."""
    small, large = (encoded(Image.new("1", (side, 2_001))) for side in (8, 2_000))
    with ThreadPoolExecutor(1) as other, decoding._one:
        waiting = other.submit(decode, large)
        assert decode(small).size == (8, 2_001)
        assert not waiting.done()
    assert waiting.result(30).size == (2_000, 2_001)


def test_a_preview_is_the_picture_shrunk_and_says_how_large_it_was():
    picture = Image.effect_noise((1_024, 700), 50).convert("RGB")
    shrunk = picture.copy()
    shrunk.thumbnail((512, 512))
    seen, size = preview(encoded(picture))
    assert size == (1_024, 700)
    assert np.array_equal(seen, shrunk)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory this way")
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_a_whole_picture_of_too_many_pixels_costs_next_to_nothing(format, tmp_path, monkeypatch):
    """Beside one that is just small enough, which shows that there was something to save."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, side in (("small", 8), ("enough", 7_071), ("too-many", 7_072)):
        (tmp_path / name).write_bytes(encoded(Image.new("1", (side, side)), format))

    seconds, megabytes, refusal = measured("too-many")
    most_seconds, most_megabytes, _none = measured("enough")

    assert "more than 50 million pixels" in refusal
    assert megabytes < 10
    assert most_megabytes > 100
    assert seconds < most_seconds / 10


def test_a_float_picture_is_refused_rather_than_misread():
    with pytest.raises(LessonError, match="more than 16 bits"):
        decode(encoded(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty."),
        (b"cat", "This is not a picture in a format that can be read"),
        (b"<!DOCTYPE html>\n<title>404</title>", "The file holds a web page, not a picture"),
        (b"\n<HTML lang='en'>", "The file holds a web page, not a picture"),
        (
            b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
            "The file holds an SVG drawing",
        ),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "The file holds an EPS drawing"),
        (b"%PDF-1.7\n", "The file holds a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "The file holds a HEIC photo"),
    ],
)
def test_what_is_no_picture_is_refused_by_what_it_is_whatever_its_name(data, told, tmp_path):
    (tmp_path / "photo.png").write_bytes(data)

    with pytest.raises(LessonError) as refused:
        decode(tmp_path / "photo.png")

    assert str(refused.value).startswith(told)
    assert not data or str(refused.value).endswith("these can: BMP, GIF, JPEG, PNG, PPM, TIFF, WEBP.")


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
