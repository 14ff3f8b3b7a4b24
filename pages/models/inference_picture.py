"""Choosing the picture, and the box that is cut out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.core.boxes import Box, Size
from lessons.core.messages import LessonError
from lessons.engine.pictures.samples import SAMPLES
from lessons.engine.pictures.sketch import Sketch
from lessons.engine.pictures.sources import source
from lessons.models.inference.choosing import (
    MOST,
    OTHER,
    TEST,
    Inputs,
    read_number,
    set_of,
    test_pictures,
)
from pages.kit.boxes.boxes import boxes, own_box, read_link, write_link
from pages.kit.controls import Control, Settings, Slot
from pages.kit.picture.choose import choose_preview
from pages.kit.picture.inline import encode
from pages.kit.sketch.sketch import sketch
from pages.kit.text import _, tell

PAGE = "inference"
BOX = Slot(PAGE, "box")
PHOTOS = {"coast": "A coast", "letter": "A letter", "house": "A house, 32 x 32"}
DRAWN = Slot(PAGE, "drawn")


def draw() -> bytes | None:
    """What the learner has drawn; None of an empty sheet."""
    drawn: Sketch = DRAWN.get() or Sketch()
    sketch(DRAWN.key("sheet"), drawn, DRAWN.set)
    return encode(drawn.picture()) if drawn != Sketch() else None


@dataclass(frozen=True)
class Making:
    """Of a picture by the learner. make: its PNG, None as long as there is none; until: what is told then."""

    label: str
    make: Callable[[], bytes | None]
    until: str


MADE: Mapping[str, Making] = {
    "own": Making(
        "Your own",
        lambda: choose_preview(f"{PAGE}-file"),
        "Choose a picture of your own; until then it is the coast.",
    ),
    "drawn": Making("Draw it", draw, "Draw something; until then it is the coast."),
}


@dataclass(frozen=True)
class Picture(Control):
    """One of SAMPLES, a test picture by its number, or one that the learner makes: then its slug in MADE."""

    def put(self, slot: Slot, value: str) -> None:
        kind, number = _parts(value)
        slot.set(kind, "kind")
        slot.set(number + 1, "number")

    def settle(self, slot: Slot, settings: Settings) -> str:
        kind = slot.get("kind")
        if kind not in (TEST, OTHER):
            return str(kind)
        images, _classes = test_pictures(set_of(settings["net"], kind))
        slot.set(min(slot.get("number"), len(images)), "number")
        return f"{kind}-{slot.get('number') - 1}"

    def show(self, slot: Slot, settings: Settings) -> None:
        titles = _titles(settings["net"])
        st.selectbox(
            _(self.label),
            list(titles),
            format_func=titles.__getitem__,
            key=slot.key("kind"),
            on_change=BOX.set,
            args=(None,),
            persist_state="session",
        )
        if slot.get("kind") in (TEST, OTHER):
            st.number_input(
                _("Which one"),
                1,
                MOST,
                key=slot.key("number"),
                on_change=BOX.set,
                args=(None,),
                persist_state="session",
                width=120,
            )

    def read(self, text: str) -> str:
        _parts(text)
        return text


def _parts(picture: str) -> tuple[str, int]:
    """What kind of picture, and which one of its kind."""
    if picture in SAMPLES or picture in MADE:
        return picture, 0
    return read_number(picture)


def _titles(net: str) -> dict[str, str]:
    sets = {kind: source(set_of(net, kind)) for kind in (TEST, OTHER)}
    named = {
        kind: each.title if each.key.startswith("folder:") else _(each.title) for kind, each in sets.items()
    }
    return named | {slug: _(label) for slug, label in (*PHOTOS.items(), *_labels().items())}


def _labels() -> dict[str, str]:
    return {slug: making.label for slug, making in MADE.items()}


@dataclass(frozen=True)
class Crop(Control):
    """The box; it is dragged on the picture."""

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def read(self, text: str) -> Box:
        return read_link(text)

    def write(self, value: Any) -> str:
        return write_link(value)


def picture_of(settings: Settings) -> str | bytes:
    """What the settings stand for: a slug of Inputs, or what the learner has made."""
    slug: str = settings["picture"]
    if slug not in MADE:
        return slug
    making = MADE[slug]
    try:
        made = making.make()
    except LessonError as error:
        st.warning(tell(error.message))
        made = None
    if not made:
        st.info(_(making.until))
        return "coast"
    return made


def whole(size: Size) -> Box:
    return Box(0, 0, *size)


def show_crop(inputs: Inputs) -> Inputs:
    """The picture with the box on it; returns the inputs with that box."""
    picture = inputs.open()
    box = own_box(BOX, picture.size, whole)

    def put(box: Box) -> None:
        BOX.set(None if box == whole(picture.size) else box)

    st.markdown(_("Drag the box: the net sees what is in it."))
    boxes(BOX.key("picture"), encode(picture), picture.size, (), box, put)
    return Inputs(inputs.net, inputs.picture, BOX.get())
