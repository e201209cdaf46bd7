"""Which cells answer for which object (SimOTA), and how wrong they are."""

from __future__ import annotations

import torch
from torch.nn import functional

from .network import cells, corners


def overlap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Intersection over union of each of a [n, 4] with each of b [m, 4]."""
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(2)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(1), (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (area_a[:, None] + area_b[None] - shared + 1e-9)


class DetectionLoss:
    """
    presence: what a class's score should say: 0, how well the box fits, which ranks boxes best; 1, only whether the
    thing is there, for labels whose boxes are loose. Between: a mixture
    """

    def __init__(self, size: int, classes: int, device: torch.device, presence: float = 0.0):
        self.positions, self.strides = (part.to(device) for part in cells(size))
        self.centres = (self.positions + 0.5) * self.strides
        self.classes, self.presence = classes, presence

    def __call__(self, raw: torch.Tensor, wanted: list[torch.Tensor]) -> torch.Tensor:
        """Box, objectness and class loss of a batch; wanted: boxes [n, 5] of each picture."""
        boxes = corners(raw, self.positions, self.strides)
        objectness, classes = raw[..., 4], raw[..., 5:]
        target = torch.zeros_like(objectness)
        box_loss = class_loss = raw.sum() * 0
        matched = 0
        for i, objects in enumerate(wanted):
            match = self._assign(boxes[i], objectness[i], classes[i], objects) if len(objects) else None
            if match is None:
                continue
            chosen, which, quality = match
            target[i, chosen] = 1.0
            matched += len(chosen)
            box_loss = box_loss + (1 - _generalised(boxes[i][chosen], objects[which, :4])).sum()
            fit = self.presence + (1 - self.presence) * quality.clamp(0, 1)
            one_hot = functional.one_hot(objects[which, 4].long(), self.classes).float()
            class_loss = class_loss + functional.binary_cross_entropy_with_logits(
                classes[i][chosen], one_hot * fit[:, None], reduction="sum")
        objectness_loss = functional.binary_cross_entropy_with_logits(objectness, target, reduction="sum")
        return (5 * box_loss + objectness_loss + class_loss) / max(1, matched)

    @torch.no_grad()
    def _assign(self, boxes: torch.Tensor, objectness: torch.Tensor, classes: torch.Tensor,
                objects: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None:
        """Cells, the object of each, and their overlap: the cheapest few cells of each object."""
        truth = objects[:, :4]
        inside = ((self.centres[None] > truth[:, None, :2]) & (self.centres[None] < truth[:, None, 2:])).all(2)
        middle = (truth[:, :2] + truth[:, 2:]) / 2
        near = ((self.centres[None] - middle[:, None]).abs() < 1.5 * self.strides[None]).all(2)
        candidates = (inside | near).any(0).nonzero()[:, 0]
        if not len(candidates):
            return None
        iou = overlap(truth, boxes[candidates])
        score = (classes[candidates].sigmoid() * objectness[candidates].sigmoid()[:, None]).sqrt().clamp(1e-6, 1 - 1e-6)
        one_hot = functional.one_hot(objects[:, 4].long(), self.classes).float()
        cost = -(one_hot[:, None] * score.log()[None] + (1 - one_hot[:, None]) * (1 - score).log()[None]).sum(2)
        cost = cost - 3 * (iou + 1e-8).log() + 1e5 * (~(inside & near)[:, candidates])
        counts = iou.topk(min(10, iou.shape[1]), 1).values.sum(1).int().clamp(min=1)
        matrix = torch.zeros_like(cost, dtype=torch.bool)
        for row, count in enumerate(counts.tolist()):
            matrix[row, cost[row].topk(min(count, cost.shape[1]), largest=False).indices] = True
        contested = matrix.sum(0) > 1
        if contested.any():
            winner = cost[:, contested].argmin(0)
            matrix[:, contested] = False
            matrix[winner, contested.nonzero()[:, 0]] = True
        taken = matrix.any(0)
        which = matrix[:, taken].float().argmax(0)
        return candidates[taken], which, iou[which, taken.nonzero()[:, 0]]


def _generalised(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """GIoU of boxes pair by pair."""
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return shared / (union + 1e-9) - (hull - union) / (hull + 1e-9)
