"""The same comparison with few pictures a class and with many: where one way overtakes another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.models.finetuning.charts import HEIGHT, Words, add_band, line
from lessons.models.finetuning.courses import POINT, Way, listed, percent
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, THREE, WAYS, Inputs, name

SIZES = (5, 10, 20, 50, 100, 200, 400)  # pictures a class
ASKED = (10, 400)

Survey = Mapping[int, Sequence[Way]]  # by pictures a class, the ways whose runs are done


def comparisons(inputs: Inputs, largest: int | None) -> dict[int, Inputs]:
    """The same with each of SIZES that there are pictures for. largest: pictures of the smallest class."""
    sizes = [size for size in SIZES if largest is None or size <= largest]
    return {size: replace(inputs, per_class=size) for size in sizes}


def ends(survey: Survey, way: str) -> list[tuple[int, Way]]:
    """(pictures a class, how it went) where that way is done."""
    return [(size, each) for size, ways in sorted(survey.items()) for each in ways if each.way == way]


def figure(survey: Survey, here: int, translate: Words) -> go.Figure:
    """Accuracy against pictures a class. here: the size that the page is about."""
    titles = {
        "xaxis_title": translate(Message("training pictures a class")),
        "yaxis_title": translate(Message("accuracy in the test")),
    }
    chart = go.Figure(layout=style.layout(HEIGHT, **titles))
    for way in WAYS:
        done = ends(survey, way)
        sizes = [size for size, _way in done]
        if any(len(each.courses) > 1 for _size, each in done):
            add_band(chart, way, sizes, [each.band[-1] for _size, each in done])
        label = translate(name(way))
        ended = [each.end for _size, each in done]
        chart.add_scatter(x=sizes, y=ended, mode="lines+markers", name=label, line=line(way))
    chart.add_vline(here, line_color=style.HERE, line_width=1)
    chart.update_xaxes(type="log", tickvals=SIZES, ticktext=[str(size) for size in SIZES])
    return chart.update_yaxes(range=[0, 1.02], tickformat=".0%")


def describe(survey: Survey) -> Message:
    """Where from scratch overtakes the frozen backbone, as far as that is known."""
    leads = [(size, lead) for size in sorted(survey) if (lead := _lead(survey[size])) is not None]
    for (size, lead), (next_size, next_lead) in pairwise(leads):
        if lead < 0 <= next_lead:
            return Message(
                "From scratch overtakes the frozen backbone between {fewer} and {more} "
                "{more:picture|pictures} a class.",
                fewer=size,
                more=next_size,
            )
    if not leads:
        return Message("Nothing is done yet.")
    sizes = listed([Message("{size}", size=size) for size, _lead in leads])
    if leads[-1][1] < 0:
        return Message("The frozen backbone leads at every size that is done: {sizes}.", sizes=sizes)
    return Message("From scratch leads at every size that is done: {sizes}.", sizes=sizes)


def _lead(ways: Sequence[Way]) -> float | None:
    """Of from scratch over the frozen backbone; None where one of them is not done."""
    ended = {way.way: way.end for way in ways}
    return ended[SCRATCH] - ended[FROZEN] if {SCRATCH, FROZEN} <= ended.keys() else None


def questions(survey: Survey) -> list[Question]:
    """Which of the three is best, and which worst, at each size that is asked about and done."""
    return [
        _last(size, survey[size])
        for size in ASKED
        if {way.way for way in survey.get(size, ())} >= set(THREE) and _told_apart(survey[size])
    ]


def _told_apart(ways: Sequence[Way]) -> bool:
    """Whether the last of the three is not last by chance."""
    low, second, _high = sorted(way.end for way in ways if way.way in THREE)
    return second - low > POINT


def _last(size: int, ways: Sequence[Way]) -> Question:
    ended = {way.way: way.end for way in ways if way.way in THREE}
    each = [Message("{way} {percent} %", way=name(way), percent=percent(ended[way])) for way in THREE]
    return Question(
        Message(
            "With {size} {size:picture|pictures} a class, which of the three gets the fewest test pictures "
            "right?",
            size=size,
        ),
        THREE.index(min(ended, key=ended.__getitem__)),
        Message("They get these shares right: {each}.", each=listed(each)),
        choices=tuple(map(name, THREE)),
        about=f"last-{size}",
    )
