"""What follows from a config before anything is trained."""

import pytest
import torch

from lessons.engine.training.choices import NETS, OPTIMIZERS
from lessons.engine.training.config import Config, differences
from lessons.engine.training.nets import build
from lessons.engine.training.tuning import make_optimizer


def test_what_differs_names_only_the_settings_that_do() -> None:
    assert differences([Config(lr=0.1), Config(lr=0.01)]) == {"lr": (0.1, 0.01)}
    assert differences([Config(), Config()]) == {}


def test_the_pictures_are_those_asked_for_or_all_there_are() -> None:
    assert Config(train_size=500).pictures(5000) == Config(train_size=500).pictures(None) == 500
    assert Config().pictures(5000) == 5000
    assert Config().pictures(None) is None


def test_the_steps_of_a_run_are_those_of_its_epochs() -> None:
    assert Config(batch_size=64, epochs=8).total_steps(5000) == 8 * 79


@pytest.mark.parametrize("name", NETS)
def test_a_nets_smallest_picture_is_as_small_as_it_can_be(name) -> None:
    side = NETS[name].smallest_side
    build(name, (3, side, side), 10)(torch.zeros(1, 3, side, side))
    if side > 1:
        with pytest.raises(Exception, match="needs pictures of at least"):
            build(name, (3, side - 1, side), 10)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_an_optimizer_keeps_as_many_averages_as_is_counted(name, momentum) -> None:
    config = Config(optimizer=name, momentum=momentum)
    net = torch.nn.Linear(3, 2)
    optimizer = make_optimizer(config, net)
    net(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    kept = [value for value in optimizer.state[net.weight].values() if torch.is_tensor(value)]
    assert sum(value.shape == net.weight.shape for value in kept) == config.averages


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_is_not_named_to_an_optimizer_is_torchs_own_default(name) -> None:
    config = Config(optimizer=name, momentum=0.0, weight_decay=OPTIMIZERS[name].weight_decay)
    assert config.optimizer_arguments() == {"lr": 0.01}
    (group,) = make_optimizer(config, torch.nn.Linear(3, 2)).param_groups
    assert group["weight_decay"] == config.weight_decay
    assert group.get("momentum", 0) == 0
