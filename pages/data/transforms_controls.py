"""The controls of the strip: its steps, what is set of the one that is chosen, and how it is changed."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from lessons.core import characters
from lessons.core.messages import LessonError, Message
from lessons.data.transforms import steps as known
from lessons.data.transforms.operations import BATCH, FAMILIES, OPERATIONS
from lessons.data.transforms.settings import APART, Number, PerChannel, Setting, Size, Span, Switch
from lessons.data.transforms.settings import Choice as Word
from lessons.data.transforms.steps import Step, next_key, require_few, seed_of, step, with_step
from pages.kit.controls import Control, Settings, Slot
from pages.kit.frame import guarded
from pages.kit.order.order import Change
from pages.kit.text import _, plain

Steps = tuple[Step, ...]
NONE = "none"  # in an address: a strip without steps


@dataclass(frozen=True, kw_only=True)
class Strip(Control):
    """The steps; they are changed on the strip itself."""

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def read(self, text: str) -> Steps:
        return () if text == NONE else known.read(text)

    def write(self, value: Steps) -> str:
        return known.write(value) or NONE


# Changing the strip


def changed(steps: Steps, change: Change) -> Steps:
    """The steps after what the learner did on the strip, where the picture is the first tile.

    The same where the step is gone: an undo has come before.
    """
    place = _place(steps, change.key)
    if place is None:
        return steps
    each = steps[place]
    others = steps[:place] + steps[place + 1 :]
    match change.do:
        case "move":
            to = change.to - 1
            return (*others[:to], each, *others[to:])
        case "switch":
            return with_step(steps, replace(each, on=not each.on))
        case "copy":
            return (*steps[: place + 1], replace(each, key=next_key(steps)), *steps[place + 1 :])
        case "remove":
            return others
    return steps


def mended(steps: Steps, key: int, before: Sequence[Step], instead: Sequence[Step] | None) -> Steps:
    """With what a step needs before it, or what stands instead of it."""
    place = _place(steps, key)
    if place is None:
        return steps
    refused = steps[place]
    put_in = (*before, *((refused,) if instead is None else instead))
    made = steps[:place]
    for each in put_in:
        new = replace(each, key=each.key or next_key((*steps, *made)))
        made = (*made, replace(new, locked=refused.locked) if new.key == key else new)
    return (*made, *steps[place + 1 :])


def _place(steps: Steps, key: int) -> int | None:
    return next((place for place, each in enumerate(steps) if each.key == key), None)


def added(steps: Steps, name: str) -> Steps:
    """With another step at the end."""
    return put_behind(steps, (step(name),))


def put_behind(steps: Steps, more: Sequence[Step]) -> Steps:
    """With these at the end, each with a key of its own."""
    for each in more:
        steps = (*steps, replace(each, key=next_key(steps)))
    return steps


def keep(slot: Slot, steps: Steps) -> None:
    """LessonError where they are too many: the strip stays as it is."""
    require_few(steps)
    slot.set(steps)


# The settings of one step


def show_settings(slot: Slot, chosen: Step, seed: int) -> None:
    """What can be set of a step of the strip; every other one stays as it is."""

    def put(step: Step) -> None:
        slot.set(with_step(slot.get(), step))

    st.markdown(f"**{chosen.name}**")
    show_some(slot, chosen, chosen.operation.settings, put)
    if chosen.operation.random:
        show_lock(slot, chosen, seed)


def show_some(slot: Slot, chosen: Step, names: Iterable[str], put: Callable[[Step], None]) -> None:
    """Some of the settings of a step. put: is called with it as it is then."""

    def put_one(name: str, value: Any) -> None:
        put(chosen.put(name, value))

    for name in names:
        setting, value = chosen.operation.settings[name], chosen.value(name)
        its = Slot(slot.page, f"{slot.name}-{chosen.key}-{chosen.name}-{name}")
        its.set(
            setting.write(value).replace(APART, ", ") if isinstance(setting, Size | PerChannel) else value
        )
        show_setting(its.key(), name, setting, partial(put_one, name))


def show_lock(slot: Slot, chosen: Step, seed: int) -> None:
    """Whether a step goes on drawing the same, whatever the seed of the page is."""

    def lock() -> None:
        to = seed_of(chosen, seed) if chosen.locked is None else None
        slot.set(with_step(slot.get(), replace(chosen, locked=to)))

    part = f"{chosen.key}-locked"
    slot.set(chosen.locked is not None, part)
    st.toggle(_("Lock this draw"), key=slot.key(part), on_change=guarded(lock))


def show_setting(key: str, name: str, setting: Setting, put: Callable[[Any], None]) -> None:
    """Its widget, under torchvision's own name. put: is called with what was set."""

    def take() -> None:
        put(st.session_state[key])

    def take_text() -> None:
        try:
            put(read_written(setting, st.session_state[key]))
        except LessonError:
            raise
        except (KeyError, ValueError):
            raise LessonError("Write one number, or several with commas between them.") from None

    match setting:
        case Number(low=low, high=high, step=step) | Span(low=low, high=high, step=step):
            st.slider(name, low, high, step=step, key=key, on_change=guarded(take))
        case Switch():
            st.toggle(name, key=key, on_change=guarded(take))
        case Word(options=options):
            st.selectbox(name, list(options), key=key, on_change=guarded(take))
        case Size() | PerChannel():
            st.text_input(name, key=key, on_change=guarded(take_text))


def read_written(setting: Setting, text: str) -> Any:
    """Numbers with commas between them, maybe in brackets; what ``Setting.read`` raises."""
    return setting.read(APART.join(re.split(r"\s*,\s*", characters.plain(text).strip(" ()"))))


# Adding


def show_add(slot: Slot) -> None:
    """Every transform that can stand on the strip, by family."""
    names = [name for name, each in OPERATIONS.items() if each.family != BATCH]

    def add() -> None:
        if name := st.session_state[slot.key("add")]:
            st.session_state[slot.key("add")] = None
            keep(slot, added(slot.get(), name))

    st.selectbox(
        _("Add a step"),
        names,
        index=None,
        format_func=lambda name: plain(
            Message("{name}: {value}", name=Message(FAMILIES[OPERATIONS[name].family]), value=name)
        ),
        key=slot.key("add"),
        placeholder=_("Choose a transform"),
        on_change=guarded(add),
    )
