"""Step a kernel over an image and watch every output number being made."""

from lessons.core.limits import KERNEL_SIDE
from lessons.layers.convolution.inputs import PADDING_MODES, Inputs
from lessons.layers.convolution.lesson import LESSON
from lessons.layers.windows import Pair
from pages.kit.controls import Channels, Choice, Controls, PairSlider, Settings
from pages.kit.lesson_page import lesson_page
from pages.layers.convolution_controls import Biases, Groups, Kernels
from pages.layers.convolution_picture import filter_picture
from pages.layers.windows import CHANNELS, Gradient, backward_view, highest_dilation


def padding_that_can_be_copied(settings: Settings) -> Pair:
    """reflect copies no edge, circular not more than there is."""
    less = {"reflect": 1, "circular": 0}.get(settings["padding_mode"], -KERNEL_SIDE)
    height, width = len(settings["image"][0]), len(settings["image"][0][0])
    return height - less, width - less


def dilation_that_fits(settings: Settings) -> Pair:
    """same makes room for any."""
    kernel, padding = settings["weight"][0][0], settings["padding"]
    if padding == "same":
        return KERNEL_SIDE, KERNEL_SIDE
    around = (0, 0) if padding == "valid" else padding
    return highest_dilation(settings["image"], (len(kernel), len(kernel[0])), around)


controls = Controls(
    "convolution",
    Inputs,
    image=Channels("Input", most=CHANNELS, count_label="Input channels"),
    groups=Groups("Groups", more=True),
    weight=Kernels("Kernel"),
    bias=Biases("Bias"),
    padding_mode=Choice(
        "What stands in the padding", more=True, options={mode: mode for mode in PADDING_MODES}
    ),
    stride=PairSlider("Stride", low=1, high=5),
    padding=PairSlider(
        "Padding",
        low=0,
        high=8,
        highest=padding_that_can_be_copied,
        words_label="Padding as",
        words={"same": ("same", "same"), "valid": ("valid", "valid")},
    ),
    dilation=PairSlider("Dilation", low=1, high=4, highest=dilation_that_fits),
    grad_output=Gradient("Gradient of the output", backward_view, inputs=Inputs),
)
lesson_page(LESSON, controls, {"picture": ("On a picture", filter_picture)})
