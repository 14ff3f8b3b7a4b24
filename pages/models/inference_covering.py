"""Slide a grey square over the picture: where the net looks."""

from functools import partial

import streamlit as st

from lessons.models.inference.choosing import Seen
from lessons.models.inference.covering import (
    PLACES,
    SIDE,
    Covered,
    ask_left,
    ask_where,
    cover,
    input_picture,
    map_picture,
    only_left,
    tell_place,
    with_square,
)
from pages.kit import address
from pages.kit.frame import fold
from pages.kit.legend import show_legend
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.picture.tiles import side_by_side
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "inference-covering"
MEANT = ("less probable", "no change", "more probable", "The deeper, the larger the change.")
LINKED = Linked(
    PAGE,
    row=Link(address.whole(1, PLACES), usual=1),
    column=Link(address.whole(1, PLACES), usual=1),
)


def show_covering(seen: Seen) -> None:
    """The square where the learner slides it; the map of all places comes with the answer."""
    with st.spinner(_("The square slides over the picture")):
        covered = once(cover, seen)
    row, column = (_slide(name, label) for name, label in (("row", _("Row")), ("column", _("Column"))))
    hidden = ask(ask_where(covered))
    pictures = [input_picture(with_square(covered.batch, row, column))]
    captions = [_("with the square")]
    if not hidden:
        pictures.append(map_picture(covered))
        captions.append(_("how much less probable, place by place"))
    side_by_side(pictures, captions, SIDE)
    st.markdown(tell(tell_place(covered, row, column)))
    if hidden:
        return
    show_legend(MEANT)
    fold(_("The map as a table"), f"{PAGE}-table", partial(_list, covered))
    if not ask(ask_left(covered)):
        side_by_side([input_picture(only_left(covered))], [_("what is left")], SIDE)


def _slide(name: str, label: str) -> int:
    """Counted from 0."""
    return int(LINKED.slide(name, label, range(1, PLACES + 1))) - 1


def _list(covered: Covered) -> None:
    """The probability of the class with the square at every place."""
    table(
        ["", *map(str, range(1, PLACES + 1))],
        [
            [str(number), *(f"{share:.1%}" for share in shares)]
            for number, shares in enumerate(covered.shares.tolist(), start=1)
        ],
    )
