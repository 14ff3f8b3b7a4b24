"""What every page wears: the style sheet, with the colours of `lessons.core.style` in front of it."""

from pathlib import Path

import streamlit as st

from lessons.core import style

HERE = Path(__file__).parent
LOGO = HERE / "logo.svg"
COLOURS = f":root {{ --here: {style.HERE}; --positive: {style.POSITIVE}; --negative: {style.NEGATIVE}; }}"
SHEET = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("look.css", "tinted.css"))


def dress() -> None:
    """Put the style sheet and the logo on the page; once a run, before anything is shown."""
    st.html(f"<style>{COLOURS}\n{SHEET}</style>")
    st.logo(LOGO, size="large")
