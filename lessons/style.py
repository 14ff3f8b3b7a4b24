"""One language of colour for every matrix, chart and page, and the defaults of every figure.

Blue is positive, orange is negative, white is zero; one accent says "here, now". Text keeps a contrast of
4.5 and marks one of 3 with their background (WCAG AA), in both themes; the tests measure it.
"""

from dataclasses import dataclass
from typing import Any

POSITIVE = "#2f6fde"
ZERO = "#ffffff"
NEGATIVE = "#d4650f"

# The numbers of a matrix or the weights of a filter, from the lowest to the highest, with zero in the middle.
DIVERGING = ((0.0, NEGATIVE), (0.25, "#f3b98a"), (0.5, ZERO), (0.75, "#a3c0f5"), (1.0, POSITIVE))

# Six runs side by side, told apart by colour in any colour vision and by dash without any.
RUNS = ("#306ede", "#d4650f", "#ad4886", "#3e94cd", "#b8382e", "#f05f87")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True)
class Theme:
    """What differs between light and dark. here: the accent; quiet: secondary text; line: hairlines."""

    background: str
    panel: str
    text: str
    quiet: str
    line: str
    here: str


LIGHT = Theme("#fbfaf7", "#f1efe9", "#23272f", "#5d636e", "#dedad0", "#0f766e")
DARK = Theme("#15181d", "#1e2229", "#e7e5df", "#a3a8b1", "#343a44", "#45c4b2")


def layout(height: int = 320, **more: Any) -> dict[str, Any]:
    """Plotly layout for every figure: `figure.update_layout(**layout(...))`.

    Backgrounds are transparent and no text colour is set, so the page's theme shows through. The height is
    fixed and zoom survives an update, so that nothing jumps when a number changes.
    """
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": RUNS,
        "uirevision": "keep",
        "hovermode": "closest",
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
    } | more
