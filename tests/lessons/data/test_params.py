"""Drawing and applying apart: what is told of make_params, transform and forward is what torchvision does."""

from pathlib import Path

import pytest
import torch

from lessons.core.messages import LessonError
from lessons.data.transforms import params
from lessons.data.transforms.operations import OPERATIONS
from lessons.data.transforms.steps import Step, step, strip
from lessons.engine.pictures.samples import sample
from tests.oracles import executed

RANDOM = params.halved([step(name) for name in OPERATIONS])
SMALL = sample("coast").resize((60, 40))


def fitting(each: Step) -> Step:
    """Small enough for the picture."""
    return each.put("size", 20) if "size" in each.operation.settings else each


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("RandomCrop", "in make_params"),
        ("RandomAffine", "in make_params"),
        ("ColorJitter", "in make_params"),
        ("ElasticTransform", "in make_params"),
        ("RandomHorizontalFlip", "in forward, before make_params"),
        ("RandomSolarize", "in forward, before make_params"),
        ("RandomPerspective", "in both"),
    ],
)
def test_where_chance_is(name: str, where: str) -> None:
    question = params.ask_where(SMALL, fitting(step(name)))
    assert str(question.choices[int(question.answer)]) == where


def test_of_a_coin_that_always_falls_alike_nothing_is_asked() -> None:
    assert params.ask_where(SMALL, step("RandomHorizontalFlip", p=1.0)) is None


@pytest.mark.parametrize("random", RANDOM, ids=lambda each: each.name)
def test_the_program_draws_and_applies_the_same(
    random: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    SMALL.save("picture.png")
    made, halves = executed(params.program(fitting(random), 5)), params.halve(SMALL, fitting(random), 5)
    for name, ours in zip(("one", "other", "called"), (*halves.applied, halves.called), strict=True):
        assert made[name].tobytes() == ours.tobytes()
    assert halves.same == (made["called"] == made["one"])


def test_one_draw_moves_two_pictures_alike() -> None:
    crop = params.halve(SMALL, step("RandomCrop", size=20), 3)
    left, top = (int(each.split(" = ")[1]) for each in (crop.params[1], crop.params[0]))
    mirrored = SMALL.transpose(0)
    for picture, applied in zip((SMALL, mirrored), crop.applied, strict=True):
        assert applied.tobytes() == picture.crop((left, top, left + 20, top + 20)).tobytes()


def test_what_a_transform_refuses_is_explained() -> None:
    with pytest.raises(LessonError, match="smaller than what is to be cut out of it"):
        params.halve(SMALL, step("RandomCrop", size=500), 0)


def test_the_steps_of_the_strip_are_offered_with_their_settings_and_without_their_lock() -> None:
    offered = params.halved(
        strip(step("RandomAffine", degrees=7), step("RandomCrop", size=9), step("ToTensor"))
    )
    assert [each.name for each in offered] == [
        "RandomAffine",
        "RandomHorizontalFlip",
        "RandomPerspective",
        "RandomCrop",
    ]
    assert offered[0].value("degrees") == 7


def test_drawing_here_leaves_the_generator_of_all_others_alone() -> None:
    before = torch.get_rng_state()
    params.halve(SMALL, step("RandomPerspective"), 1)
    params.draws_where(SMALL, step("RandomPerspective"))
    assert torch.equal(torch.get_rng_state(), before)
