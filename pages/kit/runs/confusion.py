"""The confusion matrix as a grid of buttons: click a cell to ask for its pictures."""

from pathlib import Path

import numpy as np
import streamlit as st

from pages.kit.component import component
from pages.kit.frame import guarded

HERE = Path(__file__).parent

_grid = component("confusion", HERE, '<div class="confusion" role="grid"></div>')


def confusion_grid(
    counts: np.ndarray, classes: tuple[str, ...], labels: tuple[str, str], key: str
) -> tuple[int, int]:
    """Show counts (true, predicted); labels: what rows and columns are. Returns the cell last clicked.

    Before the first click that is the commonest mistake.
    """
    clicked = st.session_state.get(key, {}).get("cell")
    row, column = clicked or _commonest_mistake(counts)
    _grid(
        key=key,
        data={"counts": counts.tolist(), "classes": classes, "labels": labels, "cell": [row, column]},
        on_cell_change=guarded(lambda: None),
    )
    return row, column


def _commonest_mistake(counts: np.ndarray) -> tuple[int, int]:
    mistakes = counts - np.diag(np.diag(counts))
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return int(row), int(column)
