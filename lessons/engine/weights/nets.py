"""torchvision's nets with what they learned on ImageNet."""

from typing import Any

import torch
from torch import nn

from lessons.engine.weights import catalog
from lessons.engine.weights.reading import read


def imagenet(key: str) -> nn.Module:
    """A net of the catalog with its published weights, in eval mode, the caller's own.

    It takes what ``transforms`` makes, float32 (N, 3, 224, 224), and gives logits (N, 1000). Raises
    LessonError where the file is not here, or is not the published one.
    """
    from torchvision import models

    catalog.require_intact(key)
    with torch.device("meta"):  # no weights are drawn only to be replaced
        net: nn.Module = models.get_model(key)
    net.load_state_dict(read(catalog.file(key), net), assign=True)
    return net.eval()


def transforms(key: str) -> Any:
    """What a picture goes through before this net: torchvision's own, for a PIL picture or a uint8 tensor."""
    return catalog.torchvisions(key).transforms()


def categories(key: str) -> tuple[str, ...]:
    """ImageNet's 1000 classes, in the order of the net's outputs."""
    return tuple(catalog.torchvisions(key).meta["categories"])
