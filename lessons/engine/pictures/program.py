"""The beginning of a program: a set of pictures comes into memory, in plain torch and torchvision."""

import inspect
import re
from collections.abc import Sequence

from lessons.core.folders import data_folder
from lessons.core.messages import LessonError
from lessons.core.program import quoted
from lessons.engine.pictures import doodles, others, published
from lessons.engine.pictures.folder import Skipped
from lessons.engine.pictures.sources import DOODLES, Source, kinds


def cells(about: Source, splits: Sequence[str] = doodles.SPLITS) -> dict[str, str]:
    """Cells by their titles. They make ``train_images`` and ``train_labels``, and the same of every split.

    Both are as in ``Split``. Of torch they import no more than torch itself. Raises LessonError where the set
    is a folder that has not been read yet. A folder's 16-bit grey pictures are the one thing they read
    differently: they clip them, as Pillow does.
    """
    if about.shape is None:
        raise LessonError("The pictures in {name} have not been read yet.", name=about.title)
    if about.key in DOODLES:
        return {**_recipe(about.key), "Pictures": _doodles(about.key, splits)}
    if about.key in published.SETS:
        return {"Pictures": _torchvision(published.SETS[about.key].dataset, splits)}
    _, height, width = about.shape
    return {"Pictures": _folder(f"data/{about.title}", (width, height), about.skipped, splits)}


def _recipe(key: str) -> dict[str, str]:
    """The drawing code: what draws the ten kinds, and where others are asked for, these below it."""
    ten = {"Doodles": inspect.getsource(doodles)}
    if kinds(key) is doodles.KINDS:
        return ten
    below = re.sub(r"^from lessons.*\n", "", inspect.getsource(others), flags=re.MULTILINE)
    return {**ten, "Other doodles": below}


def _doodles(key: str, splits: Sequence[str]) -> str:
    counts = dict(zip(doodles.SPLITS, DOODLES[key][1:], strict=True))
    asked = "" if kinds(key) is doodles.KINDS else ", kinds=KINDS"
    loads = {split: f'map(torch.from_numpy, draw({counts[split]}, "{split}"{asked}))' for split in splits}
    return f"""\
import torch

{_assigned(loads)}"""


def _torchvision(name: str, splits: Sequence[str]) -> str:
    if name == "CIFAR10":
        images = "torch.from_numpy(pictures.data).permute(0, 3, 1, 2)"
        labels = "torch.tensor(pictures.targets)"
    else:
        images, labels = "pictures.data[:, None]", "pictures.targets"
    return f"""\
import torch
from torchvision.datasets import {name}


def load(train: bool) -> tuple[torch.Tensor, torch.Tensor]:
    pictures = {name}("data", train=train, download=True)
    return {images}, {labels}


{_assigned({split: f"load(train={split == 'train'})" for split in splits})}"""


def _folder(folder: str, size: tuple[int, int], skipped: Sequence[Skipped], splits: Sequence[str]) -> str:
    """size: (width, height)."""
    test = "test" if (data_folder().parent / folder / "test").is_dir() else "val"
    parts = {"train": "train", "test": test}
    files = "".join(f"    Path({quoted(f'{folder}/{each.file}')}),\n" for each in skipped)
    broken = f"\nbroken = {{\n{files}}}\n" if skipped else ""
    and_whole = " and Path(file) not in broken" if skipped else ""
    return f"""\
from pathlib import Path

import torch
from PIL import Image, ImageOps
from torchvision.datasets import ImageFolder
from torchvision.transforms.functional import pil_to_tensor
{broken}

def readable(file: str) -> bool:
    return not Path(file).name.startswith("."){and_whole}


class Visible(ImageFolder):
    def find_classes(self, directory: str) -> tuple[list[str], dict[str, int]]:
        classes = [name for name in super().find_classes(directory)[0] if not name.startswith(".")]
        return classes, {{name: index for index, name in enumerate(classes)}}


def upright_rgb(file: str) -> Image.Image:
    picture = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
    on_white = Image.new("RGBA", picture.size, "white")
    on_white.alpha_composite(picture)
    return ImageOps.fit(on_white.convert("RGB"), {size})


def load(folder: str) -> tuple[torch.Tensor, torch.Tensor]:
    pictures = Visible(folder, loader=upright_rgb, is_valid_file=readable)
    return torch.stack([pil_to_tensor(picture) for picture, _ in pictures]), torch.tensor(pictures.targets)


{_assigned({split: f"load({quoted(f'{folder}/{parts[split]}')})" for split in splits})}"""


def _assigned(loads: dict[str, str]) -> str:
    return "".join(f"{split}_images, {split}_labels = {load}\n" for split, load in loads.items())
