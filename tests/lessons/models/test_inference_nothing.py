"""An empty page: a net names one of its classes all the same."""

import pytest
import torch
from torch import Tensor, nn

from lessons.engine.training.trained import Trained
from lessons.engine.training.tuning import OWN
from lessons.models.inference.choosing import BACKBONE, trained_net
from lessons.models.inference.nothing import PAGES, SEEDS, as_picture, ask_net, ask_noise, describe, noise


class Fixed(nn.Module):
    """The same logits, whatever it is shown."""

    def __init__(self, *logits: float) -> None:
        super().__init__()
        self.logits = torch.tensor([logits], dtype=torch.float32)

    def forward(self, batch: Tensor) -> Tensor:
        return self.logits.expand(len(batch), -1)


def test_every_page_is_answered_as_a_picture_is():
    net = trained_net(BACKBONE)
    said = ask_net(net, 3)
    assert said.answers.keys() == said.pictures.keys() == PAGES.keys()
    for page, image in said.pictures.items():
        alone = net.probabilities(net.preparation.prepare(as_picture(image))[None])[0]
        assert torch.allclose(said.answers[page], alone, atol=1e-5)
    assert torch.equal(said.answers["noise"], said.noises[3])
    assert len(said.noises) == SEEDS


def test_a_noise_is_the_same_for_its_seed_and_another_for_another():
    assert torch.equal(noise(1, 4, 5), noise(1, 4, 5))
    assert not torch.equal(noise(1, 4, 5), noise(2, 4, 5))
    assert noise(1, 4, 5).shape == (3, 4, 5)


@pytest.mark.parametrize(
    ("logits", "answer"), [((0, 0, 0.1), 0), ((0, 2.5, 2.4, 0, 0, 0, 0), 1), ((0, 5, 0), 2)]
)
def test_how_sure_it_is_of_noise_is_asked_in_three_steps(logits, answer):
    said = ask_net(Trained(Fixed(*logits), tuple("abcdefg"[: len(logits)]), OWN), 0)
    assert ask_noise(said).answer == answer


def test_the_surest_answer_is_said_with_its_numbers():
    said = ask_net(Trained(Fixed(0, 5, 0), ("a", "b", "c"), OWN), 0)
    assert str(describe(said)).startswith("Of 10 noises 10 are taken for b. The surest answer of all is to ")
    assert str(describe(said)).endswith("b with 98.7%.")


def test_the_surest_of_all_is_the_surest_of_every_noise_and_every_plain_page():
    for seed in range(SEEDS):
        said = ask_net(trained_net(BACKBONE), seed)
        shares = [float(answer.max()) for answer in (*said.noises, *said.answers.values())]
        page, name, share = said.surest
        assert share == max(shares)
        assert str(page) == "one of the noises"
        assert name in said.classes
        assert f"{name} with {share:.1%}" in str(describe(said))


def test_a_plain_page_can_be_the_surest():
    class Dark(nn.Module):
        def forward(self, batch: Tensor) -> Tensor:
            return torch.stack([-3 * batch.mean(dim=(1, 2, 3)), torch.zeros(len(batch))], dim=1)

    page, name, _share = ask_net(Trained(Dark(), ("a", "b"), OWN), 0).surest
    assert (str(page), name) in {("all black", "a"), ("all white", "b")}
