"""A server to measure, and what the browser stories use."""

from tests.browser.conftest import chromium, fresh_server, open_page, server

__all__ = ["chromium", "fresh_server", "open_page", "server"]
