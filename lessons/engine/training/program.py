"""The program that repeats a run without this package: plain torch, cut into cells by ``# %% Title`` lines.

It does the loop's arithmetic in the loop's order, so it lands on the same loss curve. Only the lines that
the run needs are written: a run without flips has no ``flip`` in it.
"""

import inspect
from collections.abc import Iterable, Iterator
from textwrap import indent

import torch
from torch import nn

from lessons.core.notebook import join_cells
from lessons.engine.pictures import program as pictures
from lessons.engine.pictures.sources import source
from lessons.engine.training import loop, nets
from lessons.engine.training.choices import OPTIMIZERS
from lessons.engine.training.config import Config


def program(config: Config, lr_changes: Iterable[tuple[int, float]] = ()) -> str:
    """The program for the run of ``config``.

    lr_changes: (step, lr) pairs, steps counted from 1: from that step on, that learning rate was used. The
    program keeps the loss of every step in ``losses`` and prints a line an epoch. Raises LessonError where
    the run's pictures are a folder that has not been read yet or is gone. A folder's 16-bit grey pictures
    are the one thing it reads differently: it clips them, as Pillow does.
    """
    about = source(config.data)
    loading = pictures.cells(about)
    assert about.shape  # a set that can be loaded has one
    if config.train_size is not None:
        loading["Pictures"] += _spread_evenly(config.train_size)
    return join_cells(
        {
            **loading,
            "Net": _net(config, about.shape, len(about.classes)),
            "Batches": _batches(config),
            "Test": _test(config),
            "Training": _training(config, dict(lr_changes)),
        }
    )


def _spread_evenly(count: int) -> str:
    return f"""
chosen = torch.arange({count}) * len(train_images) // {count}  # spread evenly
train_images, train_labels = train_images[chosen], train_labels[chosen]
"""


def definition(config: Config, shape: nets.Shape, classes: int, *before: str | None) -> Iterator[str]:
    """The lines that make the net of a run. before: lines that stand right before it is made."""
    with torch.device("meta"):  # the layers' names and sizes are all that is needed
        net = nets.build(config.net, shape, classes)
    has_blocks = any(isinstance(layer, nets.Block) for layer in net)
    layers = "".join(f"    {_call(layer)},\n" for layer in net)
    yield "import torch.nn.functional as F"
    yield "from torch import Tensor, nn"
    yield f"\n\n{inspect.getsource(nets.Block)}\n" if has_blocks else ""
    yield from filter(None, before)
    yield f"net = nn.Sequential(\n{layers})"


def _net(config: Config, shape: nets.Shape, classes: int) -> str:
    threads = f"torch.set_num_threads({config.threads})" if config.threads else None
    return _lines(
        *definition(config, shape, classes, threads, f"torch.manual_seed({config.seed})"),
        *_device(config.device),
        f"optimizer = torch.optim.{_optimizer(config)}",
    )


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


def _optimizer(config: Config) -> str:
    arguments = [f"{name}={value}" for name, value in config.optimizer_arguments().items()]
    return f"{OPTIMIZERS[config.optimizer].title}({', '.join(['net.parameters()', *arguments])})"


def _batches(config: Config) -> str:
    helpers = [loop.scale] + [loop.flip] * config.flip + [loop.shift] * bool(config.shift)
    return "\n\n".join(inspect.getsource(helper) for helper in helpers)


def _test(config: Config) -> str:
    forward = "batches = [net(scale(images)) for images in test_images.split(250)]"
    return f"""\
@torch.inference_mode()
def test() -> tuple[float, float]:
    net.eval()
{indent(_autocast(forward, config), "    ")}
    logits = torch.cat(batches){".float()" if config.bf16 else ""}
    accuracy = (logits.argmax(dim=1) == test_labels).float().mean()
    return F.cross_entropy(logits, test_labels).item(), accuracy.item()
"""


def _training(config: Config, new_rates: dict[int, float]) -> str:
    step = _lines(
        "if len(losses) + 1 in new_rates:" if new_rates else None,
        '    optimizer.param_groups[0]["lr"] = new_rates[len(losses) + 1]' if new_rates else None,
        "images, labels = train_images[batch], train_labels[batch]",
        "images = flip(images, generator)" if config.flip else None,
        f"images = shift(images, {config.shift}, generator)" if config.shift else None,
        _autocast("logits = net(scale(images))\nloss = F.cross_entropy(logits, labels)", config),
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


def _autocast(forward: str, config: Config) -> str:
    if not config.bf16:
        return forward
    device = '"cpu"' if config.device == "cpu" else "device.type"
    return f"with torch.autocast({device}, torch.bfloat16):\n{indent(forward, '    ')}"


def _lines(*lines: str | None) -> str:
    return "".join(f"{line}\n" for line in lines if line is not None)
