"""One language of colour for every matrix, chart and page, and the defaults of every figure.

Blue is positive, orange is negative, white is zero; one accent says "here, now". All of them hold a contrast
of 3 with the background of both themes (WCAG AA for marks); the tests measure it.
"""

from typing import Any

POSITIVE = "#2f6fde"
ZERO = "#ffffff"
NEGATIVE = "#d4650f"
HERE = "#12907f"

# The numbers of a matrix or the weights of a filter: lowest, zero, highest.
DIVERGING = ((0.0, NEGATIVE), (0.25, "#f3b98a"), (0.5, ZERO), (0.75, "#a3c0f5"), (1.0, POSITIVE))

# Six runs side by side, told apart by colour in any colour vision, and by dash without any.
RUNS = ("#306ede", "#d4650f", "#ad4886", "#3e94cd", "#b8382e", "#f05f87")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def layout(height: int = 320, **more: Any) -> dict[str, Any]:
    """Plotly layout for every figure: ``figure.update_layout(**layout(xaxis_title="step"))``.

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
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "#8a8f99", "activecolor": HERE},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
    } | more
