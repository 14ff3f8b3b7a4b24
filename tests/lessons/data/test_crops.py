"""The boxes of RandomResizedCrop: those of torchvision, and a judge who knows all of them and no others."""

from math import ceil, floor, sqrt

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torchvision.transforms import v2

from lessons.core.boxes import Box, Size, middle
from lessons.data.transforms.crops import ask_smallest, crop_of, crops, fallback, judge, share
from lessons.data.transforms.lesson import TRAINING
from lessons.data.transforms.steps import Step, page_seeds, seed_of, step, strip
from lessons.engine.pictures.samples import sample

COAST = (600, 400)
USUAL = step("RandomResizedCrop", 1)
GRID = 400  # along each direction, where all that can be drawn is tried out


def crop(scale: tuple[float, float], ratio: tuple[float, float]) -> Step:
    return step("RandomResizedCrop", 1, scale=scale, ratio=ratio)


def span(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    ends = st.tuples(st.floats(low, high), st.floats(low, high))
    return ends.map(lambda pair: (min(pair), max(pair)))


def words(box: Box, size: Size, crop: Step) -> str:
    return " ".join(map(str, judge(box, size, crop).words))


def test_the_boxes_are_those_that_are_cut_out() -> None:
    picture = sample("coast")
    made = step("RandomResizedCrop", 3, size=(50, 60), scale=(0.2, 0.5))
    drawn = crops(picture.size, made, 995, 12)
    for seed, (left, top, width, height) in zip(page_seeds(995, 12), drawn, strict=True):
        torch.manual_seed(seed_of(made, seed))
        cut = v2.RandomResizedCrop((50, 60), scale=(0.2, 0.5))(picture)
        ours = v2.functional.resized_crop(picture, top, left, height, width, [50, 60])
        assert np.array_equal(cut, ours)
    assert len(set(drawn)) == 12


def test_the_crop_of_a_strip_is_the_first_that_is_on() -> None:
    assert crop_of(TRAINING) is None
    assert crop_of(strip(step("Resize"), step("RandomResizedCrop"))).key == 2


@pytest.mark.parametrize("size", [COAST, (32, 32), (41, 300), (7, 5), (1, 1)])
@pytest.mark.parametrize(
    ("scale", "ratio"),
    [((0.08, 1), (3 / 4, 4 / 3)), ((0.01, 0.02), (1, 1)), ((1, 1), (0.5, 2)), ((0.3, 0.9), (3, 4))],
)
def test_every_box_that_is_drawn_is_judged_as_possible(size, scale, ratio) -> None:
    transform, picture = v2.RandomResizedCrop(1, scale, ratio), torch.empty(1, size[1], size[0])
    torch.manual_seed(0)
    drawn = [transform.make_params([picture]) for _ in range(1000)]
    boxes = {Box(each["left"], each["top"], each["width"], each["height"]) for each in drawn}
    possible = {box for box in boxes if min(box.width, box.height) > 0}  # of no pixels at all is none
    assert not [box for box in possible if not judge(box, size, crop(scale, ratio)).possible]


@given(st.tuples(st.integers(1, 40), st.integers(1, 40)), span(0.01, 1), span(0.25, 4))
@example((6, 4), (1.0, 1.0), (3 / 4, 4 / 3))
@example((30, 20), (0.08, 0.1), (0.9, 1.0))
@example((8, 8), (0.03125, 1.0), (1.0, 1.0))
def test_no_other_box_is_judged_as_possible(size, scale, ratio) -> None:
    """Sides are tried that are spread over all that can be drawn, up to its edges."""
    area = size[0] * size[1]
    shares = area * np.geomspace(*scale, GRID)[:, None]
    ratios = np.geomspace(*ratio, GRID)
    widths, heights = np.sqrt(shares * ratios), np.sqrt(shares / ratios)
    made = crop(scale, ratio)
    drawn = set(zip(np.rint(widths).ravel(), np.rint(heights).ravel(), strict=True))
    last = fallback(size, made)
    if any(not (0 < w <= size[0] and 0 < h <= size[1]) for w, h in drawn):
        drawn.add((last.width, last.height))
    for width in range(1, size[0] + 1):
        for height in range(1, size[1] + 1):
            if judge(Box(0, 0, width, height), size, made).possible:
                assert near(drawn, widths, heights, (width, height))


def near(drawn, widths, heights, sides) -> bool:
    """Whether sides are drawn, or as near to some that are as the grid is wide."""
    if sides in drawn:
        return True
    off = np.maximum(abs(widths - sides[0]), abs(heights - sides[1])).min() - 0.5
    return off < 4 * max(1, *sides) / GRID


@pytest.mark.parametrize(
    ("box", "told"),
    [
        (Box(0, 0, 300, 400), "It could have been drawn."),
        (Box(0, 0, 60, 60), "It is too small: at least 8 % of the area."),
        (Box(0, 0, 600, 400), "It is too flat: its ratio is at most 1.333."),
        (Box(0, 0, 100, 399), "It is too narrow: its ratio is at least 0.75."),
        (
            Box(0, 0, 200, 20),
            "It is too small: at least 8 % of the area. It is too flat: its ratio is at most 1.333.",
        ),
    ],
)
def test_a_box_of_ones_own_is_judged_with_the_bounds_that_it_is_beyond(box, told) -> None:
    assert words(box, COAST, USUAL) == told
    assert judge(box, COAST, USUAL).possible == ("could" in told)


def test_a_box_can_be_too_large() -> None:
    assert words(Box(0, 0, 400, 400), COAST, crop((0.1, 0.2), (0.5, 2))) == (
        "It is too large: at most 20 % of the area."
    )


def test_rounding_leads_a_bit_beyond_the_bounds_and_no_further() -> None:
    side = sqrt(0.08 * 600 * 400)  # 138.6
    low, high = floor(side), ceil(side)
    assert judge(Box(0, 0, low, high), COAST, USUAL).possible
    assert "rounds both sides" in words(Box(0, 0, low, high), COAST, USUAL)
    assert not judge(Box(0, 0, low, low), COAST, USUAL).possible


def test_where_the_ratio_is_1_every_crop_is_a_square() -> None:
    squares = crop((0.08, 1), (1, 1))
    assert all(box.width == box.height for box in crops(COAST, squares, 0, 100))
    assert judge(Box(0, 0, 150, 150), COAST, squares).possible
    assert words(Box(0, 0, 151, 150), COAST, squares) == "It is too flat: its ratio is at most 1."
    assert words(Box(0, 0, 150, 151), COAST, squares) == "It is too narrow: its ratio is at least 1."


def test_what_is_taken_after_ten_draws_that_do_not_fit_is_possible_there_alone() -> None:
    whole = crop((1, 1), (3 / 4, 4 / 3))
    last = Box(33, 0, 533, 400)
    assert crops(COAST, whole, 0, 3) == [last] * 3
    assert "ten draws in a row" in words(last, COAST, whole)
    assert words(last._replace(left=34), COAST, whole) == "It is too small: at least 100 % of the area."
    square = crop((0.1, 0.2), (1, 1))  # that always fits
    assert not judge(fallback(COAST, square), COAST, square).possible


def test_the_smallest_crop_is_asked_for_by_its_area() -> None:
    question = ask_smallest(COAST, USUAL)
    assert question.is_right(100 * share(Box(0, 0, 139, 138), COAST))
    assert question.is_right(9.9)
    assert not question.is_right(100 * share(Box(0, 0, 48, 32), COAST))  # 8 % of each side
    assert ask_smallest(COAST, crop((1, 1), (3 / 4, 4 / 3))) is None


@pytest.mark.parametrize("size", [COAST, (1, 1), (3, 2), (1, 512)])
def test_a_box_in_the_middle_is_inside(size) -> None:
    assert middle(size).inside(size)
    assert not Box(0, 0, size[0] + 1, 1).inside(size)
    assert not Box(-1, 0, 1, 1).inside(size)
    assert not Box(0, 0, 1, 0).inside(size)
