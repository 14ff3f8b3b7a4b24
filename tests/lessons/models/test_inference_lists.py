"""Class lists: a number means what its list says, and a head that has not learned says anything."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torchvision.datasets.folder import find_classes

from lessons.core.messages import LessonError
from lessons.engine.pictures import doodles, published
from lessons.engine.training import trained
from lessons.engine.training.trained import Trained
from lessons.models.inference import lists
from lessons.models.inference.lists import ClassList
from tests.oracles import executed

CIFAR10 = published.SETS["cifar10"].classes
WORDS = st.sampled_from(["cat", "Cat", "hot dog", "dog", "catfish", "big cat", "cat-like", "c.t"])


@pytest.fixture(scope="module")
def backbone() -> Trained:
    return trained.of_backbone()


def test_the_dogs_of_imagenet_have_many_numbers_and_that_of_cifar10_has_one():
    imagenet = lists.imagenet()
    assert len(imagenet.names) == lists.MOST + 1
    assert [imagenet.name(number) for number in (151, 263, 264)] == ["Chihuahua", "Pembroke", "Cardigan"]
    assert (imagenet.name(268), imagenet.name(269)) == ("Mexican hairless", "timber wolf")
    assert (ClassList("", CIFAR10).name(5), ClassList("", CIFAR10).name(10)) == ("dog", None)


def test_the_list_of_the_net_comes_first_and_every_list_once(backbone):
    first, *others = lists.every_list(doodles.CLASSES)
    assert first.names == doodles.CLASSES
    names = [each.names for each in (first, *others)]
    assert len(set(names)) == len(names)
    assert {CIFAR10, lists.imagenet().names, backbone.classes} < set(names)


def test_a_list_that_nobody_knows_is_that_of_the_net():
    first, *others = lists.every_list(("ants", "bees"))
    assert (str(first.title), first.names) == ("The list of this net", ("ants", "bees"))
    assert ("ants", "bees") not in [each.names for each in others]


@given(st.lists(WORDS, max_size=8), st.sampled_from(["cat", "DOG", "c.t", "hot dog", " ", ""]))
def test_a_word_is_found_as_a_word_of_its_own(names, word):
    found = lists.ClassList("", tuple(names)).numbers(word)
    for number, name in enumerate(names):
        around = f" {name.lower().replace('-', ' ')} "
        assert (number in found) == (bool(word.strip()) and f" {word.lower().strip()} " in around)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(0, 12))
def test_the_question_counts_the_lists_that_python_reads_without_an_error(sizes, number):
    right = ClassList("", tuple("x" * 13))
    wrong = [ClassList("", tuple(map(str, range(size)))) for size in sizes]

    def reads(each: ClassList) -> bool:
        try:
            return bool(each.names[number])
        except IndexError:
            return False

    question = lists.ask_unnoticed(number, (right, *wrong))
    assert question.answer == sum(map(reads, wrong))
    assert ("IndexError" in str(question.reason)) == (not all(map(reads, wrong)))


@pytest.mark.parametrize(
    "typed", ["bees, ants", "b,B,a,A,10,9", "Zebra，ant、猫", "cats\ndogs", " two words , one ", "_x, x, X"]
)
def test_folders_get_the_numbers_that_torchvision_gives_them(tmp_path, typed):
    names = lists.folder_names(typed)
    for name in names:
        (tmp_path / name).mkdir()
    assert lists.numbered(names) == find_classes(tmp_path)[1]
    question = lists.ask_number(names)
    assert question.answer == find_classes(tmp_path)[1][names[0]]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "0 classes"),
        ("ants, ,", "1 class"),
        ("a, b, a", "a is there twice"),
        ("a, b/c", "b/c cannot be the name"),
        (f"a, {'b' * 101}", "cannot be the name"),
        (",".join(map(str, range(201))), "201 classes"),
    ],
)
def test_what_cannot_lie_in_one_folder_is_refused(typed, words):
    with pytest.raises(LessonError, match=words):
        lists.folder_names(typed)


def test_a_new_head_sits_on_the_backbone_as_it_is(backbone):
    batch, before = torch.rand(1, 3, 32, 32), torch.random.get_rng_state()
    weights = {name: each.clone() for name, each in backbone.net.state_dict().items()}
    guesses = lists.untrained_heads(backbone, batch)
    assert len(guesses) == len(lists.SEEDS)
    features = backbone.net[:-1](batch)
    for seed, guess in zip(lists.SEEDS, guesses, strict=True):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            head = nn.Linear(96, 20)
        answer = head(features).softmax(dim=1)[0].detach()
        assert guess.number == int(answer.argmax())
        assert guess.probability == pytest.approx(float(answer.max()), abs=1e-6)
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(each, backbone.net.state_dict()[name]) for name, each in weights.items())
    question = lists.ask_untrained(backbone, guesses)
    assert question.answer == len({each.number for each in guesses})


def test_a_net_without_its_weights_is_near_chance_and_leaves_the_net_alone(backbone):
    batch = torch.rand(1, 3, 32, 32)
    answer = backbone.probabilities(batch)
    guess = lists.without_weights(backbone, batch)
    assert guess.probability < 0.3
    assert torch.equal(answer, backbone.probabilities(batch))


def test_the_program_reads_the_number_in_each_list(capsys):
    variables = executed(lists.snippet(5, ("bees", "ants")))
    assert variables["lists"]["own folder"] == ["ants", "bees"]
    assert variables["lists"]["CIFAR-10"] == list(CIFAR10)
    exec(lists.snippet(5, ("bees", '"quoted"')), {})
    assert capsys.readouterr().out.splitlines() == [
        "ImageNet electric ray",
        "CIFAR-10 dog",
        "FashionMNIST Sandal",
        "own folder IndexError",
    ]
