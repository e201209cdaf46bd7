"""Packs of labelled pictures: COCO JSON (train.json, val.json beside the pictures), or YOLO text labels
(images/train, images/val, labels/train, labels/val and names.txt)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np


@dataclass
class Labelled:
    """A picture, BGR, and its boxes [n, 5]: left, top, right, bottom in pixels, class."""

    picture: np.ndarray
    boxes: np.ndarray
    group: str


def load(pack: Path, split: str, names: list[str]) -> list[Labelled]:
    """Reads a split; boxes of other classes than names are left out."""
    coco = pack / f"{split}.json"
    if coco.is_file():
        return _coco(pack, coco, names)
    if (pack / "images" / split).is_dir():
        return _yolo(pack, split, names)
    raise SystemExit(f"{pack} is no pack: neither {split}.json (COCO) nor images/{split} (YOLO) is there")


def _picture(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"{path} cannot be read as a picture")
    return picture


def _coco(pack: Path, file: Path, names: list[str]) -> list[Labelled]:
    content = json.loads(file.read_text())
    index = {c["id"]: names.index(c["name"]) for c in content["categories"] if c["name"] in names}
    boxes: dict[int, list[list[float]]] = {}
    for note in content["annotations"]:
        if note["category_id"] in index:
            x, y, width, height = note["bbox"]
            boxes.setdefault(note["image_id"], []).append([x, y, x + width, y + height, index[note["category_id"]]])
    return [Labelled(_picture(pack / image["file_name"]), _array(boxes.get(image["id"], [])),
                     str(image.get("group", image["id"]))) for image in content["images"]]


def _yolo(pack: Path, split: str, names: list[str]) -> list[Labelled]:
    listed = (pack / "names.txt").read_text().split("\n")
    index = {number: names.index(name.strip()) for number, name in enumerate(listed) if name.strip() in names}
    labelled = []
    for path in sorted((pack / "images" / split).iterdir()):
        picture = _picture(path)
        height, width = picture.shape[:2]
        text = pack / "labels" / split / (path.stem + ".txt")
        boxes = []
        for line in text.read_text().splitlines() if text.is_file() else []:
            number, x, y, w, h = (float(part) for part in line.split()[:5])
            if int(number) in index:
                boxes.append([(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height,
                              index[int(number)]])
        labelled.append(Labelled(picture, _array(boxes), path.stem))
    return labelled


def _array(boxes: list[list[float]]) -> np.ndarray:
    return np.array(boxes, np.float32).reshape(-1, 5)


def letterbox(picture: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """The picture as the product hands it to the model: top left, aspect kept, the rest 114; and the scale."""
    height, width = picture.shape[:2]
    scale = size / max(height, width)
    small = cv2.resize(picture, (round(width * scale), round(height * scale)),
                       interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.full((size, size, 3), 114, np.uint8)
    canvas[:small.shape[0], :small.shape[1]] = small[:size, :size]
    return canvas, scale
