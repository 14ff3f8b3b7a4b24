"""Send your own picture through a strip of transforms, and see every tensor between."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import streamlit as st

from lessons.core.messages import Message
from lessons.data.transforms.lesson import LESSON, Inputs
from lessons.data.transforms.questions import ask_pixel, questions
from lessons.data.transforms.steps import PAGE_SEEDS
from lessons.engine.pictures.samples import SAMPLES, sample
from pages.data import transforms_chance, transforms_net, transforms_targets
from pages.data.transforms_chance import show_chance
from pages.data.transforms_controls import Strip, added, changed, keep, mended, show_add, show_settings
from pages.data.transforms_gallery import show_gallery
from pages.data.transforms_net import show_net
from pages.data.transforms_own import FILE, show_whole
from pages.data.transforms_statistics import show_statistics
from pages.data.transforms_strip import tiles, walked
from pages.data.transforms_targets import show_targets
from pages.kit.code import code
from pages.kit.controls import Choice, Controls, Count, Settings, Slot
from pages.kit.frame import guard, page
from pages.kit.lesson_page import choose_view, offer_presets
from pages.kit.order.order import Change, order
from pages.kit.picture.choose import choose_preview, offer
from pages.kit.picture.inline import encode
from pages.kit.predict import ask, hidden, predict, seed
from pages.kit.text import _, tell

PAGE = "transforms"
OWN = "own"
PICTURES = {"coast": "A coast", "letter": "A letter", "house": "A house, 32 x 32", OWN: "Your own"}

controls = Controls(
    PAGE,
    Inputs,
    picture=Choice("Picture", lambda settings: settings["view"] != "statistics", options=PICTURES),
    steps=Strip("Steps"),
    seed=Count("Seed", low=0, high=PAGE_SEEDS - 1),
)
STEPS, CHOSEN = Slot(PAGE, "steps"), Slot(PAGE, "chosen")


def show_strip(inputs: Inputs) -> None:
    """The tiles, and below them what is set of the one that is chosen."""
    result = walked(inputs)
    question = ask_pixel(inputs, result)

    def act(change: Change) -> None:
        if change.do == "select":
            CHOSEN.set(change.key)
        elif change.do == "mend":
            place = [each.key for each in inputs.steps].index(change.key)
            stop = result.tiles[place + 1].stop
            if stop:
                keep(STEPS, mended(STEPS.get(), change.key, stop.before, stop.instead))
        else:
            keep(STEPS, changed(STEPS.get(), change))

    asked = hidden([question] if question else [])
    order(f"{PAGE}-strip", tiles(inputs, result, asked), CHOSEN.get(), act)
    st.caption(
        _(
            "Below each picture: how often each number occurs; type and shape; of each channel the least and "
            "the greatest number, then mean±standard deviation; and what was drawn at random."
        )
    )
    set_up, asking = st.columns([1, 1], gap="large")
    with set_up, guard():
        show_add(STEPS)
        chosen = next((each for each in inputs.steps if each.key == CHOSEN.get()), None)
        if chosen:
            show_settings(STEPS, chosen, inputs.seed)
        else:
            st.caption(_("Choose a tile to see what can be set of it."))
    with asking:
        if question:
            ask(question)
    show_whole(inputs)


def picture(settings: Settings) -> str | bytes:
    """What stands at the beginning: one of the samples, or a preview of the learner's own."""
    if settings["picture"] != OWN:
        return str(settings["picture"])
    made = choose_preview(FILE)
    if not made:
        st.info(_("Choose a picture of your own; until then it is the coast."))
        return "coast"
    return made


@lru_cache(maxsize=len(SAMPLES))
def encoded(slug: str) -> bytes:
    """One of the samples as a PNG."""
    return encode(sample(slug))


def add(name: str) -> None:
    """From the gallery onto the strip."""
    keep(STEPS, added(STEPS.get(), name))
    st.toast(tell(Message("{name} is at the end of the strip.", name=name)))


@dataclass(frozen=True)
class View:
    """of_strip: whether it is about the steps, so that their presets, questions and program belong to it."""

    label: str
    show: Callable[[Inputs], None]
    of_strip: bool = True


VIEWS = {
    "strip": View("Strip", show_strip),
    "gallery": View("Gallery", partial(show_gallery, add=add)),
    "chance": View("Chance", partial(show_chance, steps=STEPS, pin=Slot(PAGE, "seed").set)),
    "net": View("To the net", partial(show_net, strip=STEPS)),
    "statistics": View("Mean and std", show_statistics, of_strip=False),
    "targets": View("Targets", show_targets, of_strip=False),
}

LINKED = (transforms_chance.LINKED, transforms_net.LINKED, transforms_targets.LINKED)

with page(PAGE):
    controls.start()
    for linked in LINKED:
        linked.start()
    slug = choose_view(PAGE, {slug: view.label for slug, view in VIEWS.items()})
    view = VIEWS[slug]
    if view.of_strip:
        offer_presets(LESSON, controls)
    settings = controls.settle(view=slug)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.show(settings)
    with guard():
        inputs = controls.inputs({**settings, "picture": picture(settings)})
        view.show(inputs)
        if slug != "statistics":
            offer(inputs.picture if isinstance(inputs.picture, bytes) else encoded(inputs.picture))
        if view.of_strip:
            predict(questions(inputs, walked(inputs), seed(PAGE)), PAGE)
            code(LESSON.snippet(inputs), PAGE)
    controls.keep(settings)
    for linked in LINKED:
        linked.keep()
