"""Addresses that nobody would write: what stands in the fields of a page, in all the wrong places."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from lessons.core.limits import MATRIX_CHARACTERS
from pages.kit.address import shortened

Address = dict[str, str | list[str]]

ODD = (  # no value anywhere, or one that is too large, too small, too long
    *(
        "",
        " ",
        "nonsense",
        "é 漢字 🙂",
        "\u202e",
        "\x00",
        "\ufffd",
        "²",
        "٣",
        "True",
        "None",
        "null",
        "~",
        "~AAAA",
    ),
    *("nan", "inf", "-inf", "-1", "-0", "1e308", "-1e308", "1e-320", "1e400", "1.5", "1_0", "0x10", "1e3"),
    *("9" * 30, "9" * 5_000, "x" * 5_000, "~" * 300, "0,".join("1" * 300), "[" * 3_000),
    *(
        ",",
        ";",
        "|",
        "||",
        ",,",
        "1,",
        "1x",
        "x1",
        "2x2x2",
        "1,2;3",
        "1|1,2",
        "{x:>99}",
        "{0.real}",
        "<b>&quot;",
    ),
    *("$x$", "`", "../..", "folder:../../etc", "run:../..", "own", "test-999999", "other--1"),
    shortened("0" * (MATRIX_CHARACTERS + 1)),
)
ANY = (  # what some field takes: a matrix, several, numbers, places
    *("0", "1", "2", "3", "7", "50", "100", "0.5", "1e-3", "true", "false", "1,2;3,4", "1,2;3,4|5,6;7,8"),
    *("1,2,3;4,5,6;7,8,9", "1|2|3|4", "1|2||3|4", "1,2,3,4", "-1e6,1e6;0,0", "1e100,1;1,1", "0,0", "1,1;1,1"),
    *("1 2 3", "a, b, c", "1,-1,1,-1", "0;0", "5;-5;5", "10,20,30,40", shortened(";".join(["1,2"] * 100))),
)


@dataclass(frozen=True)
class Field:
    """One that a page asks the address for. texts: some that it takes."""

    name: str
    texts: tuple[str, ...]


def field_of(name: str, read: Callable[[str], Any], usual: Any) -> Field:
    """From what ``address.asked`` is called with."""
    *_, about = getattr(read, "args", (None,))  # a control, or the labels of views
    words = about if isinstance(about, dict) else getattr(read, "__self__", {})
    texts = [*words, *_texts_of(about)] if isinstance(words, dict) else _texts_of(about)
    return Field(name, tuple(dict.fromkeys(map(str, texts))))


def _texts_of(control: Any) -> Iterator[str]:
    for collection in ("options", "usual", "words"):
        yield from map(str, getattr(control, collection, ()))
    for bound in ("low", "high"):
        if hasattr(control, bound):
            yield str(getattr(control, bound))


def address(random: Random, fields: Sequence[Field]) -> Address:
    """Some of the fields, or all, each with what it takes, or what another takes, or what is odd."""
    count = random.choice((1, 2, 3, 5, len(fields)))
    return {
        each.name: _value(random, each, fields) for each in random.sample(fields, min(count, len(fields)))
    }


def _value(random: Random, field: Field, fields: Sequence[Field]) -> str | list[str]:
    kind = random.randrange(10)
    if kind < 4 and field.texts:
        return random.choice(field.texts)
    if kind < 5:
        return random.choice(random.choice(fields).texts or ODD)
    if kind < 7:
        return random.choice(ANY)
    if kind < 8:
        return _changed(random, random.choice(field.texts or ANY))
    if kind < 9:
        return [random.choice(field.texts or ANY), random.choice(ODD)]
    return random.choice(ODD)


def _changed(random: Random, text: str) -> str:
    """With something put in, taken out, or twice."""
    place = random.randrange(len(text) + 1)
    return random.choice((text[:place] + random.choice(",;|x-.e~ 9漢") + text[place:], text[:-1], text * 2))
