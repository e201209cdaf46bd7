"""What a detector is worth, measured on the exported file with the product's own preprocessing.

    python -m detector.evaluate weapon-n-320.onnx --pack DATA/weapon --negatives DATA/negatives

Prints JSON: AP50, precision and recall of each class at its threshold, the threshold being the one of the best F1
on the pictures of train put aside for it; how many negatives set it off; CPU time of one inference.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import packs

STRIDES = (8, 16, 32)


@dataclass
class Scores:
    """Of one class: detections from the surest down, whether each is right, and how many objects there are."""

    confidence: np.ndarray
    right: np.ndarray
    objects: int

    @property
    def average_precision(self) -> float:
        if not len(self.right) or not self.objects:
            return 0.0
        hits = np.cumsum(self.right)
        recall, precision = hits / self.objects, hits / np.arange(1, len(hits) + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float(np.sum(np.diff(np.concatenate(([0.0], recall))) * envelope))

    def at(self, threshold: float) -> tuple[float, float]:
        """Precision and recall."""
        kept = self.right[self.confidence >= threshold]
        hits = float(kept.sum())
        return (hits / len(kept) if len(kept) else 0.0, hits / self.objects if self.objects else 0.0)

    def best_threshold(self, choices: np.ndarray) -> float:
        def f1(threshold: float) -> float:
            precision, recall = self.at(threshold)
            return 2 * precision * recall / max(1e-9, precision + recall)
        return float(max(choices, key=f1))


def predictions(run: Callable[[np.ndarray], np.ndarray], pictures: list[packs.Labelled], size: int) -> list[np.ndarray]:
    """Of each picture the boxes in its pixels and the scores [n, 4 + classes]; run maps [N, S, S, 3] to raw boxes
    with sigmoid scores [N, cells, 5 + classes]."""
    found = []
    positions, strides = _cells(size)
    for picture in pictures:
        canvas, scale = packs.letterbox(picture.picture, size)
        raw = run(canvas[None])[0]
        centre = (raw[:, :2] + positions) * strides
        half = np.exp(np.minimum(raw[:, 2:4], 8)) * strides / 2
        boxes = np.concatenate((centre - half, centre + half), 1) / scale
        found.append(np.concatenate((boxes, raw[:, 4:5] * raw[:, 5:]), 1))
    return found


def scores(found: list[np.ndarray], pictures: list[packs.Labelled], classes: int) -> list[Scores]:
    """Matches detections with objects at an overlap of 0.5, the surest first, each object once."""
    result = []
    for c in range(classes):
        confidence, right, objects = [], [], 0
        for predicted, picture in zip(found, pictures):
            truth = picture.boxes[picture.boxes[:, 4] == c, :4]
            objects += len(truth)
            used = np.zeros(len(truth), bool)
            for box, score in suppress(predicted[:, :4], predicted[:, 4 + c]):
                hit = False
                if len(truth):
                    overlaps = np.where(used, -1, _overlap(box, truth))
                    best = int(overlaps.argmax())
                    hit = bool(overlaps[best] >= 0.5)
                    used[best] |= hit
                confidence.append(score)
                right.append(hit)
        order = np.argsort(-np.array(confidence), kind="stable") if confidence else np.zeros(0, int)
        result.append(Scores(np.array(confidence)[order], np.array(right, float)[order], objects))
    return result


def suppress(boxes: np.ndarray, confidence: np.ndarray, least: float = 0.01, overlap: float = 0.5) -> list[tuple[np.ndarray, float]]:
    """Non-maximum suppression within a class."""
    order = [i for i in np.argsort(-confidence)[:300] if confidence[i] > least]
    kept: list[tuple[np.ndarray, float]] = []
    while order:
        best, rest = order[0], order[1:]
        kept.append((boxes[best], float(confidence[best])))
        order = [i for i, o in zip(rest, _overlap(boxes[best], boxes[rest])) if o <= overlap] if rest else []
    return kept


def _overlap(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    shared = (np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])).clip(min=0).prod(1)
    return shared / ((box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(1) - shared + 1e-9)


def _cells(size: int) -> tuple[np.ndarray, np.ndarray]:
    positions, strides = [], []
    for stride in STRIDES:
        n = size // stride
        y, x = np.mgrid[:n, :n]
        positions.append(np.stack((x, y), -1).reshape(-1, 2))
        strides.append(np.full((n * n, 1), stride))
    return np.concatenate(positions).astype(np.float32), np.concatenate(strides).astype(np.float32)


def main() -> None:
    import ast

    import onnxruntime

    from .train import calibration

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--pack", type=Path, nargs="+", required=True)
    parser.add_argument("--negatives", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(options.model), settings, providers=["CPUExecutionProvider"])
    asked = session.get_inputs()[0]
    names = list(ast.literal_eval(session.get_modelmeta().custom_metadata_map["names"]).values())
    size = asked.shape[2]

    def run(batch: np.ndarray) -> np.ndarray:
        return session.run(None, {asked.name: np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32)})[0]

    aside = [p for pack in options.pack for p in packs.load(pack, "train", names) if calibration(p.group)]
    val = [p for pack in options.pack for p in packs.load(pack, "val", names)]
    chosen = [s.best_threshold(np.arange(0.2, 0.81, 0.05)) for s in scores(predictions(run, aside, size), aside, len(names))]
    report: dict[str, object] = {"val_pictures": len(val), "calibration_pictures": len(aside)}
    for name, threshold, score in zip(names, chosen, scores(predictions(run, val, size), val, len(names))):
        precision, recall = score.at(threshold)
        report[name] = {"ap50": round(score.average_precision, 4), "threshold": round(threshold, 2),
                        "precision": round(precision, 3), "recall": round(recall, 3), "objects": score.objects}
    quiet = [p for pack in options.negatives for split in ("train", "val") for p in packs.load(pack, split, names)]
    if quiet:
        alarms = [any((found[:, 4 + c] >= t).any() for c, t in enumerate(chosen)) for found in predictions(run, quiet, size)]
        report["negatives"] = {"pictures": len(quiet), "set_off": int(sum(alarms))}
    one = np.zeros((1, size, size, 3), np.uint8)
    run(one)
    began = time.process_time()
    for _ in range(30):
        run(one)
    report["cpu_ms"] = round((time.process_time() - began) / 30 * 1000, 1)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
