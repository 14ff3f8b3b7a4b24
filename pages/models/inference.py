"""Use what was trained: what a net sees of a picture, what it answers, and what changes the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.models.inference.choosing import Inputs, Seen, lost, see
from lessons.models.inference.lesson import LESSON
from pages.kit.controls import Controls, Settings
from pages.kit.frame import fragment, guard, page
from pages.kit.lesson_page import choose_view, offer_presets
from pages.kit.runs import shared
from pages.kit.text import tell
from pages.models import (
    inference_changing,
    inference_covering,
    inference_lists,
    inference_net,
    inference_nothing,
    inference_several,
    inference_wrong,
)
from pages.models.inference_changing import show_changing
from pages.models.inference_covering import show_covering
from pages.models.inference_lists import show_lists, show_more_lists
from pages.models.inference_nothing import show_nothing
from pages.models.inference_picture import PAGE, Crop, Picture, show_picture
from pages.models.inference_seen import show_seen, show_way
from pages.models.inference_several import show_several
from pages.models.inference_wrong import show_more_wrong, show_wrong


@dataclass(frozen=True)
class View:
    """show: beside the picture, on which the box is dragged; alone: whether it is about no such picture, and
    has all the room; below: what comes under both."""

    label: str
    show: Callable[[Seen], None]
    alone: bool = False
    below: Callable[[Seen], None] | None = None


VIEWS = {
    "seen": View("What the net sees", show_seen, below=show_way),
    "changes": View("Changing answers", show_changing),
    "lists": View("Class lists", show_lists, below=show_more_lists),
    "wrong": View("Wrong ways", show_wrong, below=show_more_wrong),
    "square": View("A grey square", show_covering),
    "empty": View("An empty page", show_nothing, alone=True),
    "several": View("Many pictures", show_several, alone=True),
}
PARTS: tuple[Any, ...] = (  # what keeps something in the address
    inference_changing,
    inference_covering,
    inference_lists,
    inference_nothing,
    inference_several,
    inference_wrong,
)


@fragment
def show(view: View) -> None:
    """All that depends on the net and the picture: a box that is dragged changes nothing else on the page."""
    if not view.alone:
        offer_presets(LESSON, controls, but=("net",))
    settings = controls.settle(alone=view.alone)
    with st.container(key=f"{PAGE}-settings", horizontal=True, vertical_alignment="bottom"):
        controls.show(settings)
    with guard():
        if inference_net.is_here(settings["net"]):
            show_both(view, settings)
    controls.keep(controls.settle(alone=view.alone))
    for part in PARTS:
        part.LINKED.keep()


def show_both(view: View, settings: Settings) -> None:
    """The picture with its box, unless the view is alone, and the view."""
    inputs = Inputs(settings["net"])
    if told := lost(inputs.net):
        st.caption(tell(told))
    working = st.container()
    if not view.alone:
        left, working = st.columns([2, 3], gap="large")
        with left:
            inputs = show_picture(settings)
    with guard():
        seen = see(inputs)
        with working:
            view.show(seen)
        if view.below:
            view.below(seen)


def beside(settings: Settings) -> bool:
    """Whether there is a picture beside the view."""
    return not settings["alone"]


with page(PAGE):
    controls = Controls(
        PAGE,
        Inputs,
        net=inference_net.choice(shared.all_runs()),
        picture=Picture("Picture", beside),
        box=Crop("Crop", beside),
    )
    controls.start()
    for part in PARTS:
        part.LINKED.start()
    slug = choose_view(PAGE, {slug: view.label for slug, view in VIEWS.items()})
    show(VIEWS[slug])
