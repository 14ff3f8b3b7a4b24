"""One language of colour for every matrix, chart and page, and the defaults of every figure.

Blue is positive, orange is negative, white is zero; one accent says "here, now". All of them hold a contrast
of 3 with the background of both themes (WCAG AA for marks); the tests measure it.
"""

from typing import Any

import numpy as np
from PIL.ImageColor import getrgb

POSITIVE = "#2f6fde"
NEGATIVE = "#d4650f"
HERE = "#12907f"
QUIET = "#8a8f99"  # what stands behind

# Six runs side by side, told apart by colour in any colour vision, and by dash without any.
RUNS = ("#306ede", "#d4650f", "#ad4886", "#3e94cd", "#b8382e", "#f05f87")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

CHANNELS = ("#b8382e", "#1fa078", "#306ede")  # red, green and blue, told apart in the same way


def layout(height: int = 320, **more: Any) -> dict[str, Any]:
    """Plotly layout for every figure: ``figure.update_layout(**layout(xaxis_title="step"))``.

    Backgrounds are transparent and no text colour is set, so the page's theme shows through. The height is
    fixed and zoom survives an update, so that nothing jumps when a number changes. Half of the last number
    below the axis stands in the right margin.
    """
    return {
        "height": height,
        "margin": {"l": 8, "r": 24, "t": 32, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": RUNS,
        "uirevision": "keep",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": QUIET, "activecolor": HERE},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
    } | more


def paint(shares: np.ndarray) -> np.ndarray:
    """Numbers from -1 to 1, of any shape, as colours (..., 3), uint8: orange, over white for 0, to blue."""
    towards = np.where(shares[..., None] > 0, getrgb(POSITIVE), getrgb(NEGATIVE))
    return np.asarray(np.rint(255 + np.abs(shares[..., None]) * (towards - 255.0)), np.uint8)
