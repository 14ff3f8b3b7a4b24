"""Fine-tuning: three ways side by side, where they cross, what freezing does, and how it goes wrong."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from lessons.engine.pictures import sources
from lessons.models.finetuning.inputs import Inputs
from lessons.models.finetuning.lesson import LESSON
from pages.kit.controls import Controls
from pages.kit.frame import guard, page
from pages.kit.lesson_page import choose_view, offer_presets
from pages.kit.runs import shared
from pages.models import finetuning_audit, finetuning_mistakes
from pages.models.finetuning_compare import show_comparison, show_program
from pages.models.finetuning_controls import PAGE, controls_of
from pages.models.finetuning_crossing import show_crossing

PARTS = (finetuning_audit, finetuning_mistakes)


def show_beside(controls: Controls[Inputs], show: Callable[[Inputs], None]) -> None:
    """What is about the settings, beside them."""
    shared.expect_run()
    offer_presets(LESSON, controls)
    settings = controls.settle()
    working, beside = st.columns([3, 1], gap="large")
    with beside, guard():
        controls.show(settings)
    inputs = None
    with working, guard():
        inputs = controls.inputs(settings)
        show(inputs)
    if inputs:
        with guard():
            show_program(inputs)


with page(PAGE):
    known = [each for each in sources.sources() if each.key != "doodles-others"]
    controls = controls_of(known)
    controls.start()
    for part in PARTS:
        part.LINKED.start()
    views: Mapping[str, tuple[str, Callable[[], None]]] = {
        "compare": ("Side by side", partial(show_beside, controls, show_comparison)),
        "crossing": ("Find the crossing", partial(show_beside, controls, show_crossing)),
        "audit": ("Freeze audit", finetuning_audit.show_audit),
        "mistakes": ("Mistakes on purpose", finetuning_mistakes.show_mistakes),
    }
    view = choose_view(PAGE, {slug: label for slug, (label, _show) in views.items()})
    with guard():
        views[view][1]()
    controls.keep(controls.settle())
    for part in PARTS:
        part.LINKED.keep()
