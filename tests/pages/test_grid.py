"""The matrix grid: what the browser sends becomes numbers, and nothing that was typed is lost."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.limits import NUMBER_CHARACTERS
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import parse_number
from pages.kit.grid import grid
from pages.kit.grid.grid import Draft, after_message, parse_matrices

SQUARE = ((1.0, 2.0), (3.0, 4.0))
TEXTS = [["1", "2"], ["3", "4"]]
NAMES = [Message("Red"), Message("Green")]


def send(*cells, paste=None, place=(0, 0, 0), epoch=0, serial=1):
    pasted = paste and {"text": paste, "place": list(place)}
    return {"epoch": epoch, "serial": serial, "cells": cells, "paste": pasted}


def changed(cell, row=0, column=0):
    texts = [list(each) for each in TEXTS]
    texts[row][column] = cell
    return texts


def test_what_is_typed_into_a_cell_becomes_its_number():
    after = after_message(send(changed("-1.5")), Draft((SQUARE,)), NAMES[:1])
    assert after == Draft((((-1.5, 2.0), (3.0, 4.0)),), serial=1)


def test_a_cell_that_is_no_number_keeps_its_text_and_its_last_number():
    after = after_message(send(changed("1,5", row=1)), Draft((SQUARE,)), NAMES[:1])
    assert after.stack == (SQUARE,)
    assert after.wrong == {(0, 1, 0): "1,5"}
    assert str(after.refusal) == "Row 2, column 1: 1,5 is not a number; write 1.5."


def test_an_emptied_cell_is_wrong_and_stays_empty():
    after = after_message(send(changed("")), Draft((SQUARE,)), NAMES[:1])
    assert after.wrong == {(0, 0, 0): ""}
    assert str(after.refusal) == "Row 1, column 1: There is no number."


def test_the_other_cells_are_taken_beside_one_that_is_no_number():
    after = after_message(send([["x", "2"], ["3", "9"]]), Draft((SQUARE,)), NAMES[:1])
    assert after.stack == (((1.0, 2.0), (3.0, 9.0)),)


def test_the_matrix_of_a_wrong_cell_is_named_where_there_are_several():
    after = after_message(send(TEXTS, changed("x")), Draft((SQUARE, SQUARE)), NAMES)
    assert str(after.refusal) == "Green: Row 1, column 1: x is not a number."


def test_a_wrong_cell_in_a_new_row_counts_as_zero():
    after = after_message(send([*TEXTS, ["x", "6"]]), Draft((SQUARE,)), NAMES[:1])
    assert after.stack == ((*SQUARE, (0.0, 6.0)),)


@pytest.mark.parametrize("late", [{"epoch": 2}, {"epoch": 3, "serial": 7}])
def test_a_message_that_comes_late_changes_nothing(late):
    before = Draft((SQUARE,), epoch=3, serial=7)
    assert after_message(send(changed("9"), **late), before, NAMES[:1]) is before


def test_a_paste_replaces_the_matrix_and_crops_the_others():
    after = after_message(
        send(TEXTS, TEXTS, paste="[[7, 8, 9]]", place=(1, 0, 0)), Draft((SQUARE, SQUARE)), NAMES
    )
    assert after == Draft((((1.0, 2.0, 0.0),), ((7.0, 8.0, 9.0),)), epoch=1, serial=1)


def test_what_was_typed_just_before_a_paste_is_taken_too():
    after = after_message(
        send(changed("5"), TEXTS, paste="1 1; 1 1", place=(1, 0, 0)), Draft((SQUARE, SQUARE)), NAMES
    )
    assert after.stack == (((5.0, 2.0), (3.0, 4.0)), ((1.0, 1.0), (1.0, 1.0)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[1, 2], [3]]", "Row 2 has 1 number, row 1 has 2."),
        ("1\n2\n3\n4", "4 rows; rows allowed: 1 to 3."),
        ("1 2 3 4", "4 columns; columns allowed: 2 to 3."),
        ("[1]", "1 column; columns allowed: 2 to 3."),
    ],
)
def test_a_paste_that_does_not_fit_is_explained_and_changes_nothing(text, told):
    after = after_message(send(TEXTS, paste=text), Draft((SQUARE,)), NAMES[:1], rows=(1, 3), columns=(2, 3))
    assert (after.stack, after.epoch, str(after.refusal)) == ((SQUARE,), 0, told)


def test_several_matrices_replace_as_many():
    pasted = "tensor([[[5.],\n         [6.]],\n\n        [[7.],\n         [8.]]])"
    both = (((5.0,), (6.0,)), ((7.0,), (8.0,)))
    assert after_message(send(TEXTS, TEXTS, paste=pasted), Draft((SQUARE, SQUARE)), NAMES).stack == both
    assert after_message(send(TEXTS, paste=pasted), Draft((SQUARE,)), NAMES, most=4).stack == both
    refused = after_message(send(TEXTS, paste=pasted), Draft((SQUARE,)), NAMES)
    assert (refused.stack, refused.epoch) == ((SQUARE,), 0)
    assert str(refused.refusal) == "Matrices in the text: 2; needed here: 1."


def test_one_number_is_pasted_into_its_cell_and_what_was_wrong_stays():
    after = after_message(
        send(changed("x"), paste="tensor(7., requires_grad=True)", place=(0, 1, 0)),
        Draft((SQUARE,)),
        NAMES[:1],
    )
    assert after.stack == (((1.0, 2.0), (7.0, 4.0)),)
    assert (after.epoch, after.wrong) == (1, {(0, 0, 0): "x"})


@pytest.mark.parametrize("text", ["1,234.5", "1.234,5", "1\u202f234", "1 234", "1,5; 2,5", "[1 2\n3 4]"])
def test_what_may_be_one_number_or_several_changes_nothing(text):
    after = after_message(send(TEXTS, paste=text), Draft((SQUARE,)), NAMES[:1])
    assert (after.stack, after.epoch, after.wrong) == ((SQUARE,), 0, {})
    assert after.refusal


def test_a_text_holds_matrices_with_an_empty_line_between_them():
    assert parse_matrices("1 2\n3 4\n \n1 2\n3 4\n", count=2) == (SQUARE, SQUARE)
    assert parse_matrices("1 2\n\n3 4", count=1) == (SQUARE,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 2\n3 4", "Matrices in the text: 1; needed here: 2."),
        ("1 2\n\n1 x", "Channel 2: Row 1, column 2: x is not a number."),
        ("1 2\n\n1", "Channel 2 is 1 x 1, channel 1 is 1 x 2; all channels have one size."),
    ],
)
def test_a_text_that_cannot_be_read_is_explained(text, told):
    with pytest.raises(LessonError) as refusal:
        parse_matrices(text, count=2)
    assert str(refusal.value) == told


# On a page


def script():
    import streamlit as st

    from lessons.core.matrix import pack
    from lessons.core.messages import Message
    from pages.kit.grid.grid import Grid, held, hold, show_text

    if st.button("Preset") or "begun" not in st.session_state:
        st.session_state.begun = True
        hold("image", (((1.0, 2.0),),))
    if st.button("Another"):
        hold("image", (((7.0, 8.0),),))
    show_text(Grid("image", [Message("Image")], rows=(1, 3)))
    st.text(pack(held("image")))


@pytest.fixture
def app():
    return AppTest.from_function(script, default_timeout=30).run()


def write(app, text):
    return app.text_area[0].set_value(text).run()


def test_the_text_shows_the_numbers_of_the_grid(app):
    assert app.text[0].value == "1,2"
    assert app.text_area[0].value == "1 2"


def test_a_text_that_is_typed_becomes_the_numbers(app):
    write(app, "[[3, 4], [5, 6]]")
    assert app.text[0].value == "3,4;5,6"
    assert app.text_area[0].value == "3 4\n5 6"


def test_a_text_that_cannot_be_read_stays_with_the_reason(app):
    write(app, "1 2\n3 x")
    assert app.text[0].value == "1,2"
    assert app.text_area[0].value == "1 2\n3 x"
    assert app.warning[0].value == "Row 2, column 2: `x` is not a number."
    write(app, "1\n2\n3\n4")
    assert app.warning[0].value == "4 rows; rows allowed: 1 to 3."
    write(app, "1\n2\n3")
    assert not app.warning
    assert app.text[0].value == "1;2;3"


def test_what_the_page_puts_there_is_shown_and_what_was_wrong_is_forgotten(app):
    write(app, "nonsense")
    app.button[1].click().run()
    assert app.text[0].value == "7,8"
    assert app.text_area[0].value == "7 8"
    assert not app.warning


def test_a_preset_with_the_same_numbers_makes_forget_what_was_wrong(app):
    write(app, "nonsense")
    app.button[0].click().run()
    assert app.text_area[0].value == "1 2"
    assert not app.warning


def test_the_browser_sends_more_of_a_number_than_is_taken_and_no_more():
    script = (Path(grid.__file__).parents[1] / "stepper/editing.js").read_text(encoding="utf-8")
    assert f"const LONGEST = {NUMBER_CHARACTERS + 1};" in script
    with pytest.raises(LessonError, match="A number has 100 characters at most"):
        parse_number("1" * (NUMBER_CHARACTERS + 1))
