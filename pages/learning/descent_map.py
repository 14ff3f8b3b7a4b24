"""The map of a race: from which starts which optimizer is the first."""

import streamlit as st

from lessons.core.messages import Message
from lessons.learning.descent.lesson import RACES
from lessons.learning.descent.questions import ask_most, wins_here
from lessons.learning.descent.race import Inputs
from lessons.learning.descent.scenes import map_scene
from lessons.learning.descent.winners import NOBODY, Map, rates, survey
from lessons.learning.optimizers import OPTIMIZERS
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell
from pages.learning.descent_controls import PAGE, anew, asked
from pages.learning.descent_race import put, rate_of


def show_map(inputs: Inputs) -> None:
    """Until the question is answered the map has no colours."""
    slot = anew(asked(inputs, "map", inputs.rule), inputs, RACES)
    hidden = ask(first(slot, ask_most, inputs))
    surveyed = None if hidden else survey(inputs)
    plane(f"{PAGE}-map", map_scene(inputs, surveyed), put)
    if surveyed:
        st.markdown(tell(wins_here(inputs)))
        _list(inputs, surveyed)


def _list(inputs: Inputs, surveyed: Map) -> None:
    """What share of the starts each wins."""
    names = [_(OPTIMIZERS[slug].title) for slug in inputs.optimizers]
    shares = [*enumerate(names), (NOBODY, _("nobody"))]
    lrs = [*(rate_of(inputs, lr) for lr in rates(inputs)), ""]
    table(
        [_("Optimizer"), _("rate"), _("first from")],
        [
            [name, lr, f"{100 * surveyed.share(number):.1f} %"]
            for (number, name), lr in zip(shares, lrs, strict=True)
        ],
    )
    st.caption(
        tell(
            Message(
                "There is no colour where nobody arrives within {limit} {limit:step|steps}, and right beside "
                "a minimum. Each has one rate all over the map; its best is that from the usual start.",
                limit=inputs.limit,
            )
        )
    )
