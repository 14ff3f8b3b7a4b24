"""Stories of the page "Convolution" that are its alone."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.matrix import pack
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.lesson import LESSON
from tests.oracles import address_of, badges, program_of


@pytest.fixture
def open_convolution(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_convolution(stride="2")."""
    return partial(open_lesson, "layers/convolution")


def unfold(app: AppTest, expander: str) -> AppTest:
    """What an expander holds is made when it is opened."""
    app.session_state[f"convolution-{expander}"] = True
    return app.run()


def refusals(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


def test_a_link_restores_what_was_on_the_screen(open_convolution):
    inputs = Inputs(
        (((1, 2.5), (-3, 4)),), ((((1,),),), (((2,),),)), (0.5, 0), (2, 1), padding_mode="circular"
    )
    address = {"image": pack(inputs.image), "weight": "1||2", "bias": "0.5,0", "stride": "2x1"}
    app = open_convolution(**address, padding_mode="circular")
    assert program_of(app)["output"].tolist() == LESSON.run(inputs).output.tolist()
    assert [slider.label for slider in app.slider][:2] == ["Stride: height", "Stride: width"]
    assert address_of(app) == address | {"padding_mode": "circular"}


@pytest.mark.parametrize(
    "address",
    [
        {"stride": "0"},
        {"stride": "²"},
        {"stride": "1x"},
        {"stride": "2x6"},
        {"padding": "full"},
        {"image": "1,2;3"},
        {"image": "1|2|3|4|5"},
        {"weight": "1|2||3"},
        {"weight": "1||1,2"},
        {"padding_mode": "mirror"},
        {"groups": "9"},
        {"bias": "1;2"},
    ],
    ids=str,
)
def test_what_cannot_be_read_in_the_address_is_mentioned_and_left_out(open_convolution, address):
    app = open_convolution(**address)
    assert len(app.info) == 1
    assert program_of(app)["output"].tolist() == LESSON.run(Inputs()).output.tolist()


def test_settings_that_do_not_fit_are_explained_and_can_be_changed(open_convolution):
    app = open_convolution()
    app.selectbox("convolution-padding-as").select("same").run()
    app.slider("convolution-stride").set_value(2).run()
    (refusal,) = refusals(app)
    assert "stride 1" in refusal
    assert not app.code
    app.slider("convolution-stride").set_value(1).run()
    assert not refusals(app)
    assert program_of(app)["output"].shape[-2:] == (5, 5)


def test_a_kernel_larger_than_the_input_is_explained_with_both_sizes(open_convolution):
    (refusal,) = refusals(open_convolution(image="1,2;3,4"))
    assert "3" in refusal
    assert "2" in refusal


def test_more_channels_and_kernels_fit_each_other(open_convolution):
    app = unfold(open_convolution(), "more")
    app.number_input("convolution-image-count").set_value(4).run()
    app.number_input("convolution-weight-count").set_value(2).run()
    assert program_of(app)["weight"].shape == (2, 4, 3, 3)
    app.select_slider("convolution-groups").set_value(2).run()
    assert program_of(app)["weight"].shape == (2, 2, 3, 3)
    app.number_input("convolution-image-count").set_value(3).run()
    assert program_of(app)["weight"].shape == (2, 3, 3, 3)
    assert not refusals(app)


def test_a_kernel_keeps_its_own_channels(open_convolution):
    app = unfold(open_convolution(weight="1||2", bias="0,0", image="1,2;3,4"), "more")
    app.number_input("convolution-image-count").set_value(2).run()
    assert program_of(app)["weight"].flatten().tolist() == [1, 1, 2, 2]
    app.number_input("convolution-image-count").set_value(1).run()
    assert program_of(app)["weight"].flatten().tolist() == [1, 2]


def test_the_gradient_of_the_output_stands_in_the_address_and_follows_its_shape(open_convolution):
    app = open_convolution(view="backward", grad_output="0,0,0;0,2,0;0,0,0")
    assert program_of(app)["image"].grad.abs().sum() == 2 * 6
    assert address_of(app)["grad_output"] == "0,0,0;0,2,0;0,0,0"
    app.slider("convolution-stride").set_value(2).run()
    assert program_of(app)["grad_output"].tolist() == [[[1, 1], [1, 1]]]
    assert "grad_output" not in address_of(app)
    assert not refusals(app)


def test_a_gradient_that_is_too_large_is_explained_and_can_be_changed(open_convolution):
    app = open_convolution(view="backward", grad_output="1e101,1,1;1,1,1;1,1,1")
    assert len(refusals(app)) == 1
    unfold(app, "grad_output-as-text")
    app.text_area("convolution-grad_output-text").set_value("1 1 1\n1 1 1\n1 1 1").run()
    assert not refusals(app)


def test_large_numbers_may_differ_in_their_last_digits(open_convolution):
    image = ";".join(",".join(f"{10**6 + 0.1 * row * column}" for column in range(5)) for row in range(5))
    app = open_convolution(image=image, weight="1e6,0.3,-1e6;1,0.7,-1;3e5,0.1,-2e5")
    assert "same as" in badges(app)[0]


def test_padding_same_makes_room_for_any_dilation(open_convolution):
    app = open_convolution(padding="same", dilation="4")
    assert app.slider("convolution-dilation").value == 4
    assert program_of(app)["output"].shape[-2:] == (5, 5)


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
    app = open_convolution(view="picture", filter="emboss")
    assert app.selectbox("convolution-filter").value == "emboss"
    for kernel in app.selectbox("convolution-filter").options:
        app.selectbox("convolution-filter").select(kernel).run()
        assert "largest difference" in badges(app)[0]
    assert address_of(app)["filter"] == "own"
    assert not refusals(app)


def test_a_file_that_is_no_picture_is_refused_and_the_sample_stays(open_convolution):
    app = open_convolution(view="picture")
    app.file_uploader("convolution-picture").set_value(("photo.png", b"not a picture", "image/png")).run()
    (refusal,) = refusals(app)
    assert "PNG" in refusal
    assert "largest difference" in badges(app)[0]
