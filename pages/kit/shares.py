"""Probabilities as bars, the most probable first; only to be read."""

from collections.abc import Sequence
from html import escape

import streamlit as st
from torch import Tensor


def show_top(names: Sequence[str], probabilities: Tensor, count: int = 5) -> None:
    """A bar for each of the most probable, from nothing to 1. probabilities: (names,)."""
    top = probabilities.topk(min(count, len(names)))
    rows = "".join(_row(names[place], share) for share, place in zip(*map(Tensor.tolist, top), strict=True))
    st.html(f'<ol class="shares">{rows}</ol>')


def _row(name: str, share: float) -> str:
    bar = f'<i aria-hidden="true" style="--share: {share:.4f}"></i>'
    return f"<li><span>{escape(name)}</span>{bar}<b>{share:.1%}</b></li>"
