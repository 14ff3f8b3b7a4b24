"""Binary cross-entropy on logits and targets that are typed, pos_weight, and a sigmoid that comes first."""

from functools import partial

import streamlit as st

from lessons.core.limits import MATRIX_CHARACTERS, SAMPLES
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.learning.losses import binary
from lessons.learning.losses.binary import Binary
from lessons.learning.losses.distances import REDUCTIONS, vector
from pages.kit import address
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "losses-binary"
USUAL = Binary()
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0)
PLAIN = {"pos_weight": USUAL.pos_weight, "bce_reduction": USUAL.reduction}
FOUR = {"logits": "2 -1 0.5 -3", "yes": "0 1 0 0"}
PRESETS = {
    "One yes among four": FOUR | PLAIN,
    "Three zeros": {"logits": "0 0 0", "yes": "0 0 0"} | PLAIN,
    "Three answers, none is yes": {"logits": "1 0 0.5", "yes": "0 0 0"} | PLAIN,
    "Sure, and wrong": {"logits": "1000 -200 17 2", "yes": "0 1 0 0"} | PLAIN,
}
LINKED = Linked(
    PAGE,
    logits=Link(str, usual=FOUR["logits"]),
    yes=Link(str, usual=FOUR["yes"]),
    pos_weight=Link.among(STEPS, usual=USUAL.pos_weight),
    bce_reduction=Link(address.one_of(REDUCTIONS), usual=USUAL.reduction),
    bce_row=Link(address.whole(1, SAMPLES), usual=1),
)


def show_binary() -> None:
    LINKED.start()
    LINKED.offer(PRESETS)
    st.markdown(
        _(
            "Every logit is a question of its own: several answers may be yes at once. Where exactly one "
            "class is true, cross_entropy lets the logits compete."
        )
    )
    given = _choose()
    question = binary.ask_weight(given)
    if not ask(question):
        st.markdown(tell(binary.balance(given)))
    show_chart(binary.curve(given, _), f"{PAGE}-curve")
    st.markdown(tell(binary.sentence(given)))
    _show_terms(given)
    st.markdown(tell(Message("The loss is {loss}.", loss=show(given.loss))))
    _show_arithmetic(given)
    program = binary.snippet(given)
    fold(_("The program of this loss"), f"{PAGE}-program", partial(code, program, PAGE))
    fold(_("Why not the sigmoid first?"), f"{PAGE}-naive", partial(_show_both, given))
    LINKED.keep()


def _choose() -> Binary:
    """LessonError where what is typed is no vector, or no target."""
    logits = st.text_input(
        _("logits"), key=Slot(PAGE, "logits").key(), max_chars=MATRIX_CHARACTERS + 1, persist_state="session"
    )
    target = st.text_input(
        _("targets: 1 is yes, 0 is no"),
        key=Slot(PAGE, "yes").key(),
        max_chars=MATRIX_CHARACTERS + 1,
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight = LINKED.slide("pos_weight", "pos_weight", STEPS)
        slot = Slot(PAGE, "bce_reduction")
        reduction = st.segmented_control(
            "reduction", REDUCTIONS, key=slot.key(), required=True, persist_state="session"
        )
    return Binary(vector(logits), vector(target), weight, str(reduction))


def _show_terms(given: Binary) -> None:
    numbers = (given.sigmoid, given.yes, given.no, given.terms, given.gradient)
    rows = zip(given.logits, given.target, *(each.tolist() for each in numbers), strict=True)
    head = [_("logit"), _("target"), "sigmoid", _("yes side"), _("no side"), _("term"), _("gradient")]
    table(head, [list(map(show, row)) for row in rows])


def _show_arithmetic(given: Binary) -> None:
    """Of one logit."""
    number = LINKED.pick("bce_row", _("Number by number"), len(given.logits))
    st.markdown("\n\n".join(f"${line}$" for line in binary.formula(given)))
    rows = binary.arithmetic(given, number - 1)
    table([_("what"), _("how")], [[tell(name), f"`{equation}`"] for name, equation in rows])


def _show_both(given: Binary) -> None:
    question = binary.ask_sure()
    if ask(question):
        return
    made = binary.both(given.logits, given.target)
    numbers = (made.sigmoid, made.naive, made.safe, made.naive_gradient, made.safe_gradient)
    rows = zip(given.logits, *(each.tolist() for each in numbers), strict=True)
    head = [_("logit"), "sigmoid", _("in two calls"), "with_logits", _("gradient, in two"), _("in one")]
    table(head, [list(map(show, row)) for row in rows])
    st.markdown(
        tell(
            Message(
                "Of your {count} {count:number|numbers}, in float32 and without pos_weight, two calls "
                "get {lost} wrong.",
                count=len(given.logits),
                lost=int(made.lost.sum()),
            )
        )
    )
    code(binary.naive_program(given), f"{PAGE}-naive")
