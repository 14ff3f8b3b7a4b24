"""The shipped backbone: a small ResNet that has learned to tell twenty kinds of doodle apart.

Its weights are kept in half precision, in a file of a third of a megabyte that ``python -m lessons pretrain``
makes again from nothing. No torch is imported before they are loaded.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from lessons.core import files, limits
from lessons.core.messages import LessonError
from lessons.engine.pictures import others

if TYPE_CHECKING:  # imports torch, which takes seconds; the classes are known without it
    from torch import Tensor, nn

CLASSES = others.CLASSES  # what the net's answers mean, in order
FILE = Path(__file__).with_name("backbone.safetensors")


def load(file: Path = FILE) -> "dict[str, Tensor]":
    """The state of ``build()``: float32, but for the counters of BatchNorm.

    LessonError where the file is missing, damaged, or of another net.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load as read

    try:
        halves = read(files.read_with_digest(file, limits.CHECKPOINT_BYTES))
    except SafetensorError as error:
        raise _not_the_backbone(file) from error
    with torch.device("meta"):  # the names and shapes of its weights are all that is needed
        expected = build().state_dict()
    if {name: weight.shape for name, weight in halves.items()} != {
        name: weight.shape for name, weight in expected.items()
    }:
        raise _not_the_backbone(file)
    return {name: weight.to(expected[name].dtype) for name, weight in halves.items()}


def save(net: "nn.Module", file: Path, **about: object) -> None:
    """Keep the net's weights, and its checksum beside them. about: what else is known of them, as JSON."""
    import torch
    from safetensors.torch import save as written

    halves = {
        name: (weight.half() if weight.is_floating_point() else weight).cpu().contiguous()
        for name, weight in net.state_dict().items()
    }
    about |= {"classes": CLASSES, "torch": torch.__version__}
    metadata = {name: json.dumps(value) for name, value in about.items()}
    files.write_with_digest(file, written(halves, metadata))


def build() -> "nn.Sequential":
    """The net that the weights belong to, with random ones: logits (N, 20) of pictures (N, 3, 32, 32)."""
    from lessons.engine.pictures.doodles import SIZE
    from lessons.engine.training import nets

    return nets.build("resnet", (3, SIZE, SIZE), len(CLASSES))


def pretrained() -> "nn.Sequential":
    """``build()`` with its weights; LessonError as ``load`` has it."""
    net = build()
    net.load_state_dict(load())
    return net


def _not_the_backbone(file: Path) -> LessonError:
    return LessonError(
        "The file {file} is not this version's backbone. Make it again with: python -m lessons pretrain",
        file=file.name,
    )
