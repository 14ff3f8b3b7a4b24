"""The prediction changes: twenty answers to one picture, and which of them to believe."""

from functools import partial

import streamlit as st

from lessons.models.inference.changing import (
    EVAL,
    WAYS,
    Changing,
    ask_which,
    change,
    describe,
    explain,
    scene,
)
from lessons.models.inference.choosing import Seen
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask, is_open
from pages.kit.text import _, literal, table, tell

PAGE = "inference-changing"
SEEDS = range(10)
LINKED = Linked(
    PAGE,
    way=Link(address.one_of(WAYS), usual=EVAL),
    draw=Link.among(SEEDS, usual=0),
)


def show_changing(seen: Seen) -> None:
    """One of two mistakes, its answers, and the question; the right way's answer comes with the reason."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            _("The mistake"),
            list(WAYS),
            format_func=lambda slug: _(WAYS[slug]),
            key=Slot(PAGE, "way").key(),
            required=True,
            persist_state="session",
        )
        seed = int(LINKED.slide("draw", _("Seed"), SEEDS, 180))
    with st.spinner(_("The net answers")):
        changing = once(change, seen, way, seed)
    question = ask_which(changing)
    plane(f"{PAGE}-answers", scene(changing, shown=not is_open(question)), lambda _moved: None)
    st.markdown(tell(describe(changing)))
    if not ask(question):
        st.markdown("\n\n".join(map(tell, explain(changing))))
    fold(_("The answers as a table"), f"{PAGE}-table", partial(_list, changing))


def _list(changing: Changing) -> None:
    table(
        [_("answer"), _("class"), _("probability")],
        [
            [str(number), literal(changing.classes[place]), f"{share:.1%}"]
            for number, (place, share) in enumerate(changing.answers, start=1)
        ],
    )
