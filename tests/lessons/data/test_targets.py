"""Targets: one-hot vectors, the data set that makes them, boxes and masks: as torch and torchvision do it."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2

from lessons.core.boxes import Box
from lessons.core.messages import LessonError
from lessons.core.words import say
from lessons.data.transforms import targets, together
from lessons.engine.pictures.samples import SAMPLES, sample
from tests.oracles import executed

COAST = sample("coast")


@pytest.fixture(autouse=True)
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture that programs open."""
    monkeypatch.chdir(tmp_path)
    COAST.save("picture.png")


# One-hot


@pytest.mark.parametrize("target", [3, 9])
def test_a_class_of_ten_becomes_nine_zeros_and_a_one(target: int) -> None:
    vector = targets.encoded(target, 10)
    assert vector.tolist() == [float(place == target) for place in range(10)]
    assert targets.ask_place(target, 10).answer == target + 1


@given(st.integers(2, 20).flatmap(lambda classes: st.tuples(st.integers(0, classes - 1), st.just(classes))))
def test_a_vector_is_what_one_hot_gives_and_as_good_a_target(case: tuple[int, int]) -> None:
    target, classes = case
    assert torch.equal(targets.encoded(target, classes), F.one_hot(torch.tensor(target), classes).float())
    by_class, by_vector = targets.losses(target, classes)
    assert by_vector == pytest.approx(by_class)


@pytest.mark.parametrize("target", [-1, 10, 11])
def test_a_class_that_is_none_is_refused_with_the_words_of_torch(target: int) -> None:
    with pytest.raises(LessonError) as refused:
        targets.encoded(target, 10)
    assert f"the numbers 0 to 9, and {target} is none of them" in str(refused.value)
    assert f"index {target} is out of bounds for dimension 0 with size 10" in str(refused.value)


@pytest.mark.parametrize("target", [0, 3, 9])
def test_the_program_of_a_vector_makes_it(target: int) -> None:
    made = executed(targets.one_hot_program(target, 10))
    assert torch.equal(made["vector"], targets.encoded(target, 10))


# A data set


def test_the_quarters_are_those_of_the_picture_and_a_loop_over_them_ends() -> None:
    made = list(targets.quarters(COAST, as_tensor=True, as_one_hot=False))
    assert [target for _, target in made] == [0, 1, 2, 3]
    upper, lower = (torch.cat([made[one][0], made[other][0]], -1) for one, other in ((0, 1), (2, 3)))
    assert torch.equal(torch.cat([upper, lower], -2), v2.functional.to_image(COAST))


@pytest.mark.parametrize("index", range(targets.QUARTERS))
@pytest.mark.parametrize("as_one_hot", [False, True])
def test_what_the_set_hands_out_as_target_is_the_answer(index: int, as_one_hot: bool) -> None:
    made = targets.quarters(COAST, as_tensor=False, as_one_hot=as_one_hot)
    question = targets.ask_target(made, index)
    told = str(question.choices[int(question.answer)])
    assert told == (repr(targets.one_hot(4)(index)) if as_one_hot else str(index))
    assert len(set(map(str, question.choices))) == 4


@pytest.mark.parametrize("as_tensor", [False, True])
@pytest.mark.parametrize("as_one_hot", [False, True])
def test_the_program_of_the_set_hands_out_the_same(as_tensor: bool, as_one_hot: bool) -> None:
    ways = {"as_tensor": as_tensor, "as_one_hot": as_one_hot}
    program = executed(targets.set_program(2, **ways))
    quarter, target = targets.quarters(COAST, **ways)[2]
    assert targets.told(program["quarter"]) == targets.told(quarter)
    assert targets.told(program["target"]) == targets.told(target)


@pytest.mark.parametrize("size", [(1, 1), (9, 1), (1, 9)])
def test_a_picture_without_quarters_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(LessonError, match="to have quarters it needs 2 pixels along each side"):
        targets.quarters(Image.new("RGB", size), as_tensor=True, as_one_hot=True)


# A picture, a box and a mask


def every_move(name: str) -> list[tuple[str, int]]:
    return [(name, place) for place in range(len(together.moves(sample(name).size)))]


@pytest.mark.parametrize(("name", "place"), [case for name in SAMPLES for case in every_move(name)])
@pytest.mark.parametrize("seed", [0, 1])
def test_one_call_moves_all_three_by_one_draw_and_three_calls_do_not(
    name: str, place: int, seed: int
) -> None:
    size = sample(name).size
    before, move = together.sample(sample(name), together.beside(size)), together.moves(size)[place]
    once, apart = (way(before, move, seed) for way in together.WAYS.values())
    assert torch.equal(once.image, apart.image)
    assert not torch.equal(once.mask, apart.mask)
    assert together.in_common(once, once) == 1 > together.in_common(once, apart)


@given(st.integers(0, 999), st.integers(0, 3))
def test_where_the_picture_has_gone_its_mask_and_box_have_gone(seed: int, place: int) -> None:
    """A picture that is white where its mask is: after one call it is white there, and only there."""
    before = together.sample(Image.new("RGB", (60, 40)), Box(15, 10, 20, 20))
    image = tv_tensors.Image(255 * before.mask.as_subclass(Tensor).byte().expand(3, -1, -1))
    after = together.once(
        together.Sample(image, before.boxes, before.mask), together.moves((60, 40))[place], seed
    )
    white = after.image[0].as_subclass(Tensor) > 127
    mask = after.mask.as_subclass(Tensor)
    assert (white ^ mask).sum() <= 3 * mask.sum().sqrt() + 4  # the edge is rounded in two ways
    left, top, right, bottom = after.boxes[0].tolist()
    around = mask[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]  # whole pixels
    assert around.sum() == mask.sum()


def test_the_answers_are_those_of_what_was_made() -> None:
    before, move = together.sample(COAST, together.beside(COAST.size)), together.moves(COAST.size)[0]
    made = {name: way(before, move, 0) for name, way in together.WAYS.items()}
    for ways in ((together.ONCE, together.APART), (together.APART, together.ONCE)):
        question = together.ask_apart(made, ways)
        assert ways[int(question.answer)] == together.APART
        assert f"{round(100 * together.in_common(*made.values()))} % are in both" in say(
            question.reason, "en"
        )
    assert {together.order(seed) for seed in (0, 1)} == {tuple(made), tuple(made)[::-1]}
    plain = together.ask_plain(before, move, 0)
    assert str(plain.choices[int(plain.answer)]) == "where it was"


def test_the_mask_is_the_ellipse_in_the_box() -> None:
    mask = together.sample(COAST, Box(50, 100, 200, 100)).mask
    assert mask.shape == (400, 600)
    outside = mask.as_subclass(Tensor).clone()
    outside[100:200, 50:250] = False
    assert not outside.any()
    assert mask.sum() == pytest.approx(torch.pi * 100 * 50, rel=0.01)


def test_a_box_that_has_left_the_picture_is_not_drawn() -> None:
    before = together.sample(COAST, Box(0, 0, 4, 4))
    gone = together.Sample(before.image, torch.tensor([[0, 0, 0, 7]]), torch.zeros_like(before.mask))
    assert gone.drawn().tobytes() == COAST.tobytes()
    assert before.drawn().tobytes() != COAST.tobytes()
    assert together.in_common(gone, gone) == 0


@pytest.mark.parametrize("place", range(4))
def test_the_program_moves_them_the_same_way(place: int) -> None:
    box, move = Box(50, 100, 200, 100), together.moves(COAST.size)[place]
    program = executed(together.program(box, move, 7))
    before = together.sample(COAST, box)
    for name, way in (("together", together.once), ("apart", together.apart)):
        after = way(before, move, 7)
        for theirs, ours in zip(program[name], (after.image, after.boxes, after.mask), strict=True):
            assert torch.equal(theirs, ours)


def test_drawing_here_leaves_the_generator_of_all_others_alone() -> None:
    before, move = together.sample(COAST, Box(50, 100, 200, 100)), together.moves(COAST.size)[1]
    states = []
    for way in together.WAYS.values():
        states.append(torch.get_rng_state())
        way(before, move, 3)
    states.append(torch.get_rng_state())
    assert all(torch.equal(one, other) for one, other in pairwise(states))
