"""The view "Many pictures": from the test set, from files and from a folder to a table."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.engine.backbone import backbone
from lessons.engine.pictures.sketch import Sketch, Stroke
from tests.oracles import Shown, address_of, answer, told


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "models/inference", view="several")


def png(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


def rows(app: AppTest) -> list[str]:
    """Of the table, without its head."""
    tables = [each.proto.body for each in app.get("html") if 'class="answers"' in each.proto.body]
    return tables[0].split("<tr>")[2:] if tables else []


def show(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.key.startswith("show-")).click().run()


def test_the_test_pictures_are_there_at_once_and_the_table_comes_after_the_question(open_view):
    app = open_view()
    assert not rows(app)
    answer(app, "How many are in the last batch?", 8)
    assert "Right." in told(app)
    assert len(rows(app)) == 24
    assert "<td>01 heart</td><td>heart</td>" in rows(app)[0]
    assert "24 pictures: the net is more than" in told(app)


def test_files_of_ones_own_are_answered_and_bad_ones_named_and_names_are_shown_as_they_are(open_view):
    app = open_view(several="own")
    assert "sent nowhere" in told(app)
    files = [
        ("a.png", png("red"), "image/png"),
        ("<b>$x$</b>.png", png("blue"), "image/png"),
        ("text.png", b"no picture", "image/png"),
    ]
    app.file_uploader("inference-several-upload").set_value(files).run()
    show(app)
    assert "kept from before" not in told(app)
    assert len(rows(app)) == 2
    assert "<td>&lt;b&gt;$x$&lt;/b&gt;.png</td>" in rows(app)[1]
    assert "1 file was left out:" in told(app)
    assert "text.png: This is not a picture" in told(app)
    app.segmented_control("inference-view").set_value("lists").run()
    app.segmented_control("inference-view").set_value("several").run()
    assert len(rows(app)) == 2
    assert "3 files are kept from before: a.png, <b>$x$</b>.png, text.png." in told(app)
    app.button("inference-several-clear").click().run()
    assert not rows(app)
    assert "kept from before" not in told(app)
    assert "sent nowhere" in told(app)


def test_the_program_has_its_weights_beside_it(open_view):
    app = open_view(several="own")
    app.session_state["inference-several-program"] = True
    app.run()
    labels = [each.proto.label for each in app.get("download_button")]
    assert labels[-1] == f"`{backbone.FILE.name}`, for the program"
    assert "This picture, for the program" not in labels


def test_a_folder_in_data_is_one_more_choice(open_view, home: Path):
    folder = home / "data" / "my holidays"
    folder.mkdir(parents=True)
    (folder / "sea.png").write_bytes(png("blue"))
    (folder / "notes.txt").write_text("no picture")
    app = show(open_view(several="folder:my holidays"))
    assert ["<td>sea.png</td>" in row for row in rows(app)] == [True]
    assert "notes.txt: This is not a picture" in told(app)
    assert address_of(app)["several"] == "folder:my holidays"
    app = open_view(several="folder:gone")
    assert "several in the address is folder:gone, which cannot be read" in told(app)


def test_inception_is_asked_about_before_its_types_are_told(open_view):
    app = open_view(several="own")
    app.session_state["inference-several-fold-inception"] = True
    app.run()
    assert "InceptionOutputs" not in told(app)
    answer(app, "what does net(pictures) give?", 1)
    assert "| train() | InceptionOutputs | logits (2, 1000), aux_logits (2, 1000) |" in told(app)


def test_a_drawing_is_the_picture_and_stays_while_another_view_is_looked_at(open_lesson):
    app = open_lesson("models/inference", view="wrong", picture="drawn", wrong="unscaled")
    assert "from 1 to 1" in told(app).replace("\n", " ")
    app.session_state["inference-drawn"] = Sketch("red", (Stroke("black", 64, ((0, 0),)),))
    app.run()
    assert "from -0.7255 to 0.5686" in told(app)
    app.segmented_control("inference-view").set_value("several").run()
    app.segmented_control("inference-view").set_value("wrong").run()
    assert "from -0.7255 to 0.5686" in told(app)
    assert address_of(app)["picture"] == "drawn"


@pytest.mark.parametrize("source", ["test", "own", "folder:mine"])
def test_all_that_the_view_says_is_translated(open_app, home: Path, said, source):
    folder = home / "data" / "mine"
    folder.mkdir(parents=True)
    for number in range(12):
        (folder / f"{number}.png").write_bytes(b"")
    app = open_app(lang="zh", view="several", several=source)
    app.session_state["answers"] = Shown()
    app.session_state["inference-several-fold-inception"] = True
    app.switch_page("pages/models/inference.py").run()
    assert not app.exception
    assert not sorted(said - words.labels("zh").keys())
