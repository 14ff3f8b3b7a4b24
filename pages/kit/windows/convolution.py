"""The controls of the convolution lesson: settings in bounds, matrices to type, channels that fit."""

from typing import Any

import streamlit as st

from lessons.convolution import Inputs
from lessons.convolution_inputs import PADDING_MODES
from lessons.errors import Message
from lessons.filters import KERNELS
from lessons.limits import KERNEL_SIDE
from lessons.matrix import Stack, pack
from pages.kit.address import Field, load, one_of, stack, whole
from pages.kit.matrix.grid import grid
from pages.kit.picture.filter import OWN
from pages.kit.text import _, tell
from pages.kit.windows import walk
from pages.kit.windows.pairs import APART, highest_dilation, pair, pair_fields, set_apart, spread
from pages.kit.windows.walk import CHANNELS, repeated

PAGE = "convolution"
PICTURE = "On a picture"
VIEWS = (*walk.VIEWS, PICTURE)
STRIDES, PADDINGS, DILATIONS = 5, 8, 4
KINDS = ("number", "same", "valid")
MODES = tuple(PADDING_MODES)
USUAL = Inputs()


def values(inputs: Inputs) -> dict[str, Any]:
    """What these inputs put on the page."""
    number = isinstance(inputs.padding, tuple)
    padding = inputs.padding if number else (0, 0)
    pairs = {"stride": inputs.stride, "padding": padding, "dilation": inputs.dilation}
    return {
        "image": inputs.image,
        "weight": tuple(matrix for kernel in inputs.weight for matrix in kernel),
        "bias": ((inputs.bias,),),
        "kind": "number" if number else inputs.padding,
        "mode": inputs.padding_mode,
        "groups": inputs.groups,
        **spread(pairs),
    }


def _read_bias(text: str) -> Stack:
    bias = stack(1)(text)
    if len(bias[0]) > 1 or len(bias[0][0]) > CHANNELS:
        raise ValueError(text)
    return bias


_usual = values(USUAL)
FIELDS = {
    **walk.view_fields(VIEWS),
    "image": Field(_usual["image"], stack(CHANNELS), pack),
    "weight": Field(_usual["weight"], stack(CHANNELS * CHANNELS), pack),
    "bias": Field(_usual["bias"], _read_bias, pack),
    **pair_fields(1, STRIDES, "stride", USUAL.stride),
    **pair_fields(0, PADDINGS, "padding", USUAL.padding),
    **pair_fields(1, DILATIONS, "dilation", USUAL.dilation),
    "kind": Field("number", one_of(*KINDS)),
    "mode": Field("zeros", one_of(*MODES)),
    "groups": Field(1, whole(1, CHANNELS)),
    **APART,
    "filter": Field("Sobel x", one_of(*KERNELS, OWN)),
    "own": Field((KERNELS["Sobel x"],), stack(1), pack),
}


def ask() -> dict[str, Any]:
    """The settings, as arguments of `Inputs`; the matrices are those of the last run."""
    image, weight, bias = (st.session_state[f"{PAGE}-{name}"] for name in ("image", "weight", "bias"))
    kernels = _kernels(weight, bias)
    size, kernel = (len(image[0]), len(image[0][0])), (len(weight[0]), len(weight[0][0]))

    stride = pair(PAGE, "stride", "Stride", 1, (STRIDES, STRIDES))
    padding = _padding(size)
    most = (DILATIONS, DILATIONS)
    if padding != "same":  # which makes room for any
        around = (0, 0) if isinstance(padding, str) else padding
        most = highest_dilation(size, kernel, around, DILATIONS)
    dilation = pair(PAGE, "dilation", "Dilation", 1, most)
    with st.expander(_("More")):
        set_apart(PAGE, "stride", "padding", "dilation")
        mode = st.selectbox(
            _("What stands in the padding"), MODES, format_func=_, key=f"{PAGE}-mode", persist_state="session"
        )
        groups = _channels(len(image), len(kernels))
    return {
        "image": image,
        "weight": kernels,
        "bias": bias[0][0],
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "padding_mode": mode,
        "groups": groups,
    }


def _kernels(weight: Stack, bias: Stack) -> tuple[Stack, ...]:
    """The matrices kernel by kernel: as many as there are biases."""
    seen = max(1, len(weight) // len(bias[0][0]))
    return tuple(weight[first : first + seen] for first in range(0, len(weight), seen))


def _padding(size: tuple[int, int]) -> tuple[int, int] | str:
    """A number, no larger than the padding mode can fill; or one of torch's words."""
    kind = st.selectbox(_("Padding as"), KINDS, format_func=_, key=f"{PAGE}-kind", persist_state="session")
    if kind != "number":
        return kind
    room = {"reflect": 1, "circular": 0}.get(st.session_state[f"{PAGE}-mode"])
    highest = [PADDINGS if room is None else min(PADDINGS, side - room) for side in size]
    return pair(PAGE, "padding", "Padding", 0, (highest[0], highest[1]))


def _channels(channels: int, kernels: int) -> int:
    """How many channels come in and go out, in how many groups; the matrices follow."""
    load(PAGE, {"channels": channels, "kernels": kernels})
    for name, label in (("channels", "Input channels"), ("kernels", "Output channels (kernels)")):
        st.number_input(_(label), 1, CHANNELS, key=f"{PAGE}-{name}", on_change=_follow)
    allowed = [each for each in range(1, CHANNELS + 1) if channels % each == kernels % each == 0]
    if st.session_state[f"{PAGE}-groups"] not in allowed:
        load(PAGE, {"groups": 1})
    return (
        st.select_slider(
            _("Groups"), allowed, key=f"{PAGE}-groups", on_change=_follow, persist_state="session"
        )
        if len(allowed) > 1
        else 1
    )


def _follow() -> None:
    """Another number of channels, kernels or groups: what is there is repeated, or left out at the end.

    A kernel keeps its own channels.
    """
    state = {name: st.session_state[f"{PAGE}-{name}"] for name in ("image", "weight", "bias", "groups")}
    channels, kernels = (st.session_state[f"{PAGE}-{name}"] for name in ("channels", "kernels"))
    groups = state["groups"] if channels % state["groups"] == kernels % state["groups"] == 0 else 1
    kept = repeated(_kernels(state["weight"], state["bias"]), kernels)
    biases = repeated(state["bias"][0][0], kernels)
    load(
        PAGE,
        {
            "image": repeated(state["image"], channels),
            "weight": tuple(each for kernel in kept for each in repeated(kernel, channels // groups)),
            "bias": ((biases,),),
            "groups": groups,
        },
    )


def show_matrices(inputs: dict[str, Any]) -> None:
    """The input, the kernels and the biases, to type in."""
    image, weight = inputs["image"], [matrix for kernel in inputs["weight"] for matrix in kernel]
    seen, kernels = len(inputs["weight"][0]), len(inputs["weight"])
    names = [
        tell(Message("Kernel {kernel}, channel {channel}", kernel=each // seen + 1, channel=each % seen + 1))
        for each in range(len(weight))
    ]
    left, right = st.columns(2, gap="large")
    with left:
        walk.show_image(PAGE, image)
    with right:
        grid(f"{PAGE}-weight", tuple(weight), names, rows=(1, KERNEL_SIDE), columns=(1, KERNEL_SIDE))
        grid(f"{PAGE}-bias", ((inputs["bias"],),), [_("Bias")], rows=(1, 1), columns=(kernels, kernels))
