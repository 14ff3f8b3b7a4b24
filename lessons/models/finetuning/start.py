"""What the audit and the mistakes begin with: some doodles, and the small ResNet with a new head."""

import inspect
from functools import cache

import torch
from torch import Tensor, nn

from lessons.engine.backbone import backbone
from lessons.engine.pictures import doodles
from lessons.engine.training import nets, preparing, tuning
from lessons.engine.training.config import Config
from lessons.engine.training.program import net_lines
from lessons.models.finetuning.inputs import SCRATCH

SEED = 0
PER_CLASS = 20
CLASSES, FEATURES = len(doodles.CLASSES), 96  # what the head answers, and what it is given
PICTURES = PER_CLASS * CLASSES

REPLACE = f"net[-1] = nn.Linear({FEATURES}, {CLASSES})\n"


@cache
def pictures() -> tuple[Tensor, Tensor]:
    """PER_CLASS of each kind, as the net takes them: float32 (PICTURES, 3, 32, 32), and their labels. All who
    ask get the same ones: they are not to be changed."""
    images, labels = map(torch.from_numpy, doodles.draw(PICTURES))
    return preparing.scale(images), labels


def begin(way: str) -> nn.Sequential:
    """The net before it learns: all of it random from scratch, else with the pretrained weights, and a new
    head. What is drawn comes from torch's global random numbers."""
    if way == SCRATCH:
        return nets.build("resnet", tuning.OWN.shape, CLASSES)
    net = backbone.pretrained()
    net[-1] = nn.Linear(FEATURES, CLASSES)
    return net


def cells(way: str, replaced: bool = True) -> dict[str, str]:
    """The same as a program: they make ``images``, ``labels`` and ``net``, whose weights, but from scratch,
    are read from the file of the backbone. replaced: whether its head is a new one already."""
    return {
        "Doodles": inspect.getsource(doodles),
        "Pictures": _pictures(),
        "Net": _from_scratch() if way == SCRATCH else _pretrained() + REPLACE * replaced,
    }


def _pictures() -> str:
    return f"""\
import torch
from torch import Tensor


{inspect.getsource(preparing.scale)}

images, labels = map(torch.from_numpy, draw({PICTURES}))
images = scale(images)
"""


def _from_scratch() -> str:
    return f"{_imports()}{_layers(CLASSES)}"


def _pretrained() -> str:
    return f"""\
from safetensors.torch import load_file
{_imports()}{_layers(len(backbone.CLASSES))}\
net.load_state_dict(load_file("{backbone.FILE.name}"))  # the file beside this program
"""


def _imports() -> str:
    return f"""\
import torch.nn.functional as F
from torch import nn


{inspect.getsource(nets.Block)}

"""


def _layers(classes: int) -> str:
    net = "\n".join(net_lines(Config(net="resnet"), tuning.OWN.shape, classes))
    return f"""\
torch.set_num_threads(1)  # more would mostly wait for each other
torch.manual_seed({SEED})
{net}
"""
