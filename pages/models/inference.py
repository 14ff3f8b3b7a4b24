"""Use what was trained: what a net sees of a picture, what it answers, and what changes the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.models.inference.choosing import Inputs, Seen, see
from lessons.models.inference.lesson import LESSON
from pages.kit.controls import Controls
from pages.kit.frame import guard, page
from pages.kit.lesson_page import choose_view, offer_presets
from pages.kit.runs import shared
from pages.models import inference_lists, inference_net, inference_several, inference_wrong
from pages.models.inference_lists import show_lists
from pages.models.inference_picture import PAGE, Crop, Picture, picture_of, show_crop
from pages.models.inference_seen import show_seen
from pages.models.inference_several import show_several
from pages.models.inference_wrong import show_wrong


@dataclass(frozen=True)
class View:
    """cut: whether it is about the picture that is cut out, so that the box stands beside it."""

    label: str
    show: Callable[[Seen], None]
    cut: bool = True


VIEWS = {
    "seen": View("What the net sees", show_seen),
    "lists": View("Which class list?", show_lists),
    "wrong": View("Wrong ways", show_wrong),
    "several": View("Several pictures", show_several, cut=False),
}
PARTS: tuple[Any, ...] = (
    inference_lists,
    inference_wrong,
    inference_several,
)  # modules of views that keep something in the address


@st.fragment
def show(view: View) -> None:
    """All that depends on the net and the picture: a box that is dragged changes nothing else on the page."""
    offer_presets(LESSON, controls)
    settings = controls.settle()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.show(settings)
    with guard():
        picture = picture_of(settings)
        inference_net.require_here(settings["net"])
        inputs = Inputs(settings["net"], picture)
        if view.cut:
            beside, working = st.columns([1, 2], gap="large")
            with beside:
                inputs = show_crop(inputs)
            with working, guard():
                view.show(see(inputs))
        else:
            view.show(see(inputs))
    controls.keep(controls.settle())
    for part in PARTS:
        part.LINKED.keep()


with page(PAGE):
    controls = Controls(
        PAGE,
        Inputs,
        net=inference_net.choice(shared.all_runs()),
        picture=Picture("Picture"),
        box=Crop("Crop"),
    )
    controls.start()
    for part in PARTS:
        part.LINKED.start()
    slug = choose_view(PAGE, {slug: view.label for slug, view in VIEWS.items()})
    show(VIEWS[slug])
