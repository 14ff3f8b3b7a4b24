"""KL divergence of distributions that are typed, what it is divided by, and a log that is missing."""

from contextlib import suppress
from functools import partial

import streamlit as st

from lessons.core.limits import SAMPLES
from lessons.core.matrix import parse, to_text
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.learning.losses import divergence
from lessons.learning.losses.divergence import WARNING, Divergence
from lessons.learning.losses.inputs import normalized
from pages.kit import address
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, guarded
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "losses-divergence"
USUAL = Divergence()
PRESETS = {
    "Two samples": {"p": to_text(USUAL.p), "q": to_text(USUAL.q)},
    "An even p, a sure q": {"p": "0.5 0.5", "q": "0.9 0.1"},
    "A label": {"p": "1 0 0", "q": "0.5 0.3 0.2"},
    "q is p": {"p": "0.7 0.2 0.1", "q": "0.7 0.2 0.1"},
    "Ruled out, and true": {"p": "0.7 0.2 0.1", "q": "0.8 0.2 0"},
}
LINKED = Linked(
    PAGE,
    p=Link(str, usual=to_text(USUAL.p)),
    q=Link(str, usual=to_text(USUAL.q)),
    kl_row=Link(address.whole(1, SAMPLES), usual=1),
)


def show_divergence() -> None:
    LINKED.start()
    LINKED.offer(PRESETS)
    given = _choose()
    question = divergence.ask_divisor(given)
    if not ask(question):
        _show_reductions(given)
    for place in given.infinite[:1]:
        st.markdown(tell(divergence.explain_infinite(*place)))
    _show_sample(given)
    _show_parts(given)
    program = divergence.snippet(given)
    fold(_("The program of this loss"), f"{PAGE}-program", partial(code, program, PAGE))
    fold(_("Why the log of q?"), f"{PAGE}-naive", partial(_show_naive, given))
    LINKED.keep()


def _choose() -> Divergence:
    """LessonError where what is typed are no distributions."""
    columns = st.columns(2)
    with columns[0]:
        p = _type("p", _("p: the targets, a row for each sample"))
    with columns[1]:
        q = _type("q", _("q: what the net says"))
    return Divergence(parse(p), parse(q))


def _type(name: str, label: str) -> str:
    """Rows, which can be made to sum to 1."""
    slot = Slot(PAGE, name)
    text = st.text_area(label, key=slot.key(), height=100, persist_state="session")
    st.button(
        _("Make every row sum to 1"), key=slot.key("normalize"), on_click=guarded(_normalize), args=(slot,)
    )
    return str(text)


def _normalize(slot: Slot) -> None:
    """What cannot be read stays, and is explained."""
    with suppress(LessonError):
        slot.set(to_text(normalized(parse(slot.get()))))


def _show_reductions(given: Divergence) -> None:
    """The point of the question: what each divides by."""
    rows = [
        [f"`{reduction}`", str(divisor), show(given.losses[reduction])]
        for reduction, divisor in given.divisors.items()
    ]
    table(["reduction", _("divided by"), _("Loss")], rows)
    st.markdown(tell(Message("Of mean torch warns: {warning}", warning=WARNING)))


def _show_sample(given: Divergence) -> None:
    """p, q and the terms of one."""
    sample = LINKED.pick("kl_row", _("Sample"), len(given.p)) - 1
    chart = divergence.bars(given, sample, _)
    show_chart(chart, f"{PAGE}-bars")
    st.markdown(" ".join(map(tell, divergence.sentences(given, sample))))
    cells = (given.p[sample], given.q[sample], given.terms[sample].tolist())
    rows = [[str(place), *map(show, row)] for place, row in enumerate(zip(*cells, strict=True))]
    table([_("class"), "p", "q", "p (log p - log q)"], rows)


def _show_parts(given: Divergence) -> None:
    """Of every sample: cross-entropy taken apart, and the way back."""
    made = divergence.parts(given)
    together = made.entropy + made.divergence
    numbers = (made.entropy, made.divergence, together, made.cross_entropy, made.reverse)
    head = [_("sample"), _("entropy of p"), "KL(p‖q)", _("together"), _("cross-entropy"), "KL(q‖p)"]
    rows = zip(*(each.tolist() for each in numbers), strict=True)
    table(head, [[str(place), *map(show, row)] for place, row in enumerate(rows, start=1)])
    st.markdown(
        _(
            "Cross-entropy is the entropy of p, which no net can change, and KL. So both teach the same. "
            "KL is never below 0, and 0 only where q is p. It is no distance: the way back costs something "
            "else."
        )
    )


def _show_naive(given: Divergence) -> None:
    question = divergence.ask_without_log(given)
    if ask(question):
        return
    wrong = divergence.without_log(given.p, given.q)
    right = given.losses["batchmean"]
    st.markdown(
        tell(
            Message(
                "Here F.kl_div(q, p) gives {wrong}, and F.kl_div(q.log(), p) {right}.",
                wrong=show(wrong),
                right=show(right),
            )
        )
    )
    code(divergence.naive_program(given), f"{PAGE}-naive")
