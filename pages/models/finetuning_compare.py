"""The same pictures learned in several ways, side by side: the guess first, then the curves."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Places
from lessons.engine.pictures import doodles, others
from lessons.engine.pictures.sources import Source, source
from lessons.engine.training import answers, tuning
from lessons.engine.training.choices import NETS, TUNINGS
from lessons.models.finetuning.charts import ACROSS, EPOCHS, SECONDS, figure
from lessons.models.finetuning.courses import Way, describe, judged, percent, saved
from lessons.models.finetuning.guess import read, scene
from lessons.models.finetuning.inputs import Inputs
from lessons.models.finetuning.program import snippet
from pages.kit.chart import show_chart
from pages.kit.code import code_of
from pages.kit.controls import Slot
from pages.kit.frame import fold, fragment, guard, guarded
from pages.kit.plane.plane import plane
from pages.kit.runs.follow import follow
from pages.kit.runs.inside import show_pictures, tested_on
from pages.kit.text import _, plain, table, tell
from pages.models.finetuning_controls import PAGE
from pages.models.finetuning_file import offer_backbone
from pages.models.finetuning_runs import (
    Made,
    follow_up,
    is_active,
    is_ready,
    made_runs,
    pace,
    require_possible_ways,
    runs_of,
    show_runs,
    ways_made,
)

BY = {"epochs": "by epochs", "seconds": "by seconds", "parameters": "by parameters that learn"}
ACROSS_SLOT, ONE, OTHER = Slot(PAGE, "across"), Slot(PAGE, "one"), Slot(PAGE, "other")
SHOWN = 18

Guess = Mapping[str, float]


def show_comparison(inputs: Inputs) -> None:
    about = source(inputs.data)
    if not is_ready(inputs, about):
        return
    require_possible_ways(inputs)
    _tell_what_is_done(inputs, about)
    if inputs.net in NETS:
        fold(_("What the backbone has learned"), f"{PAGE}-kinds", _show_kinds)
    guess = _ask_guess(inputs)
    made = made_runs(inputs.data)
    shown = runs_of([inputs], made)
    fragment(_follow, run_every=pace(shown))(inputs, guess)
    follow(shown)
    if guess is not None:
        with guard():
            _show_pictures(inputs, made)


def show_program(inputs: Inputs) -> None:
    """And what it reads, where it can be made."""
    if source(inputs.data).shape:
        code_of(partial(snippet, inputs), PAGE)
        if inputs.net in NETS:
            offer_backbone(PAGE)


def _tell_what_is_done(inputs: Inputs, about: Source) -> None:
    """What all ways have in common, and how pictures are made to fit."""
    assert about.shape
    wanted = tuning.wanted(inputs.net).shape
    told = Message(
        "{count} {count:picture|pictures} of each of {classes} classes to learn from; {tested} "
        "{tested:other|others} to test every way on, after each of {epochs} {epochs:epoch|epochs}.",
        count=inputs.per_class,
        classes=len(about.classes),
        tested=tested(about),
        epochs=inputs.epochs,
    )
    lines = [tell(told)]
    if wanted != about.shape:
        lines.append(tell(_resized(about.shape, wanted)))
    st.markdown("  \n".join(lines))


def _show_kinds() -> None:
    """A picture of each kind that the backbone can tell apart."""
    st.image(*_kinds(), width=72)


@st.cache_data(max_entries=1, show_spinner=False)
def _kinds() -> tuple[list[NDArray[np.uint8]], list[str]]:
    """The pictures, three times as large, and their names. Kinds take turns, so that each is there once."""
    images, labels = doodles.draw(len(others.CLASSES), "test", kinds=others.KINDS)
    large = images.transpose(0, 2, 3, 1).repeat(3, axis=1).repeat(3, axis=2)
    return list(large), [others.CLASSES[label] for label in labels]


def _resized(shape: tuple[int, int, int], wanted: tuple[int, int, int]) -> Message:
    return Message(
        "The pictures are of {channels} x {height} x {width}; they are resized to {wanted}, which the "
        "pretrained weights want. From scratch learns from the same.",
        channels=shape[0],
        height=shape[1],
        width=shape[2],
        wanted=" x ".join(map(str, wanted)),
    )


def _ask_guess(inputs: Inputs) -> Guess | None:
    """Three bars to drag; None as long as they were not, empty if the learner would rather not."""
    about = (inputs.data, inputs.net, inputs.per_class)
    kept: dict[object, Guess] = st.session_state.setdefault(f"{PAGE}-guesses", {})
    drafts: dict[object, Guess] = st.session_state.setdefault(f"{PAGE}-drafts", {})
    if about in kept:
        return {way: share / 100 for way, share in kept[about].items()}
    draft = drafts.get(about, {})

    def take(moved: Mapping[str, Places]) -> None:
        drafts[about] = read(moved, draft)

    st.markdown(f"**{_('Draw your guess first: how many of the test pictures will each way get right?')}**")
    plane(f"{PAGE}-guess", scene(draft), take)
    with st.container(horizontal=True):
        keep, key = kept.__setitem__, f"{PAGE}-guessed"
        st.button(
            _("This is my guess"), key=key, disabled=not draft, on_click=guarded(keep), args=(about, draft)
        )
        st.button(_("Go on without a guess"), key=f"{PAGE}-skip", on_click=guarded(keep), args=(about, {}))
    return None


def _follow(inputs: Inputs, guess: Guess | None) -> None:
    """guess: None while it is open; nothing is told until then, also of runs that were made before."""
    made = made_runs(inputs.data)
    show_runs([inputs], made, _("Run all of them"), f"{PAGE}-run", guess is None)
    active = is_active(runs_of([inputs], made))
    follow_up(f"{PAGE}-active", active)
    if guess is None:
        return
    about = source(inputs.data)
    ways = [way for way in ways_made(inputs, made, len(about.classes)) if way.epochs]
    if not ways:
        return
    _show_chart(inputs, ways, guess)
    if not active:
        _tell_what_came_out(inputs, ways, guess, tested(about))
    if told := saved(ways):
        st.caption(tell(told))
    fold(_("The comparison as a table"), f"{PAGE}-table", partial(_list, ways))


def _tell_what_came_out(inputs: Inputs, ways: Sequence[Way], guess: Guess, count: int) -> None:
    """count: of the test pictures."""
    lines = [*describe(ways, inputs.per_class, count), *filter(None, [judged(guess, ways)])]
    st.markdown("  \n".join(map(tell, lines)))


def tested(about: Source) -> int:
    """How many pictures each way is tested on."""
    return min(about.test_size or 0, tuning.TESTED)


def _show_chart(inputs: Inputs, ways: Sequence[Way], guess: Guess) -> None:
    ACROSS_SLOT.usually(EPOCHS)
    across = st.segmented_control(
        _("Accuracy"),
        ACROSS,
        format_func=lambda each: _(BY[each]),
        key=ACROSS_SLOT.key(),
        required=True,
        persist_state="session",
    )
    show_chart(figure(ways, str(across), inputs.epochs, guess, plain), f"{PAGE}-chart")
    if across == SECONDS:
        st.caption(_("Seconds depend on what else this machine has to do meanwhile."))


def _list(ways: Sequence[Way]) -> None:
    table(
        [
            _("way"),
            _("parameters that learn"),
            _("of all"),
            _("seconds of learning"),
            _("accuracy in the test"),
            _("best"),
        ],
        [
            [
                _(TUNINGS[way.way]),
                f"{way.parameters:,}",
                f"{way.of:,}",
                show(round(way.seconds[-1], 2)) if way.epochs else "–",
                f"{percent(way.end)} %" if way.epochs else "–",
                f"{percent(max(way.mean))} %" if way.epochs else "–",
            ]
            for way in ways
        ],
    )


def _show_pictures(inputs: Inputs, made: Made) -> None:
    """What one way gets and another does not, by the first seed."""
    runs = {way: made[each[0]] for way, each in inputs.all_runs().items() if each[0] in made}
    done = {way: run for way, run in runs.items() if run.state().status == "done"}
    if len(done) < 2:
        return
    st.subheader(_("Pictures that one way gets and another does not"), anchor=False)
    ONE.usually(list(done)[-1], among=done)
    OTHER.usually(next(iter(done)), among=done)
    with st.container(horizontal=True):
        for slot, label in ((ONE, "gets them"), (OTHER, "does not")):
            st.selectbox(
                _(label),
                list(done),
                format_func=lambda way: _(TUNINGS[way]),
                key=slot.key(),
                persist_state="session",
            )
    details = {way: done[way].details(done[way].history().epochs[-1]) for way in (ONE.get(), OTHER.get())}
    one, other = details[ONE.get()], details[OTHER.get()]
    test = tested_on(done[ONE.get()], one)
    which = answers.got_by_one(one.logits, other.logits, test.labels)
    told = Message(
        "The one gets {count} test {count:picture|pictures} right that the other takes for something else.",
        count=len(which),
    )
    st.markdown(tell(told))
    taken = other.logits.argmax(axis=1)
    captions = [
        tell(Message("{true}, not {taken}", true=test.classes[test.labels[i]], taken=test.classes[taken[i]]))
        for i in which[:SHOWN]
    ]
    if captions and test.images is not None:
        show_pictures(test.images, which[:SHOWN], captions, height="content")
