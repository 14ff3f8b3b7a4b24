"""A bare Streamlit page, as heavy as a lesson: four controls, one component, 64 lines of text.

What a lesson takes in the browser is compared with what this takes, so that a slow machine slows both.
"""

import streamlit as st

DRAW = (
    "export default ({ parentElement, data }) => { parentElement.querySelector('pre').textContent = data; }"
)
LINES = 64

_draw = st.components.v2.component("draw", html="<pre></pre>", js=DRAW)

st.set_page_config(layout="wide")
st.title("A bare page", anchor=False)
columns = st.columns(4)
a, b, c, d = (
    column.slider(name, 0, 4, key=f"slider-{name}") for column, name in zip(columns, "abcd", strict=True)
)
_draw(key="drawn", data=f"{a} {b} {c} {d}")
for line in range(LINES):
    st.markdown(f"Line {line} of the page is about {a + line}, {b}, {c} and {d}.")
