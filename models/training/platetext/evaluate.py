"""What a reader is worth, measured on the exported file as the product runs it.

    python -m platetext.evaluate plate_text-s.onnx --count 4000

Prints JSON: share of texts without a mistake by kind of plate, length and font; how well the confidence
is calibrated, before and after the temperature that it fits; CPU time for one plate.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnxruntime

from . import fonts, formats, render
from .formats import CHARSET
from .train import HELD_BACK

# Beyond what the training looks at between its steps, so that no choice was made on these; the temperature is
# fitted on others again.
FIRST = HELD_BACK + (1 << 20)
FOR_TEMPERATURE = HELD_BACK + (1 << 24)
FAIR = 0.4  # of the hardness of training
ALIKE = str.maketrans("OI", "01")


def read(probabilities: np.ndarray, temperature: float = 1.0) -> list[tuple[str, list[float]]]:
    """Greedy CTC of [N, T, C]: text and each character's probability."""
    if temperature != 1.0:
        logits = np.log(np.maximum(probabilities, 1e-12)) / temperature
        probabilities = np.exp(logits - logits.max(2, keepdims=True))
        probabilities /= probabilities.sum(2, keepdims=True)
    best, score = probabilities.argmax(2), probabilities.max(2)
    texts = []
    for indices, scores in zip(best, score):
        text, sure, before = [], [], 0
        for index, value in zip(indices, scores):
            if index and index != before:
                text.append(CHARSET[index - 1])
                sure.append(float(value))
            elif index and index == before:
                sure[-1] = max(sure[-1], float(value))
            before = index
        texts.append(("".join(text), sure))
    return texts


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten equal bins."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(sum(abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
                     for b in range(10) if (bins == b).any()))


def characters(texts: list[tuple[str, list[float]]], wanted: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Confidence and rightness of each character, where the length is right (else there is no telling which)."""
    confidence, right = [], []
    for (text, sure), want in zip(texts, wanted):
        if len(text) == len(want):
            confidence += sure
            right += [a == b for a, b in zip(text, want)]
    return np.array(confidence), np.array(right, dtype=float)


def _by(keys: list, right: np.ndarray) -> dict:
    """Share of exact readings and count of each key."""
    groups = defaultdict(list)
    for key, exact in zip(keys, right):
        groups[key].append(exact)
    return {key: [round(float(np.mean(group)), 3), len(group)] for key, group in sorted(groups.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=4000)
    options = parser.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(options.model), settings, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def look(first: int, held_out: bool, hardness: float, new: bool) -> tuple[np.ndarray, np.ndarray, list[str]]:
        samples = [render.sample(first + i, fonts.load(held_out), hardness, new) for i in range(options.count)]
        pictures = np.stack([picture for picture, _ in samples])[:, None].astype(np.float32)
        parts = np.array_split(pictures, max(1, len(pictures) // 64))
        return pictures, np.concatenate([session.run(None, {name: p})[0] for p in parts]), [text for _, text in samples]

    _, probabilities, wanted = look(FOR_TEMPERATURE, False, 1.0, False)
    choices = np.arange(0.6, 3.01, 0.1)
    fitted = float(min(choices, key=lambda t: calibration_error(*characters(read(probabilities, t), wanted))))
    report: dict[str, object] = {"count": options.count, "fitted_temperature": round(fitted, 2)}
    for kind, held_out, hardness, new in (
            ("known fonts and formats, fair view", False, FAIR, False),
            ("fonts never seen, fair view", True, FAIR, False),
            ("fonts and formats never seen, fair view", True, FAIR, True),
            ("known fonts and formats, hard", False, 1.0, False),
            ("fonts never seen, hard", True, 1.0, False)):
        pictures, probabilities, wanted = look(FIRST, held_out, hardness, new)
        texts = read(probabilities)
        right = np.array([text == want for (text, _), want in zip(texts, wanted)])
        confidence, good = characters(texts, wanted)
        sure = np.array([min(c) >= 0.9 if c else False for _, c in texts])
        report[kind] = {
            "exact": round(float(right.mean()), 4),
            "exact_by_length": _by([len(want) for want in wanted], right),
            "exact_by_country": _by([formats.country(FIRST + i, new) for i in range(options.count)], right),
            "exact_but_for_O0_I1": round(float(np.mean(
                [text.translate(ALIKE) == want.translate(ALIKE) for (text, _), want in zip(texts, wanted)])), 4),
            "share_with_every_character_above_0.9": round(float(sure.mean()), 3),
            "exact_among_those": round(float(right[sure].mean()), 4) if sure.any() else None,
            "characters_right": round(float(good.mean()), 4),
            "calibration_error": round(calibration_error(confidence, good), 4),
            "calibration_error_fitted": round(calibration_error(*characters(read(probabilities, fitted), wanted)), 4),
        }
    one = pictures[:1]
    session.run(None, {name: one})
    began = time.process_time()
    for _ in range(50):
        session.run(None, {name: one})
    report["cpu_ms_per_plate"] = round((time.process_time() - began) / 50 * 1000, 2)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
