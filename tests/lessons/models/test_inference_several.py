"""Several pictures at once: the same answers as one by one, bad files named, and a harmless file of them."""

import csv
import struct
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from PIL.PngImagePlugin import PngInfo
from torch import Tensor, nn

from lessons.core import limits
from lessons.engine.backbone import backbone
from lessons.engine.training import trained
from lessons.engine.training.trained import Trained
from lessons.models.inference import inception, seeing, several
from lessons.models.inference.choosing import BACKBONE, Inputs
from lessons.models.inference.several import BATCH, Given, Row, Table
from pages.kit.picture import choose
from tests.pngs import png_that_claims


@pytest.fixture(autouse=True)
def text_limit(monkeypatch) -> None:
    """The program raises Pillow's limit of texts, which is everybody's here."""
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_CHUNK", PngImagePlugin.MAX_TEXT_CHUNK)


@pytest.fixture(scope="module")
def shipped() -> Trained:
    return trained.of_backbone()


def picture(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (20 + seed, 30, 3), np.uint8)
    return Image.fromarray(pixels)


def file_of(made: Image.Image, kind: str = "PNG") -> bytes:
    file = BytesIO()
    made.save(file, kind)
    return file.getvalue()


def test_every_picture_gets_the_answer_that_it_gets_alone(shipped):
    pictures = [picture(seed) for seed in range(2 * BATCH + 3)]
    files = [Given.of_bytes(f"{seed}.png", file_of(each)) for seed, each in enumerate(pictures)]
    shares = []
    made = several.answer(shipped, files, shares.append)
    assert not made.skipped
    assert [row.name for row in made.rows] == [each.name for each in files]
    for row, each in zip(made.rows, pictures, strict=True):
        alone = shipped.probabilities(shipped.preparation.prepare(each)[None])[0]
        best = alone.topk(2)
        for (name, share), value, place in zip(row.answers, *best, strict=True):
            assert name == shipped.classes[place]
            assert share == pytest.approx(float(value), abs=1e-5)  # batches are summed otherwise
        assert max(row.thumbnail.size) <= max(several.THUMBNAIL)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_pictures_go_to_the_net_a_batch_at_a_time(shipped):
    sizes = []

    class Counting(nn.Module):
        def forward(self, batch: Tensor) -> Tensor:
            sizes.append(len(batch))
            return torch.zeros(len(batch), 20)

    made = Trained(Counting(), shipped.classes, shipped.preparation)
    several.answer(made, [Given(str(seed), picture(seed)) for seed in range(2 * BATCH + 3)])
    assert sizes == [BATCH, BATCH, 3]
    assert several.ask_last_batch(2 * BATCH + 3, (3, 32, 32)).answer == 3
    assert several.ask_last_batch(2 * BATCH, (3, 32, 32)).answer == BATCH
    assert several.ask_last_batch(5, (3, 32, 32)).answer == 5


def test_what_is_no_picture_is_named_and_the_others_have_their_answers(shipped):
    files = [
        Given.of_bytes("text.png", b"no picture at all"),
        Given.of_bytes("one.png", file_of(Image.new("RGB", (1, 1)))),
        Given.of_bytes("empty.png", b""),
        Given.of_bytes("strip.png", file_of(Image.new("L", (10_000, 3)))),
        Given.of_bytes("cmyk.jpg", file_of(Image.new("CMYK", (20, 20)), "JPEG")),
        Given.of_bytes("alpha.png", file_of(Image.new("RGBA", (20, 20)))),
        Given.of_bytes("sixteen.png", file_of(Image.fromarray(np.ones((20, 20), np.uint16)))),
        Given.of_bytes("cut.png", file_of(picture(1))[:200]),
    ]
    made = several.answer(shipped, files)
    assert [row.name for row in made.rows] == ["one.png", "strip.png", "cmyk.jpg", "alpha.png", "sixteen.png"]
    assert [each.file for each in made.skipped] == ["text.png", "empty.png", "cut.png"]
    assert "not a picture" in str(made.skipped[0].reason)
    assert several.answer(shipped, []).rows == ()


def test_only_so_many_files_and_so_many_bytes_are_kept(monkeypatch):
    monkeypatch.setattr(limits, "SEVERAL_PICTURES", 3)
    monkeypatch.setattr(limits, "SEVERAL_BYTES", limits.MEGABYTE)
    large, small = b"x" * (limits.MEGABYTE - 10), b"y" * 5
    contents = [large, large, small, small, small]
    files = [Given.of_bytes(str(place), each) for place, each in enumerate(contents)]
    taken, left = several.within_limits(files)
    assert [each.name for each in taken] == ["0", "2", "3"]
    assert [each.file for each in left] == ["1", "4"]
    assert str(left[0].reason) == "Up to 3 files of 1 MB together are taken."


def test_another_content_under_the_same_name_is_another_file(tmp_path):
    file = tmp_path / "a.png"
    file.write_bytes(b"1")
    before = Given.of_file("a.png", file)
    file.write_bytes(b"22")
    assert before != Given.of_file("a.png", file)
    assert Given.of_bytes("a", b"1") != Given.of_bytes("a", b"2")
    assert Given.of_bytes("a", b"1") == Given.of_bytes("a", b"1")
    assert Given.of_file("gone.png", tmp_path / "gone.png").mark == ""


# The file


def row(name: str, first: str = "cat", second: str = "dog") -> Row:
    return Row(name, Image.new("RGB", (1, 1)), ((first, 0.75), (second, 0.25)))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), max_size=5))
def test_whatever_names_are_a_spreadsheet_has_text_and_all_of_it(names):
    read = several.to_csv(Table(tuple(row(name, first=name) for name in names)))
    assert read.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(read.decode("utf-8-sig"), newline=""))
    assert head == list(several.HEAD)
    for cells, name in zip(rows, names, strict=True):
        assert cells[0] == cells[1] in (name, f"'{name}")
        assert cells[2:] == ["0.750000", "dog", "0.250000"]
        assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("name", ["=1+1.png", "+1", "-1", "@SUM(A1)", "\tx", "＝1"])
def test_what_begins_like_a_formula_is_marked_as_text(name):
    assert several.harmless(name) == f"'{name}"


def test_the_sentence_counts_what_the_net_is_sure_of():
    shares = (0.95, 0.9, 0.5, 0.49)
    rows = tuple(
        Row(str(share), Image.new("RGB", (1, 1)), (("cat", share), ("dog", 0.1))) for share in shares
    )
    assert str(several.summary(Table(rows))) == (
        "4 pictures: the net is more than 90% sure of 1, and less than 50% sure of 1. 1 class occurs."
    )


def with_odd_exif() -> bytes:
    """A JPEG that lies on its side, with a text where EXIF has a number."""
    orientation = struct.pack("<HHII", 0x0112, 3, 1, 6)
    resolution = struct.pack("<HHI4s", 0x011A, 2, 3, b"72")
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + orientation + resolution + bytes(4)
    file = BytesIO()
    picture(1).save(file, "JPEG", exif=exif)
    return file.getvalue()


def with_long_text() -> bytes:
    text = PngInfo()
    text.add_text("Comment", "x" * 2 * limits.MEGABYTE, zip=True)
    file = BytesIO()
    picture(2).save(file, "PNG", pnginfo=text)
    return file.getvalue()


def strip() -> Image.Image:
    """As a whole it has another answer than as a preview."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 5000, 3), np.uint8))


def test_a_large_picture_has_the_answer_that_it_has_by_itself(shipped):
    preview, size, full = choose.preview(choose.own_of(file_of(strip())))
    assert size != full
    seen = seeing.run(Inputs(picture=preview))
    (row,) = several.answer(shipped, [Given.of_bytes("strip.png", file_of(strip()))]).rows
    first, second = (seen.classes[place] for place in seen.order[:2])
    assert [name for name, _ in row.answers] == [first, second]
    assert row.answers[0][1] == pytest.approx(float(seen.probabilities[seen.best]), abs=1e-5)


def test_the_program_of_a_folder_without_pictures_says_so(home, tmp_path, monkeypatch, capsys):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "notes.txt").write_text("no picture")
    monkeypatch.chdir(tmp_path)
    (tmp_path / backbone.FILE.name).write_bytes(backbone.FILE.read_bytes())
    exec(several.snippet(BACKBONE), {})
    left, count = capsys.readouterr().out.splitlines()
    assert left.startswith("left out: pictures/notes.txt cannot identify")
    assert count == "pictures in answers.csv: 0"
    assert Path("answers.csv").read_text("utf-8-sig").splitlines() == [",".join(several.HEAD)]


def test_the_program_writes_the_file_of_the_page(shipped, home, tmp_path, monkeypatch, capsys):
    folder, strip_outside = home / "data" / "mine", home / "strip.png"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    strip().save(strip_outside)
    for seed, name in enumerate(["b.png", "a.png", "=c.png", "sub/d.png", ".e.png", ".hidden/f.png"]):
        picture(seed).save(folder / name)
    Image.new("RGBA", (30, 20), (200, 0, 0, 90)).save(folder / "alpha.png")
    (folder / "exif.jpg").write_bytes(with_odd_exif())
    (folder / "long.png").write_bytes(with_long_text())
    strip().save(folder / "strip.png")
    Image.fromarray(np.arange(900, dtype=np.uint16).reshape(30, 30) * 70).save(folder / "sixteen.png")
    (folder / "cut.png").write_bytes(file_of(picture(1))[:200])
    (folder / "enormous.png").write_bytes(png_that_claims(30_000, 30_000))  # no OSError
    (folder / "large.png").write_bytes(png_that_claims(7_072, 7_072))  # which Pillow takes
    (folder / "Thumbs.db").write_bytes(b"left by a file manager")
    (folder / "link.png").symlink_to(folder / "sub")
    (folder / "sub/circle.png").symlink_to("circle.png")
    (folder / "sub/within.png").symlink_to(folder / "a.png")
    (folder / "sub/out.png").symlink_to(strip_outside)
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX/a.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "no.png").write_text("no picture")
    files, skipped = several.of_folder("mine")
    made = several.answer(shipped, files)
    assert [each.name for each in made.rows] == [
        *("=c.png", "a.png", "alpha.png", "b.png", "exif.jpg", "long.png"),
        *("sixteen.png", "strip.png", "sub/d.png", "sub/within.png"),
    ]
    left = ["cut.png", "enormous.png", "large.png", "no.png"]
    assert [each.file for each in made.skipped] == left
    assert [each.file for each in skipped] == ["link.png", "sub/circle.png", "sub/out.png"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    (tmp_path / backbone.FILE.name).write_bytes(backbone.FILE.read_bytes())
    exec(several.snippet(BACKBONE, str(folder)), {})
    *told, count = capsys.readouterr().out.splitlines()
    assert [Path(line.split()[2]).name for line in told] == left
    assert count == "pictures in answers.csv: 10"
    theirs, ours = (list(csv.reader(StringIO(text.decode("utf-8-sig")))) for text in _both(made))
    assert [each[0] for each in theirs] == [each[0] for each in ours]
    assert theirs[0] == ours[0]
    for one, other in zip(theirs[1:], ours[1:], strict=True):
        assert (one[1], one[3]) == (other[1], other[3])
        assert [float(one[2]), float(one[4])] == pytest.approx([float(other[2]), float(other[4])], abs=2e-6)


def _both(made: Table) -> tuple[bytes, bytes]:
    return Path("answers.csv").read_bytes(), several.to_csv(made)


# InceptionV3


def test_inception_gives_two_tensors_in_train_and_one_in_eval():
    both = inception.run()
    assert (both.evaluated.kind, both.evaluated.shapes) == ("Tensor", {"": (2, 1000)})
    assert both.trained.kind == "InceptionOutputs"
    assert both.trained.shapes == {"logits": (2, 1000), "aux_logits": (2, 1000)}
    assert "must be Tensor, not InceptionOutputs" in both.loss
    assert "more than 1 value per channel" in both.alone
    assert str(inception.ask().choices[int(inception.ask().answer)]) == "Two tensors of logits"


def test_the_program_of_inception_says_what_the_page_says(capsys):
    exec(inception.SNIPPET, {})
    both = inception.run()
    assert capsys.readouterr().out.splitlines() == [
        "Tensor torch.Size([2, 1000])",
        "InceptionOutputs torch.Size([2, 1000]) torch.Size([2, 1000])",
        both.loss,
        both.alone,
    ]
