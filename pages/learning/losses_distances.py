"""Losses of numbers, on vectors that are typed: L1, MSE and what lies between; and a shape that is wrong."""

from functools import partial

import streamlit as st

from lessons.core.limits import MATRIX_CHARACTERS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.learning.losses import distances
from lessons.learning.losses.distances import BOUNDS, FUNCTIONS, REDUCTIONS, Distances, vector
from pages.kit import address
from pages.kit.boards import show_boards
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.legend import show_legend
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "losses-distances"
USUAL = Distances()
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
LINKED = Linked(
    PAGE,
    prediction=Link(str, usual="1 2 3 4 5"),
    targets=Link(str, usual="1.5 2.5 3.5 4.5 5.5"),
    kind=Link(address.one_of(FUNCTIONS), usual=USUAL.kind),
    bound=Link.among(STEPS, usual=USUAL.bound),
    reduced=Link(address.one_of(REDUCTIONS), usual=USUAL.reduction),
)


def show_distances() -> None:
    LINKED.start()
    given = _choose()
    question = distances.ask_double(given)
    ask(question)
    show_chart(distances.curve(given, _), f"{PAGE}-curve")
    st.markdown(tell(distances.sentence(given)))
    rows = zip(given.prediction, given.target, given.errors, given.terms, strict=True)
    table([_("prediction"), _("target"), _("error"), _("term")], [list(map(show, row)) for row in rows])
    st.markdown(tell(Message("The loss is {loss}.", loss=show(given.loss))))
    program = distances.snippet(given)
    fold(_("The program of this loss"), f"{PAGE}-program", partial(code, program, PAGE))
    if len(given.target) > 1:
        _show_square(given.target)
    LINKED.keep()


def _choose() -> Distances:
    """LessonError where what is typed is no vector."""
    prediction = st.text_input(
        _("prediction"),
        key=Slot(PAGE, "prediction").key(),
        max_chars=MATRIX_CHARACTERS + 1,
        persist_state="session",
    )
    target = st.text_input(
        _("target"), key=Slot(PAGE, "targets").key(), max_chars=MATRIX_CHARACTERS + 1, persist_state="session"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            _("Loss"), list(FUNCTIONS), key=Slot(PAGE, "kind").key(), required=True, persist_state="session"
        )
        reduction = st.segmented_control(
            "reduction", REDUCTIONS, key=Slot(PAGE, "reduced").key(), required=True, persist_state="session"
        )
    bound = USUAL.bound
    if kind in BOUNDS:
        slot = Slot(PAGE, "bound")
        bound = st.select_slider(BOUNDS[kind], STEPS, key=slot.key(), persist_state="session")
    return Distances(vector(prediction), vector(target), str(kind), bound, str(reduction))


def _show_square(target: tuple[float, ...]) -> None:
    """A column less a row."""
    st.subheader(_("A perfect fit of the wrong shape"), anchor=False)
    question = distances.ask_perfect(target)
    if not ask(question):
        made = distances.square(target, target)
        show_boards({_("every prediction less every target"): made.differences.numpy()})
        show_legend()
    program = distances.square_program(target)
    fold(_("The program of this mistake"), f"{PAGE}-square", partial(code, program, f"{PAGE}-square"))
