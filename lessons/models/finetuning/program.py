"""The comparison as one program of plain torch: a function that learns in one way, called for each."""

from textwrap import indent

from lessons.core.messages import LessonError
from lessons.core.notebook import join_cells
from lessons.engine.pictures import program as pictures
from lessons.engine.pictures.sources import Source, source
from lessons.engine.training import loop, tuning
from lessons.engine.training import program as runs
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import HEAD_EPOCHS, Config
from lessons.engine.training.nets import Shape
from lessons.models.finetuning.inputs import FROZEN, HEAD_FIRST, SCRATCH, THREADS, Inputs


def snippet(inputs: Inputs) -> str:
    """Prints the accuracy of each way, the mean of all seeds, and keeps it in ``accuracies``.

    Weights that are not ImageNet's come from a file beside it. LessonError where the pictures are a folder
    that has not been read yet or is gone.
    """
    about = source(inputs.data)
    loading = pictures.cells(about)
    if about.shape is None:
        raise LessonError("The pictures in {name} have not been read yet.", name=about.title)
    config = next(iter(inputs.runs().values()))
    prepared = tuning.preparation(config, about.shape)
    fits = prepared.shape == about.shape
    loading["Pictures"] += runs.tested(config, about.test_size) + runs.fitted(prepared, about.shape)
    if not fits:
        loading["Pictures"] += "test_images = fitted(test_images)\n"
    return join_cells(
        {
            **loading,
            "Net": _net(inputs, prepared.shape, len(about.classes)),
            "Batches": runs.batches(config, prepared),
            "Learning": _learning(inputs, config, about, fits, loop.test_batch(prepared.shape)),
            "Comparison": _comparison(inputs),
        }
    )


def _net(inputs: Inputs, shape: Shape, classes: int) -> str:
    """``build``: the net as it begins in each way; after the same seed its head is always the same."""
    by_way = inputs.runs()
    *_others, config = by_way.values()  # from scratch comes first: any other starts from weights
    lines = list(runs.net_lines(config, shape, classes))
    if SCRATCH in by_way and config.tuning != SCRATCH:
        lines = _where_pretrained(lines)
    body = indent("\n".join(lines), "    ")
    device = 'torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")'
    imports = "\n".join(runs.net_imports(config))
    return f"""\
{imports}
torch.set_num_threads({THREADS})
device = {device}


def build(tuning: str) -> nn.Module:
{body}
    return net.to(device).to(memory_format=torch.channels_last)
"""


def _where_pretrained(lines: list[str]) -> list[str]:
    """The lines that bring weights, for those ways alone that want them."""
    published = ', weights="IMAGENET1K_V1"'
    if any(published in line for line in lines):
        chosen = ', weights=None if tuning == "scratch" else "IMAGENET1K_V1"'
        return [line.replace(published, chosen) for line in lines]
    made, *weights = lines
    return [made, f'if tuning != "{SCRATCH}":', *(f"    {line}" for line in weights)]


def _learning(inputs: Inputs, config: Config, about: Source, fits: bool, batch: int) -> str:
    heads = {FROZEN: inputs.epochs, HEAD_FIRST: HEAD_EPOCHS}
    head_epochs = {way: heads[way] for way in inputs.runs() if way in heads}
    chosen = "train_images[chosen]" if fits else "fitted(train_images[chosen])"
    part = "flip(images[batch], generator)" if config.flip else "images[batch]"
    by_all = f"logits = net(scale({part}))"
    forward, features = by_all, ""
    if head_epochs:
        features = f"""\
    head_epochs = {head_epochs}.get(tuning, 0)
    if head_epochs:  # the backbone is frozen: its features are computed once
        net.eval()
        with torch.no_grad():
            features = torch.cat([net[:-1](scale(part)) for part in images.split({batch})])
"""
        forward = f"""\
if epoch <= head_epochs:
                logits = net[-1](features[batch])
            else:
                {by_all}"""
    begin, drop = "", ""
    if inputs.net in PUBLISHED_NETS:
        begin = "    step = 0\n"
        drop = """\
            torch.manual_seed(seed * 1_000_000 + step)  # what Dropout drops
            step += 1
"""
    return f"""\
def learn(tuning: str, lr: float, seed: int) -> float:
    order = torch.randperm(len(train_images), generator=torch.Generator().manual_seed(seed))
    classes = range({len(about.classes)})
    chosen = torch.cat([order[train_labels[order] == label][:{inputs.per_class}] for label in classes])
    images, labels = {chosen}.to(device), train_labels[chosen].to(device)
    torch.manual_seed(seed)
    net = build(tuning)
    learner = net[-1] if tuning == "{FROZEN}" else net
    optimizer = torch.optim.SGD(learner.parameters(), lr=lr, momentum={config.momentum}, nesterov=True)
{features}{begin}    for epoch in range(1, {inputs.epochs + 1}):
        generator = torch.Generator().manual_seed(seed * 1000 + epoch)
        order = torch.randperm(len(images), generator=generator)
        net.train()
        for batch in order.split({config.batch_size}):
{drop}            {forward}
            loss = F.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(scale(part.to(device))) for part in test_images.split({batch})]).cpu()
    return (logits.argmax(dim=1) == test_labels).double().mean().item()
"""


def _comparison(inputs: Inputs) -> str:
    rates = {way: config.lr for way, config in inputs.runs().items()}
    return f"""\
rates = {rates}
accuracies = {{}}
for tuning, lr in rates.items():
    accuracies[tuning] = sum(learn(tuning, lr, seed) for seed in range({inputs.seeds})) / {inputs.seeds}
    print(f"{{tuning}}: {{accuracies[tuning]:.1%}} of the test pictures")
"""
