"""Puts what was photographed on white into other pictures, small: distant ones are rare in collected photographs, and
those are what a camera sees first. Flames are left alone: cut out by their light they taught the detector that every
warm bright spot burns (models/README.md)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .packs import Labelled

WHITE = 232
SMALLEST, LARGEST = 0.15, 0.7
LEAST = 6
"""Pixels of a side below which nothing is pasted."""
MOST = 2000
"""Donors kept, so that a large pack does not fill the memory twice."""


@dataclass
class Donor:
    """A cut-out: its picture, how opaque each pixel is (0 to 1), and the boxes of what is in it."""

    picture: np.ndarray
    alpha: np.ndarray
    boxes: np.ndarray


class Transplant:
    """Pastes donors into pictures, at 15 to 70 % of a picture's side."""

    def __init__(self, pictures: list[Labelled]):
        self.donors = [d for picture in pictures if 0 < len(picture.boxes) < 3 and (d := _outlined(picture))][:MOST]

    def apply(self, picture: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        if not self.donors:
            return picture, boxes
        side = picture.shape[0]
        for _ in range(int(rng.integers(1, 4))):
            donor = self.donors[int(rng.integers(len(self.donors)))]
            longest = side * SMALLEST * (LARGEST / SMALLEST) ** rng.random()
            zoom = longest / max(donor.alpha.shape)
            height, width = (max(4, round(s * zoom)) for s in donor.alpha.shape)
            left, top = (int(rng.integers(0, max(1, side - s))) for s in (width, height))
            if _covers(boxes, left, top, left + width, top + height):
                continue
            mirrored = rng.random() < 0.5
            changed, pasted = _paste(picture, donor, (left, top, width, height), mirrored)
            if (pasted[:, 2:4] - pasted[:, :2] < LEAST).any():
                continue
            picture = changed
            boxes = np.concatenate((boxes, pasted))
        return picture, boxes


def _covers(boxes: np.ndarray, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether the rectangle would hide more than a fifth of what is there already."""
    if not len(boxes):
        return False
    width = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left)
    height = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
    hidden = width.clip(min=0) * height.clip(min=0)
    return bool((hidden > 0.2 * (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).any())


def _paste(picture: np.ndarray, donor: Donor, place: tuple[int, int, int, int],
           mirrored: bool) -> tuple[np.ndarray, np.ndarray]:
    left, top, width, height = place
    shrinks = width < donor.alpha.shape[1]
    flags = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    patch = cv2.resize(donor.picture, (width, height), interpolation=flags).astype(np.float32)
    alpha = cv2.resize(donor.alpha, (width, height), interpolation=flags)
    boxes = donor.boxes.copy()
    boxes[:, [0, 2]] *= width / donor.alpha.shape[1]
    boxes[:, [1, 3]] *= height / donor.alpha.shape[0]
    if mirrored:
        patch, alpha = patch[:, ::-1], alpha[:, ::-1]
        boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    boxes[:, [0, 2]] += left
    boxes[:, [1, 3]] += top
    result = picture.copy()
    under = result[top:top + height, left:left + width]
    alpha = alpha[:under.shape[0], :under.shape[1], None]
    patch = patch[:under.shape[0], :under.shape[1]]
    result[top:top + height, left:left + width] = np.clip(under * (1 - alpha) + patch * alpha, 0, 255)
    return result, boxes


def _outlined(source: Labelled) -> Donor | None:
    """What stands on white, with the hand that holds it; None where the rim is not white nearly all round."""
    picture = source.picture
    rim = np.concatenate((picture[0], picture[-1], picture[:, 0], picture[:, -1])).min(1)
    if (rim > WHITE).mean() < 0.85:
        return None
    height, width = picture.shape[:2]
    mask = np.zeros((height + 2, width + 2), np.uint8)
    filled = picture.copy()
    edge = [(x, y) for x in range(0, width, 8) for y in (0, height - 1)] + [(x, y) for y in range(0, height, 8) for x in (0, width - 1)]
    for x, y in edge:
        if not mask[y + 1, x + 1] and picture[y, x].min() > WHITE:
            cv2.floodFill(filled, mask, (x, y), 0, (10, 10, 10), (10, 10, 10), 4 | cv2.FLOODFILL_MASK_ONLY | (255 << 8))
    stands = (mask[1:-1, 1:-1] == 0).astype(np.uint8)
    stands = cv2.morphologyEx(cv2.erode(stands, np.ones((3, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if not 0.04 < stands.mean() < 0.75:
        return None
    rows, columns = stands.any(1).nonzero()[0], stands.any(0).nonzero()[0]
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    boxes = source.boxes.copy()
    boxes[:, [0, 2]] = (boxes[:, [0, 2]] - left).clip(0, right - left)
    boxes[:, [1, 3]] = (boxes[:, [1, 3]] - top).clip(0, bottom - top)
    alpha = cv2.GaussianBlur(stands[top:bottom, left:right].astype(np.float32), (3, 3), 0)
    return Donor(picture[top:bottom, left:right].copy(), alpha, boxes)
