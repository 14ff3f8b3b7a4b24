"""The learner's logits go downhill twice, once with a softmax too many: what that does, and what mends it."""

import streamlit as st

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.learning.losses import softmax_twice
from lessons.learning.losses.inputs import Inputs
from lessons.learning.losses.questions import ask_floor
from lessons.learning.losses.softmax_twice import RATES, STEPS, Both
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask, is_open
from pages.kit.text import _, table, tell
from pages.kit.twins import show_curves, show_mending, show_switch, show_words

PAGE = "losses-twins"
LINKED = Linked(
    PAGE,
    mistake=Link(address.switch, address.switched, usual=False),
    rate=Link.among(RATES, usual=1.0),
    step=Link(address.whole(0, STEPS - 1), usual=0),
)


def show_twins(inputs: Inputs) -> None:
    """A question first: until it is answered the run with the mistake is not to be seen."""
    LINKED.start()
    begun = softmax_twice.start(inputs)
    st.markdown(
        _(
            "These logits go downhill by plain gradient descent, twice from the same start. Once the loss is "
            "cross_entropy; once there is a softmax in front of it, and nothing else differs."
        )
    )
    question = ask_floor(begun.shape[1])
    waiting = ask(question)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mistaken = show_switch(Slot(PAGE, "mistake"), waiting=waiting)
        rate = st.segmented_control(
            _("Learning rate"),
            RATES,
            format_func="{:g}".format,
            key=Slot(PAGE, "rate").key(),
            required=True,
            persist_state="session",
        )
    made = once(softmax_twice.both, begun, rate)
    step = show_curves(made.twins, Slot(PAGE, "step"), mistaken)
    smaller = softmax_twice.ask_smaller(made)
    _show_step(made, step, mistaken, waiting=smaller is not None and is_open(smaller))
    show_words(made.twins, PAGE, mistaken)
    if mistaken:
        if smaller:
            ask(smaller)
        show_mending(made.twins, PAGE)
    LINKED.keep()


def _show_step(made: Both, step: int, mistaken: bool, waiting: bool) -> None:
    """Of one step the loss and the norm of the gradient. waiting: that of the mistake is asked about."""
    rows = [(made.twins.right, made.right, False)]
    if mistaken:
        rows.append((made.twins.wrong, made.wrong, waiting))
    table(
        [tell(Message("step {step}", step=step)), _("Loss"), _("Norm of the gradient")],
        [
            [tell(twin.name), show(descent.losses[step]), "?" if hidden else show(descent.norms[step])]
            for twin, descent, hidden in rows
        ],
    )
