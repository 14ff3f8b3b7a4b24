"""Charts: how far many draws of a strip are from the first, and how the numbers of a set settle."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from lessons.core import style
from lessons.data.transforms.statistics import CLOSE, Floats, names

Words = Callable[[str], str]

HEIGHT = 220
TALL = 280
POINTS = 480  # drawn at most in one chart
NOW = 9  # pixels: the mark at the end of a line


def distances_figure(distances: Sequence[float], highest: float, translate: Words = str) -> go.Figure:
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


def settling_figure(
    title: str,
    values: Floats,
    count: int,
    imagenet: Sequence[float],
    settled: int | None = None,
    translate: Words = str,
) -> go.Figure:
    """A line for each channel, over the logarithm of the number of pictures. The axes do not depend on count.

    values: (n, channels), after 1, 2, ... n pictures, of which the first ``count`` are drawn; imagenet: one a
    channel, drawn thin; settled: from where on the first channel stays CLOSE to its end, None to hide both.
    """
    most, channels = values.shape
    chart = go.Figure(
        layout=style.layout(TALL, xaxis_title=translate("pictures added"), yaxis_title=translate(title))
    )
    for channel, (known, colour) in enumerate(zip(imagenet, style.CHANNELS, strict=True)):
        line = {"color": colour, "width": 1, "dash": style.DASHES[channel]}
        named = {"name": "ImageNet", "legendgroup": "ImageNet", "showlegend": not channel, "legendrank": 1001}
        chart.add_scatter(x=[1, most], y=[known, known], line=line, mode="lines", **named)
    at = spaced(most, POINTS // channels)
    at = np.append(at[at < count], count)
    colours = style.CHANNELS if channels > 1 else (style.QUIET,)
    for channel, (name, colour) in enumerate(zip(names(channels), colours, strict=True)):
        line = {"color": colour, "width": 2.5, "dash": style.DASHES[channel]}
        end = {"size": [0] * (len(at) - 1) + [NOW], "color": colour}
        chart.add_scatter(
            x=at,
            y=values[at - 1, channel],
            line=line,
            marker=end,
            mode="lines+markers",
            name=translate(str(name)),
        )
    if settled:
        end = values[-1, 0]
        chart.add_hrect(end - CLOSE, end + CLOSE, fillcolor=style.HERE, opacity=0.2, line_width=0)
        chart.add_vline(settled, line_color=style.HERE, line_width=1)
    low, high = min(values.min(), *imagenet), max(values.max(), *imagenet)
    room = 0.06 * (high - low)
    chart.update_xaxes(type="log", range=[-0.04, 1.02 * math.log10(max(most, 2))], dtick=1, tickformat="d")
    return chart.update_yaxes(range=[low - room, high + room])


def spaced(most: int, points: int) -> np.ndarray:
    """At most so many of 1 ... most, evenly spread over the logarithm, the first and the last among them."""
    return np.unique(np.geomspace(1, most, points).round().astype(int))
