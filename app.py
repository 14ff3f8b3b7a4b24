"""Start here: `streamlit run app.py`. Routes every page of the course in lessons/course.py."""

import streamlit as st

from lessons.core.words import read_prose
from lessons.course import built_chapters
from pages.kit.arrival import arrive
from pages.kit.browser.browser import take_over
from pages.kit.frame import announce
from pages.kit.language import choose_language
from pages.kit.look import LOGO, dress
from pages.kit.sweep import sweep_up
from pages.kit.text import _, language
from pages.kit.warm import is_ready, wait, warm_up

st.set_page_config(layout="wide", page_icon=LOGO)
arrive()
take_over()
dress()
choose_language()

home = st.Page("pages/home/home.py", title=_("Home"), icon=":material/home:", default=True)
chapters = {
    _(chapter.title): [
        st.Page(
            lesson.page,
            title=read_prose(lesson.folder, language()).title,
            icon=f":material/{lesson.icon}:",
            url_path=lesson.slug,
        )
        for lesson in chapter.lessons
    ]
    for chapter in built_chapters()
}
page = st.navigation({"": [home]} | chapters)
warm_up()
sweep_up()
if page != home and not is_ready():
    announce(page.url_path)
    wait()
    st.rerun()
page.run()
