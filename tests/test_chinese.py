"""The Chinese has one word for one thing, and is set as Chinese is: spaces, and punctuation of full width."""

import importlib
import re
from collections.abc import Iterator
from itertools import chain

import pytest

from lessons.core.messages import Message
from lessons.core.words import labels, read_prose, say
from lessons.course import Entry, every_lesson
from tests.course import every_walk, lesson_of

# English -> the word for it in the field, and others that are not used for it.
GLOSSARY = {
    "accuracy": ("准确率", "精度|正确率"),
    "batch|batches": ("批", "批量|批大小"),
    "bias|biases": ("偏置", "偏差|偏移"),
    "channels?": ("通道", "频道|信道"),
    "checkpoint": ("检查点", "存档点"),
    "convolution": ("卷积", "褶积"),
    "dilation": ("膨胀率", "膨胀为|空洞|扩张"),
    "drops|dropped": ("舍弃", "舍去|丢弃"),
    "epochs?": ("轮", "周期|纪元|回合"),
    "gradient": ("梯度", "导数"),
    "groups": ("组数", "分组数"),
    "kernels?": ("卷积核|窗口", "内核|核大小|核一样"),
    "learning rates?": ("学习率", "学习速率|学习步长"),
    "loss": ("损失", "代价函数|误差值"),
    "momentum": ("动量", "冲量"),
    "nets?": ("网络", "模型网"),
    "optimizer": ("优化器", "优化算法"),
    "padding|padded": ("填充", "补零|补边|留白"),
    "parameters": ("参数", "参量"),
    "pooling|pooled": ("池化", "汇聚|下采样层"),
    "seed": ("随机种子", "(?<!随机)种子"),
    "stride": ("步幅", "步长|跨度"),
    "ties?": ("并列", "平局"),
    "weights?": ("权重", "权值"),
    "windows?": ("窗口", "视窗"),
}
ARGUMENT = r"\w+ ?= ?\w*|print\(.*\)|[\w.]+\([^()]*\)"  # code is not translated
GAP = r"\{[^}]*\}"
HAN, LATIN, MARK = "[\u4e00-\u9fff]", "[A-Za-z0-9`%]", "[，。；：？！（）“”、]"
MISSET = {
    "no space between Chinese and Latin": f"{HAN}{LATIN}|{LATIN}{HAN}",
    "punctuation of half width": f"{HAN}[,;:?!()\"']|[,;:?!()\"']{HAN}",
    "a space beside punctuation": f" {MARK}|{MARK} ",
    "a space inside Chinese": f"{HAN} {HAN}",
    # Markdown takes the second pair of ** for none that closes.
    "bold that ends with punctuation": rf"^([^*]*\*\*[^*]*\*\*)*[^*]*\*\*[^*]*{MARK}\*\*{HAN}",
}


def texts() -> Iterator[str]:
    """All that is said in Chinese: labels without their gaps, and the prose line by line."""
    yield from (re.sub(GAP, "{}", label) for label in labels("zh").values())
    for lesson in every_lesson():
        prose = read_prose(lesson.folder, "zh")
        yield from (prose.title, prose.idea)
        yield from (line for section in prose.sections.values() for line in section.splitlines())


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_has_its_word_in_every_label(term):
    word, _others = GLOSSARY[term]
    english = {key: re.sub(f"{ARGUMENT}|{GAP}", "", key) for key in labels("zh")}
    named = {key for key, plain in english.items() if re.search(rf"\b({term})\b", plain, re.IGNORECASE)}
    assert named
    assert not {key: labels("zh")[key] for key in named if not re.search(word, labels("zh")[key])}


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_has_no_second_word(term):
    _word, others = GLOSSARY[term]
    assert not [text for text in texts() if re.search(others, text)]


@pytest.mark.parametrize("fault", MISSET)
def test_chinese_is_set_as_chinese(fault):
    assert not [text for text in texts() if re.search(MISSET[fault], text)]


@every_walk
def test_chinese_is_set_as_chinese_with_its_gaps_filled(entry):
    """A gap that holds a number has spaces around it, one that holds Chinese has none."""
    said = {say(line, "zh") for line in spoken(entry)}
    assert said
    assert not [text for text in said for fault in MISSET.values() if re.search(fault, text)]


def spoken(entry: Entry) -> Iterator[Message]:
    """What a lesson says of its worked examples: notes, every step, questions."""
    notes = importlib.import_module(f"tests.lessons.{entry.chapter}.test_{entry.slug}").NOTES
    for lesson, changes in [(lesson_of(entry), {}), *(row[:2] for row in notes)]:
        inputs = lesson.inputs(**changes)
        result = lesson.run(inputs)
        yield from lesson.notes(inputs, result)
        for frame in lesson.steps(inputs, result).frames:
            yield from (line for line in (frame.summary, *frame.lines) if isinstance(line, Message))
        if lesson.questions:
            for question in chain.from_iterable(lesson.questions(inputs, result, seed) for seed in range(5)):
                yield from (question.prompt, question.reason, *question.choices)
