"""A box on a picture, in whole pixels."""

from typing import NamedTuple

Size = tuple[int, int]  # width, height


class Box(NamedTuple):
    """left, top: from the upper left corner of the picture."""

    left: int
    top: int
    width: int
    height: int

    def inside(self, size: Size) -> bool:
        """Whether it is a box at all, and nothing of it is outside a picture of this size."""
        width, height = size
        across = 0 <= self.left < self.left + self.width <= width
        return across and 0 <= self.top < self.top + self.height <= height


def middle(size: Size) -> Box:
    """Half as wide and half as high as a picture of this size, one pixel at least.

    >>> middle((600, 400))
    Box(left=150, top=100, width=300, height=200)
    """
    width, height = (max(1, side // 2) for side in size)
    return Box((size[0] - width) // 2, (size[1] - height) // 2, width, height)
