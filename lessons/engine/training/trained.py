"""Nets that have learned, with all that one must know to use them."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessons.core.messages import LessonError
from lessons.engine.pictures import sources
from lessons.engine.training import origin, tuning
from lessons.engine.training.possible import require_resumable
from lessons.engine.training.preparing import Preparation
from lessons.engine.training.recorder import load_checkpoint
from lessons.engine.training.restoring import restore_net
from lessons.engine.training.runs import Run


@dataclass(frozen=True, eq=False)
class Trained:
    """net: in eval mode, on the CPU; shared by all, so it is never changed: copy it first. classes: what its
    answers mean, in order; preparation: what pictures must be like."""

    net: nn.Module
    classes: tuple[str, ...]
    preparation: Preparation

    @torch.inference_mode()
    def probabilities(self, batch: Tensor) -> Tensor:
        """float32 (N, classes), of prepared pictures (N, channels, height, width)."""
        return torch.as_tensor(self.net(batch).softmax(dim=1))


def of_backbone() -> Trained:
    """The small ResNet that learned to tell twenty other kinds of doodle apart."""
    from lessons.engine.backbone import backbone

    return Trained(backbone.pretrained().eval(), backbone.CLASSES, tuning.OWN)


def of_imagenet(name: str) -> Trained:
    """One of ``choices.PUBLISHED_NETS``, with its own head; LessonError where its weights are not here."""
    from lessons.engine.weights.nets import categories, imagenet

    return Trained(imagenet(name), categories(name), tuning.wanted(name))


def of_run(run: Run) -> Trained:
    """The net of a run as its last checkpoint has it, with the classes that it has learned. LessonError where
    the checkpoint is gone or of another net, or where the run does not know its classes and its pictures are
    gone."""
    config = run.config()
    source = origin.read(run) or sources.source(config.data)
    if source.shape is None:
        raise LessonError("The pictures of this run have not been read yet: train on them once more.")
    prepared = tuning.preparation(config, source.shape)
    require_resumable(config, prepared.shape, len(source.classes))
    net = tuning.build(config, prepared.shape, len(source.classes))
    restore_net(load_checkpoint(run), tuning.learner(config, net))
    return Trained(net.eval(), source.classes, prepared)
