"""The nets and the optimizers that a run can have: what is known of each before torch is imported."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Net:
    """title: its name on a page; smallest_side: with fewer pixels a side nothing is left after its layers;
    pretrained: whether there are weights that learned on other pictures, to start from."""

    title: str
    smallest_side: int = 1
    pretrained: bool = False


@dataclass(frozen=True)
class Optimizer:
    """title: its name on a page, and its class in ``torch.optim``.

    averages: how many it keeps of each parameter; takes_momentum: whether it has a momentum, without which
    it keeps none; weight_decay: torch's own default.
    """

    title: str
    averages: int
    takes_momentum: bool = False
    weight_decay: float = 0.0


NETS = {
    "linear": Net("Linear"),
    "mlp": Net("MLP 512-512"),
    "lenet": Net("LeNet", smallest_side=12),
    "cnn": Net("CNN 32-32-64", smallest_side=8),
    "cnn-64": Net("CNN with a hidden layer of 64", smallest_side=8),
    "resnet": Net("Small ResNet", smallest_side=8, pretrained=True),
}
PUBLISHED_NETS = {  # in torchvision, with weights that learned on ImageNet
    "alexnet": Net("AlexNet", 63, pretrained=True),
    "vgg16": Net("VGG16", 32, pretrained=True),
    "resnet18": Net("ResNet-18", pretrained=True),
    "resnet50": Net("ResNet-50", pretrained=True),
    "squeezenet1_1": Net("SqueezeNet 1.1", 17, pretrained=True),
    "mobilenet_v3_small": Net("MobileNetV3 small", pretrained=True),
    "efficientnet_b0": Net("EfficientNet-B0", pretrained=True),
}
ALL_NETS = NETS | PUBLISHED_NETS
TUNINGS = {  # what is done with pretrained weights; "": nothing, and the pictures are taken as they are
    "": "no pretrained weights",
    "scratch": "From scratch",
    "frozen": "Frozen backbone",
    "whole": "Whole net",
    "head-first": "Head first, then all",
}
OPTIMIZERS = {
    "sgd": Optimizer("SGD", averages=1, takes_momentum=True),
    "adam": Optimizer("Adam", averages=2),
    "adamw": Optimizer("AdamW", averages=2, weight_decay=0.01),
    "rmsprop": Optimizer("RMSprop", averages=1),
    "adagrad": Optimizer("Adagrad", averages=1),
}
DEVICES = ("auto", "cpu", "cuda", "mps")
RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5))
