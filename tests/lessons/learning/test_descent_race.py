"""A race in two weights: held to torch.optim step by step; who is first, at one rate and at the best."""

import math
from dataclasses import replace
from itertools import islice

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.core.messages import LessonError
from lessons.core.plane import Dots, Path
from lessons.learning.descent.lesson import RACE, RACES
from lessons.learning.descent.questions import ask_first, first_of
from lessons.learning.descent.race import BEST, OWN, RATES, Inputs, descend, finish, one, run
from lessons.learning.descent.scenes import race_scene
from lessons.learning.descent.surfaces import FIXED, REGRESSION
from lessons.learning.optimizers import OPTIMIZERS, Optimizer, adagrad, adam, adamw, rmsprop, sgd
from pages.kit.plane.plane import script
from tests.oracles import executed, tensor

CONVEX = (REGRESSION, "bowl", "valley")
STARTS = 16  # moved at once

shares, small = st.floats(0, 0.95), st.floats(0, 0.1)
memories, eps = st.floats(0.9, 0.999), st.floats(0.1, 1)  # what divides by next to nothing has no last digit
RULES = {  # by the name in torch.optim: its rule, and any settings
    "SGD": (
        sgd,
        st.one_of(
            st.fixed_dictionaries({"momentum": shares, "dampening": shares, "weight_decay": small}),
            st.fixed_dictionaries(
                {"momentum": st.floats(0.1, 0.95), "nesterov": st.just(True), "weight_decay": small}
            ),
        ),
    ),
    "RMSprop": (
        rmsprop,
        st.fixed_dictionaries({"alpha": memories, "eps": eps, "weight_decay": small}),
    ),
    "Adagrad": (adagrad, st.fixed_dictionaries({"eps": eps, "weight_decay": small})),
    "Adam": (
        adam,
        st.fixed_dictionaries({"betas": st.tuples(shares, memories), "eps": eps, "weight_decay": small}),
    ),
    "AdamW": (
        adamw,
        st.fixed_dictionaries({"betas": st.tuples(shares, memories), "eps": eps, "weight_decay": small}),
    ),
}


def starts_on(surface, seed: int) -> torch.Tensor:
    """(STARTS, 2)."""
    drawn = torch.rand((STARTS, 2), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    low, high = tensor([[surface.x.low, surface.y.low], [surface.x.high, surface.y.high]])
    return low + (high - low) * drawn


def by_torch(name: str, chosen, surface, starts: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    """(steps + 1, STARTS, 2); of a surface the height alone is asked for."""
    weights = starts.clone().requires_grad_()
    optimizer = getattr(torch.optim, name)([weights], lr=lr, **chosen)
    places = [starts]
    for _step in range(steps):
        optimizer.zero_grad()
        surface.height(*weights.unbind(-1)).sum().backward()
        optimizer.step()
        places.append(weights.detach().clone())
    return torch.stack(places)


def by_hand(optimizer: Optimizer, surface, starts: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    walked = islice(descend(optimizer, surface, *starts.unbind(-1), lr), steps + 1)
    return torch.stack([torch.stack(place, -1) for place in walked])


def assert_same_way(data, name: str, slug: str, steps: int, largest: float) -> None:
    """largest: the exponent of the largest rate."""
    rule, strategy = RULES[name]
    surface, chosen = FIXED[slug], data.draw(strategy)
    lr, seed = 10 ** data.draw(st.floats(-5, largest)), data.draw(st.integers(0, 999))
    starts = starts_on(surface, seed)
    theirs = by_torch(name, chosen, surface, starts, lr, steps)
    ours = by_hand(Optimizer(name, name, rule, chosen), surface, starts, lr, steps)
    assert torch.allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("slug", CONVEX)
@settings(max_examples=1)
@given(data=st.data())
def test_where_it_is_convex_a_thousand_steps_are_those_of_torch(name, slug, data):
    assert_same_way(data, name, slug, 1000, -3)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("slug", [slug for slug in FIXED if slug not in CONVEX])
@settings(max_examples=5)
@given(data=st.data())
def test_elsewhere_fifty_steps_are_those_of_torch(name, slug, data):
    # Where it is as steep as here, SGD soon runs away, and makes much of the last digit.
    assert_same_way(data, name, slug, 50, -4 if name == "SGD" else -3)


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_numbers_one_by_one_go_the_way_of_many_at_once(slug):
    surface = FIXED["saddle"]
    many = by_hand(OPTIMIZERS[slug], surface, starts_on(surface, 0), 0.03, 100)
    for number, start in enumerate(starts_on(surface, 0).tolist()):
        race = Inputs("saddle", start=tuple(start), lr=0.03, limit=100, optimizers=(slug,))
        assert tensor(run(race).runs[0].places) == pytest.approx(many[:, number], rel=1e-9, abs=1e-9)


# Who is there first


@pytest.mark.parametrize(
    ("slug", "lr", "arrived", "settled"),
    [
        ("sgd", 1e-2, 218, 218),
        ("sgd", 0.02, 108, 108),
        ("momentum", 1e-2, 59, 89),
        ("nesterov", 1e-2, 14, 58),
        ("rmsprop", 0.1, 24, 24),
        ("adam", 0.1, 92, 92),
        ("adamw", 0.1, 79, 149),
        ("adam", 1e-3, None, None),
        ("sgd", 0.1, None, None),  # it runs away
    ],
)
def test_the_worked_numbers_on_the_notes_points(slug, lr, arrived, settled):
    made = one(Inputs(), slug, lr)
    assert (made.arrived, made.settled) == (arrived, settled)


@pytest.mark.parametrize(("slug", "lr"), [("sgd", 1e-4), ("adam", 1e-3)])
def test_a_rate_that_is_too_small_is_not_there_in_5000_steps(slug, lr):
    made = finish(OPTIMIZERS[slug], FIXED[REGRESSION], tensor([0.0]), tensor([0.0]), lr, 5000)
    assert made.arrived.tolist() == made.settled.tolist() == [5001]


def test_with_the_best_rate_of_each_another_one_wins():
    race = Inputs()
    assert run(race).winner.slug == "nesterov"
    assert run(replace(race, rule=BEST)).winner.slug == "rmsprop"


def is_near(race: Inputs, places) -> bool:
    """Whether all of them are on the plane, or within one more width of it."""
    return all(
        abs(value - (axis.low + axis.high) / 2) <= 1.5 * (axis.high - axis.low)
        for place in places
        for value, axis in zip(place, (race.ground.x, race.ground.y), strict=True)
    )


@pytest.mark.parametrize("surface", [REGRESSION, "bowl", "saddle", "beale"])
def test_the_best_rate_is_that_with_which_it_is_the_soonest_there_to_stay(surface):
    race = Inputs(surface, rule=BEST, limit=60, optimizers=("momentum", "rmsprop", "adam"))
    for slug, lr in zip(race.optimizers, race.rates, strict=True):
        tried = [one(race, slug, each) for each in RATES]
        ranks = [
            (not is_near(race, made.places), made.settled or 61, math.inf if made.lost else made.heights[-1])
            for made in tried
        ]
        assert lr == RATES[ranks.index(min(ranks))]
        assert is_near(race, one(race, slug, lr).places)


def test_who_flies_off_the_plane_and_back_has_no_best_rate_by_that():
    (made,) = run(Inputs(rule=BEST, optimizers=("rmsprop",))).runs
    assert (made.lr, made.arrived, made.settled) == (0.237, 6, 6)
    assert one(Inputs(), "rmsprop", 10.0).arrived == 4  # by (100, 100)


def test_if_all_rates_run_away_the_smallest_is_the_best():
    steep = Inputs(OWN, ((9000.0, 1.0), (-9000.0, 2.0)), rule=BEST, optimizers=("sgd",))
    assert steep.rates == RATES[:1]
    assert run(steep).runs[0].lost


@given(
    surface=st.sampled_from(list(FIXED)),
    lr=st.sampled_from([0.001, 0.003, 0.01, 0.03, 0.1]),
    rule=st.sampled_from(["same", "best"]),
    seed=st.integers(0, 99),
)
@settings(max_examples=6)
def test_the_program_names_the_steps_of_the_page(surface, lr, rule, seed):
    start = tuple(round(each, 2) for each in starts_on(FIXED[surface], seed)[0].tolist())
    race = Inputs(surface, start=start, lr=lr, rule=rule, limit=50)
    expected = {
        made.optimizer.title: made.arrived
        for made in run(race).runs
        if made.arrived  # a program looks after each step: who begins there is there at the first
    }
    found = executed(RACE.snippet(race))["arrived"]
    assert {name: step for name, step in found.items() if name in expected} == expected
    assert found.keys() == expected.keys() or any(made.arrived == 0 for made in run(race).runs)


@pytest.mark.parametrize("preset", RACES, ids=lambda each: str(each.name))
def test_every_preset_agrees_with_torch_and_becomes_a_scene(preset):
    result = RACE.run(preset.inputs)
    assert RACE.check(preset.inputs, result).agrees
    scene = race_scene(preset.inputs, result)
    script(scene)
    assert scene.frames == preset.inputs.limit + 1
    assert len({path.colour + path.dash for path in parts(scene, Path)}) == len(result.runs)


def test_a_wrong_step_is_noticed_by_the_check():
    result = run(Inputs())
    first, *others = result.runs
    places = (*first.places[:9], (first.places[9][0] + 1e-6, first.places[9][1]), *first.places[10:])
    assert not RACE.check(Inputs(), replace(result, runs=(replace(first, places=places), *others))).agrees


def test_who_runs_away_stops_and_is_behind_all_others():
    race = Inputs(lr=0.1, limit=500)
    runs = {made.slug: made for made in run(race).runs}
    assert [slug for slug, made in runs.items() if made.lost] == ["sgd", "momentum", "nesterov"]
    assert runs["sgd"].rank == (math.inf, math.inf) > runs["adagrad"].rank > runs["adam"].rank
    assert all(map(math.isfinite, runs["sgd"].heights))


@pytest.mark.parametrize(
    ("race", "told"),
    [
        (
            Inputs(),
            "SGD with Nesterov, with the rate 0.01, is there at step 14; next is SGD with momentum, at step "
            "59.",
        ),
        (Inputs(optimizers=("sgd",)), "SGD, with the rate 0.01, is there at step 218."),
        (Inputs(optimizers=("sgd", "adam")), "is there at step 218; no other is."),
        (Inputs(lr=1e-4), "Nobody is there in 300 steps."),
        (Inputs(lr=1e-4, limit=1), "Nobody is there in 1 step."),
        (Inputs("bowl", start=(0.01, 0.0)), "Nobody has to move"),
        (Inputs(lr=1.0, optimizers=("sgd", "momentum")), "Nobody is there: all have run away."),
        (
            Inputs("bowl"),
            "SGD with momentum, with the rate 0.01, is there at step 14. So is SGD with Nesterov, but SGD "
            "with momentum is lower then.",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_who_is_first_is_told(race, told):
    assert told in str(first_of(race, run(race)))


@pytest.mark.parametrize(
    "race", [Inputs(), Inputs(rule=BEST), Inputs(lr=1e-4), Inputs("valley", optimizers=("adam",))]
)
def test_the_question_is_answered_by_the_race(race):
    question, winner = ask_first(race), run(race).winner
    names = [*(OPTIMIZERS[slug].title for slug in race.optimizers), "none of them"]
    assert list(map(str, question.choices)) == names
    assert names[question.answer] == (winner.optimizer.title if winner else "none of them")
    if race.rule == BEST:
        assert "At the rate 0.01 for all it was: SGD with Nesterov" in str(question.reason)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"surface": "moon"}, "surface is 'moon'"),
        ({"rule": "fair"}, "rule is 'fair'"),
        ({"lr": 0.0}, "lr is 0; it can be from 1e-05 to 1."),
        ({"lr": 5.62}, "lr is 5.62; it can be from 1e-05 to 1."),
        ({"limit": 501}, "from 1 to 500"),
        ({"optimizers": ("lion",)}, "optimizers is 'lion'"),
        ({"optimizers": ()}, "Nobody runs."),
    ],
)
def test_what_cannot_be_is_told(wish, told):
    with pytest.raises(LessonError) as refused:
        Inputs(**wish)
    assert told in str(refused.value)


def test_a_start_off_the_plane_is_brought_to_its_edge():
    assert Inputs("bowl", start=(9.0, -1.0)).begin == (3.0, -1.0)
    assert Inputs(OWN).begin == (0.0, 0.0)


# What is drawn


def parts(scene, kind):
    return [part for plane in scene.planes for part in plane.parts if isinstance(part, kind)]


@pytest.mark.parametrize("race", [Inputs(), Inputs(rule=BEST)], ids=["same", "best"])
def test_before_the_answer_there_are_only_the_surface_and_the_start(race):
    scene = race_scene(race, None)
    assert (scene.frames, scene.told, parts(scene, Path)) == (1, None, [])
    assert {dots.key for dots in parts(scene, Dots)} == {"minima", "start", "rate"} - (
        {"rate"} if race.rule == BEST else set()
    )


def test_at_every_step_the_lowest_is_told_and_how_many_are_there():
    result = run(Inputs())
    told = race_scene(Inputs(), result).told
    for step in (0, 1, 14, 59, 300):
        heights = [made.heights[step] for made in result.runs]
        assert heights[told.which[step]] == min(heights)
        assert told.numbers["height"][step] == min(heights) - FIXED[REGRESSION].least
    assert [told.numbers["there"][step] for step in (13, 14, 59, 217, 218)] == [0, 1, 2, 2, 3]
    assert str(told.words[2].values["name"]) == "SGD with Nesterov"


def test_when_all_have_run_away_nobody_is_said_to_be_the_lowest():
    race = Inputs(lr=0.1, optimizers=("sgd", "momentum"))
    result = run(race)
    script(race_scene(race, result))
    told = race_scene(race, result).told
    last = max(len(made.heights) for made in result.runs)
    assert told.which[last - 1] < 2
    assert set(told.which[last:]) == {2}
    assert "all have run away" in told.words[2].template


def test_at_the_best_of_each_the_strip_has_the_rate_of_each():
    result = run(Inputs(rule=BEST))
    strip = race_scene(Inputs(rule=BEST), result).planes[2]
    places = [part.places[0] for part in strip.parts]
    assert [lr for lr, _level in places] == [made.lr for made in result.runs]
    assert len(set(places)) == len(places)  # Adagrad and AdamW have one rate
    assert len({made.lr for made in result.runs}) < len(places)
    assert not any(part.moves for part in strip.parts)
