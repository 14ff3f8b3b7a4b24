"""Where the arithmetic of a run can happen on this machine."""

import torch

from lessons.core.messages import LessonError


def here() -> tuple[str, ...]:
    """Some of ``choices.DEVICES``: what a run can ask for, "auto" first."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return ("auto", "cpu", *((accelerator.type,) if accelerator else ()))


def pick_device(name: str) -> torch.device:
    """ "auto" is the accelerator where there is one, else the CPU; a missing device raises LessonError."""
    _auto, *found = here()
    if name == "auto":
        return torch.device(found[-1])
    if name not in found:
        raise LessonError(
            "This machine has no {name} device that torch can use; it has: {found}.",
            name=name,
            found=", ".join(found),
        )
    return torch.device(name)
