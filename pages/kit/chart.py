"""A chart, to be read: nothing on it asks for a click."""

import plotly.graph_objects as go
import streamlit as st


def show_chart(figure: go.Figure, key: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})
