"""A grey square over the picture: the map finds where a net looks."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from lessons.engine.training.trained import Trained
from lessons.engine.training.tuning import OWN
from lessons.models.inference.choosing import Inputs, Seen, see
from lessons.models.inference.covering import (
    PLACES,
    QUARTERS,
    ask_left,
    ask_where,
    cover,
    describe,
    map_picture,
    only_left,
    tell_left,
    tell_place,
    with_square,
)


class Looks(nn.Module):
    """At one place alone: the brighter that is in size, the more it answers the first class."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__()
        self.rows, self.columns = (slice(4 * at, 4 * at + 4) for at in (row, column))

    def forward(self, batch: Tensor) -> Tensor:
        seen = batch[:, :, self.rows, self.columns].abs().mean(dim=(1, 2, 3))
        return torch.stack([3 * seen, 0 * seen + 0.1], dim=1)


def seen_by(net: nn.Module) -> Seen:
    inputs = Inputs()
    return Seen(inputs, Trained(net.eval(), ("first", "second"), OWN), inputs.cut())


@given(st.integers(0, PLACES - 1), st.integers(0, PLACES - 1))
def test_the_map_is_deepest_where_the_net_looks(row, column):
    covered = cover(seen_by(Looks(row, column)))
    assert covered.best == 0
    deepest = covered.drops >= covered.drops.max() - 1e-6
    assert deepest[row, column]
    far = [(r, c) for r in range(PLACES) for c in range(PLACES) if max(abs(r - row), abs(c - column)) > 1]
    assert all(abs(float(covered.drops[place])) < 1e-6 for place in far)
    half = PLACES // 2
    worst = covered.worst
    assert ask_where(covered).answer == 2 * (worst[0] >= half) + (worst[1] >= half)


def test_the_one_batch_gives_what_each_place_gives_by_itself():
    seen = see(Inputs())
    covered = cover(seen)
    for row, column in ((0, 0), (3, 5), (7, 7)):
        alone = seen.trained.probabilities(with_square(covered.batch, row, column))[0]
        assert float(covered.shares[row, column]) == pytest.approx(float(alone[covered.best]), abs=1e-5)
        assert int(covered.answers[row, column]) == int(alone.argmax())


@given(st.integers(0, PLACES - 1), st.integers(0, PLACES - 1), st.sampled_from([8, 12, 30, 32, 57]))
def test_the_square_is_zero_around_its_place_and_nothing_else_changes(row, column, side):
    batch = torch.ones(1, 3, side, side)
    made = with_square(batch, row, column)
    assert float(batch.min()) == 1
    at = [int((each + 0.5) * side / PLACES) for each in (row, column)]
    assert float(made[0, :, at[0], at[1]].max()) == 0
    assert set(made.unique().tolist()) == {0.0, 1.0}
    assert int((made == 0).sum()) <= 3 * (2 * side / PLACES + 1) ** 2


def test_what_is_left_is_a_quarter_of_the_input():
    covered = cover(see(Inputs()))
    left = only_left(covered)
    kept = (left == covered.batch).all(dim=1)[0]
    assert int(kept.sum()) >= 32 * 32 // 4
    assert int((left != 0).any(dim=1).sum()) <= 32 * 32 // 4


def test_the_numbers_of_the_map_are_said():
    covered = cover(see(Inputs()))
    row, column = covered.worst
    assert f"It matters most at row {row + 1}, column {column + 1}" in str(describe(covered))
    assert f"Without the square it is heart with {covered.share:.1%}" in str(describe(covered))
    assert str(tell_place(covered, row, column)).startswith(
        f"With the square at row {row + 1}, column {column + 1}: heart {float(covered.shares.min()):.1%};"
    )
    assert ("still heart" in str(tell_left(covered))) == (ask_left(covered).answer == 0)


def test_a_quarter_that_is_not_enough_gives_another_class():
    looks = seen_by(Looks(1, 6))
    turned = replace(cover(looks), left=(1, 0.9))
    assert "it is second with 90.0%, and" not in str(tell_left(turned))
    assert "it is second with 90.0%, no longer first: the net looks" in str(tell_left(turned))


def test_where_nothing_matters_that_is_the_answer():
    class Blind(nn.Module):
        def forward(self, batch: Tensor) -> Tensor:
            return torch.tensor([[0.0, 1.0]]).expand(len(batch), 2)

    covered = cover(seen_by(Blind()))
    assert str(QUARTERS[int(ask_where(covered).answer)]).startswith("nowhere")
    assert "Wherever the square is, that becomes less by 0.00% at most" in str(describe(covered))


def test_blue_is_where_the_class_loses():
    covered = cover(seen_by(Looks(1, 6)))
    size = map_picture(covered).width // PLACES
    red, _green, blue = map_picture(covered).getpixel((6 * size + size // 2, size + size // 2))
    assert blue > red + 50
    red, _green, blue = map_picture(covered).getpixel((size // 2, 7 * size))
    assert abs(blue - red) < 3
