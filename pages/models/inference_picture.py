"""Choosing the picture, and the box that is cut out of it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.core.boxes import Box, Size
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
from pages.kit.frame import guarded
from pages.kit.picture.choose import choose_preview
from pages.kit.picture.inline import encode
from pages.kit.sketch.sketch import sketch
from pages.kit.text import _

PAGE = "inference"
BOX = Slot(PAGE, "box")
PHOTOS = {"coast": "A coast", "letter": "A letter", "house": "A house, 32 x 32"}
FILE, SHEET = "own", "drawn"
MADE = {FILE: "Your own", SHEET: "Draw it"}  # by the learner


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
            on_change=guarded(BOX.set),
            args=(None,),
            persist_state="session",
        )
        if slot.get("kind") in (TEST, OTHER):
            st.number_input(
                _("Which one"),
                1,
                MOST,
                key=slot.key("number"),
                on_change=guarded(BOX.set),
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
    return named | {slug: _(label) for slug, label in (PHOTOS | MADE).items()}


@dataclass(frozen=True)
class Crop(Control):
    """The box; it is dragged on the picture."""

    def show(self, slot: Slot, settings: Settings) -> None:
        """Nothing among the settings."""

    def read(self, text: str) -> Box:
        return read_link(text)

    def write(self, value: Any) -> str:
        return write_link(value)


def show_picture(settings: Settings) -> Inputs:
    """What is chosen: a drawing as it is, or what a box cuts out of any other picture."""
    net, picture = settings["net"], settings["picture"]
    if picture == SHEET:
        return Inputs(net, draw())
    return show_crop(Inputs(net, upload() if picture == FILE else picture))


def draw() -> bytes:
    """The sheet; returns what is on it."""
    slot = Slot(PAGE, SHEET)
    drawn: Sketch = slot.get() or Sketch()
    sketch(slot.key("sheet"), drawn, slot.set)
    st.caption(_("The drawing is gone when the page is loaded anew."))
    return encode(drawn.picture())


def upload() -> str | bytes:
    """A picture of the learner's own; the coast as long as there is none."""
    made = choose_preview(f"{PAGE}-file")
    if not made:
        st.info(_("Choose a picture of your own; until then it is the coast."))
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
