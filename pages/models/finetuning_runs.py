"""The runs that a comparison is made of: found by what they are, and begun where there are none."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.engine.pictures.sources import Source
from lessons.engine.training import origin
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import Config
from lessons.engine.training.possible import require_possible
from lessons.engine.training.runs import Run
from lessons.models.finetuning.courses import Way, ways_of
from lessons.models.finetuning.inputs import Inputs, name
from pages.kit.runs import shared
from pages.kit.runs.download import weights_are_here
from pages.kit.runs.follow import goes_on, standing
from pages.kit.runs.pictures import is_here
from pages.kit.runs.watch import REFRESH_SECONDS, show_silence
from pages.kit.text import _, tell

Made = Mapping[Config, Run]
MANY = 4  # runs that take their time


def made_runs(data: str) -> Made:
    """Every run of a comparison here that had this set as it is now, by its config, of those that are alike
    the newest: a comparison finds what was made before, whoever made it.

    One whose files are damaged is none."""
    found = {}
    for run in reversed(shared.all_runs()):
        with suppress(LessonError):
            config = run.config()
            wanted = config.tuning and config.data == data and standing(run)
            if wanted and not origin.has_changed(run):
                found[config] = run
    return found


def configs_of(comparisons: Iterable[Inputs]) -> list[Config]:
    return [config for inputs in comparisons for each in inputs.all_runs().values() for config in each]


def runs_of(comparisons: Iterable[Inputs], made: Made) -> list[Run]:
    """As far as there are any."""
    return [made[config] for config in configs_of(comparisons) if config in made]


def ways_made(inputs: Inputs, made: Made, classes: int, done: bool = False) -> list[Way]:
    """As far as their runs have come. done: only those of which all runs are."""
    histories = {}
    for way, configs in inputs.all_runs().items():
        runs = [made[config] for config in configs if config in made]
        finished = len(runs) == len(configs) and all(run.state().status == "done" for run in runs)
        if runs and (finished or not done):
            histories[way] = [run.history() for run in runs]
    return ways_of(inputs.net, classes, histories)


def is_ready(inputs: Inputs, about: Source) -> bool:
    """Whether pictures and weights are here; what is missing is offered."""
    return is_here(about) and (inputs.net not in PUBLISHED_NETS or weights_are_here(inputs.net))


def require_possible_ways(inputs: Inputs) -> None:
    """LessonError where one of the ways cannot be."""
    for config in inputs.runs().values():
        require_possible(config)


def is_active(runs: Iterable[Run]) -> bool:
    return any(map(goes_on, runs))


def pace(runs: Iterable[Run]) -> float | None:
    """Seconds until what shows these runs is shown anew; None once they have ended."""
    return REFRESH_SECONDS if is_active(runs) else None


def follow_up(key: str, active: bool) -> None:
    """All of the page runs once more when its runs have ended. key: where it is kept whether they went on."""
    ended = st.session_state.get(key, False) and not active
    st.session_state[key] = active
    if ended:
        st.rerun()


def show_runs(comparisons: Sequence[Inputs], made: Made, label: str, key: str, waiting: bool) -> None:
    """The button that begins what is missing, or stops what goes on; and a line a run that is not done.

    label: on the button; waiting: whether something is asked first.
    """
    runs, configs = runs_of(comparisons, made), configs_of(comparisons)
    missing = [config for config in configs if config not in made or _broken_off(made[config])]
    with st.container(key=f"{key}-buttons", horizontal=True):
        begun = any(config in made for config in missing)
        words = _("Go on with what was broken off") if begun else label
        if missing and st.button(words, key=key, type="primary", disabled=waiting):
            _begin(missing, made)
            st.rerun()
        if is_active(runs) and st.button(_("Stop all"), key=f"{key}-stop"):
            for run in runs:
                if goes_on(run):
                    shared.supervisor().stop(run)
            st.rerun()
    for run in runs:
        _show_standing(run)
    if len(missing) > MANY:
        told = Message(
            "{count} {count:run|runs} to make. Those with many pictures take minutes each; they go on while "
            "you look at other pages.",
            count=len(missing),
        )
        st.caption(tell(told))


def _broken_off(run: Run) -> bool:
    return run.state().status not in ("queued", "running", "done")


def _begin(configs: Iterable[Config], made: Made) -> None:
    """What was broken off goes on. Each way has a lane of its own: as many run at once as there are cores
    for."""
    for config in configs:
        run = made.get(config)
        if run and run.state().status != "failed":
            shared.supervisor().resume(run, shared.session(), lane=config.tuning)
        else:
            shared.supervisor().submit(config, shared.session(), lane=config.tuning)


def _show_standing(run: Run) -> None:
    config, state = run.config(), run.state()
    if state.status != "done":
        told = Message(
            "{way}: {status}, {epoch} of {epochs} {epochs:epoch|epochs}",
            way=name(config.tuning),
            status=Message(state.status),
            epoch=state.epoch,
            epochs=config.epochs,
        )
        st.caption(tell(told))
    if state.reason:
        st.warning(tell(state.reason))
    show_silence(run, state)
