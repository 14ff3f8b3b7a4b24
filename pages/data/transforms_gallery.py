"""The gallery: every transform at work on the picture."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from lessons.core.numbers import show
from lessons.data.transforms.gallery import applied, mixed
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.operations import BATCH, FAMILIES, OPERATIONS
from lessons.data.transforms.strip import Tile
from pages.kit.cards.cards import Card, cards
from pages.kit.picture.tiles import png, whole
from pages.kit.text import _, plain

PAGE = "transforms"


def show_gallery(inputs: Inputs, add: Callable[[str], None]) -> None:
    """A card for each transform, family by family; a click puts it at the end of the strip."""
    st.markdown(_("Every transform on your picture. Click one to put it at the end of the strip."))
    inputs = replace(inputs, steps=())  # it is the same for every strip
    for family, title in FAMILIES.items():
        st.subheader(_(title), anchor=False)
        if family == BATCH:
            _show_mixed(inputs)
        else:
            cards(
                f"{PAGE}-gallery-{family}", _(title), _family(family, inputs, _("Put it on the strip")), add
            )


@lru_cache(maxsize=16)  # four families of four learners
def _family(family: str, inputs: Inputs, hint: str) -> tuple[Card, ...]:
    opened = inputs.open()
    with ThreadPoolExecutor(1) as beside:  # one is encoded while the next is computed
        made = [
            (step, tile, beside.submit(png, opened if tile.stop else whole(tile.value)))
            for step, tile in applied(family, opened, inputs.seed)
        ]
    return tuple(Card(step.name, step.name, each.result(), _told(tile), hint) for step, tile, each in made)


def _told(tile: Tile) -> tuple[str, ...]:
    """What was drawn; where it refuses, and the card shows what it was given, why."""
    return (tile.stop.words or plain(tile.stop.reason),) if tile.stop else tile.drawn or ()


def _show_mixed(inputs: Inputs) -> None:
    """They come behind the loader, so they cannot stand on the strip of one picture."""
    st.markdown(_("These mix the pictures of a batch, and what they count as. They stand behind the loader."))
    for name in (name for name, each in OPERATIONS.items() if each.family == BATCH):
        st.markdown(f"**{name}**")
        images, targets = mixed(name, inputs.open(), inputs.seed)
        shown = [whole(image).resize((128, 128)) for image in images]
        told = [" ".join(map(show, row)) for row in targets.tolist()]
        with st.container(horizontal=True, gap="small"):
            for picture, words in zip(shown, told, strict=True):
                st.image(picture, words, width=128)
