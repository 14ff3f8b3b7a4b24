"""The map of a race: every field is a race by itself; how it is drawn, and what is asked about it."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.ImageColor import getrgb

from lessons.core.plane import Curve, Label, Shading
from lessons.learning.descent.lesson import MAP
from lessons.learning.descent.questions import ask_most, wins_here
from lessons.learning.descent.race import BEST, Inputs, run
from lessons.learning.descent.scenes import COLOURS, PIXELS, SOLID, WIDE, map_scene, picture
from lessons.learning.descent.winners import NOBODY, SIDE, Map, rates, starts, survey
from lessons.learning.optimizers import OPTIMIZERS
from pages.kit.plane.plane import script
from tests.oracles import executed

FEW = ("sgd", "nesterov", "adam")
SMALL = Inputs("saddle", lr=0.1, limit=14, optimizers=FEW)
UNEVEN = Inputs("beale", lr=0.003, limit=60, optimizers=FEW)  # above otherwise than below


@pytest.mark.parametrize(
    "race", [SMALL, Inputs(limit=60), Inputs("beale", rule=BEST, limit=60)], ids=lambda each: each.surface
)
def test_a_field_belongs_to_the_winner_of_the_race_from_its_middle(race):
    surveyed, (across, up) = survey(race), (starts(race.ground.x), starts(race.ground.y))
    for row, column in [(0, 0), (39, 0), (20, 31), (5, 17), (33, 38), (12, 3), (28, 22)]:
        begin = across[column].item(), up[row].item()
        winner = run(Inputs(**{**vars_of(race), "start": begin}), rates(race)).winner
        expected = race.optimizers.index(winner.slug) if winner else NOBODY
        assert surveyed.winners[row, column] == expected


def vars_of(race: Inputs) -> dict:
    return {name: getattr(race, name) for name in race.__dataclass_fields__}


@pytest.mark.parametrize("race", [SMALL, Inputs(limit=40, optimizers=FEW)], ids=lambda each: each.surface)
def test_the_program_has_the_winners_of_the_map(race):
    arrived = torch.stack(list(executed(MAP.snippet(race))["arrived"].values()))
    winners = survey(race).winners.flatten()
    first = arrived.min(0).values
    for field, winner in enumerate(winners.tolist()):
        if winner != NOBODY:
            assert arrived[winner, field] == first[field] <= race.limit
    nobody = winners == NOBODY
    assert ((first[nobody] > race.limit) | (first[nobody] == 1)).all()  # at 1: who began there


def test_the_starts_are_the_middles_of_the_fields():
    axis = Inputs("bowl").ground.x
    places = starts(axis)
    assert len(places) == SIDE
    assert places[0].item() - axis.low == pytest.approx(3 / SIDE)
    assert axis.high - places[-1].item() == pytest.approx(3 / SIDE)


def test_the_picture_has_the_colour_of_each_winner_and_none_where_nobody_wins():
    surveyed = survey(UNEVEN)
    fields = np.asarray(Image.open(BytesIO(picture(UNEVEN, surveyed))))
    assert fields.shape == (SIDE * PIXELS, SIDE * PIXELS, 4)
    assert {NOBODY, 0, 1} <= set(surveyed.winners.flatten().tolist())
    for row in range(SIDE):
        for column in range(SIDE):
            pixel = fields[(SIDE - 1 - row) * PIXELS + 3, column * PIXELS + 3]  # a picture begins above
            winner = surveyed.winners[row, column].item()
            if winner == NOBODY:
                assert pixel[3] == 0
            else:
                assert tuple(pixel[:3]) == getrgb(COLOURS[FEW[winner]])


def test_all_shares_sum_to_1_and_who_wins_somewhere_stands_in_the_legend():
    surveyed = survey(SMALL)
    shares = [surveyed.share(number) for number in (NOBODY, 0, 1, 2)]
    assert sum(shares) == pytest.approx(1)
    parts = map_scene(SMALL, surveyed).planes[0].parts
    assert [part.key for part in parts if isinstance(part, Curve)] == [
        slug for slug, share in zip(FEW, shares[1:], strict=True) if share
    ]


def test_a_wide_area_has_the_name_of_its_owner_on_it_and_a_narrow_one_has_not():
    surveyed = survey(SMALL)
    labels = [part for part in map_scene(SMALL, surveyed).planes[0].parts if isinstance(part, Label)]
    assert labels
    across, up = starts(SMALL.ground.x).tolist(), starts(SMALL.ground.y).tolist()
    for label in labels:
        column, row = across.index(label.place[0]), up.index(label.place[1])
        around = surveyed.winners[row - WIDE : row + WIDE + 1, column - WIDE : column + WIDE + 1]
        assert {OPTIMIZERS[FEW[winner]].title for winner in around.flatten().tolist()} == {str(label.words)}


def test_the_widest_area_of_a_map_is_found():
    winners = torch.full((SIDE, SIDE), NOBODY)
    winners[3:8, 10:17], winners[20, :] = 0, 1
    surveyed = Map(winners)
    assert surveyed.widest(0)[0::2] == (5, 3)
    assert 12 <= surveyed.widest(0)[1] <= 14
    assert surveyed.widest(1)[::2] == (20, 1)
    assert surveyed.widest(2) == (0, 0, 0)


@pytest.mark.parametrize("background", [(255, 255, 255), (21, 24, 29)], ids=["light", "dark"])
def test_the_colours_of_the_map_are_those_of_the_legend_on_either_background(background):
    for slug in OPTIMIZERS:
        colour = np.array(getrgb(COLOURS[slug]))
        seen = (colour * SOLID + np.array(background) * (255 - SOLID)) / 255
        others = [np.array(getrgb(COLOURS[other])) for other in OPTIMIZERS if other != slug]
        assert np.abs(seen - colour).sum() < min(np.abs(seen - other).sum() for other in others)
        assert np.abs(seen - colour).max() < 40


@pytest.mark.parametrize("race", [SMALL, Inputs(rule=BEST, limit=50)], ids=["same", "best"])
def test_before_the_answer_the_map_has_no_colours(race):
    before, after = map_scene(race, None), map_scene(race, survey(race))
    script(after)
    assert not any(isinstance(part, Shading) for part in before.planes[0].parts)
    assert any(isinstance(part, Shading) for part in after.planes[0].parts)
    assert len(before.planes) == len(after.planes) == len(before.rows) == (1 if race.rule == BEST else 2)


def test_who_wins_most_is_the_answer():
    question, surveyed = ask_most(SMALL), survey(SMALL)
    shares = [surveyed.share(number) for number in range(3)]
    assert shares[question.answer] == max(shares)
    assert f"{round(100 * max(shares), 1):g} % of the starts" in str(question.reason)
    full = ask_most(Inputs("bowl", lr=0.1))
    assert survey(Inputs("bowl", lr=0.1)).share(NOBODY) == 0
    assert "nobody" not in str(full.reason)
    nobody = ask_most(Inputs(lr=1e-5, limit=5))
    assert str(nobody.choices[nobody.answer]) == "none of them"
    assert str(nobody.reason) == "Nobody is there in time, from any start."


def test_from_the_start_that_is_set_the_race_is_told_with_the_rates_of_the_map():
    race = Inputs("beale", rule=BEST, start=(-3.0, -1.0))
    assert str(wins_here(race)).startswith("From (-3, -1): ")
    assert rates(race) == Inputs("beale", rule=BEST).rates
    assert survey(race) is survey(Inputs("beale", rule=BEST))
