"""The controls of a lesson: how each field of its ``Inputs`` stands on the page and in the address.

On every run a page *settles* them once: each is brought within its bounds, in order, and may depend on those
before it. After that the settings are only read. A field that is not in play has its default.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from typing import Any, Generic, TypeVar

import streamlit as st

from lessons.core.checks import require_one_of
from lessons.core.matrix import pack, unpack
from lessons.core.messages import Message
from pages.kit import address
from pages.kit.grid.grid import ANY, Sides, grid, held, hold
from pages.kit.text import _, tell

Inputs = TypeVar("Inputs")
Item = TypeVar("Item")
Pair = tuple[int, int]  # height, width
Settings = Mapping[str, Any]  # by field: those that are settled so far, and what the page is about

NUMBER = "number"


def always(settings: Settings) -> bool:
    return True


@dataclass(frozen=True)
class Slot:
    """Where a control keeps what the learner has set: in the session, under the keys of its widgets."""

    page: str
    name: str

    def key(self, part: str = "") -> str:
        return "-".join(filter(None, (self.page, self.name, part)))

    def get(self, part: str = "") -> Any:
        return st.session_state.get(self.key(part))

    def set(self, value: Any, part: str = "") -> None:
        """What is the same is left alone: setting it would take back what was just set in the browser."""
        if self.get(part) != value:
            st.session_state[self.key(part)] = value

    @property
    def apart(self) -> "Slot":
        """Whether heights and widths of this page are set one by one."""
        return Slot(self.page, "apart")


@dataclass(frozen=True)
class Control(ABC):
    """How one field stands on the page. when: whether it is in play; more: whether it is behind "More"."""

    label: str
    when: Callable[[Settings], bool] = always
    more: bool = False

    def put(self, slot: Slot, value: Any) -> None:
        """Onto the page; before its widgets are made, or in a callback."""
        slot.set(value)

    def settle(self, slot: Slot, settings: Settings) -> Any:
        """The value that stands there, brought within its bounds."""
        return slot.get()

    @abstractmethod
    def show(self, slot: Slot, settings: Settings) -> None:
        """Its widget, among the settings."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """A value from the address; LessonError, KeyError or ValueError if it cannot be one."""

    def write(self, value: Any) -> str:
        """A value for the address."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of a few words. options: slug -> label."""

    options: Mapping[str, str]

    def show(self, slot: Slot, settings: Settings) -> None:
        slugs, key = list(self.options), slot.key()
        st.selectbox(_(self.label), slugs, format_func=self.title, key=key, persist_state="session")

    def title(self, slug: str) -> str:
        return _(self.options[slug])

    def read(self, text: str) -> str:
        require_one_of(Message(self.label), text, self.options)
        return text


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""

    def show(self, slot: Slot, settings: Settings) -> None:
        st.toggle(_(self.label), key=slot.key(), persist_state="session")

    def read(self, text: str) -> bool:
        return address.switch(text)

    def write(self, value: Any) -> str:
        return address.switched(value)


@dataclass(frozen=True, kw_only=True)
class Steps(Control):
    """A number on a scale of usual ones, and of the one that stands there, which a link may have brought."""

    usual: tuple[float, ...]

    def show(self, slot: Slot, settings: Settings) -> None:
        options = sorted({*self.usual, slot.get()})
        key = slot.key()
        st.select_slider(_(self.label), options, format_func="{:g}".format, key=key, persist_state="session")

    def read(self, text: str) -> float:
        return type(self.usual[0])(text)


@dataclass(frozen=True, kw_only=True)
class Count(Control):
    """A whole number, typed. empty: what no number at all means, where that is allowed."""

    low: int
    high: int
    empty: str = ""

    def show(self, slot: Slot, settings: Settings) -> None:
        st.number_input(
            _(self.label),
            self.low,
            self.high,
            None if self.empty else "min",
            1,
            key=slot.key(),
            placeholder=_(self.empty) if self.empty else None,
            persist_state="session",
        )

    def read(self, text: str) -> int:
        return int(text)


@dataclass(frozen=True, kw_only=True)
class PairSlider(Control):
    """A whole number for the height and one for the width: one slider, or two where they are set apart.

    highest: how far the other settings let each of them reach. words: what may stand instead of numbers,
    slug -> its label and its value; words_label: of the choice between them and numbers.
    """

    low: int
    high: int
    highest: Callable[[Settings], Pair] | None = None
    words_label: str = ""
    words: Mapping[str, tuple[str, Any]] = field(default_factory=dict)

    def put(self, slot: Slot, value: Any) -> None:
        word = self._word(value)
        slot.set(word, "as")
        height, width = value if word == NUMBER else (slot.get() or self.low, slot.get("width") or self.low)
        slot.set(height)
        slot.set(width, "width")

    def settle(self, slot: Slot, settings: Settings) -> Any:
        height, width = self._highest(slot, settings)
        slot.set(min(max(slot.get(), self.low), height))
        slot.set(min(max(slot.get("width"), self.low), width) if slot.apart.get() else slot.get(), "width")
        word = slot.get("as")
        return (slot.get(), slot.get("width")) if word == NUMBER else self.words[word][1]

    def show(self, slot: Slot, settings: Settings) -> None:
        if self.words:
            labels = {NUMBER: _("number")} | {word: _(label) for word, (label, _value) in self.words.items()}
            key, words = slot.key("as"), list(labels)
            st.selectbox(
                _(self.words_label), words, format_func=labels.__getitem__, key=key, persist_state="session"
            )
        if slot.get("as") != NUMBER:
            return
        height, width = self._highest(slot, settings)
        label = _(self.label)
        if slot.apart.get():
            self._slide(f"{label}: {_('height')}", slot.key(), height)
            self._slide(f"{label}: {_('width')}", slot.key("width"), width)
        else:
            self._slide(label, slot.key(), height)

    def _slide(self, label: str, key: str, high: int) -> None:
        """With one place only it stands still."""
        still, high = high <= self.low, max(high, self.low + 1)
        st.slider(label, self.low, high, key=key, disabled=still, persist_state="session")

    def _highest(self, slot: Slot, settings: Settings) -> Pair:
        """How far each may go; one slider for both goes as far as the narrower side."""
        height, width = self.highest(settings) if self.highest else (self.high, self.high)
        height, width = (max(self.low, min(each, self.high)) for each in (height, width))
        return (height, width) if slot.apart.get() else (min(height, width),) * 2

    def read(self, text: str) -> Any:
        if text in self.words:
            return self.words[text][1]
        height, *width = map(address.whole(self.low, self.high), text.split("x", 1))
        return height, (width or [height])[0]

    def write(self, value: Any) -> str:
        word = self._word(value)
        if word != NUMBER:
            return word
        height, width = value
        return f"{height}" if height == width else f"{height}x{width}"

    def _word(self, value: Any) -> str:
        """The slug of the word that means this value, or NUMBER."""
        return next((word for word, (_label, meant) in self.words.items() if meant == value), NUMBER)


@dataclass(frozen=True, kw_only=True)
class Typed(Control):
    """A matrix, typed into a grid below the stage. rows, columns: how few and how many."""

    more: bool = True
    rows: Sides = ANY
    columns: Sides = ANY

    def put(self, slot: Slot, value: Any) -> None:
        hold(slot.key(), (value,))

    def settle(self, slot: Slot, settings: Settings) -> Any:
        return held(slot.key())[0]

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def show_grid(self, slot: Slot, settings: Settings) -> None:
        grid(slot.key(), self.names(slot), rows=self.rows, columns=self.columns)

    def names(self, slot: Slot) -> list[str]:
        """Of its matrices."""
        return [_(self.label)]

    def read(self, text: str) -> Any:
        (matrix,) = unpack(text)
        return matrix

    def write(self, value: Any) -> str:
        return pack((value,))


@dataclass(frozen=True, kw_only=True)
class Channels(Typed):
    """Equally large matrices; a number among the settings says how many. count_label: that number's."""

    most: int
    count_label: str = "Channels"

    def put(self, slot: Slot, value: Any) -> None:
        hold(slot.key(), value)

    def settle(self, slot: Slot, settings: Settings) -> Any:
        return held(slot.key())

    def show(self, slot: Slot, settings: Settings) -> None:
        stack = held(slot.key())
        show_count(self.count_label, self.most, slot, stack, lambda stack: hold(slot.key(), stack))

    def names(self, slot: Slot) -> list[str]:
        numbers = range(1, len(held(slot.key())) + 1)
        name = Message(self.label)
        return [tell(Message("{name}, channel {channel}", name=name, channel=number)) for number in numbers]

    def read(self, text: str) -> Any:
        if text.count("|") >= self.most:
            raise ValueError(text)
        return unpack(text)

    def write(self, value: Any) -> str:
        return pack(value)


def show_count(
    label: str, most: int, slot: Slot, items: tuple[Item, ...], change: Callable[[tuple[Item, ...]], None]
) -> None:
    """How many there are; with another number the items are repeated, or left out at the end."""
    slot.set(len(items), "count")
    st.number_input(
        _(label),
        1,
        most,
        key=slot.key("count"),
        on_change=lambda: change(repeated(items, slot.get("count"))),
    )


def repeated(items: tuple[Item, ...], number: int) -> tuple[Item, ...]:
    """For another number of channels: from the first again, or without the last."""
    return tuple(islice(cycle(items), number))


class Controls(Generic[Inputs]):
    """The controls of one page, by the field of Inputs that each sets, in the order they are settled in.

    alone: whether Inputs can tell of each value by itself if it is possible; a link's is then checked so.
    """

    def __init__(
        self, page: str, inputs: type[Inputs], /, *, alone: bool = False, **controls: Control
    ) -> None:
        self.page = page
        self._alone = alone
        self._make = inputs
        self._usual = inputs()
        self._controls = controls
        unknown = [name for name in controls if not hasattr(self._usual, name)]
        if unknown:
            raise TypeError(f"{inputs.__name__} has no field {unknown[0]}")

    def start(self) -> None:
        """On the first run of a session the page's values come from the address."""
        if f"{self.page}-{self._make.__module__}-started" in st.session_state:
            return
        st.session_state[f"{self.page}-{self._make.__module__}-started"] = True
        for name, control in self._controls.items():
            value = address.asked(name, partial(self._read, name, control), getattr(self._usual, name))
            control.put(Slot(self.page, name), value)
        self._set_apart()

    def _read(self, name: str, control: Control, text: str) -> Any:
        value = control.read(text)
        if self._alone:
            self._make(**{name: value})
        return value

    def put(self, inputs: Inputs) -> None:
        """Onto the page; before its widgets are made, or in a callback."""
        for name, control in self._controls.items():
            control.put(Slot(self.page, name), getattr(inputs, name))
        self._set_apart()

    def _set_apart(self) -> None:
        """Two sliders where one could not show both."""
        slots = [Slot(self.page, name) for name in self._pairs()]
        Slot(self.page, "apart").set(any(slot.get() != slot.get("width") for slot in slots))

    def _pairs(self) -> list[str]:
        return [name for name, control in self._controls.items() if isinstance(control, PairSlider)]

    def settle(self, **about: Any) -> Settings:
        """Every value that stands on the page, within its bounds. about: what else ``when`` may ask for."""
        settings: dict[str, Any] = dict(about)
        for name, control in self._controls.items():
            usual = getattr(self._usual, name)
            in_play = control.when(settings)
            settings[name] = control.settle(Slot(self.page, name), settings) if in_play else usual
        return settings

    def inputs(self, settings: Settings) -> Inputs:
        """LessonError where the settings do not fit each other."""
        return self._make(**{name: settings[name] for name in self._controls})

    def show(self, settings: Settings) -> None:
        """The common settings; what is seldom changed behind "More", where it is made when that is opened."""
        shown = {name: control for name, control in self._controls.items() if control.when(settings)}
        for name, control in shown.items():
            if not control.more:
                control.show(Slot(self.page, name), settings)
        if not self._pairs() and not any(control.more for control in shown.values()):
            return
        more = st.expander(_("More"), key=f"{self.page}-more", on_change="rerun")
        if not more.open:
            return
        with more:
            if self._pairs():
                key = Slot(self.page, "apart").key()
                st.toggle(_("Height and width apart"), key=key, persist_state="session")
            for name, control in shown.items():
                if control.more:
                    control.show(Slot(self.page, name), settings)

    def show_grids(self, settings: Settings) -> None:
        """What is typed: the first beside all others."""
        grids = [
            (control, Slot(self.page, name))
            for name, control in self._controls.items()
            if isinstance(control, Typed) and control.when(settings)
        ]
        columns = st.columns(2, gap="large") if len(grids) > 1 else [st.container()]
        for number, (control, slot) in enumerate(grids):
            with columns[min(number, 1)]:
                control.show_grid(slot, settings)

    def keep(self, settings: Settings) -> None:
        """What is not as usual goes into the address."""
        for name, control in self._controls.items():
            value = settings[name]
            address.put(name, "" if value == getattr(self._usual, name) else control.write(value))
