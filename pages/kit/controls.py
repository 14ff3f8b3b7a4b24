"""The controls of a lesson: how each field of its ``Inputs`` stands on the page and in the address.

On every run a page *settles* them once: each is brought within its bounds, in order, and may depend on those
before it. After that the settings are only read. A field that is not in play has its default.
"""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import streamlit as st

from lessons.core.checks import require_one_of, require_whole
from lessons.core.matrix import pack, unpack
from lessons.core.messages import Message
from lessons.core.numbers import distinct
from pages.kit import address
from pages.kit.frame import fold, guarded
from pages.kit.grid.grid import ANY, Grid, Sides, held, hold, show_text
from pages.kit.history import Values, history, show_undo
from pages.kit.text import _, tell

Inputs = TypeVar("Inputs")
Item = TypeVar("Item")
Pair = tuple[int, int]  # height, width
Settings = Mapping[str, Any]  # by field: those that are settled so far, and what the page is about

NUMBER = "number"


def always(settings: Settings) -> bool:
    return True


def never(settings: Settings) -> None:
    return None


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

    def usually(self, value: Any, among: Collection[Any] | None = None) -> None:
        """What stands there as long as nothing was set, or what was set is not among what can be now."""
        self.set(value, "usual")
        if self.get() is None or (among is not None and self.get() not in among):
            self.set(value)

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

    def told(self, value: Any) -> str:
        """The label with a value, as Markdown."""
        return told(self.label, self.write(value))

    def stands(self, slot: Slot, asked: Any, settled: Any) -> bool:
        """Whether a value that was asked for is what stands there by now, or else that is told already."""
        return bool(asked == settled)


def told(label: str, value: str | Message) -> str:
    return tell(Message("{name}: {value}", name=Message(label), value=value))


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of a few words. options: slug -> label."""

    options: Mapping[str, str]

    def show(self, slot: Slot, settings: Settings) -> None:
        titles = {slug: self.title(slug) for slug in self.options}
        st.selectbox(
            _(self.label),
            list(titles),
            format_func=titles.__getitem__,
            key=slot.key(),
            persist_state="session",
        )

    def title(self, slug: str) -> str:
        return _(self.options[slug])

    def told(self, value: Any) -> str:
        """Also of a value that is not offered here."""
        return told(self.label, Message(self.options[value]) if value in self.options else value)

    def read(self, text: str) -> str:
        require_one_of(Message(self.label), text, self.options)
        return text


@dataclass(frozen=True, kw_only=True)
class Several(Control):
    """Some of a few words, one at least, in their own order. options: slug -> label."""

    options: Mapping[str, str]

    def put(self, slot: Slot, value: Any) -> None:
        for slug in self.options:
            slot.set(slug in value, slug)

    def settle(self, slot: Slot, settings: Settings) -> Any:
        chosen = tuple(slug for slug in self.options if slot.get(slug))
        if not chosen:
            self.put(slot, self.options)
        return chosen or tuple(self.options)

    def show(self, slot: Slot, settings: Settings) -> None:
        with st.container(gap="xxsmall"):
            st.markdown(_(self.label))
            for slug, label in self.options.items():
                st.checkbox(_(label), key=slot.key(slug), persist_state="session")

    def read(self, text: str) -> Any:
        slugs = text.split(",")
        for slug in slugs:
            require_one_of(Message(self.label), slug, self.options)
        return tuple(slug for slug in self.options if slug in slugs)

    def write(self, value: Any) -> str:
        return ",".join(value)

    def told(self, value: Any) -> str:
        return told(self.label, ", ".join(_(self.options[slug]) for slug in value))


@dataclass(frozen=True)
class Switch(Control):
    """On or off. barred: why it is off and stays so, with the settings as they are; None where it is not."""

    barred: Callable[[Settings], Message | None] = never

    def settle(self, slot: Slot, settings: Settings) -> Any:
        if self.barred(settings):
            slot.set(False)
        return slot.get()

    def show(self, slot: Slot, settings: Settings) -> None:
        reason = self.barred(settings)
        st.toggle(_(self.label), key=slot.key(), disabled=reason is not None, persist_state="session")
        if reason:
            st.caption(tell(reason))

    def read(self, text: str) -> bool:
        return address.switch(text)

    def write(self, value: Any) -> str:
        return address.switched(value)

    def told(self, value: Any) -> str:
        return _(self.label)


@dataclass(frozen=True, kw_only=True)
class Steps(Control):
    """A number on a scale of usual ones, and of the one that stands there, which a link may have brought."""

    usual: tuple[float, ...]

    def show(self, slot: Slot, settings: Settings) -> None:
        options = sorted({*self.usual, slot.get()})
        key = slot.key()
        st.select_slider(_(self.label), options, format_func=distinct, key=key, persist_state="session")

    def read(self, text: str) -> float:
        number = type(self.usual[0])(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number


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
        number = int(text) if text.isascii() and text.isdigit() else text
        require_whole(Message(self.label), number, self.low, self.high)
        return int(number)


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
        if height != width:  # one slider could not show both
            slot.apart.set(True)

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
        if slot.apart.get():
            name = Message(self.label)
            self._slide(tell(Message("{name}: height", name=name)), slot.key(), height)
            self._slide(tell(Message("{name}: width", name=name)), slot.key("width"), width)
        else:
            self._slide(_(self.label), slot.key(), height)

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
    """A matrix, typed on its board. rows, columns: how few and how many. tidy: what is done to a text
    first."""

    more: bool = True
    rows: Sides = ANY
    columns: Sides = ANY
    tidy: Callable[[str], str] = str

    def put(self, slot: Slot, value: Any) -> None:
        hold(slot.key(), (value,))

    def settle(self, slot: Slot, settings: Settings) -> Any:
        return held(slot.key())[0]

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def grid(self, slot: Slot, settings: Settings) -> Grid:
        return Grid(slot.key(), self.names(slot), self.rows, self.columns, tidy=self.tidy)

    def names(self, slot: Slot) -> list[Message]:
        """Of its matrices."""
        return [Message(self.label)]

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

    def grid(self, slot: Slot, settings: Settings) -> Grid:
        return Grid(slot.key(), self.names(slot), self.rows, self.columns, self.most)

    def names(self, slot: Slot) -> list[Message]:
        count, name = len(held(slot.key())), Message(self.label)
        several = [Message("{name}, channel {channel}", name=name, channel=1 + each) for each in range(count)]
        return several if count > 1 else [name]

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
        on_change=guarded(lambda: change(repeated(items, slot.get("count")))),
    )


def repeated(items: tuple[Item, ...], number: int) -> tuple[Item, ...]:
    """For another number of channels: without the last, or from the first again, each time with its numbers
    moved on by one. Equal channels would show nothing.
    """
    return tuple(_moved_on(items[place % len(items)], place // len(items)) for place in range(number))


def _moved_on(item: Any, by: int) -> Any:
    """A matrix, or several, with its numbers so many places further on, row by row; a number as it is."""
    if not isinstance(item, tuple):
        return item
    if isinstance(item[0][0], tuple):
        return tuple(_moved_on(matrix, by) for matrix in item)
    numbers, columns = deque(chain(*item)), len(item[0])
    numbers.rotate(by)
    return tuple(tuple(islice(numbers, first, first + columns)) for first in range(0, len(numbers), columns))


class Controls(Generic[Inputs]):
    """The controls of one page, by the field of Inputs that each sets, in the order they are settled in.

    alone: whether Inputs can tell of each value, with those before it, if it is possible; a link's is then
    checked so.
    """

    def __init__(
        self, page: str, inputs: type[Inputs], /, *, alone: bool = False, **controls: Control
    ) -> None:
        self.page = page
        self._id = f"{page}-{inputs.__module__}"
        self._asked = f"{self._id}-asked"
        self._alone = alone
        self._make = inputs
        self._usual = inputs()
        self._controls = controls
        unknown = [name for name in controls if not hasattr(self._usual, name)]
        if unknown:
            raise TypeError(f"{inputs.__name__} has no field {unknown[0]}")

    def start(self) -> None:
        """On the first run of a session the page's values come from the address."""
        if f"{self._id}-started" in st.session_state:
            return
        st.session_state[f"{self._id}-started"] = True
        values: dict[str, Any] = {}
        for name, control in self._controls.items():
            read = partial(self._read, name, control, dict(values))
            values[name] = address.asked(name, read, getattr(self._usual, name))
        self._put(values)
        st.session_state[self._asked] = values

    def _read(self, name: str, control: Control, before: Values, text: str) -> Any:
        value = control.read(text)
        if self._alone:
            self._make(**before, **{name: value})
        return value

    def put(self, inputs: Inputs, but: Collection[str] = ()) -> None:
        """Onto the page; before its widgets are made, or in a callback. but: fields that stay as they are."""
        Slot(self.page, "apart").set(False)
        self._put({name: getattr(inputs, name) for name in self._controls if name not in but})

    def _put(self, values: Values) -> None:
        for name, value in values.items():
            self._controls[name].put(Slot(self.page, name), value)

    def _pairs(self) -> list[str]:
        return [name for name, control in self._controls.items() if isinstance(control, PairSlider)]

    def settle(self, **about: Any) -> Settings:
        """Every value that stands on the page, within its bounds. about: what else ``when`` may ask for.

        A change since the last time is a move of the learner, which can be undone.
        """
        settings: dict[str, Any] = dict(about)
        in_play: dict[str, Any] = {}
        for name, control in self._controls.items():
            if control.when(settings):
                in_play[name] = control.settle(Slot(self.page, name), settings)
            settings[name] = in_play.get(name, getattr(self._usual, name))
        history(self.page).note(self._id, in_play, self._put)
        self._mention_replaced(in_play)
        return settings

    def _mention_replaced(self, in_play: Values) -> None:
        """What the address has asked for and the other settings leave no room for, once."""
        asked = st.session_state.pop(self._asked, {})
        for name in [name for name in in_play if name in asked]:
            control, settled = self._controls[name], in_play[name]
            if not control.stands(Slot(self.page, name), asked[name], settled):
                instead = "" if settled is None else control.write(settled)
                address.mention_replaced(name, control.write(asked[name]), instead)

    def about(self, settings: Settings) -> Settings:
        """What was settled with them besides the controls."""
        return {name: value for name, value in settings.items() if name not in self._controls}

    def inputs(self, settings: Settings) -> Inputs:
        """LessonError where the settings do not fit each other."""
        return self._make(**{name: settings[name] for name in self._controls})

    def tell(self, inputs: Inputs) -> str:
        """The common settings of any inputs, and of the others those that are not as usual, as Markdown."""
        values = vars(inputs)
        return " · ".join(
            control.told(values[name])
            for name, control in self._controls.items()
            if control.when(values) and (not control.more or values[name] != getattr(self._usual, name))
        )

    def show(self, settings: Settings) -> None:
        """Undo, the common settings, and below them what is seldom changed."""
        self.show_common(settings)
        self.show_more(settings)

    def show_common(self, settings: Settings) -> None:
        show_undo(self.page, partial(self.settle, **self.about(settings)))
        for name, control in self._in_play(settings).items():
            if not control.more:
                control.show(Slot(self.page, name), settings)

    def show_more(self, settings: Settings) -> None:
        """Behind "More", where it is made when that is opened."""
        shown = self._in_play(settings)
        if not self._pairs() and not any(control.more for control in shown.values()):
            return

        def show_all() -> None:
            if self._pairs():
                key = Slot(self.page, "apart").key()
                st.toggle(_("Height and width apart"), key=key, persist_state="session")
            for name, control in shown.items():
                if control.more:
                    control.show(Slot(self.page, name), settings)

        fold(_("More"), f"{self.page}-more", show_all)

    def _in_play(self, settings: Settings) -> Mapping[str, Control]:
        return {name: control for name, control in self._controls.items() if control.when(settings)}

    def grids(self, settings: Settings) -> dict[str, Grid]:
        """What is typed, by field."""
        return {
            name: control.grid(Slot(self.page, name), settings)
            for name, control in self._in_play(settings).items()
            if isinstance(control, Typed) and held(Slot(self.page, name).key())
        }

    def show_texts(self, settings: Settings) -> None:
        """The same as text, which is made when it is opened."""

        def show_all() -> None:
            st.markdown(_("A row on each line, an empty line between matrices; arrays and tensors, too."))
            grids = list(self.grids(settings).values())
            for column, grid in zip(st.columns(len(grids)), grids, strict=True):
                with column:
                    show_text(grid)

        fold(_("As text"), f"{self.page}-as-text", show_all)

    def keep(self, settings: Settings) -> None:
        """What is not as usual goes into the address; what is typed all together, if it is not too long."""
        texts = {
            name: "" if settings[name] == getattr(self._usual, name) else control.write(settings[name])
            for name, control in self._controls.items()
        }
        typed = {name for name, control in self._controls.items() if isinstance(control, Typed)}
        address.put_all(texts, typed)
