"""Tells the same story to TensorBoard: ``tensorboard --logdir runs``."""

import warnings
from pathlib import Path
from threading import Lock

import torch
from torch.utils.tensorboard import SummaryWriter

from lessons.engine.training.loop import Training
from lessons.engine.training.reports import Epoch, Step

SAMPLES = 32

_tracing = Lock()  # two threads that trace mix up their graphs


class Board:
    """Event files of one run: scalars, sample pictures, weight histograms and the graph of the net."""

    def __init__(self, folder: Path, training: Training) -> None:
        self.training = training
        # After a resume, purge_step hides what a killed worker wrote beyond the checkpoint.
        self.writer = SummaryWriter(str(folder), purge_step=training.step + 1 if training.step else None)

    def step(self, report: Step) -> None:
        self.writer.add_scalar("step/loss", report.loss, report.step)
        self.writer.add_scalar("step/lr", report.lr, report.step)

    def epoch(self, report: Epoch) -> None:
        for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
            self.writer.add_scalar(f"epoch/{name}", getattr(report, name), report.step)
        for name, weights in self.training.net.named_parameters():
            self.writer.add_histogram(name, weights.detach().float().cpu(), report.step)
        if report.epoch == 1:
            self._introduce(report.step)
        self.writer.flush()

    def _introduce(self, step: int) -> None:
        """Sample pictures and the graph, after the first epoch: the first point must not wait for them."""
        from torchvision.utils import make_grid

        samples = self.training.pictures.train.images[:SAMPLES]
        self.writer.add_image("pictures", make_grid(samples, nrow=8), step)
        example = torch.zeros(1, *samples.shape[1:], device=self.training.device)
        with _tracing, warnings.catch_warnings():  # torch.jit.trace, which makes the graph, is old
            warnings.simplefilter("ignore", FutureWarning)
            self.writer.add_graph(self.training.net.eval(), example)

    def close(self) -> None:
        self.writer.close()
