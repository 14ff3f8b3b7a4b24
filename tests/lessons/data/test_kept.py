"""Only what is behind a change is computed again, and what is kept is what would be computed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.data.transforms import strip as strips
from lessons.data.transforms.operations import OPERATIONS
from lessons.data.transforms.steps import Step, seed_of, step, strip, with_step
from lessons.data.transforms.strip import Tile, along, kept, make, walk
from lessons.engine.pictures.samples import sample
from lessons.engine.pictures.values import PIL
from tests.lessons.data.test_transforms import NAMES, SMALL, same, steps

pytestmark = pytest.mark.filterwarnings("ignore:Anti-alias option is always applied for PIL")

PAD, CROP, FLIP, IMAGE, FLOATS = STRIP = strip(
    step("Pad", padding=4),
    step("RandomCrop", size=20),
    step("RandomHorizontalFlip", p=1.0),
    step("ToImage"),
    step("ToDtype"),
)
FIRST = Tile(SMALL)


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is applied from now on; the strip has been walked before."""
    names: list[str] = []

    def counted(step: Step, seed: int, before: Tile) -> Tile:
        names.append(step.name)
        return apply(step, seed, before)

    apply = strips.apply
    kept.cache_clear()
    list(along(FIRST, STRIP, 0, kept))
    monkeypatch.setattr(strips, "apply", counted)
    return names


@pytest.mark.parametrize(
    ("changed", "seed", "again"),
    [
        (STRIP, 0, ""),
        (STRIP, 1, "RandomCrop RandomHorizontalFlip ToImage ToDtype"),
        (with_step(STRIP, FLOATS.put("scale", False)), 0, "ToDtype"),
        (with_step(STRIP, FLIP.put("p", 0.0)), 0, "RandomHorizontalFlip ToImage ToDtype"),
        ((*STRIP, step("Normalize", 9)), 0, "Normalize"),
        ((PAD, CROP, IMAGE, FLIP, FLOATS), 0, "ToImage RandomHorizontalFlip ToDtype"),
        ((PAD, CROP, IMAGE, FLOATS), 0, "ToImage ToDtype"),
        (with_step(STRIP, replace(FLIP, on=False)), 0, "ToImage ToDtype"),
        (STRIP[:3], 0, ""),
        (with_step(STRIP, replace(FLIP, locked=seed_of(FLIP, 0))), 0, ""),
    ],
)
def test_what_stands_before_a_change_is_not_applied_again(
    changed: tuple[Step, ...], seed: int, again: str, applied: list[str]
) -> None:
    list(along(FIRST, changed, seed, kept))
    assert " ".join(applied) == again


def test_another_picture_has_tiles_of_its_own(applied: list[str]) -> None:
    (*_, end) = along(Tile(sample("house")), STRIP, 0, kept)
    assert len(applied) == len(STRIP)
    assert same(end.value, walk(sample("house"), STRIP, 0)[-1].value)


@given(st.lists(steps(most=3), min_size=2, max_size=2), st.integers(0, 9))
def test_what_is_kept_is_what_is_computed_anew(walked: list[tuple[Step, ...]], seed: int) -> None:
    points = torch.tensor([[0.0, 0.0], [30.0, 20.0]])
    first = Tile(SMALL, points)
    for each in walked:
        ours, anew = list(along(first, each, seed, kept)), walk(SMALL, each, seed, points)
        assert len(ours) == len(anew)
        for one, other in zip(ours, anew, strict=True):
            assert one.value is other.value is None or same(one.value, other.value)
            assert one.points is other.points is None or same(one.points, other.points)
            assert (one.drawn, str(one.note)) == (other.drawn, str(other.note))


@pytest.mark.parametrize("name", [name for name in NAMES if not OPERATIONS[name].random])
def test_a_step_that_is_not_random_draws_nothing_so_the_seed_is_nothing_to_it(name: str) -> None:
    value = sample("coast") if PIL in OPERATIONS[name].takes else torch.rand(3, 40, 60)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    make(step(name))(value)
    assert torch.equal(torch.get_rng_state(), before)


def test_learners_who_walk_the_same_strip_at_once_all_get_it() -> None:
    kept.cache_clear()
    with ThreadPoolExecutor(8) as learners:
        ends = list(learners.map(lambda seed: [*along(FIRST, STRIP, seed % 2, kept)][-1].value, range(32)))
    expected = [walk(SMALL, STRIP, seed)[-1].value for seed in (0, 1)]
    assert all(same(end, expected[place % 2]) for place, end in enumerate(ends))
    assert kept.cache_info().maxsize == strips.KEPT
