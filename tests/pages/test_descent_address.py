"""What stands in an address is read, brought within bounds, or told: no number breaks a view."""

import pytest

from pages.learning import descent_batches, descent_net, descent_nothing, descent_schedule, descent_state
from tests.oracles import told

FIELDS = {
    "state": descent_state.LINKED,
    "schedule": descent_schedule.LINKED,
    "batches": descent_batches.LINKED,
    "nothing": descent_nothing.LINKED,
    "net": descent_net.LINKED,
}
WILD = ("1e308", "-1e308,1e308", "nan,inf", "0", "0,0;0,1", "9" * 5000)


@pytest.mark.parametrize(
    ("view", "sound"),
    [
        *((view, {}) for view in FIELDS),
        ("state", {"gradients": "1 2"}),
        ("schedule", {"schedule": "knots"}),
    ],
    ids=str,
)
def test_no_number_breaks_a_view(view, sound, open_lesson, home):
    """sound: what is read well, so that what comes after it is reached."""
    for text in WILD:
        app = open_lesson("learning/descent", view=view, **dict.fromkeys(FIELDS[view].names, text) | sound)
        assert "in the address is" in told(app) or "is not a" in told(app)


@pytest.mark.parametrize("view", ["schedule", "batches"])
def test_a_start_far_away_is_brought_near_and_two_are_none(view, open_lesson, planes):
    field = f"{view}_start"
    for text in ("1e300,1", "-1e308,1e308"):
        open_lesson("learning/descent", view=view, **{field: text})
        (start,) = planes[f"descent-{view}"].planes[1].parts[-1].places
        assert max(map(abs, start)) <= 100
    app = open_lesson("learning/descent", view=view, **{field: "1,2;3,4"})
    assert f"{field} in the address is" in told(app)
