"""A claim of course notes over many seeds: which b fits, why their run is not there, what would help."""

from functools import partial

import streamlit as st

from lessons.core.numbers import show
from lessons.learning.regression import claim
from lessons.learning.regression.claim import Spread
from lessons.learning.regression.inputs import Inputs
from pages.kit import address
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "regression-claim"

LINKED = Linked(PAGE, after=Link(address.whole(0, len(claim.STEPS) - 2)))


def show_claim(inputs: Inputs) -> None:
    """Three questions, each with what answers the one before it."""
    st.markdown(
        _(
            "Course notes draw 30 whole numbers x from -10 to 9, and y = 2 x + 3 with 0, 1 or 2 on top. They "
            "run 1,000 steps of SGD, with lr 0.0001, momentum 0.9 and weight decay 0.01, and get w 2.0071 "
            "and b 3.1690: a match, they say, of 2 and 3. Here the same is done with 60 seeds."
        )
    )
    nearer, why, best = claim.ask_nearer(), claim.ask_why(), claim.ask_change()
    if not ask(nearer):
        _show_runs()
        if not ask(why):
            st.markdown(tell(claim.stopped()))
            if not ask(best):
                _show_changes(inputs)
    program = partial(code, claim.PROGRAM, PAGE)
    fold(_("The program of seed 0"), f"{PAGE}-program", program)


def _show_runs() -> None:
    plane(f"{PAGE}-plane", claim.scene(), lambda places: None, at=Slot(PAGE, "after"))
    st.markdown(tell(claim.describe()))

    def show_all() -> None:
        spreads = claim.spreads()
        table([_("steps"), *_head()], [[str(count), *_cells(spreads[count])] for count in claim.TOLD])

    fold(_("b over the seeds as a table"), f"{PAGE}-table", show_all)


def _show_changes(inputs: Inputs) -> None:
    """What is set beside is one of them."""
    st.markdown(
        _(
            "The same with other settings, 1,000 steps where nothing else is said. The last row has what is "
            "set in the view Fit, with all points in every step: get all 60 seeds there."
        )
    )
    shown = (*claim.changes(), claim.own_change(inputs))
    table([_("change"), *_head()], [[tell(each.name), *_cells(each.spread)] for each in shown])


def _head() -> list[str]:
    return [_("lowest b"), _("highest b"), _("from its best, on average"), _("within 0.1 of it"), _("seed 0")]


def _cells(spread: Spread) -> list[str]:
    if spread.gone:
        return [_("runs away"), *[""] * 4]
    return [
        show(spread.low),
        show(spread.high),
        show(spread.off),
        f"{spread.close} / {len(claim.SEEDS)}",
        show(spread.first),
    ]
