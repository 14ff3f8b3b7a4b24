"""The comparison as charts, with what was guessed behind it."""

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from lessons.core import style
from lessons.core.messages import Message
from lessons.models.finetuning.courses import Way
from lessons.models.finetuning.inputs import WAYS, name

Words = Callable[[Message], str]

HEIGHT = 380
EPOCHS, SECONDS, PARAMETERS = ACROSS = ("epochs", "seconds", "parameters")
TITLES = {
    EPOCHS: Message("epoch"),
    SECONDS: Message("seconds of learning"),
    PARAMETERS: Message("parameters that learn"),
}


def line(way: str) -> dict[str, object]:
    """Each way has its own colour and dash in every chart."""
    index = WAYS.index(way)
    return {"color": style.RUNS[index], "dash": style.DASHES[index], "width": 2.5}


def figure(
    ways: Sequence[Way], across: str, epochs: int, guess: Mapping[str, float], translate: Words
) -> go.Figure:
    """Accuracy against one of ACROSS. epochs: how many there will be; guess: by way, may be empty."""
    chart = go.Figure(layout=style.layout(HEIGHT, xaxis_title=translate(TITLES[across])))
    for way in ways:
        colour = style.RUNS[WAYS.index(way.way)]
        if way.way in guess:
            chart.add_hline(guess[way.way], line={"color": colour, "dash": "dot", "width": 1}, opacity=0.6)
        if not way.epochs:
            continue
        if across == PARAMETERS:
            _add_end(chart, way, translate)
        else:
            _add_course(chart, way, across, translate)
    if guess:
        line_of_guess = {"color": style.QUIET, "dash": "dot", "width": 1}
        label = translate(Message("your guess"))
        chart.add_scatter(x=[None], y=[None], mode="lines", name=label, line=line_of_guess)
    if across == EPOCHS:
        chart.update_xaxes(range=[0, epochs + 0.2], tickformat="d")
    elif across == SECONDS:
        chart.update_xaxes(rangemode="tozero")
    else:
        chart.update_xaxes(type="log", dtick=1)
    title = translate(Message("accuracy in the test"))
    return chart.update_yaxes(range=[0, 1.02], tickformat=".0%", title=title)


def _add_course(chart: go.Figure, way: Way, across: str, translate: Words) -> None:
    x = list(range(1, way.epochs + 1)) if across == EPOCHS else list(way.seconds)
    if len(way.courses) > 1 and across == EPOCHS:
        add_band(chart, way.way, x, way.band)
    chart.add_scatter(
        x=x, y=way.mean, mode="lines+markers", name=translate(name(way.way)), line=line(way.way)
    )


def _add_end(chart: go.Figure, way: Way, translate: Words) -> None:
    marker = {"size": 13, "color": style.RUNS[WAYS.index(way.way)], "symbol": WAYS.index(way.way)}
    label = translate(name(way.way))
    chart.add_scatter(x=[way.parameters], y=[way.end], mode="markers", name=label, marker=marker)


def add_band(chart: go.Figure, way: str, x: Sequence[float], band: Sequence[tuple[float, float]]) -> None:
    """From the lowest to the highest of several seeds."""
    low, high = zip(*band, strict=True)
    colour = style.RUNS[WAYS.index(way)]
    chart.add_scatter(
        x=[*x, *reversed(x)],
        y=[*high, *reversed(low)],
        fill="toself",
        fillcolor=colour,
        opacity=0.15,
        line={"width": 0},
        showlegend=False,
        hoverinfo="skip",
    )
