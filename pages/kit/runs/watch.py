"""Watch a run: its curves as they grow, its numbers, and the buttons that reach into it."""

import time
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from lessons.core.files import Damaged
from lessons.core.messages import Message
from lessons.core.numbers import distinct
from lessons.engine.training.choices import RATES
from lessons.engine.training.collapse import Collapse, collapse
from lessons.engine.training.config import Config
from lessons.engine.training.curves import accuracy_figure, loss_figure
from lessons.engine.training.history import History
from lessons.engine.training.records import State
from lessons.engine.training.runs import Run
from pages.kit.chart import show_chart
from pages.kit.frame import fragment, guarded
from pages.kit.runs import shared
from pages.kit.runs.follow import follow, goes_on, standing
from pages.kit.text import _, tell

REFRESH_SECONDS = 1.0
FIRST_REFRESH_SECONDS = 0.2  # until the first point is there
PATIENCE_SECONDS = 0.6


def watch(run: Run, pictures: int | None) -> None:
    """Curves, numbers and buttons of one run; they refresh by themselves while it goes on, wherever that was
    asked for. Of one whose settings or state cannot be read there are the curves alone.

    pictures: how many it learns from, where that is known.
    """
    active, seen = goes_on(run), _milestones(run, run.history())
    every = REFRESH_SECONDS if run.history().losses else FIRST_REFRESH_SECONDS
    fragment(_watch, run_every=every if active else None)(run, pictures, seen)
    follow([run])


def _milestones(run: Run, history: History) -> object:
    """Where it stands, and whether it has begun: the rest of the page depends on these."""
    return standing(run), bool(history.losses)


def _watch(run: Run, pictures: int | None, seen: object) -> None:
    """seen: the milestones when all of the page ran last; at the next one all of it runs again."""
    history, known = run.history(), _known(run)
    collapsed = _collapse(run)
    total = epochs = None
    if known:
        config, state = known
        total, epochs = config.total_steps(pictures) if pictures else None, config.epochs
        _standing(run, config, state, history, pictures)
    if collapsed:
        st.warning(tell(collapsed.reason))
    named = [("", history)]
    loss, accuracy = st.columns(2)
    with loss:
        show_chart(loss_figure(named, _, total), "watch-loss")
    with accuracy:
        show_chart(accuracy_figure(named, _, epochs), "watch-accuracy")
    if known:
        _buttons(run, *known, collapsed)
    for damage in history.damages[:3]:
        st.warning(tell(damage))
    if seen != _milestones(run, history):  # a button may have changed it
        st.rerun()


def _known(run: Run) -> tuple[Config, State] | None:
    """None where one of them is damaged: that is told above."""
    with suppress(Damaged):
        return run.config(), run.state()
    return None


def look_at(run: Run) -> None:
    """Show this run from the next turn on.

    A new turn has a new selectbox: what a slow browser still says of the old one brings no old run back.
    """
    st.session_state["run-shown"] = run.id
    st.session_state["run-turn"] = st.session_state.get("run-turn", 0) + 1
    st.rerun()


def _collapse(run: Run) -> Collapse | None:
    with suppress(Damaged):  # a look inside says so
        return collapse(run)
    return None


def _standing(run: Run, config: Config, state: State, history: History, pictures: int | None) -> None:
    """One line and a bar, of the same height whatever they say."""
    steps = len(history.losses)
    parts = [_status(run, state, config)]
    done = 0.0
    if pictures:
        total = config.total_steps(pictures)
        done = min(1.0, steps / total)
        parts.append(tell(Message("step {step} of {total}", step=steps, total=total)))
        speed = history.steps_per_second()
        if speed and state.status == "running":
            a_step = pictures / config.steps_per_epoch(pictures)  # the last batch may be smaller
            parts.append(
                tell(Message("{speed} {speed:picture|pictures} a second", speed=round(speed * a_step)))
            )
            parts.append(tell(Message("{seconds} s left", seconds=round((total - steps) / speed))))
    if history.epochs:
        percent = round(100 * history.epochs[-1].test_accuracy, 1)
        parts.append(tell(Message("test accuracy {percent} %", percent=percent)))
    st.progress(done, text=" · ".join(parts))
    if state.reason:
        st.warning(tell(state.reason))
    show_silence(run, state)


def show_silence(run: Run, state: State) -> None:
    """Where nothing is heard of a run that should go on, or it has not ended yet though it was asked to."""
    supervisor = shared.supervisor()
    if since := supervisor.silent_since(run):
        kept = Message("What it had saved last is kept, and Resume goes on from there.")
        lost = Message("It had saved nothing yet, so Resume will begin at the first step.")
        told = Message(
            "Nothing has been heard of this run since {time}: its process was halted, or it hangs. Stop ends "
            "it. {kept}",
            time=time.strftime("%m-%d %H:%M:%S", time.localtime(since)),
            kept=kept if state.saved else lost,
        )
        st.warning(tell(told))
    if state.active and supervisor.is_insisted_on(run):
        told = Message(
            "It was asked to end, and does so after the step that it is in. Where that takes more than "
            "{seconds} seconds, its process is ended.",
            seconds=supervisor.patience.answer,
        )
        st.caption(tell(told))


def _status(run: Run, state: State, config: Config) -> str:
    if state.status == "queued":
        ahead = (shared.supervisor().place(run) or 1) - 1
        return tell(Message("waiting, {ahead} before it", ahead=ahead)) if ahead else _("next to start")
    if state.status in ("running", "done"):
        return _("learning") if state.status == "running" else _("done")
    ended = {
        "paused": Message("paused in epoch {epoch}", epoch=state.epoch + 1),
        "stopped": Message("stopped in epoch {epoch}", epoch=state.epoch + 1),
        "failed": Message("failed in epoch {epoch}", epoch=state.epoch + 1),
        "interrupted": Message("interrupted in epoch {epoch}", epoch=state.epoch + 1),
    }
    return tell(ended[state.status])


def _buttons(run: Run, config: Config, state: State, collapsed: Collapse | None) -> None:
    """What can be done with the run as it stands."""
    supervisor = shared.supervisor()
    with st.container(key="watch-buttons", horizontal=True, vertical_alignment="bottom"):
        if collapsed:
            _train_anew(run, replace(config, lr=collapsed.advised_lr))
        if state.active:
            if st.button(_("Pause"), key="watch-pause"):
                supervisor.pause(run)
                _wait_for_the_end(run)
            if st.button(_("Stop"), key="watch-stop"):
                supervisor.stop(run)
                _wait_for_the_end(run)
            if state.status == "running":
                _rate(run, config)
        elif state.status == "done":
            if st.button(_("One more epoch"), key="watch-more"):
                supervisor.resume(run, shared.session(), epochs=config.epochs + 1)
                st.rerun()
        elif state.advised_lr:  # the loss was no longer a number
            if st.button(tell(Message("Go on at the rate {lr}", lr=state.advised_lr)), key="watch-lower"):
                supervisor.resume(run, shared.session(), lr=state.advised_lr)
                st.rerun()
        elif st.button(_("Resume"), key="watch-resume", type="primary"):
            supervisor.resume(run, shared.session())
            st.rerun()


def _train_anew(run: Run, config: Config) -> None:
    """From the first step on: a collapsed net has nothing left to go on from, so its own run ends."""
    label = tell(Message("Train anew at the rate {lr}", lr=config.lr))
    if st.button(label, key="watch-anew", type="primary"):
        if run.state().active:
            shared.supervisor().stop(run)
        look_at(shared.supervisor().submit(config, shared.session()))


def _wait_for_the_end(run: Run) -> None:
    """A worker hears a wish within a tenth of a second: the answer can come with the click."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while run.state().active and time.monotonic() < deadline:
        time.sleep(0.02)


def _rate(run: Run, config: Config) -> None:
    """Another learning rate, at once: the worker reads the wish before its next step."""
    key = f"watch-rate-{run.id}"

    def ask() -> None:
        run.ask(lr=st.session_state[key])

    now = run.wishes().get("lr") or (run.history().lrs or [config.lr])[-1]
    st.select_slider(
        _("Learning rate from now on"),
        sorted({*RATES, config.lr, now}),
        now,
        format_func=distinct,
        key=key,
        width=260,
        on_change=guarded(ask),
    )
