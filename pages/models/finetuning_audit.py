"""The freeze audit: which numbers of a net move when it is fine-tuned, and which although it is frozen."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.engine.training.choices import TUNINGS
from lessons.models.finetuning import audit, calls
from lessons.models.finetuning.audit import STEPS, WAYS, Audit, Part
from lessons.models.finetuning.inputs import FROZEN
from lessons.models.finetuning.start import PICTURES
from pages.kit import address
from pages.kit.chart import show_chart
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, plain, table, tell
from pages.models.finetuning_file import offer_backbone

PAGE = "finetuning-audit"
LINKED = Linked(
    PAGE,
    audit_way=Link(address.one_of(WAYS), usual=FROZEN),
    audit_kept=Link(address.switch, address.switched, usual=False),
    audit_overridden=Link(address.switch, address.switched, usual=False),
)


def show_audit() -> None:
    """Questions first: until they are answered nothing that moved is to be seen."""
    st.markdown(
        tell(
            Message(
                "One epoch of {pictures} Doodles, {steps} {steps:step|steps} of SGD, and the small ResNet is "
                "weighed before and after, layer by layer. What did move, and should it?",
                pictures=PICTURES,
                steps=STEPS,
            )
        )
    )
    waiting = ask(audit.ask_head())
    if not waiting:
        ask(audit.ask_alexnet())
    made = _choose()
    if ask(audit.ask_moved(made)) or waiting:
        st.caption(_("What moved comes with your answers."))
        return
    _show(made)
    if made.way == FROZEN:
        _show_calls()
    offer_backbone(PAGE)


def _choose() -> Audit:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            _("Way of tuning"),
            WAYS,
            format_func=lambda slug: _(TUNINGS[slug]),
            key=Slot(PAGE, "audit_way").key(),
            required=True,
            persist_state="session",
        )
        frozen = way == FROZEN
        kept = st.toggle(
            _("eval() for the frozen part"),
            key=Slot(PAGE, "audit_kept").key(),
            disabled=not frozen,
            persist_state="session",
        )
    return audit.audit(str(way), frozen and kept)


def _show(made: Audit) -> None:
    """The chart beside what it comes to, and the numbers behind it."""
    chart, beside = st.columns(2, gap="large")
    with chart:
        show_chart(audit.figure(made, plain), f"{PAGE}-chart")
    with beside:
        st.markdown("\n\n".join(map(tell, audit.describe(made))))
        _list_parts(made.parts)
    fold(_("Every layer as a table"), f"{PAGE}-layers", partial(_list_layers, made))
    fold(
        _("The program of this epoch"),
        f"{PAGE}-program",
        partial(code, audit.program(made.way, made.kept), PAGE),
    )


def _list_parts(parts: Sequence[Part]) -> None:
    table(
        [_("part"), _("learns"), _("parameters"), _("statistics")],
        [
            [
                tell(part.name),
                _("yes") if part.learns else _("no"),
                _percent(part.share),
                _percent(part.drift),
            ]
            for part in parts
        ],
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{audit.percent(share)} %"


def _list_layers(made: Audit) -> None:
    """Norms as they are, not as shares of what was there before."""
    table(
        [
            _("layer"),
            _("type"),
            "`requires_grad`",
            _("gradient at first"),
            _("norm before"),
            _("moved"),
            "`running_mean`",
            "`running_var`",
            "`num_batches_tracked`",
        ],
        [
            [
                f"`{layer.name}`",
                f"`{layer.kind}`",
                f"`{layer.learns}`",
                "`None`" if layer.gradient is None else show(layer.gradient),
                show(layer.before),
                show(layer.moved),
                *_remembered(layer),
            ]
            for layer in made.layers
        ],
    )


def _remembered(layer: audit.Layer) -> list[str]:
    """How far each statistic moved."""
    kept = layer.statistics
    if not kept:
        return ["–"] * 3
    return [show(kept.mean), show(kept.var), f"+{kept.batches}"]


def _show_calls() -> None:
    """Who undoes eval(): asked, shown call by call, and mended."""
    st.subheader(_("Who switches what"), anchor=False)
    if ask(calls.ask_undone()):
        return
    overridden = st.toggle(
        _("A net whose own train() leaves the backbone in eval()"),
        key=Slot(PAGE, "audit_overridden").key(),
        persist_state="session",
    )
    table(
        [
            _("call"),
            _("parameters that learn"),
            _("BatchNorm layers in train()"),
            _("running means moved by"),
        ],
        [
            [f"`{call.code}`", str(call.learning), str(call.training), show(call.drift)]
            for call in calls.calls(overridden)
        ],
    )
    st.markdown(tell(calls.describe(overridden)))
    fold(
        _("The program of these calls"),
        f"{PAGE}-calls",
        partial(code, calls.program(overridden), f"{PAGE}-calls"),
    )
