"""The view "Mistakes on purpose" of the page "Fine-tuning": asked first, then seen, explained and mended."""

import json
from functools import partial

import pytest

from lessons.core import words
from lessons.models.finetuning.mistakes import MISTAKES, STAYS
from pages.kit.predict import fingerprint
from pages.models.finetuning_mistakes import PAGE
from tests.oracles import address_of, answer, told

SWITCH = f"{PAGE}-with_mistake"


@pytest.fixture
def open_mistakes(open_lesson):
    return partial(open_lesson, "models/finetuning", view="mistakes")


def lines(app) -> list[str]:
    """The names in the chart."""
    (chart,) = app.get("plotly_chart")
    return [line["name"] for line in json.loads(chart.proto.spec)["data"]]


def test_what_torch_refuses_has_its_words_and_no_second_curve(open_mistakes):
    app = open_mistakes(with_mistake="true")
    assert app.toggle(SWITCH).disabled
    assert "It says: RuntimeError" not in told(app)
    answer(app, "What comes of training it", STAYS)
    assert "Not quite. It says: RuntimeError: element 0 of tensors does not require grad" in told(
        app
    ).replace("**", "")
    assert lines(app) == ["the backbone frozen"]
    assert "everything frozen: torch refuses at step 0." in told(app)
    (patch,) = app.code
    assert [line for line in patch.value.split("\n") if line[0] in "+-"] == [
        "-net.requires_grad_(False).eval()",
        "+net[:-1].requires_grad_(False).eval()",
    ]
    app.button_group(f"{PAGE}-mistake").set_value("optimizer").run()
    assert app.toggle(SWITCH).disabled
    answer(app, "What comes of training it", STAYS)
    assert lines(app) == ["head, then optimizer", "optimizer, then head"]
    assert address_of(app)["mistake"] == "optimizer"


def test_gradients_that_nobody_empties_are_seen_and_what_they_cost_is_measured(open_mistakes):
    app = open_mistakes(mistake="gradients", with_mistake="true", mistake_step="99")
    assert "mistake_step in the address is 99, which cannot be read." in told(app)
    answer(app, "Nothing is frozen", 3)
    assert lines(app) == ["all gradients emptied", "those of the head emptied"]
    assert "those of the head emptied: the gradient norm of the backbone rises from" in told(app)
    assert "Measured just now" not in told(app)
    app.button(f"{PAGE}-times-button").click().run()
    assert "Measured just now on this machine, in milliseconds a step" in told(app)


@pytest.mark.parametrize("slug", MISTAKES)
def test_everything_in_it_is_said_in_chinese(slug, open_app, said):
    app = open_app(lang="zh", view="mistakes", mistake=slug, with_mistake="true")
    for part in ("table", "program"):
        app.session_state[f"{PAGE}-{slug}-{part}"] = True
    app.session_state["answers"] = {fingerprint(MISTAKES[slug][1]().question): None}
    app.switch_page("pages/models/finetuning.py").run()
    assert not app.exception
    assert {"Every step as a table", "The one line that mends it"} <= said
    assert not sorted(said - words.labels("zh").keys())
