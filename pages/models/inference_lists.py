"""Which class list: a number in every list, those of one's own folders, and heads that have not learned."""

from functools import partial

import streamlit as st

from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.models.inference import lists
from lessons.models.inference.choosing import Seen
from lessons.models.inference.lists import MOST, ClassList, Guess
from lessons.models.inference.seeing import look
from pages.kit import address
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, guard
from pages.kit.lesson_page import once
from pages.kit.linked import Link, Linked
from pages.kit.predict import ask, is_open
from pages.kit.text import _, cell, table, tell

PAGE = "inference-lists"
FOLDERS = ("bees", "ants")
LINKED = Linked(
    PAGE,
    number=Link(address.whole(0, MOST), usual=5),
    word=Link(str, usual="cat"),
    folders=Link(str, usual=", ".join(FOLDERS)),
)
PRESETS = {
    "CIFAR-10's dog": {"number": 5},
    "ImageNet's Pembroke": {"number": 263},
    "ImageNet's Cardigan": {"number": 264},
    "ImageNet's Chihuahua": {"number": 151},
}


def show_lists(seen: Seen) -> None:
    """The question: what wrong lists make of the net's answer; how long they are is told before."""
    _right, *wrong = lists.every_list(seen.trained.classes)
    st.markdown(_("These lists are not the net's:"))
    table([_("List"), _("Classes")], [[_title(each), str(len(each.names))] for each in wrong])
    ask(_question(seen))


def show_more_lists(seen: Seen) -> None:
    """The net's answer, and a number of the learner's, read with the right list and with each wrong one."""
    if not is_open(_question(seen)):
        _show_numbers(_answer(seen), lists.every_list(seen.trained.classes))
    fold(_("One word in every list"), f"{PAGE}-fold-words", partial(_show_words, seen))
    fold(_("The list of a folder of one's own"), f"{PAGE}-fold-folders", _show_folders)
    fold(_("A head that has not learned"), f"{PAGE}-fold-untrained", partial(_show_untrained, seen))
    program = lists.snippet(Slot(PAGE, "number").get(), Slot(PAGE, "folders").get("good") or FOLDERS)
    fold(_("The program of the lists"), f"{PAGE}-program", partial(code, program, PAGE))


def _answer(seen: Seen) -> int:
    best: int = once(look, seen).best
    return best


def _question(seen: Seen) -> Question:
    return lists.ask_unnoticed(_answer(seen), lists.every_list(seen.trained.classes))


def _title(each: ClassList) -> str:
    return tell(each.title) if isinstance(each.title, Message) else cell(each.title)


def _show_numbers(answer: int, known: tuple[ClassList, ...]) -> None:
    st.markdown(
        _(
            "An index means nothing without its list. Two nets that are shown a corgi answer 5 and 263, and "
            "both are right: look both numbers up."
        )
    )
    LINKED.offer(PRESETS)
    number = int(
        st.number_input(
            _("A number"), 0, MOST, key=Slot(PAGE, "number").key(), persist_state="session", width=160
        )
    )
    right, *_wrong = known
    heads = [
        tell(Message("the net's answer, {number}", number=answer)),
        tell(Message("your number, {number}", number=number)),
    ]
    rows = []
    for each in known:
        title = f"**{_title(each)}**" if each is right else _title(each)
        rows.append([title, str(len(each.names)), *(_word(each.name(index)) for index in (answer, number))])
    table([_("List"), _("Classes"), *heads], rows)
    st.caption(_("The list in bold is the net's own. A number past the end of a list is an IndexError."))


def _word(name: str | None) -> str:
    return "IndexError" if name is None else cell(name)


def _show_words(seen: Seen) -> None:
    word = st.text_input(
        _("A word"), key=Slot(PAGE, "word").key(), max_chars=40, persist_state="session", width=240
    )
    rows = []
    for each in lists.every_list(seen.trained.classes):
        numbers = each.numbers(word)
        shown = [f"{number} {cell(each.names[number])}" for number in numbers[: lists.FOUND]]
        more = len(numbers) - len(shown)
        if more:
            shown.append(tell(Message("and {count} more", count=more)))
        rows.append([_title(each), ", ".join(shown) or "–"])
    table([_("List"), _("Its class numbers")], rows)
    st.caption(
        _(
            "A word can have several numbers, or none: ImageNet has no dog, but 118 breeds of dogs, from 151 "
            "to 268."
        )
    )


def _show_folders() -> None:
    slot = Slot(PAGE, "folders")
    text = st.text_input(
        _("Folders, with commas between them"), key=slot.key(), max_chars=400, persist_state="session"
    )
    with guard():  # names that cannot be take nothing else away
        names = lists.folder_names(text)
        slot.set(names, "good")
        if not ask(lists.ask_number(names)):
            rows = [[str(number), cell(name)] for name, number in lists.numbered(names).items()]
            table([_("Number"), _("Folder")], rows)


def _show_untrained(seen: Seen) -> None:
    result = once(look, seen)
    guesses = once(lists.untrained_heads, seen.trained, result.batch)
    if ask(lists.ask_untrained(seen.trained, guesses)):
        return
    best = Guess(result.best, float(result.probabilities[result.best]))
    rows = [_row(seen, _("as it has learned"), best)]
    for seed, guess in zip(lists.SEEDS, guesses, strict=True):
        rows.append(_row(seen, tell(Message("head from seed {seed}", seed=seed)), guess))
    rows.append(
        _row(seen, _("no weights loaded at all"), once(lists.without_weights, seen.trained, result.batch))
    )
    table([_("Net"), _("Number"), _("Answer"), _("Probability")], rows)
    st.caption(
        tell(
            Message(
                "Somebody who guesses among {classes} classes gives each {share:.1%}.",
                classes=len(seen.trained.classes),
                share=1 / len(seen.trained.classes),
            )
        )
    )


def _row(seen: Seen, label: str, guess: Guess) -> list[str]:
    name = cell(seen.trained.classes[guess.number])
    return [label, str(guess.number), name, f"{guess.probability:.1%}"]
