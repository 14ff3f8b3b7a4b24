"""The strip on the whole picture: as torchvision makes it, a value at a time, beside the preview's."""

import weakref
from io import BytesIO

import pytest
from PIL import Image

from lessons.core.messages import LessonError
from lessons.data.transforms import strip as strips
from lessons.data.transforms.steps import Step, read
from lessons.data.transforms.strip import Tile, walk
from lessons.data.transforms.whole import other_shares, whole
from lessons.engine.pictures.samples import sample
from lessons.engine.pictures.values import look, size_of

LARGE = sample("coast").resize((1200, 800))
SMALL = sample("coast").resize((300, 200))


def file_of(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def sizes(picture: Image.Image, steps: tuple[Step, ...]) -> list[tuple[int, int]]:
    return [size_of(tile.value) for tile in walk(picture, steps, 0) if not tile.stop]


@pytest.mark.parametrize(
    "steps", ["Resize|RandomCrop|ToImage|ToDtype|Normalize", "Pad:padding=4|-Resize|ToImage", ""]
)
def test_at_its_end_is_what_the_strip_makes_of_the_whole_picture(steps: str) -> None:
    made = whole(file_of(LARGE), read(steps), 3)
    assert made.end == look(walk(LARGE, read(steps), 3)[-1].value)
    assert list(made.sizes) == sizes(LARGE, read(steps))
    assert not made.stop


def test_a_refusal_is_that_of_the_tile() -> None:
    made, stop = (
        whole(file_of(LARGE), read("Resize|Normalize"), 0),
        walk(SMALL, read("Normalize"), 0)[-1].stop,
    )
    assert (made.stop.words, str(made.stop.reason)) == (stop.words, str(stop.reason))
    assert made.end is None
    assert len(made.sizes) == 2


def test_no_value_outlives_the_step_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Tile]] = []
    alive: list[int] = []

    def noting(step: Step, seed: int, before: Tile) -> Tile:
        alive.append(sum(each() is not None for each in made))
        tile = apply(step, seed, before)
        made.append(weakref.ref(tile))
        return tile

    apply, along = strips.apply, strips.along
    monkeypatch.setattr("lessons.data.transforms.whole.along", lambda *given, **_: along(*given, noting))
    whole(file_of(LARGE), read("Pad:padding=1|Pad:padding=2|ToImage|ToDtype|Normalize"), 0)
    assert alive == [0, 1, 1, 1, 1]


def test_the_whole_picture_may_be_larger_than_one_on_the_page() -> None:
    large = Image.new("RGB", (1200, 1000))
    assert walk(large, read("ToImage"), 0)[-1].stop
    assert whole(file_of(large), read("ToImage"), 0).sizes == ((1200, 1000),) * 2


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(LessonError, match="a web page"):
        whole(b"<html>", (), 0)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("CenterCrop:size=150",
         "At CenterCrop, 150 pixels are 50 % of the width in the preview, and 12.5 % in the whole picture."),
        ("Pad:padding=1",
         "At Pad, 1 pixel is 0.3 % of the width in the preview, and 0.1 % in the whole picture."),
        ("CenterCrop:size=450",
         "At CenterCrop, 450 pixels are 150 % of the width in the preview, and 37.5 % in the whole picture."),
        ("RandomCrop:size=100_30",
         "At RandomCrop, 30 pixels are 10 % of the width in the preview, and 2.5 % in the whole picture."),
        ("Resize:size=200|CenterCrop:size=150", ""),
        ("-CenterCrop|ToImage|RandomHorizontalFlip", ""),
        ("Normalize|CenterCrop", ""),
    ],
)  # fmt: skip
def test_steps_that_count_in_pixels_are_told_of_where_their_share_differs(steps: str, told: str) -> None:
    shares = other_shares(read(steps), sizes(SMALL, read(steps)), sizes(LARGE, read(steps)))
    assert "\n".join(map(str, shares)) == told
