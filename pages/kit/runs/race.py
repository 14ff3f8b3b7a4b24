"""Predict which of several runs is best after one epoch; then all of them are really made."""

import math
from collections.abc import Callable, Mapping

import streamlit as st

from lessons.core.messages import Message
from lessons.engine.training.config import Config
from lessons.engine.training.curves import loss_figure
from lessons.engine.training.race import question, tie
from lessons.engine.training.runs import Run
from pages.kit.chart import show_chart
from pages.kit.frame import fragment
from pages.kit.predict import reveal
from pages.kit.runs import shared
from pages.kit.runs.follow import follow, goes_on
from pages.kit.runs.watch import REFRESH_SECONDS, show_silence
from pages.kit.text import _, plain, tell

Named = Callable[[Config], Message]


def ask_race(key: str, prompt: Message, go: str, racers: Mapping[str, Config], named: Named) -> None:
    """The guess, and the button that begins all runs. racers: by slug, of one epoch each; named: what is
    different about one; go: what stands on the button. LessonError where one of them cannot be."""
    from lessons.engine.training.possible import require_possible  # imports torchvision

    for racer in racers.values():
        require_possible(racer)
    guess = st.radio(
        tell(prompt),
        list(racers),
        index=None,
        format_func=lambda slug: tell(named(racers[slug])),
        key=f"{key}-guess-{'-'.join(racers)}",
        horizontal=True,
    )
    if st.button(go, key=f"{key}-start", disabled=guess is None) and guess:
        started = [shared.supervisor().submit(racer, shared.session()).id for racer in racers.values()]
        st.session_state[key] = (started, list(racers).index(guess))


def show_race(key: str, prompt: Message, named: Named, height: int = 220) -> list[Run]:
    """The curves of the race that was begun last, and how the guess was; its runs, once all have ended.

    There is nothing to see before a race, or where one of its runs was deleted. height: of the chart.
    """
    started, guess = st.session_state.get(key, ((), None))
    by_id = {run.id: run for run in shared.all_runs()}
    if not started or not by_id.keys() >= set(started):
        return []
    racing = [by_id[each] for each in started]
    active = any(map(goes_on, racing))
    every = REFRESH_SECONDS if active else None
    fragment(_follow, run_every=every)(key, prompt, named, height, racing, guess, active)
    follow(racing)
    return [] if active else racing


def _follow(
    key: str, prompt: Message, named: Named, height: int, racing: list[Run], guess: int, active: bool
) -> None:
    """active: whether one still went on when all of the page ran last; when none does it runs once more."""
    names, histories = [named(run.config()) for run in racing], [run.history() for run in racing]
    curves = list(zip(map(plain, names), histories, strict=True))
    show_chart(loss_figure(curves, _).update_layout(height=height), f"{key}-loss")
    states = [run.state() for run in racing]
    for run, state in zip(racing, states, strict=True):
        if state.reason:
            st.warning(tell(state.reason))
        show_silence(run, state)
    if any(state.active for state in states):
        return
    losses = [each.epochs[0].train_loss if each.epochs else math.nan for each in histories]
    if not shared.had_the_same(racing):
        pass  # so there is no winner
    elif close := tie(names, losses):
        st.info(tell(close))
    elif not all(map(math.isnan, losses)):
        reveal(question(prompt, names, losses), guess)
    if active:
        st.rerun()
