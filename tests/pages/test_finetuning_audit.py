"""The view "Freeze audit" of the page "Fine-tuning": asked first, then the layers, and who undoes eval()."""

import json
from functools import partial

import pytest

from lessons.core import words
from lessons.models.finetuning import audit, calls
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WHOLE
from pages.kit.predict import fingerprint
from pages.models.finetuning_audit import PAGE
from tests.oracles import address_of, answer, told

TRAINS, MOVES, UNDONE = (
    "how many parameters does the net still learn",
    "numbers of the backbone",
    "Where are they",
)


@pytest.fixture
def open_audit(open_lesson):
    return partial(open_lesson, "models/finetuning", view="audit")


def bars(app) -> dict[str, list[float | None]]:
    """What the chart shows, by name."""
    (chart,) = app.get("plotly_chart")
    return {each["name"]: each["x"] for each in json.loads(chart.proto.spec)["data"]}


def test_nothing_that_moved_is_seen_before_it_is_asked_and_a_switch_undoes_it(open_audit):
    app = open_audit()
    answer(app, MOVES, 1)
    assert not app.get("plotly_chart")
    assert "970" not in told(app)
    answer(app, TRAINS, 970)
    assert "Right. A weight for each of 96 features" in told(app).replace("**", "")
    assert bars(app).keys() == {"parameters", "running statistics"}
    moved = audit.audit(FROZEN)
    for line in audit.describe(moved):
        assert str(line) in told(app)
    assert calls.CALLS[0] not in told(app)
    answer(app, UNDONE, 0)
    assert str(calls.describe(overridden=False)) in told(app)
    app.toggle(f"{PAGE}-audit_kept").set_value(True).run()
    assert not app.get("plotly_chart")
    answer(app, "Which of its numbers still move", 0)
    assert "No running statistics moved" in told(app)
    assert not any(bars(app)["running statistics"])
    assert address_of(app)["audit_kept"] == "true"


def test_a_link_opens_another_way_and_each_way_asks_anew(open_audit):
    app = open_audit(audit_way=WHOLE, audit_kept="maybe")
    assert "audit_kept in the address is maybe, which cannot be read." in told(app)
    assert app.toggle(f"{PAGE}-audit_kept").disabled
    answer(app, TRAINS, 1)
    answer(app, "Which part of the backbone moves most", 3)
    assert str(audit.ask_moved(audit.audit(WHOLE)).reason) in told(app)
    assert "Who switches what" not in [each.value for each in app.subheader]
    app.button_group(f"{PAGE}-audit_way").set_value(SCRATCH).run()
    assert not app.get("plotly_chart")
    assert address_of(app)["audit_way"] == SCRATCH


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="audit", audit_overridden="true")
    for part in ("layers", "program", "calls"):
        app.session_state[f"{PAGE}-{part}"] = True
    questions = (
        audit.ask_head(),
        audit.ask_alexnet(),
        audit.ask_moved(audit.audit(FROZEN)),
        calls.ask_undone(),
    )
    app.session_state["answers"] = {fingerprint(each): None for each in questions}
    app.switch_page("pages/models/finetuning.py").run()
    assert not app.exception
    assert {"Every layer as a table", "Who switches what", "gradient at first"} <= said
    assert not sorted(said - words.labels("zh").keys())
    layers = next(each.value for each in app.markdown if "num_batches_tracked" in each.value)
    assert layers.count("\n") == 1 + len(audit.audit(FROZEN).layers)
