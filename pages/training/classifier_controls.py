"""The controls of a training run: what is common first, the rest behind "More"."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import RUN_EPOCHS
from lessons.core.messages import Message
from lessons.engine.pictures.sources import Source
from lessons.engine.training.choices import DEVICES, NETS, OPTIMIZERS, RATES
from lessons.engine.training.config import Config
from pages.kit.address import Field, put, start, switch, switched
from pages.kit.text import _, tell

DEFAULT = Config()
READ: dict[type, Callable[[str], Any]] = {bool: switch, int: int, float: float, str: str, type(None): int}
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
DECAYS = (0.0, 1e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1)


def _read(name: str, text: str) -> Any:
    """One setting from text; a config with it must be possible."""
    value = READ[type(getattr(DEFAULT, name))](text)
    return getattr(replace(DEFAULT, **{name: value}), name)


FIELDS = {
    name: Field(usual, partial(_read, name), switched if isinstance(usual, bool) else str)
    for name, usual in asdict(DEFAULT).items()
    if name != "threads"  # that is the machine's to say
}


def ask(known: Iterable[Source]) -> Config:
    """The config that the controls show, kept in the address; known: the sets of pictures to choose from."""
    start("config", FIELDS)
    chosen = _common(known)
    with st.expander(_("More")):
        chosen |= _more(chosen["optimizer"])
    config = Config(**chosen)
    for name, field in FIELDS.items():
        put(name, field, getattr(config, name))
    return config


def _common(known: Iterable[Source]) -> dict[str, Any]:
    sets = {each.key: _title(each) for each in known}
    nets = {name: _(net.title) for name, net in NETS.items()}
    optimizers = {name: optimizer.title for name, optimizer in OPTIMIZERS.items()}
    return {
        "data": _choose("data", _("Pictures"), sets),
        "net": _choose("net", _("Net"), nets),
        "optimizer": _choose("optimizer", _("Optimizer"), optimizers),
        "lr": _slide("lr", _("Learning rate"), RATES),
        "batch_size": _slide("batch_size", _("Batch size"), BATCH_SIZES),
        "epochs": _count("epochs", _("Epochs"), 1, RUN_EPOCHS),
    }


def _more(optimizer: str) -> dict[str, Any]:
    return (_momentum() if OPTIMIZERS[optimizer].takes_momentum else {}) | {
        "weight_decay": _slide("weight_decay", _("Weight decay"), DECAYS),
        "train_size": _count("train_size", _("Training pictures"), 1, 1_000_000, empty=_("all")),
        "flip": _switch("flip", _("Mirror pictures at random")),
        "shift": _count("shift", _("Move pictures at random by up to (pixels)"), 0, 16),
        "seed": _count("seed", _("Seed"), 0, 2**31 - 1),
        "device": st.segmented_control(
            _("Device"), DEVICES, key="config-device", required=True, persist_state="session"
        ),
        "bf16": _switch("bf16", _("bfloat16: half the digits, faster where the processor has it")),
    }


def _momentum() -> dict[str, Any]:
    momentum = _slide("momentum", _("Momentum"), (0.0, 0.5, 0.8, 0.9, 0.95, 0.99))
    nesterov = _switch("nesterov", _("Nesterov: look ahead along the momentum"), disabled=not momentum)
    return {"momentum": momentum, "nesterov": nesterov and momentum > 0}


def _title(source: Source) -> str:
    """A folder's name is shown as it is."""
    return source.title if source.key.startswith("folder:") else _(source.title)


def _choose(name: str, label: str, titles: dict[str, str]) -> str:
    key = f"config-{name}"
    asked = st.session_state[key]
    if asked not in titles:  # a folder that was asked for in the address, or is gone
        st.info(tell(Message("There is no set of pictures called {name!r}.", name=asked)))
        st.session_state[key] = next(iter(titles))
    chosen: str = st.selectbox(
        label, list(titles), format_func=titles.__getitem__, key=key, persist_state="session"
    )
    return chosen


def _slide(name: str, label: str, usual: tuple[float, ...]) -> float:
    """A slider over the usual values, and the current one where the address asked for another."""
    key = f"config-{name}"
    options = sorted({*usual, st.session_state[key]})
    chosen: float = st.select_slider(
        label, options, format_func=lambda each: f"{each:g}", key=key, persist_state="session"
    )
    return chosen


def _count(name: str, label: str, low: int, high: int, empty: str = "") -> int | None:
    """empty: what no number at all means, where that is allowed."""
    return st.number_input(
        label,
        low,
        high,
        None if empty else "min",
        key=f"config-{name}",
        placeholder=empty,
        persist_state="session",
        step=1,
    )


def _switch(name: str, label: str, disabled: bool = False) -> bool:
    return st.toggle(label, key=f"config-{name}", disabled=disabled, persist_state="session")
