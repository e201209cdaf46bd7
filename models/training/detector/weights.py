"""Takes the weights of a YOLOX-nano in ONNX (batch norm folded) as the start of a training."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from .network import Conv, Detector

EPSILON = 1e-3


def load(file: Path, classes: int, like: list[int | None], pictures: torch.Tensor) -> Detector:
    """
    Returns a detector of so many classes that starts where the file's stands.

    like: for each class the index of the file's class that it resembles, whose scores it starts from; None: from nothing
    pictures: some inputs [N, 3, S, S], from which the statistics of the folded batch norms are taken anew
    """
    model = onnx.load(file)
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in model.graph.initializer}
    folded = [node for node in model.graph.node if node.op_type == "Conv"]
    there = model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value - 5
    network = Detector(there).eval()

    order: list[nn.Conv2d] = []
    hooks = [m.register_forward_hook(lambda module, *_: order.append(module))
             for m in network.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        network(torch.zeros(1, 3, 416, 416))
    for hook in hooks:
        hook.remove()
    if len(order) != len(folded):
        raise SystemExit(f"{file} is no YOLOX-nano: {len(folded)} convolutions, {len(order)} expected")
    norms = {m.conv: m.norm for m in network.modules() if isinstance(m, Conv)}
    for convolution, node in zip(order, folded):
        weight, bias = values[node.input[1]], values[node.input[2]]
        if weight.shape != convolution.weight.shape:
            raise SystemExit(f"{file} is no YOLOX-nano: {node.name} has the shape {tuple(weight.shape)}")
        convolution.weight.data = weight
        if convolution.bias is not None:
            convolution.bias.data = bias
        else:  # a norm that does nothing but add the bias
            norm = norms[convolution]
            norm.weight.data.fill_((1 + EPSILON) ** 0.5)
            norm.bias.data = bias.clone()
    _refresh_statistics(network, list(norms.values()), pictures)
    for head in network.heads:
        scores = nn.Conv2d(head.classes.in_channels, classes, 1)
        nn.init.normal_(scores.weight, std=0.01)
        nn.init.constant_(scores.bias, -3.0)
        for index, source in enumerate(like):
            if source is not None:
                scores.weight.data[index] = head.classes.weight.data[source]
                scores.bias.data[index] = head.classes.bias.data[source]
        head.classes = scores
    return network


def _refresh_statistics(network: Detector, norms: list[nn.BatchNorm2d], pictures: torch.Tensor) -> None:
    """Gives each norm the mean and variance that its input really has, the function staying the same."""
    seen: dict[nn.BatchNorm2d, tuple[torch.Tensor, torch.Tensor]] = {}

    def note(norm: nn.BatchNorm2d, inputs: tuple[torch.Tensor, ...], _output: torch.Tensor) -> None:
        seen[norm] = (inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3)).clamp(min=1e-4))

    hooks = [norm.register_forward_hook(note) for norm in norms]
    with torch.no_grad():
        before = network(pictures[:2])
        network(pictures)
    for hook in hooks:
        hook.remove()
    for norm, (mean, variance) in seen.items():
        bias = norm.bias.data.clone()
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data = (variance + norm.eps).sqrt()
        norm.bias.data = bias + mean
    with torch.no_grad():
        moved = (network(pictures[:2]) - before).abs().max().item()
    if moved > 0.05:
        raise SystemExit(f"the weights do not survive the change of their norms: off by {moved}")
