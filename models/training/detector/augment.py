"""Makes many pictures of few: mosaics, zoom, aspect, turn, colour, blur, noise, and a camera's compression."""

from __future__ import annotations

import math

import cv2
import numpy as np

from .lamps import shine
from .packs import Labelled
from .transplant import Transplant

GREY = (114, 114, 114)


class Augment:
    """Draws training samples [S, S, 3] with boxes in pixels; a sample is a pure function of its seed."""

    def __init__(self, pictures: list[Labelled], size: int, mosaic: float = 0.5, transplant: Transplant | None = None,
                 lamps: bool = False):
        self.pictures, self.size, self.mosaic, self.transplant, self.lamps = pictures, size, mosaic, transplant, lamps

    def sample(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        first = int(rng.integers(len(self.pictures)))
        picture, boxes = self._mosaic(first, rng) if rng.random() < self.mosaic else self._single(first, rng)
        if self.transplant and rng.random() < 0.3:
            picture, boxes = self.transplant.apply(picture, boxes, rng)
        if self.lamps and rng.random() < 0.3:
            picture = shine(picture, boxes, rng)
        if rng.random() < 0.5:
            picture = picture[:, ::-1]
            boxes = boxes.copy()
            boxes[:, [0, 2]] = self.size - boxes[:, [2, 0]]
        return _photograph(np.ascontiguousarray(picture), rng), boxes

    def _single(self, index: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        source = self.pictures[index]
        height, width = source.picture.shape[:2]
        zoom = self.size / max(height, width) * (rng.uniform(0.25, 0.5) if rng.random() < 0.15 else rng.uniform(0.55, 1.5))
        stretch = math.sqrt(rng.uniform(0.85, 1.55))
        sx, sy, turn = zoom * stretch, zoom / stretch, math.radians(rng.normal(0, 6))
        linear = np.array([[sx * math.cos(turn), -sy * math.sin(turn)], [sx * math.sin(turn), sy * math.cos(turn)]])
        centre = np.array([0.5, 0.5]) + rng.uniform(-0.25, 0.25, 2)
        shift = centre * self.size - linear @ np.array([width / 2, height / 2])
        return _warp(source, np.column_stack((linear, shift)), (self.size, self.size))

    def _mosaic(self, index: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        size = self.size
        cx, cy = (int(v * size) for v in rng.uniform(0.3, 0.7, 2))
        canvas = np.full((size, size, 3), 114, np.uint8)
        kept = [np.zeros((0, 5), np.float32)]
        others = [int(i) for i in rng.integers(len(self.pictures), size=3)]
        for place, chosen in enumerate([index, *others]):
            source = self.pictures[chosen]
            left, top = (0, cx)[place % 2], (0, cy)[place // 2]
            width, height = (cx, size - cx)[place % 2], (cy, size - cy)[place // 2]
            h, w = source.picture.shape[:2]
            zoom = max(width / w, height / h) * rng.uniform(0.75, 1.25)
            stretch = math.sqrt(rng.uniform(0.85, 1.5))
            sx, sy = zoom * stretch, zoom / stretch
            matrix = np.array([
                [sx, 0, width / 2 - sx * w / 2 + rng.uniform(-0.15, 0.15) * width],
                [0, sy, height / 2 - sy * h / 2 + rng.uniform(-0.15, 0.15) * height]])
            tile, boxes = _warp(source, matrix, (width, height))
            canvas[top:top + height, left:left + width] = tile
            kept.append(boxes + np.array([left, top, left, top, 0], np.float32))
        return canvas, np.concatenate(kept)


def _warp(source: Labelled, matrix: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Warps a picture; boxes of which less than 40 % or 4 pixels stay in sight are dropped."""
    shrinks = abs(matrix[0, 0]) < 1
    picture = cv2.warpAffine(source.picture, matrix, size, flags=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_CONSTANT, borderValue=GREY)
    boxes = source.boxes
    if not len(boxes):
        return picture, boxes
    points = np.stack((boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [2, 3]], boxes[:, [0, 3]]), 1)
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    whole = np.concatenate((moved.min(1), moved.max(1), boxes[:, 4:]), 1).astype(np.float32)
    seen = whole.copy()
    seen[:, [0, 2]] = seen[:, [0, 2]].clip(0, size[0])
    seen[:, [1, 3]] = seen[:, [1, 3]].clip(0, size[1])
    area = (whole[:, 2] - whole[:, 0]) * (whole[:, 3] - whole[:, 1])
    width, height = seen[:, 2] - seen[:, 0], seen[:, 3] - seen[:, 1]
    return picture, seen[(width * height > 0.4 * area) & (width > 4) & (height > 4)]


def _photograph(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a surveillance camera makes of it."""
    if rng.random() < 0.8:
        hue, saturation, value = rng.uniform(-1, 1, 3) * (0.015, 0.6, 0.4) + 1
        steps = np.arange(256)
        h, s, v = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2HSV))
        picture = cv2.cvtColor(cv2.merge((
            cv2.LUT(h, (steps * hue % 180).astype(np.uint8)),
            cv2.LUT(s, np.clip(steps * saturation, 0, 255).astype(np.uint8)),
            cv2.LUT(v, np.clip(steps * value, 0, 255).astype(np.uint8)))), cv2.COLOR_HSV2BGR)
    if rng.random() < 0.08:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if rng.random() < 0.1:  # night: dark, noisy
        dark = picture.astype(np.float32) * rng.uniform(0.25, 0.6)
        picture = np.clip(dark + rng.normal(0, rng.uniform(2, 10), picture.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        side = int(rng.choice((3, 5)))
        picture = cv2.blur(picture, (side, side))
    if rng.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 75))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
    return picture
