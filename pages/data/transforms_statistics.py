"""Mean and std: where the numbers of Normalize come from, in a set whose pictures are added one by one."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

import streamlit as st
from PIL import Image, ImageOps
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.data.transforms import statistics
from lessons.data.transforms.chart import settling_figure
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.statistics import CLOSE, HALF, IMAGENET, Added, Moments, Sums, normalized
from lessons.engine.pictures import sources
from lessons.engine.pictures.sources import Source
from pages.kit import address
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, fragment, guarded
from pages.kit.picture.inline import encode
from pages.kit.picture.tiles import whole
from pages.kit.predict import ask, is_open
from pages.kit.runs import shared
from pages.kit.runs.pictures import choice, is_here
from pages.kit.text import _, table, tell

PAGE = "transforms-statistics"
DATA = Slot(PAGE, "data")
COUNT = Slot(PAGE, "count")  # of the pictures that were added, a part for each set
STEPS = {1: "Add one", 10: "Add ten", 100: "Add a hundred"}
MOST = 10_000_000  # that a link may ask for; a set may have less
LAST = 5  # pictures that are shown
SMALL = 64  # pixels: one of them on the page


def show_statistics(inputs: Inputs) -> None:
    """Choose a set, add its pictures, and watch both numbers settle. Of the inputs only the seed counts."""
    st.subheader(_("Where do mean and std come from?"), anchor=False)
    source = _choose()
    if is_here(source):
        _show_set(source, sources.identity(source.key), inputs.seed)
        shared.name_skipped(source)


def _choose() -> Source:
    known = {each.key: each for each in sources.sources()}
    control, usual = choice(known.values()), next(iter(known))
    if DATA.get() is None:
        DATA.set(address.asked("data", control.read, usual))
        COUNT.set(address.asked("added", address.whole(1, MOST), 1), control.settle(DATA, {}))
    key = control.settle(DATA, {})
    control.show(DATA, {})
    address.put("data", "" if key == usual else key)
    return known[key]


@fragment
def _show_set(source: Source, identity: tuple[Path, str, str | None], seed: int) -> None:
    """A fragment: a picture that is added changes nothing else on the page.

    identity: of the set as it was when the page was made.
    """
    with st.spinner(_("Reading the pictures")):
        pictures = _added(*identity, seed)
    count = _add_some(source.key, len(pictures))
    address.put("added", "" if count == 1 else str(count))
    _show_last(source.key, pictures, count)
    name = source.title if source.key.startswith("folder:") else Message(source.title)
    settling = statistics.ask_settled(pictures, name)
    settled = statistics.settled(pictures) if not settling or not is_open(settling) else None
    _show_charts(pictures, count, settled)
    if settling:
        ask(settling)
    rows = {_("So far"): pictures.after(count), _("The whole set"): pictures.whole if settled else None}
    _show_moments(rows | {"ImageNet": IMAGENET, "0.5": HALF}, pictures.channels)
    ask(statistics.ask_spread(pictures, name))
    after = statistics.ask_normalized(pictures, name)
    if not ask(after):
        _show_normalized(pictures)
    _show_program(source)


@lru_cache(maxsize=8)  # the largest published set takes 2 MB
def _sums(folder: Path, key: str, mark: str | None) -> Sums:
    return statistics.add_up(shared.pictures(key).train.images)


@lru_cache(maxsize=8)  # as much
def _added(folder: Path, key: str, mark: str | None, seed: int) -> Added:
    return statistics.added(_sums(folder, key, mark), seed)


# Adding


def _add_some(key: str, most: int) -> int:
    """The buttons, and how many pictures of this set are there by now: one at first."""

    def add(more: int) -> None:
        COUNT.set(min(_count(key) + more, most), key)

    def begin_again() -> None:
        COUNT.set(1, key)

    count = min(_count(key), most)
    with st.container(horizontal=True):
        for more, label in (STEPS | {most: "Add all"}).items():
            name = f"{PAGE}-add-{'all' if more == most else more}"
            st.button(_(label), key=name, on_click=guarded(add), args=(more,), disabled=count == most)
        again = st.button(_("Begin again"), key=f"{PAGE}-again", on_click=guarded(begin_again))
    if again and key.startswith("folder:"):
        shared.read(key)  # again, if it has changed
        st.rerun()
    return count


def _count(key: str) -> int:
    return COUNT.get(key) or 1


def _show_last(key: str, pictures: Added, count: int) -> None:
    """The newest first."""
    images = shared.pictures(key).train.images
    numbers = list(range(count, max(0, count - LAST), -1))
    shown = [_small(images[pictures.order[number - 1]]) for number in numbers]
    with st.container(horizontal=True, gap="small"):
        for picture, number in zip(shown, numbers, strict=True):
            st.image(picture, str(number), width=SMALL)


def _small(image: Tensor) -> bytes:
    """Pixels stay visible, and no picture takes more room than another."""
    return encode(ImageOps.pad(whole(image), (2 * SMALL, 2 * SMALL), Image.Resampling.BOX))


# What has come together


def _show_charts(pictures: Added, count: int, settled: int | None) -> None:
    so_far = pictures.so_far
    both = {"mean": (so_far.mean(), IMAGENET.mean), "std": (so_far.std(), IMAGENET.std)}
    for column, (title, (values, known)) in zip(st.columns(2), both.items(), strict=True):
        end = settled if title == "mean" else None
        with column:
            chart = settling_figure(title, values, count, known, end, _)
            show_chart(chart, f"{PAGE}-{title}")
    st.markdown(" ".join(map(tell, _state(pictures, count, settled))))


def _state(pictures: Added, count: int, settled: int | None) -> Iterator[Message]:
    """What the charts show, in sentences."""
    means = pictures.so_far.mean()[:, 0]
    now, channel = pictures.after(count), statistics.names(pictures.channels)[0]
    yield Message(
        "After {count} of {most} {most:picture|pictures} the mean of {channel} is {mean}, and its std {std}.",
        count=count,
        most=len(pictures),
        channel=channel,
        mean=_number(now.mean[0]),
        std=_number(now.std[0]),
    )
    if count > 1:
        moved = abs(means[count - 1] - means[count - 2])
        yield Message("The last one moved the mean by {moved}.", moved=show(moved))
    if count < len(pictures):
        yield Message(
            "The next one counts for 1/{count} of the mean, so it moves it by {most} at most.",
            count=count + 1,
            most=show(1 / (count + 1)),
        )
    if settled:
        yield Message(
            "The mean of the whole set is {off} away; the band reaches {close} to either side of it, and the "
            "upright line stands where {channel} is in it for good.",
            off=show(abs(means[count - 1] - means[-1])),
            close=CLOSE,
            channel=channel,
        )


def _show_moments(rows: Mapping[str, Moments | None], channels: int) -> None:
    """A table of means and one of stds, as the charts stand. rows: by label; "?" for what is not told yet."""
    names = [_(str(name)) for name in statistics.names(channels)]
    parts = {_("mean"): attrgetter("mean"), _("std"): attrgetter("std")}
    for column, (title, part) in zip(st.columns(2), parts.items(), strict=True):
        with column:
            table(
                [title, *names],
                [
                    [label, *(_cells(part(each), channels) if each else "?" * channels)]
                    for label, each in rows.items()
                ],
            )


def _cells(numbers: Sequence[float], channels: int) -> list[str]:
    """Three numbers for a grey set stand in one cell, or one of them where they are equal."""
    cells = [_number(each) for each in numbers]
    return cells if channels > 1 else [", ".join(dict.fromkeys(cells))]


def _number(value: float) -> str:
    """With as many digits as all the others, so that nothing moves while they change."""
    return f"{value:z.4f}" if math.isfinite(value) else "–"


# After Normalize


def _show_normalized(pictures: Added) -> None:
    st.markdown(_("Mean and std of the whole set after Normalize with these numbers:"))
    whole = pictures.whole
    by = {_("its own"): whole, "ImageNet": IMAGENET, "0.5": HALF}
    _show_moments({label: normalized(whole, each) for label, each in by.items()}, pictures.channels)


def _show_program(source: Source) -> None:
    def show_code() -> None:
        code(statistics.program(source), PAGE)

    fold(_("The program of these numbers"), f"{PAGE}-program", show_code)
