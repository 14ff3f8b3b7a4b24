"""Boxes without a browser: what of its messages is taken."""

import pytest

from lessons.core.boxes import Box
from pages.kit.boxes.boxes import read_box, read_link, write_link


def test_a_box_inside_the_picture_is_read():
    assert read_box([1, 2, 3, 4], (4, 6)) == Box(1, 2, 3, 4)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "1234",
        {},
        [0, 0, 1],
        [0, 0, 1, 1, 1],
        [0.5, 0, 1, 1],
        [True, 0, 1, 1],
        ["0", 0, 1, 1],
        [-1, 0, 1, 1],
        [0, 0, 0, 1],
        [0, 0, 5, 1],
        [4, 0, 1, 1],
        [0, 0, 1, 7],
    ],
    ids=str,
)
def test_what_is_no_box_inside_the_picture_is_left(sent):
    assert read_box(sent, (4, 6)) is None


def test_a_box_comes_back_from_its_link():
    assert read_link(write_link(Box(1, 2, 3, 4))) == Box(1, 2, 3, 4)


@pytest.mark.parametrize(
    "text", ["", "1", "1_2", "1_2_3", "1_2_3_4_5", "1_2_3_x", "1_2__4", "-1_0_1_1", "0_0_0_1", "0_0_1_-1"]
)
def test_a_link_to_anything_else_is_no_box(text):
    with pytest.raises(ValueError, match=r"unpack|invalid literal|^[-0-9_]+$"):
        read_link(text)
