"""How far many draws of a strip are from the first, as a chart."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from lessons.core import style

HEIGHT = 220


def distances_figure(
    distances: Sequence[float], highest: float, translate: Callable[[str], str] = str
) -> go.Figure:
    """A mark for each draw. highest: of the axis, the same in two charts that are compared."""
    draws = list(range(1, len(distances) + 1))
    chart = go.Figure(
        layout=style.layout(
            HEIGHT, xaxis_title=translate("draw"), yaxis_title=translate("mean difference from the first")
        )
    )
    chart.add_scatter(x=draws, y=list(distances), mode="markers", marker={"color": style.POSITIVE, "size": 8})
    top = highest or 1.0
    return chart.update_yaxes(range=[-0.06 * top, 1.1 * top])
