"""Planes without a browser: what it is given, and what of its messages is taken."""

import json
import math
import timeit
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.core.messages import Message, fill
from lessons.core.numbers import show
from lessons.core.plane import (
    Axis,
    Contours,
    Curve,
    Dots,
    Gaps,
    Line,
    Mark,
    Part,
    Place,
    Plane,
    Scene,
    Shading,
    Strokes,
    Told,
)
from lessons.core.plane import Path as Way
from lessons.core.words import say
from pages.kit.controls import Slot
from pages.kit.plane import plane as kit
from pages.kit.plane.plane import plane, read_moves, script, template

WRITTEN = json.loads((Path(__file__).parents[1] / "js/written.json").read_text(encoding="utf-8"))
NAME = Message("Some")
AXIS = Axis(Message("x"), -1.0, 10.0)
STRIP = Axis(Message("rate"), 0.01, 1.0, log=True)
FREE = Dots("free", NAME, ((1.0, 2.0), (30.0, 4.0)), moves="free", fewest=1, most=3)
ALONE = Dots("alone", NAME, ((1.0, 2.0),), moves="free")
ACROSS = Dots("across", NAME, ((1.0, 2.0), (3.0, 4.0)), moves="x")
UP = Dots("up", NAME, ((1.0, 2.0), (3.0, 4.0)), moves="y")
FOOT = Dots("foot", NAME, ((1.0, 1.0),), moves="along", on="curve")
CURVE = Curve("curve", NAME, ((4.0, 16.0), (0.0, 0.0), (2.0, 4.0)))
STILL = Dots("still", NAME, ((1.0, 1.0),))
RATE = Dots("rate", NAME, ((0.1, 0.0),), moves="x")


def scene(*parts: Part, frames: int = 1, told: Told | None = None) -> Scene:
    return Scene((Plane(NAME, AXIS, AXIS, parts),), frames=frames, told=told)


WHOLE = replace(
    scene(FREE, ALONE, ACROSS, UP, FOOT, CURVE, STILL, frames=5),
    planes=(*scene(FREE, ALONE, ACROSS, UP, FOOT, CURVE, STILL).planes, Plane(NAME, STRIP, None, (RATE,))),
)


# What the browser is told


def part(of: Part, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(script(scene(of, **more)))["planes"][0]["parts"][0]
    return data


@pytest.mark.parametrize(("value", "text"), WRITTEN["numbers"])
def test_numbers_are_written_as_the_browser_writes_them(value: float, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(("words", "gaps", "text"), WRITTEN["sentences"])
def test_sentences_are_filled_as_the_browser_fills_them(words: str, gaps: dict[str, Any], text: str) -> None:
    assert fill(words, gaps) == text


def test_every_part_says_what_it_is():
    kinds = [
        *(FREE, CURVE, Way("way", NAME, ()), Line("line", NAME, "way"), Gaps("free", "line")),
        *(Strokes(NAME, ()), Contours(NAME, ()), Shading(NAME, b""), Mark(NAME, x=1.0)),
    ]
    parts = json.loads(script(scene(*kinds)))["planes"][0]["parts"]
    assert [each["kind"] for each in parts] == [
        *("dots", "curve", "path", "line", "gaps", "strokes", "contours", "shading", "mark")
    ]


def test_the_names_on_an_axis_are_told_in_the_language_of_the_page(monkeypatch):
    monkeypatch.setattr(kit, "plain", lambda message: say(message, "zh"))
    axis = Axis(NAME, 0.0, 3.0, names=(Message("loss"), Message("step")))
    sheet = json.loads(script(Scene((Plane(NAME, axis, None, ()),))))["planes"][0]
    assert sheet["x"]["names"] == ["损失", "步数"]


def test_what_is_only_drawn_has_few_digits_and_what_is_reckoned_with_has_all():
    third = ((1 / 3, 2 / 3),)
    drawn = [[0.333333333, 0.666666667]]
    exact = [list(third[0])]
    assert part(Curve("curve", NAME, third))["places"] == drawn
    assert part(Strokes(NAME, (third,)))["frames"] == [drawn]
    assert part(Way("way", NAME, third))["places"] == drawn
    assert part(replace(STILL, places=third))["places"] == exact
    lined = scene(Way("way", NAME, third), Line("line", NAME, "way"))
    assert json.loads(script(lined))["planes"][0]["parts"][0]["places"] == exact


def test_a_path_ends_at_its_last_finite_place_and_a_curve_has_a_hole():
    places = ((1.0, 1.0), (2.0, math.inf), (3.0, 3.0), (math.nan, 4.0))
    assert part(Way("way", NAME, places))["places"] == [[1.0, 1.0]]
    assert part(Curve("curve", NAME, places))["places"] == [[1.0, 1.0], None, [3.0, 3.0], None]
    assert part(replace(STILL, places=places))["places"] == [[1.0, 1.0], None, [3.0, 3.0], None]


def test_where_nothing_can_be_added_there_are_as_many_as_there_are():
    assert (part(FREE)["fewest"], part(FREE)["most"]) == (1, 3)
    assert (part(ACROSS)["fewest"], part(ACROSS)["most"]) == (2, 2)


def test_the_browser_fills_the_gaps_that_have_no_value_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Message("{count} {count:step|steps} at {lr:g}, {what}", lr=0.10, what=Message("half of {all}"))
    assert template(words) == "{count} {count:step|steps} at 0.1, half of {all}"
    chinese = {words.template: "{lr:g}：{count} 步，{what}", "half of {all}": "{all} 的一半"}
    monkeypatch.setattr(kit, "_", chinese.__getitem__)
    assert template(words) == "0.1：{count} 步，{all} 的一半"


def test_the_player_calls_a_frame_what_it_is():
    assert json.loads(script(scene(STILL)))["words"]["count"] == "step {step} of {all}"
    of_degrees = replace(scene(STILL), unit=Message("degree {step} of {all}"))
    assert json.loads(script(of_degrees))["words"]["count"] == "degree {step} of {all}"


def test_a_dot_comes_to_a_whole_number_where_the_axis_has_only_these():
    whole = Axis(Message("step"), 0.0, 99.0, whole=True)
    steps = Scene((Plane(NAME, whole, AXIS, (replace(FREE, places=((5.5, 1.0), (9.0, 1.0))),)),))
    moved = read_moves([["free", [[78.8, 2.5], [5.5, 1.0]]]], steps)
    assert moved == {"free": ((79.0, 2.5), (5.5, 1.0))}  # what was there before stays


def test_a_number_that_json_cannot_say_is_told_as_it_is_written():
    told = Told((Message("{loss}"),), {"loss": (0.5, math.inf, -math.inf, math.nan)})
    assert json.loads(script(scene(told=told)))["told"] == {
        "words": ["{loss}"],
        "numbers": {"loss": [0.5, "∞", "-∞", "nan"]},
        "which": [],
    }


def test_parts_of_one_key_are_refused_also_on_two_planes():
    with pytest.raises(ValueError, match="two parts have one key"):
        replace(WHOLE, planes=(*WHOLE.planes, Plane(NAME, STRIP, None, (replace(RATE, places=()),))))


def test_to_tell_a_scene_of_a_thousand_frames_takes_little_more_than_json_takes():
    frames, side = 1000, [float(at) for at in range(300)]
    way = tuple((at / 3.0, at / 7.0) for at in range(frames))
    levels = [(height, [tuple((x, x * height) for x in side)]) for height in side[:12]]

    def sheet(at: int) -> Plane:
        ways = (Way(f"way-{at}-{each}", NAME, way) for each in range(2))
        return Plane(NAME, AXIS, AXIS, (Contours(NAME, levels), *ways, replace(FREE, key=f"free-{at}")))

    told = Told((Message("{loss}"),), {"loss": [x for x, _y in way]})
    whole = Scene(tuple(map(sheet, range(4))), frames=frames, told=told)

    def least(work: Callable[[], object]) -> float:
        return min(timeit.repeat(work, number=1, repeat=7))

    seconds = least(lambda: script(whole))
    bare = least(lambda: json.dumps([levels, way, way, told.numbers["loss"]] * 4))
    print(f"{1000 * seconds:.1f} ms, {seconds / bare:.1f} times as long as JSON alone")
    assert seconds < 3 * bare


# What the browser tells


@pytest.mark.parametrize(
    ("key", "sent", "meant"),
    [
        ("free", [[5, 6.5], [30.0, 4.0]], ((5.0, 6.5), (30.0, 4.0))),
        ("free", [[99, -99]], ((10.0, -1.0),)),
        ("free", [[1.0, 2.0], [2, 2], [3, 3]], ((1.0, 2.0), (2.0, 2.0), (3.0, 3.0))),
        ("across", [[5, 2.0], [6, 99]], ((5.0, 2.0), (6.0, 2.0))),
        ("up", [[1.0, 7], [99, 8]], ((1.0, 7.0), (1.0, 8.0))),
        ("foot", [[1.5, 99]], ((1.5, 3.0),)),
        ("foot", [[9, 0]], ((9.0, 16.0),)),
        ("foot", [[-1, 5]], ((-1.0, 0.0),)),
        ("rate", [[0, 5]], ((0.01, 0.0),)),
    ],
    ids=str,
)
def test_dots_are_brought_to_where_they_may_be(key: str, sent: list[Any], meant: tuple[Place, ...]) -> None:
    assert read_moves([[key, sent]], WHOLE) == {key: meant}


def test_a_curve_through_dots_is_followed_where_these_are():
    knots = Dots("knots", NAME, ((0.0, 0.0), (4.0, 8.0)))
    whole = scene(FOOT, Curve("curve", NAME, through="knots"), knots)
    assert read_moves([["foot", [[2, 0]]]], whole) == {"foot": ((2.0, 4.0),)}


@pytest.mark.parametrize(
    "sent",
    [
        *(None, 7, {}, "free", [7], [["free"]], [["free", [[1, 2]], 3]], [[["free"], [[1, 2]]]]),
        *([["still", [[2, 2]]]], [["curve", [[2, 2]]]], [["none", [[2, 2]]]], [[None, [[2, 2]]]]),
        *([["free", []]], [["free", [[1, 2]] * 4]], [["alone", [[1, 2], [3, 4]]]], [["alone", []]]),
        *([["free", None]], [["free", [None]]], [["free", [[1]]]], [["free", [[1, 2, 3]]]]),
        *([["free", [["1", 2]]]], [["free", [[True, 2]]]], [["free", [{"x": 1}]]], [["free", "12"]]),
        *([["free", [[math.inf, 2]]]], [["free", [[1, math.nan]]]]),
    ],
    ids=str,
)
def test_what_cannot_be_done_in_this_scene_is_left(sent: Any) -> None:
    assert not read_moves(sent, WHOLE)


def test_what_can_be_done_beside_it_is_read():
    sent = [["free", [[1]]], ["alone", [[3, 4]]]]
    assert read_moves(sent, WHOLE) == {"alone": ((3.0, 4.0),)}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser is given of planes, and what it would call when it tells something."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(kit, "_plane", lambda **more: given.update(more))
    return given


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    return session


@pytest.mark.parametrize("sent", [None, [], {"moves": [["alone", [[3, 4]]]]}, {"serial": "1"}], ids=str)
def test_a_message_without_its_number_is_left(
    sent: Any, shown: dict[str, Any], state: dict[str, Any]
) -> None:
    told: list[Any] = []
    plane("some", WHOLE, told.append)
    state["some"] = {"did": sent}
    shown["on_did_change"]()
    assert not told


def test_what_was_moved_is_told_and_its_number_kept(shown: dict[str, Any], state: dict[str, Any]) -> None:
    told: list[Any] = []
    plane("some", WHOLE, told.append)
    state["some"] = {"did": {"serial": 4, "moves": [["alone", [[3, 4]]]], "at": 2}}
    shown["on_did_change"]()
    assert told == [{"alone": ((3.0, 4.0),)}]
    plane("some", WHOLE, told.append)
    assert (shown["data"]["serial"], shown["data"]["at"], shown["data"]["tells"]) == (4, None, False)


@pytest.mark.parametrize(
    ("sent", "kept"), [(0, 0), (3, 3), (4, None), (5, 1), (-1, 1), (True, 1), ("2", 1), (2.0, 1), (None, 1)]
)
def test_the_frame_that_is_looked_at_is_kept_and_the_last_is_none(
    sent: Any, kept: int | None, shown: dict[str, Any], state: dict[str, Any]
) -> None:
    slot = Slot("page", "at")
    slot.set(1)
    plane("some", WHOLE, lambda moved: None, slot)
    state["some"] = {"did": {"serial": 1, "moves": [], "at": sent}}
    shown["on_did_change"]()
    assert slot.get() == kept


@pytest.mark.parametrize(("kept", "told"), [(None, None), (3, 3), (4, None), (99, None), ("x", None)])
def test_a_frame_that_this_scene_has_not_is_its_last(
    kept: Any, told: int | None, shown: dict[str, Any], state: dict[str, Any]
) -> None:
    slot = Slot("page", "at")
    slot.set(kept)
    plane("some", WHOLE, lambda moved: None, slot)
    assert (shown["data"]["at"], shown["data"]["tells"]) == (told, True)


# Stories of pages


def page() -> None:
    import streamlit as st

    from lessons.core.messages import Message
    from lessons.core.plane import Axis, Dots, Plane, Scene
    from pages.kit.plane.plane import plane

    place = st.session_state.setdefault("place", (1.0, 2.0))
    axis = Axis(Message("x"), 0.0, 10.0)
    dots = Dots("start", Message("Start"), (place,), moves="free")
    st.text(f"before the plane: {place}")
    changed = lambda moved: st.session_state.update(place=moved["start"][0])  # noqa: E731
    plane("some", Scene((Plane(Message("Plane"), axis, axis, (dots,)),)), changed)


def test_a_story_of_a_page_looks_at_its_planes_and_moves_dots(planes):
    app = AppTest.from_function(page).run()
    assert planes["some"].planes[0].parts[0].places == ((1.0, 2.0),)
    planes.move("some", {"start": ((3.0, 40.0),)})
    app.run()
    assert not app.exception
    assert app.text[0].value == "before the plane: (3.0, 10.0)"
    app.run()
    assert app.text[0].value == "before the plane: (3.0, 10.0)"


def test_a_story_that_moves_what_cannot_be_moved_fails(planes):
    AppTest.from_function(page).run()
    with pytest.raises(AssertionError):
        planes.move("some", {"end": ((3.0, 4.0),)})
