"""A picture, a box on it and a mask, moved together: v2 draws once for all that it is given in one call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.utils import draw_bounding_boxes, draw_segmentation_masks

from lessons.core import style
from lessons.core.boxes import Box, Size
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question, draw
from lessons.core.tensors import drawing
from lessons.data.transforms.steps import Step, step
from lessons.data.transforms.strip import make


@dataclass(frozen=True, eq=False)
class Sample:
    """image: uint8 (3, H, W); boxes: one box, (1, 4), as its left, top, right and bottom edge; mask: bool
    (H, W)."""

    image: Tensor
    boxes: Tensor
    mask: Tensor

    def drawn(self) -> Image.Image:
        """With the mask as a tint, and the box as a frame if it has an area."""
        image = draw_segmentation_masks(
            self.image.as_subclass(Tensor), self.mask.as_subclass(Tensor), alpha=0.5, colors=style.HERE
        )
        left, top, right, bottom = self.boxes[0].tolist()
        if left < right and top < bottom:
            width = max(1, max(image.shape[1:]) // 100)
            image = draw_bounding_boxes(
                image, self.boxes.as_subclass(Tensor), colors=style.NEGATIVE, width=width
            )
        picture: Image.Image = v2.functional.to_pil_image(image)
        return picture


def beside(size: Size) -> Box:
    """A box left of the middle of a picture of this size: what turns about the middle moves it.

    >>> beside((600, 400))
    Box(left=50, top=100, width=200, height=200)
    """
    width, height = size
    return Box(width // 12, height // 4, max(1, width // 3), max(1, height // 2))


def sample(picture: Image.Image, box: Box) -> Sample:
    """The mask is the ellipse in the box. LessonError where the picture is too small."""
    if min(picture.size) < 2:
        raise LessonError(
            "On a picture of {width} x {height} there is no room for a box.",
            width=picture.width,
            height=picture.height,
        )
    image = v2.functional.to_image(picture)
    height, width = image.shape[-2:]
    edges = [[box.left, box.top, box.left + box.width, box.top + box.height]]
    boxes = tv_tensors.BoundingBoxes(edges, format="XYXY", canvas_size=(height, width))
    rows, columns = torch.arange(height)[:, None] + 0.5, torch.arange(width) + 0.5
    across = (columns - box.left) / box.width - 0.5
    down = (rows - box.top) / box.height - 0.5
    return Sample(image, boxes, tv_tensors.Mask(across**2 + down**2 <= 0.25))


def moves(size: Size) -> tuple[Step, ...]:
    """Random steps that move what is on a picture of this size."""
    return (
        step("RandomPerspective", p=1.0),
        step("RandomRotation"),
        step("RandomAffine"),
        step("RandomResizedCrop", size=min(size), scale=(0.3, 1.0)),
    )


def once(before: Sample, move: Step, seed: int) -> Sample:
    """All three in one call."""
    with drawing(seed):
        return Sample(*make(move)(before.image, before.boxes, before.mask))


def apart(before: Sample, move: Step, seed: int) -> Sample:
    """Three calls, one after another."""
    transform = make(move)
    with drawing(seed):
        return Sample(transform(before.image), transform(before.boxes), transform(before.mask))


ONCE, APART = "once", "apart"
WAYS: dict[str, Callable[[Sample, Step, int], Sample]] = {ONCE: once, APART: apart}
TITLES = {ONCE: "one call", APART: "three calls"}


def order(seed: int) -> tuple[str, str]:
    """Which of the two ways stands first."""
    return (ONCE, APART) if draw((True, False), seed) else (APART, ONCE)


def in_common(one: Sample, other: Sample) -> float:
    """Of the pixels in either mask, those in both, 0 to 1; 0 where nothing is left of both."""
    either = int((one.mask | other.mask).sum())
    return int((one.mask & other.mask).sum()) / max(1, either)


def ask_apart(made: Mapping[str, Sample], ways: tuple[str, str]) -> Question:
    """Which of two pictures comes of three calls. made: by the names in WAYS; ways: in their order."""
    return Question(
        Message(
            "One of the two comes of transform(image, boxes, mask), the other of three calls, one for each. "
            "Which comes of three calls?"
        ),
        ways.index(APART),
        Message(
            "In one call the transform draws once, and moves all three alike. In three calls it draws three "
            "times: the image, which comes first, is the same again, but box and mask go elsewhere. Of the "
            "pixels in either mask {share} % are in both.",
            share=show(round(100 * in_common(made[ONCE], made[APART]))),
        ),
        choices=(Message("the first"), Message("the second")),
        about="apart",
    )


def ask_plain(before: Sample, move: Step, seed: int) -> Question:
    """What becomes of a box that is a plain tensor."""
    plain: Any = before.boxes.as_subclass(Tensor)
    with drawing(seed):
        _image, moved = make(move)(before.image, plain)
    return Question(
        Message("The box is a plain tensor, and no BoundingBoxes: transform(image, box). Where is it then?"),
        0 if torch.equal(moved, plain) else 1,
        Message(
            "At {edges}, where it was, and nothing is said. v2 goes by the type of what it is given: Image, "
            "BoundingBoxes, Mask. Beside an image, a plain tensor is handed back as it came.",
            edges=str([round(each) for each in moved[0].tolist()]),
        ),
        choices=(Message("where it was"), Message("where the picture has gone"), Message("it is refused")),
        about="plain",
    )


def program(box: Box, move: Step, seed: int) -> str:
    """Both ways, on picture.png."""
    right, bottom = box.left + box.width, box.top + box.height
    return f"""\
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

image = v2.functional.to_image(Image.open("picture.png").convert("RGB"))
height, width = image.shape[-2:]
boxes = tv_tensors.BoundingBoxes(
    [[{box.left}, {box.top}, {right}, {bottom}]], format="XYXY", canvas_size=(height, width)
)
rows, columns = torch.arange(height)[:, None] + 0.5, torch.arange(width) + 0.5
across = (columns - {box.left}) / {box.width} - 0.5
down = (rows - {box.top}) / {box.height} - 0.5
mask = tv_tensors.Mask(across**2 + down**2 <= 0.25)  # the ellipse in the box

transform = {move.code()}
torch.manual_seed({seed})
together = transform(image, boxes, mask)
torch.manual_seed({seed})
apart = transform(image), transform(boxes), transform(mask)
print(together[1], apart[1])
"""
