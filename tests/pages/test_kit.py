"""The kit every lesson stands on: frame and guard, code panel, questions, text shown literally."""

import errno
import logging

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.messages import LessonError
from pages.kit.text import literal


def run_page(script, **names) -> AppTest:
    return AppTest.from_function(script, default_timeout=30, kwargs=names).run()


def whole():
    import streamlit as st

    from pages.kit.frame import page

    with page("classifier"):
        st.write("the working part")


def refused():
    import streamlit as st

    from lessons.core.messages import LessonError
    from pages.kit.frame import page

    with page("classifier"):
        st.write("what was there before")
        raise LessonError("{value} is not a number.", value="**ten**")


def broken():
    from pages.kit.frame import page

    with page("classifier"):
        raise RuntimeError("a wire is loose")


def with_callback(error):
    import streamlit as st

    from pages.kit.frame import guarded, page

    def refuse():
        raise error

    with page("classifier"):
        st.button("Go", on_click=guarded(refuse))
        st.write("the working part")


def with_fragment(error):
    import streamlit as st

    from pages.kit.frame import fragment, page

    def part():
        raise error

    with page("classifier"):
        fragment(part)()
        st.write("the working part")


def stopped():
    import streamlit as st

    from pages.kit.frame import page

    with page("classifier"):
        st.stop()


def with_code(program):
    from pages.kit.code import code

    code(program, "example")


def with_questions():
    import streamlit as st

    from lessons.core.messages import Message
    from lessons.core.questions import Question
    from pages.kit.predict import predict

    pictures = st.session_state.get("pictures", 5000)
    steps = -(-pictures // 64)
    reason = Message("ceil({pictures} / 64) = {steps}", pictures=pictures, steps=steps)
    predict(
        [
            Question(Message("How many steps for {pictures}?", pictures=pictures), steps, reason),
            Question(Message("Which is lower?"), 1, Message("B is."), (Message("A"), Message("B"))),
        ]
    )


def headings(app: AppTest) -> list[str]:
    return [text.value.splitlines()[0][4:] for text in app.markdown if text.value.startswith("### ")]


def test_a_page_has_its_title_its_idea_and_its_text():
    app = run_page(whole)
    assert not app.exception
    assert app.title[0].value == "Train a classifier"
    assert headings(app) == ["Idea", "Notice", "Try", "Questions"]


def test_the_text_of_a_page_is_in_the_learners_language():
    app = AppTest.from_function(whole, default_timeout=30)
    app.session_state.language = "zh"
    app.run()
    assert app.title[0].value == "训练一个分类器"
    assert headings(app) == ["核心思想", "请注意", "试一试", "常见问题"]


def test_input_that_cannot_be_used_is_explained_and_nothing_else_is_lost():
    app = run_page(refused)
    assert not app.exception
    assert app.warning[0].value == "`**ten**` is not a number."
    assert "what was there before" in [text.value for text in app.markdown]
    assert headings(app)[0] == "Idea"


def test_a_failure_fails_the_tests_loudly():
    app = run_page(broken)
    assert len(app.exception) == 1
    assert not app.error


def test_a_failure_is_logged_under_the_number_that_the_learner_sees(monkeypatch, caplog):
    monkeypatch.delenv("LESSONS_STRICT")
    with caplog.at_level(logging.ERROR):
        app = run_page(broken)
    assert not app.exception
    (record,) = (record for record in caplog.records if record.name == "pages.kit.frame")
    assert record.args[0] in app.error[0].value
    assert "a wire is loose" in record.exc_text
    assert "a wire is loose" not in app.error[0].value


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LessonError("{value} is not a number.", value="**ten**"), "`**ten**` is not a number."),
        (FULL, "The disk is full: nothing more can be written."),
    ],
)
def test_what_a_callback_or_a_fragment_refuses_is_told_and_the_page_stays(error, told):
    app = run_page(with_callback, error=error)
    app.button[0].click().run()
    assert [each.value for each in app.toast] == [told]
    assert "the working part" in [each.value for each in app.markdown]
    app = run_page(with_fragment, error=error)
    assert [each.value for each in app.warning] == [told]
    assert "the working part" in [each.value for each in app.markdown]


def test_a_callback_that_fails_fails_the_tests_and_a_learner_sees_its_number(monkeypatch, caplog):
    app = run_page(with_callback, error=RuntimeError("a wire is loose"))
    app.button[0].click().run()
    assert app.exception
    monkeypatch.delenv("LESSONS_STRICT")
    with caplog.at_level(logging.ERROR):
        app = run_page(with_callback, error=RuntimeError("a wire is loose"))
        app.button[0].click().run()
    assert not app.exception
    (told,) = [each.value for each in app.toast]
    assert told.startswith("That could not be done. It is noted under")
    assert told.split("`")[1] in caplog.text
    assert "the working part" in [each.value for each in app.markdown]


def test_stopping_a_page_is_no_failure():
    app = run_page(stopped)
    assert not app.exception
    assert not app.error


def test_a_program_is_shown_cell_by_cell_and_a_long_cell_waits_behind_its_title():
    long = "".join(f"x = {number}\n" for number in range(80))
    app = run_page(with_code, program=f"import torch\n# %% Long\n{long}# %% Short\ny = 1\n")
    assert [block.value for block in app.code] == ["import torch", long.strip(), "y = 1"]
    assert [box.label for box in app.expander] == ["Long"]
    assert app.expander[0].code[0].value == long.strip()


def test_a_right_answer_is_graded_at_once_and_the_reason_comes_with_it():
    app = run_page(with_questions)
    assert not app.success
    app.number_input[0].set_value(79).run()
    assert app.success[0].value == "**Right.** ceil(5000 / 64) = 79"


def test_a_wrong_answer_gets_the_reason_too():
    app = run_page(with_questions)
    app.radio[0].set_value(0).run()
    assert app.info[0].value == "**Not quite.** B is."


def test_an_answer_stays_until_other_numbers_make_another_question():
    app = run_page(with_questions)
    app.number_input[0].set_value(79).run()
    app.run()
    assert len(app.success) == 1
    app.session_state.pictures = 640
    app.run()
    assert not app.success
    assert app.number_input[0].value is None
    app.number_input[0].set_value(10).run()
    assert app.success[0].value == "**Right.** ceil(640 / 64) = 10"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("cats", "`cats`"),
        ("**bold** $x$ :red[y]", "`**bold** $x$ :red[y]`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("two\nlines", "`two lines`"),
        (":material/home:", "`:\u2060material/home:`"),
        ("", ""),
    ],
)
def test_text_from_outside_is_shown_literally(text, markdown):
    assert literal(text) == markdown
