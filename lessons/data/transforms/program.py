"""The programs of a strip, in plain torchvision: what a learner takes home."""

from collections.abc import Sequence

from lessons.data.transforms.steps import SEEDS, Step, page_seeds, seed_of

NUMBERED = "Each step has a number, and so in every draw a seed of its own."
LOCKED = "The seeds of the steps that draw the same every time."


def program(steps: Sequence[Step], seed: int) -> str:
    """Makes the tensor at the end of the strip from picture.png: a Compose where nothing is drawn."""
    on = [each for each in steps if each.on]
    lines = _opened(on)
    lines += _drawn(on, seed) if any(each.operation.random for each in on) else _composed(on)
    return "\n".join([*lines, "print(output)"]) + "\n"


def draws_program(steps: Sequence[Step], seed: int, count: int) -> str:
    """Makes the tensors of so many draws, from this seed of the page on."""
    on = [each for each in steps if each.on]
    listed = [f"    ({each.key}, {each.code()})," for each in on]
    locked = {each.key: each.locked for each in on if each.locked is not None}
    own = f"{SEEDS} * draw + number"
    lines = [
        *_opened(on),
        f"# {NUMBERED}",
        "steps = [",
        *listed,
        "]",
        *([f"# {LOCKED}", f"locked = {locked}"] if locked else []),
        "outputs = []",
        f"for draw in {page_seeds(seed, count)}:",
        "    output = picture",
        "    for number, transform in steps:",
        f"        torch.manual_seed({f'locked.get(number, {own})' if locked else own})",
        "        output = transform(output)",
        "    outputs.append(output)",
        "print(outputs)",
    ]
    return "\n".join(lines) + "\n"


def _opened(steps: Sequence[Step]) -> list[str]:
    return [*_imports(steps), "", 'picture = Image.open("picture.png").convert("RGB")', ""]


def _imports(steps: Sequence[Step]) -> list[str]:
    modules = {each.operation.module for each in steps}
    lines = ["import torch", "from PIL import Image"]
    if "transforms" in modules:
        lines.append("from torchvision import transforms")
    return [*lines, "from torchvision.transforms import v2"]


def _composed(steps: Sequence[Step]) -> list[str]:
    if not steps:
        return ["output = picture"]
    listed = [f"    {each.code()}," for each in steps]
    return ["transform = v2.Compose([", *listed, "])", "output = transform(picture)"]


def _drawn(steps: Sequence[Step], seed: int) -> list[str]:
    listed = [f"    ({seed_of(each, seed)}, {each.code()})," for each in steps]
    return [
        "steps = [  # each draws from a seed of its own",
        *listed,
        "]",
        "output = picture",
        "for seed, transform in steps:",
        "    torch.manual_seed(seed)",
        "    output = transform(output)",
    ]
