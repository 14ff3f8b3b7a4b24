"""The front door: what one can do here, one card a lesson."""

import streamlit as st

from lessons.core.words import read_prose
from lessons.course import Chapter, Entry, built_chapters
from pages.kit.frame import guard
from pages.kit.runs.shared import welcome
from pages.kit.text import _, language


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
    with st.container(key=f"chapter-{chapter.title}", gap="small"):
        with st.container(gap="xxsmall"):
            st.header(_(chapter.title), anchor=False)
            st.markdown(_(chapter.idea))
        with st.container(key=f"shelf-{chapter.title}"):
            for lesson in chapter.lessons:
                show_card(lesson)


def show_card(lesson: Entry) -> None:
    """A drawing in motion, the title, whose link takes in the whole card, and the idea."""
    prose = read_prose(lesson.folder, language())
    with st.container(key=f"card-{lesson.slug}"):
        drawing = (lesson.folder / "card.svg").read_text(encoding="utf-8")
        st.markdown(f'<div class="miniature">{drawing}</div>', unsafe_allow_html=True)
        with st.container(key=f"about-{lesson.slug}", gap=None):
            st.page_link(lesson.page, label=f"**{prose.title}**", query_params={"lang": language()})
            st.markdown(prose.idea)


with st.container(key="home", gap="large"):
    with st.container(key="home-head", gap="xxsmall"):
        st.title(_("PyTorch by touch"), anchor=False)
        st.markdown(_("Change a number, watch what a network makes of it, and take the code home."))
    show_ways()
    for chapter in built_chapters():
        show_chapter(chapter)

with guard():
    welcome()
