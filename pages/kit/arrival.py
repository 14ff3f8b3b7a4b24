"""A visitor's arrival: the very first page of a server, opened by its own address."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

try:
    from streamlit.runtime.pages_manager import PagesManager
except ImportError:  # it is Streamlit's own affair, and may be gone some day, with what is mended here
    PagesManager = None

_go = st.components.v2.component("go", js="export default ({ data }) => location.replace(data)")


def arrive() -> None:
    """Where Streamlit finds a folder ``pages`` it looks for pages by itself, until it meets st.navigation.

    So the first script run of a server knows no page but the first, and says "Page not found" over every
    other. Then the browser is sent to its page once more, and finds it.
    """
    if PagesManager and PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        path = urlsplit(st.context.url or "").path.strip("/")
        if path:
            _go(data=f"/{path}?{urlencode(st.query_params.to_dict())}")
            st.stop()
