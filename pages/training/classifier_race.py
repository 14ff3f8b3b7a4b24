"""Predict which of two learning rates is lower after one epoch; then both are really run."""

import math
from dataclasses import replace

import streamlit as st

from lessons.engine.training.config import Config, ten_times_smaller
from lessons.engine.training.curves import loss_figure
from lessons.engine.training.runs import Run
from lessons.training.classifier.lesson import race_question, race_tie
from pages.kit.chart import show_chart
from pages.kit.frame import guard
from pages.kit.predict import reveal
from pages.kit.runs import shared
from pages.kit.runs.watch import REFRESH_SECONDS
from pages.kit.text import _, tell

PICTURES = 5000  # with fewer the usual net has not begun to learn, and every race is a tie


def race(config: Config, pictures: int) -> None:
    """The learning rate of the controls against a tenth of it: the same net, seed and pictures, one epoch.

    pictures: how many the controls would learn from.
    """
    if not config.lr:
        return
    rates = (config.lr, ten_times_smaller(config.lr))
    size = min(PICTURES, pictures)
    with st.container(key="race", border=True):
        st.subheader(_("Race two learning rates"), anchor=False)
        asked, answered = st.columns(2, gap="medium")
        with asked:
            given = st.radio(
                _("Which learning rate has the lower loss after one epoch?"),
                rates,
                index=None,
                format_func=lambda rate: f"{rate:g}",
                key=f"race-guess-{config.lr}",
                horizontal=True,
            )
            if st.button(_("Run both"), key="race-start", disabled=given is None):
                racers = [replace(config, lr=rate, epochs=1, train_size=size) for rate in rates]
                started = [shared.supervisor().submit(racer, shared.session()).id for racer in racers]
                st.session_state["race"] = (started, rates.index(given))
        started, guess = st.session_state.get("race", ((), None))
        by_id = {run.id: run for run in shared.all_runs()}
        if started and by_id.keys() >= set(started):  # a learner may have deleted one
            racing = [by_id[each] for each in started]
            active = any(run.state().active for run in racing)
            with answered:
                st.fragment(_finish, run_every=REFRESH_SECONDS if active else None)(racing, guess, active)


def _finish(racing: list[Run], guess: int, active: bool) -> None:
    with guard():
        named = [(f"{run.config().lr:g}", run.history()) for run in racing]
        show_chart(loss_figure(named, _).update_layout(height=220), "race-loss")
        states = [run.state() for run in racing]
        for reason in filter(None, (state.reason for state in states)):
            st.warning(tell(reason))
        if not any(state.active for state in states):
            losses = [h.epochs[0].train_loss if h.epochs else math.nan for _name, h in named]
            rates = [run.config().lr for run in racing]
            if tie := race_tie(rates, losses):
                st.info(tell(tie))
            elif not all(map(math.isnan, losses)):
                reveal(race_question(rates, losses), guess)
            if active:
                st.rerun()
