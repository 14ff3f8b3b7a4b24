"""A closer look at the numbers of the losses: a section for each question, made when it is opened."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st
import torch
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.learning.losses import closer, traps
from lessons.learning.losses.inputs import Inputs
from pages.kit.boards import show_boards
from pages.kit.code import code
from pages.kit.frame import fold, guard
from pages.kit.legend import show_legend
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "losses-closer"
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def show_closer(inputs: Inputs) -> None:
    for slug, (title, show_section) in SECTIONS.items():
        fold(_(title), f"{PAGE}-{slug}", partial(_guarded, show_section, inputs))


def _guarded(show_section: Callable[[Inputs], None], inputs: Inputs) -> None:
    with guard():
        show_section(inputs)


def _show_naive(inputs: Inputs) -> None:
    name = st.segmented_control(
        "dtype", list(DTYPES), default="float32", key=f"{PAGE}-dtype", required=True, persist_state="session"
    )
    dtype = DTYPES[name]
    question = closer.ask_largest(dtype)
    if ask(question):
        return
    looked = closer.naive(inputs, dtype)
    st.markdown(_("As the formula says it, and by log-sum-exp. A red ∞ or nan is a number that got lost."))
    _show_table(inputs, _("exp"), looked.powers)
    _show_table(inputs, _("Softmax"), looked.shares)
    _show_table(inputs, _("-log of it"), looked.logs, looked.broken)
    _show_table(inputs, _("log-sum-exp less the logit"), looked.safe)


def _show_table(inputs: Inputs, name: str, numbers: Tensor, broken: Tensor | None = None) -> None:
    """A row for each sample. broken: cells that are lit."""
    lost = torch.zeros_like(numbers, dtype=torch.bool) if broken is None else broken
    rows = [
        [
            str(sample),
            *(
                f":red-background[{show(value)}]" if bad else show(value)
                for value, bad in zip(row, marks, strict=True)
            ),
        ]
        for sample, (row, marks) in enumerate(zip(numbers.tolist(), lost.tolist(), strict=True), start=1)
    ]
    labels = map(inputs.label, range(inputs.shape[1]))
    classes = [tell(Message("class {number}", number=label)) for label in labels]
    table([name, *classes], rows)


def _show_both_ways(inputs: Inputs) -> None:
    if inputs.soft:
        st.markdown(_("nll_loss takes a class for each sample. Type a column of classes as the target."))
        return
    one, other = closer.both_ways(inputs)
    rows = [
        ("F.cross_entropy(logits, target)", one),
        ("F.nll_loss(F.log_softmax(logits, dim=1), target)", other),
    ]
    table([_("Program"), _("Loss")], [[f"`{code}`", f"{value:.12f}"] for code, value in rows])
    st.markdown(tell(Message("They differ by {difference}.", difference=show(abs(one - other)))))


def _show_dim(inputs: Inputs) -> None:
    question = closer.ask_dim(inputs)
    if ask(question):
        return
    for dim in (1, 0):
        made = closer.along(inputs, dim)
        show_boards(
            {
                f"softmax(dim={dim})": made.shares.numpy(),
                _("sums of the rows"): made.rows[:, None].numpy(),
                _("sums of the columns"): made.columns[None].numpy(),
            }
        )
    show_legend()


def _show_divisor(inputs: Inputs) -> None:
    if inputs.soft:
        st.markdown(_("These targets are vectors already. Type a column of classes as the target."))
        return
    question = closer.ask_divisor(inputs)
    if question:
        ask(question)
    else:
        st.markdown(
            _("Here both give the same: the weights of the targets sum to the number of samples. Change one.")
        )


def _show_traps(inputs: Inputs) -> None:
    found = traps.traps(inputs)
    slug = st.selectbox(
        _("Mistake"),
        list(found),
        format_func=lambda slug: tell(found[slug].name),
        key=f"{PAGE}-trap",
        persist_state="session",
    )
    question = traps.ask_trap(found[slug], inputs)
    ask(question)
    code(traps.snippet(found[slug], inputs), f"{PAGE}-trap-{slug}")


SECTIONS: Mapping[str, tuple[str, Callable[[Inputs], None]]] = {  # by slug, the question and what answers it
    "naive": ("Why is the largest logit taken off first?", _show_naive),
    "both-ways": ("Is CrossEntropyLoss really LogSoftmax and NLLLoss?", _show_both_ways),
    "dim": ("softmax along which dim?", _show_dim),
    "divisor": ("What does mean divide by?", _show_divisor),
    "traps": ("Which target is refused, and which slips through?", _show_traps),
}
