"""Kernels with a name, and what they make of a picture: the same convolution as on a typed matrix."""

from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from lessons.core.limits import KERNEL_SIDE
from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import nested
from lessons.core.questions import Question, draw

SIDE = 96  # pixels of the longer side: a picture on the page is a matrix like any other
NINTH, SIXTEENTH = 1 / 9, 1 / 16


@dataclass(frozen=True)
class Kernel:
    """why: what it makes of a picture, where that can be told from the picture alone."""

    name: Message
    weights: Matrix
    why: Message | None = None


KERNELS = {
    "identity": Kernel(Message("Identity"), ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    "box-blur": Kernel(Message("Box blur"), ((NINTH,) * 3,) * 3),
    "gaussian-blur": Kernel(
        Message("Gaussian blur"),
        tuple(tuple(a * b * SIXTEENTH for b in (1, 2, 1)) for a in (1, 2, 1)),
        Message("Every pixel becomes a mean in which near pixels count more: edges grow soft."),
    ),
    "sharpen": Kernel(
        Message("Sharpen"),
        ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        Message("Surfaces stay as they are, and on both sides of an edge it goes too far."),
    ),
    "sobel-x": Kernel(
        Message("Sobel x"),
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        Message("Left and right neighbours are subtracted: only edges that run upright answer."),
    ),
    "sobel-y": Kernel(
        Message("Sobel y"),
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        Message("Upper and lower neighbours are subtracted: only edges that run level answer."),
    ),
    "laplacian": Kernel(
        Message("Laplacian"),
        ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        Message("A pixel is compared with its four neighbours: edges of every direction answer."),
    ),
    "emboss": Kernel(
        Message("Emboss"),
        ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        Message("Light from the upper left: one side of an edge rises, the other falls."),
    ),
}
OWN = "own"


@dataclass(frozen=True)
class Inputs:
    """filter: a key of KERNELS, or OWN for the kernel in own, (kh, kw)."""

    filter: str = "sobel-x"
    own: Matrix = KERNELS["sobel-x"].weights

    @property
    def kernel(self) -> Matrix:
        return self.own if self.filter == OWN else KERNELS[self.filter].weights


def matrix_of(picture: Image.Image) -> Matrix:
    """The picture in grey, at most SIDE x SIDE, as whole numbers from 0 (black) to 255 (white).

    Every kernel fits into it: of a narrow strip it is the middle, and a tiny picture is enlarged.
    """
    small = _middle(picture).convert("L")
    small.thumbnail((SIDE, SIDE))
    if min(small.size) < KERNEL_SIDE:
        by = KERNEL_SIDE / min(small.size)
        width, height = (round(side * by) for side in small.size)
        small = small.resize((width, height), Image.Resampling.NEAREST)
    return tuple(tuple(map(float, row)) for row in np.asarray(small).tolist())


def _middle(picture: Image.Image) -> Image.Image:
    width, height = (min(side, longest(picture.size)) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def longest(size: tuple[int, int]) -> int:
    """How much of a strip, (width, height), is looked at: when that is SIDE wide, every kernel fits."""
    return min(size) * SIDE // KERNEL_SIDE


def sample() -> Image.Image:
    """A picture with all that kernels answer to: upright, level and slanting edges, stripes, a soft slope."""
    side = 3 * SIDE  # drawn large and made small, so that edges are smooth
    picture = Image.linear_gradient("L").resize((side, side)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((195, 18, 264, 87), fill="#ffffff")
    draw.polygon(((24, 150), (105, 69), (186, 150)), fill="#303030")
    draw.rectangle((45, 150, 165, 258), fill="#c8c8c8")
    draw.rectangle((66, 174, 99, 207), fill="#202020")
    draw.rectangle((117, 186, 147, 258), fill="#505050")
    for stripe in range(5):
        draw.rectangle((192 + 18 * stripe, 150, 200 + 18 * stripe, 201), fill="#101010")
        draw.rectangle((192, 214 + 12 * stripe, 276, 219 + 12 * stripe), fill="#f0f0f0")
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def question(seed: int) -> tuple[Matrix, Question]:
    """Which kernel made this picture? The kernel, and the question; seed: which one is drawn."""
    slugs = [slug for slug, kernel in KERNELS.items() if kernel.why]
    made = draw(slugs, seed)
    random = Random(seed)
    shown = random.sample([slug for slug in slugs if slug != made], 3)
    shown.insert(random.randrange(4), made)
    kernel = KERNELS[made]
    return kernel.weights, Question(
        Message("Which kernel made this picture?"),
        shown.index(made),
        Message(
            "{name}: {why} Its weights add up to {total}, so that is what becomes of a surface of ones.",
            name=kernel.name,
            why=kernel.why,
            total=round(sum(map(sum, kernel.weights)), 6),
        ),
        choices=tuple(KERNELS[slug].name for slug in shown),
    )


def snippet(kernel: Matrix) -> str:
    """The program that filters a picture of one's own: ``response`` is what the page shows."""
    return f"""import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

picture = Image.open("picture.png").convert("L")
picture.thumbnail(({SIDE}, {SIDE}))
image = torch.from_numpy(np.array(picture)).double()
kernel = torch.tensor({nested(kernel, indent=22)}, dtype=torch.float64)
response = F.conv2d(image[None, None], kernel[None, None])[0, 0]
print(response.shape, response.min(), response.max())
"""
