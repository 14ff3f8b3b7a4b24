"""The controls of a training run: what is common first, the rest behind "More"."""

from dataclasses import asdict

import streamlit as st

from lessons.classifier import RATES
from lessons.data import sources
from lessons.training.config import DEVICES, Config
from lessons.limits import RUN_EPOCHS
from pages.kit.text import _
from pages.kit.training.address import config_in_address, put_in_address

DEFAULT = Config()
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
NETS = {
    "linear": "Linear",
    "mlp": "MLP 512-512",
    "lenet": "LeNet",
    "cnn": "CNN of the course",
    "cnn-64": "CNN with a hidden layer of 64",
    "resnet": "Small ResNet",
}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}


def ask() -> Config:
    """The config that the controls show, kept in the address. LessonError for settings that do not go together."""
    _start_from_address()
    chosen = _common() | _more()
    config = Config(**chosen)
    put_in_address(config, DEFAULT)
    return config


def _start_from_address() -> None:
    if "config-net" not in st.session_state:
        for name, value in asdict(config_in_address(DEFAULT)).items():
            st.session_state[f"config-{name}"] = value
