"""The settings of a run in the address of the page: a link restores exactly what was on the screen."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from lessons.errors import LessonError, Message
from lessons.training.config import Config
from pages.kit.text import tell

READ: dict[type, Callable[[str], Any]] = {
    bool: {"true": True, "false": False}.__getitem__,
    int: int,
    float: float,
    str: str,
    type(None): int,
}


def config_in_address(default: Config) -> Config:
    """default with what the address asks for; a value that cannot be used is mentioned and left out."""
    config = default
    for name, usual in asdict(default).items():
        asked = st.query_params.get(name)
        if asked is None or name == "threads":  # that is the machine's to say
            continue
        try:
            config = replace(config, **{name: READ[type(usual)](asked)})
        except LessonError as error:
            st.info(tell(error.message))
        except (KeyError, ValueError):
            left_out = Message(
                "{name} in the address is {value}, which cannot be read.", name=name, value=asked
            )
            st.info(tell(left_out))
    return config


def put_in_address(config: Config, default: Config) -> None:
    """Only what differs from the default, so that the address stays short."""
    usual = asdict(default)
    for name, value in asdict(config).items():
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if value == usual[name]:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != written:
            st.query_params[name] = written
