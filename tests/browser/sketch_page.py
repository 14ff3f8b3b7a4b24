"""A page of its own with a sheet to draw on, and what Python made of it."""

import streamlit as st

from lessons.engine.pictures.sketch import Sketch
from pages.kit.look import dress
from pages.kit.sketch.sketch import sketch


def keep(drawn: Sketch) -> None:
    st.session_state.drawn = drawn
    st.session_state.told = st.session_state.get("told", 0) + 1


dress()
drawn: Sketch = st.session_state.setdefault("drawn", Sketch())
if st.toggle("Sheet", value=True):
    sketch("sheet", drawn, keep)
picture = drawn.picture()
st.text(f"told {st.session_state.get('told', 0)} times: {drawn.paper}, {len(drawn.strokes)} strokes")
colours = " ".join(each.colour for each in drawn.strokes)
st.text(f"colours: {colours}")
st.text(f"middle {picture.getpixel((64, 64))}, corner {picture.getpixel((1, 1))}")
st.image(picture, width=256)
