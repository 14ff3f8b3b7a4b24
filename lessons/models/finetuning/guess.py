"""Before anything runs: how far will each way get?"""

from collections.abc import Mapping

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.plane import Axis, Dots, Gaps, Line, Part, Place, Plane, Scene
from lessons.models.finetuning.inputs import THREE, WAYS, name

USUAL = 50.0  # percent, where a bar stands that was not dragged yet
ZERO = "zero"


def scene(guess: Mapping[str, float]) -> Scene:
    """A bar for each of the three ways. guess: in percent."""
    ways = Axis(Message("way"), 0.4, len(THREE) + 0.6, names=tuple(map(name, THREE)))
    percent = Axis(Message("accuracy, in percent"), 0.0, 100.0, whole=True)
    parts: list[Part] = [
        Dots("floor", Message("nothing"), ((0.0, 0.0),)),
        Line(ZERO, Message("0 %"), "floor", colour=style.QUIET),
    ]
    for index, way in enumerate(THREE):
        place = (index + 1.0, guess.get(way, USUAL))
        colour = style.RUNS[WAYS.index(way)]
        parts += [
            Dots(way, name(way), (place,), moves="y", colour=colour),
            Gaps(way, ZERO, "bars", colour=colour),
        ]
    return Scene((Plane(Message("Your guess"), ways, percent, tuple(parts), height=260),), legend=False)


def read(moved: Mapping[str, tuple[Place, ...]], guess: Mapping[str, float]) -> dict[str, float]:
    """The guess with the bars that were moved."""
    return {way: moved[way][0][1] if way in moved else guess.get(way, USUAL) for way in THREE}
