"""Boxes without a browser: what of its messages is taken."""

import pytest

from lessons.core.boxes import Box
from pages.kit.boxes.boxes import read_box


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
