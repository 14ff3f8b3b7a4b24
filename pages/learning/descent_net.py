"""The race on a real net: one click begins a run for every optimizer, and the ledger says what differs."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.course import find_lesson
from lessons.engine.training.choices import RATES
from lessons.engine.training.race import PICTURES
from lessons.engine.training.runs import Run
from lessons.learning.descent import net
from lessons.learning.descent.net import MOST, RACERS, Curve
from lessons.learning.optimizers import OPTIMIZERS
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import fold, guard
from pages.kit.linked import Link, Linked
from pages.kit.runs import shared
from pages.kit.runs.ledger import show_differences
from pages.kit.runs.race import ask_race, show_race
from pages.kit.text import _, plain, table, tell

PAGE = "descent-net"
PROMPT = Message("Which has the lowest mean loss of one epoch?")
TRAIN = find_lesson("classifier").page
SAME, OWN = "same", "own"
RATE_OF = {OWN: "each its usual rate", SAME: "the same rate for all"}


def read_racers(text: str) -> list[str]:
    """KeyError where one of them is no optimizer; LessonError where they are too few or too many."""
    slugs = list(dict.fromkeys(text.split(",")))
    net.racers(slugs, None)
    return slugs


LINKED = Linked(
    PAGE,
    racers=Link(read_racers, ",".join, usual=["sgd", "momentum", "adam"]),
    net_rates=Link(address.one_of(RATE_OF), usual=OWN),
    net_rate=Link.among(RATES, usual=0.001),
)


def show_net() -> None:
    """The guess first: nothing runs before."""
    LINKED.start()
    shared.expect_run()
    st.markdown(
        tell(
            Message(
                "Does it hold for a real net, too? Each of these trains the CNN of the lesson on training, "
                "one epoch of {count} Doodles, from the same weights and with the same batches.",
                count=PICTURES,
            )
        )
    )
    slugs, rate = _choose()
    LINKED.keep()
    runs: list[Run] = []
    curves: list[Curve] = []
    with st.container(key="net-race", border=True):
        with guard():
            racers = net.racers(slugs, rate)
            ask_race(PAGE, PROMPT, _("Run all of them"), racers, net.named)
        with guard():
            runs = show_race(PAGE, PROMPT, net.named, height=360)
            curves = [Curve.of(run.config(), run.history()) for run in runs]
            if told := net.describe(curves):
                st.markdown(tell(told))
    if curves:
        fold(_("The curves as a table"), f"{PAGE}-table", partial(_list, curves))
        with guard():
            show_differences([plain(net.title(run.config())) for run in runs], runs)
    st.page_link(TRAIN, label=_("Every run, its program and its mistakes: Train a classifier"))


def _list(curves: Sequence[Curve]) -> None:
    table(
        [_("run"), _("first loss"), _("loss in the end, smoothed"), _("mean loss of the epoch")],
        [[tell(curve.name), *map(show, (curve.first, curve.last, curve.mean))] for curve in curves],
    )


def _choose() -> tuple[Sequence[str], float | None]:
    """The optimizers, and the rate of all, if it is the same."""
    slugs = st.multiselect(
        _("Optimizers"),
        list(RACERS),
        format_func=lambda slug: _(OPTIMIZERS[slug].title),
        max_selections=MOST,
        key=Slot(PAGE, "racers").key(),
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            _("Learning rate"),
            list(RATE_OF),
            format_func=lambda each: _(RATE_OF[each]),
            key=Slot(PAGE, "net_rates").key(),
            required=True,
            persist_state="session",
        )
        if kind == OWN:
            return slugs, None
        return slugs, LINKED.slide("net_rate", "lr", RATES)
