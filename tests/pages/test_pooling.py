"""Stories of the page "Pooling" that are its alone."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.layers.pooling.inputs import KINDS
from tests.oracles import address_of, badges, program_of


@pytest.fixture
def open_pooling(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_pooling(stride="2")."""
    return partial(open_lesson, "layers/pooling")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view", ["forward", "backward"])
def test_every_kind_agrees_with_torch(open_pooling, kind, view):
    app = open_pooling(kind=kind, view=view, padding="1", ceil_mode="true", stride="2")
    (badge,) = badges(app)
    assert "same as" in badge
    assert not app.warning


def test_a_stride_as_large_as_the_kernel_takes_the_place_of_numbers(open_pooling):
    app = open_pooling()
    app.selectbox("pooling-stride-as").select("kernel").run()
    assert program_of(app)["output"].shape[-2:] == (1, 1)
    assert address_of(app)["stride"] == "kernel"
    app.selectbox("pooling-stride-as").select("number").run()
    assert program_of(app)["output"].shape[-2:] == (3, 3)


def test_a_smaller_kernel_takes_the_padding_back_into_its_bounds(open_pooling):
    app = open_pooling(kernel_size="6", padding="3")
    app.slider("pooling-kernel_size").set_value(2).run()
    assert app.slider("pooling-padding").value == 1
    assert not app.warning


def test_a_kernel_larger_than_the_input_is_explained_and_can_be_changed(open_pooling):
    app = open_pooling(kernel_size="6")
    (refusal,) = [warning.value for warning in app.warning]
    assert "6" in refusal
    app.slider("pooling-kernel_size").set_value(2).run()
    assert not app.warning


def test_a_setting_of_another_kind_is_kept_until_it_is_in_play_again(open_pooling):
    app = open_pooling(dilation="2")
    app.selectbox("pooling-kind").select("average").run()
    assert "dilation" not in address_of(app)
    app.selectbox("pooling-kind").select("max").run()
    assert address_of(app)["dilation"] == "2"


def test_height_and_width_apart_start_and_end_alike(open_pooling):
    app = open_pooling()
    app.session_state["pooling-more"] = True
    app.run()
    app.toggle("pooling-apart").set_value(True).run()
    app.slider("pooling-kernel_size-width").set_value(2).run()
    assert address_of(app)["kernel_size"] == "3x2"
    app.toggle("pooling-apart").set_value(False).run()
    assert "kernel_size" not in address_of(app)


def test_channels_are_pooled_one_by_one(open_pooling):
    app = open_pooling()
    app.session_state["pooling-more"] = True
    app.run()
    app.number_input("pooling-image-count").set_value(3).run()
    assert program_of(app)["output"].shape[0] == 3


def test_a_tie_is_explained_backward(open_pooling):
    app = open_pooling(view="backward", image="7,7;7,7", kernel_size="2")
    assert any("more than once" in caption.value for caption in app.caption)
