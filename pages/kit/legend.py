"""What the colours of numbers mean, in one quiet line."""

from html import escape

import streamlit as st

from pages.kit.text import _

NUMBERS = ("positive", "zero", "negative", "The deeper, the further from zero.")
TINTS = ("--tint: var(--positive)", "", "--tint: var(--negative)")


def show_legend(words: tuple[str, str, str, str] = NUMBERS) -> None:
    """Below boards and pictures whose numbers are tinted. words: what positive, zero and negative mean there,
    and a deeper tint."""
    *signs, deeper = map(escape, map(_, words))
    shown = "".join(
        f'<span><i style="{tint}"></i>{sign}</span>' for tint, sign in zip(TINTS, signs, strict=True)
    )
    st.html(f'<p class="legend">{shown}<span>{deeper}</span></p>')
