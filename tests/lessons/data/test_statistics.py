"""Where mean and std come from: torch's own numbers, whatever is added, in whatever order."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

from lessons.core.messages import LessonError
from lessons.core.numbers import show
from lessons.data.transforms import statistics
from lessons.data.transforms.chart import POINTS, settling_figure, spaced
from lessons.data.transforms.statistics import HALF, IMAGENET, Added, Moments
from lessons.engine.pictures import sources
from tests.oracles import executed


@st.composite
def sets(draw, most: int = 12) -> Tensor:
    """Pictures of any few shades, dark and bright ones among them: uint8 (n, 1 or 3, height, width)."""
    shape = [
        draw(st.integers(1, most)),
        draw(st.sampled_from([1, 3])),
        *draw(st.tuples(*[st.integers(1, 5)] * 2)),
    ]
    shades = np.random.default_rng(draw(st.integers(0, 99)))
    low, wide = shades.integers(0, 200, (shape[0], 1, 1, 1)), draw(st.sampled_from([1, 5, 56]))
    return torch.from_numpy((low + shades.integers(0, wide, shape)).astype(np.uint8))


def measured(images: Tensor, seed: int = 0) -> Added:
    return statistics.added(statistics.add_up(images), seed)


def by_torch(images: Tensor) -> Moments:
    numbers = images.double().transpose(0, 1).flatten(1) / 255
    return Moments(tuple(numbers.mean(1).tolist()), tuple(numbers.std(1, correction=0).tolist()))


def close(one: Moments, other: Moments) -> bool:
    return one.mean == pytest.approx(other.mean, abs=1e-12) and one.std == pytest.approx(other.std, abs=1e-9)


def noise(count: int, channels: int = 3, side: int = 8) -> Tensor:
    """Pictures of noise, each around a brightness of its own."""
    shades = np.random.default_rng(1)
    bright = shades.integers(0, 156, (count, 1, 1, 1))
    return torch.from_numpy(
        (bright + shades.integers(0, 100, (count, channels, side, side))).astype(np.uint8)
    )


# Sums


@given(images=sets(), seed=st.integers(0, 999))
def test_after_every_picture_mean_and_std_are_those_of_torch(images: Tensor, seed: int) -> None:
    pictures = measured(images, seed)
    assert len(pictures) == len(images)
    for count in range(1, len(images) + 1):
        assert close(pictures.after(count), by_torch(images[pictures.order[:count]]))
    assert pictures.whole == pictures.after(len(images))
    assert close(pictures.whole, by_torch(images))


def test_pictures_that_are_added_up_in_several_parts_are_all_there(monkeypatch) -> None:
    monkeypatch.setattr(statistics, "AT_ONCE", 3 * 8 * 8 * 4)  # four pictures, and then the rest
    images = noise(11)
    sums = statistics.add_up(images)
    numbers = images.long().flatten(2)
    assert np.array_equal(sums.total, numbers.sum(2).numpy())
    assert np.array_equal(sums.squares, (numbers**2).sum(2).numpy())


def test_the_largest_sums_do_not_overflow() -> None:
    mostly_white = torch.tensor([0, 255, 255, 255], dtype=torch.uint8).repeat(64)
    pictures = measured(mostly_white.expand(200, 3, 256, 256))
    assert close(pictures.whole, Moments((0.75,) * 3, (0.1875**0.5,) * 3))


@given(images=sets())
def test_the_std_of_all_numbers_is_never_below_the_mean_of_the_pictures_own(images: Tensor) -> None:
    pictures = measured(images)
    single = pictures.single
    assert (np.array(pictures.whole.std) >= single.std().mean(axis=0) - 1e-12).all()
    law = single.variance().mean(axis=0) + single.mean().var(axis=0)
    assert np.array(pictures.whole.std) ** 2 == pytest.approx(law, abs=1e-12)


def test_the_order_depends_on_the_seed_alone() -> None:
    images = noise(40)
    before = torch.random.get_rng_state()
    orders = [measured(images, seed).order.tolist() for seed in (3, 3, 4)]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == list(range(40))
    assert torch.equal(before, torch.random.get_rng_state())


# Normalize


@pytest.mark.parametrize("by", [IMAGENET, HALF], ids=["ImageNet", "0.5"])
@pytest.mark.parametrize("channels", [1, 3])
def test_after_normalize_the_set_has_the_mean_and_the_std_that_are_told(channels: int, by: Moments) -> None:
    images = noise(20, channels)
    copied = images.expand(-1, 3, -1, -1)
    through = v2.Compose([v2.ToDtype(torch.float64, scale=True), v2.Normalize(by.mean, by.std)])
    numbers = through(copied).transpose(0, 1).flatten(1)
    told = statistics.normalized(measured(images).whole, by)
    assert told.mean == pytest.approx(numbers.mean(1).tolist())
    assert told.std == pytest.approx(numbers.std(1, correction=0).tolist())


def test_with_its_own_numbers_it_is_0_and_1_and_without_a_std_nothing() -> None:
    whole = measured(noise(20)).whole
    assert statistics.normalized(whole, whole) == Moments((0.0,) * 3, (1.0,) * 3)
    flat = Moments((0.5,), (0.0,))
    assert np.isnan(statistics.normalized(flat, flat).mean).all()


# Questions


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_is_settled_from_the_first_picture_on_behind_which_none_is_far(seed: int) -> None:
    pictures = measured(noise(500), seed)
    count = statistics.settled(pictures)
    reds = [pictures.after(each).mean[0] for each in range(1, 501)]
    far = [each for each, red in enumerate(reds, start=1) if abs(red - reds[-1]) > 0.01]
    assert count == far[-1] + 1
    question = statistics.ask_settled(pictures, "Noise")
    low, high = str(question.choices[int(question.answer)]).split(" to ")
    assert int(low) <= count <= int(high)
    assert f"From picture {count} on." in str(question.reason)


@pytest.mark.parametrize(
    ("count", "choices"),
    [(19, None), (20, ["1 to 10", "11 to 20"]), (200, ["1 to 10", "11 to 100", "101 to 200"])],
)
def test_only_numbers_of_pictures_that_there_are_can_be_guessed(
    count: int, choices: list[str] | None
) -> None:
    question = statistics.ask_settled(measured(noise(count)), "Noise")
    assert (question and [str(each) for each in question.choices]) == choices


def test_a_set_of_equal_pictures_is_settled_from_the_first_one_on() -> None:
    pictures = measured(noise(1).expand(20, -1, -1, -1))
    assert statistics.settled(pictures) == 1
    assert statistics.ask_settled(pictures, "One").answer == 0
    assert statistics.ask_spread(pictures, "One").answer == 1  # equal


@given(images=sets())
def test_the_first_std_is_larger_unless_all_pictures_have_one_mean_and_one_std(images: Tensor) -> None:
    red = images[:, 0].double().flatten(1)
    alike = len({(each.sum().item(), (each**2).sum().item()) for each in red}) == 1
    pictures = measured(images)
    question = statistics.ask_spread(pictures, "Any")
    assert str(question.choices[int(question.answer)]) == ("equal" if alike else "larger")
    assert show(pictures.whole.std[0]) in str(question.reason)


@given(images=sets())
def test_who_takes_the_mean_when_it_has_settled_is_right(images: Tensor) -> None:
    question = statistics.ask_normalized(measured(images), "Any")
    red = by_torch(images).mean[0]
    assert question.is_right((red - 0.485) / 0.229)
    assert question.is_right((red + 0.01 - 0.485) / 0.229)
    assert not question.is_right((red + 0.02 - 0.485) / 0.229)
    assert ("three equal channels" in str(question.prompt)) == (images.shape[1] == 1)


def test_a_set_of_one_colour_is_told_that_its_std_is_0() -> None:
    question = statistics.ask_normalized(measured(torch.full((3, 3, 2, 2), 128, dtype=torch.uint8)), "Flat")
    assert "Its own std is 0" in str(question.reason)
    assert "With its own numbers the mean would be 0" in str(
        statistics.ask_normalized(measured(noise(3)), "").reason
    )


# The chart


@pytest.mark.parametrize("channels", [1, 3])
def test_the_axes_stand_still_while_pictures_are_added(channels: int) -> None:
    values = measured(noise(700, channels)).so_far.mean()
    charts = [settling_figure("mean", values, count, IMAGENET.mean) for count in (1, 2, 99, 700)]
    axes = {(tuple(each.layout.xaxis.range), tuple(each.layout.yaxis.range)) for each in charts}
    assert len(axes) == 1
    ((x, (low, high)),) = axes
    assert x[1] > np.log10(700)
    assert low < values.min()
    assert values.max() < high
    for count, chart in zip((1, 2, 99, 700), charts, strict=True):
        for channel, line in enumerate(chart.data[3:]):
            assert line.x[-1] == count
            assert line.y[-1] == values[count - 1, channel]


def test_a_large_set_is_drawn_with_few_points_and_every_channel_has_its_own_dash() -> None:
    values = np.random.default_rng(0).random((60_000, 3))
    chart = settling_figure("mean", values, 60_000, IMAGENET.mean, settled=100)
    lines = chart.data[3:]
    assert 300 < sum(len(each.x) for each in lines) <= POINTS + 3
    assert len({each.line.dash for each in lines}) == len({each.line.color for each in lines}) == 3
    assert len(chart.layout.shapes) == 2
    assert not settling_figure("mean", values, 60_000, IMAGENET.mean).layout.shapes


@given(most=st.integers(1, 10_000), points=st.integers(2, 300))
def test_points_are_spread_from_the_first_to_the_last(most: int, points: int) -> None:
    at = spaced(most, points).tolist()
    assert (at[0], at[-1]) == (1, most)
    assert at == sorted(set(at))
    assert len(at) <= points


# The program


def assert_same_numbers(key: str, images: Tensor | None = None) -> None:
    images = sources.load(key).train.images if images is None else images
    about, whole = sources.source(key), measured(images).whole
    variables = executed(statistics.program(about))
    assert close(Moments(tuple(variables["mean"].tolist()), tuple(variables["std"].tolist())), whole)
    assert "test_images" not in variables


@pytest.fixture(autouse=True)
def few_doodles(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """The program looks for data/ where it runs."""
    monkeypatch.setitem(sources.DOODLES, "doodles", ("Doodles", 60, 20))
    monkeypatch.chdir(home)


def draw_folder(folder: Path) -> None:
    """Of one size, in one colour and in grey."""
    for part in ("train", "val"):
        for name, mode in (("colour", "RGB"), ("grey", "L")):
            (folder / part / name).mkdir(parents=True)
            for number, picture in enumerate(noise(4)):
                image = Image.fromarray(picture.permute(1, 2, 0).numpy())
                image.convert(mode).save(folder / part / name / f"{number}.png")


def test_the_program_has_the_numbers_of_the_doodles() -> None:
    assert_same_numbers("doodles")


def test_the_program_has_the_numbers_of_a_folder(home: Path) -> None:
    draw_folder(home / "data/own")
    with pytest.raises(LessonError, match="have not been read yet"):
        statistics.program(sources.source("folder:own"))
    assert_same_numbers("folder:own")


@pytest.mark.parametrize(
    ("key", "name", "channels"), [("cifar10", "CIFAR10", 3), ("fashion-mnist", "FashionMNIST", 1)]
)
def test_the_program_has_the_numbers_of_a_published_set(key, name, channels, monkeypatch) -> None:
    images = noise(12, channels)

    class Published:
        """Stands for torchvision's, laid out as it has them."""

        def __init__(self, root: str, train: bool, download: bool) -> None:
            assert (root, train, download) == ("data", True, True)
            self.data = images[:, 0] if channels == 1 else images.permute(0, 2, 3, 1).numpy()
            self.targets = torch.zeros(12) if channels == 1 else [0] * 12

    monkeypatch.setattr(torchvision.datasets, name, Published)
    assert_same_numbers(key, images)


@pytest.mark.parametrize("key", ["doodles", "cifar10", "fashion-mnist", "folder:own"])
def test_the_program_is_formatted_as_ruff_would_and_imports_nothing_that_it_does_not_use(key, home) -> None:
    draw_folder(home / "data/own")
    sources.load("folder:own")
    text = statistics.program(sources.source(key))
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--check", "--line-length", "110", "-"], ["check", "--select", "F,I", "-"]):
        done = subprocess.run([*ruff, *command], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert "lessons" not in text
