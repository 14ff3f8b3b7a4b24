"""SGD twice from one start, once without zero_grad: what that does, what it is, and what mends it."""

from functools import partial

import streamlit as st

from lessons.core.numbers import show
from lessons.learning.regression import forgotten
from lessons.learning.regression.forgotten import STEPS, Both
from lessons.learning.regression.inputs import Inputs
from pages.kit import address
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.plane.plane import plane
from pages.kit.predict import ask
from pages.kit.text import _, table, tell
from pages.kit.twins import show_curves, show_mending, show_switch, show_words

PAGE = "regression-twins"
LINE, YOURS = "line", "yours"
DATA = {LINE: "20 points of y = 2 x + 1", YOURS: "your points"}
EVERY = 10  # steps: of the table
LINKED = Linked(
    PAGE,
    data=Link(address.one_of(DATA), usual=LINE),
    mistake=Link(address.switch, address.switched, usual=False),
    twin_step=Link(address.whole(0, STEPS - 1), usual=0),
    twin_frame=Link(address.whole(0, STEPS - 2)),
)


def show_twins(inputs: Inputs) -> None:
    """A question first: until it is answered the run with the mistake is not to be seen."""
    st.markdown(
        _(
            "Plain SGD fits a line, twice from the same start. Once every step has its zero_grad(); once "
            "that line is forgotten, and nothing else differs. All points count in every step, without "
            "momentum and weight decay."
        )
    )
    data = st.segmented_control(
        _("Points"),
        list(DATA),
        format_func=lambda slug: _(DATA[slug]),
        key=Slot(PAGE, "data").key(),
        required=True,
        persist_state="session",
    )
    begun = forgotten.start(forgotten.LINE if data == LINE else inputs)
    st.caption(tell(forgotten.rate(begun)))
    made = once(forgotten.both, begun)
    question = forgotten.ask_loss(made)
    mistaken = show_switch(Slot(PAGE, "mistake"), waiting=ask(question))
    show_curves(made.twins, Slot(PAGE, "twin_step"), mistaken)
    show_words(made.twins, PAGE, mistaken)
    if mistaken:
        _show_same(begun, made)
        show_mending(made.twins, PAGE)


def _show_same(begun: Inputs, made: Both) -> None:
    """What the mistake comes to, asked first."""
    question = forgotten.ask_setting(begun, made)
    if not question:
        return
    if ask(question):
        return
    plane(
        f"{PAGE}-plane",
        once(forgotten.scene, begun, made),
        lambda places: None,
        at=Slot(PAGE, "twin_frame"),
    )
    st.markdown(tell(forgotten.describe(made)))
    fold(_("The paths as a table"), f"{PAGE}-paths", partial(_show_paths, made))
    heavy = forgotten.snippet(begun, momentum=1)
    fold(_("The program with momentum 1"), f"{PAGE}-heavy", partial(code, heavy, f"{PAGE}-heavy"))


def _show_paths(made: Both) -> None:
    def cells(step: int) -> list[str]:
        places = (each.path[step] for each in (made.right, made.wrong, made.heavy))
        return [f"({show(w)}, {show(b)})" for w, b in places]

    head = [_("with zero_grad"), _("without zero_grad"), _("with zero_grad, momentum 1")]
    steps = sorted({*range(0, STEPS, EVERY), STEPS - 1})
    table([_("step"), *head], [[str(step), *cells(step)] for step in steps])
