"""The front door: what one can do here, one card a lesson."""

from pathlib import Path

import streamlit as st

from lessons.catalog import Chapter, Lesson, built_chapters
from pages.kit.text import _, language

MINIATURES = Path(__file__).parent / "miniatures"


def show_chapter(chapter: Chapter) -> None:
    with st.container(key=f"chapter-{chapter.slug}", gap="small"):
        st.header(_(chapter.title), anchor=False)
        st.caption(_(chapter.idea))
        with st.container(key=f"cards-{chapter.slug}"):
            for lesson in chapter.lessons:
                show_card(chapter, lesson)


def show_card(chapter: Chapter, lesson: Lesson) -> None:
    """A picture in motion, the title (the whole card follows its link) and the idea."""
    with st.container(key=f"card-{lesson.slug}"):
        drawing = (MINIATURES / f"{lesson.slug}.svg").read_text(encoding="utf-8")
        st.markdown(f'<div class="miniature">{drawing}</div>', unsafe_allow_html=True)
        with st.container(key=f"card-text-{lesson.slug}", gap=None):
            st.page_link(
                f"pages/{chapter.slug}/{lesson.slug}.py",
                label=f"**{_(lesson.title)}**",
                query_params={"lang": language()},
            )
            st.markdown(_(lesson.idea))


with st.container(key="home", gap="large"):
    with st.container(key="home-head", gap=None):
        st.title(_("PyTorch by touch"), anchor=False)
        st.markdown(_("Change a number, watch what a network makes of it, and take the code home."))
    for chapter in built_chapters():
        show_chapter(chapter)
