"""What chance makes of the strip: many draws, the same without chance, the crops, and two steps swapped."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

import streamlit as st
from PIL import Image

from lessons.core.boxes import Box, Size, middle
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.data.transforms import chance, params
from lessons.data.transforms.chart import distances_figure
from lessons.data.transforms.crops import NAME, ask_smallest, crop_of, crops, judge, share
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.operations import OPERATIONS
from lessons.data.transforms.program import draws_program
from lessons.data.transforms.steps import MOST, Step, read, step, with_step, write
from pages.data.transforms_controls import show_some
from pages.data.transforms_strip import walked
from pages.kit import address
from pages.kit.boxes.boxes import boxes, own_box, read_link, write_link
from pages.kit.cards.cards import Card, cards
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, fragment, guard
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.picture.inline import encode
from pages.kit.picture.tiles import png, side_by_side, whole
from pages.kit.predict import ask, ask_by_hand, is_open
from pages.kit.text import _, literal, tell

PAGE = "transforms"
USUAL_CROP = step(NAME)  # where the strip has none to look at
CROP, OWN, SWAPPED = Slot(PAGE, "crop"), Slot(PAGE, "box"), Slot(PAGE, "swap")
HALVED = Slot(PAGE, "halved")
LINKED = Linked(
    PAGE,
    crop=Link(lambda text: _read_crop(text), lambda crop: write((replace(crop, key=1),)), USUAL_CROP),
    box=Link(read_link, write_link),
    swap=Link(address.whole(0, MOST - 2)),
    halved=Link(address.one_of(OPERATIONS)),
)


def show_chance(inputs: Inputs, steps: Slot, pin: Callable[[int], None]) -> None:
    """Many draws of the strip, how far they differ, what is cropped, and which steps may change places."""
    if chance.random_steps(inputs.steps):
        _show_draws(inputs, pin)
        if walked(inputs).output is not None:
            _compare(inputs)
    else:
        st.info(_("Nothing on this strip is random: every draw is the same. Add a random step."))
    _show_halves(inputs)
    _show_crops(inputs, steps)
    _show_swap(inputs)


# Many draws


def _show_draws(inputs: Inputs, pin: Callable[[int], None]) -> None:
    st.markdown(_("Twelve draws of the same strip. Click one to make it the page's."))
    pictures = _drawn(inputs)[0]
    drawn = [
        Card(str(seed), tell(Message("seed {seed}", seed=seed)), picture, chosen=seed == inputs.seed)
        for seed, picture in pictures.items()
    ]
    cards(f"{PAGE}-sheet", _("Draws"), drawn, lambda key: pin(int(key)))
    if len(pictures) == chance.DRAWS:

        def show_program() -> None:
            code(draws_program(inputs.steps, inputs.seed, chance.DRAWS), f"{PAGE}-draws")

        fold(_("The program of these twelve"), f"{PAGE}-sheet-program", show_program)


@lru_cache(maxsize=4)
def _drawn(inputs: Inputs) -> tuple[dict[int, bytes], chance.Spread | None]:
    """The first draws as pictures, by seed; how far all are apart, None where the strip refuses."""
    values = chance.draws(inputs.open(), inputs.steps, inputs.seed, chance.MANY)
    first = list(values.items())[: chance.DRAWS]
    pictures = {seed: png(whole(value)) for seed, value in first if value is not None}
    return pictures, chance.spread(values.values()) if pictures else None


# With and without chance


def _compare(inputs: Inputs) -> None:
    """The readers' question: which of two predictions is the picture's?"""
    spread, fixed = _drawn(inputs)[1], _fixed(inputs)
    if not spread:
        return
    st.subheader(_("With chance, and without"), anchor=False)
    with_chance, without = st.columns(2, gap="large")
    highest = max(spread.each, default=0.0)
    with with_chance:
        _show_strip(inputs.steps)
        if spread.same_shape:
            _show_distances(spread, highest, "with")
        _tell_spread(spread)
    question = chance.ask_fixed(fixed)
    with without:
        _show_strip(chance.fixed(inputs.steps))
        if not is_open(question):
            _show_distances(fixed, highest, "without")
    ask(question)


@lru_cache(maxsize=16)
def _fixed(inputs: Inputs) -> chance.Spread:
    steps = chance.fixed(inputs.steps)
    return chance.spread(chance.draws(inputs.open(), steps, inputs.seed, chance.MANY).values())


def _show_strip(steps: tuple[Step, ...]) -> None:
    st.caption(" → ".join([_("Picture"), *(each.name for each in steps if each.on)]))


def _show_distances(spread: chance.Spread, highest: float, key: str) -> None:
    chart = distances_figure(spread.each, highest, _)
    show_chart(chart, f"{PAGE}-distances-{key}")


def _tell_spread(spread: chance.Spread) -> None:
    if not spread.same_shape:
        st.markdown(_("In twenty draws the tensors have not even the same shape."))
        return
    told = Message(
        "In twenty draws one number of the tensor differs by up to {largest}, and on average by {mean}.",
        largest=show(spread.largest),
        mean=show(spread.mean),
    )
    st.markdown(tell(told))


# Drawing and applying


def _show_halves(inputs: Inputs) -> None:
    """What a random transform draws, and one draw applied to two pictures."""
    st.subheader(_("Draw once, apply twice"), anchor=False)
    steps = {each.name: each for each in params.halved(inputs.steps)}
    HALVED.usually(next(iter(steps)), steps)
    name = st.selectbox(_("A random transform"), list(steps), key=HALVED.key(), persist_state="session")
    with guard():
        halves, question = _halves(inputs, steps[name])
        if question:
            ask(question)
        if not question or not is_open(question):
            _tell_halves(halves, name)
    program = params.program(steps[name], inputs.seed)
    fold(_("The program of both halves"), f"{PAGE}-halves", partial(code, program, f"{PAGE}-halves"))


def _tell_halves(halves: params.Halves, name: str) -> None:
    drawn = literal(", ".join(halves.params) or "{}")
    st.markdown(f"{_('`make_params` has drawn, and `transform` has applied it to two pictures:')} {drawn}")
    captions = [_("your picture"), _("its mirror image"), f"{name}(…)(picture)"]
    side_by_side([*halves.applied, halves.called], captions)
    st.markdown(_(params.SAME if halves.same else params.OTHER))


@lru_cache(maxsize=4)
def _halves(inputs: Inputs, random: Step) -> tuple[params.Halves, Question | None]:
    picture = inputs.open()
    return params.halve(picture, random, inputs.seed), params.ask_where(picture, random)


# Crops


def _show_crops(inputs: Inputs, steps: Slot) -> None:
    """What RandomResizedCrop cuts out, with the settings of the strip's, else with its own here."""
    st.subheader(NAME, anchor=False)
    on_strip = crop_of(inputs.steps)
    crop = on_strip or CROP.get()
    picture = whole(_before(inputs, on_strip))
    looking, setting = st.columns([3, 2], gap="large")
    with setting:
        if on_strip:
            st.caption(_("These are the settings of the step on the strip."))
            show_some(steps, crop, ("scale", "ratio"), lambda put: steps.set(with_step(steps.get(), put)))
        else:
            st.caption(_("There is none on the strip. Here one can be tried on the picture."))
            show_some(CROP, crop, ("scale", "ratio"), CROP.set)
    with looking:
        _show_boxes(picture, replace(crop, locked=None), inputs.seed)


def _read_crop(text: str) -> Step:
    (crop,) = read(text)
    if crop.name != NAME:
        raise ValueError(text)
    return replace(crop, key=0)


def _before(inputs: Inputs, crop: Step | None) -> object:
    """What a step of the strip is given; the picture itself where there is none, or it is not reached."""
    tiles = walked(inputs).tiles
    place = inputs.steps.index(crop) if crop else 0
    value = tiles[place].value if place < len(tiles) else None
    return tiles[0].value if value is None else value


@fragment
def _show_boxes(picture: Image.Image, crop: Step, seed: int) -> None:
    """A fragment: a box that is dragged changes nothing else on the page."""
    size = picture.size
    drawn = crops(size, crop, seed, chance.DRAWS)
    own = own_box(OWN, size, middle)
    st.markdown(_("The thin boxes are twelve draws. The thick one is yours: drag it, and its corners."))
    boxes(OWN.key("picture"), encode(picture), size, drawn, own, OWN.set)
    question = ask_smallest(size, crop)
    if not question or not is_open(question):
        _tell_box(own, size, crop)
    LINKED.keep()
    if question:
        ask_by_hand(
            question, _("This is the smallest"), lambda: 100 * share(own_box(OWN, size, middle), size)
        )


def _tell_box(box: Box, size: Size, crop: Step) -> None:
    told = Message(
        "Your box has {share} % of the area, and the ratio {ratio}.",
        share=show(100 * share(box, size)),
        ratio=show(box.width / box.height),
    )
    verdict = judge(box, size, crop)
    head = _("Possible.") if verdict.possible else _("Impossible.")
    st.markdown(f"{tell(told)} **{head}** {' '.join(map(tell, verdict.words))}")


# Two steps change places


def _show_swap(inputs: Inputs) -> None:
    """Two steps that stand beside each other change places, each with the draw it had."""
    if len(inputs.steps) < 2:
        return
    st.subheader(_("Swap two steps"), anchor=False)
    names = [each.name for each in inputs.steps]
    pairs = [f"{one} ↔ {other}" for one, other in pairwise(names)]
    SWAPPED.usually(None, range(len(pairs)))
    place = st.selectbox(
        _("Which two?"),
        range(len(pairs)),
        index=None,
        format_func=pairs.__getitem__,
        key=SWAPPED.key(),
        placeholder=_("Choose two neighbours"),
        persist_state="session",
    )
    if place is None:
        st.caption(_("Guess first: does it matter which of the two comes first?"))
        return
    swapped = once(chance.swap, inputs, place)
    if swapped.largest is None or swapped.difference is None:
        st.markdown(_("It matters: one of the orders is refused, or the shapes differ."))
    elif not swapped.largest:
        st.markdown(_("It does not matter: both orders give the same numbers, to the last bit."))
    else:
        told = Message("It matters: the largest difference is {largest}.", largest=show(swapped.largest))
        st.markdown(tell(told))
        st.image(
            swapped.difference, _("Where the results differ: white is the largest difference."), width=224
        )
