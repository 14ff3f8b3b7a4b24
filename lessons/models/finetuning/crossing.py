"""The same comparison with few pictures a class and with many: where one way overtakes another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.models.finetuning.charts import HEIGHT, Words, add_band, line
from lessons.models.finetuning.courses import Way, listed, percent, too_close
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, THREE, WAYS, Inputs, name

SIZES = (5, 10, 20, 50, 100, 200, 400)  # pictures a class
BETWEEN = {"5-20": (5, 20), "20-100": (20, 100), "100-400": (100, 400)}  # to guess from, by slug
ASKED = (10, 400)
TIE = "tie"
LEADS = {
    FROZEN: "The frozen backbone leads from scratch at: {sizes}.",
    TIE: "Too close to call at: {sizes}.",
    SCRATCH: "From scratch leads the frozen backbone at: {sizes}.",
}

Survey = Mapping[int, Sequence[Way]]  # by pictures a class, the ways whose runs are done


def comparisons(inputs: Inputs, largest: int) -> dict[int, Inputs]:
    """The same with each of SIZES that there are pictures for, and always with the first. largest: pictures
    of the smallest class."""
    sizes = [size for size in SIZES if size <= largest] or SIZES[:1]
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


def describe(survey: Survey, tested: int) -> list[Message]:
    """Who leads at each size that is done, from scratch or the frozen backbone, and where that changes.

    tested: how many pictures are in the test.
    """
    leaders = {size: leader for size, ways in sorted(survey.items()) if (leader := _leader(ways, tested))}
    lines = []
    for leader, told in LEADS.items():
        sizes = [size for size, each in leaders.items() if each == leader]
        if sizes:
            lines.append(Message(told, sizes=listed([Message("{size}", size=size) for size in sizes])))
    if found := overtaking(survey, tested):
        fewer, more = found
        lines.append(
            Message(
                "Between {fewer} and {more} {more:picture|pictures} a class from scratch overtakes it.",
                fewer=fewer,
                more=more,
            )
        )
    return lines


def overtaking(survey: Survey, tested: int) -> tuple[int, int] | None:
    """The sizes between which from scratch overtakes the frozen backbone; None where that is not known."""
    leaders = {size: _leader(ways, tested) for size, ways in sorted(survey.items())}
    clear = [(size, leader) for size, leader in leaders.items() if leader in (SCRATCH, FROZEN)]
    for (size, leader), (next_size, next_leader) in pairwise(clear):
        if (leader, next_leader) == (FROZEN, SCRATCH):
            return size, next_size
    return None


def judged(guess: tuple[int, int], survey: Survey, tested: int) -> Message | None:
    """Whether it is between these sizes; None as long as that cannot be told."""
    found = overtaking(survey, tested)
    if found is None:
        return None
    if guess[0] <= found[0] and found[1] <= guess[1]:
        return Message("Your guess is right.")
    if found[1] <= guess[0] or guess[1] <= found[0]:
        return Message(
            "You have guessed between {low} and {high} {high:picture|pictures} a class.",
            low=guess[0],
            high=guess[1],
        )
    return None


def _leader(ways: Sequence[Way], tested: int) -> str:
    """SCRATCH, FROZEN or TIE; nothing where one of the two is not done."""
    ended = {way.way: way.end for way in ways}
    if not {SCRATCH, FROZEN} <= ended.keys():
        return ""
    if too_close(ended[SCRATCH], ended[FROZEN], tested):
        return TIE
    return SCRATCH if ended[SCRATCH] > ended[FROZEN] else FROZEN


def questions(survey: Survey, tested: int) -> list[Question]:
    """Which of the three is last at each size that is asked about and done, where chance does not decide."""
    return [
        _last(size, survey[size])
        for size in ASKED
        if {way.way for way in survey.get(size, ())} >= set(THREE) and _told_apart(survey[size], tested)
    ]


def _told_apart(ways: Sequence[Way], tested: int) -> bool:
    """Whether the last of the three is not last by chance."""
    low, second, _high = sorted(way.end for way in ways if way.way in THREE)
    return not too_close(low, second, tested)


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
