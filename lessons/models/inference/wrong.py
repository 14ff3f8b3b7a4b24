"""Pictures that are prepared otherwise than in training: what torch refuses, and what it lets pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode, v2

from lessons.core.messages import Message
from lessons.core.notebook import join_cells
from lessons.core.questions import Question
from lessons.core.tensors import drawing
from lessons.engine.pictures import published
from lessons.engine.training.preparing import Preparation
from lessons.engine.training.trained import Trained
from lessons.models.inference.choosing import Inputs, Seen, trained_net
from lessons.models.inference.program import net_lines
from lessons.models.inference.seeing import TOP, codes, crop_code

RIGHT = "right"
REFUSALS = (RuntimeError, ValueError, TypeError, IndexError)  # what torch raises


# Preparing


@dataclass(frozen=True)
class Step:
    """One of torchvision's transforms. code: how a program writes it."""

    code: str
    apply: Callable[[Any], Any]


Steps = Mapping[str, Step]  # by what they are for, in order


def right_steps(wanted: Preparation) -> Steps:
    """As ``Preparation.steps``."""
    names = ("colour", "size", "crop", "image", "floats", "normalize")
    return dict(zip(names, map(Step, codes(wanted), wanted.steps()), strict=True))


def _unscaled(wanted: Preparation) -> Steps:
    floats = Step("v2.ToDtype(torch.float32)", v2.ToDtype(torch.float32))
    return {**right_steps(wanted), "floats": floats}


def _without(name: str) -> Callable[[Preparation], dict[str, Step]]:
    return lambda wanted: {key: step for key, step in right_steps(wanted).items() if key != name}


def _bgr(wanted: Preparation) -> Steps:
    def swapped(picture: Image.Image) -> Image.Image:
        return Image.merge("RGB", picture.convert("RGB").split()[::-1])

    code = 'v2.Lambda(lambda picture: Image.merge("RGB", picture.convert("RGB").split()[::-1]))'
    return {**right_steps(wanted), "colour": Step(code, swapped)}


def _stretched(wanted: Preparation) -> Steps:
    way = InterpolationMode(wanted.interpolation)
    size = Step(f"v2.Resize({wanted.crop}, v2.InterpolationMode.{way.name})", v2.Resize(wanted.crop, way))
    return _without("crop")(wanted) | {"size": size}


def _alpha(wanted: Preparation) -> Steps:
    code = 'v2.Lambda(lambda picture: picture.convert("RGBA"))'
    return {**right_steps(wanted), "colour": Step(code, lambda picture: picture.convert("RGBA"))}


def _grey(wanted: Preparation) -> Steps:
    return {**right_steps(wanted), "colour": Step("v2.Grayscale()", v2.Grayscale())}


def _colour(wanted: Preparation) -> Steps:
    return {**right_steps(wanted), "colour": Step("v2.RGB()", v2.RGB())}


@dataclass(frozen=True)
class Way:
    """To prepare a picture. steps: of a preparation that is wanted; why: what comes of it; channels: of the
    nets that it can be done to; batched: whether a side for the pictures of a batch is put in front."""

    label: str
    steps: Callable[[Preparation], Steps]
    why: Message
    channels: tuple[int, ...] = (1, 3)
    batched: bool = True


WAYS: Mapping[str, Way] = {
    RIGHT: Way("As in training", right_steps, Message("As the net has learned it.")),
    "unscaled": Way(
        "Not scaled",
        _unscaled,
        Message(
            "ToDtype(torch.float32) alone changes the type, not the numbers: 0 to 255 stay 0 to 255. All of "
            "them are far larger than any that the net has learned from."
        ),
    ),
    "unnormalised": Way(
        "Not normalised",
        _without("normalize"),
        Message(
            "Without Normalize the numbers lie between 0 and 1, not around 0. The net takes the picture for "
            "a pale one, without anything dark in it."
        ),
    ),
    "bgr": Way(
        "BGR",
        _bgr,
        Message(
            "OpenCV's imread gives blue first and red last. The shape is the same, the type is the same, the "
            "range is the same: nothing can be noticed but wrong colours."
        ),
        channels=(3,),
    ),
    "stretched": Way(
        "Stretched",
        _stretched,
        Message(
            "Resize((height, width)) makes any picture just so large and does not keep its shape. That is "
            "seen only of pictures that are no squares: cut a long box out of this one."
        ),
    ),
    "unbatched": Way(
        "Without the batch dimension",
        right_steps,
        Message(
            "A net takes batches: pictures, channels, rows, columns. Without unsqueeze(0) the channels are "
            "taken for pictures, by the first layer that does not also take a single picture, as Conv2d does."
        ),
        batched=False,
    ),
    "alpha": Way(
        "Alpha kept",
        _alpha,
        Message(
            "PNG files often have a fourth channel, how far each pixel can be seen through. The first layer "
            "has weights for so many channels as it has learned, not for more."
        ),
    ),
    "grey": Way(
        "Grey",
        _grey,
        Message(
            "One channel, where the net has learned three. But Normalize subtracts a mean for each of three "
            "channels and so makes three of one, by broadcasting: a grey picture in colour."
        ),
        channels=(3,),
    ),
    "colour": Way(
        "Colour kept",
        _colour,
        Message(
            "Three channels, where the net has learned one. Normalize takes them all, with the one mean that "
            "it has; the first layer that has weights does not."
        ),
        channels=(1,),
    ),
    "bytes": Way(
        "Bytes",
        _without("floats"),
        Message(
            "What ToImage gives are whole numbers in one byte each, and weights are floats. Torch multiplies "
            "only what has one type."
        ),
    ),
}


def ways(wanted: Preparation) -> dict[str, Way]:
    """Those that this preparation can be done wrongly in, by their slugs."""
    return {slug: way for slug, way in WAYS.items() if slug != RIGHT and wanted.channels in way.channels}


# What comes of it


@dataclass(frozen=True)
class Refusal:
    """who: the transform, or "" for the net; words: torch's own."""

    who: str
    words: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """given: what the net gets; refusals: of Normalize, then without it, of the net; answers: probabilities
    (answers, classes), None where the net refuses."""

    given: Tensor
    refusals: tuple[Refusal, ...]
    answers: Tensor | None

    @property
    def answer(self) -> Tensor | None:
        """Probabilities (classes,), where it passes and there is one answer."""
        if self.refusals or self.answers is None or len(self.answers) != 1:
            return None
        return self.answers[0]


def run(seen: Seen, slug: str = RIGHT) -> Outcome:
    """What becomes of a picture that is prepared so."""
    way = WAYS[slug]
    steps = dict(way.steps(seen.trained.preparation))
    refusals = []
    try:
        made = _prepared(steps, seen.picture)
    except REFUSALS as error:  # only Normalize looks at the numbers
        refusals.append(_refusal("Normalize", error))
        del steps["normalize"]
        made = _prepared(steps, seen.picture)
    given = made[None] if way.batched else made
    try:
        answers = _answers(seen.trained.net, given)
    except REFUSALS as error:
        return Outcome(given, (*refusals, _refusal("", error)), None)
    return Outcome(given, tuple(refusals), answers)


def _prepared(steps: Steps, picture: Image.Image) -> Tensor:
    made: Any = picture
    for step in steps.values():
        made = step.apply(made)
    return torch.as_tensor(made.as_subclass(Tensor))


@torch.inference_mode()
def _answers(net: nn.Module, given: Tensor) -> Tensor:
    return torch.as_tensor(net(given).softmax(dim=-1))


def _refusal(who: str, error: Exception) -> Refusal:
    return Refusal(who, f"{type(error).__name__}: {error}")


def understood(given: Tensor, wanted: Preparation) -> tuple[Image.Image, float]:
    """What the net takes it for: as training would have to prepare a picture so that it gets these numbers.

    Numbers outside of black to white are cut off; returns their share, too. Of four channels the last is
    left out.
    """
    numbers = given.reshape(-1, *given.shape[-2:])[:3].to(torch.float32)
    mean, std = (
        torch.tensor((each * 3)[: len(numbers)])[:, None, None] for each in (wanted.mean, wanted.std)
    )
    seen = numbers * std + mean
    outside = ((seen < -1e-4) | (seen > 1 + 1e-4)).float().mean()
    return v2.functional.to_pil_image(seen.clamp(0, 1)), float(outside)


def difference(trained: Trained, right: Outcome, wrong: Outcome) -> Message:
    """What has become of the answer, in a sentence."""
    before, after, classes = right.answer, wrong.answer, trained.classes
    assert before is not None
    if wrong.refusals:
        return Message("Torch refuses it: nothing is answered, so nobody is misled.")
    if after is None:
        assert wrong.answers is not None
        return Message(
            "It passes, and there {count:is|are} {count} {count:answer|answers} for one picture.",
            count=len(wrong.answers),
        )
    old, new = int(before.argmax()), int(after.argmax())
    if torch.equal(right.given, wrong.given):
        return Message("The numbers are the very same, so the answer is: {name}.", name=classes[old])
    if old == new:
        return Message(
            "The answer is still {name}; its probability is {after:.1%}, it was {before:.1%}.",
            name=classes[old],
            before=float(before[old]),
            after=float(after[old]),
        )
    return Message(
        "The answer is {other} now, with {its:.1%}. It was {name}, whose probability falls from {before:.1%} "
        "to {after:.1%}.",
        other=classes[new],
        its=float(after[new]),
        name=classes[old],
        before=float(before[old]),
        after=float(after[old]),
    )


# Questions


def ask_count(trained: Trained, outcomes: Mapping[str, Outcome]) -> Question:
    """outcomes: of all wrong ways, by their slugs."""
    refused = [slug for slug, outcome in outcomes.items() if outcome.refusals]
    return Question(
        Message(
            "Below are {all} ways to prepare this picture otherwise than the net has learned it. How many "
            "of them does torch refuse?",
            all=len(outcomes),
        ),
        len(refused),
        Message(
            "{refused}. Torch looks at types and at shapes, never at what numbers mean. To the others, "
            "{passed} in all, the net answers as if nothing were wrong.",
            refused=len(refused),
            passed=len(outcomes) - len(refused),
        ),
        about="all",
    )


CHOICES = (
    Message("Torch refuses it"),
    Message("It passes, and the answer stays"),
    Message("It passes, and the answer is another"),
)


def ask_way(trained: Trained, slug: str, right: Outcome, wrong: Outcome) -> Question:
    before, after = right.answer, wrong.answer
    assert before is not None
    if wrong.refusals:
        answer = 0
    else:
        answer = 1 if after is not None and int(before.argmax()) == int(after.argmax()) else 2
    return Question(
        Message("{way}: what happens?", way=Message(WAYS[slug].label)),
        answer,
        Message("{why} {difference}", why=WAYS[slug].why, difference=difference(trained, right, wrong)),
        choices=CHOICES,
        about=slug,
    )


# Three answers for one picture

FASHION = published.SETS["fashion-mnist"]
SHAPES = ((1, 1, 28, 28), (1, 28, 28), (3, 28, 28), (1, 3, 28, 28))


@dataclass(frozen=True)
class Flat:
    """What a net of Flatten and Linear, for grey pictures of 28 x 28, makes of an input of this shape.

    flat: the shape behind Flatten; answers: the numbers of classes, one a row; words: torch's, where it
    refuses."""

    shape: tuple[int, ...]
    flat: tuple[int, ...]
    answers: tuple[int, ...] = ()
    words: str = ""


def flat_net() -> nn.Sequential:
    """As course notes have it for FashionMNIST; it has not learned."""
    with drawing(0):
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Linear(512, len(FASHION.classes)),
        ).eval()


def flat_inputs(picture: Image.Image) -> list[Tensor]:
    """A picture in each of SHAPES."""
    small = picture.resize((28, 28), Image.Resampling.BILINEAR)
    grey, colour = (v2.functional.to_image(each) / 255 for each in (small.convert("L"), small))
    return [grey[None], grey, colour, colour[None]]


@torch.inference_mode()
def flattened(picture: Image.Image) -> tuple[Flat, ...]:
    net, made = flat_net(), []
    for given in flat_inputs(picture):
        shapes = tuple(given.shape), tuple(given.flatten(1).shape)
        try:
            made.append(Flat(*shapes, tuple(net(given).argmax(dim=1).tolist())))
        except RuntimeError as error:
            made.append(Flat(*shapes, words=str(error)))
    return tuple(made)


def ask_flat(made: tuple[Flat, ...]) -> Question:
    colour = made[2]
    counts = (0, 1, len(colour.answers))
    return Question(
        Message(
            "A net for grey pictures of 28 x 28 begins with Flatten and Linear(784, 512). It is given one "
            "colour picture, {shape}, without a batch dimension. What comes out?",
            shape=str(colour.shape),
        ),
        2,
        Message(
            "Flatten keeps the first side, whatever it is, and makes {flat} of {shape}. 784 numbers a row "
            "are what Linear wants, so each channel is taken for a picture, and there {count:is|are} {count} "
            "{count:answer|answers}.",
            shape=str(colour.shape),
            flat=str(colour.flat),
            count=counts[2],
        ),
        choices=(
            Message("An error"),
            *(Message("{count} {count:answer|answers}", count=each) for each in counts[1:]),
        ),
        about="flat",
    )


# Programs


def snippet(inputs: Inputs, slug: str) -> str:
    """picture.png, prepared as in training and otherwise; and what the net says to both."""
    trained = trained_net(inputs.net)
    way = WAYS[slug]
    right, wrong = (_composed(each.steps(trained.preparation)) for each in (WAYS[RIGHT], way))
    refusals = ", ".join(each.__name__ for each in REFUSALS)
    return join_cells(
        {
            "Picture": f"""\
import torch
from PIL import Image
from torchvision.transforms import v2

picture = Image.open("picture.png").convert("RGB")
{f"picture = {crop_code(inputs)}" if inputs.box else ""}
""",
            "Net": "\n".join((*net_lines(inputs.net, trained), "net.eval()")),
            "Right, and wrong": f"""\
right = {right}
wrong = {wrong}  # {way.label}


@torch.inference_mode()
def show(batch: torch.Tensor) -> None:
    for share, place in zip(*net(batch).softmax(dim=1)[0].topk({TOP})):
        print(f"{{share:.1%}} {{classes[place]}}")


show(right(picture).unsqueeze(0))
print()
try:
    show(wrong(picture){".unsqueeze(0)" if way.batched else ""})
except ({refusals}) as error:
    print(type(error).__name__, error, sep=": ")
""",
        }
    )


def _composed(steps: Steps) -> str:
    lines = "".join(f"    {step.code},\n" for step in steps.values())
    return f"v2.Compose([\n{lines}])"


FLAT = """\
import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
)
for shape in (1, 1, 28, 28), (1, 28, 28), (3, 28, 28), (1, 3, 28, 28):
    picture = torch.rand(shape)
    print(shape, picture.flatten(1).shape)
    try:
        print(net(picture).argmax(dim=1))
    except RuntimeError as error:
        print(error)
"""
