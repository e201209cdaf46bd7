"""Trains the plate reader from nothing, on plates rendered as it goes.

    python -m platetext.train --out runs/platetext            # from an empty folder, or goes on there
    python -m platetext.train --out runs/try --steps 200      # a look whether it runs
    python -m platetext.train --out runs/more --start runs/platetext/reader.pt   # on from a finished one

Every sample is a function of its number, so a run that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import queue
import threading
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads take the machine from everyone else

import cv2
import numpy as np
import torch
from torch.nn import functional

from . import fonts, render
from .formats import CHARSET
from .network import Reader, decode

AVERAGING = 0.9985
HELD_BACK = 1 << 40  # seeds from here on are never trained on


def main() -> None:
    options = _options()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"

    network = Reader().to(device, memory_format=torch.channels_last)  # a third less time on a CPU
    if options.start:
        # Parts that the earlier network did not have begin as nothing.
        network.load_state_dict(
            {**network.state_dict(), **torch.load(options.start, map_location=device, weights_only=True)})
    if options.freeze_features:
        network.features.requires_grad_(False)
    averaged = torch.optim.swa_utils.AveragedModel(
        network, avg_fn=_average, use_buffers=True)
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=options.rate, weight_decay=0.01)
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["step"]
        print(f"goes on at step {done}", flush=True)

    training_fonts = fonts.load(held_out=False)
    print(f"{sum(p.numel() for p in network.parameters())} parameters, {len(training_fonts)} fonts, {device}", flush=True)
    batches = _batches(done, options, training_fonts)
    started, began_at, loss_sum, seen = time.monotonic(), done, 0.0, 0
    for step in range(done, options.steps):
        pictures, targets, lengths = batches.get()
        for group in optimizer.param_groups:
            group["lr"] = _rate(step, options)
        network.train()
        if options.freeze_features:
            network.features.eval()
        logits = network(pictures.to(device))
        log_probabilities = logits.float().log_softmax(2).transpose(0, 1).cpu()
        positions = torch.full((len(lengths),), log_probabilities.shape[0])
        loss = functional.ctc_loss(log_probabilities, targets, positions, lengths, zero_infinity=True)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        averaged.update_parameters(network)
        loss_sum, seen = loss_sum + loss.item(), seen + 1
        if (step + 1) % 100 == 0 or step + 1 == options.steps:
            pace = (step + 1 - began_at) / (time.monotonic() - started)
            left = (options.steps - step - 1) / pace / 60
            print(f"step {step + 1}/{options.steps} loss {loss_sum / seen:.3f} "
                  f"{pace * options.batch:.0f} pictures/s {left:.0f} min left", flush=True)
            loss_sum, seen = 0.0, 0
        if (step + 1) % 50 == 0 or step + 1 == options.steps:
            _save(checkpoint, network, averaged, optimizer, step + 1)
        if (step + 1) % 500 == 0 or step + 1 == options.steps:
            figures = evaluate(averaged.module, 500, device)
            with (options.out / "progress.jsonl").open("a") as log:
                log.write(json.dumps({"step": step + 1, **figures}) + "\n")
            print(f"step {step + 1} held back: {figures}", flush=True)
    torch.save(averaged.module.state_dict(), options.out / "reader.pt")


def evaluate(network: torch.nn.Module, count: int, device: torch.device) -> dict[str, float]:
    """Share of texts read without a mistake, on seeds held back: fonts known, and fonts never seen."""
    figures = {}
    network.eval()
    for name, held_out in (("known_fonts", False), ("new_fonts", True)):
        samples = [render.sample(HELD_BACK + i, fonts.load(held_out)) for i in range(count)]
        pictures = torch.from_numpy(np.stack([picture for picture, _ in samples]))[:, None].float()
        with torch.no_grad():
            read = [r for part in pictures.split(100) for r in decode(network(part.to(device)).cpu())]
        right = [r[0] == text for r, (_, text) in zip(read, samples)]
        figures[name] = round(sum(right) / count, 4)
    return figures


def _average(averaged: torch.Tensor, current: torch.Tensor, count: torch.Tensor) -> torch.Tensor:
    """An exponential average that forgets the untrained start soon."""
    if not current.is_floating_point():  # counters of batches
        return current
    return torch.lerp(current, averaged, min(AVERAGING, (1 + int(count)) / (10 + int(count))))


def _rate(step: int, options: argparse.Namespace) -> float:
    """Warm-up over 2 % of the steps, then a cosine down to 1 %."""
    warm = max(1, options.steps // 50)
    if step < warm:
        return options.rate * (step + 1) / warm
    fallen = (step - warm) / max(1, options.steps - warm)
    return options.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fallen)))


def hardness(step: int, place: int, options: argparse.Namespace) -> float:
    """How much a plate of a batch is spoiled: over the first fifth of the training the plates get harder, since CTC
    finds its feet on clean ones; from then on each batch goes evenly from fair views to the hardest."""
    reached = 1.0 if options.start else min(1.0, step / max(1, options.steps // 5))
    return reached * (0.25 + 0.75 * place / max(1, options.batch - 1))


def _batches(done: int, options: argparse.Namespace, training_fonts: list[fonts.Font]) -> queue.Queue:
    """Renders ahead of the training."""
    ready: queue.Queue = queue.Queue(maxsize=4)

    def render_ahead() -> None:
        for step in range(done, options.steps):
            samples = [render.sample(options.first_seed + step * options.batch + i, training_fonts,
                                     hardness(step, i, options), made_up=options.made_up)
                       for i in range(options.batch)]
            pictures = torch.from_numpy(np.stack([picture for picture, _ in samples]))[:, None].float()
            targets = torch.tensor([CHARSET.index(c) + 1 for _, text in samples for c in text])
            ready.put((pictures, targets, torch.tensor([len(text) for _, text in samples])))

    threading.Thread(target=render_ahead, name="render", daemon=True).start()
    return ready


def _save(path: Path, network, averaged, optimizer, step: int) -> None:
    part = path.with_suffix(".part")
    torch.save({"network": network.state_dict(), "averaged": averaged.state_dict(),
                "optimizer": optimizer.state_dict(), "step": step}, part)
    part.replace(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the result")
    parser.add_argument("--steps", type=int, default=2700, help="how many batches")
    parser.add_argument("--batch", type=int, default=64, help="plates")
    parser.add_argument("--rate", type=float, default=3e-3, help="the highest rate of learning")
    parser.add_argument("--start", type=Path, help="reader.pt of an earlier run to begin from, instead of nothing")
    parser.add_argument("--freeze-features", action="store_true",
                        help="with --start: only what makes text of the features learns on, in half the time")
    parser.add_argument("--first-seed", type=int, default=0, help="of the plates drawn; another one gives other plates")
    parser.add_argument("--made-up", type=float, default=0.0, help="share of plates in shapes drawn at random, for countries nobody thought of")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
