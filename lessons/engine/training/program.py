"""The program that repeats a run without this package: plain torch, cut into cells by ``# %% Title`` lines.

It does the loop's arithmetic in the loop's order, so it lands on the same loss curve. Only the lines that
the run needs are written: a run without flips has no ``flip`` in it.
"""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import suppress
from textwrap import indent

import torch
from torch import nn

from lessons.core.files import Damaged
from lessons.core.notebook import join_cells
from lessons.engine.pictures import program as pictures
from lessons.engine.pictures.sources import source
from lessons.engine.training import loop, nets, origin, preparing, tuning
from lessons.engine.training.choices import OPTIMIZERS, PUBLISHED_NETS
from lessons.engine.training.config import Config
from lessons.engine.training.preparing import Preparation
from lessons.engine.training.runs import Run

BACKBONE = "backbone.safetensors"
CHANGED = "The pictures have changed since this run: with those that are there now the numbers are others."


def program(config: Config, lr_changes: Iterable[tuple[int, float]] = ()) -> str:
    """The program for the run of ``config``.

    lr_changes: (step, lr) pairs, steps counted from 1: from that step on, that learning rate was used. The
    program keeps the loss of every step in ``losses`` and prints a line an epoch. Where the run starts from
    the small backbone, that is a file beside it. Raises LessonError where the run's pictures are a folder
    that has not been read yet or is gone.
    """
    about = source(config.data)
    loading = pictures.cells(about)
    assert about.shape  # a set that can be loaded has one
    prepared = tuning.preparation(config, about.shape)
    loading["Pictures"] += _chosen(config, len(about.classes))
    loading["Pictures"] += tested(config, about.test_size) + fitted(prepared, about.shape)
    if prepared.shape != about.shape:
        loading["Pictures"] += "train_images, test_images = fitted(train_images), fitted(test_images)\n"
    cells = {
        **loading,
        "Net": _net(config, prepared.shape, len(about.classes)),
        "Batches": batches(config, prepared),
        "Test": _test(config, loop.test_batch(prepared.shape)),
    }
    if config.head_epochs:
        cells["Features"] = _features(config, loop.test_batch(prepared.shape))
    return join_cells({**cells, "Training": _training(config, dict(lr_changes))})


def program_of(run: Run) -> str:
    """The program for a run, with the rates it really had; where its pictures have changed since, the first
    line says so."""
    changed = False
    with suppress(Damaged):  # then nobody knows which pictures it had
        changed = origin.has_changed(run)
    made = program(run.config(), run.history().lr_changes)
    return f"# {CHANGED}\n\n{made}" if changed else made


def _chosen(config: Config, classes: int) -> str:
    """The pictures that are learned from, where these are not all."""
    if config.train_size is not None:
        return f"""
chosen = torch.arange({config.train_size}) * len(train_images) // {config.train_size}  # spread evenly
train_images, train_labels = train_images[chosen], train_labels[chosen]
"""
    if config.per_class is not None:
        return f"""
order = torch.randperm(len(train_images), generator=torch.Generator().manual_seed({config.seed}))
chosen = torch.cat([order[train_labels[order] == label][:{config.per_class}] for label in range({classes})])
train_images, train_labels = train_images[chosen], train_labels[chosen]
"""
    return ""


def tested(config: Config, available: int | None) -> str:
    """The pictures of the test, where these are not all that are available."""
    if not config.tuning or not available or available <= tuning.TESTED:
        return ""
    return f"""
some = torch.arange({tuning.TESTED}) * len(test_images) // {tuning.TESTED}  # spread evenly
test_images, test_labels = test_images[some], test_labels[some]
"""


def fitted(prepared: Preparation, shape: nets.Shape) -> str:
    """The function that prepares pictures of another shape; nothing where they have that already."""
    if prepared.shape == shape:
        return ""
    images = "V.grayscale_to_rgb(images)" if shape[0] < prepared.channels else "images"
    return f"""
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as V

way = InterpolationMode("{prepared.interpolation}")


def fitted(images: torch.Tensor) -> torch.Tensor:
    images = V.resize({images}, [{prepared.resize}], way, antialias=True)
    return V.center_crop(images, {list(prepared.crop)})


"""


def _net(config: Config, shape: nets.Shape, classes: int) -> str:
    learner = "net[-1]" if config.tuning == "frozen" else "net"
    return _lines(
        *net_imports(config),
        f"torch.set_num_threads({config.threads})" if config.threads else None,
        f"torch.manual_seed({config.seed})",
        *net_lines(config, shape, classes),
        *_device(config.device),
        f"optimizer = torch.optim.{_optimizer(config, learner)}",
    )


def definition(config: Config, shape: nets.Shape, classes: int) -> Iterator[str]:
    """The lines that make the net of a run before it learns."""
    yield from net_imports(config)
    yield from net_lines(config, shape, classes)


def net_imports(config: Config) -> Iterator[str]:
    """What stands above the net; torch itself is imported with the pictures."""
    published = config.net in PUBLISHED_NETS
    if published:
        yield "from collections import OrderedDict\n"
    elif config.pretrained:
        yield "from safetensors.torch import load_file"
    yield "import torch.nn.functional as F"
    if published:
        yield "import torchvision"
    yield "from torch import Tensor, nn"
    yield f"\n\n{inspect.getsource(nets.Block)}\n" if config.net == "resnet" else ""


def net_lines(config: Config, shape: nets.Shape, classes: int) -> Iterator[str]:
    """The lines that make ``net`` as it begins to learn."""
    if config.net in PUBLISHED_NETS:
        yield from _published(config, classes)
        return
    with torch.device("meta"):  # the layers' names and sizes are all that is needed
        net = nets.build(config.net, shape, classes)
    layers = "".join(f"    {_call(layer)},\n" for layer in net)
    yield f"net = nn.Sequential(\n{layers})"
    if config.pretrained:
        yield f'weights = load_file("{BACKBONE}")  # the file beside this program'
        yield f'head = "{len(net) - 1}."  # is new: it has other classes'
        yield "backbone = {name: value for name, value in weights.items() if not name.startswith(head)}"
        yield "net[:-1].load_state_dict(backbone)"


def _published(config: Config, classes: int) -> Iterator[str]:
    """A net of torchvision in two: what makes features, and a new head."""
    head = nets.HEADS[config.net]
    weights = ', weights="IMAGENET1K_V1"' if config.pretrained else ""
    layers = [_call(layer) for layer in nets.head_layers(head, classes)]
    yield f"head = {layers[0]}" if len(layers) == 1 else f"head = nn.Sequential({', '.join(layers)})"
    yield f'net = torchvision.models.get_model("{config.net}"{weights})'
    yield f'net.set_submodule("{head.path}", nn.Identity())'
    yield "net = nn.Sequential(OrderedDict(backbone=net, head=head))"


def _call(layer: nn.Module) -> str:
    """The layer as one would write it: ``nn.Conv2d(3, 32, 5, padding=2)``."""
    prefix = "" if isinstance(layer, nets.Block) else "nn."
    return f"{prefix}{type(layer).__name__}({', '.join(_arguments(layer))})"


def _arguments(layer: nn.Module) -> Iterator[str]:
    match layer:
        case nn.Linear():
            yield from (str(layer.in_features), str(layer.out_features))
        case nn.Conv2d():
            yield from (str(layer.in_channels), str(layer.out_channels), str(layer.kernel_size[0]))
            if layer.padding != (0, 0):
                yield f"padding={layer.padding[0]}"
            if layer.bias is None:
                yield "bias=False"
        case nn.MaxPool2d():
            yield str(layer.kernel_size)
        case nn.AdaptiveAvgPool2d():
            yield str(layer.output_size)
        case nn.BatchNorm2d():
            yield str(layer.num_features)
        case nets.Block():
            yield from (str(layer.conv1.in_channels), str(layer.conv1.out_channels))
            if layer.conv1.stride != (1, 1):
                yield f"stride={layer.conv1.stride[0]}"
        case nn.Unflatten():
            yield from (str(layer.dim), str(layer.unflattened_size))
        case nn.Dropout():
            yield str(layer.p)


def _device(name: str) -> Iterator[str]:
    if name == "cpu":
        yield "net = net.to(memory_format=torch.channels_last)"
        return
    if name == "auto":
        yield 'device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")'
    else:
        yield f'device = torch.device("{name}")'
    yield "train_images, train_labels = train_images.to(device), train_labels.to(device)"
    yield "test_images, test_labels = test_images.to(device), test_labels.to(device)"
    yield "net = net.to(device).to(memory_format=torch.channels_last)"


def _optimizer(config: Config, learner: str) -> str:
    arguments = [f"{name}={value}" for name, value in config.optimizer_arguments().items()]
    return f"{OPTIMIZERS[config.optimizer].title}({', '.join([f'{learner}.parameters()', *arguments])})"


def batches(config: Config, prepared: Preparation) -> str:
    """The functions that make batches: ``scale``, and those that change pictures at random."""
    helpers = [loop.flip] * config.flip + [loop.shift] * bool(config.shift)
    return "\n\n".join([_scale(prepared), *map(inspect.getsource, helpers)])


def _scale(prepared: Preparation) -> str:
    if prepared.halves:
        return inspect.getsource(preparing.scale)
    return f"""\
{inspect.getsource(preparing.normalise)}

def scale(images: Tensor) -> Tensor:
    return normalise(images, {prepared.mean}, {prepared.std})
"""


def _features(config: Config, batch: int) -> str:
    """While the backbone is frozen, what it makes of each picture stays the same: so it is computed once."""
    forward = f"batches = [net[:-1](scale(images)) for images in train_images.split({batch})]"
    return f"""\
net.eval()
with torch.no_grad():
{indent(_autocast(forward, config), "    ")}
features = torch.cat(batches){".float()" if config.bf16 else ""}
"""


def _test(config: Config, batch: int) -> str:
    forward = f"batches = [net(scale(images)) for images in test_images.split({batch})]"
    return f"""\
@torch.inference_mode()
def test() -> tuple[float, float]:
    net.eval()
{indent(_autocast(forward, config), "    ")}
    logits = torch.cat(batches){".float()" if config.bf16 else ""}
    accuracy = (logits.argmax(dim=1) == test_labels).double().mean()
    return F.cross_entropy(logits, test_labels).item(), accuracy.item()
"""


def _training(config: Config, new_rates: dict[int, float]) -> str:
    dropped = f"torch.manual_seed({config.seed} * 1_000_000 + len(losses))  # what Dropout drops"
    step = _lines(
        "if len(losses) + 1 in new_rates:" if new_rates else None,
        '    optimizer.param_groups[0]["lr"] = new_rates[len(losses) + 1]' if new_rates else None,
        dropped if config.net in PUBLISHED_NETS else None,
        "images, labels = train_images[batch], train_labels[batch]",
        "images = flip(images, generator)" if config.flip else None,
        f"images = shift(images, {config.shift}, generator)" if config.shift else None,
        _autocast(f"logits = {_forward(config)}\nloss = F.cross_entropy(logits, labels)", config),
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
        "losses.append(loss.item())",
        "total += loss.item() * len(batch)",
        "correct += (logits.argmax(dim=1) == labels).sum().item()",
    )
    rates = f"new_rates = {new_rates}  # from that step on\n" if new_rates else ""
    return f"""\
losses = []
{rates}for epoch in range(1, {config.epochs + 1}):
    generator = torch.Generator().manual_seed({config.seed} * 1000 + epoch)
    order = torch.randperm(len(train_images), generator=generator)
    total, correct = 0.0, 0
    net.train()
    for batch in order.split({config.batch_size}):
{indent(step, "        ")}    test_loss, test_accuracy = test()
    print(
        f"epoch {{epoch}}: train loss {{total / len(order):.4f}}, accuracy {{correct / len(order):.2%}};"
        f" test loss {{test_loss:.4f}}, accuracy {{test_accuracy:.2%}}"
    )
"""


def _forward(config: Config) -> str:
    """Of a batch: by the head alone, from features, as long as the backbone is frozen."""
    if config.tuning == "head-first":
        return f"net[-1](features[batch]) if epoch <= {config.head_epochs} else net(scale(images))"
    return "net[-1](features[batch])" if config.head_epochs else "net(scale(images))"


def _autocast(forward: str, config: Config) -> str:
    if not config.bf16:
        return forward
    device = '"cpu"' if config.device == "cpu" else "device.type"
    return f"with torch.autocast({device}, torch.bfloat16):\n{indent(forward, '    ')}"


def _lines(*lines: str | None) -> str:
    return "".join(f"{line}\n" for line in lines if line is not None)
