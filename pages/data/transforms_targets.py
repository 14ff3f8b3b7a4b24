"""Targets: a class as a one-hot vector, a data set that makes it, and a box and a mask that move along."""

from functools import lru_cache, partial

import streamlit as st

from lessons.core.boxes import Box
from lessons.data.transforms import targets, together
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.steps import Step
from lessons.data.transforms.together import Sample
from pages.kit import address
from pages.kit.boards import show_boards
from pages.kit.boxes.boxes import boxes, own_box, read_link, write_link
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, fragment, guard
from pages.kit.linked import Link, Linked
from pages.kit.picture.inline import encode
from pages.kit.picture.tiles import enlarged, side_by_side, whole
from pages.kit.predict import ask, is_open
from pages.kit.text import _, tell

PAGE = "transforms-targets"
OWN = Slot(PAGE, "around")
MOST_CLASSES = 20
MOVES = [each.name for each in together.moves((1, 1))]
LINKED = Linked(
    PAGE,
    classes=Link(address.whole(2, MOST_CLASSES), usual=10),
    target=Link(lambda text: -1 if text == "-1" else address.whole(0, MOST_CLASSES)(text), usual=3),
    index=Link(address.whole(0, targets.QUARTERS - 1), usual=2),
    as_tensor=Link(address.switch, address.switched, usual=False),
    as_one_hot=Link(address.switch, address.switched, usual=True),
    move=Link(address.one_of(MOVES), usual=MOVES[0]),
    around=Link(read_link, write_link),
)
WIDTH = 256  # pixels: large enough to see whether a box fits


def show_targets(inputs: Inputs) -> None:
    """A part for each kind of target: a class, what a data set makes of it, a box and a mask."""
    for title, show in (
        ("One-hot: a class as a vector", _show_one_hot),
        ("target_transform: what a data set does with a class", partial(_show_set, inputs)),
        ("Picture, box and mask together", partial(_show_together, inputs)),
    ):
        st.subheader(_(title), anchor=False)
        with guard():
            show()


# A class


def _show_one_hot() -> None:
    with st.container(horizontal=True):
        classes = st.number_input(
            _("Classes"), 2, MOST_CLASSES, key=f"{PAGE}-classes", persist_state="session"
        )
        target = st.number_input(_("Class"), -1, MOST_CLASSES, key=f"{PAGE}-target", persist_state="session")
    vector = targets.encoded(target, classes)
    if not ask(targets.ask_place(target, classes)):
        written = {
            f"torch.zeros({classes})": 0 * vector,
            "scatter_": vector,
        }
        show_boards({name: each[None].numpy() for name, each in written.items()})
        st.markdown(tell(targets.tell_losses(target, classes)))
    program = targets.one_hot_program(target, classes)
    fold(_("The program of this vector"), f"{PAGE}-one-hot", partial(code, program, f"{PAGE}-one-hot"))


# A data set


def _show_set(inputs: Inputs) -> None:
    st.markdown(
        _("`Quarters` is a data set of four pictures, the quarters of yours. Their numbers are the classes.")
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        index = st.number_input(
            _("Index"), 0, targets.QUARTERS - 1, key=f"{PAGE}-index", persist_state="session"
        )
        ways = {
            "as_tensor": st.toggle(
                "transform=v2.ToImage()", key=f"{PAGE}-as_tensor", persist_state="session"
            ),
            "as_one_hot": st.toggle(
                "target_transform=one_hot", key=f"{PAGE}-as_one_hot", persist_state="session"
            ),
        }
    made = targets.quarters(inputs.open(), **ways)
    quarter, target = made[index]
    asked = ask(targets.ask_target(made, index))
    side_by_side([enlarged(whole(quarter))], [f"data_set[{index}][0]"])
    lines = [f"picture: {targets.told(quarter)}", f"target: {'?' if asked else targets.told(target)}"]
    st.code("\n".join([f"picture, target = data_set[{index}]", *lines]), wrap_lines=True)
    program = targets.set_program(index, **ways)
    fold(_("The program of this data set"), f"{PAGE}-set", partial(code, program, f"{PAGE}-set"))


# A picture, a box and a mask


@fragment
def _show_together(inputs: Inputs) -> None:
    """A fragment: a box that is dragged changes nothing else on the page."""
    _show_moved(inputs)
    LINKED.keep()


def _show_moved(inputs: Inputs) -> None:
    picture = inputs.open()
    moves = {each.name: each for each in together.moves(picture.size)}
    name = st.selectbox(_("A transform"), list(moves), key=f"{PAGE}-move", persist_state="session")
    box, move = own_box(OWN, picture.size, together.beside), moves[name]
    st.markdown(_("Drag the box around something. The mask is the ellipse in it."))
    boxes(OWN.key("picture"), encode(picture), picture.size, (), box, OWN.set)
    before, made = _moved(inputs, box, move)
    ways = together.order(inputs.seed)
    question = together.ask_apart(made, ways)
    asked = is_open(question)
    captions = [
        _(title) if asked else _(together.TITLES[way])
        for way, title in zip(ways, ("the first", "the second"), strict=True)
    ]
    side_by_side(
        [enlarged(each.drawn()) for each in (before, *(made[way] for way in ways))],
        [_("before"), *captions],
        WIDTH,
    )
    ask(question)
    ask(together.ask_plain(before, move, inputs.seed))
    program = together.program(box, move, inputs.seed)
    fold(_("The program of both ways"), f"{PAGE}-together", partial(code, program, f"{PAGE}-together"))


@lru_cache(maxsize=4)
def _moved(inputs: Inputs, box: Box, move: Step) -> tuple[Sample, dict[str, Sample]]:
    before = together.sample(inputs.open(), box)
    return before, {name: way(before, move, inputs.seed) for name, way in together.WAYS.items()}
