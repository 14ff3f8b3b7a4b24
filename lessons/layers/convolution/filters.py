"""Kernels with a name, and what they make of a picture: the same convolution as on a typed matrix."""

import numpy as np
from PIL import Image, ImageDraw

from lessons.core.matrix import Matrix, nested
from lessons.core.messages import Message
from lessons.core.questions import Question

SIDE = 96  # pixels of the longer side: a picture on the page is a matrix like any other
NINTH, SIXTEENTH = 1 / 9, 1 / 16
KERNELS: dict[str, Matrix] = {
    "Identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "Box blur": ((NINTH,) * 3,) * 3,
    "Gaussian blur": tuple(tuple(a * b * SIXTEENTH for b in (1, 2, 1)) for a in (1, 2, 1)),
    "Sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "Sobel x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Sobel y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "Emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}


WHY = {
    "Gaussian blur": Message("Every pixel becomes a mean in which near pixels count more: edges grow soft."),
    "Sharpen": Message("Surfaces stay as they are, and on both sides of an edge it goes too far."),
    "Sobel x": Message("Left and right neighbours are subtracted: only edges that run upright answer."),
    "Sobel y": Message("Upper and lower neighbours are subtracted: only edges that run level answer."),
    "Laplacian": Message("A pixel is compared with its four neighbours: edges of every direction answer."),
    "Emboss": Message("Light from the upper left: one side of an edge rises, the other falls."),
}


def matrix_of(picture: Image.Image) -> Matrix:
    """The picture in grey, at most SIDE x SIDE, as whole numbers from 0 (black) to 255 (white)."""
    small = picture.convert("L")
    small.thumbnail((SIDE, SIDE))
    return tuple(tuple(map(float, row)) for row in np.asarray(small).tolist())


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


def question(seed: int) -> tuple[str, Question]:
    """Which kernel made this picture? The kernel's name, and the question; seed: which one is drawn."""
    drawn = np.random.default_rng(seed)
    shown = [str(name) for name in drawn.permutation(list(WHY))[:4]]
    answer = int(drawn.integers(len(shown)))
    name = shown[answer]
    total = round(sum(map(sum, KERNELS[name])), 6)
    return name, Question(
        Message("Which kernel made this picture?"),
        answer,
        Message(
            "{name}: {why} Its weights add up to {total}, so that is what becomes of a surface of ones.",
            name=Message(name),
            why=WHY[name],
            total=total,
        ),
        choices=tuple(Message(each) for each in shown),
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
