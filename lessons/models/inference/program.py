"""The program of the lesson: from a picture to the name of its class, in plain torch and torchvision."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from pprint import pformat

from lessons.core import folders
from lessons.core.notebook import join_cells
from lessons.engine.backbone import backbone
from lessons.engine.training import runs
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import Config
from lessons.engine.training.program import definition
from lessons.engine.training.runs import CHECKPOINT
from lessons.engine.training.trained import Trained
from lessons.models.inference.choosing import BACKBONE, Inputs, trained_net
from lessons.models.inference.seeing import TOP, codes, crop_code

FILE = "The file beside this program, from the page."


def program(inputs: Inputs) -> str:
    """It opens picture.png and prints the most probable classes. LessonError where the net is not here."""
    trained = trained_net(inputs.net)
    return join_cells(
        {
            "Picture": "\n".join(_picture(inputs, trained)) + "\n",
            "Net": "\n".join(net_lines(inputs.net, trained)) + "\n",
            "Answer": _answer(len(trained.classes)),
        }
    )


def weights_files(net: str) -> tuple[Path, ...]:
    """The files that the program reads beside itself; none where torchvision fetches the weights."""
    if net == BACKBONE:
        return (backbone.FILE,)
    if net in PUBLISHED_NETS:
        return ()
    run = runs.find(folders.runs_folder(), net)
    config = run.config()
    begun = (backbone.FILE,) if config.tuning == "frozen" and config.net not in PUBLISHED_NETS else ()
    return (run.folder / CHECKPOINT, *begun)


def _picture(inputs: Inputs, trained: Trained) -> Iterator[str]:
    yield "import torch"
    yield "from PIL import Image"
    yield "from torchvision.transforms import v2"
    yield ""
    yield 'picture = Image.open("picture.png").convert("RGB")'
    if inputs.box:
        yield f"picture = {crop_code(inputs)}"
    yield "transform = v2.Compose(["
    yield from (f"    {code}," for code in codes(trained.preparation) if code != "v2.RGB()")  # it is already
    yield "])"
    yield "batch = transform(picture).unsqueeze(0)"
    yield "print(batch.shape, batch.dtype)"


def net_lines(net: str, trained: Trained) -> Iterator[str]:
    """They make ``net`` and ``classes``."""
    if net in PUBLISHED_NETS:
        yield "from torchvision.models import get_model, get_model_weights"
        yield ""
        yield f'weights = get_model_weights("{net}").IMAGENET1K_V1'
        yield f'net = get_model("{net}", weights=weights)'
        yield 'classes = weights.meta["categories"]'
        return
    shape, classes = trained.preparation.shape, len(trained.classes)
    if net == BACKBONE:
        yield "from safetensors.torch import load_file"
        yield from definition(Config(net="resnet"), shape, classes)
        yield f"# {FILE}"
        yield f'net.load_state_dict(load_file("{backbone.FILE.name}"))'
    else:
        config = runs.find(folders.runs_folder(), net).config()
        learner = "net[-1]" if config.tuning == "frozen" else "net"
        if learner == "net":  # all of its weights are in the checkpoint: nothing else is to be loaded before
            config = replace(config, tuning=config.tuning and "scratch")
        yield from definition(config, shape, classes)
        yield f"# {FILE}"
        yield f'weights = torch.load("{CHECKPOINT}", map_location="cpu", weights_only=True)'
        yield f'{learner}.load_state_dict(weights["net"])'
    yield _list("classes = ", trained.classes)


def _list(name: str, words: Sequence[str]) -> str:
    return name + pformat(list(words), width=90, compact=True).replace("\n", "\n" + " " * len(name))


def _answer(classes: int) -> str:
    return f"""\
net.eval()
with torch.inference_mode():
    logits = net(batch)
probabilities = logits.softmax(dim=1)[0]
best = probabilities.argmax().item()
print(best, classes[best])
for probability, place in zip(*probabilities.topk({min(TOP, classes)})):
    print(f"{{probability:.1%}} {{classes[place]}}")
"""
