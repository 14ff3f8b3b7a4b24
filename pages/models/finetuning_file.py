"""The backbone's weights as a file, for the programs that a learner takes home."""

import streamlit as st

from lessons.engine.backbone.backbone import FILE
from pages.kit.text import _


def offer_backbone(page: str) -> None:
    st.caption(_("The programs read this file; it must lie beside them."))
    st.download_button(
        FILE.name,
        FILE.read_bytes,
        FILE.name,
        "application/octet-stream",
        key=f"{page}-backbone",
        on_click="ignore",
    )
