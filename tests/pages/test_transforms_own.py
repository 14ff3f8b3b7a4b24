"""Own pictures on the page "Transforms": from a file or the camera, and the strip on all of one."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core.limits import MEGABYTE
from lessons.engine.pictures.samples import sample
from pages.kit.picture import choose

RUN = "transforms-whole"


def file_of(picture: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


LARGE = file_of(sample("coast").resize((1500, 1000)))


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms", picture="own")


def upload(app: AppTest, file: bytes, name: str = "own.png") -> None:
    app.file_uploader("transforms-file").set_value((name, file, "image/png")).run()
    assert not app.exception


def captions(app: AppTest) -> str:
    return "\n".join(each.value for each in app.caption)


def table(app: AppTest) -> list[list[str]]:
    """Its rows, but for the head."""
    (text,) = (each.value for each in app.markdown if "| preview |" in each.value)
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines()[2:]]


def test_the_strip_runs_on_the_whole_picture_when_asked_to_and_is_compared_with_the_preview(open_page):
    app = open_page(steps="CenterCrop|ToImage|ToDtype")
    upload(app, LARGE)
    assert "512 x 341; the picture has 1500 x 1000" in captions(app)
    assert not [each for each in app.markdown if "| preview |" in each.value]
    app.button(RUN).click().run()
    shape, red, *_others = table(app)
    assert shape == ["shape", "(3, 200, 200)", "(3, 200, 200)"]
    assert red[0] == "R"
    assert red[1] != red[2]
    told = "200 pixels are 39.1 % of the width in the preview, and 13.3 % in the whole picture."
    assert any(told in each.value for each in app.markdown)
    app.number_input("transforms-seed").set_value(1).run()
    assert not [each for each in app.markdown if "| preview |" in each.value]


def test_what_is_refused_is_told_in_the_words_of_the_tile(open_page):
    app = open_page(steps="Resize|Normalize")
    upload(app, LARGE)
    app.button(RUN).click().run()
    assert "Normalize needs a" in app.warning[0].value.replace("`", "")
    assert "does not support PIL images" in app.warning[0].value


def test_where_the_preview_alone_is_refused_the_whole_picture_stands_by_itself(open_page):
    app = open_page(steps="RandomCrop:size=400")
    upload(app, LARGE)
    app.button(RUN).click().run()
    assert table(app)[0] == ["shape", "–", "RGB, 400 x 400"]


def test_a_picture_that_is_its_own_preview_is_not_run_again(open_page):
    app = open_page()
    upload(app, file_of(sample("house")))
    assert RUN not in [each.key for each in app.button]


def test_an_animation_is_told_to_be_its_first_frame(open_page):
    still, moving = (
        file_of(Image.new("RGB", (8, 8), "red"), "GIF", save_all=True, append_images=frames)
        for frames in ([], [Image.new("RGB", (8, 8), "white")])
    )
    app = open_page()
    upload(app, still)
    assert "several pictures" not in captions(app)
    upload(app, moving)
    assert "There are several pictures in this file, as in an animation. This is the first." in captions(app)


def test_the_camera_is_opened_on_demand_alone_and_its_picture_goes_through_the_strip(open_page, monkeypatch):
    monkeypatch.setattr(choose, "_has_camera", lambda: True)
    app = open_page()
    assert not app.camera_input
    app.toggle("transforms-file-by-camera").set_value(True).run()
    photo = file_of(Image.new("RGB", (640, 480), "red"), "JPEG")
    app.camera_input("transforms-file-camera").set_value(("photo.jpg", photo, "image/jpeg")).run()
    assert "512 x 384; the picture has 640 x 480" in captions(app)
    app.toggle("transforms-file-by-camera").set_value(False).run()
    assert not app.camera_input
    assert "512 x 384" in captions(app)


@pytest.mark.parametrize(
    ("url", "given"),
    [("https://class.example/transforms", True), ("http://localhost:8501/", True), ("http://[::1]:80/", True),
     ("http://class.example/", False), ("http://192.168.0.7:8501/", False), (None, False)],
)  # fmt: skip
def test_browsers_give_a_camera_to_safe_addresses_alone(url, given, monkeypatch):
    monkeypatch.setattr("streamlit.context", type("Context", (), {"url": url}))
    assert choose._has_camera() is given


@pytest.mark.parametrize(
    ("name", "file", "told"),
    [
        ("empty.png", b"", "`empty.png`: The file is empty."),
        ("photo.heic", b"\0\0\0\x18ftypheic", "`photo.heic`: The file holds a HEIC photo"),
        ("large.jpg", bytes(21 * MEGABYTE), "`large.jpg`: The file has 21.0 MB; up to 20 MB are allowed."),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_refused_is_named_and_the_picture_before_stays(name, file, told, open_page):
    app = open_page(steps="Resize")
    upload(app, file, name)
    assert told in app.warning[0].value
    assert "until then it is the coast" in app.info[0].value
    upload(app, LARGE)
    assert not app.warning
    upload(app, file, name)
    assert told in app.warning[0].value
    assert "The picture before it stays." in app.warning[0].value
    assert "512 x 341; the picture has 1500 x 1000" in captions(app)
    assert not app.info


def test_a_picture_is_known_by_what_is_in_it_whatever_it_is_called(open_page):
    app = open_page()
    for name in ("photo.jfif", "photo.jpe", "photo"):
        upload(app, file_of(sample("coast"), "JPEG"), name)
        assert not app.warning
        assert not app.info
    assert "PNG, PPM, TIFF, WEBP: up to 20 MB and 50 million pixels." in captions(app).replace("`", "")


def test_a_file_is_decoded_once_and_known_by_its_digest(open_page, monkeypatch):
    sizes = []
    preview = choose.decode.preview
    monkeypatch.setattr(choose.decode, "preview", lambda file: sizes.append(len(file)) or preview(file))
    choose.preview.clear()
    app = open_page(steps="Resize")
    upload(app, LARGE)
    app.number_input("transforms-seed").set_value(2).run()
    assert sizes == [len(LARGE)]
    assert "coast" not in repr(choose.own_of(LARGE))
    assert choose.own_of(LARGE) == choose.own_of(bytes(bytearray(LARGE)))
