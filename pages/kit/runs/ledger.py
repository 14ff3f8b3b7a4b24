"""The ledger of runs: choose one to look at, manage it, lay several over each other and see what differs."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from html import escape
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width
from zlib import crc32

import streamlit as st

from lessons.core import folders as places
from lessons.core import limits
from lessons.core.files import Damaged
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import distinct
from lessons.core.words import say
from lessons.engine.training import trash
from lessons.engine.training.choices import ALL_NETS, OPTIMIZERS, TUNINGS
from lessons.engine.training.config import differences
from lessons.engine.training.curves import accuracy_figure, loss_figure
from lessons.engine.training.inspection import at_a_glance, damages
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import FIRST_NAME
from pages.kit import address
from pages.kit.chart import show_chart
from pages.kit.frame import guard, guarded
from pages.kit.runs import shared
from pages.kit.runs.damage import tell_some
from pages.kit.runs.watch import look_at
from pages.kit.text import _, language, tell

LEGEND_CHARACTERS = 36  # so many Latin ones fit a chart on a phone
CALLED = {  # the settings of a run, as people call them
    "data": "pictures",
    "net": "net",
    "optimizer": "optimizer",
    "lr": "learning rate",
    "momentum": "momentum",
    "nesterov": "Nesterov",
    "weight_decay": "weight decay",
    "batch_size": "batch size",
    "epochs": "epochs",
    "seed": "seed",
    "train_size": "training pictures",
    "per_class": "training pictures a class",
    "tuning": "pretrained weights",
    "flip": "mirrored at random",
    "shift": "shifted at random, pixels at most",
    "device": "device",
    "bf16": "bfloat16",
    "threads": "threads",
}


def title(run: Run) -> str:
    """Its name, when it was made, and the end of its id: Streamlit tells options apart by their labels."""
    with suppress(LessonError):
        made = time.strftime("%m-%d %H:%M", time.localtime(run.about().created))
        return f"{_name(run)} · {made} · {run.id[-6:]}"
    return say(Message("{id} (damaged)", id=run.id), language())


def titles(every: Iterable[Run]) -> dict[str, str]:
    """By id; two that would be called alike, as a copy is, have all of their ids to it."""
    found = {run.id: title(run) for run in every}
    often = Counter(found.values())
    return {each: called if often[called] == 1 else f"{called} · {each}" for each, called in found.items()}


def _name(run: Run) -> str:
    """The learner's own name for it, or its net and rate."""
    config = run.config()
    net, optimizer = Message(ALL_NETS[config.net].title), OPTIMIZERS[config.optimizer].title
    settings = Message("{net}, {optimizer} {lr:g}", net=net, optimizer=optimizer, lr=config.lr)
    if config.tuning:
        settings = Message("{tuning}: {settings}", tuning=Message(TUNINGS[config.tuning]), settings=settings)
    return own_name(run) or say(settings, language())


def own_name(run: Run) -> str:
    """What the learner calls it, or nothing; the first run has a name in every language."""
    return _(FIRST_NAME) if run.name() == FIRST_NAME else run.name()


def choose_run(every: list[Run]) -> Run | None:
    """The run to look at: the one asked for, in the address at first, else the newest; None without any.

    With another name of a run the selectbox is another one: the browser would go on showing the old name.
    """
    if not every:
        st.caption(_("There is no run here. Train makes one."))
        return None
    by_id = {run.id: run for run in every}
    if "run-shown" not in st.session_state:
        st.session_state["run-shown"] = asked = st.query_params.get("run")
        if asked and asked not in by_id:
            address.mention(tell(Message("There is no run {id} here; this is the newest.", id=asked)))
    ids, shown = list(by_id), st.session_state["run-shown"]
    called = titles(every)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Run"),
            ids,
            ids.index(shown) if shown in by_id else 0,
            format_func=called.__getitem__,
            key=f"run-shown-{st.session_state.get('run-turn', 0)}-{crc32(repr(called).encode())}",
        )
        with st.popover(_("Manage")):
            manage(by_id[chosen])
    st.session_state["run-shown"] = chosen
    if st.query_params.get("run") != chosen:
        st.query_params["run"] = chosen
    return by_id[chosen]


def manage(run: Run) -> None:
    """Rename, repeat, take home or delete one run; what is damaged about it hinders the others not."""
    with guard():
        _rename(run)
    with guard():
        if st.button(_("Same settings, same seed again"), key="run-again"):
            look_at(shared.supervisor().submit(run.config(), shared.session()))
        st.download_button(
            _("Take home (zip)"),
            partial(_export, run, language()),
            f"{run.id}.zip",
            "application/zip",
            on_click="ignore",
        )
    with guard():
        if st.button(_("Check its files"), key="run-check"):
            found = damages(run)
            tell_some(found)
            if not found:
                st.success(_("Every file is as it was written."))
    with guard():
        if st.button(_("Delete"), key="run-delete"):
            named = title(run)
            trash.delete(run)
            st.session_state["run-deleted"] = run.id, named
            st.rerun()


def _rename(run: Run) -> None:
    key, name = f"name-{run.id}", ""
    with suppress(Damaged):  # another name puts that right
        name = own_name(run)

    def rename() -> None:
        run.rename(st.session_state[key])

    st.text_input(_("Name"), name, max_chars=limits.RUN_NAME_LENGTH, key=key, on_change=guarded(rename))


def _export(run: Run, language: str) -> bytes:
    from lessons.engine.training.export import export  # imports torch

    return export(run, language)


def offer_undo() -> None:
    """The run that was deleted last comes back with one click."""
    deleted, name = st.session_state.get("run-deleted", ("", ""))
    if deleted and st.button(tell(Message("{name} is deleted. Undo", name=name)), key="run-undo"):
        trash.restore(places.runs_folder(), deleted)
        del st.session_state["run-deleted"]
        look_at(Run(places.runs_folder() / deleted))


def ledger(every: list[Run]) -> None:
    """All runs in a table; two to six of them laid over each other, with what differs."""
    if not every:
        return
    st.subheader(_("Runs"), anchor=False)
    damaged = [at_a_glance(run) for run in every]
    st.dataframe(
        [_row(run, found if any(damaged) else None) for run, found in zip(every, damaged, strict=True)],
        hide_index=True,
        height=min(38 + 35 * len(every), 320),
        column_config={
            _("run"): st.column_config.Column(width=240),
            _("damage"): st.column_config.Column(width=240),
            _("state"): st.column_config.Column(width=90),
        },
    )
    sound = {run.id: run for run in every if _is_sound(run)}
    chosen = st.multiselect(
        _("Lay over each other"),
        list(sound),
        format_func=titles(sound.values()).__getitem__,
        max_selections=limits.RUNS_OVERLAID,
        placeholder=tell(Message("two to {most} runs", most=limits.RUNS_OVERLAID)),
        key="compare",
        persist_state="session",
    )
    if len(chosen) > 1:
        compare([sound[each] for each in chosen])


def compare(chosen: list[Run]) -> None:
    called = titles(chosen)
    named = [(_in_a_legend(called[run.id]), run.history()) for run in chosen]
    loss, accuracy = st.columns(2)
    with loss:
        show_chart(loss_figure(named, _), "compare-loss")
    with accuracy:
        show_chart(accuracy_figure(named, _), "compare-accuracy")
    show_differences(list(called.values()), chosen)


def show_differences(columns: list[str], some: list[Run]) -> None:
    """The settings of runs that are not the same in all. columns: what stands above each of them."""
    same_pictures = shared.had_the_same(some)
    differ = differences([run.config() for run in some])
    if not differ:
        if same_pictures:
            st.caption(_("Nothing differs: the same settings, the same seed, so the same curve."))
        return
    st.markdown(_("What differs"))
    st.dataframe(
        [
            {"": _(CALLED[setting])}
            | dict(zip(columns, (_told(setting, value) for value in values), strict=True))
            for setting, values in differ.items()
        ],
        hide_index=True,
    )


def _told(setting: str, value: object) -> str:
    """A setting as people call it."""
    if setting == "net":
        return _(ALL_NETS[str(value)].title)
    if setting == "tuning":
        return _(TUNINGS[str(value)])
    if setting == "optimizer":
        return OPTIMIZERS[str(value)].title
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return "–"
    return distinct(value) if isinstance(value, float) else str(value)


def _in_a_legend(name: str) -> str:
    """In lines that are not cut in a narrow chart. Plotly reads tags, and shows a quote as it is written."""
    wide = any(east_asian_width(character) in "WF" for character in name)
    return "<br>".join(
        escape(line, quote=False)
        for line in wrap(name, LEGEND_CHARACTERS // 2 if wide else LEGEND_CHARACTERS)
    )


def _is_sound(run: Run) -> bool:
    try:
        run.config()
        return True
    except LessonError:
        return False


def _row(run: Run, found: list[Message] | None) -> dict[str, Any]:
    """found: what is damaged about it; None where no run has any damage."""
    row: dict[str, Any] = {_("run"): title(run)}
    if found is not None:
        row[_("damage")] = " ".join(say(message, language()) for message in found) or "–"
    try:
        config, state = run.config(), run.state()
    except LessonError:
        return row
    moving = state.active  # the table stands still meanwhile: the curves above tell how far it is
    accuracy = None if moving or state.test_accuracy is None else f"{state.test_accuracy:.1%}"
    return row | {
        _("state"): _(state.status),
        _("test accuracy"): accuracy,
        _("epochs"): f"{'…' if moving else state.epoch} / {config.epochs}",
        _("pictures"): config.data,
        _("net"): _(ALL_NETS[config.net].title),
        _("pretrained weights"): _(TUNINGS[config.tuning]) if config.tuning else "–",
        _("optimizer"): OPTIMIZERS[config.optimizer].title,
        _("learning rate"): distinct(config.lr),
        _("batch size"): config.batch_size,
        _("seed"): config.seed,
    }
