"""Points of the learner's own: as text, and drawn."""

from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import POINT_NUMBER, POINTS
from lessons.core.matrix import parse
from lessons.learning.points import SEED, draw
from lessons.learning.regression.inputs import Inputs
from pages.kit.controls import Controls, Settings, Slot
from pages.kit.frame import fold, guard, guarded
from pages.kit.grid.grid import hold, show_text
from pages.kit.text import _

PAGE = "regression-draw"
USUAL = {"w": 2.0, "b": 3.0, "noise": "0 1 2", "count": 30, "seed": 1}


def show_points(controls: Controls[Inputs], settings: Settings) -> None:
    """controls: where they are kept."""
    fold(_("Your own points"), f"{controls.page}-own", partial(_show_own, controls, settings))


def _show_own(controls: Controls[Inputs], settings: Settings) -> None:
    as_text, drawn = st.columns(2, gap="large")
    with as_text:
        st.markdown(
            _(
                "x and y of a point on each line. Paste from a spreadsheet, a CSV file or Python; a first "
                "row of words is passed over."
            )
        )
        show_text(controls.grids(settings)["points"])
    with drawn, guard():
        st.markdown(_("Or draw them: y = w x + b, and one number of the noise for each point."))
        _show_draw(Slot(controls.page, "points").key())


def _show_draw(key: str) -> None:
    """LessonError where the noise is no row of numbers."""
    slots = {name: Slot(PAGE, name) for name in USUAL}
    for name, usual in USUAL.items():
        slots[name].usually(usual)

    def number(name: str, label: str, low: Any, high: Any) -> Any:
        return st.number_input(label, low, high, "min", key=slots[name].key(), persist_state="session")

    with st.container(horizontal=True):
        w, b = (number(name, name, -POINT_NUMBER, POINT_NUMBER) for name in ("w", "b"))
    noise = st.text_input(_("noise"), key=slots["noise"].key(), persist_state="session")
    with st.container(horizontal=True):
        count = number("count", _("number of points"), 1, POINTS)
        seed = number("seed", _("seed"), 0, SEED)
    points = draw(w, b, [each for row in parse(noise) for each in row], count, seed)
    st.button(_("Draw new points"), key=f"{PAGE}-go", on_click=guarded(hold), args=(key, (points,)))
