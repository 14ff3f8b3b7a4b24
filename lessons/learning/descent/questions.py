"""What to ask about a race, and about its map: who is there first."""

from collections.abc import Sequence
from dataclasses import replace

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.learning.descent.race import BEST, RATES, SAME, Inputs, Result, Run, run
from lessons.learning.descent.winners import NOBODY, Map, rates, survey
from lessons.learning.optimizers import OPTIMIZERS


def ask_first(inputs: Inputs) -> Question:
    """Who is there first, at one rate or at the best of each, as the rule of the race is."""
    result = run(inputs)
    asked = Message(
        "All begin at ({x}, {y}), with the rate {lr}, and have {limit} {limit:step|steps}. Who is the first "
        "to reach a minimum?",
        x=show(inputs.begin[0]),
        y=show(inputs.begin[1]),
        lr=show(inputs.lr),
        limit=inputs.limit,
    )
    if inputs.rule == BEST:
        asked = Message(
            "Now each runs at the best rate for it: of {rates} from {low:g} to {high:g} the one with which "
            "it is the soonest there to stay. They begin at ({x}, {y}). Who is the first to reach a minimum?",
            rates=len(RATES),
            low=RATES[0],
            high=RATES[-1],
            x=show(inputs.begin[0]),
            y=show(inputs.begin[1]),
        )
    winner = result.winner
    return Question(
        asked,
        inputs.optimizers.index(winner.slug) if winner else len(inputs.optimizers),
        _why(inputs, result),
        (*(_name(run) for run in result.runs), Message("none of them")),
    )


def _name(run: Run) -> Message:
    return Message(run.optimizer.title)


def _why(inputs: Inputs, result: Result) -> Message:
    told = first_of(inputs, result)
    if inputs.rule == SAME:
        return Message(
            "{first} One rate for all is no fair race: what is right for one is too small for another, and "
            "too large for a third.",
            first=told,
        )
    before = first_of(inputs, run(replace(inputs, rule=SAME)))
    return Message(
        "{first} At the rate {lr} for all it was: {before} A table of winners tells at least as much about "
        "the rates as about the optimizers.",
        first=told,
        lr=show(inputs.lr),
        before=before,
    )


def first_of(inputs: Inputs, result: Result) -> Message:
    """Who wins a race."""
    winner = result.winner
    if winner is None:
        if any(run.arrived == 0 for run in result.runs):
            return Message("Nobody has to move: the start is within reach of a minimum.")
        if all(run.lost for run in result.runs):
            return Message("Nobody is there: all have run away.")
        return Message("Nobody is there in {limit} {limit:step|steps}.", limit=inputs.limit)
    told = {"name": _name(winner), "lr": show(winner.lr), "step": winner.arrived}
    if len(result.runs) == 1:
        return Message("{name}, with the rate {lr}, is there at step {step}.", **told)
    second = min((run for run in result.runs if run is not winner), key=lambda run: run.rank)
    if second.arrived is None:
        return Message("{name}, with the rate {lr}, is there at step {step}; no other is.", **told)
    if second.arrived == winner.arrived:
        return Message(
            "{name}, with the rate {lr}, is there at step {step}. So is {second}, but {name} is lower then.",
            **told,
            second=_name(second),
        )
    return Message(
        "{name}, with the rate {lr}, is there at step {step}; next is {second}, at step {then}.",
        **told,
        second=_name(second),
        then=second.arrived,
    )


def ask_most(inputs: Inputs) -> Question:
    """Who wins most of the map."""
    surveyed = survey(inputs)
    shares = [surveyed.share(number) for number in range(len(inputs.optimizers))]
    most = max(range(len(shares)), key=shares.__getitem__)
    told = {"count": surveyed.winners.numel(), "limit": inputs.limit}
    asked = (
        Message(
            "Races begin all over the surface, {count} in all, of {limit} {limit:step|steps} each. Everyone "
            "runs at its best rate. Who wins more of them than any other?",
            **told,
        )
        if inputs.rule == BEST
        else Message(
            "Races begin all over the surface, {count} in all, of {limit} {limit:step|steps} each. Everyone "
            "runs at the rate {lr}. Who wins more of them than any other?",
            **told,
            lr=show(inputs.lr),
        )
    )
    names = tuple(Message(OPTIMIZERS[slug].title) for slug in inputs.optimizers)
    return Question(
        asked,
        most if shares[most] else len(shares),
        _shares(surveyed, shares, names[most], shares[most]),
        (*names, Message("none of them")),
    )


def _shares(surveyed: Map, shares: Sequence[float], name: Message, most: float) -> Message:
    if not most:
        return Message("Nobody is there in time, from any start.")
    told = {
        "name": name,
        "share": show(round(100 * most, 1)),
        "nobody": show(round(100 * surveyed.share(NOBODY), 1)),
        "count": sum(share > 0 for share in shares),
    }
    if not surveyed.share(NOBODY):
        return Message(
            "{name} is first from {share} % of the starts. Winners in all: {count}. Who is first depends on "
            "where they begin, too.",
            **told,
        )
    return Message(
        "{name} is first from {share} % of the starts. From {nobody} % nobody is there in time. Winners in "
        "all: {count}. Who is first depends on where they begin, too.",
        **told,
    )


def wins_here(inputs: Inputs) -> Message:
    """Who wins from the start that is set, at the rates of the map."""
    return Message(
        "From ({x}, {y}): {first}",
        x=show(inputs.begin[0]),
        y=show(inputs.begin[1]),
        first=first_of(inputs, run(inputs, rates(inputs))),
    )
