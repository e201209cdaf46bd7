"""The reader's network: a picture [N, 1, 48, 168] in, scores of characters over 84 positions out.

The 84 positions are the 42 columns of the upper half followed by the 42 of the lower half, each
seeing the whole height. A one-line plate is written into one of them, a two-line plate into both,
so that CTC reads rows in order without being told how many there are.
"""

from __future__ import annotations

import torch
from torch import nn

from .formats import CHARSET

BLANK = 0


def _block(inputs: int, outputs: int, stride: tuple[int, int] = (1, 1), kernel: tuple[int, int] = (3, 3)) -> nn.Sequential:
    padding = (kernel[0] // 2, kernel[1] // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class _Farther(nn.Module):
    """Looks at characters farther along the row: where a country writes letters and where digits is all that tells
    an O from a 0 in most fonts. Begins as nothing, so that it can be added to weights trained without it."""

    def __init__(self, channels: int, dilation: int):
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv1d(channels, channels, 5, padding=2 * dilation, dilation=dilation, groups=4, bias=False),
            nn.BatchNorm1d(channels), nn.ReLU(inplace=True),
            nn.Conv1d(channels, channels, 1, bias=False), nn.BatchNorm1d(channels))
        nn.init.zeros_(self.look[-1].weight)

    def forward(self, row: torch.Tensor) -> torch.Tensor:
        return row + self.look(row)


class Reader(nn.Module):
    """Logits [N, 84, characters + 1]; index 0 is CTC's blank."""

    def __init__(self, width: int = 32):
        super().__init__()
        w = width
        self.features = nn.Sequential(
            _block(1, w, (2, 2)),  # 24 x 84
            _block(w, w),
            _block(w, 2 * w, (2, 2)),  # 12 x 42
            _block(2 * w, 2 * w),
            _block(2 * w, 3 * w, (2, 1)),  # 6 x 42
            _block(3 * w, 3 * w),
            _block(3 * w, 4 * w, (3, 1)),  # 2 x 42
        )
        # Each row sees itself and the other one; two sets of weights say which row it is.
        self.upper = nn.Conv1d(8 * w, 6 * w, 3, padding=1)
        self.lower = nn.Conv1d(8 * w, 6 * w, 3, padding=1)
        self.context = nn.Sequential(
            nn.BatchNorm1d(6 * w), nn.ReLU(inplace=True),
            nn.Conv1d(6 * w, 6 * w, 5, padding=2, groups=2, bias=False), nn.BatchNorm1d(6 * w), nn.ReLU(inplace=True),
            nn.Dropout(0.1))
        self.farther = nn.Sequential(*(_Farther(6 * w, dilation) for dilation in (2, 5, 10)))
        self.head = nn.Conv1d(6 * w, len(CHARSET) + 1, 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        # Contrast is taken out here, so that whoever calls hands over plain grey 0..255.
        mean = pictures.mean(dim=(2, 3), keepdim=True)
        centred = pictures - mean
        spread = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
        maps = self.features(centred / (spread + 8.0))
        top, bottom = maps[:, :, 0], maps[:, :, 1]
        first = self.upper(torch.cat((top, bottom), 1))
        second = self.lower(torch.cat((bottom, top), 1))
        both = self.context(torch.cat((first, second), 2))
        return self.head(self.farther(both)).transpose(1, 2)


def decode(logits: torch.Tensor) -> list[tuple[str, float]]:
    """Greedy CTC: text and confidence (the least of the characters' probabilities) of each picture."""
    best = logits.softmax(2).max(2)
    read = []
    for indices, scores in zip(best.indices.tolist(), best.values.tolist()):
        text, confidence, before = [], 1.0, BLANK
        for index, score in zip(indices, scores):
            if index != BLANK and index != before:
                text.append(CHARSET[index - 1])
                confidence = min(confidence, score)
            before = index
        read.append(("".join(text), confidence if text else 0.0))
    return read
