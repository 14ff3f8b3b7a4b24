"""What a lesson says to the learner, in any language.

English is the key: a message is an English template and the values that fill it, so a page can look the
template up in another language and fill in the same values.
"""

from typing import Any


class Message:
    """An English sentence with ``{named}`` gaps, and the values for them.

    >>> str(Message("row {row} has {count} numbers", row=2, count=4))
    'row 2 has 4 numbers'
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values)


class LessonError(ValueError):
    """Input that cannot be used; the message tells the learner what, where, and what is allowed."""

    def __init__(self, template: str, /, **values: Any) -> None:
        self.message = Message(template, **values)
        super().__init__(str(self.message))
