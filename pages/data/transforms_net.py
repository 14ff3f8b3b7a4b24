"""To the net: the batch that comes out, and what is worth knowing of the steps to it, a section each."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import streamlit as st
from PIL import Image, ImageDraw
from torch import Tensor

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Answer, Question
from lessons.data.transforms import calling, net, resizing, scaling
from lessons.data.transforms.lesson import Inputs, Result
from lessons.data.transforms.net import WINDOW
from lessons.data.transforms.operations import OPERATIONS
from lessons.data.transforms.strip import Stop
from lessons.engine.pictures import values
from pages.data.transforms_controls import Steps, keep, mended, put_behind
from pages.data.transforms_strip import walked
from pages.kit import address
from pages.kit.boards import show_boards
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, guarded
from pages.kit.legend import show_legend
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.picture.tiles import SEEN, enlarged, show_picture, side_by_side
from pages.kit.predict import ask, hidden, is_open, tell_unless
from pages.kit.text import _, literal, plain, table, tell

PAGE = "transforms-net"
USUAL = 32  # what a picture is made smaller to
FURTHEST = 1_000_000  # pixels: a side of a picture has no more
FACTORS = [quarters / 4 for quarters in range(13)]
CASES = {each.slug: each for each in scaling.CASES}
LINKED = Linked(
    PAGE,
    top=Link(address.whole(0, FURTHEST)),
    left=Link(address.whole(0, FURTHEST)),
    case=Link(CASES.__getitem__, lambda case: str(case.slug), scaling.CASES[0]),
    byte=Link(address.whole(0, 255)),
    shapes_size=Link(address.whole(1, FURTHEST)),
    compared_size=Link(address.whole(1, FURTHEST)),
    object=Link(address.one_of(OPERATIONS)),
    by=Link.among(FACTORS, usual=2.0),
)


def show_net(inputs: Inputs, strip: Slot) -> None:
    """The batch, or what is missing; below it a section for each question. strip: where its steps are."""
    st.subheader(_("What does the net get?"), anchor=False)
    result = walked(inputs)
    stop = result.tiles[-1].stop
    arrived = stop or net.batch(result.output)
    if isinstance(arrived, Stop):
        _show_missing(arrived, strip, _put_right(inputs, result, arrived))
    else:
        _show_batch(inputs, result, arrived)
    for slug, (title, show_section) in SECTIONS.items():
        fold(_(title), f"{PAGE}-{slug}", partial(show_section, inputs))


# The batch


def _put_right(inputs: Inputs, result: Result, stop: Stop) -> Steps:
    """The strip with what is missing: at the step that cannot follow, or at the end."""
    if result.tiles[-1].stop:
        refused = inputs.steps[len(result.tiles) - 2]  # the first tile is the picture
        return mended(inputs.steps, refused.key, stop.before, stop.instead)
    return put_behind(inputs.steps, stop.before)


def _show_missing(stop: Stop, strip: Slot, right: Steps) -> None:
    def put_right() -> None:
        keep(strip, right)

    words = f" ({literal(stop.words.splitlines()[0])})" if stop.words else ""
    st.warning(f"{tell(stop.reason)}{words}")
    if stop.before or stop.instead is not None:
        st.button(_("Put this right"), key=f"{PAGE}-mend", on_click=guarded(put_right))


def _show_batch(inputs: Inputs, result: Result, batch: Tensor) -> None:
    question = net.ask_shape(batch[0])
    ask(question)
    told = Message(
        "The batch has the shape {shape}; its numbers are {dtype}, {count} in all.",
        count=batch.numel(),
        dtype=str(batch.dtype),
        shape=Answer("batch", str(tuple(batch.shape))),
    )
    st.markdown(tell_unless(told, hidden([question])))
    with st.container(horizontal=True):
        top = _choose_place("top", _("First row"), batch.shape[-2])
        left = _choose_place("left", _("First column"), batch.shape[-1])
    _show_channels(batch, top, left)
    _show_back(inputs, result)
    program = net.snippet(inputs, top, left)
    fold(_("The program of this batch"), f"{PAGE}-program", partial(code, program, PAGE))


def _choose_place(name: str, label: str, side: int) -> int:
    """Where the window begins; in the middle at first."""
    slot, high = Slot(PAGE, name), max(0, side - WINDOW)
    slot.usually(high // 2)
    slot.set(min(slot.get(), high))
    return st.number_input(label, 0, high, key=slot.key(), persist_state="session")


def _show_channels(batch: Tensor, top: int, left: int) -> None:
    """Each as a grey picture with the window on it, and the numbers in the window."""
    picture, bounds = values.picture(batch)
    names = [tell(Message("Channel {number}", number=number)) for number in range(net.CHANNELS)]
    side_by_side([_marked(band, top, left) for band in picture.split()], names)
    low, high = bounds or (0.0, 1.0)
    st.caption(tell(Message("black is {low}, white {high}", low=show(low), high=show(high))))
    window = values.numbers(batch)[:, top : top + WINDOW, left : left + WINDOW]
    show_boards(dict(zip(names, window, strict=True)))
    show_legend()


def _marked(band: Image.Image, top: int, left: int) -> Image.Image:
    """Large enough to see its pixels, with a frame around the window."""
    scale = 2 * SEEN / max(band.size)
    size = (max(1, round(band.width * scale)), max(1, round(band.height * scale)))
    large = band.resize(size, Image.Resampling.NEAREST).convert("RGB")
    corners = [(each * scale, (each + WINDOW) * scale) for each in (left, top)]
    (x, right), (y, bottom) = corners
    ImageDraw.Draw(large).rectangle((x - 4, y - 4, right + 3, bottom + 3), outline=style.HERE, width=4)
    return large


def _show_back(inputs: Inputs, result: Result) -> None:
    """The picture that the numbers are still of."""
    back = net.back(inputs, result)
    if not back:
        st.caption(_("There is no Normalize on this strip, and so nothing to undo."))
        return
    question = net.ask_back(back)
    if question:
        ask(question)
    picture, _bounds = values.picture(back.numbers.round(decimals=5))  # 1.0000001 is no white of its own
    side_by_side([picture], ["output * std + mean"])
    if back.behind:
        told = Message(
            "{count} {count:step stands|steps stand} behind Normalize, and {count:is|are} not undone.",
            count=back.behind,
        )
        st.caption(tell(told))


# What is divided by 255


def _show_scaling(inputs: Inputs) -> None:
    st.markdown(_("The same three numbers, 0, 51 and 255, each time held in something else."))
    case = st.selectbox(
        _("What is given"),
        scaling.CASES,
        format_func=_case,
        key=Slot(PAGE, "case").key(),
        persist_state="session",
    )
    ask(scaling.ask_divisor(case))
    asked = hidden([scaling.ask_divisor(each) for each in scaling.CASES])
    rows = [
        (_case(each), *(("?", "?") if each.code in asked else (scaling.dtype(each), _numbers(each))))
        for each in scaling.CASES
    ]
    table((_("What is given"), _("dtype"), _("What is made of it")), rows)
    code(scaling.program(), f"{PAGE}-scaling")


def _case(case: scaling.Case) -> str:
    return plain(
        Message(
            "{transform}: {holder}, {dtype}",
            transform=case.transform,
            holder=Message(case.holder),
            dtype=case.dtype,
        )
    )


def _numbers(case: scaling.Case) -> str:
    return ", ".join(map(show, scaling.numbers(case)))


# The last bit


def _show_last_bit(inputs: Inputs) -> None:
    question = scaling.ask_differing()
    if ask(question):
        return
    both = scaling.both_ways()
    slot = Slot(PAGE, "byte")
    slot.usually(both.differing[0])
    byte = st.number_input(_("A byte"), 0, 255, key=slot.key(), persist_state="session")
    made = {
        "ToTensor": both.divided[byte].item(),
        "ToImage, ToDtype": both.multiplied[byte].item(),
    }
    rows = [(f"{byte} / 255", f"{byte / 255:.12f} …", "")]
    rows += [(name, f"{each:.12f} …", f"`{scaling.bits(each)}`") for name, each in made.items()]
    table((_("Made by"), _("Decimal digits"), _("Sign, exponent, fraction")), rows)
    code(scaling.LAST_BIT, f"{PAGE}-last-bit")


# Smaller


def _choose_size(inputs: Inputs, name: str) -> int:
    """Of those that make this picture smaller."""
    sizes, slot = resizing.sizes(inputs.open()), Slot(PAGE, f"{name}_size")
    slot.usually(USUAL if USUAL in sizes else sizes[0], sizes)
    return st.selectbox("size", sizes, key=slot.key(), persist_state="session")


@lru_cache(maxsize=4)
def _shapes(inputs: Inputs, size: int) -> tuple[resizing.Way, ...]:
    return resizing.shapes(inputs.open(), size)


def _show_shapes(inputs: Inputs) -> None:
    size = _choose_size(inputs, "shapes")
    made = _shapes(inputs, size)
    question = resizing.ask_shape(*inputs.open().size, size, made)
    if _asked(question, _("This picture is a square: one number and two give the same.")):
        return
    times = max(1, SEEN // max(made[0].value.size))  # one scale for all, so that their sizes are seen
    with st.container(horizontal=True):
        for way in made:
            width, height = way.value.size
            show_picture(enlarged(way.value), f"{way.code}: {width} x {height}", times * width)


def _asked(question: Question | None, otherwise: str) -> bool:
    """Ask, and whether the answer is still open. otherwise: what is told where there is nothing to ask."""
    if not question:
        st.markdown(otherwise)
        return False
    return ask(question)


@lru_cache(maxsize=4)
def _compared(inputs: Inputs, size: int) -> tuple[resizing.Way, tuple[resizing.Compared, ...]]:
    return resizing.compared(inputs.open(), size)


def _show_compared(inputs: Inputs) -> None:
    size = _choose_size(inputs, "compared")
    first, ways = _compared(inputs, size)
    question = resizing.ask_furthest(ways)
    if not _asked(question, _("On this picture all of them give the same bytes, or the next ones.")):
        made = [values.picture(way.value)[0] for way in (first, *ways)]
        side_by_side([enlarged(each) for each in made], [way.code for way in (first, *ways)])
        st.markdown(_("How far the tensors are from the PIL picture, where 255 is white:"))
        captions = [
            plain(
                Message(
                    "{code}: at most {largest}, on average {mean}",
                    code=way.code,
                    largest=show(way.largest),
                    mean=show(way.mean),
                )
            )
            for way in ways
        ]
        maps = [enlarged(Image.fromarray((way.difference * 255).round().astype("uint8"))) for way in ways]
        side_by_side(maps, captions)
        st.caption(_("Where the results differ: white is the largest difference."))
    code(resizing.program(size), f"{PAGE}-compared")


# Calling an object


def _show_calling(inputs: Inputs) -> None:
    known = dict.fromkeys(("Resize", "ToTensor", *(each.name for each in inputs.steps)))
    slot = Slot(PAGE, "object")
    slot.usually("Resize", known)
    name = st.selectbox(_("A transform"), list(known), key=slot.key(), persist_state="session")
    question = calling.ask_owner(name)
    ask(question)
    looked = once(calling.look_into, name)
    if not is_open(question):
        rows = list(zip(calling.PROTOCOL, (each or "–" for each in looked.owners), strict=True))
        table((_("Method"), _("Written in")), [(f"`{method}`", each) for method, each in rows])
    st.markdown(_("What `dir` lists of it, without what every nn.Module has, and without `__x__` and `_x`:"))
    st.code(", ".join(looked.own) or "–", language=None, wrap_lines=True)
    st.markdown(_("How `help` begins:"))
    st.code(looked.told, language=None, wrap_lines=True)
    code(calling.look_program(name), f"{PAGE}-object")
    st.markdown(_("A transform of your own needs no more than these lines:"))
    by = st.select_slider("by", FACTORS, key=Slot(PAGE, "by").key(), persist_state="session")
    picture = inputs.open()
    side_by_side([picture, calling.Brighter(by)(picture)], ["picture", "brighter(picture)"])
    code(calling.program(by), f"{PAGE}-calling")


SECTIONS: Mapping[str, tuple[str, Callable[[Inputs], None]]] = {  # by slug, the question and what answers it
    "scaling": ("Why does ToTensor divide some numbers by 255, and others not?", _show_scaling),
    "last-bit": ("Do ToTensor and ToDtype(scale=True) give the same floats?", _show_last_bit),
    "shapes": ("Resize(32) or Resize((32, 32))?", _show_shapes),
    "compared": ("Does a tensor become smaller as a picture does?", _show_compared),
    "calling": ("Why does transform(picture) work on an object?", _show_calling),
}
