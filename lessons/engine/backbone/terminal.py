"""Make the backbone's weights from nothing: ``python -m lessons pretrain``."""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from lessons.engine.backbone import backbone
from lessons.engine.training.config import Config
from lessons.engine.training.terminal import show

if TYPE_CHECKING:  # imports torch, which takes seconds: first the options are checked
    from lessons.engine.training.loop import Training
    from lessons.engine.training.reports import Report

CONFIG = Config(
    data="doodles-others", net="resnet", lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4, epochs=8
)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "Make the backbone that fine-tuning starts from."
    options = commands.add_parser(
        "pretrain",
        help=about,
        description=f"{about} A small ResNet learns twenty kinds of doodle, in about a minute and a half.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = options.add_argument
    add("--out", type=Path, default=backbone.FILE.parent, help="the folder that the weights are written to")
    add("--epochs", type=int, default=CONFIG.epochs, help="passes over the training pictures")
    options.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    from lessons.engine.training.loop import Training

    started = time.perf_counter()
    training = Training(replace(CONFIG, epochs=asked.epochs))
    steps = training.config.total_steps(len(training.pictures.train))
    with tqdm(total=steps, unit="step", dynamic_ncols=True) as bar:
        for report in pretrain(training):
            show(bar, report)
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / backbone.FILE.name
    accuracy = keep(training, file)
    print(
        f"Done in {time.perf_counter() - started:.0f} s. Test accuracy {accuracy:.1%}, in half precision. "
        f"The weights are in {file}"
    )
    return 0


def pretrain(training: "Training") -> "Iterator[Report]":
    """Train under one cycle of the rate: up to the config's, then down to almost 0."""
    import torch

    from lessons.engine.training.loop import fit
    from lessons.engine.training.reports import Step

    config = training.config
    steps = config.total_steps(len(training.pictures.train))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        training.optimizer,
        config.lr,
        total_steps=steps + 1,  # after the last step it is asked once more
    )
    for report in fit(config, training):
        if isinstance(report, Step):
            schedule.step()
        yield report


def keep(training: "Training", file: Path) -> float:
    """Write the weights, and return the test accuracy that they give when they are read again."""
    import torch

    from lessons.engine.training.loop import answers, grade

    net, test = training.net.half().float(), training.pictures.test  # what half precision leaves of it
    accuracy = grade(
        torch.cat(list(answers(net, test.images, training.prepared.scale))), test.labels
    ).accuracy
    backbone.save(net, file, test_accuracy=accuracy, epochs=training.config.epochs)
    return accuracy
