"""The view "State": a learner looks into an optimizer of torch."""

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.learning.descent import microscope
from lessons.learning.descent.microscope import Inputs
from tests.oracles import address_of, answer, badges, executed, told

PAGE = "descent-state"


@pytest.fixture
def open_view(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/descent", view="state")


def formulas(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown if text.value.startswith("$"))


def unfolded(app: AppTest, *parts: str) -> AppTest:
    for part in parts:
        app.session_state[f"{PAGE}-{part}"] = True
    return app.run()


def test_adams_first_steps_are_asked_before_anything_of_its_steps_is_told(open_view):
    app = open_view()
    assert "'lr': 0.1, 'betas': (0.9, 0.999), 'eps': 1e-08" in app.code[0].value
    assert "comes with your answers" in told(app)
    assert not formulas(app)
    answer(app, "for a gradient of 0.001?", 0.0001)
    assert "Not quite. It goes 0.1." in told(app).replace("**", "")
    assert not formulas(app)
    assert "falls out" not in told(app)
    answer(app, "for a gradient of 1000?", 0.1)
    assert "SGD would go 1000 × 0.1 = 100." in told(app)
    assert "the size of the gradient falls out of it" in told(app)
    assert "the weight goes from 1 to 0.9. That is the rate times 1." in told(app)
    assert r"\frac{m_{1}}{1 - \beta_1^{{1}}} = \frac{0.0001}{1 - 0.9^{1}} = 0.001" in formulas(app)
    assert "| exp_avg | 0.0001 | 0.0001 |" in told(app)
    assert "same as `torch.optim.Adam`" in badges(app)[0]
    unfolded(app, "first")
    assert "| Adam | 0.1 | 0.1 |" in told(app)
    assert "| SGD | 0.0001 | 100 |" in told(app)


def test_a_step_is_looked_at_and_all_of_them_are_a_table_and_a_program(open_view):
    app = open_view(state_optimizer="momentum", gradients="1 2 -1", state_lr="0.5", state_step="2")
    assert r"b_{2} = \mu \cdot b_{1} + g_{2} = 0.9 \cdot 1 + 2 = 2.9" in formulas(app)
    app.slider("descent-state-state_step").set_value(3).run()
    assert r"= 0.9 \cdot 2.9 + (-1) = 1.61" in formulas(app)
    assert address_of(app)["state_step"] == "3"
    unfolded(app, "table", "program")
    assert "| 2 | 2 | 2.9 | -0.95 |" in told(app)
    steps = microscope.walk(Inputs("momentum", lr=0.5, gradients=(1.0, 2.0, -1.0)))
    assert executed(app.code[-1].value)["weights"] == [step.weight for step in steps]


def test_a_preset_goes_down_the_slope_and_plain_sgd_remembers_nothing(open_view):
    app = open_view(state_optimizer="sgd", state_step="9")
    assert "It remembers nothing: state is empty." in told(app)
    assert app.slider("descent-state-state_step").value == 8
    app.button("descent-state-preset-4").click().run()
    assert app.slider("descent-state-state_step").max == 20
    assert address_of(app)["state_slope"] == "true"


def test_what_are_no_gradients_is_explained_and_stays(open_view):
    app = open_view(state_optimizer="rmsprop")
    for text, why in (
        ("", "There is no number."),
        ("1 two", "Number 2: two is not a number"),
        ("1 " * 200, "200 gradients are too many; at most 50."),
        ("1e9", "Numbers up to 1000000"),
        ("1 " * 51, "51 gradients are too many; at most 50."),
    ):
        app.text_input("descent-state-gradients").set_value(text).run()
        assert why in told(app)
        assert app.text_input("descent-state-gradients").value == text


def test_adamw_and_adagrad_begin_with_what_torch_has_of_their_own(open_view):
    app = open_view(state_optimizer="adamw")
    assert "'weight_decay': 0.01" in app.code[0].value
    app.select_slider("descent-state-state_adamw_weight_decay").set_value(0.5).run()
    assert address_of(app)["state_adamw_weight_decay"] == "0.5"
    app.selectbox("descent-state-state_optimizer").set_value("adam").run()
    assert "'weight_decay': 0," in app.code[0].value.replace("0.0", "0")
    app.selectbox("descent-state-state_optimizer").set_value("adagrad").run()
    assert "'eps': 1e-10" in app.code[0].value


def test_nonsense_in_the_address_is_told_and_the_usual_is_shown(open_view):
    app = open_view(
        state_optimizer="lion", state_lr="7", state_start="x", state_step="0", state_slope="maybe"
    )
    assert told(app).count("in the address is") == 4
    assert "x is not a number" in told(app)
    assert app.selectbox("descent-state-state_optimizer").value == "adam"


def test_everything_is_said_in_chinese(open_view, said):
    for optimizer in ("adamw", "sgd"):
        app = open_view(lang="zh", state_optimizer=optimizer, gradients="1 0")
        for button in [each for each in app.button if each.key.startswith("show-")]:
            button.click()
        unfolded(app.run(), "table", "program", "first")
        assert not app.exception
    assert {"by hand", "SGD with momentum", "One, then none"} <= said
    assert not sorted(said - words.labels("zh").keys())
