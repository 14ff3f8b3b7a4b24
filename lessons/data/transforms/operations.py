"""Every transform that can be tried, by family, with what can be set of it in torchvision's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lessons.data.transforms.settings import Choice, Number, PerChannel, Setting, Size, Span, Switch
from lessons.engine.pictures.values import BYTES, FLOATS, PIL

GEOMETRY, COLOUR, TENSOR, POLICY, BATCH = "geometry", "colour", "tensor", "policy", "batch"
FAMILIES = {
    GEOMETRY: "Geometry",
    COLOUR: "Colour",
    TENSOR: "Tensors and numbers",
    POLICY: "Policies",
    BATCH: "On batches",
}


@dataclass(frozen=True)
class Operation:
    """A transform. random: it draws something each time. takes: what it can be given; with all else it may
    refuse, or do nothing. module: where its class is found. splits: one picture becomes several."""

    family: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    random: bool = False
    takes: tuple[str, ...] = (PIL, BYTES, FLOATS)
    module: str = "v2"
    splits: bool = False


def chance(usual: float = 0.5) -> Number:
    return Number(usual=usual, low=0.0, high=1.0, step=0.05)


def around(low: float, high: float, lowest: float, highest: float) -> Span:
    return Span(usual=(low, high), low=lowest, high=highest, step=0.01)


INTERPOLATION = {"nearest": '"nearest"', "bilinear": '"bilinear"', "bicubic": '"bicubic"'}
NEAREST = Choice(usual="nearest", options=INTERPOLATION)
BILINEAR = Choice(usual="bilinear", options=INTERPOLATION)
FILL = Number(usual=0, low=0, high=255, step=1)
MODES = {mode: f'"{mode}"' for mode in ("constant", "edge", "reflect", "symmetric")}
PADDING_MODE = Choice(usual="constant", options=MODES)
JITTER = Number(usual=0.5, low=0.0, high=2.0, step=0.05, given=True)
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FUNCTIONS = {  # what Lambda may call; a program writes the same
    "swap": "lambda x: x[[2, 1, 0]]",
    "double": "lambda x: x * 2",
    "batch": "lambda x: x[None]",
}
FEW = Number(usual=3, low=1, high=10, step=1)
BINS = Number(usual=31, low=2, high=31, step=1)

OPERATIONS = {
    # Geometry
    "Resize": Operation(
        GEOMETRY,
        {
            "size": Size(usual=256, given=True),
            "interpolation": BILINEAR,
            "antialias": Switch(usual=True),
        },
    ),
    "CenterCrop": Operation(GEOMETRY, {"size": Size(usual=200, given=True)}),
    "RandomCrop": Operation(
        GEOMETRY,
        {
            "size": Size(usual=200, given=True),
            "pad_if_needed": Switch(usual=False),
            "padding_mode": PADDING_MODE,
            "fill": FILL,
        },
        random=True,
    ),
    "RandomResizedCrop": Operation(
        GEOMETRY,
        {
            "size": Size(usual=224, given=True),
            "scale": around(0.08, 1.0, 0.01, 1.0),
            "ratio": Span(usual=(3 / 4, 4 / 3), low=0.25, high=4.0, step=0.01),
            "interpolation": BILINEAR,
            "antialias": Switch(usual=True),
        },
        random=True,
    ),
    "FiveCrop": Operation(GEOMETRY, {"size": Size(usual=100, given=True)}, splits=True),
    "Pad": Operation(
        GEOMETRY,
        {
            "padding": Number(usual=16, low=0, high=128, step=1, given=True),
            "fill": FILL,
            "padding_mode": PADDING_MODE,
        },
    ),
    "RandomHorizontalFlip": Operation(GEOMETRY, {"p": chance()}, random=True),
    "RandomVerticalFlip": Operation(GEOMETRY, {"p": chance()}, random=True),
    "RandomRotation": Operation(
        GEOMETRY,
        {
            "degrees": Number(usual=30, low=0, high=180, step=1, given=True),
            "expand": Switch(usual=False),
            "interpolation": NEAREST,
            "fill": FILL,
        },
        random=True,
    ),
    "RandomAffine": Operation(
        GEOMETRY,
        {
            "degrees": Number(usual=15, low=0, high=180, step=1, given=True),
            "translate": Span(usual=(0.1, 0.1), low=0.0, high=1.0, step=0.01, given=True),
            "scale": Span(usual=(0.8, 1.2), low=0.1, high=3.0, step=0.01, given=True),
            "shear": Number(usual=10, low=0, high=60, step=1, given=True),
            "interpolation": NEAREST,
            "fill": FILL,
        },
        random=True,
    ),
    "RandomPerspective": Operation(
        GEOMETRY,
        {"distortion_scale": chance(0.5), "p": chance(), "interpolation": BILINEAR, "fill": FILL},
        random=True,
    ),
    "ElasticTransform": Operation(
        GEOMETRY,
        {
            "alpha": Number(usual=50.0, low=0.0, high=400.0, step=5.0),
            "sigma": Number(usual=5.0, low=1.0, high=20.0, step=0.5),
            "interpolation": BILINEAR,
            "fill": FILL,
        },
        random=True,
    ),
    # Colour
    "ColorJitter": Operation(
        COLOUR,
        {
            "brightness": JITTER,
            "contrast": JITTER,
            "saturation": JITTER,
            "hue": Number(usual=0.1, low=0.0, high=1.0, step=0.05, given=True),  # above 0.5 it is refused
        },
        random=True,
    ),
    "Grayscale": Operation(COLOUR, {"num_output_channels": Number(usual=1, low=1, high=3, step=2)}),
    "RGB": Operation(COLOUR),
    "RandomGrayscale": Operation(COLOUR, {"p": chance(0.1)}, random=True),
    "RandomPhotometricDistort": Operation(
        COLOUR,
        {
            "brightness": around(0.875, 1.125, 0.0, 2.0),
            "contrast": around(0.5, 1.5, 0.0, 2.0),
            "saturation": around(0.5, 1.5, 0.0, 2.0),
            "hue": around(-0.05, 0.05, -0.5, 0.5),
            "p": chance(),
        },
        random=True,
    ),
    "RandomAutocontrast": Operation(COLOUR, {"p": chance()}, random=True),
    "RandomEqualize": Operation(COLOUR, {"p": chance()}, random=True),
    "RandomPosterize": Operation(
        COLOUR,
        {"bits": Number(usual=3, low=0, high=8, step=1, given=True), "p": chance()},
        random=True,
    ),
    "RandomSolarize": Operation(
        COLOUR,
        {"threshold": Number(usual=128, low=0, high=255, step=1, given=True), "p": chance()},
        random=True,
        takes=(PIL, BYTES),
    ),
    "RandomInvert": Operation(COLOUR, {"p": chance()}, random=True),
    "RandomAdjustSharpness": Operation(
        COLOUR,
        {"sharpness_factor": Number(usual=2.0, low=0.0, high=10.0, step=0.5, given=True), "p": chance()},
        random=True,
    ),
    "GaussianBlur": Operation(
        COLOUR,
        {
            "kernel_size": Number(usual=9, low=1, high=31, step=2, given=True),
            "sigma": Span(usual=(0.1, 2.0), low=0.1, high=10.0, step=0.1),
        },
        random=True,
    ),
    "GaussianNoise": Operation(
        COLOUR,
        {
            "mean": Number(usual=0.0, low=-1.0, high=1.0, step=0.05),
            "sigma": Number(usual=0.1, low=0.0, high=1.0, step=0.01),
            "clip": Switch(usual=True),
        },
        random=True,
        takes=(BYTES, FLOATS),
    ),
    # Tensors and numbers
    "ToImage": Operation(TENSOR),
    "ToDtype": Operation(
        TENSOR,
        {
            "dtype": Choice(
                usual="float32", options={"float32": "torch.float32", "uint8": "torch.uint8"}, given=True
            ),
            "scale": Switch(usual=True, given=True),
        },
    ),
    "ToTensor": Operation(TENSOR, takes=(PIL,), module="transforms"),
    "PILToTensor": Operation(TENSOR),
    "ToPILImage": Operation(TENSOR),
    "Normalize": Operation(
        TENSOR,
        {
            "mean": PerChannel(usual=IMAGENET_MEAN, low=-255.0, high=255.0, given=True),
            "std": PerChannel(usual=IMAGENET_STD, low=0.001, high=255.0, given=True),
        },
        takes=(FLOATS,),
    ),
    "RandomErasing": Operation(
        TENSOR,
        {
            "p": chance(),
            "scale": around(0.02, 0.33, 0.01, 1.0),
            "ratio": Span(usual=(0.3, 3.3), low=0.1, high=10.0, step=0.1),
            "value": Number(usual=0.0, low=0.0, high=1.0, step=0.05),
        },
        random=True,
        takes=(BYTES, FLOATS),
    ),
    "Lambda": Operation(
        TENSOR, {"lambd": Choice(usual="swap", options=FUNCTIONS, given=True)}, takes=(BYTES, FLOATS)
    ),
    # Policies
    "AutoAugment": Operation(
        POLICY,
        {
            "policy": Choice(
                usual="imagenet",
                options={
                    name: f"v2.AutoAugmentPolicy.{name.upper()}" for name in ("imagenet", "cifar10", "svhn")
                },
            )
        },
        random=True,
    ),
    "RandAugment": Operation(
        POLICY,
        {
            "num_ops": Number(usual=2, low=1, high=6, step=1),
            "magnitude": Number(usual=9, low=0, high=30, step=1),
            "num_magnitude_bins": BINS,
        },
        random=True,
    ),
    "TrivialAugmentWide": Operation(POLICY, {"num_magnitude_bins": BINS}, random=True),
    "AugMix": Operation(
        POLICY,
        {
            "severity": FEW,
            "mixture_width": FEW,
            "alpha": Number(usual=1.0, low=0.1, high=5.0, step=0.1),
            "all_ops": Switch(usual=True),
        },
        random=True,
    ),
    # On batches, behind the loader
    "MixUp": Operation(BATCH, {"alpha": Number(usual=1.0, low=0.1, high=5.0, step=0.1)}, random=True),
    "CutMix": Operation(BATCH, {"alpha": Number(usual=1.0, low=0.1, high=5.0, step=0.1)}, random=True),
}
