"""What a run starts from, pretrained weights or random ones, and which of them learn."""

import torch
from torch import nn
from torchvision import models

from lessons.engine.pictures import doodles
from lessons.engine.pictures.pictures import Split
from lessons.engine.training import nets
from lessons.engine.training.choices import OPTIMIZERS, PUBLISHED_NETS
from lessons.engine.training.config import Config
from lessons.engine.training.preparing import Preparation

TESTED = 1000  # pictures, after every epoch
OWN = Preparation(doodles.SIZE, (doodles.SIZE, doodles.SIZE))


def wanted(name: str) -> Preparation:
    """What the pretrained weights of the net called ``name`` want pictures to be like."""
    if name not in PUBLISHED_NETS:
        return OWN
    made = models.get_model_weights(name).IMAGENET1K_V1.transforms()
    (side,), (resize,) = made.crop_size, made.resize_size
    mean, std = tuple(made.mean), tuple(made.std)
    return Preparation(resize, (side, side), 3, mean, std, made.interpolation.value)


def pretrained(name: str, classes: int) -> nn.Sequential:
    """The net with a pretrained backbone and a new head for so many classes.

    Its head has the weights that ``nets.build`` gives it after the same seed. LessonError where the weights
    are not here, or are not what they should be.
    """
    if name in PUBLISHED_NETS:
        from lessons.engine.weights.nets import imagenet

        return nets.in_two(name, classes, imagenet(name))
    from lessons.engine.backbone import backbone

    net = nets.build(name, OWN.shape, classes)
    head = f"{len(net) - 1}."
    weights = {key: value for key, value in backbone.load().items() if not key.startswith(head)}
    net[:-1].load_state_dict(weights)
    return net


def preparation(config: Config, shape: tuple[int, int, int]) -> Preparation:
    """What a run does with its pictures, which are of that shape."""
    if config.tuning:
        return wanted(config.net)
    channels, height, width = shape
    return Preparation(min(height, width), (height, width), channels)


def build(config: Config, shape: tuple[int, int, int], classes: int) -> nn.Sequential:
    """The net of a run before it learns. What is drawn of it comes from torch's global random numbers."""
    if config.pretrained:
        return pretrained(config.net, classes)
    return nets.build(config.net, shape, classes)


def learner(config: Config, net: nn.Sequential) -> nn.Module:
    """What learns, and is kept in checkpoints: all of the net, or its head."""
    return net[-1] if config.tuning == "frozen" else net


def make_optimizer(config: Config, net: nn.Module) -> torch.optim.Optimizer:
    """The optimizer of ``config``, over all parameters of ``net``."""
    kind = getattr(torch.optim, OPTIMIZERS[config.optimizer].title)
    optimizer: torch.optim.Optimizer = kind(net.parameters(), **config.optimizer_arguments())
    return optimizer


def tested(config: Config, test: Split) -> Split:
    """What a run is tested on: all, or where it may take long, some of the pictures, spread evenly."""
    if not config.tuning or len(test) <= TESTED:
        return test
    some = torch.arange(TESTED) * len(test) // TESTED
    return Split(test.images[some], test.labels[some])
