"""Draws and swapped steps: what the page says of chance is what torchvision does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from lessons.core.lesson import Preset
from lessons.data.transforms import chance
from lessons.data.transforms.gallery import applied, mixed
from lessons.data.transforms.lesson import PRESETS, TRAINING, Inputs, run
from lessons.data.transforms.operations import BATCH, FAMILIES, OPERATIONS
from lessons.data.transforms.program import draws_program
from lessons.data.transforms.steps import Step, step, strip
from lessons.data.transforms.strip import walk
from lessons.engine.pictures.samples import sample
from tests.oracles import executed

FIXED = next(preset.inputs for preset in PRESETS if str(preset.name) == "ImageNet, for testing")


def drawn(inputs: Inputs, count: int, steps: tuple[Step, ...] | None = None) -> dict[int, Any]:
    return chance.draws(inputs.open(), inputs.steps if steps is None else steps, inputs.seed, count)


def spread(inputs: Inputs, steps: tuple[Step, ...] | None = None) -> chance.Spread:
    return chance.spread(drawn(inputs, 4, steps).values())


def test_the_draws_are_the_results_of_the_next_seeds() -> None:
    values = drawn(Inputs(seed=998), 3)
    assert list(values) == [998, 999, 0]
    for seed, value in values.items():
        assert torch.equal(value, run(Inputs(seed=seed)).output)
    assert not torch.equal(values[998], values[999])


def test_random_pipelines_spread_and_fixed_ones_do_not() -> None:
    assert spread(FIXED) == chance.Spread(True, 0.0, 0.0, (0.0,) * 4)
    moving = spread(Inputs())
    assert moving.same_shape
    assert moving.largest > moving.mean > 0.1
    assert moving.each[0] == 0
    assert moving.mean == pytest.approx(sum(moving.each) / 3)
    first, *others = drawn(Inputs(), 4).values()
    assert moving.each[1:] == pytest.approx([float((each - first).abs().mean()) for each in others])
    turning = Inputs(steps=strip(step("RandomRotation", degrees=90, expand=True)))
    assert not spread(turning).same_shape


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: str(preset.name))
def test_without_its_random_steps_a_strip_gives_the_same_to_the_last_bit(preset: Preset) -> None:
    if run(preset.inputs).output is None:
        return
    without = chance.fixed(preset.inputs.steps)
    assert not chance.random_steps(without)
    assert spread(preset.inputs, without).largest == 0
    assert chance.ask_fixed(spread(preset.inputs, without)).answer == 0


def test_a_random_crop_becomes_one_of_the_middle_and_other_chance_is_left_out() -> None:
    steps = strip(
        step("RandomResizedCrop", size=(60, 90), interpolation="bicubic"),
        step("RandomHorizontalFlip"),
        step("ColorJitter"),
        step("RandomCrop", size=50),
        replace(step("Grayscale"), on=False),
        step("ToImage"),
    )
    assert [each.code() for each in chance.fixed(steps)] == [
        'v2.Resize(size=90, interpolation="bicubic")',
        "v2.CenterCrop(size=(60, 90))",
        "v2.CenterCrop(size=50)",
        "v2.ToImage()",
    ]


@pytest.mark.parametrize(
    "steps",
    [
        TRAINING,
        strip(step("RandomResizedCrop", size=(40, 60)), replace(step("ColorJitter"), on=False)),
        (*TRAINING[:1], replace(TRAINING[1], locked=402), *TRAINING[2:]),
        strip(step("RandomRotation", expand=True), step("ToTensor"), step("RandomErasing", p=1.0)),
    ],
)
def test_the_program_of_the_draws_makes_the_same_tensors(steps, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    sample("coast").save("picture.png")
    made = executed(draws_program(steps, 995, chance.DRAWS))["outputs"]
    expected = drawn(Inputs(steps=steps, seed=995), chance.DRAWS).values()
    for one, other in zip(made, expected, strict=True):
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_steps_that_may_change_places_are_told_from_those_that_may_not() -> None:
    ready = (step("ToImage"), step("ToDtype"))
    flip = Inputs("house", strip(*ready, step("RandomHorizontalFlip", p=1.0), step("Normalize")))
    assert chance.swap(flip, 2).largest == 0
    jitter = Inputs("house", strip(*ready, step("ColorJitter"), step("Normalize")))
    swapped = chance.swap(jitter, 2)
    assert swapped.largest > 0.1
    assert swapped.difference.shape == (32, 32)
    assert swapped.difference.max() == 1
    again = walk(sample("house"), swapped.steps, 0)[-1].value
    assert float((again - run(jitter).output).abs().max()) == pytest.approx(swapped.largest)
    assert chance.swap(Inputs("house", TRAINING), 4).largest is None  # Normalize comes too early then


def test_only_what_is_on_and_draws_is_random() -> None:
    assert [each.name for each in chance.random_steps(TRAINING)] == ["RandomCrop", "RandomHorizontalFlip"]


def test_every_transform_is_at_work_in_the_gallery() -> None:
    shown = [
        (made.name, tile) for family in FAMILIES for made, tile in applied(family, sample("coast"), seed=1)
    ]
    assert [name for name, _ in shown] == [name for name, each in OPERATIONS.items() if each.family != BATCH]
    for name, tile in shown:
        assert not tile.stop, name
        assert (tile.drawn is not None) == OPERATIONS[name].random


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_a_batch_is_mixed_as_by_torchvision(name: str) -> None:
    images, targets = mixed(name, sample("coast"), 3)
    assert images.shape == (4, 3, 64, 64)
    assert targets.shape == (4, 3)
    assert targets.sum(1).tolist() == pytest.approx([1.0] * 4)
    assert ((targets > 0).sum(1) == 2).any()
