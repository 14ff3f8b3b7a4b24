"""A page of its own with planes; what Python holds of them stands below.

Its first scene has a start from which a descent is played, its rate on a strip, points at a line and a foot
on a curve; its second, ?scene=other, what else can stand on planes.
"""

from collections.abc import Mapping
from functools import cache

import streamlit as st
from PIL import Image

from lessons.core import style
from lessons.core.contours import contours, rising
from lessons.core.messages import Message
from lessons.core.plane import (
    Axis,
    Contours,
    Curve,
    Dots,
    Gaps,
    Line,
    Mark,
    Path,
    Place,
    Places,
    Plane,
    Scene,
    Shading,
    Strokes,
    Told,
)
from pages.kit.controls import Slot
from pages.kit.look import dress
from pages.kit.picture.inline import encode
from pages.kit.plane.plane import plane

W = Axis(Message("w"), -1.0, 4.0)
B = Axis(Message("b"), -3.0, 5.0)
X = Axis(Message("x"), -10.0, 10.0)
Y = Axis(Message("y"), -20.0, 30.0)
RATE = Axis(Message("rate"), 1e-4, 1.0, log=True)
SHARE = Axis(Message("share"), 0.0, 1.0)


def spread(count: int) -> Places:
    """Points near a line."""
    across = [-8.0 + 16 * at / (count - 1) for at in range(count)]
    return tuple((x, 2 * x + at % 4) for at, x in enumerate(across))


def first_places() -> dict[str, Places]:
    return {
        "start": ((3.0, -2.0),),
        "rate": ((0.1, 0.0),),
        "points": spread(int(st.query_params.get("points", "4"))),
        "foot": ((1.0, 2.0),),
        "ends": ((-5.0, -10.0), (5.0, 20.0)),
        "few": (),
        "knots": ((0.0, 0.2), (0.5, 0.9), (1.0, 0.4)),
    }


def height(w: float, b: float) -> float:
    return (w - 2) ** 2 + (b - 3) ** 2 / 6 + 1


def descent(start: Place, rate: float, frames: int) -> Places:
    places = [start]
    for _step in range(frames - 1):
        w, b = places[-1]
        places.append((w - rate * 2 * (w - 2), b - rate * (b - 3) / 3 * 4))
    return tuple(places)


@cache
def levels() -> Contours:
    return contours(Message("equal loss"), height, W, B, rising(1.0, 14.0, 12))


def first(places: Mapping[str, Places], frames: int) -> Scene:
    (start,), ((rate, _),), points = places["start"], places["rate"], places["points"]
    path = descent(start, rate, frames)
    other = descent(start, rate / 3, frames)
    losses = tuple((float(step), height(*place)) for step, place in enumerate(path))
    slopes = [
        ((w - 1, (w - 2) ** 2 + 1 - 2 * (w - 2)), (w + 1, (w - 2) ** 2 + 1 + 2 * (w - 2))) for w, _b in path
    ]
    return Scene(
        (
            Plane(
                Message("Loss over slope and intercept"),
                W,
                B,
                (
                    levels(),
                    Path("way", Message("SGD"), path, begins="start"),
                    Path("other", Message("Momentum"), other, style.RUNS[2], "dash", begins="start"),
                    Dots("best", Message("Best"), ((2.0, 3.0),), sign="cross", colour=style.QUIET),
                    Dots("start", Message("Start"), places["start"], moves="free"),
                ),
                height=340,
            ),
            Plane(
                Message("Line and points"),
                X,
                Y,
                (
                    Gaps(
                        "points",
                        "line",
                        "squares",
                        Message("{name} is {gap} from the line: {share} % of the sum."),
                        Message("The mean of the squares is {mean}."),
                    ),
                    Line("line", Message("Model"), "way"),
                    Dots(
                        "points",
                        Message("Point {number}"),
                        points,
                        moves="free",
                        fewest=2,
                        most=6,
                        lit=[[step % len(points)] for step in range(frames)],
                    ),
                ),
                height=340,
            ),
            Plane(
                Message("Learning rate"),
                RATE,
                None,
                (
                    Mark(Message("too large"), x=0.3, to=1.0, colour=style.NEGATIVE),
                    Mark(Message("usual"), x=0.01),
                    Dots("rate", Message("Rate"), places["rate"], moves="x", colour=style.HERE),
                ),
            ),
            Plane(
                Message("Loss along w"),
                W,
                Axis(Message("loss"), 0.0, 10.0),
                (
                    Curve(
                        "bowl",
                        Message("loss"),
                        tuple((w / 20, (w / 20 - 2) ** 2 + 1) for w in range(-20, 81)),
                    ),
                    Strokes(Message("slope"), slopes),
                    Dots(
                        "foot",
                        Message("Foot"),
                        places["foot"],
                        moves="along",
                        on="bowl",
                        colour=style.NEGATIVE,
                    ),
                ),
                height=240,
            ),
            Plane(
                Message("Loss by step"),
                Axis(Message("step"), 0.0, float(frames - 1), whole=True),
                Axis(Message("loss"), 0.5, 50.0, log=True),
                (Path("losses", Message("SGD"), losses),),
                height=240,
            ),
        ),
        ((0, 1), (2,), (3, 4)),
        frames,
        Told(
            (
                Message("At the start the loss is {loss}."),
                Message("After {count} {count:step|steps} at the rate {rate} it is {loss}.", rate=rate),
            ),
            {
                "count": [float(step) for step in range(frames)],
                "loss": [loss for _step, loss in losses],
            },
            [min(step, 1) for step in range(frames)],
        ),
    )


def other(places: Mapping[str, Places]) -> Scene:
    points = spread(5)
    return Scene(
        (
            Plane(
                Message("Across"),
                X,
                Y,
                (
                    Gaps(
                        "data", "through", "across", all=Message("All squares: {sum}."), colour=style.NEGATIVE
                    ),
                    Line("through", Message("Through both ends"), "ends"),
                    Dots("data", Message("Point {number}"), points, sign="ring"),
                    Dots("ends", Message("End {number}"), places["ends"], moves="free", colour=style.HERE),
                ),
            ),
            Plane(
                Message("Shares"),
                SHARE,
                SHARE,
                (
                    Shading(Message("Shade"), encode(Image.linear_gradient("L"))),
                    Mark(Message("half"), y=0.5, to=0.6),
                    Curve("bent", Message("Bent"), through="knots", colour=style.RUNS[2], dash="dash"),
                    Dots("knots", Message("Knot {number}"), places["knots"], moves="y", colour=style.RUNS[2]),
                    Dots("few", Message("Dot {number}"), places["few"], moves="free", most=2),
                ),
            ),
        ),
    )


def change(moved: Mapping[str, Places]) -> None:
    st.session_state.places = {**st.session_state.places, **moved}
    st.session_state.changes.append("+".join(moved))


def written(places: Places) -> str:
    return " ".join(f"({x:.4g}, {y:.4g})" for x, y in places) if len(places) < 10 else "many"


st.set_page_config(layout="wide")
dress()
st.session_state.language = st.query_params.get("lang", "en")
if "places" not in st.session_state:
    st.session_state.update({"places": first_places(), "changes": []})
held = st.session_state.places
at = Slot("page", "at")
with st.container(key="page"):
    if "scene" in st.query_params:
        plane("planes", other(held), change)
    else:
        plane("planes", first(held, int(st.query_params.get("frames", "13"))), change, at)
    for name, places in held.items():
        st.text(f"{name}: {written(places)}")
    st.text(f"at {at.get()}")
    st.text(f"changes: {' '.join(st.session_state.changes)}")
