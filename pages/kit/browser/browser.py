"""What the browser's own keys and buttons do on our pages: Ctrl+Z undoes a move, Back leaves the page."""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).parent / "browser.js"

_browser = st.components.v2.component("browser", js=SCRIPT.read_text(encoding="utf-8"))


def take_over() -> None:
    """On every run, before what it shows; it works from the first one on."""
    _browser(key="browser")
