"""One step of a fit, opened up: what every point adds to both gradients, and what becomes of w and b."""

import streamlit as st

from lessons.core.limits import FIT_STEPS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.learning.regression.fit import Fit, run
from lessons.learning.regression.inputs import MEAN, Inputs
from lessons.learning.regression.step import (
    Step,
    arithmetic,
    ask_sign,
    by_autograd,
    by_difference,
    opened,
    rows,
)
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask, first
from pages.kit.text import _, table, tell

PAGE = "regression-step"
MANY, TALL = 7, 340  # points, pixels: a longer table is scrolled, so that what comes of it stays in sight
STEP, ASKED = Slot(PAGE, "step"), Slot(PAGE, "asked")
LINKED = Linked(PAGE, step=Link(address.whole(1, FIT_STEPS), usual=1))


def show_step(inputs: Inputs) -> None:
    """A question first: the gradients come with its answer."""
    fit = run(inputs)
    number = _choose(fit)
    question = first(ASKED, _ask, inputs, number)
    if ask(question):
        return
    st.button(_("Ask me about this step"), key=f"{PAGE}-again", on_click=guarded(ASKED.set), args=(None,))
    step = opened(inputs, fit, number)
    _show_points(inputs, step)
    _show_gradients(inputs, step)
    _show_weights(inputs, step)


def _ask(inputs: Inputs, number: int) -> Question:
    return ask_sign(inputs, run(inputs), number)


def _choose(fit: Fit) -> int:
    """Which step."""
    STEP.usually(1, range(1, fit.steps + 1))
    if fit.steps > 1:
        st.slider(_("Step"), 1, fit.steps, key=STEP.key(), persist_state="session")
    return int(STEP.get())


def _show_points(inputs: Inputs, step: Step) -> None:
    st.markdown(f"**{_('What every point adds')}**")
    divided = f" / {len(step.batch)}" if inputs.reduction == MEAN else ""
    head = [_("point"), "x", "y", _("prediction"), _("residual r"), f"2 r x{divided}", f"2 r{divided}"]
    with st.container(height=TALL if len(step.batch) > MANY else "content", border=False):
        table(head, [list(map(show, row)) for row in rows(inputs, step)])
    if inputs.parted:
        told = Message(
            "This step looks at {count} of {all} points.", count=len(step.batch), all=len(inputs.points)
        )
        st.caption(tell(told))


def _show_gradients(inputs: Inputs, step: Step) -> None:
    """Three ways to one number."""
    st.markdown(f"**{_('The gradient, in three ways')}**")
    ways = (step.gradient, by_autograd(inputs, step), by_difference(inputs, step))
    head = ["", _("sum of the column"), "autograd", _("central difference")]
    names = ("dL/dw", "dL/db")
    table(head, [[name, *(show(way[each]) for way in ways)] for each, name in enumerate(names)])


def _show_weights(inputs: Inputs, step: Step) -> None:
    st.markdown(f"**{_('What becomes of w and b')}**")
    lines = arithmetic(inputs, step)
    table([_("what"), "w", "b"], [[tell(name), f"`{w}`", f"`{b}`"] for name, w, b in lines])
