"""The nets of torchvision whose weights, learned on ImageNet, can be had; known without importing torch.

A file lies in ``data/weights/``, under the name that torchvision gives it, so a copy that torch.hub made
elsewhere can simply be moved there.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.engine.fetching.parcel import File, Parcel

WEIGHTS = "IMAGENET1K_V1"  # the first of each net, so those that courses and papers quote


@dataclass(frozen=True)
class Net:
    """A net and the file of its weights. megabytes: to three digits, which is how exactly torchvision knows
    the file's size; parameters: with the head for ImageNet's 1000 classes."""

    title: str
    file_name: str
    megabytes: float
    parameters: int

    @property
    def size(self) -> int:
        """Bytes to fetch, to half a kilobyte."""
        return round(self.megabytes * limits.MEGABYTE)

    @property
    def digest(self) -> str:
        """How the file's SHA-256 begins: it stands at the end of the name, and torch.hub checks it, too."""
        return Path(self.file_name).stem.rpartition("-")[2]


NETS = {
    "alexnet": Net("AlexNet", "alexnet-owt-7be5be79.pth", 233.087, 61_100_840),
    "vgg16": Net("VGG16", "vgg16-397923af.pth", 527.796, 138_357_544),
    "resnet18": Net("ResNet-18", "resnet18-f37072fd.pth", 44.661, 11_689_512),
    "resnet50": Net("ResNet-50", "resnet50-0676ba61.pth", 97.781, 25_557_032),
    "squeezenet1_1": Net("SqueezeNet 1.1", "squeezenet1_1-b8a52dc0.pth", 4.729, 1_235_496),
    "mobilenet_v3_small": Net("MobileNetV3 Small", "mobilenet_v3_small-047dcff4.pth", 9.829, 2_542_856),
    "efficientnet_b0": Net("EfficientNet-B0", "efficientnet_b0_rwightman-7f5810bc.pth", 20.451, 5_288_548),
}


def folder() -> Path:
    """Where the files belong."""
    return data_folder() / "weights"


def file(key: str) -> Path:
    """Where the weights of this net belong."""
    return folder() / NETS[key].file_name


def is_here(key: str) -> bool:
    """Whether the file is on this machine, by its name alone."""
    return file(key).is_file()


def require_intact(key: str) -> None:
    """LessonError where the file is not here, or is not the published one."""
    try:
        about = file(key).stat()
    except OSError:
        raise LessonError(
            "{title} is not here yet: {file} is missing.", title=NETS[key].title, file=file(key)
        ) from None
    if not _is_intact(key, file(key), about.st_mtime_ns, about.st_size):
        raise LessonError(
            "{file} is not the published file (its checksum differs). Delete it, or fetch it again.",
            file=file(key),
        )


def parcel(key: str) -> Parcel:
    """The weights of this net, to be fetched."""
    about = NETS[key]
    return Parcel(
        key,
        f"{about.title} (ImageNet)",
        folder(),
        about.size,
        room=about.size,
        most=limits.WEIGHTS_BYTES,
        files=lambda: [_published(key)],
        unpack=lambda: None,
    )


def torchvisions(key: str) -> Any:
    """torchvision's own entry: ``url``, ``meta`` and ``transforms``."""
    from torchvision import models

    return models.get_model_weights(key)[WEIGHTS]


def _published(key: str) -> File:
    return File(torchvisions(key).url, file(key), NETS[key].size, NETS[key].digest, "sha256")


@lru_cache(maxsize=2 * len(NETS))
def _is_intact(key: str, path: Path, changed: int, size: int) -> bool:
    """Asked once for each state of the file: the largest takes a second."""
    return _published(key).is_intact()
