"""Two runs from one start, one of them with a mistake: a switch, their chart, and the line that mends it."""

from functools import partial

import streamlit as st

from lessons.core.notebook import translated
from lessons.core.numbers import show
from lessons.core.twins import Twin, Twins, changed_cells, describe, figure, patch
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.text import _, language, plain, table, tell

FIRST, EVERY = 10, 10  # steps: the table has all of the first, and then some


def show_switch(slot: Slot, waiting: bool) -> bool:
    """Whether the run with the mistake is to be seen. waiting: something is asked about it first."""
    on = st.toggle(_("With the mistake"), key=slot.key(), disabled=waiting, persist_state="session")
    return on and not waiting


def show_curves(twins: Twins, step: Slot, both: bool) -> int:
    """The chart, and a slider for the step that is looked at."""
    show_chart(figure(twins, both, step.get(), plain), step.key("curves"))
    last = len(twins.right.losses) - 1
    return st.slider(_("Step"), 0, last, key=step.key(), persist_state="session")


def show_words(twins: Twins, page: str, both: bool) -> None:
    """What the chart shows, and its numbers."""
    st.markdown("  \n".join(map(tell, describe(twins, both))))
    curves = both and bool(twins.wrong.losses)
    shown = (twins.right, twins.wrong) if curves else (twins.right,)
    fold(_("Every step as a table"), f"{page}-table", partial(_show_losses, shown))


def _show_losses(shown: tuple[Twin, ...]) -> None:
    count = len(shown[0].losses)
    steps = sorted({*range(min(FIRST, count)), *range(FIRST, count, EVERY), count - 1})
    table(
        [_("step"), *(tell(twin.name) for twin in shown)],
        [[str(step), *(show(twin.losses[step]) for twin in shown)] for step in steps],
    )


def show_mending(twins: Twins, page: str) -> None:
    """How the mistake is noticed, where it comes from, and both programs as one, but for cells that are the
    same in both; then the program that is right, to run."""
    st.markdown(f"**{_('Symptom')}**  \n{tell(twins.symptom)}")
    st.markdown(f"**{_('Diagnosis')}**  \n{tell(twins.diagnosis)}")
    st.markdown(f"**{_('The one line that mends it')}**")
    wrong, right = (translated(twin.program, language()) for twin in (twins.wrong, twins.right))
    with st.container(key=f"code-{page}-patch"):
        st.code(patch(*changed_cells(wrong, right)), language="diff")
    fold(_("The program without the mistake"), f"{page}-program", partial(code, twins.right.program, page))
