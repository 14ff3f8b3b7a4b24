"""Pictures of nothing: a net names one of its classes all the same, and may be sure of it."""

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.engine.pictures.values import picture
from lessons.engine.training.trained import Trained

SEEDS = 10  # of the noise
SURE = 0.5
PAGES = {
    "noise": Message("noise"),
    "grey": Message("all grey"),
    "black": Message("all black"),
    "white": Message("all white"),
}


@dataclass(frozen=True, eq=False)
class Said:
    """pictures: uint8 (3, height, width), by the keys of PAGES; answers: float32 (classes,) to each; noises:
    (SEEDS, classes), to the noise of every seed."""

    classes: tuple[str, ...]
    seed: int
    pictures: dict[str, Tensor]
    answers: dict[str, Tensor]
    noises: Tensor

    def top(self, page: str) -> tuple[str, float]:
        """The class that is the most probable, and how much so."""
        answer = self.answers[page]
        return self.classes[int(answer.argmax())], float(answer.max())

    @property
    def surest(self) -> tuple[Message, str, float]:
        """Among all the noises, also those that are not shown, and the plain pages: which is answered most
        surely, its class, and how probable that is."""
        plain = {page: answer for page, answer in self.answers.items() if page != "noise"}
        pages = [*[Message("one of the noises")] * SEEDS, *(PAGES[page] for page in plain)]
        every = torch.stack([*self.noises, *plain.values()])
        place = int(every.max(dim=1).values.argmax())
        return pages[place], self.classes[int(every[place].argmax())], float(every[place].max())


def ask_net(trained: Trained, seed: int) -> Said:
    """The net's answers to empty pages, as large as its input."""
    _channels, height, width = trained.preparation.shape
    noises = [noise(each, height, width) for each in range(SEEDS)]
    plain = {"grey": 128, "black": 0, "white": 255}
    flat = {name: torch.full((3, height, width), byte, dtype=torch.uint8) for name, byte in plain.items()}
    prepared = [trained.preparation.prepare(as_picture(each)) for each in (*noises, *flat.values())]
    found = trained.probabilities(torch.stack(prepared))
    answers = {"noise": found[seed], **dict(zip(flat, found[SEEDS:], strict=True))}
    return Said(trained.classes, seed, {"noise": noises[seed], **flat}, answers, found[:SEEDS])


def noise(seed: int, height: int, width: int) -> Tensor:
    """Every byte by chance: uint8 (3, height, width)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(256, (3, height, width), generator=generator, dtype=torch.uint8)


def as_picture(image: Tensor) -> Image.Image:
    return picture(image)[0]


def describe(said: Said) -> Message:
    """What the net says to all noises, and which of them, and of the plain pages, it is surest of."""
    tops = said.noises.argmax(dim=1)
    usual = int(tops.mode().values)
    page, name, share = said.surest
    return Message(
        "Of {all} noises {times} {times:is|are} taken for {usual}. The surest answer of all is to {page}: "
        "{name} with {share:.1%}.",
        all=SEEDS,
        times=int((tops == usual).sum()),
        usual=said.classes[usual],
        page=page,
        name=name,
        share=share,
    )


EXPLAINED = Message(
    "softmax shares out 1 among the classes of the list, whatever the picture is: there is no class for "
    "nothing. The net has never been told what is not on its list, so a high probability is no sign that it "
    "knows."
)


def ask_noise(said: Said) -> Question:
    """How sure the net is of what it sees in noise."""
    name, share = said.top("noise")
    even = 1 / len(said.classes)
    return Question(
        Message(
            "The net is given noise: no picture at all. It has {classes} classes. How probable does it find "
            "the first?",
            classes=len(said.classes),
        ),
        2 if share > SURE else int(share > 2 * even),
        Message("{name}, with {share:.1%}. {why}", name=name, share=share, why=EXPLAINED),
        choices=(
            Message("about {even:.1%}, as all others", even=even),
            Message("more, but at most {half:.0%}", half=SURE),
            Message("more than {half:.0%}", half=SURE),
        ),
        about="noise",
    )
