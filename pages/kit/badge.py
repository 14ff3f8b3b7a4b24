"""The badge: torch's own operator gives the same numbers, computed here and now."""

import math
from typing import Any

import numpy as np
import streamlit as st

from lessons.core.messages import Message
from pages.kit.text import tell

ENOUGH = 1e-9  # of the largest product: a larger difference from torch would be a mistake of ours


def show_badge(operator: str, difference: float, *factors: Any) -> None:
    """difference: the largest between our numbers and the operator's; factors: what was multiplied."""
    largest = math.prod(max(1.0, float(np.abs(np.array(each)).max())) for each in factors)
    numbers = {"operator": operator, "difference": f"{difference:.2g}"}
    if difference <= ENOUGH * largest:
        st.badge(
            tell(Message("same as {operator}, largest difference {difference}", **numbers)), color="green"
        )
    else:
        st.badge(tell(Message("{operator} differs by up to {difference}", **numbers)), color="red")
