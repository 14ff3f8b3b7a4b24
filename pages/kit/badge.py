"""The badge: torch's own operator gives the same numbers, computed here and now."""

import streamlit as st

from lessons.core.lesson import Check
from lessons.core.messages import Message
from pages.kit.text import tell


def show_badge(check: Check) -> None:
    numbers = {"operator": check.operator, "difference": f"{check.difference:.2g}"}
    if check.agrees:
        same = Message("same as {operator}, largest difference {difference}", **numbers)
        st.badge(tell(same), color="green")
    else:
        st.badge(tell(Message("{operator} differs by up to {difference}", **numbers)), color="red")
