"""Stories of the page "Pooling" that are its alone."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.layers.pooling.inputs import KINDS
from tests.oracles import address_of, badges


@pytest.fixture
def open_pooling(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_pooling(stride="2")."""
    return partial(open_lesson, "layers/pooling")


@pytest.mark.parametrize("view", ["forward", "backward"])
def test_every_kind_agrees_with_torch_and_only_max_has_a_dilation(open_pooling, view):
    app = open_pooling(view=view, padding="1", ceil_mode="true", stride="2", dilation="2")
    for kind in (*KINDS, "max"):
        app.selectbox("pooling-kind").select(kind).run()
        (badge,) = badges(app)
        assert "same as" in badge
        assert not app.warning
        assert address_of(app).get("dilation") == ("2" if kind == "max" else None)


def test_a_kernel_that_does_not_fit_is_explained_and_a_smaller_one_takes_the_padding_back(open_pooling):
    app = open_pooling(kernel_size="6")
    (refusal,) = app.warning
    assert "6" in refusal.value
    app.slider("pooling-padding").set_value(3).run()
    assert not app.warning
    app.slider("pooling-kernel_size").set_value(2).run()
    assert app.slider("pooling-padding").value == 1
    assert not app.warning
