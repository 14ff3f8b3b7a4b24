"""Gradient descent: in one weight, as a race in two and a map of it, and what else there is to optimizers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.lesson import Lesson
from lessons.learning.descent.lesson import LESSON, MAP, RACE
from pages.kit.code import code
from pages.kit.controls import Controls
from pages.kit.frame import guard, page
from pages.kit.grid.grid import show_text
from pages.kit.lesson_page import choose_view, offer_presets, show_ahead, whole_page
from pages.learning import (
    descent_batches,
    descent_net,
    descent_nothing,
    descent_schedule,
    descent_state,
)
from pages.learning.descent_controls import PAGE, one_controls, race_controls
from pages.learning.descent_map import show_map
from pages.learning.descent_one import show_one
from pages.learning.descent_race import show_race

TABLES: tuple[Controls[Any], ...] = (one_controls, race_controls)
PARTS = (descent_state, descent_schedule, descent_batches, descent_nothing, descent_net)


def show_beside(lesson: Lesson[Any, Any], controls: Controls[Any], show: Callable[[Any], None]) -> None:
    """One of the lessons of this page, below its presets and its controls, and its program."""
    offer_presets(lesson, controls)
    settings = controls.settle()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.show(settings)
    for grid in controls.grids(settings).values():
        show_text(grid)
    with whole_page(controls, settings), guard():
        inputs = controls.inputs(settings)
        show_ahead(controls, settings, show)
        code(lesson.snippet(inputs), PAGE)


VIEWS: Mapping[str, tuple[str, Callable[[], None]]] = {
    "one": ("One weight", partial(show_beside, LESSON, one_controls, show_one)),
    "race": ("Two weights", partial(show_beside, RACE, race_controls, show_race)),
    "map": ("Map", partial(show_beside, MAP, race_controls, show_map)),
    "state": ("Inside an optimizer", descent_state.show_state),
    "schedule": ("Schedule", descent_schedule.show_schedule),
    "batches": ("Batches", descent_batches.show_batches),
    "nothing": ("No gradient", descent_nothing.show_nothing),
    "net": ("A real net", descent_net.show_net),
}

with page(PAGE):
    for table in TABLES:
        table.start()
    for part in PARTS:
        part.LINKED.start()
    view = choose_view(PAGE, {slug: label for slug, (label, _show) in VIEWS.items()})
    with guard():
        VIEWS[view][1]()
    for table in TABLES:
        table.keep(table.settle())
    for part in PARTS:
        part.LINKED.keep()
