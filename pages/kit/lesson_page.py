"""The page of a lesson whose result is walked over step by step, from top to bottom.

Views, presets, the stage beside its settings, torch's word for it, what is typed, what to find and to
predict, and the program to take home.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

import streamlit as st

from lessons.core.checks import require_one_of
from lessons.core.lesson import Lesson
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError
from lessons.core.questions import Answer, Question
from lessons.core.stage import Line, Stage
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Controls, Settings
from pages.kit.frame import fragment, guard, guarded, page
from pages.kit.history import history
from pages.kit.legend import show_legend
from pages.kit.plane.plane import ahead
from pages.kit.predict import hidden, predict, seed, tell_unless
from pages.kit.printed.printed import conceal, find_wrong_cells, finding
from pages.kit.stepper.stepper import stepper, type_alone
from pages.kit.text import _, tell

Inputs = TypeVar("Inputs")
Computed = TypeVar("Computed")
View = tuple[str, Callable[[], None]]  # its label, and what shows it
ViewOf = tuple[str, Callable[[Inputs], None]]

FORWARD, BACKWARD = "forward", "backward"


def lesson_page(
    lesson: Lesson[Inputs, Any],
    controls: Controls[Inputs],
    more_views: Mapping[str, View] | None = None,
    views_of_inputs: Mapping[str, ViewOf[Inputs]] | None = None,
) -> None:
    """more_views: by slug, what this page shows besides the steps. views_of_inputs: the same with the inputs,
    beside their settings, where the stage is in other views."""
    more_views, views_of_inputs = more_views or {}, views_of_inputs or {}
    with page(controls.page):
        controls.start()
        labels = {FORWARD: "Forward"} | ({BACKWARD: "Backward"} if lesson.backward else {})
        for slug, (label, _show) in (*views_of_inputs.items(), *more_views.items()):
            labels[slug] = label
        view = choose_view(controls.page, labels)
        if view in more_views:
            more_views[view][1]()
            controls.keep(controls.settle(view=view))
            return
        offer_presets(lesson, controls)
        if view in views_of_inputs:
            _show_beside(views_of_inputs[view][1], controls, view)
        else:
            _walk(lesson.backward if view == BACKWARD and lesson.backward else lesson, controls, view)


def choose_view(slug: str, labels: Mapping[str, str]) -> str:
    """Kept in the address; the first one is the usual."""
    key, usual = f"{slug}-view", next(iter(labels))
    if key not in st.session_state:
        st.session_state[key] = address.asked("view", partial(_read_view, labels), usual)
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
    history(slug).note("view", {key: view}, st.session_state.update)
    address.put("view", "" if view == usual else view)
    return view


def _read_view(labels: Mapping[str, str], text: str) -> str:
    require_one_of("view", text, labels)
    return text


def offer_presets(lesson: Lesson[Inputs, Any], controls: Controls[Inputs], but: Collection[str] = ()) -> None:
    """but: the fields that no preset changes."""
    with st.container(key=f"{controls.page}-presets", horizontal=True, gap="small"):
        for index, preset in enumerate(lesson.presets):
            key = f"{controls.page}-preset-{index}"
            st.button(tell(preset.name), key=key, on_click=guarded(controls.put), args=(preset.inputs, but))


def _show_beside(show: Callable[[Inputs], None], controls: Controls[Inputs], view: str) -> None:
    """The inputs, or why there can be none, beside the settings."""
    settings = controls.settle(view=view)
    working, beside = st.columns([3, 1], gap="large")
    with working, guard():
        show(controls.inputs(settings))
    with beside, guard():
        controls.show(settings)
    controls.keep(settings)


@dataclass
class Whole:
    """What the page as a whole is about; the stage may be ahead of it. None: its run was broken off."""

    settings: Settings | None = None


def _whole(controls: Controls[Inputs]) -> Whole:
    whole: Whole = st.session_state.setdefault(f"{controls.page}-whole", Whole())
    return whole


@contextmanager
def whole_page(controls: Controls[Inputs], settings: Settings) -> Iterator[None]:
    """All that is about these settings; one that is changed meanwhile breaks it off."""
    whole = _whole(controls)
    whole.settings = settings
    try:
        yield
    except BaseException:  # Streamlit breaks a run off with an exception that is none of Python's
        whole.settings = None
        raise


@fragment
def show_ahead(controls: Controls[Inputs], settings: Settings, show: Callable[[Inputs], None]) -> None:
    """Within a ``whole_page``, planes that answer at once when dots are moved; the page follows.

    What these set must be settings: by another one the page would not know that it is behind.
    """
    settings = controls.settle(**controls.about(settings))
    with ahead(settings != _whole(controls).settings):
        show(controls.inputs(settings))


def _walk(lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str) -> None:
    """The stage, and all that is about the same inputs."""
    settings = controls.settle(view=view)
    with whole_page(controls, settings):
        _show_all(lesson, controls, view, settings)


def _show_all(lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str, settings: Settings) -> None:
    """Settings that do not fit are explained on the stage, and nothing is shown of what would follow."""
    shown = _show_stage(lesson, controls, view)
    under_stage = st.container()
    controls.show_texts(settings)
    if shown:
        inputs, result = shown
        questions = lesson.questions(inputs, result, seed(controls.page)) if lesson.questions else ()
        with under_stage:
            show_check(lesson, inputs, result, questions)
        _find_mistakes(lesson, controls.page, inputs, result)
        if questions:
            predict(questions, controls.page)
        code(lesson.snippet(inputs), controls.page)
    with under_stage:
        controls.keep(settings)


@fragment
def _show_stage(
    lesson: Lesson[Inputs, Any], controls: Controls[Inputs], view: str
) -> tuple[Inputs, Any] | None:
    """The stage beside its settings; returns its inputs and their result, if they can be used.

    A setting runs this alone, so that new numbers come at once. Then the rest of the page is still about
    other settings; it follows when the stepper is at rest.
    """
    shown = None
    settings = controls.settle(view=view)
    ahead = settings != _whole(controls).settings
    working, beside = st.columns([3, 1], gap="large")
    grids, key = controls.grids(settings), f"{controls.page}-{view}"
    with working, guard():
        try:
            inputs = controls.inputs(settings)
            result = once(lesson.run, inputs)
        except LessonError:
            type_alone(key, grids)
            raise
        if lesson.steps:
            stage, printed = once(lesson.steps, inputs, result), _printed(lesson, inputs)
            if printed and finding(controls.page, printed):
                stage = conceal(stage)
            stepper(key, stage, grids, ahead=ahead)
            show_legend()
            shown = inputs, result
    with beside, guard():
        controls.show(settings)
    if ahead and not shown:
        st.rerun()
    return shown


@lru_cache(maxsize=8)  # the largest result takes 16 MB
def once(compute: Callable[..., Computed], *about: Hashable) -> Computed:
    """compute(*about), which the stage and then the whole page are both about, computed once."""
    return compute(*about)


def show_check(
    lesson: Lesson[Inputs, Any], inputs: Inputs, result: Any, questions: Sequence[Question]
) -> None:
    """Torch's word for it, and what the sizes come to, but for what is still asked."""
    asked = hidden(questions)
    if lesson.check:
        show_badge(lesson.check(inputs, result))
    if lesson.formula:
        lines = (line.unless(asked) if isinstance(line, Answer) else line for line in lesson.formula(inputs))
        st.markdown("\n\n".join(f"${line}$" for line in lines))
    for note in lesson.notes(inputs, result) if lesson.notes else ():
        st.caption(tell_unless(note, asked))


def _find_mistakes(lesson: Lesson[Inputs, Any], slug: str, inputs: Inputs, result: Any) -> None:
    """Where course notes printed another result for just these inputs."""

    def explain(row: int, column: int) -> Sequence[Line]:
        """As the stage does; the result is its first channel."""
        assert lesson.steps
        stage: Stage = once(lesson.steps, inputs, result)
        return stage.frames[row * len(true[0]) + column].lines

    printed = _printed(lesson, inputs)
    if lesson.output and printed:
        true = lesson.output(result)
        find_wrong_cells(slug, printed, true, explain)


def _printed(lesson: Lesson[Inputs, Any], inputs: Inputs) -> Matrix | None:
    """What course notes print as the result of just these inputs, if it is wrong."""
    if not lesson.output:
        return None
    return next((preset.printed for preset in lesson.presets if preset.inputs == inputs), None)
