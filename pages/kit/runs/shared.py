"""What all learners of one app share: the worker processes and the sets of pictures in memory."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from lessons.core import folders as places
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import layout, sources
from lessons.engine.pictures.skipped import Skipped
from lessons.engine.pictures.sources import Source
from lessons.engine.training import origin, runs
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import Supervisor
from pages.kit import warm
from pages.kit.text import _, literal, tell

if TYPE_CHECKING:  # imports torch, which the home page does without
    from lessons.engine.pictures.pictures import Pictures


MOST_NAMED = 50  # files that were left out


def supervisor() -> Supervisor:
    return _supervisor(places.runs_folder())


def welcome() -> None:
    """Where there was never a run, have a small one made, so that there is something to look at."""
    if not places.runs_folder().exists():
        _first_run()


def expect_run() -> None:
    """For a page with a button that begins one: a first run to look at, and a worker that warms up for it."""
    _first_run()
    supervisor().hurry()


def all_runs() -> list[Run]:
    return runs.every(places.runs_folder())


def session() -> str:
    """This browser session, so that one learner's runs wait for each other and not for everybody's."""
    return str(st.session_state.setdefault("session", secrets.token_hex(8)))


def pictures(key: str) -> "Pictures":
    """The set in memory, shared by all; a folder is read again when it was read into the cache again."""
    return _pictures(*sources.identity(key))


def had_the_same(some: Sequence[Run]) -> bool:
    """Whether these runs had the same pictures, as far as that is known; where they had not, that is said."""
    if origin.differ(some):
        st.warning(
            _("These runs had other pictures under the same name, so their numbers cannot be compared.")
        )
        return False
    return True


def is_intact(source: Source) -> bool:
    """Whether a published set is here and can be read; what is wrong with its files is said."""
    if not source.ready:
        return False
    try:
        with st.spinner(_("Reading the pictures")):
            pictures(source.key)
    except LessonError as error:
        st.warning(tell(error.message))
        return False
    return True


def read(key: str) -> None:
    """Read a folder of pictures under a bar, unless it was read before and has not changed since."""
    bar = st.progress(0.0, _("Reading the pictures"))

    def show(fraction: float) -> None:
        bar.progress(fraction, _("Reading the pictures"))

    sources.load(key, show)
    if sources.summary(key) is None:
        raise LessonError(
            "The pictures were read, but {folder} cannot keep them.", folder=places.data_folder()
        )
    bar.empty()


def name_skipped(source: Source) -> None:
    """The files of a folder that were left out when it was read, each with the reason."""
    _name("{count} {count:file was|files were} left out", source.skipped)


def name_unusable() -> None:
    """What lies in ``data/`` and is no set of pictures, each with the reason."""
    _name("{count} more in data/ {count:is|are} no set to learn from", tuple(layout.unusable()))


def _name(title: str, skipped: Sequence[Skipped]) -> None:
    if skipped:
        with st.expander(tell(Message(title, count=len(skipped)))):
            for each in skipped[:MOST_NAMED]:
                st.markdown(f"{literal(each.file)}  \n{tell(each.reason)}")


def _first_run() -> None:
    """It begins when the server has imported what its pages need."""
    supervisor().first_run(after=warm.done)


@st.cache_resource(max_entries=4, show_spinner=False)
def _supervisor(folder: Path) -> Supervisor:
    return Supervisor(folder)


@st.cache_resource(max_entries=2, show_spinner=False)
def _pictures(folder: Path, key: str, mark: str | None) -> "Pictures":
    return sources.load(key)
