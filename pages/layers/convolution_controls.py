"""Channels, kernels and groups of a convolution: where one changes, the others follow."""

from dataclasses import dataclass

import streamlit as st

from lessons.core.limits import KERNEL_SIDE
from lessons.core.matrix import Stack, pack, unpack
from lessons.core.messages import Message
from pages.kit.address import whole
from pages.kit.controls import Control, Settings, Slot, Typed, repeated, show_count
from pages.kit.grid.grid import Grid, Sides, held, hold
from pages.kit.text import _
from pages.layers.windows import CHANNELS


@dataclass(frozen=True)
class Groups(Control):
    """In how many groups the channels come in and the kernels go out: a number that divides both."""

    def settle(self, slot: Slot, settings: Settings) -> int:
        groups: int = slot.get() if slot.get() in self._allowed(slot, settings) else 1
        slot.set(groups)
        return groups

    def show(self, slot: Slot, settings: Settings) -> None:
        allowed = self._allowed(slot, settings)
        if len(allowed) > 1:
            st.select_slider(_(self.label), allowed, key=slot.key(), persist_state="session")

    def _allowed(self, slot: Slot, settings: Settings) -> list[int]:
        channels, kernels = len(settings["image"]), Slot(slot.page, "weight").get("kernels")
        return [each for each in range(1, CHANNELS + 1) if channels % each == kernels % each == 0]

    def read(self, text: str) -> int:
        return whole(1, CHANNELS)(text)


@dataclass(frozen=True, kw_only=True)
class Kernels(Typed):
    """One for each output channel, with as many channels as a group has; each keeps its own."""

    rows: Sides = (1, KERNEL_SIDE)
    columns: Sides = (1, KERNEL_SIDE)

    def put(self, slot: Slot, value: tuple[Stack, ...]) -> None:
        hold(slot.key(), tuple(matrix for kernel in value for matrix in kernel))
        slot.set(len(value), "kernels")

    def settle(self, slot: Slot, settings: Settings) -> tuple[Stack, ...]:
        stack = held(slot.key())
        seen = len(stack) // slot.get("kernels")
        kernels = tuple(stack[first : first + seen] for first in range(0, len(stack), seen))
        needed = len(settings["image"]) // settings["groups"]
        fitting = tuple(repeated(kernel, needed) for kernel in kernels)
        if fitting != kernels:
            self.put(slot, fitting)
        return fitting

    def show(self, slot: Slot, settings: Settings) -> None:
        kernels: tuple[Stack, ...] = settings["weight"]
        label = "Output channels (kernels)"
        show_count(label, CHANNELS, slot, kernels, lambda kernels: self.put(slot, kernels))

    def names(self, slot: Slot) -> list[Message]:
        """As the stage calls them."""
        count, kernels = len(held(slot.key())), slot.get("kernels")
        names = []
        for kernel, channel in (divmod(number, count // kernels) for number in range(count)):
            name = Message("Kernel {number}", number=kernel + 1) if kernels > 1 else Message("Kernel")
            several = Message("{name}, channel {channel}", name=name, channel=channel + 1)
            names.append(several if count > kernels else name)
        return names

    def read(self, text: str) -> tuple[Stack, ...]:
        """Kernels are parted by ||."""
        kernels = text.split("||")
        seen = {kernel.count("|") + 1 for kernel in kernels}
        if len(kernels) > CHANNELS or len(seen) > 1 or max(seen) > CHANNELS:
            raise ValueError(text)
        unpack(text.replace("||", "|"))  # all of one size
        return tuple(map(unpack, kernels))

    def write(self, value: tuple[Stack, ...]) -> str:
        return "||".join(map(pack, value))


@dataclass(frozen=True, kw_only=True)
class Biases(Typed):
    """One for each kernel, in a row."""

    def put(self, slot: Slot, value: tuple[float, ...]) -> None:
        super().put(slot, (value,))

    def settle(self, slot: Slot, settings: Settings) -> tuple[float, ...]:
        biases: tuple[float, ...] = super().settle(slot, settings)[0]
        fitting = repeated(biases, len(settings["weight"]))
        if fitting != biases:
            self.put(slot, fitting)
        return fitting

    def grid(self, slot: Slot, settings: Settings) -> Grid:
        count = len(settings["bias"])
        return Grid(slot.key(), self.names(slot), (1, 1), (count, count))

    def read(self, text: str) -> tuple[float, ...]:
        (biases,) = super().read(text)
        if len(biases) > CHANNELS:
            raise ValueError(text)
        return tuple(biases)

    def write(self, value: tuple[float, ...]) -> str:
        return super().write((value,))
