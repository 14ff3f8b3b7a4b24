"""The badge: torch's own operator gives the same numbers, computed here and now."""

import streamlit as st

from lessons.errors import Message
from pages.kit.text import tell

ENOUGH = 1e-9  # a larger difference from torch would be a mistake of ours


def show_badge(operator: str, difference: float) -> None:
    """difference: the largest between our numbers and the operator's."""
    numbers = {"operator": operator, "difference": f"{difference:.2g}"}
    if difference < ENOUGH:
        st.badge(
            tell(Message("same as {operator}, largest difference {difference}", **numbers)), color="green"
        )
    else:
        st.badge(tell(Message("{operator} differs by up to {difference}", **numbers)), color="red")
