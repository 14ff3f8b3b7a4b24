"""The controls of the pooling lesson: settings in bounds, and the matrices to type."""

from typing import Any

import streamlit as st
from pages.layers import walk

from lessons.core.matrix import pack
from lessons.layers.pooling.lesson import KINDS, Inputs
from pages.kit.address import Field, load, one_of, settle, stack, stored, switch, switched
from pages.kit.text import _
from pages.layers.pairs import APART, Dial, highest_dilation, pair_fields, set_apart, spread

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


def read() -> dict[str, Any]:
    """The settings, as arguments of `Inputs`."""
    settings: dict[str, Any] = {"stride": None}  # as large as the kernel, where it has no slider
    settings |= {name: dial.read() for name, dial in _dials().items()}
    settings |= {"image": stored(PAGE, "image"), "kind": stored(PAGE, "kind")}
    if not _is_adaptive():
        settings["ceil_mode"] = stored(PAGE, "ceil")
    if settings["kind"] == "average":
        settings["count_include_pad"] = stored(PAGE, "count")
    return settings


def _dials() -> dict[str, Dial]:
    """By the setting's name; each reaches as far as the others let it."""
    if _is_adaptive():
        return {"output_size": Dial(PAGE, "output", "Output size", 1, (OUTPUTS, OUTPUTS))}
    kernel = Dial(PAGE, "kernel", "Kernel size", 1, (KERNELS, KERNELS))
    window = height, width = kernel.read()
    padding = Dial(PAGE, "padding", "Padding", 0, (height // 2, width // 2))
    dials = {"kernel_size": kernel, "padding": padding}
    if not stored(PAGE, "follow"):
        dials["stride"] = Dial(PAGE, "stride", "Stride", 1, (STRIDES, STRIDES))
    if stored(PAGE, "kind") == "max":
        image = stored(PAGE, "image")
        most = highest_dilation((len(image[0]), len(image[0][0])), window, padding.read(), DILATIONS)
        dials["dilation"] = Dial(PAGE, "dilation", "Dilation", 1, most)
    return dials


def _is_adaptive() -> bool:
    return stored(PAGE, "kind").startswith("adaptive")


def show_settings() -> None:
    st.selectbox(_("What is kept"), KINDS, format_func=_, key=f"{PAGE}-kind", persist_state="session")
    dials = _dials()
    if _is_adaptive():
        dials["output_size"].show()
    else:
        dials["kernel_size"].show()
        _switch("follow", _("Stride = kernel size"))
        if "stride" in dials:
            dials["stride"].show()
        dials["padding"].show()
        _switch("ceil", "ceil_mode")
    more = st.expander(_("More"), key=f"{PAGE}-more", on_change="rerun")
    if more.open:
        with more:
            _show_more(dials)


def _show_more(dials: dict[str, Dial]) -> None:
    set_apart(PAGE, "kernel", "stride", "padding", "dilation", "output")
    if "dilation" in dials:
        dials["dilation"].show()
    if stored(PAGE, "kind") == "average":
        _switch("count", "count_include_pad")
    _channels()


def _switch(name: str, label: str) -> None:
    st.toggle(label, key=f"{PAGE}-{name}", persist_state="session")


def _channels() -> None:
    def follow() -> None:
        load(PAGE, {"image": walk.repeated(stored(PAGE, "image"), stored(PAGE, "channels"))})

    settle(PAGE, {"channels": len(stored(PAGE, "image"))})
    st.number_input(_("Channels"), 1, walk.CHANNELS, key=f"{PAGE}-channels", on_change=follow)


def show_matrices() -> None:
    """The input, to type in."""
    walk.show_image(PAGE)
