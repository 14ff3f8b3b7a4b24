"""The beginning of a program: a set of pictures comes into memory, in plain torch and torchvision."""

import inspect
import re
from collections.abc import Sequence

from lessons.core.messages import LessonError
from lessons.core.program import quoted
from lessons.engine.pictures import doodles, layout, others, published, reading
from lessons.engine.pictures.folder import LOT
from lessons.engine.pictures.sources import DOODLES, Source, kinds

READ = """\
def read(file: str) -> Image.Image:
    data = Path(file).read_bytes()
    try:
        return upright_rgb(opened(data))
    except Exception:  # what is wrong may lie beside the pixels
        return upright_rgb(opened(pixels_alone(data)))
"""


def cells(about: Source, splits: Sequence[str] = doodles.SPLITS) -> dict[str, str]:
    """Cells by their titles. They make ``train_images`` and ``train_labels``, and the same of every split.

    Both are as in ``Split``. Of torch they import no more than torch itself. Raises LessonError where the set
    is a folder that has not been read yet.
    """
    if about.shape is None:
        raise LessonError("The pictures in {name} have not been read yet.", name=about.title)
    if about.key in DOODLES:
        return {**_recipe(about.key), "Pictures": _doodles(about.key, splits)}
    if about.key in published.SETS:
        return {"Pictures": _torchvision(published.SETS[about.key].dataset, splits)}
    return {"Files": inspect.getsource(reading), "Pictures": _folder(about, splits)}


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


def _folder(about: Source, splits: Sequence[str]) -> str:
    assert about.shape is not None
    _, height, width = about.shape
    name = about.key.removeprefix("folder:")
    lines = "".join(f"    {quoted(each.path)},\n" for each in about.skipped)
    return f"""\
import torch
from torchvision.transforms.functional import pil_to_tensor

root = {quoted(f"data/{name}")}
left_out = {{  # because they cannot be read
{lines}}}


{READ}

def files_in(part: str) -> list[tuple[str, int]]:
    files = labelled(part, root)
    return [each for each in files if os.path.relpath(each[0], root) not in left_out]


def load(files: list[tuple[str, int]]) -> tuple[torch.Tensor, torch.Tensor]:
    pictures = [ImageOps.fit(read(file), {(width, height)}) for file, _ in files]
    return torch.stack([*map(pil_to_tensor, pictures)]), torch.tensor([label for _, label in files])


{_files(layout.find(name), f"data/{name}", splits)}"""


def _files(found: layout.Layout, root: str, splits: Sequence[str]) -> str:
    if found.test is not None:
        parts = {"train": found.train, "test": found.test}
        return _assigned({split: f"load(files_in({quoted(f'{root}/{parts[split]}')}))" for split in splits})
    learned = "[each for each in files if each[0] not in drawn]"
    tested = "[each for each in files if each[0] in drawn]"
    files = {"train": learned, "test": tested}
    return f"""\
files = files_in({quoted(f"{root}/{found.train}".removesuffix("/"))})
drawn = drawn_for_test(files, seed={LOT})
{_assigned({split: f"load({files[split]})" for split in splits})}"""


def _assigned(loads: dict[str, str]) -> str:
    return "".join(f"{split}_images, {split}_labels = {load}\n" for split, load in loads.items())
