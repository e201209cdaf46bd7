"""What the shipped detectors are worth, on the val splits and on pictures with nothing in them.

    python evaluation/detectors.py --data DATA --out evaluation/report      # run in models/; DATA holds the packs

For each detector of manifest.json, and each file given by --also: AP50, precision and recall of each class at its
threshold in the manifest; curves over thresholds as CSV; negatives that set it off, a hundred; the threshold that the
pictures of train put aside for it would choose; CPU time of one inference.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
MODELS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(MODELS / "training"))

import cv2
import numpy as np
import onnxruntime

from detector import packs
from detector.evaluate import predictions, scores
from detector.train import calibration

PACK_OF = {"weapon": "weapon", "fire_smoke": "fire_smoke", "alpr": "plates"}
# Where none of it is in sight; plates may be in view in the others, so the plate detector has none.
QUIET = {"weapon": ["negatives", "fire_smoke", "plates"], "fire_smoke": ["negatives", "weapon", "plates"], "alpr": []}
CHOICES = np.arange(0.05, 0.951, 0.05)


class Network:
    """A detector's file, run on one thread."""

    def __init__(self, file: Path):
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])
        asked = self.session.get_inputs()[0]
        self.input, self.size = asked.name, asked.shape[2]
        self.names = list(ast.literal_eval(self.session.get_modelmeta().custom_metadata_map["names"]).values())

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        return self.session.run(None, {self.input: np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32)})[0]

    def cpu_ms(self) -> float:
        """Median CPU time, in ms, of one inference."""
        picture, taken = np.zeros((1, self.size, self.size, 3), np.uint8), []
        for _ in range(25):
            began = time.process_time()
            self(picture)
            taken.append(time.process_time() - began)
        return round(float(np.median(taken)) * 1000, 1)


def evaluate(name: str, network: Network, kind: str, thresholds: dict[str, float], data: Path, curves: Path) -> dict:
    pack, names = data / PACK_OF[kind], network.names
    aside = [p for p in packs.load(pack, "train", names) if calibration(p.group)]
    put_aside = scores(predictions(network, aside, network.size), aside, len(names))
    val = packs.load(pack, "val", names)
    found = scores(predictions(network, val, network.size), val, len(names))
    report: dict = {"size": network.size, "val_pictures": len(val), "calibration_pictures": len(aside), "classes": {}}
    quiet = {}
    for other in QUIET[kind]:
        splits = ("train", "val") if other == "negatives" else ("val",)
        pictures = [p for split in splits for p in packs.load(data / other, split, names)]
        best = np.array([p[:, 4:].max(0) for p in predictions(network, pictures, network.size)])
        quiet[other] = best
    rows = []
    for c, label in enumerate(names):
        precision, recall = found[c].at(thresholds[label])
        report["classes"][label] = {
            "ap50": round(found[c].average_precision, 4), "threshold": thresholds[label],
            "precision": round(precision, 3), "recall": round(recall, 3), "objects": found[c].objects,
            "threshold_of_best_f1_put_aside": round(put_aside[c].best_threshold(CHOICES), 2)}
        for threshold in CHOICES:
            at = [*found[c].at(threshold), *put_aside[c].at(threshold)]
            alarms = [100 * float((best[:, c] >= threshold).mean()) for best in quiet.values()]
            rows.append([name, label, round(float(threshold), 2), *(round(v, 4) for v in at), *(round(v, 2) for v in alarms)])
    report["negatives"] = {
        other: {"pictures": len(best),
                "set_off": int((best >= [thresholds[label] for label in names]).any(1).sum())}
        for other, best in quiet.items()}
    with (curves / f"{name}.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["model", "label", "threshold", "precision_val", "recall_val", "precision_put_aside",
                         "recall_put_aside", *(f"alarms_per_100_{other}" for other in quiet)])
        writer.writerows(rows)
    report["cpu_ms"] = network.cpu_ms()
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with weapon, fire_smoke, plates, negatives")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of the manifest; all by default")
    parser.add_argument("--also", nargs="*", default=[], metavar="TYPE=FILE", help="others, with the shipped thresholds")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    listed = [m for m in json.loads((MODELS / "manifest.json").read_text())["models"] if m.get("role") != "reader"]
    asked = [(m["name"], MODELS / m["file"], m["type"], m["thresholds"]) for m in listed
             if options.only is None or m["name"] in options.only]
    for other in options.also:
        kind, file = other.split("=", 1)
        shipped = next(m for m in listed if m["type"] == kind)
        asked.append((Path(file).stem, Path(file), kind, shipped["thresholds"]))
    target = options.out / "detectors.json"
    report = json.loads(target.read_text()) if target.exists() else {}
    for name, file, kind, thresholds in asked:
        report[name] = evaluate(name, Network(file), kind, thresholds, options.data, options.out)
        print(name, json.dumps(report[name]), flush=True)
        target.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
