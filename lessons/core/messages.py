"""What a lesson says to the learner, in any language.

English is the key: a message is an English template and the values that fill it, so a page can look the
template up in another language and fill in the same values.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Any


class _Gaps(Formatter):
    """Gaps as in ``str.format``, and gaps that hold a word for one and a word for any other number. A whole
    number has no point, whatever its type. A gap has a plain name: it reaches into no value."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, others = format_spec.partition("|")
        if bar:
            return one if value == 1 else others
        text = str(super().format_field(value, format_spec))
        return text.removesuffix(".0") if isinstance(value, float) and not format_spec else text


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The sentence.

    >>> fill("{count} {count:file was|files were} left out", {"count": 1})
    '1 file was left out'
    >>> fill("{count} {count:file was|files were} left out", {"count": 2})
    '2 files were left out'
    >>> fill("{total}, not {meant}", {"total": 6.0, "meant": 0.1})
    '6, not 0.1'
    """
    return _Gaps().vformat(template, (), values)


class Message:
    """An English sentence with ``{named}`` gaps, as in ``fill``, and the values for them.

    >>> str(Message("row {row} has {count} numbers", row=2, count=4))
    'row 2 has 4 numbers'
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return fill(self.template, self.values)


class LessonError(ValueError):
    """Input that cannot be used; the message tells the learner what, where, and what is allowed."""

    def __init__(self, template: str, /, **values: Any) -> None:
        self.message = Message(template, **values)
        super().__init__(str(self.message))
