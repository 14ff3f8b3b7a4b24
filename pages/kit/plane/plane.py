"""Planes on which dots are moved and paths are played: drawn by the browser, computed by a lesson."""

from collections.abc import Callable, Mapping

from lessons.core.plane import Places, Scene
from pages.kit.controls import Slot

Changed = Callable[[Mapping[str, Places]], None]


def plane(key: str, scene: Scene, changed: Changed, at: Slot | None = None) -> None:
    """changed: called with all places of the dots that were moved, added or taken away, by their key, before
    the script runs again. at: where the number of the frame that is looked at is kept, counted from 0, told
    when it rests; None there: the last one.
    """
    del key, scene, changed, at
