"""The components of our own: the files of each, behind the style sheet that all of them share."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
HERE = Path(__file__).parent
PLAYER = (HERE / "player.html").read_text(encoding="utf-8")  # buttons, a slider, a count
SHARED = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("component.css", "tinted.css"))


def component(
    name: str,
    folder: Path,
    html: str | None = None,
    modules: Sequence[str] = (),
    sheets: Sequence[str] = (),
) -> ComponentRenderer:
    """Register a component of the files <name>.css, <name>.js and, unless html is given, <name>.html.

    Once, while a module is imported. modules: other .js files there that <name>.js imports from, and
    "../<module>" those of the kit; the browser is given one. sheets: .css files of the kit that stand before
    <name>.css. In its .html, <!-- player --> stands for player.html. OSError if a file cannot be read.
    """

    def read(kind: str) -> str:
        return (folder / f"{name}.{kind}").read_text(encoding="utf-8")

    scripts = [*((folder / f"{module}.js").read_text(encoding="utf-8") for module in modules), read("js")]
    styles = [SHARED, *((HERE / f"{sheet}.css").read_text(encoding="utf-8") for sheet in sheets), read("css")]
    return st.components.v2.component(
        name,
        html=read("html").replace("<!-- player -->", PLAYER) if html is None else html,
        css="\n".join(styles),
        js=IMPORT.sub("", "\n".join(scripts)),
    )
