"""The view "To the net" of the page "Transforms": the batch, what is missing, and its sections."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.data.transforms import scaling
from lessons.data.transforms.lesson import PRESETS, Inputs, run
from lessons.data.transforms.steps import read
from pages.data.transforms_net import PAGE, SECTIONS
from tests.oracles import address_of, answer, told


@pytest.fixture
def open_net(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms", view="net")


def opened(app: AppTest, *sections: str) -> AppTest:
    for slug in sections:
        app.session_state[f"{PAGE}-{slug}"] = True
    return app.run()


def test_the_shape_of_the_batch_is_told_once_it_was_asked(open_net):
    app = open_net()
    assert "The batch has the shape ?; its numbers are torch.float32, 150528 in all." in told(app)
    answer(app, "Which shape has output.unsqueeze(0)?", 1)
    assert "The batch has the shape (1, 3, 224, 224); its numbers" in told(app)


def test_the_window_stays_on_the_picture_when_that_becomes_smaller(open_net):
    app = open_net()
    app.number_input(f"{PAGE}-top").set_value(218).run()
    app.session_state["transforms-steps"] = read("Resize:size=8|ToTensor")
    app.run()
    assert app.number_input(f"{PAGE}-top").value == 2
    app.session_state["transforms-steps"] = read("Resize:size=4|ToTensor")
    app.run()
    assert app.number_input(f"{PAGE}-top").value == 0
    assert not app.exception


def test_the_boards_hold_the_numbers_of_the_window(open_net, monkeypatch):
    shown = {}
    monkeypatch.setattr("pages.data.transforms_net.show_boards", shown.update)
    app = open_net()
    app.number_input(f"{PAGE}-top").set_value(7).run()
    app.number_input(f"{PAGE}-left").set_value(11).run()
    output = run(Inputs()).output
    for name, channel in zip(("Channel 0", "Channel 1", "Channel 2"), output, strict=True):
        assert torch.equal(torch.from_numpy(shown[name]), channel[7:13, 11:17].as_subclass(torch.Tensor))


@pytest.mark.parametrize(
    ("steps", "reason", "mended"),
    [
        ("Resize", "the strip ends in a PIL picture", "Resize|ToImage|ToDtype"),
        ("ToImage", "the strip ends in a uint8 tensor", "ToImage|ToDtype"),
        ("Grayscale|ToTensor", "takes 3 channels, and the strip ends in 1", "Grayscale|ToTensor|RGB"),
        ("Resize|Normalize", "Normalize needs a float tensor", "Resize|ToImage|ToDtype|Normalize"),
        ("ToTensor|ToTensor", "this is a tensor already", "ToTensor"),
    ],
)
def test_what_is_missing_is_told_and_put_right_with_a_click(steps, reason, mended, open_net):
    app = open_net(steps=steps)
    assert reason in told(app)
    app.button(f"{PAGE}-mend").click().run()
    assert [each.name for each in read(address_of(app)["steps"])] == mended.split("|")
    assert not app.warning
    assert "The batch has the shape" in told(app)


def test_what_no_step_puts_right_is_told_without_a_button(open_net):
    for steps in ("FiveCrop", "ToTensor|Lambda:lambd=batch"):
        app = open_net(steps=steps)
        assert app.warning
        assert f"{PAGE}-mend" not in {each.key for each in app.button}


def test_what_stands_behind_normalize_and_a_strip_without_it_are_told(open_net):
    assert "nothing to undo" in told(open_net(steps="ToTensor"))
    assert "1 step stands behind Normalize, and is not undone" in told(
        open_net(steps="ToTensor|Normalize|CenterCrop:size=20")
    )


def test_what_is_divided_is_told_case_by_case_once_it_was_asked(open_net):
    app = opened(open_net(), "scaling")
    assert told(app).count("| ? | ?") == len(scaling.CASES)
    app.selectbox(f"{PAGE}-case").set_value(scaling.CASES[1]).run()
    answer(app, "np.int32", 2)
    assert "Right." in told(app)
    assert "| ToTensor: PIL picture, int32 | int32 | 0, 51, 255 |" in told(app)
    assert told(app).count("| ? | ?") == len(scaling.CASES) - 1


def test_the_bits_of_a_byte_are_shown_when_the_question_about_all_is_answered(open_net):
    app = opened(open_net(), "last-bit")
    assert "On 126 of 256" not in told(app)
    answer(app, "On how many of them do the two differ?", 100)
    assert "On 126 of 256, and by 5.96e-08 at most." in told(app)
    rows = [each.strip("| ").split(" | ") for each in told(app).splitlines() if each.startswith("| To")]
    assert [row[1:] for row in rows] == [
        ["0.011764706112 …", "0 01111000 1000000 11000000 11000001"],
        ["0.011764707044 …", "0 01111000 1000000 11000000 11000010"],
    ]


def test_the_sizes_are_told_after_the_answer_and_a_square_asks_nothing(open_net):
    app = opened(open_net(), "shapes")
    before = len(app.get("image"))
    answer(app, "How large does Resize(size=32) make it?", 2)
    assert "Right." in told(app)
    assert len(app.get("image")) == before + 3
    assert "This picture is a square" in told(opened(open_net(picture="house"), "shapes"))


def test_the_tensors_are_compared_with_the_picture_after_the_answer(open_net):
    app = opened(open_net(), "compared")
    app.selectbox(f"{PAGE}-compared_size").set_value(64).run()
    before = len(app.get("image"))
    answer(app, "Which of these gives other numbers than the PIL picture", 2)
    assert "Right." in told(app)
    assert len(app.get("image")) == before + 7


def test_the_object_tells_where_its_call_is_written(open_net):
    app = opened(open_net(), "calling")
    answer(app, "Python calls a __call__", 0)
    assert "| __call__ | Module |" in told(app)
    assert "make_params" in app.code[0].value
    assert app.code[1].value.startswith("Help on Resize")
    app.selectbox(f"{PAGE}-object").set_value("ToTensor").run()
    answer(app, "Python calls a __call__", 1)
    assert "| __call__ | ToTensor |" in told(app)
    assert "| forward | – |" in told(app)
    app.select_slider(f"{PAGE}-by").set_value(1.5).run()
    assert "Brighter(by=1.5)" in "".join(each.value for each in app.code)


def test_it_opens_on_every_preset(open_net):
    app = opened(open_net(), "program", *SECTIONS)
    for index in range(len(PRESETS)):
        app.button(f"transforms-preset-{index}").click().run()
        assert not app.exception


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="net")
    for slug in ("program", *SECTIONS):
        app.session_state[f"{PAGE}-{slug}"] = True
    app.switch_page("pages/data/transforms.py").run()
    assert not app.exception
    assert {title for title, _show in SECTIONS.values()} <= said
    assert not sorted(said - words.labels("zh").keys())
