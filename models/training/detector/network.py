"""YOLOX-nano: 0.9 M parameters, anchor-free, strides 8, 16 and 32.

The architecture is that of YOLOX (Ge et al. 2021, arXiv 2107.08430), written so that the published
ONNX weights (Apache-2.0) fit layer by layer, see weights.py.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

STRIDES = (8, 16, 32)


class Conv(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.silu(self.norm(self.conv(x)))


def separable(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(Conv(inputs, inputs, 3, stride, groups=inputs), Conv(inputs, outputs))


class Bottleneck(nn.Module):
    def __init__(self, channels: int, shortcut: bool):
        super().__init__()
        self.body = nn.Sequential(Conv(channels, channels), separable(channels, channels))
        self.shortcut = shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x) if self.shortcut else self.body(x)


class CrossStage(nn.Module):
    """Half of the channels goes through bottlenecks, half around them."""

    def __init__(self, inputs: int, outputs: int, depth: int, shortcut: bool = True):
        super().__init__()
        half = outputs // 2
        self.through = Conv(inputs, half)
        self.around = Conv(inputs, half)
        self.merge = Conv(2 * half, outputs)
        self.blocks = nn.Sequential(*[Bottleneck(half, shortcut) for _ in range(depth)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        through, around = self.through(x), self.around(x)
        return self.merge(torch.cat((self.blocks(through), around), 1))


class PyramidPool(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.reduce = Conv(channels, channels // 2)
        self.merge = Conv(channels * 2, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.reduce(x)
        return self.merge(torch.cat([x] + [functional.max_pool2d(x, k, 1, k // 2) for k in (5, 9, 13)], 1))


class Head(nn.Module):
    """Class scores from one tower, box and objectness from the other."""

    def __init__(self, inputs: int, classes: int, width: int = 64):
        super().__init__()
        self.stem = Conv(inputs, width)
        self.class_tower = nn.Sequential(separable(width, width), separable(width, width))
        self.classes = nn.Conv2d(width, classes, 1)
        self.box_tower = nn.Sequential(separable(width, width), separable(width, width))
        self.box = nn.Conv2d(width, 4, 1)
        self.objectness = nn.Conv2d(width, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        classes = self.classes(self.class_tower(x))
        tower = self.box_tower(x)
        return torch.cat((self.box(tower), self.objectness(tower), classes), 1).flatten(2)


class Detector(nn.Module):
    """Pictures [N, 3, S, S], BGR 0..255, to raw predictions [N, cells, 4 + 1 + classes]."""

    def __init__(self, classes: int, base: int = 16):
        super().__init__()
        b = base
        self.stem = Conv(12, b, 3)
        self.dark2 = nn.Sequential(separable(b, 2 * b, 2), CrossStage(2 * b, 2 * b, 1))
        self.dark3 = nn.Sequential(separable(2 * b, 4 * b, 2), CrossStage(4 * b, 4 * b, 3))
        self.dark4 = nn.Sequential(separable(4 * b, 8 * b, 2), CrossStage(8 * b, 8 * b, 3))
        self.dark5 = nn.Sequential(
            separable(8 * b, 16 * b, 2), PyramidPool(16 * b), CrossStage(16 * b, 16 * b, 1, shortcut=False))
        self.lateral5 = Conv(16 * b, 8 * b)
        self.up4 = CrossStage(16 * b, 8 * b, 1, shortcut=False)
        self.lateral4 = Conv(8 * b, 4 * b)
        self.up3 = CrossStage(8 * b, 4 * b, 1, shortcut=False)
        self.down3 = separable(4 * b, 4 * b, 2)
        self.out4 = CrossStage(8 * b, 8 * b, 1, shortcut=False)
        self.down4 = separable(8 * b, 8 * b, 2)
        self.out5 = CrossStage(16 * b, 16 * b, 1, shortcut=False)
        self.heads = nn.ModuleList(Head(width, classes) for width in (4 * b, 8 * b, 16 * b))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = torch.cat((pictures[..., ::2, ::2], pictures[..., 1::2, ::2],
                       pictures[..., ::2, 1::2], pictures[..., 1::2, 1::2]), 1)
        c3 = self.dark3(self.dark2(self.stem(x)))
        c4 = self.dark4(c3)
        top = self.lateral5(self.dark5(c4))
        middle = self.lateral4(self.up4(torch.cat((_double(top), c4), 1)))
        p3 = self.up3(torch.cat((_double(middle), c3), 1))
        p4 = self.out4(torch.cat((self.down3(p3), middle), 1))
        p5 = self.out5(torch.cat((self.down4(p4), top), 1))
        return torch.cat([head(p) for head, p in zip(self.heads, (p3, p4, p5))], 2).transpose(1, 2)


def _double(x: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def cells(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Grid position [cells, 2] and stride [cells, 1] of each prediction for a square input."""
    positions, strides = [], []
    for stride in STRIDES:
        n = size // stride
        y, x = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
        positions.append(torch.stack((x, y), -1).reshape(-1, 2).float())
        strides.append(torch.full((n * n, 1), float(stride)))
    return torch.cat(positions), torch.cat(strides)


def corners(raw: torch.Tensor, positions: torch.Tensor, strides: torch.Tensor) -> torch.Tensor:
    """Raw boxes to left, top, right, bottom in pixels of the input."""
    centre = (raw[..., :2] + positions) * strides
    half = torch.exp(raw[..., 2:4].clamp(max=8)) * strides / 2
    return torch.cat((centre - half, centre + half), -1)
