"""The program in the code panel lands on the loss curve of the run, to the last bit, in plain torch."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torchvision
from PIL import Image

from lessons.core.messages import LessonError
from lessons.engine.backbone import backbone
from lessons.engine.pictures import doodles, sources
from lessons.engine.training.choices import NETS
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training, fit
from lessons.engine.training.program import BACKBONE, program
from lessons.engine.training.reports import Answered, Epoch, Step

SMALL = {"batch_size": 24, "epochs": 2}
drawn = functools.cache(doodles.draw)


def draw_once(count: int, split: str, kinds=doodles.KINDS):
    """The ten kinds: no test here asks for others."""
    return drawn(count, split)


@pytest.fixture(autouse=True)
def few_doodles(monkeypatch, home) -> None:
    """Sets of 60 and 20 pictures, drawn once for all tests; the program looks for data/ where it runs."""
    monkeypatch.setitem(sources.DOODLES, "doodles", ("Doodles", 60, 20))
    monkeypatch.setattr(doodles, "draw", draw_once)
    monkeypatch.chdir(home)


def reported(config: Config, lr_changes=(), pictures=None) -> list[Step | Epoch]:
    """All reports of the run, with the rate changed at the given steps."""
    rates = dict(lr_changes)
    training = Training(config, pictures)
    collected = []
    for report in fit(config, training):
        if not isinstance(report, Answered):
            collected.append(report)
        training.change_lr(rates.get(training.step + 1))
    return collected


def losses(reports) -> list[float]:
    return [report.loss for report in reports if isinstance(report, Step)]


def printed(reports) -> list[str]:
    return [
        f"epoch {r.epoch}: train loss {r.train_loss:.4f}, accuracy {r.train_accuracy:.2%};"
        f" test loss {r.test_loss:.4f}, accuracy {r.test_accuracy:.2%}"
        for r in reports
        if isinstance(r, Epoch)
    ]


def run(text: str) -> list[float]:
    """Execute the program, with the doodles' own cell replaced by the set that is drawn already."""
    before, cells = text.split("# %% Pictures\n")
    names = {"draw": draw_once, "__name__": "__main__"}
    exec(cells if "# %% Doodles" in before else text, names)
    return names["losses"]


def assert_same_curve(config: Config, capsys, lr_changes=(), pictures=None) -> None:
    reports = reported(config, lr_changes, pictures)
    assert run(program(config, lr_changes)) == losses(reports)
    assert capsys.readouterr().out.splitlines() == printed(reports)


@pytest.mark.parametrize("net", NETS)
def test_every_net_repeats_its_curve(net, capsys) -> None:
    assert_same_curve(Config(net=net, **SMALL), capsys)


@pytest.mark.parametrize(
    "settings",
    [
        {"momentum": 0.0},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"optimizer": "adam", "lr": 0.001, "weight_decay": 0.01},
        {"optimizer": "adamw", "lr": 0.001},
        {"optimizer": "adamw", "lr": 0.001, "weight_decay": 0.1},
        {"optimizer": "rmsprop", "lr": 1e-5},
        {"optimizer": "adagrad", "lr": 0.001},
        {"flip": True},
        {"shift": 3},
        {"flip": True, "shift": 2, "seed": 7},
        {"bf16": True},
        {"bf16": True, "device": "cpu"},
        {"train_size": 31, "batch_size": 7},
        {"device": "cpu", "threads": 1},
    ],
    ids=str,
)
def test_every_setting_repeats_its_curve(settings, capsys) -> None:
    assert_same_curve(Config(net="lenet", **SMALL | settings), capsys)


@pytest.mark.parametrize("way", ["scratch", "frozen", "whole", "head-first"])
def test_a_run_from_pretrained_weights_repeats_its_curve_with_these_beside_it(way, capsys, home) -> None:
    shutil.copy(backbone.FILE, home / BACKBONE)
    tuned = {"tuning": way, "per_class": 5, "epochs": 4, "batch_size": 16, "nesterov": True, "seed": 3}
    assert_same_curve(Config(net="resnet", **tuned), capsys)


@pytest.mark.parametrize("way", ["scratch", "frozen"])
def test_a_run_of_a_published_net_repeats_its_curve(way, capsys, squeezenet_here, home, monkeypatch) -> None:
    url = torchvision.models.get_model_weights("squeezenet1_1").IMAGENET1K_V1.url
    hub = home / "torch" / "hub" / "checkpoints"  # where torchvision keeps what it has fetched
    hub.mkdir(parents=True)
    shutil.copy(squeezenet_here, hub / url.rpartition("/")[2])
    monkeypatch.setenv("TORCH_HOME", str(home / "torch"))
    tuned = {"tuning": way, "per_class": 1, "epochs": 1, "batch_size": 5, "lr": 0.001}
    assert_same_curve(Config(net="squeezenet1_1", **tuned), capsys)


def test_rates_changed_while_the_run_went_on_are_built_in(capsys) -> None:
    assert_same_curve(Config(net="lenet", **SMALL), capsys, lr_changes=[(2, 0.1), (5, 0.001)])


def test_it_repeats_the_curve_in_a_process_that_knows_nothing_of_us(tmp_path) -> None:
    config = Config(flip=True, shift=2, threads=1, **SMALL)
    file = tmp_path / "program.py"
    file.write_text(
        program(config, [(3, 0.05)]) + "import json, sys\njson.dump(losses, sys.stderr)\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-I", file],
        cwd=tmp_path,
        env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        check=True,
    )
    reports = reported(config, [(3, 0.05)])
    assert json.loads(done.stderr) == losses(reports)
    assert done.stdout.splitlines() == printed(reports)


class Published:
    """Stands for a torchvision data set: the pictures of the noise, laid out as torchvision has them."""

    def __init__(self, root: str, train: bool, download: bool) -> None:
        assert (root, download) == ("data", True)
        split = self.pictures.train if train else self.pictures.test
        self.data, self.targets = self.layout(split)


def test_cifar10_comes_from_torchvision(noise, monkeypatch, capsys) -> None:
    class CIFAR10(Published):
        pictures = noise(shape=(3, 32, 32))

        def layout(self, split):
            return split.images.permute(0, 2, 3, 1).numpy(), split.labels.tolist()

    monkeypatch.setattr(torchvision.datasets, "CIFAR10", CIFAR10)
    pictures = type(CIFAR10.pictures)(
        "", sources.source("cifar10").classes, CIFAR10.pictures.train, CIFAR10.pictures.test
    )
    assert_same_curve(Config(data="cifar10", **SMALL), capsys, pictures=pictures)


def test_fashion_mnist_comes_from_torchvision(noise, monkeypatch, capsys) -> None:
    class FashionMNIST(Published):
        pictures = noise(shape=(1, 28, 28))

        def layout(self, split):
            return split.images[:, 0], split.labels

    monkeypatch.setattr(torchvision.datasets, "FashionMNIST", FashionMNIST)
    pictures = type(FashionMNIST.pictures)(
        "", sources.source("fashion-mnist").classes, FashionMNIST.pictures.train, FashionMNIST.pictures.test
    )
    assert_same_curve(Config(data="fashion-mnist", net="lenet", **SMALL), capsys, pictures=pictures)


def fill_folder(folder: Path, sizes: list[tuple[int, int]]) -> None:
    rng = np.random.default_rng(0)
    for part in ("train", "val"):
        for name in ("ants", "bees"):
            (folder / part / name).mkdir(parents=True)
            for number, (width, height) in enumerate(sizes):
                pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / part / name / f"{number}.png")


def test_a_folder_of_one_size_repeats_its_curve(home, capsys) -> None:
    fill_folder(home / "data/own", [(20, 16)] * 6)
    sources.load("folder:own")
    assert_same_curve(Config(data="folder:own", **SMALL), capsys)


def test_a_folder_with_every_kind_of_file_repeats_its_curve(home, capsys) -> None:
    folder = home / 'data/my "own"'
    fill_folder(folder, [(70, 90), (64, 64), (100, 65)])
    picture = Image.open(folder / "train/ants/0.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(folder / "train/ants/turned.jpg", exif=exif)
    picture.convert("L").save(folder / "train/ants/grey.png")
    picture.convert("P").save(folder / "train/bees/palette.png")
    picture.putalpha(100)
    picture.save(folder / "train/bees/see-through.png")
    picture.convert("RGB").save(folder / "train/bees/still.gif")
    (folder / "train/bees/.DS_Store").write_bytes(b"not shown")
    (folder / "train/bees/broken.jpg").write_bytes(b"no picture")
    (folder / "val/ants/notes.txt").write_text("no picture either")
    key = 'folder:my "own"'
    sources.load(key)
    assert len(sources.source(key).skipped) == 2
    assert_same_curve(Config(data=key, **SMALL), capsys)


def test_a_folder_nobody_has_read_is_explained(home) -> None:
    fill_folder(home / "data/own", [(20, 16)])
    with pytest.raises(LessonError, match="own have not been read yet"):
        program(Config(data="folder:own"))


def test_only_the_lines_that_are_needed_are_written() -> None:
    plain = program(Config(device="cpu", momentum=0.0)).split("# %% Pictures\n")[1]
    for word in (
        "flip",
        "shift",
        "autocast",
        "device",
        "new_rates",
        "momentum",
        "weight_decay",
        "Block",
        "chosen",
    ):
        assert not re.search(rf"\b{word}\b", plain), word
    assert len(plain.splitlines()) < 80


def test_no_word_of_our_package_is_in_it() -> None:
    assert "lessons" not in program(Config(net="resnet", flip=True, shift=1, bf16=True))


def test_a_name_used_by_the_doodles_is_not_used_again() -> None:
    text = program(Config(net="resnet", flip=True, shift=1, bf16=True, train_size=9), [(1, 0.1)])
    first, second = text.split("# %% Pictures\n")

    def bound(source: str) -> set[str]:
        return set(re.findall(r"^(?:def |class )?(\w+)(?:\(| = |: )", source, re.MULTILINE))

    assert bound(first) & bound(second) <= {"for", "if", "with", "from", "import", "print"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"net": "resnet", "flip": True, "shift": 2, "bf16": True, "train_size": 50},
        {"data": "cifar10", "device": "cpu", "nesterov": True, "weight_decay": 1e-4, "lr": 1e-5},
        {"data": "fashion-mnist", "net": "mlp", "optimizer": "adamw", "threads": 2},
        {"data": "folder:own", "net": "cnn-64"},
    ],
    ids=str,
)
def test_it_is_formatted_as_ruff_would(home, settings) -> None:
    if settings.get("data") == "folder:own":
        fill_folder(home / "data/own", [(20, 16)])
        (home / "data/own/train/ants/broken.png").write_bytes(b"no picture")
        sources.load("folder:own")
    text = program(Config(**settings), [(3, 0.1), (5, 1e-05)])
    command = [sys.executable, "-m", "ruff", "format", "--line-length", "110", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert done.stdout == text
