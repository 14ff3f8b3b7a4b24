"""How an output cell of a convolution is made, as text."""

from lessons.core.messages import Message
from lessons.core.numbers import show, sum_of_products, texts
from lessons.core.stage import Line
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.result import Result
from lessons.layers.windows import Stop, shown


class Arithmetic:
    """Every number that it names, in lists: a long stage reads them faster than tensors."""

    def __init__(self, inputs: Inputs, result: Result) -> None:
        self.inputs = inputs
        self.image, self.kernels = shown(result.padded), list(map(texts, inputs.kernels))
        self.shares = result.products.sum(dim=(-2, -1)).flatten(1, 2).tolist()  # (O, R·S, C/groups)
        self.output = result.output.flatten(1).tolist()

    def lines(self, stop: Stop) -> list[Line]:
        """A line for each channel, if there are several, and then their sum; the bias is its last summand."""
        channels, laid = self.inputs.sees(stop.channel), self.kernels[stop.channel]
        shares, total = self.shares[stop.channel][stop.cell], self.output[stop.channel][stop.cell]
        bias = [(show(self.inputs.bias[stop.channel]),)] if any(self.inputs.bias) else []
        factors = [
            [(self.image[channel][cell], weight) for cell, weight in zip(stop.seen, weights, strict=True)]
            for channel, weights in zip(channels, laid, strict=True)
        ]
        if len(factors) == 1:
            return [sum_of_products([*factors[0], *bias], total)]
        lines: list[Line] = [
            Message("Channel {channel}: {reason}", channel=channel + 1, reason=sum_of_products(pairs, share))
            for channel, pairs, share in zip(channels, factors, shares, strict=True)
        ]
        return [*lines, sum_of_products([*((show(share),) for share in shares), *bias], total)]
