"""The components of our own: the files of each, behind the style sheet that all of them share."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

SHARED = (Path(__file__).parent / "component.css").read_text(encoding="utf-8")


def component(name: str, folder: Path, html: str | None = None) -> ComponentRenderer:
    """Register a component of the files <name>.css, <name>.js and, unless html is given, <name>.html.

    Once, while a module is imported. OSError if a file cannot be read.
    """

    def read(kind: str) -> str:
        return (folder / f"{name}.{kind}").read_text(encoding="utf-8")

    return st.components.v2.component(
        name, html=read("html") if html is None else html, css=f"{SHARED}\n{read('css')}", js=read("js")
    )
