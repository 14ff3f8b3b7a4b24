"""What all learners of one app share: the worker processes and the sets of pictures in memory."""

import secrets
from pathlib import Path

import streamlit as st

from lessons import places
from lessons.data import sources
from lessons.data.pictures import Pictures
from lessons.training import runs
from lessons.training.runs import Run
from lessons.training.supervisor import Supervisor
from pages.kit.text import _


def supervisor() -> Supervisor:
    return _supervisor(places.runs_folder())


def all_runs() -> list[Run]:
    return runs.every(places.runs_folder())


def session() -> str:
    """This browser session, so that one learner's runs wait for each other and not for everybody's."""
    return st.session_state.setdefault("session", secrets.token_hex(8))


def pictures(key: str) -> Pictures:
    return _pictures(places.data_folder(), key)


def read(key: str) -> None:
    """Read a folder of pictures for the first time, under a bar; then the page runs again."""
    bar = st.progress(0.0, _("Reading the pictures"))
    sources.load(key, lambda fraction: bar.progress(fraction, _("Reading the pictures")))
    st.rerun()


@st.cache_resource(max_entries=4, show_spinner=False)
def _supervisor(folder: Path) -> Supervisor:
    return Supervisor(folder)


@st.cache_resource(max_entries=2, show_spinner=False)
def _pictures(folder: Path, key: str) -> Pictures:
    return sources.load(key)
