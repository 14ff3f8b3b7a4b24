"""Find the crossing: the same comparison with few pictures a class and with many."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from lessons.engine.pictures.sources import source
from lessons.engine.training.choices import TUNINGS
from lessons.models.finetuning.courses import Way, percent
from lessons.models.finetuning.crossing import Survey, comparisons, describe, ends, figure
from lessons.models.finetuning.crossing import questions as asked_of
from lessons.models.finetuning.inputs import WAYS, Inputs
from pages.kit.chart import show_chart
from pages.kit.frame import fold, guard
from pages.kit.predict import ask
from pages.kit.runs.watch import REFRESH_SECONDS
from pages.kit.text import _, plain, table, tell
from pages.models.finetuning_controls import PAGE
from pages.models.finetuning_runs import is_active, is_ready, made_runs, runs_of, show_runs, ways_made


def show_crossing(inputs: Inputs) -> None:
    about = source(inputs.data)
    if not is_ready(inputs, about):
        return
    st.markdown(
        _(
            "With few pictures the backbone's features help; with many, a net that makes its own can pass "
            "them. Where is that? Every comparison that you have run with these settings stands here."
        )
    )
    sizes = comparisons(inputs, about.train_size and about.train_size // len(about.classes))
    every = REFRESH_SECONDS if is_active(runs_of(sizes.values(), made_runs())) else None
    st.fragment(_follow, run_every=every)(inputs, sizes, len(about.classes))


def _follow(inputs: Inputs, sizes: Mapping[int, Inputs], classes: int) -> None:
    with guard():
        made = made_runs()
        show_runs(list(sizes.values()), made, _("Run all sizes"), f"{PAGE}-sizes", False)
        done = {size: ways_made(each, made, classes, done=True) for size, each in sizes.items()}
        survey: Survey = {size: ways for size, ways in done.items() if ways}
        active = is_active(runs_of(sizes.values(), made))
        if not active and st.session_state.pop(f"{PAGE}-sizes-active", False):
            st.rerun()
        st.session_state[f"{PAGE}-sizes-active"] = active
        if not survey:
            st.caption(_("Nothing is done yet."))
            return
        if [question for question in asked_of(survey) if ask(question)]:
            return
        show_chart(figure(survey, inputs.per_class, plain), f"{PAGE}-crossing")
        st.markdown(tell(describe(survey)))
        fold(_("The sizes as a table"), f"{PAGE}-sizes-table", partial(_list, survey))


def _list(survey: Survey) -> None:
    def told(ways: list[tuple[int, Way]], size: int) -> str:
        found = [way for at, way in ways if at == size]
        return f"{percent(found[0].end)} %" if found else "–"

    by_way = {way: ends(survey, way) for way in WAYS}
    table(
        [_("training pictures a class"), *(_(TUNINGS[way]) for way in WAYS)],
        [[str(size), *(told(by_way[way], size) for way in WAYS)] for size in sorted(survey)],
    )
