"""The probe: a picture, what a kernel makes of it, and under the pointer patch, kernel and sum."""

from pathlib import Path

import numpy as np
from PIL import Image

from lessons.core import style
from lessons.core.matrix import Matrix
from lessons.core.numbers import show
from pages.kit.component import component
from pages.kit.picture.inline import encode, inline
from pages.kit.text import _

HERE = Path(__file__).parent

_probe = component("probe", HERE)


def probe(picture: Matrix, kernel: Matrix, response: np.ndarray, key: str) -> None:
    """Show picture (H, W; 0 to 255), kernel (kh, kw) and response (H - kh + 1, W - kw + 1)."""
    _probe(
        key=key,
        data={
            "picture": inline(png(picture)),
            "response": inline(encode(Image.fromarray(response_map(response)))),
            "pixels": [list(map(int, row)) for row in picture],
            "kernel": [list(map(show, row)) for row in kernel],
            "spot": [int(each) for each in np.unravel_index(np.abs(response).argmax(), response.shape)],
            "sums": [list(map(show, row)) for row in response.tolist()],
            "words": {
                "picture": _("Picture"),
                "response": _("Response"),
                "patch": _("Patch"),
                "kernel": _("Kernel"),
                "sum": _("Sum"),
                "place": _("row {row}, column {column}"),
                "hint": _("Move over the response, or use the arrow keys."),
            },
        },
    )


def response_map(response: np.ndarray) -> np.ndarray:
    """The response in colours (rows, columns, 3); the deepest is its largest absolute value."""
    return style.paint(response / max(float(np.abs(response).max()), 1e-12))


def png(picture: Matrix) -> bytes:
    """The picture as a PNG file in grey."""
    return encode(Image.fromarray(np.array(picture, np.uint8)))
