"""The state microscope: what torch's own optimizer is set to and remembers, and its rule in numbers."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lessons.core.limits import GRADIENTS, MATRIX_CHARACTERS
from lessons.core.matrix import parse_list
from lessons.core.messages import Message
from lessons.core.numbers import exact, parse_number, show
from lessons.learning.descent import microscope
from lessons.learning.descent.microscope import ASKED, TAKES, Inputs, Step
from lessons.learning.optimizers import OPTIMIZERS
from pages.kit import address
from pages.kit.badge import show_badge
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask
from pages.kit.text import _, table, tell

PAGE = "descent-state"
USUAL = Inputs()
SMALL = "0.001 0.001 0.001 0.001 0.001 0.001 0.001 0.001"
NUMBERS = {  # what each setting can be; "lr" is the rate, a beta stands for its place in betas
    "lr": (0.001, 0.01, 0.1, 0.5, 1.0),
    "momentum": (0.5, 0.8, 0.9, 0.99),
    "alpha": (0.5, 0.9, 0.99, 0.999),
    "beta1": (0.0, 0.5, 0.9, 0.99),
    "beta2": (0.5, 0.9, 0.99, 0.999),
    "eps": (1e-10, 1e-8, 1e-4, 1.0),
    "weight_decay": (0.0, 0.01, 0.1, 0.5),
}
OWN = {"adagrad": {"eps": 1e-10}, "adamw": {"weight_decay": 0.01}}  # where torch has another default
LABELS = {"beta1": "betas[0]", "beta2": "betas[1]"}
STARTS = vars(USUAL) | {"beta1": USUAL.betas[0], "beta2": USUAL.betas[1]}
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "Small gradients": {"gradients": SMALL, "state_slope": False},
    "Large gradients": {"gradients": "1000 1000 1000 1000 1000 1000 1000 1000", "state_slope": False},
    "Signs that change": {"gradients": "1 -1 1 -1 1 -1 1 -1", "state_slope": False},
    "One, then none": {"gradients": "1 0 0 0 0 0 0 0", "state_slope": False},
    "The slope of w²": {"state_slope": True},
}
LINKED = Linked(
    PAGE,
    state_optimizer=Link(address.one_of(OPTIMIZERS), usual=USUAL.optimizer),
    state_slope=Link(address.switch, address.switched, usual=False),
    gradients=Link(str, usual=SMALL),
    state_start=Link(parse_number, exact, usual=USUAL.weight),
    state_step=Link(address.whole(1, GRADIENTS), usual=1),
    **{f"state_{name}": Link.among(numbers, usual=STARTS[name]) for name, numbers in NUMBERS.items()},
    **{
        f"state_{slug}_{name}": Link.among(NUMBERS[name], usual=usual)
        for slug, settings in OWN.items()
        for name, usual in settings.items()
    },
)


def show_state() -> None:
    """Two questions first: until both are answered nothing of Adam's steps is to be seen."""
    LINKED.start()
    LINKED.offer(PRESETS)
    inputs = _choose()
    questions = [microscope.ask_first_step(inputs, gradient) for gradient in ASKED]
    open_ones = [question for question in questions if ask(question)]
    if not open_ones:
        st.markdown(tell(microscope.tell_both(inputs)))
    _show_group(inputs)
    if open_ones and inputs.optimizer in ("adam", "adamw"):
        st.markdown(_("What it remembers, and how far it goes, comes with your answers."))
    else:
        _show_steps(inputs)
    if not open_ones:
        fold(_("How far the first step of each goes"), f"{PAGE}-first", partial(_compare, inputs))
    LINKED.keep()


def _choose() -> Inputs:
    """LessonError where what is typed are no gradients."""
    titles = {slug: _(each.title) for slug, each in OPTIMIZERS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        slug = st.selectbox(
            _("Optimizer"),
            list(titles),
            format_func=titles.__getitem__,
            key=Slot(PAGE, "state_optimizer").key(),
            persist_state="session",
            width=180,
        )
        set_to: dict[str, Any] = {"lr": _slide("lr", slug)} | {name: _set(name, slug) for name in TAKES[slug]}
    typed, beside, last = st.columns([3, 1, 1], vertical_alignment="bottom")
    with beside:
        weight = st.number_input(
            _("The weight starts at"),
            format="%g",
            key=Slot(PAGE, "state_start").key(),
            persist_state="session",
        )
    with last:
        slope = st.toggle(_("The slope of w²"), key=Slot(PAGE, "state_slope").key(), persist_state="session")
    with typed:
        text = st.text_input(
            _("Its gradients, one a step"),
            key=Slot(PAGE, "gradients").key(),
            disabled=slope,
            max_chars=MATRIX_CHARACTERS + 1,
            persist_state="session",
        )
    gradients = () if slope else parse_list(text)
    return Inputs(slug, **set_to, weight=weight, gradients=gradients)


def _set(name: str, slug: str) -> float | tuple[float, ...]:
    return (_slide("beta1", slug), _slide("beta2", slug)) if name == "betas" else _slide(name, slug)


def _slide(name: str, slug: str) -> float:
    """Under torch's own name; apart for the optimizers whose default is their own."""
    kept = f"state_{slug}_{name}" if name in OWN.get(slug, ()) else f"state_{name}"
    return LINKED.slide(kept, LABELS.get(name, name), NUMBERS[name], 120)


def _show_group(inputs: Inputs) -> None:
    """As Python prints it."""
    st.markdown(_("What the optimizer is set to stands in `param_groups`, beside the weight itself:"))
    settings = ", ".join(f"{name!r}: {value!r}" for name, value in microscope.group(inputs).items())
    st.code(f"optimizer.param_groups[0] == {{'params': [weight], {settings}}}", wrap_lines=True)


def _show_steps(inputs: Inputs) -> None:
    """One step that is looked at, and all of them."""
    steps = microscope.walk(inputs)
    slot = Slot(PAGE, "state_step")
    slot.set(min(slot.get(), len(steps)))
    number = 1
    if len(steps) > 1:
        number = st.slider(_("Step"), 1, len(steps), key=slot.key(), persist_state="session")
    step = steps[number - 1]
    st.markdown(tell(microscope.tell_step(inputs, step, number)))
    rule, remembered = st.columns([3, 2], gap="large")
    with rule:
        st.markdown("\n\n".join(f"${line}$" for line in microscope.formula(inputs, steps, number)))
        st.caption(_("The letters are those of torch's documentation; the weight is w."))
    with remembered:
        _show_state(step)
        show_badge(microscope.check(inputs, steps))
    fold(_("The state of every step as a table"), f"{PAGE}-table", partial(_list, steps))
    fold(_("The program of these steps"), f"{PAGE}-program", partial(code, microscope.snippet(inputs), PAGE))


def _show_state(step: Step) -> None:
    """torch's numbers, and those by hand where the rule needs them."""
    rows = [[f"`{name}`", _shown(step.memory.get(name)), show(number)] for name, number in step.state.items()]
    table(
        ["`state[weight]`", _("by hand"), "torch"],
        [*rows, [_("weight after it"), show(step.by_hand), show(step.weight)]],
    )
    if not rows:
        st.caption(_("It remembers nothing: `state` is empty."))


def _shown(number: float | None) -> str:
    return "" if number is None else show(number)


def _list(steps: tuple[Step, ...]) -> None:
    names = list(steps[0].state)
    rows = [
        [str(number), show(step.gradient), *(show(step.state[name]) for name in names), show(step.weight)]
        for number, step in enumerate(steps, start=1)
    ]
    table([_("step"), _("gradient"), *(f"`{name}`" for name in names), _("weight after it")], rows)


def _compare(inputs: Inputs) -> None:
    """Every optimizer as torch has it, and the two gradients that were asked about."""
    steps = [microscope.first_steps(inputs, gradient) for gradient in ASKED]
    heads = [tell(Message("gradient {gradient}", gradient=gradient)) for gradient in ASKED]
    rows = [[_(each.title), *(show(made[slug]) for made in steps)] for slug, each in OPTIMIZERS.items()]
    table([_("Optimizer"), *heads], rows)
