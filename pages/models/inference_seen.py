"""What the net sees: its input beside the picture, every value on the way, and what it answers."""

from functools import partial

import streamlit as st

from lessons.core.numbers import show
from lessons.models.inference.choosing import Seen, beyond, truth
from lessons.models.inference.lesson import LESSON, questions
from lessons.models.inference.seeing import TITLES, WORDS, Result, ask_shape, check, describe, look
from pages.kit.badge import show_badge
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.lesson_page import once
from pages.kit.order.order import Change, Tile, order
from pages.kit.picture.tiles import enlarged, lines_of, see, side_by_side, whole
from pages.kit.predict import ask, predict
from pages.kit.shares import show_top
from pages.kit.text import _, literal, table, tell
from pages.models.inference_program import show_program

PAGE = "inference"
TILE = Slot(PAGE, "tile")
WIDE = 256  # pixels: large enough to see every pixel of a small input


def show_seen(seen: Seen) -> None:
    """The input as it is, pixel by pixel, and the five most probable classes."""
    result = once(look, seen)
    side_by_side([enlarged(whole(result.batch), WIDE)], [_("what the net is given")], WIDE)
    show_top(result.classes, result.probabilities)
    st.markdown(tell(describe(result, truth(seen.inputs))))
    if told := beyond(seen.inputs):
        st.caption(tell(told))


def show_way(seen: Seen) -> None:
    """Asked first: the shape before the net. Then every step, the numbers behind it, and the program."""
    result = once(look, seen)
    st.subheader(_("On the way to the net"), anchor=False)
    hidden = ask(ask_shape(result))
    order(f"{PAGE}-way", _tiles(result, hidden), TILE.get(), _choose)
    _tell_step(result)
    st.markdown(
        _(
            "Then `net.eval()` switches off what only training needs, and `torch.inference_mode()` keeps no "
            "gradients. `net(batch)` gives a logit for each class, `softmax` makes probabilities of them, "
            "`argmax` finds the place of the largest, and the list of classes has its name."
        )
    )
    fold(_("All classes as a table"), f"{PAGE}-classes", partial(_list, result))
    show_badge(check(seen.inputs, result))
    predict(questions(seen.inputs, result, 0)[1:])
    show_program(LESSON.snippet(seen.inputs), PAGE, seen.inputs.net, seen.inputs)


def _tiles(result: Result, hidden: bool) -> list[Tile]:
    """hidden: whether the shape before the net is still asked about."""
    last = len(result.steps) - 1
    return [_tile(place, result, hidden and place == last) for place in range(last + 1)]


def _tile(place: int, result: Result, hidden: bool) -> Tile:
    step = result.steps[place]
    its = see(step.value)
    lines = lines_of(its)
    return Tile(
        place,
        _(TITLES[step.name]) if step.name in TITLES else step.name,
        fixed=True,
        picture=its.picture,
        size=its.size,
        lines=tuple("?" if hidden and line == its.look.shape else line for line in lines),
        bars=tuple(channel.bars for channel in its.look.channels[:3]),
    )


def _choose(change: Change) -> None:
    TILE.set(change.key)


def _tell_step(result: Result) -> None:
    """Of the tile that is chosen: what it does, and how a program says it."""
    chosen = TILE.get()
    if chosen is None or chosen >= len(result.steps):
        st.caption(_("Choose a tile to read what it does."))
        return
    step = result.steps[chosen]
    st.markdown(f"{literal(step.code)}  \n{tell(WORDS[step.name])}")


def _list(result: Result) -> None:
    table(
        [_("place"), _("class"), _("logit"), _("probability")],
        [
            [
                str(each),
                literal(result.classes[each]),
                show(float(result.logits[each])),
                show(float(result.probabilities[each])),
            ]
            for each in result.order
        ],
    )
