"""Keep one number of every window of an image: the largest, or the mean."""

from lessons.layers.pooling.inputs import KINDS, Inputs
from lessons.layers.pooling.lesson import LESSON
from lessons.layers.windows import Pair
from pages.kit.controls import Channels, Choice, Controls, PairSlider, Settings, Switch
from pages.kit.lesson_page import lesson_page
from pages.layers.windows import CHANNELS, Gradient, backward_view, highest_dilation


def adaptive(settings: Settings) -> bool:
    return KINDS[settings["kind"]].adaptive


def has_kernel(settings: Settings) -> bool:
    return not adaptive(settings)


def half_the_kernel(settings: Settings) -> Pair:
    height, width = settings["kernel_size"]
    return height // 2, width // 2


def dilation_that_fits(settings: Settings) -> Pair:
    return highest_dilation(settings["image"], settings["kernel_size"], settings["padding"])


controls = Controls(
    "pooling",
    Inputs,
    image=Channels("Input", most=CHANNELS),
    kind=Choice(
        "What is kept",
        options={
            "max": "max",
            "average": "average",
            "adaptive-max": "adaptive max",
            "adaptive-average": "adaptive average",
        },
    ),
    output_size=PairSlider("Output size", adaptive, low=1, high=8),
    kernel_size=PairSlider("Kernel size", has_kernel, low=1, high=6),
    stride=PairSlider(
        "Stride",
        has_kernel,
        low=1,
        high=6,
        words_label="Stride as",
        words={"kernel": ("as large as the kernel", None)},
    ),
    padding=PairSlider("Padding", has_kernel, low=0, high=3, highest=half_the_kernel),
    ceil_mode=Switch("ceil_mode", has_kernel),
    dilation=PairSlider(
        "Dilation", lambda now: now["kind"] == "max", more=True, low=1, high=4, highest=dilation_that_fits
    ),
    count_include_pad=Switch("count_include_pad", lambda now: now["kind"] == "average", more=True),
    grad_output=Gradient("Gradient of the output", backward_view, inputs=Inputs),
)
lesson_page(LESSON, controls)
