"""Losses beside cross-entropy, one at a time: of numbers, of answers that are yes or no, of distributions."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import guard
from pages.kit.linked import Link, Linked
from pages.kit.text import _
from pages.learning.losses_binary import show_binary
from pages.learning.losses_distances import show_distances
from pages.learning.losses_divergence import show_divergence

PAGE = "losses-others"
OTHERS: Mapping[str, tuple[str, Callable[[], None]]] = {  # by slug, the label and what shows it
    "distances": ("Distances", show_distances),
    "binary": ("Yes or no (BCE)", show_binary),
    "divergence": ("Distributions (KL)", show_divergence),
}
LINKED = Linked(PAGE, loss=Link(address.one_of(OTHERS), usual="distances"))


def show_others() -> None:
    LINKED.start()
    loss = st.segmented_control(
        _("Other losses"),
        list(OTHERS),
        format_func=lambda slug: _(OTHERS[slug][0]),
        key=Slot(PAGE, "loss").key(),
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    with guard():
        OTHERS[str(loss)][1]()
    LINKED.keep()
