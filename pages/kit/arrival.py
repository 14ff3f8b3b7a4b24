"""A visitor's arrival: the very first page of a server, opened by its own address."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

_go = st.components.v2.component("go", js="export default ({ data }) => location.replace(data)")


def arrive() -> None:
    """Where Streamlit finds a folder ``pages`` it looks for pages by itself, until it meets st.navigation.

    So the first script run of a server knows no page but the first, and says "Page not found" over every
    other. Then the browser is sent to its page once more, and finds it.
    """
    pages = _pages_manager()
    if pages and pages.uses_pages_directory:
        pages.uses_pages_directory = False
        path = urlsplit(st.context.url or "").path.strip("/")
        if path:
            _go(data=f"/{path}?{urlencode(st.query_params.to_dict())}")
            st.stop()


def _pages_manager() -> Any:
    """Streamlit's own affair, which may be gone some day, with what is mended here: None then."""
    with suppress(ImportError):
        from streamlit.runtime.pages_manager import PagesManager

        return PagesManager
    return None
