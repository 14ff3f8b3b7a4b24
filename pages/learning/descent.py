"""Gradient descent: a weight that goes downhill, a race of optimizers in two, and who wins it where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lessons.core.lesson import Lesson
from lessons.learning.descent.lesson import LESSON, MAP, RACE
from pages.kit.code import code
from pages.kit.controls import Controls
from pages.kit.frame import guard, page
from pages.kit.grid.grid import show_text
from pages.kit.lesson_page import choose_view, offer_presets
from pages.learning.descent_controls import PAGE, one_controls, race_controls
from pages.learning.descent_map import show_map
from pages.learning.descent_one import show_one
from pages.learning.descent_race import show_race

TABLES: tuple[Controls[Any], ...] = (one_controls, race_controls)


@dataclass(frozen=True)
class View:
    """A lesson with controls of its own."""

    label: str
    lesson: Lesson[Any, Any]
    controls: Controls[Any]
    show: Callable[[Any], None]


VIEWS = {
    "one": View("One weight", LESSON, one_controls, show_one),
    "race": View("Two weights", RACE, race_controls, show_race),
    "map": View("Map", MAP, race_controls, show_map),
}


def show_view(view: View, slug: str) -> None:
    offer_presets(view.lesson, view.controls)
    settings = view.controls.settle(view=slug)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view.controls.show(settings)
    for grid in view.controls.grids(settings).values():
        show_text(grid)
    with guard():
        inputs = view.controls.inputs(settings)
        view.show(inputs)
        code(view.lesson.snippet(inputs), f"{PAGE}-{slug}")


with page(PAGE):
    for controls in TABLES:
        controls.start()
    slug = choose_view(PAGE, {slug: view.label for slug, view in VIEWS.items()})
    show_view(VIEWS[slug], slug)
    for controls in TABLES:
        controls.keep(controls.settle(view=slug))
