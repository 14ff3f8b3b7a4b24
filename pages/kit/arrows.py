"""Arrows: how far some numbers go up or down, as drawings side by side on one scale; only to be read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, chain

import streamlit as st

from lessons.core.numbers import show
from pages.kit.text import _

HIGH, ABOVE, BELOW, LEFT = 180, 8, 24, 40  # pixels: of the scale, and what stands around it
WIDE, NARROW, ROOM = 44, 20, 320  # of a column; more columns than fit the room wide have no numbers
LETTERS = 6  # room for these
NUMBERS = 30  # room for these below a column
HEAD = 7  # of an arrow
NAME = 140  # room for a name, at least
INTERVALS = 5  # of a scale, at most


@dataclass(frozen=True)
class Arrows:
    """Numbers before and after, one for each column. columns: their names, or their numbers; marked: how much
    each is, from 0 to 1."""

    name: str
    columns: Sequence[str]
    before: Sequence[float]
    after: Sequence[float]
    marked: Sequence[float]


def show_arrows(drawings: Sequence[Arrows], marks: str, around: Iterable[float] = ()) -> None:
    """marks: what a mark means. around: numbers that the scale shall hold besides."""
    scale = Scale.over([*around, *chain.from_iterable((*each.before, *each.after) for each in drawings)])
    figures = "".join(_figure(each, scale) for each in drawings)
    st.markdown(f'<div class="arrows">{figures}</div>', unsafe_allow_html=True)
    _show_legend(marks)


@dataclass(frozen=True)
class Scale:
    """Round numbers, step apart, from first × step to last × step."""

    step: float
    first: int
    last: int

    @classmethod
    def over(cls, numbers: Sequence[float]) -> "Scale":
        """The finest one of at most INTERVALS on which these lie; it spans 1 at least.

        >>> Scale.over([0.5, 3.2]), Scale.over([1000, 0])
        (Scale(step=1.0, first=0, last=4), Scale(step=200.0, first=0, last=5))
        """
        low, high = min(numbers), max(numbers)
        power = 10.0 ** math.floor(math.log10(max(high - low, 1.0) / INTERVALS))
        for step in (power * times for times in (1, 2, 5, 10, 20)):
            first, last = math.floor(low / step), math.ceil(high / step)
            last = max(last, first + round(1 / step), first + 1)
            if last - first <= INTERVALS:
                break
        return cls(step, first, last)

    @property
    def ticks(self) -> list[float]:
        return [place * self.step for place in range(self.first, self.last + 1)]

    def y(self, number: float) -> float:
        """Its place in a drawing."""
        return ABOVE + HIGH * (self.last - number / self.step) / (self.last - self.first)

    def write(self, number: float) -> str:
        """To a hundredth of a step."""
        digits = max(0, 2 - math.floor(math.log10(self.step)))
        return f"{round(number, digits) + 0.0:.{digits}f}"


def _figure(drawn: Arrows, scale: Scale) -> str:
    count = len(drawn.before)
    wide = count * WIDE <= ROOM
    column = WIDE if wide else NARROW
    width, height = LEFT + count * column, ABOVE + HIGH + BELOW + NUMBERS * wide
    lines = "".join(
        f'<path class="line" d="M{LEFT} {scale.y(tick):.1f}H{width}"/>'
        f'<text class="tick" x="{LEFT - 5}" y="{scale.y(tick) + 4:.1f}">{show(tick)}</text>'
        for tick in scale.ticks
    )
    columns = "".join(
        _column(LEFT + column * (place + 0.5), place, drawn, scale, wide) for place in range(count)
    )
    then = f'<text class="tick" x="{LEFT - 5}" y="{ABOVE + HIGH + 49}">→</text>' if wide else ""
    spoken = ", ".join(
        f"{column}: {show(before)}" + (f" → {show(after)}" if before != after else "")
        for column, before, after in zip(drawn.columns, drawn.before, drawn.after, strict=True)
    )
    name, spoken = escape(drawn.name), escape(spoken)
    return (
        f'<figure style="width: {max(width, NAME)}px"><figcaption>{name}</figcaption>'
        f'<svg width="{width}" height="{height}" role="img" aria-label="{name}. {spoken}">'
        f"{lines}{columns}{then}</svg></figure>"
    )


def _column(x: float, place: int, drawn: Arrows, scale: Scale, wide: bool) -> str:
    """A band where it is marked, the number as a short bar, its arrow; and below both numbers, if wide."""
    before, after, marked = drawn.before[place], drawn.after[place], drawn.marked[place]
    half, foot = (WIDE if wide else NARROW) / 2 - 3, ABOVE + HIGH
    label = _cut(drawn.columns[place]) if wide else str(place)
    parts = [
        f'<rect class="marked" x="{x - half}" y="{ABOVE}" width="{2 * half}" height="{HIGH}" '
        f'style="--marked: {marked:.3f}"/>'
        if marked
        else "",
        _arrow(x, scale.y(before), scale.y(after)) if before != after else "",
        f'<rect class="bar" x="{x - half + 2}" y="{scale.y(before) - 1.5:.1f}" width="{2 * half - 4}" '
        'height="3"/>',
        f'<text class="column" x="{x}" y="{foot + 18}">{escape(label)}</text>',
    ]
    if wide:
        parts += [
            f'<text class="before" x="{x}" y="{foot + 34}">{scale.write(before)}</text>',
            f'<text class="after" x="{x}" y="{foot + 49}">{scale.write(after)}</text>'
            if before != after
            else "",
        ]
    return "".join(parts)


def _cut(name: str) -> str:
    """As much of a name as a wide column has room for; letters as wide as they are high count twice."""
    ends = list(accumulate(1 + (ord(letter) > 0x2E80) for letter in name))
    return name if ends[-1] <= LETTERS else name[: sum(end < LETTERS for end in ends)] + "…"


def _arrow(x: float, start: float, end: float) -> str:
    """To scale; one that is shorter than its head is a hollow head."""
    way = "up" if end < start else "down"
    sign = -1 if end < start else 1
    short = abs(end - start) < HEAD
    tip = start + sign * HEAD if short else end
    base = tip - sign * HEAD
    shaft = "" if short else f'<path class="shaft" d="M{x} {start:.1f}V{base:.1f}"/>'
    head = f"M{x - HEAD / 1.4:.1f} {base:.1f}H{x + HEAD / 1.4:.1f}L{x} {tip:.1f}Z"
    return f'<g class="{way}{" short" if short else ""}">{shaft}<path class="head" d="{head}"/></g>'


def _show_legend(marks: str) -> None:
    signs = (
        ('<b class="up">▲</b>', _("goes up")),
        ('<b class="down">▼</b>', _("goes down")),
        ("<b>△ ▽</b>", _("by less than can be drawn")),
        ('<i class="marked"></i>', marks),
    )
    spans = "".join(f"<span>{sign} {escape(words)}</span>" for sign, words in signs)
    st.html(f'<p class="legend arrows-legend">{spans}</p>')
