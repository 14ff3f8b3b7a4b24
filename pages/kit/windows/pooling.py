"""The controls of the pooling lesson: settings in bounds, and the matrices to type."""

from typing import Any

import streamlit as st

from lessons.matrix import Stack, pack
from lessons.pooling import KINDS, Inputs
from pages.kit.address import Field, load, one_of, stack, switch, switched
from pages.kit.text import _
from pages.kit.windows import walk
from pages.kit.windows.pairs import APART, highest_dilation, pair, pair_fields, set_apart, spread

PAGE = "pooling"
KERNELS, STRIDES, DILATIONS, OUTPUTS = 6, 6, 4, 8
USUAL = Inputs()


def values(inputs: Inputs) -> dict[str, Any]:
    """What these inputs put on the page."""
    pairs = {
        "kernel": inputs.kernel_size,
        "stride": inputs.stride or inputs.kernel_size,
        "padding": inputs.padding,
        "dilation": inputs.dilation,
        "output": inputs.output_size,
    }
    return {
        "image": inputs.image,
        "kind": inputs.kind,
        "follow": inputs.stride is None,
        "ceil": inputs.ceil_mode,
        "count": inputs.count_include_pad,
        **spread(pairs),
    }


_usual = values(USUAL)
FIELDS = {
    **walk.view_fields(walk.VIEWS),
    "image": Field(USUAL.image, stack(walk.CHANNELS), pack),
    "kind": Field(USUAL.kind, one_of(*KINDS)),
    **pair_fields(1, KERNELS, "kernel", USUAL.kernel_size),
    **pair_fields(1, STRIDES, "stride", USUAL.stride or USUAL.kernel_size),
    **pair_fields(0, KERNELS // 2, "padding", USUAL.padding),
    **pair_fields(1, DILATIONS, "dilation", USUAL.dilation),
    **pair_fields(1, OUTPUTS, "output", USUAL.output_size),
    **{name: Field(_usual[name], switch, switched) for name in ("follow", "ceil", "count")},
    **APART,
}


def ask() -> dict[str, Any]:
    """The settings, as arguments of `Inputs`; the matrices are those of the last run."""
    image: Stack = st.session_state[f"{PAGE}-image"]
    kind = st.selectbox(_("What is kept"), KINDS, format_func=_, key=f"{PAGE}-kind", persist_state="session")
    adaptive, largest = kind.startswith("adaptive"), kind.endswith("max")
    settings: dict[str, Any] = {"image": image, "kind": kind}
    if adaptive:
        settings["output_size"] = pair(PAGE, "output", "Output size", 1, (OUTPUTS, OUTPUTS))
    else:
        settings |= _window()
    with st.expander(_("More")):
        set_apart(PAGE, "kernel", "stride", "padding", "dilation", "output")
        if largest and not adaptive:
            most = highest_dilation(
                (len(image[0]), len(image[0][0])), settings["kernel_size"], settings["padding"], DILATIONS
            )
            settings["dilation"] = pair(PAGE, "dilation", "Dilation", 1, most)
        if kind == "average":
            settings["count_include_pad"] = _switch("count", "count_include_pad")
        _channels(len(image))
    return settings


def _window() -> dict[str, Any]:
    kernel = pair(PAGE, "kernel", "Kernel size", 1, (KERNELS, KERNELS))
    follow = _switch("follow", _("Stride = kernel size"))
    stride = None if follow else pair(PAGE, "stride", "Stride", 1, (STRIDES, STRIDES))
    padding = pair(PAGE, "padding", "Padding", 0, (kernel[0] // 2, kernel[1] // 2))
    return {
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
        "ceil_mode": _switch("ceil", "ceil_mode"),
    }


def _switch(name: str, label: str) -> bool:
    return st.toggle(label, key=f"{PAGE}-{name}", persist_state="session")


def _channels(channels: int) -> None:
    def follow() -> None:
        count = st.session_state[f"{PAGE}-channels"]
        load(PAGE, {"image": walk.repeated(st.session_state[f"{PAGE}-image"], count)})

    load(PAGE, {"channels": channels})
    st.number_input(_("Channels"), 1, walk.CHANNELS, key=f"{PAGE}-channels", on_change=follow)


def show_matrices(inputs: dict[str, Any]) -> None:
    """The input, to type in."""
    walk.show_image(PAGE, inputs["image"])
