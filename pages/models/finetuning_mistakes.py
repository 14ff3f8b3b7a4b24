"""Four mistakes of fine-tuning, made on purpose: what comes of each, how it is noticed, what mends it."""

import streamlit as st

from lessons.core.messages import Message
from lessons.models.finetuning import mistakes
from lessons.models.finetuning.mistakes import MISTAKES, SHOWN, STEPS
from pages.kit import address
from pages.kit.controls import Slot
from pages.kit.frame import guarded
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, tell
from pages.kit.twins import show_curves, show_mending, show_switch, show_words
from pages.models.finetuning_file import offer_backbone

PAGE = "finetuning-mistakes"
LINKED = Linked(
    PAGE,
    mistake=Link(address.one_of(MISTAKES), usual=next(iter(MISTAKES))),
    with_mistake=Link(address.switch, address.switched, usual=False),
    mistake_step=Link(address.whole(0, STEPS - 1), usual=0),
)


def show_mistakes() -> None:
    """A question first: until it is answered the run with the mistake is not to be seen."""
    st.markdown(
        tell(
            Message(
                "The small ResNet, with its pretrained weights, learns {pictures} Doodles in {steps} "
                "{steps:step|steps}, twice: once as it should, and once with a mistake. One line differs.",
                pictures=SHOWN,
                steps=STEPS,
            )
        )
    )
    slug = st.segmented_control(
        _("The mistake"),
        list(MISTAKES),
        format_func=lambda slug: tell(MISTAKES[slug][0]),
        key=Slot(PAGE, "mistake").key(),
        required=True,
        persist_state="session",
    )
    made = MISTAKES[str(slug)][1]()
    part = f"{PAGE}-{slug}"
    mistaken = show_switch(Slot(PAGE, "with_mistake"), waiting=ask(made.question))
    show_curves(made.twins, Slot(PAGE, "mistake_step"), mistaken)
    show_words(made.twins, part, mistaken)
    if mistaken:
        show_mending(made.twins, part)
        if slug == "gradients":
            _show_times()
        offer_backbone(PAGE)


def _show_times() -> None:
    """What a gradient costs that nobody uses, when somebody asks for it."""
    measured = Slot(PAGE, "times")
    st.button(
        _("Measure what a freeze spares"),
        key=measured.key("button"),
        on_click=guarded(lambda: measured.set(mistakes.measure())),
    )
    if times := measured.get():
        st.markdown(tell(mistakes.tell_times(times)))
