"""Stories of the page "Convolution" that are its alone."""

from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core.matrix import pack, unpack
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.lesson import LESSON
from pages.kit.picture.inline import encode
from tests.oracles import address_of, badges, program_of
from tests.strategies import numbers


@pytest.fixture
def open_convolution(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_convolution(stride="2")."""
    return partial(open_lesson, "layers/convolution")


def refusals(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


KERNELS = {"image": "1,2.5;-3,4", "weight": "1||2", "bias": "0.5,0"}


@pytest.mark.parametrize(
    ("address", "inputs"),
    [
        (KERNELS, Inputs(unpack("1,2.5;-3,4"), (unpack("1"), unpack("2")), (0.5, 0))),
        ({"stride": "2x1", "padding_mode": "circular"}, Inputs(stride=(2, 1), padding_mode="circular")),
        ({"padding": "same", "dilation": "4"}, Inputs(padding="same", dilation=(4, 4))),
    ],
)
def test_a_link_restores_what_was_on_the_screen(open_convolution, address, inputs):
    app = open_convolution(**address)
    assert address_of(app) == address
    assert program_of(app)["output"].tolist() == LESSON.run(inputs).output.tolist()


@pytest.mark.parametrize(
    "address",
    [
        {"image": "1|2|3|4|5", "groups": "9", "weight": "1|2||3", "bias": "1;2", "padding": "full"},
        {"image": "1,2;3", "weight": "1||1,2", "stride": "2x6", "padding_mode": "mirror"},
        {"weight": "1||1||1||1||1", "stride": "1x"},
        {"weight": "1|1|1|1|1", "stride": "²"},
        {"bias": "1,2,3,4,5"},
    ],
    ids=str,
)
def test_what_cannot_be_read_in_the_address_is_mentioned_and_left_out(open_convolution, address):
    app = open_convolution(**address)
    assert len(app.info) == len(address)
    assert program_of(app)["output"].tolist() == LESSON.run(Inputs()).output.tolist()


def test_settings_that_do_not_fit_are_explained_and_can_be_changed(open_convolution):
    app = open_convolution(image="1,2;3,4")
    (refusal,) = refusals(app)
    assert "= 3, the padded input has 0 + 2 + 0 = 2" in refusal
    app.selectbox("convolution-padding-as").select("same").run()
    assert program_of(app)["output"].shape == (1, 2, 2)
    app.slider("convolution-stride").set_value(2).run()
    (refusal,) = refusals(app)
    assert "stride 1" in refusal
    assert not app.code
    app.slider("convolution-stride").set_value(1).run()
    assert program_of(app)["output"].shape == (1, 2, 2)
    assert not refusals(app)


def test_channels_kernels_and_groups_fit_each_other_and_a_kernel_keeps_its_own_channels(open_convolution):
    app = open_convolution(image="1,2;3,4", weight="1||2", bias="0,0")
    app.session_state["convolution-more"] = True
    app.run()
    for setting, number, weights in (
        ("image-count", 2, [1, 1, 2, 2]),
        ("groups", 2, [1, 2]),
        ("image-count", 3, [1, 1, 1, 2, 2, 2]),
        ("weight-count", 3, [1, 1, 1, 2, 2, 2, 1, 1, 1]),
        ("image-count", 1, [1, 2, 1]),
    ):
        app.get_by_key(f"convolution-{setting}").set_value(number).run()
        assert program_of(app)["weight"].flatten().tolist() == weights
    assert not refusals(app)


def test_the_gradient_of_the_output_can_be_typed_and_follows_its_shape(open_convolution):
    app = open_convolution(view="backward", grad_output="0,0,0;0,2,0;0,0,0")
    assert program_of(app)["image"].grad.abs().sum() == 2 * 6
    assert address_of(app)["grad_output"] == "0,0,0;0,2,0;0,0,0"
    app.session_state["convolution-as-text"] = True
    app.run()
    for number, refused in (("1e101", 1), ("2", 0)):
        app.text_area("convolution-grad_output-text").set_value(f"{number} 1 1\n1 1 1\n1 1 1").run()
        assert len(refusals(app)) == refused
    app.slider("convolution-stride").set_value(2).run()
    assert program_of(app)["grad_output"].tolist() == [[[1, 1], [1, 1]]]
    assert "grad_output" not in address_of(app)
    assert not refusals(app)


def test_every_kernel_answers_on_the_sample_picture(open_convolution):
    app = open_convolution(view="picture", filter="emboss")
    assert app.selectbox("convolution-filter").value == "emboss"
    for kernel in app.selectbox("convolution-filter").options:
        app.selectbox("convolution-filter").select(kernel).run()
        assert "largest difference" in badges(app)[0]
    assert address_of(app)["filter"] == "own"
    assert not refusals(app)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((1, 1), ["a preview of 11 x 11; the picture has 1 x 1"]),
        ((96, 96), []),
        ((640, 480), ["a preview of 96 x 72; the picture has 640 x 480"]),
        ((5000, 20), ["a preview of 96 x 11; the picture has 5000 x 20", "only its middle is looked at"]),
        ((3, 700), ["a preview of 11 x 95; the picture has 3 x 700", "only its middle is looked at"]),
    ],
    ids=str,
)
def test_every_kernel_fits_every_picture_and_what_is_not_the_whole_says_so(size, told, open_convolution):
    app = open_convolution(view="picture", filter="own", own=pack((numbers(0, 11, 11),)))
    picture = ("a.png", encode(Image.new("RGB", size, "teal")), "image/png")
    app.file_uploader("convolution-picture").set_value(picture).run()
    assert "largest difference" in badges(app)[0]
    captions = "\n".join(each.value for each in app.caption)
    assert [each for each in told if each not in captions] == []
    assert ("a preview of" in captions, "only its middle" in captions) == (bool(told), len(told) > 1)


def test_a_file_that_is_no_picture_is_refused_and_the_sample_stays(open_convolution):
    app = open_convolution(view="picture")
    app.file_uploader("convolution-picture").set_value(("photo.png", b"not a picture", "image/png")).run()
    (refusal,) = refusals(app)
    assert "PNG" in refusal
    assert "largest difference" in badges(app)[0]
