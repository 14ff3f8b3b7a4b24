"""The front door: what one can do here, one card a lesson."""

from pathlib import Path

import streamlit as st

from lessons.catalog import Chapter, Lesson, built_chapters
from pages.kit.frame import guard
from pages.kit.text import _, language
from pages.kit.training.shared import welcome

MINIATURES = Path(__file__).parent / "miniatures"


def show_ways() -> None:
    """What one can do on every page."""
    ways = (
        (_("Touch"), _("Every number can be changed, and the picture answers at once.")),
        (_("Predict"), _("Say what will happen, then see it, and read why.")),
        (_("Take it home"), _("Every page gives its program: plain PyTorch, the same numbers.")),
    )
    columns = "".join(f"<div><strong>{title}</strong>{text}</div>" for title, text in ways)
    st.markdown(f'<div class="ways">{columns}</div>', unsafe_allow_html=True)


def show_chapter(chapter: Chapter) -> None:
    with st.container(key=f"chapter-{chapter.slug}", gap="small"):
        with st.container(gap="xxsmall"):
            st.header(_(chapter.title), anchor=False)
            st.markdown(_(chapter.idea))
        with st.container(key=f"shelf-{chapter.slug}"):
            for lesson in chapter.lessons:
                show_card(chapter, lesson)


def show_card(chapter: Chapter, lesson: Lesson) -> None:
    """A drawing in motion, the title, whose link takes in the whole card, and the idea."""
    with st.container(key=f"card-{lesson.slug}"):
        drawing = (MINIATURES / f"{lesson.slug}.svg").read_text(encoding="utf-8")
        st.markdown(f'<div class="miniature">{drawing}</div>', unsafe_allow_html=True)
        with st.container(key=f"about-{lesson.slug}", gap=None):
            st.page_link(
                f"pages/{chapter.slug}/{lesson.slug}.py",
                label=f"**{_(lesson.title)}**",
                query_params={"lang": language()},
            )
            st.markdown(_(lesson.idea))


with st.container(key="home", gap="large"):
    with st.container(key="home-head", gap="xxsmall"):
        st.title(_("PyTorch by touch"), anchor=False)
        st.markdown(_("Change a number, watch what a network makes of it, and take the code home."))
    show_ways()
    for chapter in built_chapters():
        show_chapter(chapter)

with guard():
    welcome()
