"""The probe: a picture, what a kernel makes of it, and under the pointer patch, kernel and sum."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from lessons import style
from lessons.matrix import Matrix, show
from pages.kit.text import _

HERE = Path(__file__).parent

_probe = st.components.v2.component(
    "probe",
    html=(HERE / "probe.html").read_text(encoding="utf-8"),
    css=(HERE / "probe.css").read_text(encoding="utf-8"),
    js=(HERE / "probe.js").read_text(encoding="utf-8"),
)


def probe(picture: Matrix, kernel: Matrix, response: np.ndarray, key: str) -> None:
    """Show picture (H, W; 0 to 255), kernel (kh, kw) and response (H - kh + 1, W - kw + 1)."""
    pixels = np.array(picture)
    _probe(
        key=key,
        data={
            "picture": _png(pixels.astype(np.uint8)),
            "response": _png(response_map(response)),
            "pixels": pixels.astype(int).tolist(),
            "kernel": [list(map(show, row)) for row in kernel],
            "sums": [list(map(show, row)) for row in response.tolist()],
            "words": {
                "picture": _("Picture"),
                "response": _("Response"),
                "patch": _("Patch"),
                "kernel": _("Kernel"),
                "sum": _("Sum"),
                "hint": _("Move over the response, or use the arrow keys."),
            },
        },
    )


def response_map(response: np.ndarray) -> np.ndarray:
    """The response in colours (rows, columns, 3); the deepest is its largest absolute value."""
    return style.paint(response / max(float(np.abs(response).max()), 1e-12))


def _png(pixels: np.ndarray) -> str:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
