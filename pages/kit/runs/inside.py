"""Look inside a run: what the net takes for what, its worst mistakes, its first filters, its layers."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from lessons.core.messages import Message
from lessons.engine.training import answers, origin
from lessons.engine.training.history import EpochLine
from lessons.engine.training.records import Details
from lessons.engine.training.runs import Run
from pages.kit.frame import fragment, guarded
from pages.kit.runs import shared
from pages.kit.runs.confusion import confusion_grid
from pages.kit.runs.damage import unless
from pages.kit.runs.follow import goes_on
from pages.kit.text import _, cell, literal, table, tell

if TYPE_CHECKING:  # imports torch
    from torch import Tensor

    from lessons.engine.training.tested import Tested

SHOWN = 18
BESIDE_THE_MATRIX = 420  # pixels: three rows of pictures
REFRESH_SECONDS = 2.0


def look_inside(run: Run, told: Collection[str]) -> None:
    """Views into the net after any epoch that it has finished; new ones come by themselves.

    told: what is said already to be wrong with its files.
    """
    fragment(_look_inside, run_every=REFRESH_SECONDS if goes_on(run) else None)(run, told)


def _look_inside(run: Run, told: Collection[str]) -> None:
    epochs = run.history().epochs
    with st.container(key="inside"):
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
        with unless(told):
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


def tested_on(run: Run, details: Details) -> "Tested":
    """What the run was tested on; that its pictures are not there any more is said."""
    from lessons.engine.training.tested import find_tested  # imports torch

    found = find_tested(run, details, shared.pictures)
    if found.lost:
        st.info(tell(found.lost))
    return found


def _confusion(run: Run, details: Details) -> None:
    test = tested_on(run, details)
    grid, found = st.columns([3, 2], gap="large")
    with grid:
        counts = answers.confusion(details.logits, test.labels)
        row, column = confusion_grid(
            counts, test.classes, (_("true"), _("taken for")), key=f"confusion-{run.id}"
        )
    with found:
        true, predicted = test.classes[row], test.classes[column]
        which = answers.taken_for(details.logits, test.labels, row, column)
        heading = Message(
            "{true} taken for {predicted}: {count}", true=true, predicted=predicted, count=len(which)
        )
        st.markdown(tell(heading))
        shown = which[:SHOWN]
        shares = [f"{each[column]:.0%}" for each in answers.probabilities(details.logits[shown])]
        if test.images is not None:
            show_pictures(test.images, shown, shares, height=BESIDE_THE_MATRIX)


def _worst(run: Run, details: Details) -> None:
    test = tested_on(run, details)
    st.caption(
        _("The test pictures that cost the most: the net gives their true class the least probability.")
    )
    which = answers.worst_mistakes(details.logits, test.labels, SHOWN)
    mistakes = [_mistake(test.classes, details.logits[i], test.labels[i]) for i in which]
    if test.images is None:
        head = [_("true"), _("its probability"), _("taken for"), _("its probability")]
        table(head, [[cell(true), share, cell(guess), other] for true, share, guess, other in mistakes])
        return
    captions = [
        f"{literal(true)} {share} → {literal(guess)} {other}" for true, share, guess, other in mistakes
    ]
    show_pictures(test.images, which, captions, height="content")


def _mistake(classes: tuple[str, ...], logits: np.ndarray, true: int) -> tuple[str, str, str, str]:
    """The true class and the one that the net took it for, each with its probability."""
    (shares,), guess = answers.probabilities(logits[None]), logits.argmax()
    return classes[true], f"{shares[true]:.1%}", classes[guess], f"{shares[guess]:.0%}"


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
    from lessons.engine.training.possible import require_resumable

    config = run.config()
    had = origin.read(run) or shared.pictures(config.data)
    shape = tuning.preparation(config, had.shape).shape
    require_resumable(config, shape, len(had.classes))
    net = nets.build(config.net, shape, len(had.classes))
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
    images: "Tensor", which: np.ndarray, captions: Iterable[str], height: int | Literal["content"]
) -> None:
    """Some of the pictures, uint8 (N, C, H, W), with their captions, as high as they are or as is said; what
    is below then scrolls."""
    chosen = images[which].permute(0, 2, 3, 1).numpy()
    zoom = max(1, 96 // chosen.shape[1])
    big = [image.repeat(zoom, 0).repeat(zoom, 1).squeeze() for image in chosen]
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
