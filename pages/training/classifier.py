"""Press Train and watch a network learn to tell pictures apart."""

import streamlit as st

from pages.kit.frame import page

with page("classifier"):
    st.write("...")
