"""What a net sees of a picture, and what it answers: every value on the way, from the picture to the name."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.transforms import v2

from lessons.core.lesson import Check
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.engine.pictures.values import Value
from lessons.engine.training.preparing import Preparation
from lessons.models.inference.choosing import Inputs, Seen, see

SHAPE = "shape"  # what a question is about
TOP = 5
TITLES = {"Picture": "Picture", "crop": "Crop"}  # of steps that have no name in torchvision
WORDS = {  # by the name of a step, what it does
    "Picture": Message("The picture as it is, a PIL picture in RGB: bytes from 0 to 255."),
    "crop": Message("What your box cuts out of it. Drag the box, and all that follows is computed anew."),
    "Grayscale": Message("One channel instead of three: this net has learned from grey pictures."),
    "Resize": Message(
        "The shorter side gets so many pixels, and the other as many as keep the shape. Each new pixel is a "
        "mean of those below it: here details go."
    ),
    "CenterCrop": Message("A net for pictures takes one size. What is outside the middle is cut off."),
    "ToImage": Message("A tensor of the same bytes: the channels come first, then rows and columns."),
    "ToDtype": Message("The bytes divided by 255: floats from 0 to 1."),
    "Normalize": Message(
        "Less the mean, divided by the standard deviation, for each channel: the numbers that the net has "
        "learned from lay around 0."
    ),
    "unsqueeze": Message(
        "A net takes batches. unsqueeze(0) puts a dimension of length 1 in front: a batch of one picture. No "
        "number changes."
    ),
}


@dataclass(frozen=True)
class Step:
    """One step on the way. name: a key of WORDS; code: how a program says it."""

    name: str
    code: str
    value: Value


@dataclass(frozen=True, eq=False)
class Result:
    """steps: the picture, and what every step has made of it, to the batch of one; logits, probabilities:
    float64 (classes,); order: indices of the classes, the most probable first."""

    steps: tuple[Step, ...]
    classes: tuple[str, ...]
    logits: Tensor
    probabilities: Tensor
    order: tuple[int, ...]

    @property
    def batch(self) -> Tensor:
        """float32 (1, channels, height, width): what the net is given."""
        value: Tensor = self.steps[-1].value
        return value

    @property
    def best(self) -> int:
        """The index of the most probable class, as argmax finds it."""
        return self.order[0]

    @property
    def top(self) -> tuple[int, ...]:
        return self.order[:TOP]


def run(inputs: Inputs) -> Result:
    """The picture step by step, then the net, then softmax by hand."""
    return look(see(inputs))


def look(seen: Seen) -> Result:
    steps = tuple(_steps(seen))
    with torch.inference_mode():  # no gradients: nothing is learned here
        logits = seen.trained.net(steps[-1].value)[0].double()
    # softmax: e to the power of every logit, as shares of their sum. Less the largest, so that nothing
    # overflows; the shares stay the same.
    powers = (logits - logits.max()).exp()
    probabilities = powers / powers.sum()
    order = tuple(probabilities.argsort(descending=True, stable=True).tolist())
    return Result(steps, seen.trained.classes, logits, probabilities, order)


def _steps(seen: Seen) -> list[Step]:
    box = seen.inputs.box
    value: Value = seen.inputs.open()
    steps = [Step("Picture", 'Image.open("picture.png").convert("RGB")', value)]
    if box:
        value = seen.picture
        steps.append(Step("crop", crop_code(seen.inputs), value))
    for transform, code in zip(
        seen.trained.preparation.steps(), codes(seen.trained.preparation), strict=True
    ):
        value = transform(value)
        if not isinstance(transform, v2.RGB):  # the picture is in RGB already
            steps.append(Step(type(transform).__name__, code, value))
    steps.append(Step("unsqueeze", "unsqueeze(0)", value.as_subclass(Tensor)[None]))
    return steps


def crop_code(inputs: Inputs) -> str:
    assert inputs.box
    left, top, width, height = inputs.box
    return f"picture.crop({(left, top, left + width, top + height)})"


def codes(preparation: Preparation) -> list[str]:
    """Its steps, as a program says them."""
    p = preparation
    way = f", v2.InterpolationMode.{p.interpolation.upper()}" if p.interpolation != "bilinear" else ""
    mean, std = (list(numbers[: p.channels]) for numbers in (p.mean, p.std))
    return [
        "v2.Grayscale()" if p.channels == 1 else "v2.RGB()",
        f"v2.Resize({p.resize}{way})",
        f"v2.CenterCrop({p.crop[0] if p.crop[0] == p.crop[1] else p.crop})",
        "v2.ToImage()",
        "v2.ToDtype(torch.float32, scale=True)",
        f"v2.Normalize({mean}, {std})",
    ]


def check(inputs: Inputs, result: Result) -> Check:
    """The picture through torchvision's Compose, the net and torch's softmax."""
    seen = see(inputs)
    with torch.inference_mode():
        logits = seen.trained.net(seen.trained.preparation.prepare(seen.picture)[None])
    return Check.between("torch.softmax", (logits.double().softmax(dim=1)[0], result.probabilities))


# In words


def describe(result: Result, truth: str | None = None) -> Message:
    """What the bars show. truth: what the picture is, where that is known."""
    first, second = result.order[:2]
    told = Message(
        "{first}: {share:.1%}. Then comes {second} with {other:.1%}.",
        first=result.classes[first],
        share=float(result.probabilities[first]),
        second=result.classes[second],
        other=float(result.probabilities[second]),
    )
    if truth is None:
        return told
    if truth not in result.classes:
        said = Message("It is a picture of {truth}, which this net has no name for.", truth=truth)
    elif truth == result.classes[first]:
        said = Message("It is a picture of {truth}: right.", truth=truth)
    else:
        said = Message("It is a picture of {truth}: wrong.", truth=truth)
    return Message("{told} {said}", told=told, said=said)


def ask_shape(result: Result) -> Question:
    """What stands before the net: a batch, even of one picture."""
    channels, height, width = result.batch.shape[1:]
    shapes = [(channels, height, width), (1, channels, height, width), (1, height, width, channels)]
    return Question(
        Message("What shape does the tensor that goes into the net have?"),
        1,
        Message(
            "{shape}: one picture, {channels} {channels:channel|channels}, {height} {height:row|rows} and "
            "{width} {width:column|columns}. A net takes batches, also of one. CenterCrop has made the "
            "size, ToImage has put the channels first, and unsqueeze(0) the batch.",
            shape=str(tuple(result.batch.shape)),
            channels=channels,
            height=height,
            width=width,
        ),
        choices=tuple(Message("{shape}", shape=str(shape)) for shape in shapes),
        about=SHAPE,
    )


def ask_answer(result: Result) -> Question:
    """What comes out of the net for a batch of three: a row of logits for each."""
    count = len(result.classes)
    shapes = [(3,), (3, count), (1, count)]
    return Question(
        Message("Three such pictures go into the net, as one batch. Which shape has its answer?"),
        1,
        Message(
            "{shape}: for each picture a row, with a logit for each class of the list. softmax makes "
            "probabilities of a row, which add up to 1. argmax is the place of the largest, here {place}, "
            "and only the list says that this is {name}.",
            shape=str(shapes[1]),
            place=result.best,
            name=result.classes[result.best],
        ),
        choices=tuple(Message("{shape}", shape=str(shape)) for shape in shapes),
    )
