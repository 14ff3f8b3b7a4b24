"""The home page tells in one screen what there is to do, in the learner's language, without torch."""

import subprocess
import sys

from lessons.core.words import read_prose
from lessons.course import built_chapters, every_lesson
from lessons.engine.training.runs import every
from lessons.engine.training.supervisor import FIRST_NAME

OPEN_HOME = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=30).run()
assert not app.exception and app.title[0].value == "PyTorch by touch"
sys.exit("torch" in sys.modules)
"""


def test_home_shows_every_built_lesson_under_its_chapter(open_app):
    app = open_app()
    assert [heading.value for heading in app.header] == [chapter.title for chapter in built_chapters()]
    ideas = [text.value for text in app.markdown]
    assert {read_prose(lesson.folder, "en").idea for lesson in every_lesson()} <= set(ideas)


def test_home_does_not_wait_for_torch(home):
    (home / "runs").mkdir()  # not a first visit, which would have a worker process make a first run
    subprocess.run([sys.executable, "-c", OPEN_HOME], check=True, timeout=60)


def test_the_first_visit_has_a_first_run_made(open_app, home):
    open_app()
    (run,) = every(home / "runs")
    assert run.name() == FIRST_NAME
    open_app()
    assert every(home / "runs") == [run]


def test_the_address_decides_the_language(open_app):
    app = open_app(lang="zh")
    assert app.title[0].value == "动手学 PyTorch"
    assert app.query_params["lang"] == "zh"


def test_the_switch_puts_the_language_into_the_address(open_app):
    app = open_app()
    app.segmented_control(key="language-switch").set_value("zh").run()
    assert app.title[0].value == "动手学 PyTorch"
    assert app.query_params["lang"] == "zh"


def test_a_language_that_does_not_exist_is_mentioned_and_replaced(open_app):
    app = open_app(lang="**xx**")
    assert app.title[0].value == "PyTorch by touch"
    assert app.info[0].value == "There is no language called `**xx**`; `English` is used."
    assert app.query_params["lang"] == "en"
