#!/usr/bin/env python3
"""The worker's work in Python, carefully: CPU seconds of the process.

    python bench/pipeline/pipeline.py full|bare CLIP TIMES MODEL

Needs av (PyAV), numpy, onnxruntime. Plays CLIP TIMES times over, looks at 5 frames a second.
  full  decodes every frame on one thread, letterboxes the looked-at ones, runs the model on one
        thread without spinning, reads its boxes and suppresses duplicates
  bare  the same decoding and the same number of runs of the model on one fixed tensor: what nobody
        can do without
The model is one of the project's own: 1 x (4 + classes) x N, RGB 0..1.
"""

import resource
import sys

import av
import numpy as np
import onnxruntime

FPS = 5


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def suppressed(boxes, scores, iou=0.45):
    order, kept = scores.argsort()[::-1], []
    while order.size:
        first, rest = order[0], order[1:]
        kept.append(first)
        low = np.maximum(boxes[first, :2], boxes[rest, :2])
        high = np.minimum(boxes[first, 2:], boxes[rest, 2:])
        shared = np.prod(np.clip(high - low, 0, None), axis=1)
        area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
        order = rest[shared / (area[first] + area[rest] - shared) < iou]
    return kept


def main():
    mode, clip, times, model = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    run = session(model)
    name = run.get_inputs()[0].name
    side = run.get_inputs()[0].shape[2]
    side = side if isinstance(side, int) else 320
    tensor = np.full((1, 3, side, side), 114 / 255, np.float32)
    run.run(None, {name: tensor})
    looks = found = 0
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(times):
        with av.open(clip) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            last = -1
            for frame in container.decode(stream):
                slot = int(frame.time * FPS)
                if slot == last:
                    continue
                last = slot
                looks += 1
                if mode == "full":
                    scale = min(side / frame.width, side / frame.height)
                    w, h = round(frame.width * scale), round(frame.height * scale)
                    left, top = (side - w) // 2, (side - h) // 2
                    rgb = frame.reformat(w, h, "rgb24", interpolation="BILINEAR").to_ndarray()
                    np.multiply(
                        rgb.transpose(2, 0, 1), np.float32(1 / 255),
                        out=tensor[0, :, top : top + h, left : left + w], casting="unsafe",
                    )
                output = run.run(None, {name: tensor})[0]
                if mode == "full":
                    rows = output[0].T
                    scores = rows[:, 4:].max(axis=1)
                    sure = scores > 0.2
                    rows, scores = rows[sure], scores[sure]
                    half = rows[:, 2:4] / 2
                    boxes = np.concatenate([rows[:, :2] - half, rows[:, :2] + half], axis=1)
                    found += len(suppressed(boxes, scores))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"python {mode}: {looks} looks, {found} boxes, {cpu:.2f} CPU s, {1000 * cpu / looks:.2f} ms a look")


main()
