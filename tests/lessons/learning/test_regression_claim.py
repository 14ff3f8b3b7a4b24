"""The claim of the notes: 60 runs at once are those of torch, and what they say is made of their numbers."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from lessons.core.messages import Message
from lessons.learning.points import loss
from lessons.learning.regression import claim, fit
from lessons.learning.regression.claim import PROGRAM, SEEDS, STEPS, TOLD, after, best, draws, spreads
from lessons.learning.regression.inputs import NOTES, REDUCTIONS, SCALINGS, START, Inputs
from tests.oracles import executed

TRAINED = 1000


def at(steps: int) -> np.ndarray:
    return after(draws(), [steps])[0]


# Held to torch


@st.composite
def settings(draw: st.DrawFn) -> Inputs:
    return Inputs(
        lr=draw(st.sampled_from([1e-5, 1e-4, 1e-3, 0.01])),
        momentum=draw(st.sampled_from([0.0, 0.5, 0.9])),
        weight_decay=draw(st.sampled_from([0.0, 0.01, 1.0])),
        steps=draw(st.integers(1, 60)),
        reduction=draw(st.sampled_from(REDUCTIONS)),
        scaling=draw(st.sampled_from(SCALINGS)),
    )


@given(settings(), st.sampled_from(SEEDS))
def test_all_runs_at_once_go_as_each_does_step_by_step(settings: Inputs, seed: int) -> None:
    run = replace(settings, points=draws()[seed].points, start=draws()[seed].start)
    made = fit.run(run)
    assume(max(map(abs, made.path[-1])) < claim.FAR)
    w, b = made.path[-1]
    (found,) = after([draws()[0], run], [run.steps])
    assert found[1] == pytest.approx(b - w * run.shift / run.scale, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", [0, 7, 59])
def test_a_seed_draws_and_ends_as_the_program_of_the_notes_does(seed: int) -> None:
    made = executed(PROGRAM.replace("seed = 0", f"seed = {seed}").replace("10_001", "1001"))
    run = draws()[seed]
    assert run.points == tuple(zip(made["x"].tolist(), made["y"].tolist(), strict=True))
    assert [at(100)[seed], at(TRAINED)[seed]] == pytest.approx([made["after"][k] for k in (100, TRAINED)])
    assert best()[seed] == pytest.approx(made["best_b"])


def test_the_program_of_seed_0_gives_the_numbers_of_the_page():
    made = executed(PROGRAM)
    assert tuple(made["after"]) == TOLD
    ours = [spreads()[steps].first for steps in TOLD]
    assert ours == pytest.approx(list(made["after"].values()), rel=1e-9)
    assert ours == pytest.approx([0.436, 1.639, 3.4464, 4.002, 4.0116], abs=5e-4)
    assert (made["best_w"], made["best_b"]) == pytest.approx((1.9745, 4.0316), abs=5e-5)
    assert loss(NOTES, (made["best_w"], made["best_b"])) == pytest.approx(0.5409, abs=5e-5)


def test_the_first_seed_is_that_of_the_notes():
    assert draws()[0].points == NOTES
    assert draws()[0].start == pytest.approx(START, abs=5e-5)


# What it comes to


def test_least_squares_is_near_4_with_every_seed_and_1000_steps_are_not():
    assert (best().min(), best().max()) == pytest.approx((3.66, 4.33), abs=5e-3)
    trained = spreads()[TRAINED]
    assert (trained.low, trained.high, trained.close) == (
        pytest.approx(2.89, abs=5e-3),
        pytest.approx(3.89, abs=5e-3),
        0,
    )
    assert spreads()[3000].close == len(SEEDS)


def test_b_still_rises_after_1000_steps_with_every_seed():
    """So what the notes got is on its way past 3."""
    assert (at(3000) > at(TRAINED)).all()
    assert at(TRAINED).min() < claim.PRINTED < at(TRAINED).max()


def test_left_alone_it_comes_to_rest_where_the_gradient_and_the_decay_are_even():
    """Decay is as if w and b each had a row of its own, which wants it to be 0."""
    for run in (*draws()[:5], Inputs(weight_decay=1.0)):
        x, y = torch.tensor(run.points, dtype=torch.float64).T
        decay = (run.weight_decay * len(x) / 2) ** 0.5 * torch.eye(2, dtype=torch.float64)
        rows = torch.cat([torch.stack([x, torch.ones_like(x)], dim=1), decay])
        wanted = torch.cat([y, torch.zeros(2, dtype=torch.float64)])
        _w, b = torch.linalg.lstsq(rows, wanted[:, None]).solution.flatten().tolist()
        assert claim.at_rest(run) == pytest.approx(b, abs=1e-9)
    assert claim.at_rest(Inputs(weight_decay=1.0)) == pytest.approx(2.6865, abs=5e-5)


def test_60_runs_of_10000_steps_are_one_short_computation():
    draws()
    begun = time.perf_counter()
    after(draws(), STEPS)
    assert time.perf_counter() - begun < 0.15


def test_a_run_that_goes_away_has_no_numbers():
    gone = claim.own_change(Inputs(lr=0.1)).spread
    assert gone.gone
    assert gone.close == 0
    assert not spreads()[TRAINED].gone


# What is asked, said and drawn


def test_the_questions_are_answered_by_the_numbers():
    nearer, why, change = claim.ask_nearer(), claim.ask_why(), claim.ask_change()
    assert str(nearer.choices[int(nearer.answer)]) == "nearer to 4"
    assert "3.664 to 4.334, on average 3.982" in str(nearer.reason)
    assert "steps were too few" in str(why.choices[int(why.answer)])
    assert "it lacks 0.5651 for want of steps, and only 0.02008 because of weight decay" in str(why.reason)
    assert "75.6 along w, and 2 along b" in str(why.reason)
    assert str(change.choices[int(change.answer)]) == "lr 0.001"


def test_the_reason_names_the_changes_as_they_are_counted():
    reason = str(claim.ask_change().reason)
    for made, words in zip(
        claim.changes(), ("lr 0.001", "weight_decay 0", "momentum 0", "x less"), strict=False
    ):
        assert str(made.name).startswith(words)
        assert f"{made.spread.off:.4g}" in reason


@pytest.mark.parametrize(
    ("index", "settings"),
    [
        (0, {"lr": 1e-3}),
        (1, {"weight_decay": 0.0}),
        (2, {"momentum": 0.0}),
        (3, {"scaling": "centre"}),
        (4, {"scaling": "standardise"}),
        (5, {"scaling": "standardise", "lr": 0.1}),
        (6, {"reduction": "sum"}),
        (7, {"steps": 10_000}),
    ],
)
def test_a_change_is_what_its_name_says(index: int, settings: dict[str, Any]) -> None:
    runs = [replace(run, **settings) for run in draws()]
    (found,) = after(runs, [runs[0].steps])
    spread = claim.changes()[index].spread
    assert (spread.low, spread.high, spread.first) == (found.min(), found.max(), found[0])


def test_of_all_changes_the_rate_the_steps_and_the_sum_bring_every_seed_there():
    there = [str(each.name) for each in claim.changes() if each.spread.close == len(SEEDS)]
    assert there == [
        "lr 0.001",
        "x standardised, and lr 0.1",
        "reduction sum: gradients 30 times as large",
        "10,000 steps",
    ]


def test_what_is_set_is_a_change_like_the_others():
    as_in_notes, faster = claim.own_change(Inputs()).spread, claim.own_change(Inputs(lr=1e-3, batch=5)).spread
    assert vars(as_in_notes) == pytest.approx(vars(spreads()[TRAINED]))
    assert faster == claim.changes()[0].spread


def test_the_plane_has_every_step_and_the_sentence_its_numbers():
    (plane,) = claim.scene().planes
    assert claim.scene().frames == len(STEPS)
    paths = [part for part in plane.parts if hasattr(part, "begins")]
    assert [path.places[STEPS.index(TRAINED)][1] for path in paths] == pytest.approx(at(TRAINED)[:5].tolist())
    assert all(plane.y.low <= b <= plane.y.high for path in paths for _step, b in path.places)
    assert str(claim.describe()).startswith(
        "After 1000 steps b is 2.886 to 3.889, after 10000 it is 3.645 to 4.313; by least squares it is 3.664"
    )
    told = claim.scene().told
    filled = Message(told.words[0].template, **{name: each[-1] for name, each in told.numbers.items()})
    assert "60 of 60 are within 0.1" in str(filled)
    first = Message(
        told.words[told.which[0]].template, **{name: each[0] for name, each in told.numbers.items()}
    )
    assert "none of them is within 0.1 of its best b" in str(first)


def test_what_the_notes_stopped_at_is_not_told_by_what_stands_above_its_question():
    assert "stopped" not in str(claim.describe())
    assert str(claim.stopped()).startswith("What the notes got, 3.169, is where their run was stopped")
    assert "none of the 60 seeds comes within 0.1 of its best b" in str(claim.ask_why().reason)
    assert not spreads()[TRAINED].close
