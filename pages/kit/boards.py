"""Numbers on small boards side by side, tinted by how large they are; only to be read."""

from collections.abc import Mapping
from html import escape

import numpy as np
import streamlit as st

from lessons.core.numbers import show


def show_boards(boards: Mapping[str, np.ndarray]) -> None:
    """By name, matrices (rows, columns). The deepest tint is the largest of all of them."""
    largest = max(float(np.abs(board).max()) for board in boards.values()) or 1.0
    tables = "".join(_table(name, board, largest) for name, board in boards.items())
    st.html(f'<div class="boards">{tables}</div>')


def _table(name: str, board: np.ndarray, largest: float) -> str:
    rows = "".join(f"<tr>{''.join(_cell(each, largest) for each in row)}</tr>" for row in board.tolist())
    return f"<table><caption>{escape(name)}</caption>{rows}</table>"


def _cell(number: float, largest: float) -> str:
    return f'<td class="tinted" style="--share: {number / largest:.3f}">{show(number)}</td>'
