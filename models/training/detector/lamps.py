"""Puts what shines but does not burn into pictures: lamps, lit panels, tail lights, reflections, orange cloth. Few of
them are in collected pictures, so a detector of fire takes what is warm and bright for flames."""

from __future__ import annotations

import cv2
import numpy as np

SMALLEST, LARGEST = 0.015, 0.3
"""Shares of a picture's side."""
WARM = ((255, 255, 255), (205, 240, 255), (150, 215, 255), (90, 170, 255), (40, 110, 255), (20, 40, 240))
"""BGR, from white by sodium's orange to a tail light's red."""


def shine(picture: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the picture [S, S, 3] with one to five such things, none of them on a box."""
    side = picture.shape[0]
    kind = int(rng.integers(5))
    colour = np.array(WARM[int(rng.integers(len(WARM)))], np.float32)
    result = picture.astype(np.float32)
    for _ in range(int(rng.integers(1, 6))):
        width = side * SMALLEST * (LARGEST / SMALLEST) ** rng.random()
        height = width * float(rng.choice((0.25, 0.5, 1.0, 1.0, 2.0)))
        x, y = rng.uniform(0, side, 2)
        if _touches(boxes, x - width, y - height, x + width, y + height):
            continue
        mask = _shape(kind, side, x, y, width, height, rng)
        if kind == 4:  # cloth: lit by what lights the scene, with the texture that is under it
            grey = cv2.cvtColor(result, cv2.COLOR_BGR2GRAY)[..., None]
            cloth = np.array((20, 110, 255), np.float32) * (0.35 + 0.65 * grey / 255)
            result = result * (1 - mask[..., None]) + cloth * mask[..., None]
            continue
        core = cv2.GaussianBlur(mask, (0, 0), max(0.6, 0.06 * width))[..., None]
        halo = cv2.GaussianBlur(mask, (0, 0), max(1.0, rng.uniform(0.3, 1.2) * width))[..., None]
        lamp = 255 - (255 - colour) * rng.uniform(0.05, 0.6)  # the middle is burnt out
        result = result * (1 - core) + lamp * core + colour * halo * rng.uniform(0.2, 0.9)
    return np.clip(result, 0, 255).astype(np.uint8)


def _shape(kind: int, side: int, x: float, y: float, width: float, height: float, rng: np.random.Generator) -> np.ndarray:
    """Mask [S, S], 0 to 1: 0 a round lamp, 1 a panel in perspective, 2 a pair of lights, 3 a reflection, 4 cloth."""
    mask = np.zeros((side, side), np.float32)
    if kind == 0:
        _ellipse(mask, x, y, width / 2, width / 2, 0)
    elif kind == 2:
        for offset in (-0.9, 0.9):
            _ellipse(mask, x + offset * width, y, width / 4, height / 4, 0)
    elif kind == 3:
        _ellipse(mask, x, y, width / 4, height, rng.uniform(-15, 15))
        mask *= rng.uniform(0.3, 0.8)
    else:
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
        corners = corners * rng.uniform(0.6, 1.2, (4, 2)) + (x, y)
        cv2.fillConvexPoly(mask, cv2.convexHull(corners.astype(np.int32)), 1.0)
    return mask


def _ellipse(mask: np.ndarray, x: float, y: float, across: float, down: float, turn: float) -> None:
    cv2.ellipse(mask, ((float(x), float(y)), (max(2.0, 2 * float(across)), max(2.0, 2 * float(down))), float(turn)), 1.0, -1)


def _touches(boxes: np.ndarray, left: float, top: float, right: float, bottom: float) -> bool:
    return bool(len(boxes)) and bool(((boxes[:, 0] < right) & (boxes[:, 2] > left)
                                      & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)).any())
