"""The page of a lesson whose result is walked over step by step, from top to bottom.

Views, presets, the stage beside its settings, torch's word for it, what is typed, what to find and to
predict, and the program to take home.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from lessons.core.checks import require_one_of
from lessons.core.lesson import Lesson
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Controls, Settings
from pages.kit.frame import guard, page
from pages.kit.predict import predict, seed
from pages.kit.printed.printed import find_wrong_cells
from pages.kit.stepper.stepper import stepper
from pages.kit.text import _, tell

Inputs = TypeVar("Inputs")
View = tuple[str, Callable[[], None]]  # its label, and what shows it

FORWARD, BACKWARD = "forward", "backward"


def lesson_page(
    lesson: Lesson[Inputs, Any], controls: Controls[Inputs], more_views: Mapping[str, View] | None = None
) -> None:
    """more_views: by slug, what this page shows besides the steps."""
    more_views = more_views or {}
    with page(controls.page):
        controls.start()
        labels = {FORWARD: "Forward"} | ({BACKWARD: "Backward"} if lesson.backward else {})
        view = _choose_view(
            controls.page, labels | {slug: label for slug, (label, _show) in more_views.items()}
        )
        if view in more_views:
            more_views[view][1]()
            controls.keep(controls.settle(view=view))
        else:
            _offer_presets(lesson, controls)
            _walk(lesson.backward if view == BACKWARD and lesson.backward else lesson, controls, view)


def _choose_view(slug: str, labels: Mapping[str, str]) -> str:
    """Kept in the address."""
    key = f"{slug}-view"
    if key not in st.session_state:
        st.session_state[key] = address.asked("view", partial(_read_view, labels), FORWARD)
    titles = {view: _(label) for view, label in labels.items()}
    if len(titles) > 1:
        st.segmented_control(
            _("View"),
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    view: str = st.session_state[key]
    address.put("view", "" if view == FORWARD else view)
    return view


def _read_view(labels: Mapping[str, str], text: str) -> str:
    require_one_of("view", text, labels)
    return text


def _offer_presets(lesson: Lesson[Inputs, Any], controls: Controls[Inputs]) -> None:
    with st.container(key=f"{controls.page}-presets", horizontal=True, gap="small"):
        for index, preset in enumerate(lesson.presets):
            key = f"{controls.page}-preset-{index}"
            st.button(tell(preset.name), key=key, on_click=controls.put, args=(preset.inputs,))


@dataclass
class Whole:
    """What the page as a whole is about; the stage may be ahead of it. None: its run was broken off."""

    settings: Settings | None = None


def _whole(controls: Controls[Inputs]) -> Whole:
    whole: Whole = st.session_state.setdefault(f"{controls.page}-whole", Whole())
    return whole


def _walk(lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str) -> None:
    """The stage, and all that is about the same inputs; a setting that is changed meanwhile breaks it off."""
    settings, whole = controls.settle(view=view), _whole(controls)
    whole.settings = settings
    try:
        _show_all(lesson, controls, view, settings)
    except BaseException:  # Streamlit breaks a run off with an exception that is none of Python's
        whole.settings = None
        raise


def _show_all(lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str, settings: Settings) -> None:
    """Settings that do not fit are explained on the stage, and nothing is shown of what would follow."""
    shown = _show_stage(lesson, controls, view)
    under_stage = st.container()
    controls.show_grids(settings)
    if shown:
        inputs, result, step = shown
        with under_stage:
            _show_check(lesson, inputs, result)
        _find_mistakes(lesson, controls.page, inputs, result)
        if lesson.questions:
            predict(lesson.questions(inputs, result, step, seed(controls.page)), controls.page)
        code(lesson.snippet(inputs), controls.page)
    controls.keep(settings)


@st.fragment
def _show_stage(
    lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str
) -> tuple[Inputs, Any, int] | None:
    """The stage beside its settings; returns its inputs, their result and the step, if they can be used.

    A setting runs this alone, so that new numbers come at once. Then the rest of the page is still about
    other settings; it follows when the stepper is at rest.
    """
    shown = None
    settings = controls.settle(view=view)
    ahead = settings != _whole(controls).settings
    stage, beside = st.columns([3, 1], gap="large")
    with stage, guard():
        inputs = controls.inputs(settings)
        result = lesson.run(inputs)
        if lesson.steps:
            step = stepper(f"{controls.page}-{view}", lesson.steps(inputs, result), ahead=ahead)
            shown = inputs, result, step
    with beside, guard():
        controls.show(settings)
    if ahead and not shown:
        st.rerun()
    return shown


def _show_check(lesson: Lesson[Inputs, Any], inputs: Inputs, result: Any) -> None:
    if lesson.check:
        show_badge(lesson.check(inputs, result))
    if lesson.formula:
        st.markdown("\n\n".join(f"${line}$" for line in lesson.formula(inputs)))
    for note in lesson.notes(inputs, result) if lesson.notes else ():
        st.caption(tell(note))


def _find_mistakes(lesson: Lesson[Inputs, Any], slug: str, inputs: Inputs, result: Any) -> None:
    """Where course notes printed another result for just these inputs."""
    for preset in lesson.presets:
        if lesson.output and preset.printed and preset.inputs == inputs:
            find_wrong_cells(preset.printed, lesson.output(result), key=f"{slug}-printed")
