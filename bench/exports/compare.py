#!/usr/bin/env python3
"""Boxes of `kvs-infer detect` against the exporting tool's own reading of the same model's output.

    python bench/exports/compare.py ./kvs-infer FOLDER [PATTERN]

Needs ultralytics, torch, onnx, onnxruntime, pillow. Each model sees a plain grey picture of its own
size, so that no scaler takes part. The weights are random: many boxes have nearly the same score, and
which of them suppression keeps hangs on the last bit. So each of our boxes is looked for among all
candidates that the tool decodes (IoU, score), and each candidate among the boxes that we keep: by more
than the threshold of suppression, or itself where the model has suppressed already.
"""

import ast
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
import torch
from PIL import Image
from ultralytics.utils.nms import non_max_suppression

CONFIDENCE, IOU = 0.3, 0.45
SUPPRESSING = ("yolov8", "yolov5", "yolov8-pose", "yolov8-rows")


def ious(a, b):
    """Intersection over union of every box of a with every box of b."""
    a, b = np.asarray(a, float).reshape(-1, 1, 4), np.asarray(b, float).reshape(1, -1, 4)
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area = lambda c: np.prod(c[..., 2:] - c[..., :2], axis=2)
    return shared / (area(a) + area(b) - shared)


def candidates(path, image):
    """Rows of x1, y1, x2, y2, score, class before suppression, and how many it leaves."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()[0]
    x = (np.asarray(image, np.float32) / 255).transpose(2, 0, 1)[None]
    x = x.astype(np.float16 if "16" in wanted.type else np.float32)
    if isinstance(wanted.shape[0], int) and wanted.shape[0] > 1:
        x = np.repeat(x, wanted.shape[0], 0)
    out = torch.from_numpy(session.run(None, {wanted.name: x})[0].astype(np.float32))
    meta = session.get_modelmeta().custom_metadata_map
    if meta.get("head") == "RTDETRDecoder":
        rows = out[0][out[0, :, 4] > CONFIDENCE]
        xy, wh, size = rows[:, :2], rows[:, 2:4], torch.tensor([image.width, image.height] * 2)
        return torch.cat([torch.cat([xy - wh / 2, xy + wh / 2], 1) * size, rows[:, 4:6]], 1).numpy(), None
    if "names" not in meta:  # YOLOv5's own export: rows with objectness
        out = torch.cat([out[..., :4], out[..., 4:5] * out[..., 5:]], 2).transpose(1, 2)
        meta = {"names": str({i: str(i) for i in range(out.shape[1] - 4)})}
    done = meta.get("end2end") == "True" or "'nms': True" in meta.get("args", "")
    classes = len(ast.literal_eval(meta["names"]))
    rows = non_max_suppression(
        out, CONFIDENCE, 1.0, max_det=30000, max_time_img=60, nc=0 if done else classes, end2end=done)[0]
    left = None if done else len(non_max_suppression(out, CONFIDENCE, IOU, nc=classes)[0])
    return rows[:, :6].numpy(), left


def command(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    return done.returncode, (done.stdout if done.returncode == 0 else done.stderr).strip()


def compare(tool, path, folder):
    code, text = command(tool, "models", "inspect", path, "--json")
    if code:
        return text
    facts = json.loads(text.splitlines()[-1])
    if facts["unclear"]:
        return f"unclear: {facts['unclear'][0]}; choices {facts.get('choices')}"
    width, height = facts["width"], facts["height"]
    image = Image.new("RGB", (width, height), (128, 128, 128))
    image.save(folder / "grey.png")
    code, text = command(
        tool, "detect", "--input", folder / "grey.png", "--model", path, "--confidence", CONFIDENCE, "--json")
    if code:
        return text
    ours = [(d["label"], d["confidence"], [d["x"], d["y"], d["x"] + d["width"], d["y"] + d["height"]])
            for d in json.loads(text.splitlines()[-1])["detections"]]
    rows, left = candidates(path, image)
    size = (width, height) * 2
    theirs = [(facts["classes"][int(r[5])], float(r[4]), np.clip(r[:4], 0, size)) for r in rows]
    theirs = [t for t in theirs if t[2][2] > t[2][0] and t[2][3] > t[2][1]]
    overlap = ious([o[2] for o in ours], [t[2] for t in theirs])
    label = lambda boxes: np.array([b[0] for b in boxes], object)
    score = lambda boxes: np.array([b[1] for b in boxes], float)
    same = label(ours)[:, None] == label(theirs)[None, :]
    more = score(ours)[:, None] - score(theirs)[None, :]
    alike = np.where(same & (np.abs(more) < 0.02), overlap, 0)
    found = alike.max(1, initial=0)
    off = max((np.abs(o[2] - theirs[alike[i].argmax()][2]).max() for i, o in enumerate(ours)), default=0)
    reach = IOU - 0.01 if facts["layout"] in SUPPRESSING else 0.98
    alone = (~(same & (more > -0.02) & (overlap > reach)).any(0)).sum()
    return (f"{facts['layout']} | {facts['told_by']} | {len(theirs)} | {left} | {len(ours)} | "
            f"{(found >= 0.99).sum()} | {off:.3f} | {alone}")


def main():
    pattern = sys.argv[3] if len(sys.argv) > 3 else "*.onnx"
    print("model | layout | told by | candidates | theirs | ours | IoU >= 0.99 | pixels off at most | candidates without a box of ours")
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(pathlib.Path(sys.argv[2]).glob(pattern)):
            if len(onnx.load(path).graph.input[0].type.tensor_type.shape.dim) == 4:
                print(path.stem, "|", compare(sys.argv[1], path, pathlib.Path(folder)), flush=True)


main()
