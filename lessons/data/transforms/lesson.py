"""Transforms: what becomes of a picture on its way to a net, tensor by tensor."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from torch import Tensor

from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import LessonError, Message
from lessons.data.transforms.program import program
from lessons.data.transforms.questions import questions
from lessons.data.transforms.steps import Step, require_few, step, strip
from lessons.data.transforms.strip import Tile, walk
from lessons.engine.pictures.samples import SAMPLES, sample

HALF = (0.5, 0.5, 0.5)
NORMALIZED = step("ToImage"), step("ToDtype"), step("Normalize")  # from a picture to what a net is given
TRAINING = strip(
    step("Resize", size=256), step("RandomCrop", size=224), step("RandomHorizontalFlip"), *NORMALIZED
)


@dataclass(frozen=True)
class Inputs:
    """picture: one of SAMPLES, or the bytes of a PNG; seed: what the random steps draw from."""

    picture: str | bytes = "coast"
    steps: tuple[Step, ...] = TRAINING
    seed: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.picture, str) and self.picture not in SAMPLES:
            raise LessonError("There is no picture called {name!r}.", name=self.picture)
        require_few(self.steps)

    def open(self) -> Image.Image:
        """The picture, in RGB."""
        if isinstance(self.picture, str):
            return sample(self.picture)
        return Image.open(BytesIO(self.picture)).convert("RGB")


@dataclass(frozen=True)
class Result:
    """tiles: the picture, and what every step makes of it, as far as the first that cannot follow."""

    tiles: tuple[Tile, ...]

    @property
    def output(self) -> object:
        """What is at the end; None where a step cannot follow."""
        return self.tiles[-1].value


def run(inputs: Inputs, points: Tensor | None = None) -> Result:
    """points: places (n, 2), as x and y, to follow through the strip."""
    return Result(tuple(walk(inputs.open(), inputs.steps, inputs.seed, points)))


def snippet(inputs: Inputs) -> str:
    return program(inputs.steps, inputs.seed)


PRESETS = (
    Preset(
        Message("Eight in a row"),
        Inputs(
            steps=strip(
                step("Resize", size=(256, 256)),
                step("CenterCrop", size=200),
                step("RandomCrop", size=200),
                step("RandomHorizontalFlip", p=1.0),
                step("RandomVerticalFlip", p=1.0),
                step("ColorJitter", hue=0.5),
                step("ToTensor"),
                step("Normalize", mean=HALF, std=HALF),
            )
        ),
    ),
    Preset(
        Message("A first Compose"),
        Inputs(
            steps=strip(
                step("Resize", size=(256, 256)),
                step("CenterCrop", size=224),
                step("ToTensor"),
                step("Normalize"),
            )
        ),
    ),
    Preset(
        Message("One crop, drawn anew"),
        Inputs(steps=strip(step("RandomResizedCrop"))),
    ),
    Preset(
        Message("ImageNet, for testing"),
        Inputs(
            steps=strip(step("Resize", size=256), step("CenterCrop", size=224), *NORMALIZED),
        ),
    ),
    Preset(
        Message("ImageNet, for training"),
        Inputs(
            steps=strip(step("RandomResizedCrop"), step("RandomHorizontalFlip"), *NORMALIZED),
        ),
    ),
    Preset(
        Message("Mistake: Normalize too early"),
        Inputs(steps=strip(step("Resize", size=256), step("Normalize"), step("ToTensor"))),
    ),
    Preset(
        Message("Mistake: ToTensor twice"),
        Inputs(steps=strip(step("ToTensor"), step("CenterCrop"), step("ToTensor"))),
    ),
    Preset(
        Message("Mistake: grey, and three means"),
        Inputs(steps=strip(step("Grayscale"), *NORMALIZED)),
    ),
    Preset(
        Message("Mistake: too much hue"),
        Inputs(steps=strip(step("Resize", size=256), step("ColorJitter", hue=0.6), step("ToTensor"))),
    ),
    Preset(
        Message("Mistake: too large a crop"),
        Inputs(
            "letter", steps=strip(step("CenterCrop", size=500), step("Resize", size=100), step("RandomCrop"))
        ),
    ),
)

LESSON = Lesson(inputs=Inputs, run=run, snippet=snippet, presets=PRESETS, questions=questions)
