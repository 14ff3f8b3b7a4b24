"""The shares of every sample as bars: move the mass by hand, and see the term and the loss answer."""

from collections.abc import Mapping

import streamlit as st

from lessons.learning.losses.by_hand import cost, shares, with_shares
from lessons.learning.losses.entropy import Result
from lessons.learning.losses.inputs import LOGITS, RIGHT, TWICE, UNLOGGED, Inputs
from lessons.learning.losses.lesson import LESSON
from lessons.learning.losses.questions import ask_dearer
from pages.kit.bars.bars import Bar, Shares, Total, bars
from pages.kit.controls import Slot
from pages.kit.grid.grid import hold
from pages.kit.lesson_page import once
from pages.kit.predict import ask, seed
from pages.kit.text import _, plain

WAYS = {RIGHT: "log", TWICE: "softmax", UNLOGGED: "plain"}
LEAST = 1  # thousandth: the log of 0 is no logit


def show_shares(inputs: Inputs, numbers: Slot) -> None:
    """A question first; then the bars, whose terms are blank until it is answered. numbers: where they go."""
    question = ask_dearer(seed(numbers.page))
    hidden = ask(question)
    st.markdown(_("Drag a border: what one class loses, its neighbour gets."))
    result = once(LESSON.run, inputs)

    def put(changed: Mapping[int, Shares]) -> None:
        hold(numbers.key(), (with_shares(inputs, changed),))

    bars(
        numbers.key("bars"),
        [
            Bar(
                plain(inputs.title(sample)),
                tuple(row),
                tuple(result.counted[sample].tolist()),
                cost(inputs, result, sample) or _("Term"),
                result.terms[sample].item(),
            )
            for sample, row in enumerate(shares(inputs).tolist())
        ],
        [str(inputs.label(number)) for number in range(inputs.shape[1])],
        _total(inputs, result),
        WAYS[inputs.call],
        LEAST if inputs.given == LOGITS else 0,
        put,
        hidden=hidden,
    )


def _total(inputs: Inputs, result: Result) -> Total | None:
    return None if inputs.reduction == "none" else Total(_("Loss"), result.divisor, result.output.item())
