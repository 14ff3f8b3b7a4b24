"""A page of its own with planes: a start from which a descent is played, its rate on a strip, and points on a
line. What Python holds of them stands below."""

import math
from collections.abc import Mapping

import streamlit as st

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
    Strokes,
    Told,
)
from pages.kit.controls import Slot
from pages.kit.look import dress
from pages.kit.plane.plane import plane

FRAMES = int(st.query_params.get("frames", "13"))
MANY = int(st.query_params.get("points", "4"))
W = Axis(Message("w"), -1.0, 4.0)
B = Axis(Message("b"), -3.0, 5.0)
X = Axis(Message("x"), -10.0, 10.0)
Y = Axis(Message("y"), -20.0, 30.0)
RATE = Axis(Message("learning rate"), 1e-4, 1.0, log=True)
PLACES = {
    "start": ((3.0, -2.0),),
    "rate": ((0.1, 0.0),),
    "points": tuple(
        (-8.0 + 16 * at / (MANY - 1), 2.0 * (-8.0 + 16 * at / (MANY - 1)) + at) for at in range(MANY)
    ),
    "foot": ((1.0, 1.0),),
}


def height(w: float, b: float) -> float:
    return (w - 2) ** 2 + (b - 3) ** 2 / 6 + 1


def descent(start: Place, rate: float) -> Places:
    places = [start]
    for _step in range(FRAMES - 1):
        w, b = places[-1]
        places.append((w - rate * 2 * (w - 2), b - rate * (b - 3) / 3 * 4))
    return tuple(places)


@st.cache_data
def levels() -> Contours:
    return contours(Message("equal loss"), height, W, B, rising(1.0, 14.0, 12))


def scene() -> Scene:
    places: dict[str, Places] = st.session_state.places
    (start,), ((rate, _),), points = places["start"], places["rate"], places["points"]
    path = descent(start, rate)
    losses = tuple((float(step), height(*place)) for step, place in enumerate(path))
    slopes = [((w - 1, height(w, b) - 2 * (w - 2)), (w + 1, height(w, b) + 2 * (w - 2))) for w, b in path]
    surface = Plane(
        Message("Loss over slope and intercept"),
        W,
        B,
        (
            levels(),
            Path("way", Message("SGD"), path, begins="start"),
            Path(
                "other", Message("Momentum"), descent(start, rate / 3), style.RUNS[2], "dash", begins="start"
            ),
            Dots("best", Message("Best"), ((2.0, 3.0),), sign="cross", colour=style.QUIET),
            Dots("start", Message("Start"), places["start"], moves="free"),
        ),
        height=340,
    )
    data = Plane(
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
                most=max(6, MANY),
                colour=style.POSITIVE,
                lit=[[step % len(points)] for step in range(FRAMES)],
            ),
        ),
        height=340,
    )
    strip = Plane(
        Message("Learning rate"),
        RATE,
        None,
        (
            Mark(Message("too large"), x=0.3, to=1.0, colour=style.NEGATIVE),
            Mark(Message("usual"), x=0.01),
            Dots("rate", Message("Rate"), places["rate"], moves="x", colour=style.HERE),
        ),
    )
    curve = Plane(
        Message("Loss along w"),
        W,
        Axis(Message("loss"), 0.0, 10.0),
        (
            Curve("loss", Message("loss"), tuple((w / 20, (w / 20 - 2) ** 2 + 1) for w in range(-20, 81))),
            Strokes(Message("slope"), slopes),
            Dots("foot", Message("Foot"), places["foot"], moves="along", on="loss", colour=style.NEGATIVE),
        ),
        height=240,
    )
    course = Plane(
        Message("Loss by step"),
        Axis(Message("step"), 0.0, float(FRAMES - 1), whole=True),
        Axis(Message("loss"), 0.5, 50.0, log=True),
        (Path("losses", Message("SGD"), losses),),
        height=240,
    )
    told = Told(
        (
            Message("Start: the loss is {loss}."),
            Message("After {count} {count:step|steps} the loss is {loss}: w {w}, b {b}."),
        ),
        {
            "count": [float(step) for step in range(FRAMES)],
            "loss": [loss for _step, loss in losses],
            "w": [w for w, _b in path],
            "b": [b for _w, b in path],
        },
        [min(step, 1) for step in range(FRAMES)],
    )
    return Scene((surface, data, strip, curve, course), ((0, 1), (2,), (3, 4)), FRAMES, told)


def change(moved: Mapping[str, Places]) -> None:
    st.session_state.places = {**st.session_state.places, **moved}
    st.session_state.changes.append("+".join(moved))


def written(places: Places) -> str:
    return " ".join(f"({x:.4g}, {y:.4g})" for x, y in places if math.isfinite(x))


st.set_page_config(layout="wide")
st.session_state.language = st.query_params.get("lang", "en")
dress()
if "places" not in st.session_state:
    st.session_state.update({"places": PLACES, "changes": []})
at = Slot("page", "at")
with st.container(key="page"):
    plane("planes", scene(), change, at)
    for name, held in st.session_state.places.items():
        if len(held) < 20:
            st.text(f"{name}: {written(held)}")
    st.text(f"at {at.get()}")
    st.text(f"changes: {' '.join(st.session_state.changes)}")
