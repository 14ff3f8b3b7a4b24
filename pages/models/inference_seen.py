"""What the net sees."""

import streamlit as st

from lessons.models.inference.choosing import Seen


def show_seen(seen: Seen) -> None:
    batch = seen.trained.preparation.prepare(seen.picture)[None]
    st.write(str(seen.trained.probabilities(batch)))
