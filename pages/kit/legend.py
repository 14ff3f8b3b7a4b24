"""What the colours of numbers mean, in one quiet line."""

from html import escape

import streamlit as st

from pages.kit.text import _


def show_legend() -> None:
    """Below boards and pictures whose numbers are tinted."""
    tints = (
        ("--tint: var(--positive)", _("positive")),
        ("", _("zero")),
        ("--tint: var(--negative)", _("negative")),
    )
    signs = "".join(f'<span><i style="{tint}"></i>{escape(words)}</span>' for tint, words in tints)
    st.html(f'<p class="legend">{signs}<span>{escape(_("The deeper, the further from zero."))}</span></p>')
