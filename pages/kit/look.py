"""What every page wears: the shared style sheet, and the colours of `lessons.style` as CSS variables."""

from pathlib import Path

import streamlit as st

from lessons import style

SHEET = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")


def theme() -> style.Theme:
    """The learner's theme, light or dark."""
    return style.DARK if st.context.theme.type == "dark" else style.LIGHT


def dress() -> None:
    """Put the style sheet on the page; call once, before anything is shown."""
    colours = theme()
    variables = f"--here: {colours.here}; --positive: {style.POSITIVE}; --negative: {style.NEGATIVE};"
    variables += f" --line: {colours.line}; --quiet: {colours.quiet}; --panel: {colours.panel};"
    st.html(f"<style>:root {{ {variables} }}\n{SHEET}</style>")
