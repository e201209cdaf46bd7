#!/usr/bin/env python3
"""Compares `kvs-infer detect --json` with plain onnxruntime, box by box.

    kvs-infer detect --input PICTURES --model FILE --json > ours.jsonl
    python bench/reference_boxes.py --model FILE --family yolox ours.jsonl

Needs onnxruntime, numpy, Pillow and opencv-python-headless. Written apart from the Java side:
pictures are read by OpenCV and scaled by Pillow, boxes decoded and suppressed here. Pillow's bilinear
filter widens with the step like swscale's; OpenCV's does not, so boxes differ more against it.
Pictures of the model's own size show decoding alone.
"""

import argparse
import json

import cv2
import numpy as np
import onnxruntime
from PIL import Image

GREY = 114


def letterbox(picture, width, height, centred):
    rows, columns = picture.shape[:2]
    scale = min(width / columns, height / rows)
    w, h = round(columns * scale), round(rows * scale)
    left, top = ((width - w) // 2, (height - h) // 2) if centred else (0, 0)
    canvas = np.full((height, width, 3), GREY, np.uint8)
    scaled = Image.fromarray(picture).resize((w, h), Image.Resampling.BILINEAR)
    canvas[top : top + h, left : left + w] = np.asarray(scaled)
    return canvas, np.array([columns / w, rows / h] * 2), np.array([left, top] * 2)


def centre_to_corners(centre, size):
    return np.concatenate([centre - size / 2, centre + size / 2], axis=1)


def yolox(output, width, height):
    cells, strides = [], []
    for stride in (8, 16, 32):
        x, y = np.meshgrid(np.arange(width // stride), np.arange(height // stride))
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full((x.size, 1), stride))
    cells, strides = np.concatenate(cells), np.concatenate(strides)
    centre = (output[:, :2] + cells) * strides
    size = np.exp(output[:, 2:4]) * strides
    return centre_to_corners(centre, size), output[:, 4:5] * output[:, 5:]


def face(output, width, height):
    return centre_to_corners(output[:, :2], output[:, 2:4]), output[:, 4:5] * output[:, 13:]


def iou(a, b):
    corner, far = np.maximum(a[:2], b[:, :2]), np.minimum(a[2:], b[:, 2:])
    shared = np.prod(np.clip(far - corner, 0, None), axis=1)
    area = np.prod(b[:, 2:] - b[:, :2], axis=1)
    return shared / (np.prod(a[2:] - a[:2]) + area - shared)


def suppress(boxes, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        same = [k for k in kept if labels[k] == labels[i]]
        if not same or iou(boxes[i], boxes[same]).max() <= threshold:
            kept.append(i)
    return kept


def detect(session, path, family, confidence):
    picture = cv2.imread(path)
    height, width = session.get_inputs()[0].shape[2:]
    canvas, scale, offset = letterbox(picture, width, height, family == "face")
    planes = canvas.transpose(2, 0, 1)[None].astype(np.float32)
    if family == "face":
        planes = np.ascontiguousarray(planes[:, ::-1]) / np.float32(255)
    output = session.run(None, {session.get_inputs()[0].name: planes})[0][0]
    boxes, by_class = (face if family == "face" else yolox)(output, width, height)
    labels = np.zeros(len(boxes), int) if family == "face" else by_class.argmax(1)
    scores = by_class.max(1)
    chosen = scores >= confidence
    boxes, scores, labels = boxes[chosen], scores[chosen], labels[chosen]
    kept = suppress(boxes, scores, labels, 0.45)
    rows, columns = picture.shape[:2]
    limit = np.array([columns, rows] * 2)
    return np.clip((boxes[kept] - offset) * scale, 0, limit), scores[kept]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines")
    parser.add_argument("--model", required=True)
    parser.add_argument("--family", choices=["yolox", "face"], required=True)
    parser.add_argument("--confidence", type=float, default=0.4)
    arguments = parser.parse_args()
    session = onnxruntime.InferenceSession(arguments.model)
    pictures = same = found = 0
    overlaps, differences = [], []
    for line in open(arguments.lines):
        ours = json.loads(line)
        boxes, scores = detect(session, ours["input"], arguments.family, arguments.confidence)
        pictures += 1
        found += len(boxes)
        same += len(boxes) == len(ours["detections"])
        for d in ours["detections"]:
            if len(boxes):
                box = np.array([d["x"], d["y"], d["x"] + d["width"], d["y"] + d["height"]])
                overlap = iou(box, boxes)
                overlaps.append(float(overlap.max()))
                differences.append(abs(float(scores[overlap.argmax()]) - d["confidence"]))
    print(
        json.dumps(
            {
                "pictures": pictures,
                "same_count": same,
                "reference_boxes": found,
                "compared": len(overlaps),
                "iou_least": round(min(overlaps, default=1), 4),
                "iou_mean": round(float(np.mean(overlaps or [1])), 5),
                "at_least_0.99": sum(o >= 0.99 for o in overlaps),
                "confidence_difference_most": round(max(differences, default=0), 5),
            }
        )
    )


if __name__ == "__main__":
    main()
