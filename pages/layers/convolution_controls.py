"""The controls of the convolution lesson: settings in bounds, matrices to type, channels that fit."""

from typing import Any

import streamlit as st
from pages.layers import walk

from lessons.core.limits import KERNEL_SIDE
from lessons.core.matrix import Stack, pack
from lessons.core.messages import Message
from lessons.layers.convolution.filters import KERNELS
from lessons.layers.convolution.inputs import PADDING_MODES
from lessons.layers.convolution.lesson import Inputs
from pages.kit.address import Field, load, one_of, settle, stack, stored, whole
from pages.kit.grid.grid import grid
from pages.kit.text import _, tell
from pages.layers.convolution_picture import OWN
from pages.layers.pairs import APART, Dial, highest_dilation, pair_fields, set_apart, spread
from pages.layers.walk import CHANNELS, repeated

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


def read() -> dict[str, Any]:
    """The settings, as arguments of `Inputs`."""
    settings = {name: dial.read() for name, dial in _dials().items()}
    return {
        "padding": stored(PAGE, "kind"),
        **settings,
        "image": stored(PAGE, "image"),
        "weight": _kernels(),
        "bias": stored(PAGE, "bias")[0][0],
        "padding_mode": stored(PAGE, "mode"),
        "groups": _groups()[0],
    }


def _kernels() -> tuple[Stack, ...]:
    """The matrices kernel by kernel: as many as there are biases."""
    weight = stored(PAGE, "weight")
    seen = max(1, len(weight) // len(stored(PAGE, "bias")[0][0]))
    return tuple(weight[first : first + seen] for first in range(0, len(weight), seen))


def _dials() -> dict[str, Dial]:
    """By the setting's name; each reaches as far as the others let it."""
    image, kernel, kind = stored(PAGE, "image")[0], stored(PAGE, "weight")[0], stored(PAGE, "kind")
    size, window = (len(image), len(image[0])), (len(kernel), len(kernel[0]))
    dials = {"stride": Dial(PAGE, "stride", "Stride", 1, (STRIDES, STRIDES))}
    around, most = (0, 0), (DILATIONS, DILATIONS)
    if kind == "number":
        room = {"reflect": 1, "circular": 0}.get(stored(PAGE, "mode"))
        height, width = (PADDINGS if room is None else min(PADDINGS, side - room) for side in size)
        dials["padding"] = Dial(PAGE, "padding", "Padding", 0, (height, width))
        around = dials["padding"].read()
    if kind != "same":  # which makes room for any
        most = highest_dilation(size, window, around, DILATIONS)
    return dials | {"dilation": Dial(PAGE, "dilation", "Dilation", 1, most)}


def _groups() -> tuple[int, list[int]]:
    """In how many groups the channels come in and go out, and how many there may be."""
    channels, kernels = len(stored(PAGE, "image")), len(_kernels())
    allowed = [each for each in range(1, CHANNELS + 1) if channels % each == kernels % each == 0]
    if stored(PAGE, "groups") not in allowed:
        load(PAGE, {"groups": 1})
    return stored(PAGE, "groups"), allowed


def show_settings() -> None:
    dials = _dials()
    dials["stride"].show()
    st.selectbox(_("Padding as"), KINDS, format_func=_, key=f"{PAGE}-kind", persist_state="session")
    if "padding" in dials:
        dials["padding"].show()
    dials["dilation"].show()
    more = st.expander(_("More"), key=f"{PAGE}-more", on_change="rerun")
    if more.open:
        with more:
            _show_more()


def _show_more() -> None:
    set_apart(PAGE, "stride", "padding", "dilation")
    label = _("What stands in the padding")
    st.selectbox(label, MODES, format_func=_, key=f"{PAGE}-mode", persist_state="session")
    settle(PAGE, {"channels": len(stored(PAGE, "image")), "kernels": len(_kernels())})
    for name, label in (("channels", "Input channels"), ("kernels", "Output channels (kernels)")):
        st.number_input(_(label), 1, CHANNELS, key=f"{PAGE}-{name}", on_change=_follow)
    _chosen, allowed = _groups()
    if len(allowed) > 1:
        key = f"{PAGE}-groups"
        st.select_slider(_("Groups"), allowed, key=key, on_change=_follow, persist_state="session")


def _follow() -> None:
    """Another number of channels, kernels or groups: what is there is repeated, or left out at the end.

    A kernel keeps its own channels.
    """
    image, bias = stored(PAGE, "image"), stored(PAGE, "bias")[0][0]
    channels, kernels = stored(PAGE, "channels"), stored(PAGE, "kernels")
    groups = stored(PAGE, "groups")
    groups = groups if channels % groups == kernels % groups == 0 else 1
    kept = repeated(_kernels(), kernels)
    load(
        PAGE,
        {
            "image": repeated(image, channels),
            "weight": tuple(each for kernel in kept for each in repeated(kernel, channels // groups)),
            "bias": ((repeated(bias, kernels),),),
            "groups": groups,
        },
    )


def show_matrices() -> None:
    """The input, the kernels and the biases, to type in."""
    weight, bias = stored(PAGE, "weight"), stored(PAGE, "bias")
    seen, kernels = len(_kernels()[0]), len(_kernels())
    names = [
        tell(Message("Kernel {kernel}, channel {channel}", kernel=each // seen + 1, channel=each % seen + 1))
        for each in range(len(weight))
    ]
    left, right = st.columns(2, gap="large")
    with left:
        walk.show_image(PAGE)
    with right:
        grid(f"{PAGE}-weight", weight, names, rows=(1, KERNEL_SIDE), columns=(1, KERNEL_SIDE))
        grid(f"{PAGE}-bias", bias, [_("Bias")], rows=(1, 1), columns=(kernels, kernels))
