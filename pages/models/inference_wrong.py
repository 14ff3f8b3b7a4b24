"""Wrong ways to prepare a picture, one at a time, beside the right one."""

from functools import partial

import streamlit as st

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.engine.training.trained import Trained
from lessons.models.inference import wrong
from lessons.models.inference.choosing import Seen
from lessons.models.inference.wrong import RIGHT, WAYS, Outcome
from pages.kit import address
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.picture.tiles import enlarged, show_picture
from pages.kit.predict import ask
from pages.kit.shares import show_top
from pages.kit.text import _, cell, literal, table, tell
from pages.models.inference_program import show_program

PAGE = "inference-wrong"
TILE = 160  # pixels on the page
USUAL = "unscaled"
SLUG = Slot(PAGE, "wrong")
LINKED = Linked(PAGE, wrong=Link(address.one_of(slug for slug in WAYS if slug != RIGHT)))


def show_wrong(seen: Seen) -> None:
    """What the net gets, beside what it should get."""
    slug = _choose(seen.trained)
    one, two = st.columns(2, gap="large")
    for place, each in ((one, RIGHT), (two, slug)):
        with place:
            _show_given(seen.trained, each, once(wrong.run, seen, each))
    st.caption(_("Both as the net takes them: its numbers times std, plus mean."))


def show_more_wrong(seen: Seen) -> None:
    """What comes of it: first the question, then torch's words, or the answers."""
    slug = str(SLUG.get())
    right, other = (once(wrong.run, seen, each) for each in (RIGHT, slug))
    if not ask(wrong.ask_way(seen.trained, slug, right, other)):
        one, two = st.columns(2, gap="large")
        for place, outcome, each in ((one, right, RIGHT), (two, other, slug)):
            with place:
                st.markdown(f"**{_(WAYS[each].label)}**")
                _show_answers(seen.trained, outcome)
        program = wrong.snippet(seen.inputs, slug)
        fold(
            _("The program, right and wrong"),
            f"{PAGE}-program",
            partial(show_program, program, PAGE, seen.inputs.net, seen.inputs),
        )
    fold(_("All of them at once"), f"{PAGE}-fold-all", partial(_show_all, seen))
    fold(_("A net that begins with Flatten"), f"{PAGE}-fold-flat", partial(_show_flat, seen))


def _choose(trained: Trained) -> str:
    ways = wrong.ways(trained.preparation)
    SLUG.usually(USUAL if USUAL in ways else next(iter(ways)), ways)
    titles = {slug: _(way.label) for slug, way in ways.items()}
    st.pills(
        _("What is done wrong"),
        list(titles),
        format_func=titles.__getitem__,
        key=SLUG.key(),
        required=True,
        persist_state="session",
        wrap=True,
    )
    return str(SLUG.get())


def _show_given(trained: Trained, slug: str, outcome: Outcome) -> None:
    """The picture as the net takes it, and its numbers."""
    given = outcome.given
    picture, outside = wrong.understood(given, trained.preparation)
    show_picture(enlarged(picture), _(WAYS[slug].label), TILE)
    told = Message(
        "{shape}, {dtype}, from {low} to {high}",
        shape=str(tuple(given.shape)),
        dtype=str(given.dtype),
        low=show(float(given.min())),
        high=show(float(given.max())),
    )
    st.markdown(tell(told))
    if outside:
        cut = Message(
            "{share:.0%} of the numbers are darker than black or lighter than white; they are cut off here.",
            share=outside,
        )
        st.caption(tell(cut))


def _show_answers(trained: Trained, outcome: Outcome) -> None:
    """The top 5, or torch's words."""
    for refusal in outcome.refusals:
        who = literal(refusal.who) if refusal.who else _("The net")
        st.markdown(f"{who}:")
        st.code(refusal.words, language=None, wrap_lines=True)
    if outcome.answer is not None:
        show_top(trained.classes, outcome.answer)


def _show_all(seen: Seen) -> None:
    right = once(wrong.run, seen, RIGHT)
    outcomes = {slug: once(wrong.run, seen, slug) for slug in wrong.ways(seen.trained.preparation)}
    if ask(wrong.ask_count(seen.trained, outcomes)):
        return
    rows = [
        [
            _(WAYS[slug].label),
            _("refused") if each.refusals else _("passes"),
            _told(seen.trained, right, each),
        ]
        for slug, each in outcomes.items()
    ]
    table([_("Way"), "torch", _("The answer")], rows)


def _told(trained: Trained, right: Outcome, other: Outcome) -> str:
    if other.refusals:
        return cell(other.refusals[0].words)
    return tell(wrong.difference(trained, right, other)).replace("|", "\\|")


def _show_flat(seen: Seen) -> None:
    made = wrong.flattened(seen.picture)
    st.markdown(
        _(
            "Course notes build this net for FashionMNIST, whose pictures are grey and have 28 x 28 pixels. "
            "Here it has not learned: look at how many answers there are, not at which."
        )
    )
    if ask(wrong.ask_flat(made)):
        return
    names = wrong.FASHION.classes
    rows = [
        [
            f"`{each.shape}`",
            f"`{each.flat}`",
            cell(each.words) if each.words else ", ".join(names[number] for number in each.answers),
        ]
        for each in made
    ]
    table([_("Input"), _("Behind Flatten"), _("What the net gives")], rows)
    fold(_("The program of this net"), f"{PAGE}-flat-program", partial(code, wrong.FLAT, f"{PAGE}-flat"))
