"""What the controls of convolution and pooling share: windows that fit, and the gradient of the output."""

from dataclasses import dataclass, fields
from typing import Any

from lessons.core.matrix import Stack
from lessons.core.messages import LessonError
from lessons.layers.windows import Pair, Shape, common_size, ones
from pages.kit.controls import Channels, Settings, Slot
from pages.kit.grid.grid import Grid, held, hold

CHANNELS = 4


@dataclass(frozen=True, kw_only=True)
class Gradient(Channels):
    """The gradient of the output, in the backward view. Ones, unless others are typed for just this shape.

    inputs: the lesson's; it is the last of their fields to be settled.
    """

    most: int = CHANNELS
    inputs: type[Any]

    def put(self, slot: Slot, value: Stack | None) -> None:
        hold(slot.key(), value or ())

    def settle(self, slot: Slot, settings: Settings) -> Stack | None:
        try:
            usual = ones(self._shape(settings))
        except LessonError:  # the settings are explained where they stand
            return None
        typed = held(slot.key())
        if [(len(each), len(each[0])) for each in typed] != [(len(each), len(each[0])) for each in usual]:
            hold(slot.key(), usual)
        return None if held(slot.key()) == usual else typed

    def stands(self, slot: Slot, asked: Stack | None, settled: Stack | None) -> bool:
        return not asked or asked == held(slot.key())

    def _shape(self, settings: Settings) -> Shape:
        """The output's."""
        names = [each.name for each in fields(self.inputs) if each.name in settings]
        shape: Shape = self.inputs(**{name: settings[name] for name in names}).output_shape
        return shape

    def show(self, slot: Slot, settings: Settings) -> None:
        """Its number is the output's."""

    def grid(self, slot: Slot, settings: Settings) -> Grid:
        rows, columns = common_size(held(slot.key()))
        return Grid(slot.key(), self.names(slot), (rows, rows), (columns, columns))


def backward_view(settings: Settings) -> bool:
    return bool(settings["view"] == "backward")


def highest_dilation(image: Stack, kernel: Pair, padding: Pair) -> Pair:
    """How far apart the cells of a kernel may lie so that it still fits the padded image."""
    size = len(image[0]), len(image[0][0])
    height, width = (
        side + 2 * pad if cells == 1 else (side + 2 * pad - 1) // (cells - 1)
        for side, cells, pad in zip(size, kernel, padding, strict=True)
    )
    return height, width
