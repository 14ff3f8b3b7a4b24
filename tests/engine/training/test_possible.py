"""What the loop would refuse is refused before there is a run, in the app as in a terminal."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.__main__ import main
from lessons.core.messages import LessonError
from lessons.engine.pictures import doodles, facts, sources
from lessons.engine.training import loop, runs
from lessons.engine.training.choices import NETS, OPTIMIZERS, TUNINGS
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training
from lessons.engine.training.possible import require_possible
from lessons.engine.training.supervisor import Supervisor

TINY = Config("folder:tiny", net="linear", epochs=1, device="cpu", threads=1)
IMPOSSIBLE = {
    "a device that is not here": {"device": "mps"},
    "more pictures than there are": {"train_size": 49},
    "more of a class than there are": {"per_class": 17},
    "a head that would learn alone": {"net": "resnet", "tuning": "head-first", "epochs": 3},
    "a set with a test alone": {"data": "folder:half"},
    "a set with other classes in its test": {"data": "folder:odd"},
    "a set that is not on this machine": {"data": "cifar10"},
    "weights that are not on this machine": {"net": "alexnet", "tuning": "frozen"},
    "a checkpoint that is too large": {"data": "folder:large", "net": "mlp", "optimizer": "adam"},
    "pictures that are too small": {"data": "folder:small", "net": "lenet"},
}


@pytest.fixture(autouse=True)
def no_workers(monkeypatch) -> None:
    """Nobody comes to carry a run out."""
    monkeypatch.setattr(Supervisor, "_slot", lambda self: None)


@pytest.fixture
def sets(home: Path, tiny_data: Path, pictures_of_size) -> Path:
    """The data folder with "folder:tiny" and some that cannot be used by every run."""
    data = home / "data"
    shutil.copytree(tiny_data, data)
    shutil.copytree(data / "tiny/train", data / "half/test")
    shutil.copytree(data / "tiny", data / "odd")
    (data / "odd/test/a").rename(data / "odd/test/z")
    pictures_of_size(data / "large", 256)
    pictures_of_size(data / "small", 6)
    return data


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_what_cannot_be_is_refused_before_there_is_a_run(sets, home, kind, capsys) -> None:
    config = replace(TINY, **IMPOSSIBLE[kind])
    with closing(Supervisor(home / "runs", slots=1)) as supervisor, pytest.raises(LessonError) as refused:
        supervisor.submit(config, "somebody")
    assert runs.every(home / "runs") == []
    options = [
        word
        for name, value in config.to_json().items()
        if value not in (None, False) and value != getattr(Config(), name)
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]
    assert main(["train", *options]) == 2
    assert capsys.readouterr().err.strip().splitlines()[-1] == str(refused.value)
    assert runs.every(home / "runs") == []


@pytest.mark.parametrize("kind", [kind for kind in IMPOSSIBLE if kind != "a head that would learn alone"])
def test_the_loop_refuses_it_for_the_same_reason(sets, kind) -> None:
    config = replace(TINY, **IMPOSSIBLE[kind])
    with pytest.raises(LessonError) as first:
        require_possible(config)
    with pytest.raises(LessonError) as second:
        Training(config)
    assert str(first.value) == str(second.value)


def test_a_folder_that_was_changed_is_asked_in_a_terminal_as_it_is_now(sets, home, capsys) -> None:
    sources.load("folder:tiny")
    (sets / "tiny/train/a/0.png").unlink()
    assert main(["train", "--data", "folder:tiny", "--train-size", "48"]) == 2
    assert "48 training pictures are asked for, and there are 47." in capsys.readouterr().err


@pytest.mark.parametrize("key", sources.DOODLES)
def test_the_built_in_sets_have_as_many_pictures_of_each_class(key) -> None:
    """Which is why they need not be drawn to be counted."""
    _title, count, _tested = sources.DOODLES[key]
    kinds = len(sources.kinds(key))
    turns = torch.from_numpy(doodles.draw(2 * kinds, "train", kinds=sources.kinds(key))[1]).bincount()
    assert turns.tolist() == [2] * kinds
    assert count % kinds == 0


def test_the_classes_of_a_folder_are_counted_one_by_one(sets) -> None:
    (sets / "tiny/train/b/0.png").unlink()
    assert facts.class_sizes("folder:tiny") == (16, 15, 16)
    require_possible(replace(TINY, per_class=15))
    with pytest.raises(LessonError, match="16 training pictures of each class are asked for, and b has 15"):
        require_possible(replace(TINY, per_class=16))


@settings(max_examples=25)
@given(
    net=st.sampled_from(list(NETS)),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    tuning=st.sampled_from(list(TUNINGS)),
    many=st.sampled_from(["train_size", "per_class"]),
    count=st.integers(1, 60),
    epochs=st.integers(1, 5),
    device=st.sampled_from(["auto", "cpu", "cuda"]),
)
def test_what_is_possible_begins(module_home, net, optimizer, tuning, many, count, epochs, device) -> None:
    try:
        config = replace(
            TINY, net=net, optimizer=optimizer, tuning=tuning, epochs=epochs, device=device, **{many: count}
        )
        require_possible(config)
    except LessonError:
        return
    training = Training(config)
    next(loop.fit(config, training))
