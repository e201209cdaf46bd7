"""Writes the trained reader as ONNX, with what the product needs to know in its metadata.

    python -m platetext.export runs/platetext/reader.pt plate_text-s.onnx --temperature 1.3
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import onnx
import torch
from torch import nn

from .formats import CHARSET
from .network import BLANK, Reader
from .render import HEIGHT, WIDTH


class Exported(nn.Module):
    """Probabilities instead of logits, divided by the temperature that makes them mean something."""

    def __init__(self, reader: nn.Module, temperature: float):
        super().__init__()
        self.reader, self.temperature = reader, temperature

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return (self.reader(images) / self.temperature).softmax(2)


def export(weights: Path, file: Path, temperature: float) -> None:
    reader = Reader()
    reader.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    model = Exported(reader, temperature).eval()
    torch.onnx.export(
        model, (torch.zeros(1, 1, HEIGHT, WIDTH),), str(file), dynamo=False, opset_version=17,
        input_names=["images"], output_names=["probabilities"],
        dynamic_axes={"images": {0: "batch"}, "probabilities": {0: "batch"}})
    exported = onnx.load(file)
    metadata = {
        "task": "plate_text",
        "layout": "ctc",
        "names": json.dumps(list(CHARSET), ensure_ascii=False),
        "blank": str(BLANK),
        "imgsz": json.dumps([HEIGHT, WIDTH]),
        "resize": "stretch",
        "scale": "255",
        "temperature": f"{temperature:.3f}",
        "licence": "MIT",
        "data": "plates rendered by models/training/platetext; no third party's pictures or weights",
    }
    del exported.metadata_props[:]
    for key, value in metadata.items():
        entry = exported.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(exported)
    onnx.save(exported, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    options = parser.parse_args()
    export(options.weights, options.file, options.temperature)


if __name__ == "__main__":
    main()
