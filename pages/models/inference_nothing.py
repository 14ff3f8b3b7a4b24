"""An empty page: what the net says to noise, to grey, to black and to white."""

from functools import partial

import streamlit as st
from PIL import ImageOps

from lessons.core import style
from lessons.models.inference.choosing import Seen
from lessons.models.inference.nothing import (
    PAGES,
    SEEDS,
    Said,
    as_picture,
    ask_net,
    ask_noise,
    describe,
)
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.picture.tiles import enlarged, show_picture
from pages.kit.predict import ask, first
from pages.kit.shares import show_top
from pages.kit.text import _, literal, table, tell

PAGE = "inference-nothing"
LINKED = Linked(PAGE, noise=Link.among(range(SEEDS), usual=0))
WIDE = 160  # pixels


def show_nothing(seen: Seen) -> None:
    """The pages; what the net says to them comes with the answer."""
    seed = int(LINKED.slide("noise", _("Seed of the noise"), range(SEEDS), 260))
    with st.spinner(_("The net answers")):
        said = once(ask_net, seen.trained, seed)
    hidden = ask(first(Slot(PAGE, f"asked-{seen.inputs.net}"), ask_noise, said))
    for page, column in zip(PAGES, st.columns(len(PAGES)), strict=True):
        with column:
            picture = ImageOps.expand(enlarged(as_picture(said.pictures[page])), 1, style.QUIET)
            show_picture(picture, tell(PAGES[page]), WIDE)
            if not hidden:
                show_top(said.classes, said.answers[page], 3)
    if not hidden:
        st.markdown(tell(describe(said)))
        fold(_("The answers to every noise as a table"), f"{PAGE}-table", partial(_list, said))


def _list(said: Said) -> None:
    table(
        [_("seed"), _("class"), _("probability")],
        [
            [str(seed), literal(said.classes[int(answer.argmax())]), f"{float(answer.max()):.1%}"]
            for seed, answer in enumerate(said.noises)
        ],
    )
