"""Look inside a run: what the net takes for what, its worst mistakes, its first filters, its layers."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from lessons.core.messages import LessonError, Message
from lessons.engine.training import answers
from lessons.engine.training.history import EpochLine
from lessons.engine.training.runs import Details, Run
from pages.kit.frame import fragment, guard, guarded
from pages.kit.runs import shared
from pages.kit.runs.confusion import confusion_grid
from pages.kit.text import _, literal, tell

if TYPE_CHECKING:  # imports torch
    from lessons.engine.pictures.pictures import Pictures

SHOWN = 18
BESIDE_THE_MATRIX = 420  # pixels: three rows of pictures
REFRESH_SECONDS = 2.0


def look_inside(run: Run) -> None:
    """Views into the net after any epoch that it has finished; new ones come by themselves."""
    fragment(_look_inside, run_every=REFRESH_SECONDS if run.state().active else None)(run)


def _look_inside(run: Run) -> None:
    epochs = run.history().epochs
    with guard(), st.container(key="inside"):
        st.subheader(_("Look inside"), anchor=False)
        if not epochs:
            st.caption(_("There is something to see here after the first epoch."))
            return
        view, when = st.columns([3, 2], vertical_alignment="bottom")
        chosen = view.segmented_control(
            _("View"), list(VIEWS), format_func=_title, default="confusion", required=True, key="inside-view"
        )
        with when:
            line = _choose_epoch(run, epochs)
        _label, show = VIEWS[chosen]
        show(run, run.details(line))


def _title(view: str) -> str:
    label, _show = VIEWS[view]
    return _(label)


def _choose_epoch(run: Run, epochs: list[EpochLine]) -> EpochLine:
    """A slider that stands on the last epoch moves on with it; on another, it stays there."""
    lines = {line.epoch: line for line in epochs}
    last = epochs[-1].epoch
    if len(lines) == 1:
        return lines[last]
    held, key = f"inside-held-{run.id}", f"inside-epoch-{run.id}-{last}"

    def hold() -> None:
        epoch = st.session_state[key]
        st.session_state[held] = epoch if epoch < last else None

    epoch = st.session_state.get(held)
    start = epoch if epoch in lines else last
    return lines[st.select_slider(_("After epoch"), list(lines), start, key=key, on_change=guarded(hold))]


def tested_on(run: Run, details: Details) -> "Pictures":
    """What the run was tested on; LessonError where that is not there any more."""
    from lessons.engine.training import tuning  # imports torch

    config, pictures = run.config(), shared.pictures(run.config().data)
    pictures = replace(pictures, test=tuning.tested(config, pictures.test))
    if details.probabilities.shape != (len(pictures.test), len(pictures.classes)):
        raise LessonError("The pictures have changed since this run, so its answers cannot be shown.")
    return pictures


def _confusion(run: Run, details: Details) -> None:
    pictures = tested_on(run, details)
    labels = pictures.test.labels.numpy()
    grid, found = st.columns([3, 2], gap="large")
    with grid:
        counts = answers.confusion(details.probabilities, labels)
        row, column = confusion_grid(
            counts, pictures.classes, (_("true"), _("taken for")), key=f"confusion-{run.id}"
        )
    with found:
        true, predicted = pictures.classes[row], pictures.classes[column]
        which = answers.taken_for(details.probabilities, labels, row, column)
        heading = Message(
            "{true} taken for {predicted}: {count}", true=true, predicted=predicted, count=len(which)
        )
        st.markdown(tell(heading))
        shown = which[:SHOWN]
        shares = [f"{details.probabilities[i, column]:.0%}" for i in shown]
        show_pictures(pictures, shown, shares, height=BESIDE_THE_MATRIX)


def _worst(run: Run, details: Details) -> None:
    pictures = tested_on(run, details)
    labels = pictures.test.labels.numpy()
    which = answers.worst_mistakes(details.probabilities, labels, SHOWN)
    st.caption(
        _("The test pictures that cost the most: the net gives their true class the least probability.")
    )
    captions = []
    for i in which:
        guess = details.probabilities[i].argmax()
        captions.append(
            f"{literal(pictures.classes[labels[i]])} {details.probabilities[i, labels[i]]:.1%}"
            f" → {literal(pictures.classes[guess])} {details.probabilities[i, guess]:.0%}"
        )
    show_pictures(pictures, which, captions, height="content")


def _filters(run: Run, details: Details) -> None:
    if details.filters is None:
        st.caption(_("This net has no convolution, so there are no filters to show."))
        return
    st.caption(" ".join(map(tell, _about_filters(details.filters))))
    st.image(answers.filters_sheet(details.filters))


def _about_filters(filters: np.ndarray) -> tuple[Message, Message]:
    """What they are, and how their weights became colours. filters: (out, in, height, width)."""
    count, channels, height, width = filters.shape
    what = Message(
        "The weights of the first convolution: {count} {count:filter|filters} of "
        "{channels} x {height} x {width} (channels x height x width), drawn square by square.",
        count=count,
        channels=channels,
        height=height,
        width=width,
    )
    strongest = round(float(np.abs(filters).max()), 2)
    if channels == 3:
        return what, Message(
            "The weights for red, green and blue are the red, green and blue of a square: mid-grey is 0,"
            " full colour {strongest}, no colour -{strongest}, in all tiles alike.",
            strongest=strongest,
        )
    return what, Message(
        "White is 0, blue positive up to {strongest}, orange negative down to -{strongest}, in all tiles "
        "alike.",
        strongest=strongest,
    )


def _layers(run: Run, details: Details) -> None:
    from lessons.engine.training import nets, tuning  # imports torch

    config, pictures = run.config(), shared.pictures(run.config().data)
    shape = tuning.preparation(config, pictures.shape).shape
    net = nets.build(config.net, shape, len(pictures.classes))
    rows = nets.shapes(net, shape)
    names = (_("name"), _("layer"), _("output shape"), _("parameters"))
    st.dataframe(
        [
            dict(zip(names, (name, kind, " x ".join(map(str, shape)), count), strict=True))
            for name, kind, shape, count in rows
        ],
        hide_index=True,
        height="content",
    )
    st.caption(tell(Message("{parameters} parameters in all.", parameters=nets.parameters(net))))
    with st.expander(_("print(net)")):
        st.code(str(net), language=None)


def show_pictures(
    pictures: "Pictures", which: np.ndarray, captions: Iterable[str], height: int | Literal["content"]
) -> None:
    """Pictures with their captions, as high as they are or as is said; what is below then scrolls."""
    images = pictures.test.images[which].permute(0, 2, 3, 1).numpy()
    zoom = max(1, 96 // images.shape[1])
    big = [image.repeat(zoom, 0).repeat(zoom, 1).squeeze() for image in images]
    with st.container(height=height, border=False):
        if len(big):
            st.image(big, list(captions), width=96)
        else:
            st.caption(_("No picture."))


VIEWS = {
    "confusion": ("Confusion matrix", _confusion),
    "worst": ("Worst mistakes", _worst),
    "filters": ("First filters", _filters),
    "layers": ("Layers", _layers),
}
