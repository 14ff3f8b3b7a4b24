"""Predict which of two learning rates is lower after one epoch; then both are really run."""

from dataclasses import replace

import streamlit as st

from lessons.core.messages import Message
from lessons.engine.training.config import Config, ten_times_smaller
from lessons.engine.training.race import PICTURES
from pages.kit.runs.race import ask_race, show_race
from pages.kit.text import _

PROMPT = Message("Which learning rate has the lower mean loss of one epoch?")


def race(config: Config, pictures: int) -> None:
    """The learning rate of the controls against a tenth of it: the same net, seed and pictures, one epoch.

    pictures: how many the controls would learn from.
    """
    if not config.lr:
        return
    racer = replace(config, epochs=1)
    if config.per_class is None:
        racer = replace(racer, train_size=min(PICTURES, pictures))
    if config.tuning == "head-first":
        racer = replace(racer, tuning="frozen")  # in its first epoch nothing else learns
    rates = (config.lr, ten_times_smaller(config.lr))
    with st.container(key="race", border=True):
        st.subheader(_("Race two learning rates"), anchor=False)
        asked, answered = st.columns(2, gap="medium")
        with asked:
            racers = {f"{rate:g}": replace(racer, lr=rate) for rate in rates}
            ask_race("race", PROMPT, _("Run both"), racers, _named)
        with answered:
            show_race("race", PROMPT, _named)


def _named(config: Config) -> Message:
    return Message("rate {rate}", rate=config.lr)
