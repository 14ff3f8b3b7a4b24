"""What settings can be: checks with a sentence for the learner, for runs and for lessons."""

from collections.abc import Collection

from lessons.core.messages import LessonError, Message


def require_one_of(name: str | Message, value: object, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise LessonError(
            "{name} is {value!r}; it can be one of: {allowed}.",
            name=name,
            value=value,
            allowed=", ".join(allowed),
        )


def require_whole(name: str | Message, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise LessonError(
            "{name} is {value}; it must be a whole number from {low} to {high}.",
            name=name,
            value=value,
            low=low,
            high=high,
        )
