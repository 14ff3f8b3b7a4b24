"""Transforms: every tile is what torchvision makes, and the program makes the same."""

import inspect
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from PIL import Image
from torchvision import transforms
from torchvision.transforms import v2

from lessons.core.messages import LessonError
from lessons.data.transforms import questions
from lessons.data.transforms.lesson import LESSON, PRESETS, Inputs
from lessons.data.transforms.operations import BATCH, FUNCTIONS, GEOMETRY, OPERATIONS
from lessons.data.transforms.settings import Choice, Number, PerChannel, Setting, Size, Span, Switch
from lessons.data.transforms.steps import MOST, Step, read, seed_of, step, strip, write
from lessons.data.transforms.strip import (
    CALLS,
    MODULES,
    MOST_PIXELS,
    REFUSALS,
    Tile,
    apply,
    drawing,
    follow,
    kind,
    make,
    size_of,
    walk,
)
from lessons.engine.pictures.samples import SAMPLES, sample
from lessons.engine.pictures.values import at, look, numbers
from lessons.engine.pictures.values import picture as seen_as

pytestmark = pytest.mark.filterwarnings("ignore:Anti-alias option is always applied for PIL")

SMALL = sample("coast").resize((60, 40))
SCOPE = {"v2": v2, "transforms": transforms, "torch": torch}
NAMES = [name for name, operation in OPERATIONS.items() if operation.family != BATCH]


def values(setting: Setting) -> st.SearchStrategy[Any]:
    """What a setting can be."""
    match setting:
        case Number(low=low, high=high, step=int()):
            return st.integers(int(low), int(high)).filter(lambda each: (each - low) % setting.step == 0)
        case Number(low=low, high=high):
            return st.floats(low, high)
        case Span(low=low, high=high):
            return st.tuples(st.floats(low, high), st.floats(low, high)).map(sorted).map(tuple)
        case Size():
            return st.integers(1, 70) | st.tuples(st.integers(1, 70), st.integers(1, 70))
        case PerChannel():
            return st.sampled_from([1, 3]).flatmap(lambda n: st.tuples(*[st.floats(0.1, 2)] * n))
        case Switch():
            return st.booleans()
        case Choice(options=options):
            return st.sampled_from(sorted(options))
    raise AssertionError(setting)


@st.composite
def steps(draw: st.DrawFn, most: int = 6) -> tuple[Step, ...]:
    made = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most)):
        each = step(name)
        for setting, its in each.operation.settings.items():
            if draw(st.booleans()):
                each = each.put(setting, draw(values(its)))
        locked = draw(st.none() | st.integers(0, 999))
        made.append(Step(name, 0, each.settings, draw(st.integers(0, 9)) > 0, locked))
    return strip(*made)


def same(one: Any, other: Any) -> bool:
    """Bit for bit, also where a number is none."""
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Image.Image):
        return one.mode == other.mode and np.array_equal(np.asarray(one), np.asarray(other))
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.is_floating_point())


@pytest.mark.parametrize("name", OPERATIONS)
def test_settings_are_those_of_torchvision_and_so_is_what_is_not_written_out(name: str) -> None:
    operation = OPERATIONS[name]
    theirs = inspect.signature(getattr(MODULES[operation.module], name)).parameters
    for setting, each in operation.settings.items():
        if not each.given:
            usual = theirs[setting].default
            assert each.usual == (usual.value if isinstance(usual, v2.AutoAugmentPolicy) else usual)
        assert each.read(each.write(each.usual)) == each.usual


def is_ours(tile: Tile) -> bool:
    """Whether the strip stops there for its own reason, not torch's: there would be too many pixels."""
    return tile.stop is not None and not tile.stop.words


@given(steps(), st.integers(0, 99))
@example((step("RandomCrop", size=(1, 16)), step("Resize")), 0)
def test_every_tile_is_torchvisions_own_and_the_same_step_is_refused(
    strip: tuple[Step, ...], seed: int
) -> None:
    points = torch.tensor([[0.0, 0.0], [30.0, 20.0]])
    tiles = walk(SMALL, strip, seed, points)
    value: Any = SMALL
    for each, tile in zip(strip, tiles[1:], strict=False):
        torch.manual_seed(seed_of(each, seed))
        try:
            value = eval(each.code(), SCOPE)(value) if each.on else value
        except REFUSALS as error:
            value = str(error)
            break
        if is_ours(tile):
            assert math.prod(size_of(value)) > MOST_PIXELS
            return
        assert same(tile.value, value)
    if isinstance(value, str):
        assert tiles[-1] is tile
        assert tile.stop.words == value
    else:
        assert len(tiles) == len(strip) + 1


@given(steps(), st.integers(0, 99))
@example((step("RandomCrop", size=(1, 16)), step("Resize")), 0)
def test_the_program_makes_what_is_at_the_end_of_the_strip(strip: tuple[Step, ...], seed: int) -> None:
    picture = Path("picture.png")
    inputs = Inputs("house", strip, seed)
    sample("house").save(picture)
    result = LESSON.run(inputs)
    assume(not is_ours(result.tiles[-1]))
    scope: dict[str, Any] = {"print": lambda *_: None}
    if result.tiles[-1].stop:
        with pytest.raises(REFUSALS) as refused:
            exec(LESSON.snippet(inputs), scope)
        first = next(iter(settings_refused(strip)), result.tiles[-1].stop.words)
        assert str(refused.value) == first
    else:
        exec(LESSON.snippet(inputs), scope)
        assert same(result.output, scope["output"])


def settings_refused(strip: tuple[Step, ...]) -> Iterator[str]:
    """What torchvision says of settings: a program hears it before any picture goes through a step."""
    for each in strip:
        try:
            make(each)
        except REFUSALS as error:
            if each.on:
                yield str(error)


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@given(steps(most=MOST))
def test_an_address_gives_the_strip_back(strip: tuple[Step, ...]) -> None:
    assert read(write(strip)) == strip
    moved = (*strip[1:], strip[0])
    assert read(write(moved)) == moved


@pytest.mark.parametrize(
    "text",
    ["Resise", "MixUp", "Resize:size=0", "Resize:size=a", "Resize:sise=3", "Resize:size=1_2_3", "0*Resize",
     "RandomCrop@x", "2*Resize|Resize", "ColorJitter:hue=1.1", "Normalize:mean=1_2", "Lambda:lambd=print",
     "ColorJitter:hue=nan", "RandomRotation:degrees=1.5",
     "RandomCrop@-1", "RandomCrop@100000", "|".join(["ToImage"] * 13)],
)  # fmt: skip
def test_what_an_address_cannot_ask_for_is_refused(text: str) -> None:
    with pytest.raises((LessonError, KeyError, ValueError)):
        read(text)


def test_the_worked_numbers() -> None:
    """uint8 0, 128, 255 on the way to a net."""
    bytes_ = torch.tensor([0, 128, 255], dtype=torch.uint8).reshape(1, 1, 3)
    scaled = apply(step("ToDtype"), 0, Tile(bytes_)).value
    assert [round(each, 3) for each in scaled.flatten().tolist()] == [0.0, 0.502, 1.0]
    half = apply(step("Normalize", mean=(0.5,), std=(0.5,)), 0, Tile(scaled)).value
    assert [round(each, 4) for each in half.flatten().tolist()] == [-1.0, 0.0039, 1.0]
    ends = apply(step("Normalize"), 0, Tile(torch.tensor([0.0, 1.0]).expand(3, 1, 2))).value
    assert [[round(each, 3) for each in row] for row in ends[:, 0].tolist()] == [
        [-2.118, 2.249], [-2.036, 2.429], [-1.804, 2.64]
    ]  # fmt: skip


def test_one_size_keeps_the_shape_and_two_squash_it() -> None:
    assert walk(SMALL, strip(step("Resize", size=32)), 0)[-1].value.size == (48, 32)
    assert walk(SMALL, strip(step("Resize", size=(32, 32))), 0)[-1].value.size == (32, 32)


def mended(strip: tuple[Step, ...]) -> tuple[Step, ...]:
    """With what the page puts in on a click."""
    place = len(walk(SMALL, strip, 0)) - 2
    stop = walk(SMALL, strip, 0)[-1].stop
    assert stop
    instead = (strip[place],) if stop.instead is None else stop.instead
    return (*strip[:place], *stop.before, *instead, *strip[place + 1 :])


@pytest.mark.parametrize(
    ("refused", "reason", "names"),
    [
        ("Normalize", "Normalize needs a float tensor, and this is a PIL picture.",
         "ToImage ToDtype Normalize"),
        ("ToImage|Normalize", "Normalize needs a float tensor, and this is a uint8 tensor.",
         "ToImage ToDtype Normalize"),
        ("ToTensor|ToTensor", "The old ToTensor takes a picture, and this is a tensor already.", "ToTensor"),
        ("RandomCrop:size=500", "The picture is smaller than what is to be cut out of it.", "RandomCrop"),
        ("ColorJitter:hue=0.6",
         "hue turns the circle of colours, by up to half a round either way, 0.5. Further round come the "
         "same colours again.", "ColorJitter"),
        ("GaussianNoise", "GaussianNoise needs a float tensor, and this is a PIL picture.",
         "ToImage ToDtype GaussianNoise"),
        ("ToTensor|RandomSolarize:p=1", "RandomSolarize needs a uint8 tensor, and this is a float tensor.",
         "ToTensor ToDtype RandomSolarize"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_explained_and_mended_with_one_click(
    refused: str, reason: str, names: str
) -> None:
    strip = read(refused)
    assert str(walk(SMALL, strip, 0)[-1].stop.reason) == reason
    assert " ".join(each.name for each in mended(strip)) == names
    assert not walk(SMALL, mended(strip), 0)[-1].stop


def test_a_step_that_stays_silent_is_told_of() -> None:
    grey = strip(step("Grayscale"), step("ToImage"), step("ToDtype"), step("Normalize"))
    assert "became three" in str(walk(SMALL, grey, 0)[-1].note)
    assert walk(SMALL, grey, 0)[-1].value.shape[0] == 3
    early = walk(SMALL, strip(step("ToDtype")), 0)[-1]
    assert str(early.note) == "ToDtype does nothing with a PIL picture, and does not say so."


def test_what_was_drawn_is_told_and_so_is_a_coin_that_said_no() -> None:
    tiles = walk(
        SMALL, strip(step("RandomRotation"), step("RandomHorizontalFlip", p=0.0), step("RandAugment")), 1
    )
    torch.manual_seed(101)
    angle = v2.RandomRotation(30).make_params([])["angle"]
    assert tiles[1].drawn == (f"angle = {angle:.4g}",)
    assert tiles[2].drawn is None
    assert len(tiles[3].drawn) == 2


def test_a_step_draws_the_same_wherever_it_stands_and_what_is_locked_stays() -> None:
    first, second = strip(step("RandomRotation"), step("RandomAffine"))
    both, turned = (walk(SMALL, order, 3) for order in ((first, second), (second, first)))
    assert both[1].drawn == turned[2].drawn
    locked = Step(first.name, first.key, first.settings, locked=seed_of(first, 3))
    assert walk(SMALL, (locked,), 4)[1].drawn == both[1].drawn != walk(SMALL, (first,), 4)[1].drawn


@given(st.integers(0, 999))
def test_a_followed_pixel_is_where_its_value_is(seed: int) -> None:
    """On a picture in which no two pixels are alike."""
    pixels = np.stack([*np.mgrid[0:40, 0:60], np.zeros((40, 60))], axis=-1).astype(np.uint8)
    points = torch.tensor([[5.0, 7.0], [59.0, 39.0], [0.0, 0.0], [30.0, 20.0]])
    followed = strip(
        step("RandomCrop", size=30),
        step("RandomHorizontalFlip"),
        step("RandomVerticalFlip"),
        step("Pad", padding=3),
    )
    for tile in walk(Image.fromarray(pixels), followed, seed, points):
        for (x, y), found in zip(points.tolist(), at(tile.value, tile.points), strict=True):
            assert found in (None, (y, x, 0))
    assert at(SMALL, None) == []


def test_nobody_elses_draws_are_disturbed() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    walk(SMALL, strip(step("RandomCrop", size=20), step("AugMix")), 5)
    with drawing(1):
        torch.rand(10)
    assert torch.equal(torch.rand(3), expected)


def test_learners_who_draw_at_the_same_time_each_get_what_they_get_alone() -> None:
    steps = strip(step("RandomResizedCrop", size=16), step("RandAugment"), step("ColorJitter"))
    alone = [walk(SMALL, steps, seed)[-1].value for seed in range(24)]
    with ThreadPoolExecutor(8) as learners:
        together = list(learners.map(lambda seed: walk(SMALL, steps, seed)[-1].value, range(24)))
    assert all(map(same, alone, together))
    assert not same(alone[0], alone[1])


def test_what_a_value_looks_like() -> None:
    seen = look(SMALL)
    assert (seen.kind, seen.dtype, seen.shape) == ("PIL picture", "uint8", "RGB, 60 x 40")
    red = np.asarray(SMALL)[..., 0]
    assert (seen.channels[0].low, seen.channels[0].high) == (red.min(), red.max())
    assert seen.channels[0].mean == pytest.approx(red.mean())
    assert seen.channels[0].std == pytest.approx(red.std())
    tensor = walk(SMALL, strip(step("ToImage"), step("ToDtype")), 0)[-1].value
    assert look(tensor).shape == "(3, 40, 60)"
    assert look(tensor).channels[0].mean == pytest.approx(red.mean() / 255)
    assert max(look(tensor).channels[0].bars) == 1
    assert look(walk(SMALL, strip(step("FiveCrop", size=20)), 0)[-1].value).count == 5


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_in_colour_and_always_the_same(name: str) -> None:
    assert sample(name).mode == "RGB"
    assert same(sample(name), SAMPLES[name]())


def test_every_preset_runs_and_the_mistakes_among_them_are_told_of() -> None:
    for preset in PRESETS:
        tiles = LESSON.run(preset.inputs).tiles
        told = any(tile.stop or tile.note for tile in tiles)
        assert told == str(preset.name).startswith("Mistake")
    assert set(CALLS) == set(FUNCTIONS)


def test_the_first_compose_gives_what_a_net_takes() -> None:
    compose = next(each.inputs for each in PRESETS if str(each.name) == "A first Compose")
    assert LESSON.run(compose).output.shape == (3, 224, 224)


@given(steps(), st.integers(0, 99))
@example(strip(step("RandomRotation", expand=True)), 0)  # PIL makes 62 x 42 of it, and 61 x 41 are told
def test_how_large_a_picture_becomes_is_known_before_it_is_made(strip: tuple[Step, ...], seed: int) -> None:
    before = Tile(SMALL)
    for each in strip:
        if each.operation.family == GEOMETRY:
            after, told = apply(each, seed, before), follow(each, seed, before)
            assert after.stop or told is None or is_known(each, told.canvas_size[::-1], size_of(after.value))


def is_known(step: Step, told: tuple[int, int], true: tuple[int, int]) -> bool:
    """To the pixel, or where room is made for what is turned, to one more on each side."""
    most = 2 if dict(step.settings).get("expand") else 0
    return all(abs(one - other) <= most for one, other in zip(told, true, strict=True))


@pytest.mark.parametrize(
    "moves",
    [
        step("RandomRotation", degrees=180, interpolation="bilinear"),
        step("RandomRotation", degrees=180, interpolation="bilinear", expand=True),
        step("RandomAffine", degrees=180, interpolation="bilinear", scale=(1.0, 1.0), shear=0),
        step("RandomPerspective", p=1.0, distortion_scale=0.2),
        step("RandomHorizontalFlip", p=1.0),
        step("RandomVerticalFlip", p=1.0),
        step("Pad", padding=3),
        step("RandomCrop", size=30),
    ],
    ids=Step.code,
)
@given(st.integers(3, 56), st.integers(3, 36), st.integers(0, 999), st.booleans())
def test_a_followed_pixel_is_where_the_picture_has_gone(
    moves: Step, x: int, y: int, seed: int, as_tensor: bool
) -> None:
    places = np.stack([*np.meshgrid(4 * np.arange(60), 6 * np.arange(40)), np.zeros((40, 60))], -1)
    picture = Image.fromarray(places.astype(np.uint8))  # every pixel tells where it comes from
    given = (step("ToImage"), moves) if as_tensor else (moves,)
    tile = walk(picture, strip(*given), seed, torch.tensor([[float(x), float(y)]]))[-1]
    (found,) = at(tile.value, tile.points)
    assert found is None or (abs(found[0] / 4 - x) < 0.95 and abs(found[1] / 6 - y) < 0.95)


@pytest.mark.parametrize(
    ("size", "text", "told"),
    [
        ((512, 2), "Resize:size=256", "65536 x 256"),
        ((600, 400), "|".join(["RandomRotation:degrees=180:expand=true"] * 12), ""),
        ((600, 400), "|".join(["Pad:padding=128"] * 3), "1112 x 912"),
    ],
)
def test_what_would_take_all_memory_is_not_made(size: tuple[int, int], text: str, told: str) -> None:
    refused = walk(Image.new("RGB", size), read(text), 0)[-1].stop
    assert str(refused.reason).startswith(f"This would make a picture of {told}")


def test_the_questions_are_answered_by_trying() -> None:
    result = LESSON.run(Inputs())
    value, size, order, area, _which = LESSON.questions(Inputs(), result, 0)
    assert value.is_right((153 / 255 - 0.485) / 0.229)
    assert size.answer == walk(sample("coast"), strip(step("Resize", size=64)), 0)[-1].value.size[0]
    assert area.answer == 25
    flip, jitter = step("RandomHorizontalFlip", p=1.0), step("ColorJitter")
    assert questions.largest_difference(flip, step("Normalize")) == 0
    assert questions.largest_difference(jitter, step("Normalize")) > 0.1
    assert str(order.choices[int(order.answer)]) == "it does not matter"
    told = [questions.ask_order(*pair).answer for pair in questions.PAIRS]
    assert told == [1, 0, 0, 1, 1, 0]  # flips and grey may change places; what crops, pads or clips may not


@pytest.mark.parametrize("size", [(600, 400), (40, 60), (33, 32), (512, 2), (7, 1), (1, 1)])
def test_the_size_that_is_asked_for_is_what_torchvision_makes_of_it(size: tuple[int, int]) -> None:
    for seed in range(5):
        asked = questions.ask_size(*size, seed)
        made = v2.Resize(asked.prompt.values["size"])(Image.new("L", size))
        assert asked.answer == max(made.size)


@pytest.mark.parametrize("twins", questions.TWINS)
def test_a_tensor_tells_which_of_two_strips_made_it(twins) -> None:
    one, other = (questions.ask_which(twins, made) for made in range(2))
    assert (one.answer, other.answer) == (0, 1)
    assert str(questions.seen_of(twins[0])) in str(one.prompt)
    assert str(questions.seen_of(twins[0])) != str(questions.seen_of(twins[1]))
    assert [str(each) for each in one.choices] == [str(each) for each in other.choices]


def test_what_is_seen_of_a_tensor_is_its_own() -> None:
    seen = str(questions.seen_of(strip(step("PILToTensor"))))
    red, green, blue = sample("coast").getpixel((300, 200))
    assert seen == f"uint8, shape (3, 400, 600), numbers from 15 to 255; in the middle {red}, {green}, {blue}"


def test_an_unknown_picture_is_refused() -> None:
    with pytest.raises(LessonError, match="no picture called"):
        Inputs("nothing")


def test_numbers_of_any_value_have_three_sides() -> None:
    assert numbers(torch.zeros(4, 5)).shape == (1, 4, 5)
    assert numbers(torch.zeros(1, 3, 4, 5)).shape == (3, 4, 5)
    assert kind(torch.zeros(3, dtype=torch.int16)) == "int16 tensor"
    assert make(step("ToImage"))(SMALL).shape == (3, 40, 60)


def test_several_pictures_are_normalized_as_one_is() -> None:
    crops = strip(step("FiveCrop", size=20), step("ToImage"), step("ToDtype"), step("Normalize"))
    tiles = walk(SMALL, crops, 0)
    assert [each.note for each in tiles] == [None] * 5
    assert [seen_as(each.value)[0].size for each in tiles] == [(60, 40)] + [(100, 20)] * 4
    assert len(tiles[-1].value) == 5
    refused = walk(SMALL, strip(step("FiveCrop", size=500)), 0)[-1].stop
    assert str(refused.reason) == "The picture is smaller than what is to be cut out of it."
    assert refused.instead is None
