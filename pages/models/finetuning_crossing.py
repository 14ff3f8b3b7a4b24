"""Find the crossing: the same comparison with few pictures a class and with many."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from lessons.core.messages import Message
from lessons.engine.pictures import facts
from lessons.engine.pictures.sources import Source, source
from lessons.engine.training.choices import TUNINGS
from lessons.models.finetuning.courses import Way, percent
from lessons.models.finetuning.crossing import (
    BETWEEN,
    Survey,
    comparisons,
    describe,
    ends,
    figure,
    judged,
)
from lessons.models.finetuning.crossing import questions as asked_of
from lessons.models.finetuning.inputs import WAYS, Inputs
from pages.kit.chart import show_chart
from pages.kit.controls import Slot
from pages.kit.frame import fold, fragment
from pages.kit.predict import ask
from pages.kit.runs.follow import follow
from pages.kit.text import _, plain, table, tell
from pages.models.finetuning_compare import tested
from pages.models.finetuning_controls import PAGE
from pages.models.finetuning_runs import (
    follow_up,
    is_active,
    is_ready,
    made_runs,
    pace,
    require_possible_ways,
    runs_of,
    show_runs,
    ways_made,
)

NOT_SAID = "none"


def show_crossing(inputs: Inputs) -> None:
    about = source(inputs.data)
    if not is_ready(inputs, about):
        return
    sizes = comparisons(inputs, min(facts.class_sizes(inputs.data)))
    require_possible_ways(sizes[max(sizes)])
    guess = _ask_guess()
    shown = runs_of(sizes.values(), made_runs(inputs.data))
    fragment(_follow, run_every=pace(shown))(inputs, sizes, about, guess)
    follow(shown)


def _ask_guess() -> str | None:
    """Between which sizes; None as long as that is open."""
    slot = Slot(PAGE, "between")

    def label(slug: str) -> str:
        if slug == NOT_SAID:
            return _("I would rather see")
        low, high = BETWEEN[slug]
        return tell(Message("between {low} and {high}", low=low, high=high))

    guess: str | None = st.radio(
        _("At how many pictures a class does from scratch overtake the frozen backbone?"),
        [*BETWEEN, NOT_SAID],
        index=None,
        format_func=label,
        key=slot.key(),
        horizontal=True,
        persist_state="session",
    )
    return guess


def _follow(inputs: Inputs, sizes: Mapping[int, Inputs], about: Source, guess: str | None) -> None:
    """guess: None while it is open; nothing is told until then."""
    made, count = made_runs(inputs.data), tested(about)
    show_runs(list(sizes.values()), made, _("Run all sizes"), f"{PAGE}-sizes", guess is None)
    follow_up(f"{PAGE}-sizes-active", is_active(runs_of(sizes.values(), made)))
    if guess is None:
        return
    classes = len(about.classes)
    done = {size: ways_made(each, made, classes, done=True) for size, each in sizes.items()}
    survey: Survey = {size: ways for size, ways in done.items() if ways}
    if not survey:
        st.caption(_("Every comparison that is done with these settings will stand here."))
        return
    if [question for question in asked_of(survey, count) if ask(question)]:
        return
    show_chart(figure(survey, inputs.per_class, plain), f"{PAGE}-crossing")
    lines = describe(survey, count)
    if guess != NOT_SAID and (told := judged(BETWEEN[guess], survey, count)):
        lines.append(told)
    st.markdown("  \n".join(map(tell, lines)))
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
