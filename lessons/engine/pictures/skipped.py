"""Files that are left out of a set, with the reason; and how that is written down."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from lessons.core.messages import Message
from lessons.core.words import Scalar, recall


@dataclass(frozen=True)
class Skipped:
    """A file that is not part of a set. path: within the folder; reason: a sentence."""

    path: str
    reason: Message

    @property
    def file(self) -> str:
        """The path as text that can be shown."""
        return as_text(self.path)


@dataclass(frozen=True)
class Sentence:
    """A message as it is written down."""

    template: str
    values: "dict[str, Scalar | Sentence]"

    @classmethod
    def of(cls, message: Message) -> "Sentence":
        values = {
            name: cls.of(value) if isinstance(value, Message) else value
            for name, value in message.values.items()
        }
        return cls(message.template, values)

    def message(self) -> Message:
        """ValueError unless the program says such a sentence."""
        values = {
            name: value.message() if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return recall(self.template, values)


@dataclass(frozen=True)
class Note:
    """A skipped file as it is written down. path: its bytes, percent-encoded: they may be no text."""

    path: str
    reason: Sentence

    @classmethod
    def of(cls, skipped: Skipped) -> "Note":
        return cls(quote_from_bytes(os.fsencode(skipped.path)), Sentence.of(skipped.reason))

    def skipped(self) -> Skipped:
        """ValueError as in ``Sentence``."""
        return Skipped(os.fsdecode(unquote_to_bytes(self.path)), self.reason.message())


def as_text(path: str, root: Path | None = None) -> str:
    """The path as text: bytes that are no UTF-8 are spelled out."""
    relative = os.path.relpath(path, root) if root else path
    return relative.encode(errors="backslashreplace").decode()
