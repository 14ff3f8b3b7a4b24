"""Fine-tuning: the same pictures learned from scratch, on a frozen backbone, and with the whole net."""

from dataclasses import dataclass

from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import Message
from lessons.models.finetuning.inputs import Inputs
from lessons.models.finetuning.program import snippet


@dataclass(frozen=True)
class Result:
    """accuracies: by way, in the test after the last epoch, the mean of all seeds."""

    accuracies: dict[str, float]


def run(inputs: Inputs) -> Result:
    """Learn here and now, to the end. The page leaves this to worker processes, which do the same."""
    from lessons.engine.training.config import Config
    from lessons.engine.training.loop import fit
    from lessons.engine.training.reports import Epoch

    def end(config: Config) -> float:
        *_earlier, last = (report for report in fit(config) if isinstance(report, Epoch))
        return last.test_accuracy

    return Result({way: sum(map(end, each)) / len(each) for way, each in inputs.all_runs().items()})


def with_pictures(count: int) -> Preset[Inputs]:
    return Preset(Message("{count} {count:picture|pictures} a class", count=count), Inputs(per_class=count))


LESSON = Lesson(Inputs, run, snippet, presets=tuple(map(with_pictures, (10, 20, 200, 400))))
