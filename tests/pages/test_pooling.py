"""Stories of the page "Pooling" without a browser, which alone sees what the stepper plays."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lessons.layers.pooling.lesson import KINDS, PRESETS, Inputs, run
from tests.pages.program import program_of


@pytest.fixture
def open_pooling(open_lesson) -> Callable[..., AppTest]:
    """The page as its address opens it: open_pooling(stride="2")."""
    return partial(open_lesson, "layers/pooling")


def badge(app: AppTest) -> str:
    (text,) = [text.value for text in app.markdown if "badge[" in text.value]
    return text


def test_the_first_visit_shows_a_whole_example(open_pooling):
    app = open_pooling()
    assert "torch.nn.functional.max_pool2d" in badge(app)
    assert "largest difference `0`" in badge(app)
    assert torch.equal(program_of(app)["output"], run(Inputs()).output)
    assert not app.warning


@pytest.mark.parametrize("index", range(len(PRESETS)), ids=[str(preset.name) for preset in PRESETS])
def test_a_preset_puts_all_of_its_example_on_the_page(open_pooling, index):
    app = open_pooling(kind="average", padding="1")
    app.button(f"pooling-preset-{index}").click().run()
    assert torch.allclose(program_of(app)["output"], run(PRESETS[index].inputs).output, rtol=0, atol=1e-12)
    assert "padding" not in app.query_params


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view", ["Forward", "Backward"])
def test_every_kind_agrees_with_torch(open_pooling, kind, view):
    app = open_pooling(kind=kind, view=view, padding="1", ceil="true", stride="2")
    assert badge(app).count("same as") == 1
    assert not app.warning


def test_a_stride_of_its_own_takes_the_place_of_the_kernel_size(open_pooling):
    app = open_pooling()
    app.toggle("pooling-follow").set_value(True).run()
    assert program_of(app)["output"].shape[-2:] == (1, 1)
    app.toggle("pooling-follow").set_value(False).run()
    assert program_of(app)["output"].shape[-2:] == (3, 3)


def test_a_smaller_kernel_takes_the_padding_back_into_its_bounds(open_pooling):
    app = open_pooling(kernel="6", padding="3")
    app.slider("pooling-kernel").set_value(2).run()
    assert app.slider("pooling-padding").value == 1
    assert not app.warning


def test_a_kernel_larger_than_the_input_is_explained_and_can_be_changed(open_pooling):
    app = open_pooling(kernel="6")
    (refusal,) = [warning.value for warning in app.warning]
    assert "6" in refusal
    app.slider("pooling-kernel").set_value(2).run()
    assert not app.warning


def test_channels_are_pooled_one_by_one(open_pooling):
    app = open_pooling()
    app.session_state["pooling-more"] = True
    app.run()
    app.number_input("pooling-channels").set_value(3).run()
    assert program_of(app)["output"].shape[0] == 3


def test_a_tie_is_explained_backward(open_pooling):
    app = open_pooling(view="Backward", image="7,7;7,7", kernel="2")
    assert any("more than once" in caption.value for caption in app.caption)


def test_the_page_speaks_chinese(open_pooling):
    app = open_pooling(lang="zh")
    assert app.title[0].value == "池化"
