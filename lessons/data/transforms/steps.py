"""The steps of a strip, as the learner set them: in an address, and in a program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lessons.core.messages import LessonError
from lessons.data.transforms.operations import BATCH, OPERATIONS, Operation

MOST = 12  # steps
PAGE_SEEDS = 1000  # a page is seeded with 0 to 999
SEEDS = 100  # apart: so many steps can draw from one seed of the page, each for itself


@dataclass(frozen=True)
class Step:
    """A transform of the strip. key: stays with it wherever it is moved; settings: those that are not as
    usual, by name; locked: the seed it draws from, whatever the page's is.
    """

    name: str
    key: int = 0
    settings: tuple[tuple[str, Any], ...] = ()
    on: bool = True
    locked: int | None = None

    @property
    def operation(self) -> Operation:
        return OPERATIONS[self.name]

    def value(self, setting: str) -> Any:
        return dict(self.settings).get(setting, self.operation.settings[setting].usual)

    def put(self, setting: str, value: Any) -> "Step":
        """With another value."""
        others = {name: each for name, each in self.settings if name != setting}
        if value != self.operation.settings[setting].usual:
            others[setting] = value
        ordered = tuple((name, others[name]) for name in self.operation.settings if name in others)
        return replace(self, settings=ordered)

    def written(self) -> list[str]:
        """The settings that a program has to say."""
        settings = self.operation.settings
        return [name for name, each in settings.items() if each.given or self.value(name) != each.usual]

    def code(self) -> str:
        """The transform as a programmer writes it.

        >>> Step("RandomCrop", settings=(("size", (200, 100)),)).code()
        'v2.RandomCrop(size=(200, 100))'
        """
        settings = self.operation.settings
        arguments = [f"{name}={settings[name].code(self.value(name))}" for name in self.written()]
        return f"{self.operation.module}.{self.name}({', '.join(arguments)})"


def step(name: str, key: int = 0, /, **settings: Any) -> Step:
    """A step with these settings.

    >>> step("Resize", size=32).value("size")
    32
    """
    made = Step(name, key)
    for setting, value in settings.items():
        made = made.put(setting, value)
    return made


def strip(*steps: Step) -> tuple[Step, ...]:
    """These steps, each with a key of its own."""
    return tuple(replace(each, key=key) for key, each in enumerate(steps, start=1))


def seed_of(step: Step, seed: int) -> int:
    """What a step draws from, on a page with this seed."""
    return seed * SEEDS + step.key if step.locked is None else step.locked


def page_seeds(seed: int, count: int) -> list[int]:
    """Of so many pages, from this one on; behind the last comes 0.

    >>> page_seeds(998, 3)
    [998, 999, 0]
    """
    return [(seed + number) % PAGE_SEEDS for number in range(count)]


def with_step(steps: Iterable[Step], changed: Step) -> tuple[Step, ...]:
    """These steps, one of them in another state."""
    return tuple(changed if each.key == changed.key else each for each in steps)


def next_key(steps: Iterable[Step]) -> int:
    """One that no step has."""
    taken = {each.key for each in steps}
    return next(key for key in range(1, SEEDS) if key not in taken)


# In an address


def write(steps: Sequence[Step]) -> str:
    """Steps by ``|``, settings by ``:``. Before the name ``-`` if it is off, and its key if that is not its
    place; behind it ``@`` and the seed that it is locked to.

    >>> write(strip(step("Resize", size=(32, 48)), step("ToImage")))
    'Resize:size=32_48|ToImage'
    """
    return "|".join(_write(each, place) for place, each in enumerate(steps, start=1))


def _write(step: Step, place: int) -> str:
    key = "" if step.key == place else f"{step.key}*"
    locked = "" if step.locked is None else f"@{step.locked}"
    kinds = step.operation.settings
    settings = "".join(f":{name}={kinds[name].write(value)}" for name, value in step.settings)
    return f"{'' if step.on else '-'}{key}{step.name}{locked}{settings}"


def read(text: str) -> tuple[Step, ...]:
    """The steps that ``write`` wrote; LessonError, KeyError or ValueError where they cannot be read."""
    steps = tuple(_read(part, place) for place, part in enumerate(text.split("|"), start=1) if part)
    require_few(steps)
    if len({each.key for each in steps}) < len(steps) or any(not 0 < each.key < SEEDS for each in steps):
        raise ValueError(text)
    if any(each.locked is not None and not 0 <= each.locked < PAGE_SEEDS * SEEDS for each in steps):
        raise ValueError(text)
    return steps


def _read(text: str, place: int) -> Step:
    head, *settings = text.split(":")
    on, head = not head.startswith("-"), head.removeprefix("-")
    key, _, head = head.rpartition("*")
    name, _, locked = head.partition("@")
    if name not in OPERATIONS or OPERATIONS[name].family == BATCH:
        raise LessonError("There is no transform called {name}.", name=name)
    made = Step(name, int(key or place), (), on, int(locked) if locked else None)
    for setting in settings:
        word, _, value = setting.partition("=")
        made = made.put(word, made.operation.settings[word].read(value))
    return made


def require_few(steps: Sequence[Step]) -> None:
    """LessonError where there are more than MOST."""
    if len(steps) > MOST:
        raise LessonError(
            "{count} {count:step is|steps are} too many; at most {most}.", count=len(steps), most=MOST
        )
