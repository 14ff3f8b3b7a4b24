"""The whole batch, mini-batches, one by one: the same points, three paths, each of them torch's."""

import re
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler, RandomSampler

from lessons.core.messages import LessonError
from lessons.learning.descent import batches
from lessons.learning.descent.batches import MINI, ONE, POINTS, WAYS, WHOLE, Inputs
from lessons.learning.points import loss
from pages.kit.plane.plane import script, template
from tests.oracles import executed
from tests.strategies import EXTREMES, SEEDS


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    random = Random(draw(SEEDS))
    return Inputs(
        lr=random.choice((0.0005, 0.002, 0.005, 0.03)),
        mini=random.randint(1, 30),
        epochs=random.randint(1, 4),
        seed=random.randint(0, 2**31 - 1),
        start=(random.uniform(-3, 5), random.uniform(-3, 8)),
    )


@given(inputs())
def test_all_three_paths_are_those_of_torch_and_of_the_program(going: Inputs) -> None:
    ways = batches.go(going)
    assert batches.check(going).agrees
    variables = executed(batches.snippet(going))
    for name in WAYS:
        theirs, ours = (torch.tensor(path) for path in (variables[name], ways[name].places))
        assert torch.allclose(theirs[: len(ours)], ours, rtol=1e-9, atol=1e-9)


def test_after_a_thousand_steps_the_path_is_still_torchs() -> None:
    going = Inputs(lr=0.001, epochs=34)
    ours = torch.tensor(batches.go(going)[ONE].places, dtype=torch.float64)
    assert len(ours) == 1021
    assert torch.allclose(batches.run(going, 1), ours, rtol=0, atol=1e-9)


@given(inputs())
def test_the_batches_are_slices_of_every_epochs_shuffle_and_the_same_points_for_all(going: Inputs) -> None:
    ways = batches.go(going)
    for name in WAYS:
        size = going.size(name)
        order = [point for batch in ways[name].batches for point in batch]
        assert all(sorted(order[first : first + 30]) == list(range(30)) for first in range(0, len(order), 30))
        assert order == [point for (point,) in ways[ONE].batches]
        assert {len(batch) for batch in ways[name].batches} <= {size, 30 % size}


def test_the_first_epoch_is_what_a_loaders_sampler_draws() -> None:
    sampler = RandomSampler(range(30), generator=torch.Generator().manual_seed(3))
    assert list(BatchSampler(sampler, 7, drop_last=False)) == batches.batches(Inputs(epochs=1, seed=3), 7)


def test_a_way_moves_when_its_batch_is_full() -> None:
    ways = batches.go(Inputs(mini=7, epochs=2))
    assert [ways[MINI].at(seen) for seen in (0, 6, 7, 28, 29, 30, 36, 37)] == [0, 0, 1, 4, 4, 5, 5, 6]
    assert [ways[WHOLE].at(seen) for seen in (29, 30, 59, 60)] == [0, 1, 1, 2]
    assert ways[ONE].at(60) == 60


def test_who_is_lowest_is_computed_and_changes_with_the_settings() -> None:
    def asked(**changes: Any) -> Any:
        going = Inputs(**changes)
        return batches.ask_lowest(going, batches.go(going))

    assert asked().answer == WAYS.index(ONE)
    assert asked(lr=0.02).answer == WAYS.index(MINI)
    assert asked(lr=0.02, epochs=30).answer == len(WAYS)  # whole batch and mini-batches
    usual = asked()
    assert "after 10 steps with the whole batch" in str(usual.reason)
    assert "after 300 steps one by one" in str(usual.reason)
    assert "The straightest path here: the whole batch." in str(usual.reason)


def test_until_it_is_answered_one_path_is_seen_and_then_all() -> None:
    going, ways = Inputs(), batches.go(Inputs())
    alone = batches.scene(going, ways, (WHOLE,), WHOLE)
    every = batches.scene(going, ways, WAYS, MINI)
    for scene, count in ((alone, 1), (every, 3)):
        assert scene.frames == 301
        for plane in scene.planes[1:]:
            paths = [part for part in plane.parts if type(part).__name__ == "Path"]
            assert len(paths) == count
            assert {len(path.places) for path in paths} == {301}


def test_the_batch_of_the_step_is_lit_and_the_sentence_says_which_step_it_was() -> None:
    going, ways = Inputs(), batches.go(Inputs())
    scene = batches.scene(going, ways, WAYS, MINI)
    line, dots = scene.planes[0].parts
    assert (line.by, dots.lit[4]) == (MINI, ())
    assert list(dots.lit[5]) == list(dots.lit[9]) == ways[MINI].batches[0]
    assert list(dots.lit[10]) == ways[MINI].batches[1]
    told = scene.told
    assert told
    assert (told.numbers["seen"][10], told.numbers["steps"][10]) == (10, 2)
    assert told.numbers[ONE][10] == loss(POINTS, ways[ONE].places[10])


def test_a_path_that_leaves_ends_and_its_numbers_stay() -> None:
    going = Inputs(lr=0.03, epochs=10)
    ways = batches.go(going)
    assert ways[ONE].steps < 300
    assert ways[ONE].at(300) == ways[ONE].steps
    assert batches.check(going).agrees
    assert batches.scene(going, ways, WAYS, ONE).frames == 301
    assert batches.rows(going, ways, WAYS)[-1][0] == 300


def test_one_that_diverges_is_said_to_and_is_not_the_straightest() -> None:
    going = Inputs(lr=0.03, epochs=50)
    ways = batches.go(going)
    assert [(way.left, way.climbs) for way in ways.values()] == [(None, True), (None, False), (87, True)]
    reason = str(batches.ask_lowest(going, ways).reason)
    assert "Diverging: the whole batch. That path ends higher than it began." in reason
    assert "Diverged: one by one. After point 87 it is further out than 1e+06" in reason
    assert "The straightest path here: mini-batches." in reason
    told = batches.scene(going, ways, WAYS, MINI).told
    assert told
    assert [told.which[frame] for frame in (0, 86, 87, 1500)] == [0, 0, 1, 1]
    assert "out of sight since point 87 (one by one)" in template(told.words[1])
    assert "{whole} with the whole batch, {mini} with mini-batches, {one} one by one" in template(
        told.words[0]
    )


def test_where_all_three_diverge_none_is_the_lowest() -> None:
    going = Inputs(lr=0.03)
    question = batches.ask_lowest(going, batches.go(going))
    assert question.choices[int(question.answer)].template == "none: all three diverge"
    assert "straightest" not in str(question.reason)


def test_the_whole_batch_alone_is_told_when_it_has_left() -> None:
    far = Inputs(lr=0.03, epochs=50, start=(100.0, 100.0))
    ways = batches.go(far)
    told = batches.scene(far, ways, (WHOLE,), WHOLE).told
    assert told
    assert ways[WHOLE].left
    assert "out of sight since point" in template(told.words[told.which[-1]])


@pytest.mark.parametrize("number", EXTREMES)
def test_a_start_from_anywhere_is_brought_within_reach(number: float) -> None:
    going = Inputs(lr=0.03, epochs=2, start=(number, -number))
    ways = batches.go(going)
    assert max(map(abs, ways[WHOLE].places[0])) <= 100
    assert batches.check(going).agrees
    assert batches.ask_lowest(going, ways)
    assert "nan" not in script(batches.scene(going, ways, WAYS, ONE))


def test_nothing_in_the_legend_looks_like_something_else() -> None:
    going, ways = Inputs(), batches.go(Inputs())
    _line, dots = batches.scene(going, ways, WAYS, MINI).planes[0].parts
    assert dots.colour not in batches.COLOURS.values()
    assert len(set(batches.COLOURS.values())) == 3


def test_the_table_has_every_epoch() -> None:
    going = Inputs(epochs=3)
    rows = batches.rows(going, batches.go(going), WAYS)
    assert [row[0] for row in rows] == [0, 30, 60, 90]
    assert [row[1:6:2] for row in rows] == [(0, 0, 0), (1, 6, 30), (2, 12, 60), (3, 18, 90)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mini": 31}, "mini is 31; it must be a whole number from 1 to 30"),
        ({"epochs": 51}, "epochs is 51"),
        ({"seed": -1}, "seed is -1"),
        ({"lr": -0.1}, "A rate is -0.1; it can be from 0 to 1000."),
    ],
    ids=str,
)
def test_what_cannot_be_descended_with_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(LessonError, match=re.escape(why)):
        Inputs(**changes)
