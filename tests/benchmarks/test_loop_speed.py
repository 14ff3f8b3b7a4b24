"""How fast the loop is: against the loop of the tutorials, and against the arithmetic alone.

All loops take turns in one process, a few steps each, so that a busy machine slows all of them alike; the
medians of their turns are compared. The process has the environment of a worker.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import CIFAR10, VisionDataset

from lessons.engine.pictures.doodles import CLASSES, draw
from lessons.engine.pictures.pictures import Pictures, Split
from lessons.engine.training import loop, nets
from lessons.engine.training.config import Config
from lessons.engine.training.preparing import scale
from lessons.engine.training.process import ENVIRONMENT

TURNS = 30
STEPS_A_TURN = 5
HAS_BF16 = torch.cpu._is_avx512_bf16_supported()  # elsewhere it is emulated, which takes for ever
CONFIG = Config(device="cpu", momentum=0.0, epochs=1)  # the notes' setting; momentum would amplify rounding


def ours(pictures: Pictures, bf16: bool = False) -> Iterator[float]:
    config = replace(CONFIG, bf16=bf16)
    return (step.loss for step in loop.fit(config, loop.Training(config, pictures)))


class Served(CIFAR10):
    """torchvision's CIFAR-10 as it comes out of its archive, without the archive."""

    def __init__(self, split: Split, transform: transforms.Compose) -> None:
        VisionDataset.__init__(self, root="", transform=transform)
        self.data: np.ndarray = np.ascontiguousarray(split.images.permute(0, 2, 3, 1).numpy())
        self.targets = split.labels.tolist()


def tutorials(pictures: Pictures) -> Iterator[float]:
    """The loop that the tutorials write, in the order of pictures that ours has."""
    torch.manual_seed(CONFIG.seed)
    net = nets.build(CONFIG.net, pictures.shape, len(pictures.classes))
    optimizer = torch.optim.SGD(net.parameters(), lr=CONFIG.lr)
    to_tensor = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))]
    )
    order = torch.cat(loop.Training(CONFIG, pictures).batches_left()).tolist()
    loader = DataLoader(Served(pictures.train, to_tensor), batch_size=CONFIG.batch_size, sampler=order)
    net.train()
    for images, labels in loader:
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def arithmetic_alone(pictures: Pictures) -> Iterator[float]:
    """The same net and optimizer on one batch that lies ready, again and again."""
    training = loop.Training(CONFIG, pictures)
    images, labels = scale(training.images[: CONFIG.batch_size]), training.labels[: CONFIG.batch_size]
    while True:
        loss = F.cross_entropy(training.net(images), labels)
        training.optimizer.zero_grad()
        loss.backward()
        training.optimizer.step()
        yield 0.0


Figures = dict[str, dict[str, list[float]]]


def measure() -> Figures:
    """For each loop the losses of its steps and the seconds of its turns."""
    count = TURNS * STEPS_A_TURN * CONFIG.batch_size
    train, test = (Split(*map(torch.from_numpy, draw(*which))) for which in ((count, "train"), (250, "test")))
    pictures = Pictures("Doodles", CLASSES, train, test)
    loops = {
        "ours": ours(pictures),
        "tutorials": tutorials(pictures),
        "arithmetic": arithmetic_alone(pictures),
    }
    if HAS_BF16:
        loops["ours in bf16"] = ours(pictures, bf16=True)
    figures: Figures = {name: {"losses": [], "seconds": []} for name in loops}
    for _ in range(TURNS):
        for name, each in loops.items():
            started = time.perf_counter()
            figures[name]["losses"] += [next(each) for _ in range(STEPS_A_TURN)]
            figures[name]["seconds"].append(time.perf_counter() - started)
    return figures


@pytest.fixture(scope="module")
def figures() -> Figures:
    environment = os.environ | ENVIRONMENT | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def times_faster(figures: Figures, name: str, other: str) -> float:
    """The median over the turns: a turn of one is compared with the other's turn right beside it."""
    pairs = zip(figures[other]["seconds"], figures[name]["seconds"], strict=True)
    ratio = statistics.median(theirs / own for theirs, own in pairs)
    pace = STEPS_A_TURN * CONFIG.batch_size / statistics.median(figures[name]["seconds"])
    print(f"\n{name}: {pace:.0f} pictures/s, {ratio:.2f} times as fast as {other}")
    return ratio


@pytest.mark.benchmark
def test_our_loop_is_never_slower_than_the_tutorials_loop(figures: Figures) -> None:
    assert times_faster(figures, "ours", "tutorials") >= 1


@pytest.mark.benchmark
def test_both_loops_go_down_the_same_curve(figures: Figures) -> None:
    pairs = zip(figures["ours"]["losses"], figures["tutorials"]["losses"], strict=True)
    apart = max(abs(own - theirs) for own, theirs in pairs)
    print(f"\nlosses of {TURNS * STEPS_A_TURN} steps: at most {apart:.1e} apart")
    assert apart <= 7e-4


@pytest.mark.benchmark
def test_our_loop_spends_its_time_on_the_arithmetic(figures: Figures) -> None:
    assert times_faster(figures, "ours", "arithmetic") >= 0.93


@pytest.mark.benchmark
@pytest.mark.skipif(not HAS_BF16, reason="this CPU has no arithmetic for bfloat16")
def test_bf16_doubles_the_speed_of_the_tutorials_loop(figures: Figures) -> None:
    assert times_faster(figures, "ours in bf16", "tutorials") >= 2


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
