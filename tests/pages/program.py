"""The program in the code panel of a page."""

from typing import Any

from streamlit.testing.v1 import AppTest


def program_of(app: AppTest) -> dict[str, Any]:
    """What the program computes: its variables when it has run."""
    names: dict[str, Any] = {}
    exec("\n".join(cell.value for cell in app.code), names)
    return names
