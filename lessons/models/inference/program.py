"""The program of the lesson: from a picture to the name of its class, in plain torch and torchvision."""

from collections.abc import Iterator, Sequence
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
            "Answer": _answer(),
        }
    )


def weights_file(net: str) -> Path | None:
    """The file with the weights of the net, which its program reads; None where torchvision fetches them."""
    if net == BACKBONE:
        return backbone.FILE
    if net in PUBLISHED_NETS:
        return None
    return runs.find(folders.runs_folder(), net).folder / CHECKPOINT


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
    config = Config(net="resnet") if net == BACKBONE else runs.find(folders.runs_folder(), net).config()
    if net == BACKBONE:
        yield "from safetensors.torch import load_file"
    yield from definition(config, trained.preparation.shape, len(trained.classes))
    yield f"# {FILE}"
    if net == BACKBONE:
        yield f'weights = load_file("{backbone.FILE.name}")'
    else:
        yield f'weights = torch.load("{CHECKPOINT}", map_location="cpu", weights_only=True)["net"]'
    yield f"{'net[-1]' if config.tuning == 'frozen' else 'net'}.load_state_dict(weights)"
    yield _list("classes = ", trained.classes)


def _list(name: str, words: Sequence[str]) -> str:
    return name + pformat(list(words), width=90, compact=True).replace("\n", "\n" + " " * len(name))


def _answer() -> str:
    return f"""\
net.eval()
with torch.inference_mode():
    logits = net(batch)
probabilities = logits.softmax(dim=1)[0]
best = probabilities.argmax().item()
print(best, classes[best])
for probability, place in zip(*probabilities.topk({TOP})):
    print(f"{{probability:.1%}} {{classes[place]}}")
"""
