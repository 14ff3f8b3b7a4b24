"""Stories of the page "Convolution" without a browser, which alone sees what the stepper plays."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lessons.core.matrix import pack
from lessons.layers.convolution.lesson import PRESETS, Inputs, run
from tests.pages.program import program_of

PAGE = "pages/layers/convolution.py"


@pytest.fixture
def open_convolution(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_convolution(stride="2")."""
    return partial(open_lesson, "layers/convolution")


def show(app: AppTest, expander: str) -> AppTest:
    """What an expander holds is made when it is opened."""
    app.session_state[f"convolution-{expander}"] = True
    return app.run()


def badges(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if "badge[" in text.value]


def formulas(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if text.value.startswith("$H") or text.value.startswith("$W")]


def refusals(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


def test_the_first_visit_shows_a_whole_example(open_convolution):
    app = open_convolution()
    assert "largest difference `0`" in badges(app)[0]
    assert all(formula.endswith("= 3$") for formula in formulas(app))
    assert torch.equal(program_of(app)["output"], run(Inputs()).output)
    assert not refusals(app)


@pytest.mark.parametrize("index", range(len(PRESETS)), ids=[str(preset.name) for preset in PRESETS])
def test_a_preset_puts_all_of_its_example_on_the_page(open_convolution, index):
    app = open_convolution(stride="3", mode="circular")
    app.button(f"convolution-preset-{index}").click().run()
    inputs = PRESETS[index].inputs
    assert torch.equal(program_of(app)["output"], run(inputs).output)
    assert app.slider("convolution-stride").value == inputs.stride[0]
    assert app.query_params.get("stride", "1") == str(inputs.stride[0])
    assert "mode" not in app.query_params


def test_a_link_restores_what_was_on_the_screen(open_convolution):
    inputs = replace(Inputs(), image=(((1, 2.5), (-3, 4)),), weight=((((1,),),),), stride=(2, 1))
    app = open_convolution(
        image=pack(inputs.image), weight="1", stride="2", **{"stride-width": "1", "apart": "true"}
    )
    assert torch.equal(program_of(app)["output"], run(inputs).output)
    assert app.query_params["image"] == "1,2.5;-3,4"


@pytest.mark.parametrize(
    "address",
    [
        {"stride": "0"},
        {"stride": "²"},
        {"image": "1,2;3"},
        {"mode": "mirror"},
        {"apart": "maybe"},
        {"groups": "9"},
        {"bias": "1;2"},
        {"bias": "1,2,3,4,5"},
    ],
    ids=str,
)
def test_what_cannot_be_read_in_the_address_is_mentioned_and_left_out(open_convolution, address):
    app = open_convolution(**address)
    assert len(app.info) == 1
    assert torch.equal(program_of(app)["output"], run(Inputs()).output)


def test_settings_that_do_not_fit_are_explained_and_can_be_changed(open_convolution):
    app = open_convolution()
    app.selectbox("convolution-kind").select("same").run()
    app.slider("convolution-stride").set_value(2).run()
    (refusal,) = refusals(app)
    assert "stride 1" in refusal
    app.slider("convolution-stride").set_value(1).run()
    assert not refusals(app)
    assert program_of(app)["output"].shape[-2:] == (5, 5)


def test_a_kernel_larger_than_the_input_is_explained_with_both_sizes(open_convolution):
    app = open_convolution(image="1,2;3,4")
    (refusal,) = refusals(app)
    assert "3" in refusal
    assert "2" in refusal
    assert not app.exception


def test_more_channels_and_kernels_fit_each_other(open_convolution):
    app = show(open_convolution(), "more")
    app.number_input("convolution-channels").set_value(4).run()
    app.number_input("convolution-kernels").set_value(2).run()
    assert program_of(app)["weight"].shape == (2, 4, 3, 3)
    app.select_slider("convolution-groups").set_value(2).run()
    assert program_of(app)["weight"].shape == (2, 2, 3, 3)
    app.number_input("convolution-channels").set_value(3).run()
    assert program_of(app)["weight"].shape == (2, 3, 3, 3)
    assert not refusals(app)


def test_backward_agrees_with_autograd(open_convolution):
    app = open_convolution(view="Backward", padding="1", mode="reflect")
    assert "autograd" in badges(app)[0]
    assert "largest difference `0`" in badges(app)[0]
    assert program_of(app)["weight"].grad.shape == (1, 1, 3, 3)


def test_the_gradient_of_the_output_follows_its_shape(open_convolution):
    app = open_convolution(view="Backward")
    app.session_state["convolution-gradient"] = (((0.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 0.0)),)
    app.run()
    assert program_of(app)["image"].grad.abs().sum() == 2 * 6
    app.slider("convolution-stride").set_value(2).run()
    assert program_of(app)["image"].grad.abs().sum() > 0
    assert not refusals(app)


def test_a_link_restores_the_gradient_of_the_output(open_convolution):
    app = open_convolution(view="Backward", gradient="0,0,0;0,2,0;0,0,0")
    assert program_of(app)["image"].grad.abs().sum() == 2 * 6
    assert app.query_params["gradient"] == "0,0,0;0,2,0;0,0,0"


def test_a_gradient_that_is_too_large_is_explained_and_can_be_changed(open_convolution):
    app = open_convolution(view="Backward", gradient="1e101,1,1;1,1,1;1,1,1")
    assert len(refusals(app)) == 1
    show(app, "gradient-as-text")
    app.text_area("convolution-gradient-text").set_value("1 1 1\n1 1 1\n1 1 1").run()
    assert not refusals(app)


def test_a_kernel_keeps_its_own_channels(open_convolution):
    app = show(open_convolution(weight="1|2", bias="0,0", image="1,2;3,4"), "more")
    app.number_input("convolution-channels").set_value(2).run()
    assert program_of(app)["weight"].flatten().tolist() == [1, 1, 2, 2]
    app.number_input("convolution-channels").set_value(1).run()
    assert program_of(app)["weight"].flatten().tolist() == [1, 2]


def test_large_numbers_may_differ_in_their_last_digits(open_convolution):
    image = ";".join(",".join(f"{10**6 + 0.1 * row * column}" for column in range(5)) for row in range(5))
    app = open_convolution(image=image, weight="1e6,0.3,-1e6;1,0.7,-1;3e5,0.1,-2e5")
    assert "same as" in badges(app)[0]


def test_padding_same_makes_room_for_any_dilation(open_convolution):
    app = open_convolution(kind="same", dilation="4")
    assert app.slider("convolution-dilation").value == 4
    assert program_of(app)["output"].shape[-2:] == (5, 5)


def test_an_answer_is_still_there_after_another_view(open_convolution):
    app = open_convolution()
    question = next(radio for radio in app.radio if radio.key.startswith("predict-"))
    question.set_value(0).run()
    app.session_state["convolution-view"] = "Backward"
    app.run()
    app.session_state["convolution-view"] = "Forward"
    app.run()
    assert app.radio(question.key).value == 0


def test_the_next_cell_is_asked_for_once_the_stepper_stands_before_it(open_convolution):
    app = open_convolution()
    asked = len(app.number_input)
    app.session_state["convolution-forward-place"] = 0
    app.run()
    assert len(app.number_input) == asked + 1


def test_other_questions_are_drawn_on_demand(open_convolution):
    app = open_convolution()
    before = [question.label for question in app.number_input]
    for _turn in range(3):
        app.button("convolution-again").click().run()
    assert [question.label for question in app.number_input] != before


def test_every_kernel_answers_on_the_sample_picture(open_convolution):
    app = open_convolution(view="On a picture")
    for kernel in app.selectbox("convolution-filter").options:
        app.selectbox("convolution-filter").select(kernel).run()
        assert "largest difference" in badges(app)[0]
    assert not refusals(app)


def test_a_file_that_is_no_picture_is_refused_and_the_sample_stays(open_convolution):
    app = open_convolution(view="On a picture")
    app.file_uploader("convolution-picture").set_value(("photo.png", b"not a picture", "image/png")).run()
    (refusal,) = refusals(app)
    assert "PNG" in refusal
    assert "largest difference" in badges(app)[0]


def test_what_was_set_is_still_there_after_another_page(open_convolution):
    app = open_convolution()
    app.slider("convolution-padding").set_value(2).run()
    app.session_state["convolution-image"] = (((1.0, 2.0, 3.0),) * 3,)
    app.run()
    app.switch_page("pages/home/home.py").run()
    app.switch_page(PAGE).run()
    assert app.slider("convolution-padding").value == 2
    assert program_of(app)["image"].shape[-2:] == (3, 3)


def test_the_page_speaks_chinese(open_convolution):
    app = open_convolution(lang="zh")
    assert app.title[0].value == "卷积"
    assert "相同" in badges(app)[0] or "一致" in badges(app)[0]
