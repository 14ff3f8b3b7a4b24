"""Whether the tensors of a file are those of a net: its names, shapes and types, and finite numbers."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lessons.core.messages import LessonError
from lessons.engine.weights import catalog
from lessons.engine.weights.opening import shown

Wanted = tuple[tuple[str, tuple[int, ...], str], ...]  # name, shape and type of every tensor of a net

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
BATCHES = "num_batches_tracked"  # BatchNorm's count, which no net computes with


def wanted(net: nn.Module) -> Wanted:
    """What a file for this net must hold; the net may be on the meta device."""
    return tuple((name, tuple(each.shape), _type(each.dtype)) for name, each in net.state_dict().items())


def fitted(found: Mapping[str, Tensor], net: Wanted, file: str) -> dict[str, Tensor]:
    """The tensors of this net, each of the net's own type, and none shared.

    Numbers with a point may have been saved as float16, bfloat16, float32 or float64. BatchNorm's counts of
    batches may be missing: files from before torch 0.4.1 have none, and torch's own ``load_state_dict`` takes
    them for 0, too. Raises LessonError for other names, shapes or types, and for numbers that are not finite.
    """
    found = {name: torch.tensor(0) for name, _shape, _type in net if name.endswith(BATCHES)} | dict(found)
    _require_this_net(found, {name: shape for name, shape, _type in net}, file)
    return {name: _cast(found[name], kind, name, file) for name, _shape, kind in net}


def _require_this_net(found: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]], file: str) -> None:
    missing = [name for name in shapes if name not in found]
    extra = [name for name in found if name not in shapes]
    differing = [name for name in shapes if name in found and found[name].shape != shapes[name]]
    if not (missing or extra or differing):
        return
    if known := _known(found):
        raise LessonError(
            "{file} holds {title} with its 1000 classes of ImageNet, and that is another net: the first "
            "difference is at {name}.",
            file=file,
            title=known,
            name=shown([*differing, *missing, *extra][0]),
        )
    if missing:
        raise LessonError(
            "{file} is of another net: {count} of the {expected} tensors of this net {count:is|are} not in "
            "it, such as {name}.",
            file=file,
            count=len(missing),
            expected=len(shapes),
            name=missing[0],
        )
    if extra:
        raise LessonError(
            "{file} is of another net: it holds {count} {count:tensor|tensors} that this net does not have, "
            "such as {name}.",
            file=file,
            count=len(extra),
            name=shown(extra[0]),
        )
    name = differing[0]
    raise LessonError(
        "In {file} {name} has the shape {found}, and this net needs {expected}.",
        file=file,
        name=name,
        found=shown(list(found[name].shape)),
        expected=str(list(shapes[name])),
    )


def _known(found: Mapping[str, Tensor]) -> str:
    """The title of the net whose ImageNet weights have these names and shapes; "" where none has."""
    from torchvision import models

    shapes = _without_counts(found)
    for key, about in catalog.NETS.items():
        with torch.device("meta"):
            if shapes == _without_counts(models.get_model(key).state_dict()):
                return about.title
    return ""


def _without_counts(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(each.shape) for name, each in tensors.items() if not name.endswith(BATCHES)}


def _cast(tensor: Tensor, kind: str, name: str, file: str) -> Tensor:
    wanted: torch.dtype = getattr(torch, kind)
    allowed = FLOATS if wanted in FLOATS else (wanted,)
    if tensor.dtype not in allowed:
        raise LessonError(
            "In {file} {name} holds numbers of the type {found}; this net can take: {allowed}.",
            file=file,
            name=name,
            found=_type(tensor.dtype),
            allowed=", ".join(map(_type, allowed)),
        )
    # A copy, as two names may share their numbers.
    cast = tensor.detach().to(wanted, copy=True, memory_format=torch.contiguous_format)
    if not _is_finite(cast):
        raise LessonError(
            "In {file} {name} holds {count} {count:number that is|numbers that are} not finite: NaN, "
            "infinite, or too large for {kind}.",
            file=file,
            name=name,
            count=int((~cast.isfinite()).sum()),
            kind=kind,
        )
    return cast


def _is_finite(tensor: Tensor) -> bool:
    """By the smallest and the largest: ``isfinite`` of every number would take as much memory again."""
    return tensor.numel() == 0 or all(math.isfinite(each) for each in tensor.aminmax())


def _type(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
