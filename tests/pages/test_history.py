"""Undo and redo without a browser: a move of the learner comes back whole, and nothing else does."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.history import MOST, History
from tests.oracles import address_of


def script():
    """A page of controls, typed matrix and all."""
    from tests.pages.test_controls import CONTROLS

    CONTROLS.start()
    settings = CONTROLS.settle()
    CONTROLS.show(settings)
    CONTROLS.show_texts(settings)
    CONTROLS.keep(settings)


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["kit-more"] = app.session_state["kit-as-text"] = True
    return app.run()


def press(app: AppTest, name: str) -> dict[str, str]:
    """Undo or redo; what stands in the address then."""
    app.button(name).click().run()
    return address_of(app)


def can(app: AppTest) -> list[str]:
    return [name for name in ("undo", "redo") if not app.button(name).disabled]


def test_each_move_is_undone_and_redone_and_a_new_one_ends_redoing(app):
    assert can(app) == []
    app.slider("kit-size").set_value(3).run()
    app.selectbox("kit-size-as").select("all").run()
    app.number_input("kit-image-count").set_value(2).run()
    assert press(app, "undo") == {"size": "all"}
    assert press(app, "undo") == {"size": "3"}
    assert press(app, "undo") == {}
    assert can(app) == ["redo"]
    assert press(app, "redo") == {"size": "3"}
    assert press(app, "redo") == {"size": "all"}
    app.selectbox("kit-shape").select("round").run()
    assert can(app) == ["undo"]
    assert press(app, "undo") == {"size": "all"}


def test_a_matrix_that_was_replaced_comes_back_and_takes_along_what_it_had_narrowed(app):
    app.slider("kit-margin").set_value(2).run()
    app.text_area("kit-image-text").set_value("7").run()
    assert address_of(app) == {"image": "7", "margin": "1"}
    assert press(app, "undo") == {"margin": "2"}
    assert app.text_area("kit-image-text").value == "1 2 3\n4 5 6"


def test_heights_and_widths_come_back_apart(app):
    app.toggle("kit-apart").set_value(True).run()
    app.slider("kit-margin-width").set_value(3).run()
    app.toggle("kit-apart").set_value(False).run()
    assert address_of(app) == {}
    assert press(app, "undo") == {"margin": "0x3"}
    assert app.toggle("kit-apart").value
    assert press(app, "undo") == {}
    assert app.toggle("kit-apart").value


def test_a_setting_out_of_play_is_left_as_it_is(app):
    app.slider("kit-margin").set_value(1).run()
    app.selectbox("kit-shape").select("round").run()
    app.slider("kit-size").set_value(4).run()
    press(app, "undo")
    app.selectbox("kit-shape").select("square").run()
    assert address_of(app) == {"margin": "1"}


def test_a_text_that_cannot_be_read_is_no_move_and_stays_while_others_are_undone(app):
    app.text_area("kit-image-text").set_value("one").run()
    assert can(app) == []
    app.slider("kit-size").set_value(4).run()
    assert press(app, "undo") == {}
    assert app.text_area("kit-image-text").value == "one"


# The history itself


@pytest.fixture
def page() -> dict[str, Any]:
    return {"size": 0}


@pytest.fixture
def moves(page):
    """move(size): a move of the learner on this page, with its history."""
    history = History()

    def move(size: int) -> History:
        page["size"] = size
        history.note("controls", dict(page), page.update)
        return history

    return move


def test_twenty_moves_can_be_undone_and_the_one_before_them_is_forgotten(page, moves):
    assert MOST == 20
    for size in range(22):
        history = moves(size)
    for size in range(20, 0, -1):
        history.undo()
        assert page["size"] == size
    assert not history.past
    history.undo()
    assert page["size"] == 1
    for _ in range(20):
        history.redo()
    assert page["size"] == 21


def test_what_is_noted_again_is_no_move(moves):
    for size in (1, 1, 2, 2):
        history = moves(size)
    assert len(history.past) == 1


def test_a_setting_that_a_preset_changed_out_of_play_is_as_it_was():
    """The one that stands there now was never noted: it is out of play."""
    page = {"kind": "max", "stride": 3}
    history = History()
    history.note("controls", dict(page), page.update)
    page.update(kind="adaptive", stride=1)
    history.note("controls", {"kind": "adaptive"}, page.update)
    history.undo()
    assert page == {"kind": "max", "stride": 3}


def test_what_does_not_differ_is_put_nowhere():
    known, put = History(), []
    known.note("held", {"line": 1}, put.append)
    known.note("points", {"count": 1}, put.append)
    known.note("points", {"count": 2}, put.append)
    known.undo()
    assert put == [{"count": 1}]
