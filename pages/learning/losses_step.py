"""The gradient of every logit as an arrow against it, and a step: the numbers move, the loss answers."""

from functools import partial

import streamlit as st

from lessons.core.limits import LOSS_STEPS, SAMPLES
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.learning.losses import descent
from lessons.learning.losses.by_hand import shares
from lessons.learning.losses.descent import RATES, Stop, Trail
from lessons.learning.losses.entropy import Gradients, backward, targets
from lessons.learning.losses.inputs import PROBABILITIES, RIGHT, Inputs
from lessons.learning.losses.lesson import check_backward, step_snippet
from lessons.learning.losses.questions import ask_slope
from pages.kit import address
from pages.kit.arrows import Arrows, show_arrows
from pages.kit.badge import show_badge
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Controls, Slot
from pages.kit.frame import fold, guarded
from pages.kit.grid.grid import hold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask, seed
from pages.kit.text import _, plain, table, tell

PAGE = "losses-step"
DRAWN = 6  # samples at a time
RATE, FIRST = Slot(PAGE, "rate"), Slot(PAGE, "first")
LINKED = Linked(
    PAGE,
    rate=Link.among(RATES, usual=5.0),
    first=Link(address.whole(1, SAMPLES), usual=1),
)


def show_step(inputs: Inputs, controls: Controls[Inputs]) -> None:
    """A question first, which is about where the steps began; the arrows come with its answer.

    controls: where a step puts its numbers.
    """
    if inputs.given == PROBABILITIES:
        _offer_logits(inputs, controls)
        return
    LINKED.start()
    trail = descent.trail_to(inputs, st.session_state.get(f"{PAGE}-trail", ()))
    questions = ask_slope(trail[0].inputs, seed(controls.page))
    waiting = [ask(question) for question in questions]
    hidden = any(waiting)
    st.markdown(_("Every arrow goes against the gradient of its number, as far as learning rate × gradient."))
    rate, drawn = _choose(inputs)
    after = descent.step(inputs, rate)
    _offer_step(trail, Stop.at(after, rate), Slot(controls.page, "numbers"), hidden)
    _draw(trail, after, drawn, hidden)
    _show_record(trail)
    gradients = once(backward, inputs)
    show_badge(check_backward(inputs, gradients))
    if not hidden:
        fold(
            _("The numbers of the arrows"), f"{PAGE}-numbers", partial(_list, gradients, inputs, after, drawn)
        )
    program = step_snippet(inputs, rate)
    fold(_("The program of this step"), f"{PAGE}-program", partial(code, program, PAGE))


def _offer_logits(inputs: Inputs, controls: Controls[Inputs]) -> None:
    """Instead of a step that would make something else of probabilities."""
    st.markdown(
        _(
            "These are probabilities. A step would move each by itself, and they would no longer sum to 1. "
            "A net steps with its logits, which can be any numbers; softmax then makes probabilities of them."
        )
    )
    logits = descent.as_logits(inputs)
    if logits is None:
        st.markdown(
            _("A probability of 0 has no log, so there are no logits for these. Make it a little more.")
        )
    else:
        st.button(
            _("Take their logs as logits"), key=f"{PAGE}-logs", on_click=guarded(controls.put), args=(logits,)
        )


def _choose(inputs: Inputs) -> tuple[float, range]:
    """The learning rate, and which samples are drawn."""
    count = inputs.shape[0]
    firsts = range(1, count + 1, DRAWN)
    FIRST.usually(1, firsts)

    def named(first: int) -> str:
        last = min(first + DRAWN - 1, count)
        return tell(Message("{first} to {last} of {count}", first=first, last=last, count=count))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = LINKED.slide("rate", _("Learning rate"), RATES)
        if len(firsts) > 1:
            st.selectbox(
                _("Samples drawn"), firsts, format_func=named, key=FIRST.key(), persist_state="session"
            )
    LINKED.keep()
    start = FIRST.get() - 1
    return rate, range(start, min(start + DRAWN, count))


def _offer_step(trail: Trail, stop: Stop, numbers: Slot, hidden: bool) -> None:
    """The step, and the way back; numbers: where they are typed."""

    def go() -> None:
        st.session_state[f"{PAGE}-trail"] = (*trail, stop)
        hold(numbers.key(), (stop.inputs.numbers,))

    def back() -> None:
        hold(numbers.key(), (trail[0].inputs.numbers,))

    full, still = len(trail) > LOSS_STEPS, stop.inputs == trail[-1].inputs
    with st.container(horizontal=True):
        st.button(
            _("One step against it"),
            key=f"{PAGE}-go",
            type="primary",
            on_click=guarded(go),
            disabled=hidden or full or still,
        )
        st.button(
            _("Back to the start"), key=f"{PAGE}-back", on_click=guarded(back), disabled=len(trail) == 1
        )
    if full:
        st.caption(_("The record is full. Go back to the start for more."))


def _draw(trail: Trail, after: Inputs, drawn: range, hidden: bool) -> None:
    """The arrows, on a scale that holds what came before, and the longest of them."""
    before, meant = trail[-1].inputs, targets(trail[-1].inputs).tolist()
    show_arrows(
        [
            Arrows(
                plain(before.title(sample)),
                [str(before.label(number)) for number in range(before.shape[1])],
                before.numbers[sample],
                (before if hidden else after).numbers[sample],
                meant[sample],
            )
            for sample in drawn
        ],
        _("target"),
        around=[
            number
            for inputs in (*(stop.inputs for stop in trail), after)
            for row in inputs.numbers
            for number in row
        ],
    )
    if hidden:
        st.markdown(_("The arrows come with your answer."))
    else:
        st.markdown(tell(descent.tell_longest(before, after)))


def _show_record(trail: Trail) -> None:
    """What the steps so far made of the loss."""
    show_chart(descent.record(trail, _), f"{PAGE}-record")
    st.markdown(tell(descent.tell_loss(trail)))
    if trail[-1].inputs.reduction == "none":
        st.caption(_("reduction is none: this is the sum of the terms, and the gradient is that of the sum."))

    def show_all() -> None:
        rows = [
            [str(step), "" if stop.rate is None else f"{stop.rate:g}", show(stop.loss)]
            for step, stop in enumerate(trail)
        ]
        table([_("step"), _("Learning rate"), _("Loss")], rows)

    fold(_("The loss of every step"), f"{PAGE}-losses", show_all)


def _list(gradients: Gradients, before: Inputs, after: Inputs, drawn: range) -> None:
    """A row for each arrow."""
    if before.call == RIGHT:
        st.markdown(f"${descent.formula(before)}$")
    columns = [each.tolist() for each in (shares(before), targets(before), gradients.numbers)]
    rows = [
        [str(sample + 1), tell(Message("{name}", name=before.label(number)))]
        + [show(each[sample][number]) for each in (before.numbers, *columns, after.numbers)]
        for sample in drawn
        for number in range(before.shape[1])
    ]
    head = ["sample", "class", "number", "share", "target", "gradient", "after the step"]
    table([_(each) for each in head], rows)
