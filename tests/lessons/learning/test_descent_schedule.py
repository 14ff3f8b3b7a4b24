"""Rates that change: torch's schedulers, knots, and two kinds of momentum under them."""

import re
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.core.limits import KNOTS
from lessons.core.messages import LessonError
from lessons.learning.descent import schedule
from lessons.learning.descent.schedule import (
    CONSTANT,
    COSINE,
    KINDS,
    ONE_CYCLE,
    OWN,
    STEP,
    WARM_UP,
    Inputs,
)
from tests.oracles import executed
from tests.strategies import EXTREMES, SEEDS

OWN_KNOTS = ((0.0, 0.01), (40.0, 0.02), (99.0, 0.0))
pytestmark = pytest.mark.filterwarnings("error")  # torch says so where a scheduler is used wrongly


@st.composite
def inputs(draw: st.DrawFn, steps: int = 0) -> Inputs:
    """steps: as many; else some. Rates that stay in the valley."""
    kind, random = draw(st.sampled_from(list(KINDS))), Random(draw(SEEDS))
    count = steps or random.choice((10, 11, 50, 120))
    places = sorted(random.sample(range(1000), random.randint(2, KNOTS)))
    knots = tuple((float(place), random.uniform(0, 0.02)) for place in places)
    return Inputs(
        kind,
        lr=10 ** random.uniform(-4, -1.8),
        steps=count,
        momentum=random.choice((0.0, 0.5, 0.9, 0.99)),
        step_size=random.randint(1, 200),
        gamma=random.uniform(0.1, 1.0),
        warm=random.uniform(0.05, 0.95),
        knots=knots if kind == OWN else (),
        start=(random.uniform(-2, 2), random.uniform(-5, 5)),
    )


@given(inputs(steps=1000))
def test_after_a_thousand_steps_every_schedule_is_still_where_torch_is(going: Inputs) -> None:
    slides = schedule.slide(going)
    theirs, ours = (torch.tensor(places) for places in (schedule.run(going), slides.torch))
    assert len(theirs) == len(ours) == 1001
    assert torch.allclose(theirs, ours, rtol=0, atol=1e-9)
    assert schedule.check(going, slides).agrees


@given(inputs())
def test_the_program_has_the_rates_and_both_paths_of_the_page(going: Inputs) -> None:
    slides, variables = schedule.slide(going), executed(schedule.snippet(going))
    assert variables["rates"] == list(slides.rates)
    for name, places in (("path", slides.torch), ("textbook", slides.textbook)):
        assert torch.allclose(torch.tensor(variables[name]), torch.tensor(places), rtol=0, atol=1e-9)


@given(inputs())
def test_the_two_momentums_part_exactly_where_the_rate_changes_first(going: Inputs) -> None:
    slides = schedule.slide(going)
    question = schedule.ask_parting(going, slides)
    if not going.momentum or slides.first_change is None:
        assert question.answer == going.steps
        return
    assert question.answer == slides.first_difference == slides.first_change


def test_a_rate_that_is_lowered_at_step_50_parts_them_there_and_the_textbook_runs_on() -> None:
    slides = schedule.slide(Inputs())
    assert (slides.rates[49], slides.rates[50]) == pytest.approx((0.001, 0.0001))
    assert (slides.first_change, slides.first_difference) == (50, 50)
    assert slides.torch[50] == pytest.approx(slides.textbook[50])
    step = slides.torch[50][1] - slides.torch[51][1]
    assert slides.textbook[50][1] - slides.textbook[51][1] > 5 * step


def test_a_rate_that_changes_by_little_is_told_with_the_digits_that_change() -> None:
    own = Inputs(OWN, knots=((0.0, 0.001), (99.0, 0.001005)))
    assert "from 0.001 to 0.0010001. torch" in str(schedule.ask_parting(own, schedule.slide(own)).reason)


@pytest.mark.parametrize(
    ("going", "answer", "why"),
    [
        (Inputs(), 50, "They go together for 50 steps; then the rate goes from 0.001 to 0.0001."),
        (Inputs(COSINE), 1, "They go together for 1 step;"),
        (Inputs(CONSTANT), 100, "While the rate is the same, here 0.001,"),
        (Inputs(momentum=0.0), 100, "though the rate changes after 50 steps, from 0.001 to 0.0001. Without"),
        (Inputs(start=(0.0, 0.0)), 100, "at the start nothing is steep"),
        (Inputs(lr=0.5), 4, "and have run away by then: their paths end before the rate changes"),
    ],
    ids=str,
)
def test_how_long_they_go_together_and_why(going: Inputs, answer: int, why: str) -> None:
    slides = schedule.slide(going)
    question = schedule.ask_parting(going, slides)
    assert question.answer == answer
    assert why in str(question.reason)
    one, other = (torch.tensor(places[: answer + 1]) for places in (slides.torch, slides.textbook))
    assert torch.allclose(one, other)


@pytest.mark.parametrize("number", EXTREMES)
def test_a_start_from_anywhere_is_brought_onto_the_plane(number: float) -> None:
    going = Inputs(start=(number, -number))
    slides = schedule.slide(going)
    assert abs(slides.torch[0][0]) <= 2
    assert abs(slides.torch[0][1]) <= 5
    assert schedule.check(going, slides).agrees
    assert schedule.scene(going, slides, True).planes[1].parts[-1].places == (slides.torch[0],)


WORKED = {
    CONSTANT: (0.001, 0.001, 0.001),
    STEP: (0.001, 0.001, 0.0001),
    COSINE: (0.001, 0.0005157, 0.0005),
    ONE_CYCLE: (4e-05, 0.0008117, 0.0007939),
    WARM_UP: (1e-05, 0.000829, 0.0008117),
}


@pytest.mark.parametrize("kind", WORKED)
def test_the_rates_are_those_of_the_scheduler(kind: str) -> None:
    rates = schedule.rates(Inputs(kind))
    assert (rates[0], rates[49], rates[50]) == pytest.approx(WORKED[kind], rel=1e-3)
    assert len(rates) == 100


def test_knots_are_joined_by_straight_lines_and_level_beyond_them() -> None:
    rates = schedule.rates(Inputs(OWN, steps=200, knots=OWN_KNOTS))
    assert (rates[0], rates[20], rates[40], rates[99], rates[150]) == pytest.approx((0.01, 0.015, 0.02, 0, 0))


@pytest.mark.parametrize("kind", [CONSTANT, STEP, COSINE, ONE_CYCLE, WARM_UP])
def test_the_knots_of_a_schedule_are_close_to_it(kind: str) -> None:
    rates = schedule.rates(Inputs(kind))
    knots = schedule.knots_of(rates)
    assert 2 <= len(knots) <= KNOTS
    assert all(
        abs(schedule.between(knots, step) - rate) <= 0.03 * max(rates) for step, rate in enumerate(rates)
    )


def test_a_schedule_with_too_many_corners_has_as_many_knots_as_there_can_be() -> None:
    assert len(schedule.knots_of(schedule.rates(Inputs(STEP, steps=1000, step_size=10, gamma=0.9)))) == KNOTS


def test_the_textbook_is_seen_only_once_it_was_asked_about() -> None:
    slides = schedule.slide(Inputs())
    for both, count in ((False, 1), (True, 2)):
        rates, valley, heights = schedule.scene(Inputs(), slides, both).planes
        for plane, kept in ((valley, "path-"), (heights, "height-")):
            assert sum(getattr(part, "key", "").startswith(kept) for part in plane.parts) == count
        assert [part.key for part in rates.parts] == ["lines", "rate", "knots"]
    told = schedule.scene(Inputs(), slides, False).told
    assert told
    assert set(told.which) == {schedule.START, schedule.ONE}


def test_every_frame_has_its_sentence_and_the_one_where_they_part_says_so() -> None:
    slides = schedule.slide(Inputs())
    scene = schedule.scene(Inputs(), slides, True)
    told = scene.told
    assert told
    assert scene.frames == len(told.which) == len(told.numbers["w"]) == 101
    assert [told.which[frame] for frame in (0, 1, 50, 51, 100)] == [
        schedule.START,
        schedule.TOGETHER,
        schedule.TOGETHER,
        schedule.APART,
        schedule.APART,
    ]
    assert (told.numbers["step"][51], told.numbers["rate"][51]) == pytest.approx((51, 0.0001))
    assert (told.numbers["step"][50], told.numbers["rate"][50]) == pytest.approx((50, 0.001))
    assert len(scene.planes[1].parts[1].places) == scene.frames


def test_knots_of_the_learner_are_the_dots_that_the_line_goes_through() -> None:
    own = Inputs(OWN, steps=50, knots=OWN_KNOTS)
    line, _path, dots = schedule.scene(own, schedule.slide(own), True).planes[0].parts
    assert (line.through, dots.places[-1]) == ("knots", (49.0, 0.0))
    assert dots.moves == "free"


def test_a_rate_that_is_too_high_ends_the_path_and_says_so() -> None:
    wild = Inputs(CONSTANT, lr=0.5, steps=200)
    slides = schedule.slide(wild)
    assert len(slides.torch) < 200
    assert schedule.check(wild, slides).agrees
    told = schedule.scene(wild, slides, True).told
    assert told
    assert [told.which[frame] for frame in (3, 4, 200)] == [schedule.TOGETHER, schedule.GONE, schedule.GONE]
    assert told.numbers["end"] == [len(slides.torch) - 1] == [4]
    assert schedule.rows(slides, True)


def test_a_valley_without_a_slope_stays_where_it_is() -> None:
    still = Inputs(start=(0.0, 0.0))
    slides = schedule.slide(still)
    assert slides.first_difference is None
    assert set(slides.torch) == {(0.0, 0.0)}
    assert schedule.scene(still, slides, True).frames == 101
    zero = Inputs(OWN, knots=((0.0, 0.0), (9.0, 0.0)))
    assert schedule.scene(zero, schedule.slide(zero), True).planes[0].y.high > 0


def test_the_table_has_the_step_where_the_rate_is_new() -> None:
    rows = schedule.rows(schedule.slide(Inputs(step_size=33)), True)
    assert {1, 34, 100} <= {row[0] for row in rows}
    assert [row[1] for row in rows if row[0] in (1, 34, 100)] == pytest.approx([0.001, 0.0001, 1e-06])
    assert {len(row) for row in rows} == {8}
    assert {len(row) for row in schedule.rows(schedule.slide(Inputs()), False)} == {5}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "linear"}, "kind is 'linear'; it can be one of"),
        ({"steps": 1001}, "steps is 1001; it must be a whole number from 10 to 1000"),
        ({"kind": OWN}, "A schedule has 2 to 12 knots; here are 0."),
        ({"kind": OWN, "knots": ((0.0, 0.1),) * 13}, "here are 13"),
        ({"kind": OWN, "knots": ((0.0, -1.0), (1.0, 0.1))}, "A rate is -1"),
        ({"kind": OWN, "knots": ((0.0, 0.1), (1e308, 0.1))}, "A knot is at step 1e+308; it can be from 0"),
    ],
    ids=str,
)
def test_what_is_no_schedule_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Inputs(**changes)
