#!/usr/bin/env python3
"""Identity switches of the worker's tracker and of ByteTrack on identical boxes.

    kvs-infer detect --input car-detection.mp4 --model yolox_nano.onnx --confidence 0.1 --json > cars.jsonl
    python bench/tracking/compare.py cars.jsonl

Needs numpy and supervision (PyPI) and a built worker: its classes and libraries are looked for in
worker/target. The passages were counted by eye on annotated frames: four vehicles, none of them
twice. A box belongs to a passage by its frame and side. Boxes of every label take part as
"vehicle", since the model has no view from above; road markings (narrower than 90 pixels) and the
whole picture are left out, and one of two boxes of the same car (IoU 0.5), so that both trackers
get the same list. A switch is a box of a passage whose id differs from that of the box before.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import supervision as sv

SURE = 0.25  # supervision's own threshold for beginning a track
REPOSITORY = Path(__file__).resolve().parents[2]
# frames from, to; left edge from, to
PASSAGES = {
    "white, up": (55, 112, 0, 768),
    "silver, down": (180, 240, 0, 268),
    "red, up": (186, 240, 268, 768),
    "white, down": (315, 350, 0, 400),
}


def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0, w) * max(0, h)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def boxes(line):
    found = []
    for d in sorted(line["detections"], key=lambda d: -d["confidence"]):
        box = [d["x"], d["y"], d["width"], d["height"]]
        if 90 <= d["width"] <= 400 and all(iou(box, f[1]) < 0.5 for f in found):
            found.append((d["confidence"], box))
    return found


def ours(frames):
    libraries = REPOSITORY / "worker/target/dist/lib"
    classes = ":".join(str(REPOSITORY / m / "target/classes") for m in ("worker", "contract", "media"))
    lines = "\n".join(
        json.dumps(
            {
                "at": at,
                "sure": [b for c, b in seen if c >= SURE],
                "faint": [b for c, b in seen if c < SURE],
            }
        )
        for _, at, seen in frames
    )
    java = sys.argv[2] if len(sys.argv) > 2 else "java"
    out = subprocess.run(
        [java, "-cp", f"{classes}:{libraries}/*", str(Path(__file__).with_name("TrackBoxes.java"))],
        input=lines, capture_output=True, text=True, check=True,
    ).stdout
    for (number, _, seen), ids in zip(frames, map(json.loads, out.splitlines()), strict=True):
        ordered = [s for s in seen if s[0] >= SURE] + [s for s in seen if s[0] < SURE]
        yield number, [(i, b) for i, (_, b) in zip(ids, ordered, strict=True) if i]


def byte_track(frames, fps):
    tracker = sv.ByteTrack(frame_rate=fps, lost_track_buffer=30)
    for number, _, seen in frames:
        corners = np.array([[x, y, x + w, y + h] for _, (x, y, w, h) in seen]).reshape(-1, 4)
        given = sv.Detections(
            xyxy=corners,
            confidence=np.array([c for c, _ in seen]),
            class_id=np.zeros(len(seen), int),
        )
        tracked = tracker.update_with_detections(given)
        yield number, [
            (int(i), [b[0], b[1], b[2] - b[0], b[3] - b[1]])
            for i, b in zip(tracked.tracker_id, tracked.xyxy, strict=True)
        ]


def judged(tracks):
    ids = {name: [] for name in PASSAGES}
    stray = set()
    for number, seen in tracks:
        for i, box in seen:
            name = next(
                (n for n, (a, b, l, r) in PASSAGES.items() if a <= number <= b and l <= box[0] < r),
                None,
            )
            if name:
                ids[name].append(i)
            else:
                stray.add(i)
    switches = sum(sum(a != b for a, b in zip(v, v[1:])) for v in ids.values())
    tracks = sum(len(set(v)) for v in ids.values())
    shared = sum(len(set(v)) for v in ids.values()) - len(set(sum(ids.values(), [])))
    followed = sum(len(v) for v in ids.values())
    missed = [n for n, v in ids.items() if not v]
    return {"tracks": tracks, "switches": switches, "shared ids": shared, "boxes followed": followed,
            "passages without a track": len(missed), "elsewhere": len(stray)}


lines = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
native = 1000 * (len(lines) - 1) / (lines[-1]["at"] - lines[0]["at"]) if "at" in lines[0] else 12.5
for line in lines:
    line.setdefault("at", round(1000 * line["frame"] / native))
print(f"{len(lines)} frames, {native:.1f} a second; {len(PASSAGES)} passages by eye")
for fps in (30, 10, 5, 2, 1):
    slots, frames = set(), []
    for line in lines:  # the worker's grid: the first frame of each slot
        slot = int(line["at"] * fps // 1000)
        if slot not in slots:
            slots.add(slot)
            frames.append((line["frame"], line["at"], boxes(line)))
    rate = min(fps, native)
    print(f"{fps:>3} fps  ours       {judged(ours(frames))}")
    print(f"{fps:>3} fps  ByteTrack  {judged(byte_track(frames, rate))}")
