"""The race on a real net: every racer is what its name says, and nothing else differs."""

import math
import re
from pathlib import Path

import pytest
import torch

from lessons.core.messages import LessonError, Message
from lessons.engine.training.config import differences
from lessons.engine.training.history import History
from lessons.engine.training.tuning import make_optimizer
from lessons.learning.descent import net
from lessons.learning.descent.net import RACERS, USUAL, Curve
from lessons.learning.optimizers import OPTIMIZERS

SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam")


def test_every_rule_can_race_and_has_a_usual_rate() -> None:
    assert RACERS.keys() == USUAL.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("slug", RACERS)
def test_a_racer_steps_by_the_rule_of_its_name(slug: str) -> None:
    racer = net.racers([slug, *({"sgd", "adam"} - {slug})], 0.05)[slug]
    assert str(net.title(racer)) == OPTIMIZERS[slug].title
    optimizer = make_optimizer(racer, torch.nn.Linear(2, 1))
    assert type(optimizer).__name__ == OPTIMIZERS[slug].name
    rule = OPTIMIZERS[slug]
    theirs = getattr(torch.optim, rule.name)([torch.zeros(1)], lr=0.05, **rule.settings).param_groups[0]
    assert {name: each for name, each in optimizer.param_groups[0].items() if name != "params"} == {
        name: each for name, each in theirs.items() if name != "params"
    }


def test_only_the_optimizer_and_what_it_takes_differ() -> None:
    same, own = (net.racers(SIX, rate) for rate in (0.001, None))
    assert differences(list(same.values())).keys() == {"optimizer", "momentum", "nesterov"}
    assert differences(list(own.values())).keys() == {"optimizer", "momentum", "nesterov", "lr"}
    assert {racer.lr for racer in same.values()} == {0.001}
    assert str(net.named(own["sgd"])) == "SGD at 0.1"


@pytest.mark.parametrize(("slugs", "count"), [((), 0), (("adam",), 1), (tuple(RACERS), 7)], ids=str)
def test_a_race_of_one_or_of_too_many_is_refused(slugs: tuple[str, ...], count: int) -> None:
    is_or_are = "is" if count == 1 else "are"
    why = f"A race has 2 to 6 optimizers; here {is_or_are} {count}."
    with pytest.raises(LessonError, match=re.escape(why)):
        net.racers(slugs, None)


def curves(*lasts: float) -> list[Curve]:
    return [
        Curve(Message("{name}", name=name), 2.3, last, 1.7) for name, last in zip("abc", lasts, strict=False)
    ]


def test_what_the_curves_end_at_is_told_of_those_that_have_an_end() -> None:
    told = str(net.describe(curves(1.5, math.nan, 1.25)))
    assert told == "In the end the curve of c is the lowest, at 1.25, and that of a the highest, at 1.5."
    assert net.describe(curves(1.5, math.nan)) is None
    assert net.describe([]) is None


def test_a_curve_in_numbers_is_what_is_drawn(tmp_path: Path) -> None:
    """Smoothed, the last loss counts most."""
    config, history = net.racers(("sgd", "adam"), None)["sgd"], History(tmp_path / "none")
    empty = Curve.of(config, history)
    assert math.isnan(empty.first)
    assert math.isnan(empty.mean)
    history.losses = [2.0, 1.0]
    made = Curve.of(config, history)
    assert (made.first, made.last) == (2.0, pytest.approx((2 * 0.95 + 1) / 1.95))
