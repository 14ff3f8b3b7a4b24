"""Planes without a browser: what it is given, and what of its messages is taken."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from lessons.core.messages import Message
    from lessons.core.plane import Axis, Dots, Plane, Scene
    from pages.kit.plane.plane import plane

    place = st.session_state.setdefault("place", (1.0, 2.0))
    axis = Axis(Message("x"), 0.0, 10.0)
    dots = Dots("start", Message("Start"), (place,), moves="free")
    st.text(f"before the plane: {place}")
    changed = lambda moved: st.session_state.update(place=moved["start"][0])  # noqa: E731
    plane("some", Scene((Plane(Message("Plane"), axis, axis, (dots,)),)), changed)


def test_a_story_of_a_page_looks_at_its_planes_and_moves_dots(planes):
    app = AppTest.from_function(page).run()
    assert planes["some"].planes[0].parts[0].places == ((1.0, 2.0),)
    planes.move("some", {"start": ((3.0, 40.0),)})
    app.run()
    assert not app.exception
    assert app.text[0].value == "before the plane: (3.0, 10.0)"
