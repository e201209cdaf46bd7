"""Fine-tunes a detector on packs of labelled pictures.

    python -m detector.train --pack DATA/weapon --negatives DATA/fire_smoke DATA/negatives \\
        --names gun knife --like - 43 --start yolox_nano.onnx --size 320 --out runs/weapon

A run that is stopped goes on where it was. Of the train split a tenth, by group, is put aside: thresholds
are chosen there, never on val.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import math
import os
import queue
import threading
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads take the machine from everyone else

import cv2
import numpy as np
import torch

from . import camera, packs, weights
from .augment import Augment
from .evaluate import Scores, predictions, scores
from .loss import DetectionLoss
from .network import Detector
from .transplant import Transplant

AVERAGING = 0.9985
WARM_UP = 150


def calibration(group: str) -> bool:
    """Whether a group of pictures is put aside for choosing thresholds: one in ten, by its name."""
    return hashlib.sha256(group.encode()).digest()[0] < 26


def main() -> None:
    options = _options()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    cv2.setNumThreads(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"

    labelled = [p for pack in options.pack for p in packs.load(pack, "train", options.names)]
    training = [p for p in labelled if not calibration(p.group)]
    for pack in options.negatives:
        others = packs.load(pack, "train", options.names)
        if any(len(p.boxes) for p in others):
            raise SystemExit(f"{pack} shows what is looked for, it cannot serve as negatives")
        training += sorted(others, key=lambda p: hashlib.sha256(p.group.encode()).digest())[:options.most_negatives]
    held_back = [p for pack in options.pack for p in packs.load(pack, "val", options.names)]
    print(f"{len(training)} pictures to train on, {len(held_back)} in val, {device}", flush=True)

    if options.camera and not camera.available():
        raise SystemExit("--camera needs ffmpeg on the path")
    transplant = Transplant(training) if options.transplant else None
    sample = np.stack([packs.letterbox(p.picture, options.size)[0] for p in training[:: max(1, len(training) // 48)][:48]])
    network = weights.load(options.start, len(options.names), options.like, _tensor(sample))
    network = network.to(device, memory_format=torch.channels_last)  # 1.4 times as fast on a CPU
    for part in options.freeze:
        getattr(network, part).requires_grad_(False)
    begun = copy.deepcopy(network.state_dict())
    averaged = copy.deepcopy(network)
    trained = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in trained if p.ndim > 1], "weight_decay": 0.02},
         {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0}], lr=options.rate)
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["step"]
        print(f"goes on at step {done}", flush=True)

    loss_of = DetectionLoss(options.size, len(options.names), device, options.presence)
    if options.camera:
        training += [replace(p, picture=picture) for p, picture in zip(training, camera.encoded([p.picture for p in training]))]
    batches = _batches(done, options, Augment(training, options.size, 0.5, transplant, options.lamps),
                       Augment(training, options.size, 0.4, transplant, options.lamps))
    started, began_at, loss_sum, seen = time.monotonic(), done, 0.0, 0
    network.train()
    for step in range(done, options.steps):
        pictures, wanted = batches.get()
        for group in optimizer.param_groups:
            group["lr"] = _rate(step, options)
        loss = loss_of(network(pictures.to(device, memory_format=torch.channels_last)), [w.to(device) for w in wanted])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 10.0)
        optimizer.step()
        _average(averaged, network.state_dict(), AVERAGING * (1 - math.exp(-(step + 1) / WARM_UP)))
        loss_sum, seen = loss_sum + loss.item(), seen + 1
        if (step + 1) % 50 == 0 or step + 1 == options.steps:
            pace = (step + 1 - began_at) / (time.monotonic() - started)
            print(f"step {step + 1}/{options.steps} loss {loss_sum / seen:.3f} {pace * options.batch:.1f} pictures/s "
                  f"{(options.steps - step - 1) / pace / 60:.0f} min left", flush=True)
            loss_sum, seen = 0.0, 0
        if (step + 1) % options.every == 0 or step + 1 == options.steps:
            _save(checkpoint, network, averaged, optimizer, step + 1)
            found = _evaluate(averaged, held_back, options, device)
            line = {"step": step + 1, **{name: round(s.average_precision, 4) for name, s in zip(options.names, found)}}
            with (options.out / "progress.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(f"val AP50: {line}", flush=True)
    _average(averaged, begun, 1 - options.keep_start)
    torch.save({"weights": averaged.state_dict(), "names": options.names, "size": options.size}, options.out / "detector.pt")


def _evaluate(network: Detector, pictures: list[packs.Labelled], options: argparse.Namespace,
              device: torch.device) -> list[Scores]:
    network.eval()

    def run(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            raw = network(_tensor(batch).to(device)).cpu()
        return torch.cat((raw[..., :4], raw[..., 4:].sigmoid()), -1).numpy()

    return scores(predictions(run, pictures, options.size), pictures, len(options.names))


def _tensor(pictures: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().contiguous()


def _average(averaged: torch.nn.Module, other: dict[str, torch.Tensor], keep: float) -> None:
    with torch.no_grad():
        for old, new in zip(averaged.state_dict().values(), other.values()):
            if old.dtype.is_floating_point:
                old.lerp_(new, 1 - keep)
            else:
                old.copy_(new)


def _rate(step: int, options: argparse.Namespace) -> float:
    warm = min(1.0, (step + 1) / WARM_UP)
    return options.rate * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / options.steps)))


def _batches(done: int, options: argparse.Namespace, first: Augment, last: Augment) -> queue.Queue:
    """Prepares ahead of the training; towards the end there are fewer mosaics, as in real pictures."""
    ready: queue.Queue = queue.Queue(maxsize=4)

    def prepare() -> None:
        for step in range(done, options.steps):
            source = first if step < 0.85 * options.steps else last
            drawn = [source.sample(step * options.batch + i) for i in range(options.batch)]
            pictures = _tensor(np.stack([picture for picture, _ in drawn]))
            ready.put((pictures, [torch.from_numpy(np.ascontiguousarray(boxes)) for _, boxes in drawn]))

    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    return ready


def _save(path: Path, network, averaged, optimizer, step: int) -> None:
    part = path.with_suffix(".part")
    torch.save({"network": network.state_dict(), "averaged": averaged.state_dict(),
                "optimizer": optimizer.state_dict(), "step": step}, part)
    part.replace(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, nargs="+", required=True, help="folders with what is looked for")
    parser.add_argument("--negatives", type=Path, nargs="*", default=[], help="packs in which none of it is in sight")
    parser.add_argument("--most-negatives", type=int, default=800, help="of each such pack")
    parser.add_argument("--names", nargs="+", required=True, help="classes")
    parser.add_argument("--like", nargs="*", default=[],
                        help="for each class the index of the class of --start that it begins as, - for none")
    parser.add_argument("--start", type=Path, required=True,
                        help="YOLOX-nano in ONNX: one of ours, or yolox_nano.onnx from the YOLOX project's releases")
    parser.add_argument("--size", type=int, default=320, help="pixels of a side, a multiple of 32")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--freeze", nargs="*", default=[], help="parts left as they are: stem dark2 dark3 …")
    parser.add_argument("--camera", action="store_true", help="train on each picture after H.264 at low bit rates as well")
    parser.add_argument("--transplant", action="store_true", help="paste what was photographed on white into other pictures")
    parser.add_argument("--lamps", action="store_true", help="put lamps, reflections and orange cloth into the pictures")
    parser.add_argument("--presence", type=float, default=0.0,
                        help="0: a score says how well the box fits; 1: only whether it is there (for loose boxes)")
    parser.add_argument("--keep-start", type=float, default=0.0,
                        help="share of --start's weights in the result: less is forgotten of what it knew, 0 to 1")
    parser.add_argument("--every", type=int, default=500, help="steps between evaluations")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.like = [None if name == "-" else int(name) for name in options.like] or [None] * len(options.names)
    if len(options.like) != len(options.names):
        parser.error(f"--like names {len(options.like)} classes, --names {len(options.names)}")
    if not 0 <= options.presence <= 1:
        parser.error("--presence must be from 0 to 1")
    if not 0 <= options.keep_start <= 1:
        parser.error("--keep-start must be from 0 to 1")
    if options.size % 32:
        parser.error("--size must be a multiple of 32")
    return options


if __name__ == "__main__":
    main()
