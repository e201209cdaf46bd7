"""What the shipped models come to in the product: incidents, by `kvs-infer replay`, before and after confirmation.

    python evaluation/incidents.py --data DATA --out evaluation/report --work CLIPS      # in models/; needs ffmpeg, JDK 25

Looked at are the recordings in DATA/video, the demo's quiet yard played for an hour, streets with cars drawn by seeds,
and for lack of more recordings each picture of the packs as a clip of two seconds: a camera that sways a little,
grain, H.264 at 600 kbit/s. DATA/train holds the packs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(MODELS / "training"))

import cv2
import numpy as np

from detector import packs

REPOSITORY = MODELS.parent
SEEDS = range(1, 6)
NAMES = {"weapon": ["gun", "knife"], "fire_smoke": ["fire", "smoke"]}


def replay(kind: str, source: Path, model: str | None = None) -> tuple[list[dict], list[dict]]:
    """Changes and, of each recording, the summary."""
    command = [str(REPOSITORY / "kvs-infer"), "replay", "--json", "--type", kind, "--input", str(source)]
    if model:
        command += ["--model", model]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if "phase" in line], [line for line in lines if "looked" in line]


def recording(kind: str, file: Path, model: str | None = None) -> dict:
    """Of one file: what opened when, what closed, how often each label was there in a frame."""
    changes, (summary,) = replay(kind, file, model)
    closed = {change["incident"] for change in changes if change["phase"] == "closed"}
    opened = [change for change in changes if change["phase"] == "opened"]
    return {
        "seconds": summary["seconds"], "looked": summary["looked"], "idle": summary["idle"],
        "frames_with": summary["frames_with"],
        "incidents": [{"label": o["label"], "at": o["at"], "confidence": o["confidence"],
                       "closed": o["incident"] in closed} for o in opened]}


def film(picture: np.ndarray, seed: int, file: Path) -> None:
    """Two seconds of a still picture as a camera on a pole in the wind would send them."""
    rng = np.random.default_rng(seed)
    height, width = 480, 640
    scale = min(width / picture.shape[1], height / picture.shape[0])
    sway = rng.uniform(-4, 4, 2)
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", "10",
         "-i", "-", "-threads", "1", "-c:v", "libx264", "-preset", "veryfast", "-b:v", "600k", "-maxrate", "600k",
         "-bufsize", "1200k", "-g", "10", "-pix_fmt", "yuv420p", str(file)], stdin=subprocess.PIPE)
    with encoder.stdin as pipe:
        for frame in range(20):
            t = frame / 20
            zoom = scale * (1 + 0.02 * t)
            shift = [(width - zoom * picture.shape[1]) / 2 + sway[0] * np.sin(5 * t),
                     (height - zoom * picture.shape[0]) / 2 + sway[1] * np.sin(4 * t)]
            matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]])
            canvas = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(90, 90, 90))
            grain = rng.normal(0, 3, (height // 2, width // 2, 1)).astype(np.float32)
            grain = cv2.resize(grain, (width, height))[..., None]
            pipe.write(np.clip(canvas + grain, 0, 255).astype(np.uint8).tobytes())
    if encoder.wait():
        raise SystemExit(f"ffmpeg could not write {file}")


def films(pictures: list[packs.Labelled], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures):
        file = folder / f"{number:04d}.mp4"
        if not file.exists():
            part = folder.parent / "part.mp4"
            film(picture.picture, number, part)
            part.replace(file)
    return folder


def scenes(kind: str, folder: Path, wanted: list[set[str]], model: str | None = None) -> dict:
    """Of many short clips: in how many what is there is seen in a frame, and becomes an incident; and what is not."""
    changes, summaries = replay(kind, folder, model)
    opened = defaultdict(set)
    for change in changes:
        opened[change["input"]].add(change["label"])
    report: dict = {"clips": len(summaries), "seconds_of_each": 2}
    for label in NAMES[kind]:
        there = [s for s, w in zip(summaries, wanted) if label in w]
        absent = [s for s, w in zip(summaries, wanted) if label not in w]
        report[label] = {
            "there": len(there),
            "seen_in_a_frame": sum(label in s["frames_with"] for s in there),
            "incident": sum(label in opened[s["input"]] for s in there),
            "not_there": len(absent),
            "false_in_a_frame": sum(label in s["frames_with"] for s in absent),
            "false_incident": sum(label in opened[s["input"]] for s in absent)}
    there = [s for s, w in zip(summaries, wanted) if w]
    report["any"] = {"there": len(there), "incident": sum(bool(opened[s["input"]]) for s in there)}
    return report


def labels(picture: packs.Labelled, names: list[str]) -> set[str]:
    return {names[int(c)] for c in picture.boxes[:, 4]}


def java(folder: Path) -> list[list[str]]:
    """Renders the quiet yard and the streets; rows of what happens in them."""
    runtime = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    subprocess.run([str(REPOSITORY / "kvs-infer"), "--version"], check=True, stdout=subprocess.DEVNULL)  # builds it
    (jar,) = (REPOSITORY / "local/target").glob("kvs-infer-local-*-SNAPSHOT.jar")
    path = f"{jar}:{(REPOSITORY / 'local/target/dependencies.classpath').read_text()}"
    done = subprocess.run(
        [str(runtime), "--enable-native-access=ALL-UNNAMED", "-cp", path, str(MODELS / "evaluation/Streets.java"),
         str(folder), *(str(seed) for seed in SEEDS)], check=True, stdout=subprocess.PIPE, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def streets(rows: list[list[str]], model: str | None = None) -> dict:
    """Every passage should be one incident with the right text."""
    cars = [(file, float(start), float(end), text) for kind, file, start, end, text in
            (row for row in rows if row[0] == "car")]
    right, once, told, extra = 0, 0, [], 0
    for file in sorted({car[0] for car in cars}):
        changes, _ = replay("alpr", Path(file), model)
        incidents: dict[str, dict] = {}
        for change in changes:
            known = incidents.setdefault(change["incident"], {"at": change["at"]})
            known["text"] = change.get("plate", known.get("text", ""))
        passages = [car for car in cars if car[0] == file]
        seen = Counter()
        for incident in incidents.values():
            mine = [i for i, (_, start, end, _) in enumerate(passages) if start <= incident["at"] <= end + 1]
            if not mine:
                extra += 1
                continue
            seen[mine[0]] += 1
            told.append([passages[mine[0]][3], incident["text"]])
        for i, (_, _, _, text) in enumerate(passages):
            once += seen[i] == 1
            right += seen[i] == 1 and [text, text] in told
    return {"passages": len(cars), "one_incident": once, "one_incident_with_the_right_text": right,
            "incidents_without_passage": extra, "wanted_and_read": sorted(told)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with video and train")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for clips; those that are there are used")
    parser.add_argument("--parts", nargs="*", default=["recordings", "quiet", "streets", "scenes"])
    parser.add_argument("--every", type=int, default=1, help="of the pictures of the packs take only every n-th")
    parser.add_argument("--model", nargs="*", default=[], metavar="TYPE=FILE", help="instead of the shipped one")
    options = parser.parse_args()
    models = dict(given.split("=", 1) for given in options.model)
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / "incidents.json"
    report = json.loads(target.read_text()) if target.exists() else {}

    def note(name: str, found: dict) -> None:
        report[name] = found
        print(name, json.dumps(found), flush=True)
        target.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n")

    if "recordings" in options.parts:
        for file in sorted((options.data / "video").glob("*.mp4")):
            for kind in NAMES:
                note(f"{kind} {file.name}", recording(kind, file, models.get(kind)))
    rows = java(options.work / "rendered") if {"quiet", "streets"} & set(options.parts) else []
    if "quiet" in options.parts:
        hour = options.work / "quiet.mp4"
        if not hour.exists():
            yard = next(row[1] for row in rows if row[0] == "yard")
            subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", yard, "-t", "3600", "-c", "copy",
                            str(hour)], check=True)
        for kind in NAMES:
            note(f"{kind} quiet hour", recording(kind, hour, models.get(kind)))
    if "streets" in options.parts:
        note("alpr streets", streets(rows, models.get("alpr")))
    if "scenes" in options.parts:
        quiet = [p for split in ("train", "val") for p in packs.load(options.data / "train/negatives", split, [])]
        quiet = quiet[::options.every]
        folder = films(quiet, options.work / "negatives")
        for kind in NAMES:
            note(f"{kind} negatives as clips", scenes(kind, folder, [set()] * len(quiet), models.get(kind)))
        for kind, names in NAMES.items():
            val = packs.load(options.data / "train" / kind, "val", names)[::options.every]
            folder = films(val, options.work / kind)
            for other in NAMES:
                wanted = [labels(p, names) if other == kind else set() for p in val]
                note(f"{other} val of {kind} as clips", scenes(other, folder, wanted, models.get(other)))


if __name__ == "__main__":
    main()
